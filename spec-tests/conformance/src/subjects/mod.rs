//! Subjects: whatever is put to the test, one file each.

pub mod oci_spec;
pub mod reference;
pub mod sabotaged;

use std::borrow::Cow;

use seaworthy_image::digest::{Algorithm, Hasher};
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Role};

use crate::outcome::Outcome;

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

    /// Hands it an image. Called from several threads at once.
    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome;
}

/// Every subject that the suite knows, the reference first.
pub fn all() -> Vec<Box<dyn Subject>> {
    vec![Box::new(reference::Reference), Box::new(oci_spec::OciSpec)]
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

/// A short text that is the same for equal layouts, and different for different ones.
pub fn fingerprint(layout: &Memory) -> String {
    let mut hasher = Hasher::new(Algorithm::Sha256);
    for (path, content) in &layout.files {
        hasher.update(format!("file {} {path} {}\n", path.len(), content.len()).as_bytes());
        hasher.update(content);
    }
    for (path, kind) in &layout.others {
        hasher.update(format!("{kind:?} {} {path}\n", path.len()).as_bytes());
    }
    hasher.finish()
}
