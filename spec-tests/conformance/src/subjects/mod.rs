//! Subjects: whatever is put to the test, one file each.

pub mod careless;
pub mod converter;
pub mod oci_spec;
pub mod program;
pub mod reference;
pub mod sabotaged;
pub mod sabotaged_archives;
pub mod sabotaged_converter;

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use seaworthy_generators::battery::Place;
use seaworthy_generators::mutation::Part;
use seaworthy_image::digest::{Algorithm, Hasher};
use seaworthy_image::layout::{EntryKind, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Role};

use self::program::{DefinitionError, Program};
use crate::outcome::Outcome;
use crate::process::Confiner;

/// An implementation of the specification that is put to the test.
pub trait Subject: Sync + Send {
    /// Its name in reports.
    fn name(&self) -> &str;

    /// What it does with images.
    fn role(&self) -> Role;

    /// Its version, or why it is not available.
    ///
    /// # Errors
    ///
    /// It is not installed, or cannot be run here.
    fn version(&self) -> Result<String, Unavailable>;

    /// Why it cannot be asked about a case; `None` if it can.
    fn skips(&self, case: &Case) -> Option<Cow<'static, str>> {
        let _ = case;
        None
    }

    /// Why it cannot be asked about a case of the safety battery that is about these parts of an image; `None`
    /// if it can.
    fn skips_threat(&self, parts: &[Part]) -> Option<Cow<'static, str>> {
        let _ = parts;
        None
    }

    /// Hands it an image. Called from several threads at once.
    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome;

    /// Hands it an image that is made for the place where it works: one of the safety battery. What
    /// works in memory only has no place that could be aimed at.
    fn run_aimed(&self, make: &dyn Fn(&Place) -> Memory, version: SpecVersion) -> Outcome {
        self.run(&make(&Place::placeholder()), version)
    }

    /// Hands it a tar archive. The layout in it is `layout` to whoever takes it.
    fn run_archive(&self, archive: &[u8], layout: &Memory, version: SpecVersion) -> Outcome {
        let _ = (archive, layout, version);
        Outcome::Skipped("it is given directories, and no archives".to_owned())
    }
}

/// Every subject that the suite knows, the reference first, and the programs that `files` define.
///
/// # Errors
///
/// A definition cannot be read, or has the name of another.
pub fn all(confiner: &Arc<Confiner>, files: &[PathBuf]) -> Result<Vec<Box<dyn Subject>>, DefinitionError> {
    let mut subjects: Vec<Box<dyn Subject>> = vec![
        Box::new(reference::Reference),
        Box::new(reference::unpacker(confiner)?),
        Box::new(converter::Converter),
        Box::new(oci_spec::OciSpec),
    ];
    for program in Program::all(confiner)? {
        subjects.push(Box::new(program));
    }
    for file in files {
        let program = Program::from_file(file, confiner)?;
        if let Some(other) = subjects.iter().find(|subject| subject.name() == program.name()) {
            let reason = format!("there is a subject {:?} already: give it another `name`", other.name());
            return Err(DefinitionError { file: file.display().to_string(), reason });
        }
        subjects.push(Box::new(program));
    }
    Ok(subjects)
}

/// Why a subject cannot be tested here, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unavailable {
    /// Why.
    pub reason: String,
    /// The command that installs it, if there is one.
    pub install: Option<String>,
}

/// A name for a layout by all that is in it: two layouts have the same if they are the same. A
/// suite that keeps outcomes under it runs a subject once on controls that many cases share.
pub fn fingerprint(layout: &Memory) -> String {
    let mut hasher = Hasher::new(Algorithm::Sha256);
    let mut add = |kind: u8, path: &str, content: &[u8]| {
        // Lengths first, so that nothing can be taken for the beginning of what follows.
        hasher.update(&[kind]);
        for part in [path.as_bytes(), content] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    };
    for (path, content) in &layout.files {
        add(0, path, content);
    }
    for (path, kind) in &layout.others {
        let kind = match kind {
            EntryKind::File => 1,
            EntryKind::Directory => 2,
            EntryKind::Link => 3,
            EntryKind::Special => 4,
        };
        add(kind, path, b"");
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_layouts_apart() {
        let layout = |files: &[(&str, &str)], others: &[(&str, EntryKind)]| {
            let files = files.iter().map(|(path, content)| (path.to_string(), content.as_bytes().to_vec()));
            let others = others.iter().map(|(path, kind)| (path.to_string(), *kind));
            fingerprint(&Memory { files: files.collect(), others: others.collect() })
        };
        let prints = [
            layout(&[], &[]),
            layout(&[("a", "")], &[]),
            layout(&[("a", "b")], &[]),
            layout(&[("ab", "")], &[]),
            layout(&[("a", ""), ("b", "")], &[]),
            layout(&[], &[("a", EntryKind::File)]),
            layout(&[], &[("a", EntryKind::Link)]),
            layout(&[], &[("a", EntryKind::Directory)]),
        ];
        let distinct: std::collections::BTreeSet<_> = prints.iter().collect();
        assert_eq!(distinct.len(), prints.len());
        assert_eq!(layout(&[("a", "b")], &[]), prints[2]);
    }
}
