//! Putting a folder in its place, whole.

use std::fs;
use std::io;
use std::path::Path;

use crate::interrupt::Temporary;

/// The file that says that a folder is a site of ours, and may be replaced.
const MARK: &str = ".seaworthy-site";

/// Makes a folder beside its place, and renames it when it is whole.
pub(super) fn replace<T>(folder: &Path, make: impl FnOnce(&Path) -> anyhow::Result<T>) -> anyhow::Result<T> {
    use std::os::unix::fs::PermissionsExt;
    let is_there = is_replaceable(folder)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let new = tempfile::Builder::new()
        .prefix(".seaworthy-")
        .permissions(fs::Permissions::from_mode(0o777))
        .tempdir_in(parent)?;
    let _temporary = Temporary::new(new.path());
    let made = make(new.path())?;
    fs::write(new.path().join(MARK), "")?;
    if is_there {
        let old = tempfile::Builder::new().prefix(".seaworthy-").tempdir_in(parent)?;
        fs::rename(folder, old.path().join("old"))?;
    }
    fs::rename(new.keep(), folder)?;
    Ok(made)
}

/// Whether there is a folder that may be replaced.
fn is_replaceable(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
        Ok(mut entries) => {
            let is_ours = entries.next().is_none() || folder.join(MARK).is_file();
            anyhow::ensure!(
                is_ours,
                "the folder is not empty, and no site that seaworthy made: it is left as it is; name another"
            );
            Ok(true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ours_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("a/site");
        let write = |text: &'static str| replace(&site, move |new| Ok(fs::write(new.join("page"), text)?));
        write("1").unwrap();
        write("2").unwrap();
        assert_eq!(fs::read_to_string(site.join("page")).unwrap(), "2");
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        fs::remove_file(site.join(MARK)).unwrap();
        assert!(write("3").unwrap_err().to_string().contains("left as it is"));
        assert_eq!(fs::read_to_string(site.join("page")).unwrap(), "2");
    }
}
