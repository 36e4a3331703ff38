//! Vectors as folders: an image layout for each case.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

use anyhow::Context;
use seaworthy_image::layout::{EntryKind, Memory};

use super::{Image, Request, images};

/// Writes each case and its control as an image layout, in `ID/layout` and `ID/control` below
/// `folder`, and the archive that it is in, where the case is about that, as
/// `ID/archive.tar`. Returns how many there are.
///
/// # Errors
///
/// A file cannot be written.
pub fn expand(request: &Request, folder: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for Image { id, layout, control, archive } in images(request) {
        let place = folder.join(&id);
        write(&layout, &place.join("layout"))?;
        write(&control, &place.join("control"))?;
        if let Some(archive) = archive {
            let path = place.join("archive.tar");
            fs::write(&path, archive).with_context(|| path.display().to_string())?;
        }
        count += 1;
    }
    Ok(count)
}

fn write(layout: &Memory, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (path, content) in &layout.files {
        put(folder, path, |place| fs::write(place, content))?;
    }
    for (path, kind) in &layout.others {
        put(folder, path, |place| match kind {
            EntryKind::Directory => fs::create_dir_all(place),
            EntryKind::Link => symlink("nowhere", place),
            EntryKind::Special => {
                let mode = rustix::fs::Mode::from_raw_mode(0o644);
                rustix::fs::mknodat(rustix::fs::CWD, place, rustix::fs::FileType::Fifo, mode, 0)
                    .map_err(Into::into)
            }
            EntryKind::File => Ok(()),
        })?;
    }
    Ok(())
}

fn put(folder: &Path, path: &str, write: impl FnOnce(&Path) -> std::io::Result<()>) -> anyhow::Result<()> {
    let below = Path::new(path);
    let is_plain = below.components().all(|part| matches!(part, Component::Normal(_)));
    anyhow::ensure!(is_plain, "{path:?} is no path below the layout");
    let place = folder.join(below);
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    }
    match write(&place) {
        // A digest can be longer than a name in a file system: such a case cannot be a folder.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidFilename => Ok(()),
        result => result.with_context(|| place.display().to_string()),
    }
}
