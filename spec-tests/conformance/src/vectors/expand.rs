//! Vectors as folders: an image layout for each case.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

use anyhow::Context;
use seaworthy_image::layout::{EntryKind, Memory};

use super::{Request, safety};
use crate::suite::Prepared;

/// Writes each case and its control as an image layout, in `ID/layout` and `ID/control` below
/// `folder`. Returns how many there are.
///
/// # Errors
///
/// A file cannot be written.
pub fn expand(request: &Request, folder: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for case in seaworthy_rules::case::cases() {
        if !request.wants(&case.id) || (request.count.is_some() && !case.is_in(request.version)) {
            continue;
        }
        let seeds: Vec<Option<u64>> = match request.count {
            None => vec![None],
            Some(number) => (request.seed..request.seed.saturating_add(number)).map(Some).collect(),
        };
        for seed in seeds {
            let (layout, control) = match seed {
                None => (case.layout(), case.control()),
                Some(_) => {
                    let prepared = Prepared::new(case.clone(), request.version, seed);
                    (prepared.layout, prepared.control)
                }
            };
            let of_seed = seed.map(|seed| format!("seed-{seed}")).unwrap_or_default();
            let place = folder.join(&case.id).join(of_seed);
            write(&layout, &place.join("layout"))?;
            write(&control, &place.join("control"))?;
            count += 1;
        }
    }
    let control = safety::control();
    for (id, layout) in safety::images(request) {
        let place = folder.join(id);
        write(&layout, &place.join("layout"))?;
        write(&control, &place.join("control"))?;
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
