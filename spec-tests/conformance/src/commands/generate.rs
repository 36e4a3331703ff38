//! `seaworthy generate`: the cases as data.

mod push;

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::report::output::write_file;
use crate::vectors::{self, Request};

pub use self::push::{Place, forget, push};

/// Writes the cases as JSON, and removes those files below the folder that an earlier run wrote and
/// this one does not. Returns how many cases there are.
///
/// # Errors
///
/// A file cannot be written.
pub fn json(request: &Request, folder: &Path) -> anyhow::Result<usize> {
    let files = vectors::files(request)?;
    let index: vectors::Index = serde_json::from_str(&files["index.json"])?;
    if index.cases == 0 {
        return Ok(0);
    }
    for old in written_before(folder)? {
        if !files.contains_key(&old) {
            fs::remove_file(folder.join(&old)).with_context(|| old.clone())?;
        }
    }
    for (path, text) in &files {
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        // What has not changed is left alone, with its time.
        if fs::read(&place).ok().as_deref() != Some(text.as_bytes()) {
            write_file(&place, text.as_bytes())?;
        }
    }
    Ok(index.cases)
}

/// The files that the index in a folder names; nothing else there is ours to remove.
fn written_before(folder: &Path) -> anyhow::Result<Vec<String>> {
    let Ok(text) = fs::read_to_string(folder.join("index.json")) else { return Ok(Vec::new()) };
    let Ok(index) = serde_json::from_str::<vectors::Index>(&text) else {
        anyhow::bail!("{}: its index.json is not one of ours; name another folder", folder.display());
    };
    let mut old: Vec<String> =
        index.requirements.into_iter().chain(index.safety).map(|entry| entry.file).collect();
    for control in fs::read_dir(folder.join("controls")).into_iter().flatten().flatten() {
        if let Some(name) = control.file_name().to_str().and_then(|name| name.strip_suffix(".json")) {
            old.push(vectors::control_path(name));
        }
    }
    let is_plain = |path: &String| {
        Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
    };
    old.retain(is_plain);
    old.retain(|path| folder.join(path).is_file());
    Ok(old)
}

/// Writes an image layout for each case. Returns how many there are.
///
/// # Errors
///
/// A file cannot be written.
pub fn layouts(request: &Request, folder: &Path) -> anyhow::Result<usize> {
    vectors::expand(request, folder)
}
