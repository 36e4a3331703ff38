//! The `oci-spec` crate: the types that most Rust programs read images with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use oci_spec::image::{ImageConfiguration, ImageIndex, ImageManifest, OciLayout};
use seaworthy_generators::mutation::{Edit, Part};
use seaworthy_image::graph::{self, Start, walk};
use seaworthy_image::json::Document;
use seaworthy_image::layout::{self, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::{Case, Role};
use serde::Serialize;

use super::{Subject, Unavailable};
use crate::facts;
use crate::outcome::{Outcome, Reading};

/// The `oci-spec` crate, as a reader of documents. It has no reader of layouts, so documents are
/// brought to it by our own walk; blobs are not its matter.
#[derive(Debug, Clone, Copy)]
pub struct OciSpec;

/// The version that the workspace builds with; a test compares it with the lock file.
const VERSION: &str = "0.10.0";

impl Subject for OciSpec {
    fn name(&self) -> &str {
        "oci-spec"
    }

    fn role(&self) -> Role {
        Role::Reader
    }

    fn version(&self) -> Result<String, Unavailable> {
        Ok(VERSION.to_owned())
    }

    fn skips(&self, case: &Case) -> Option<Cow<'static, str>> {
        let is_stored = matches!(case.mutation.edit, Edit::Stored(_)) || case.part == Part::Layout;
        is_stored.then_some(Cow::Borrowed("reads documents, not the files of a layout"))
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        match catch_unwind(AssertUnwindSafe(|| read(layout, version))) {
            Ok(Ok(read)) => Outcome::Accepted { warned: false, read: Some(read) },
            Ok(Err(words)) => Outcome::Rejected(words),
            Err(_) => Outcome::Crashed("panicked".to_owned()),
        }
    }
}

fn read(storage: &Memory, version: SpecVersion) -> Result<Reading, String> {
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    let header =
        graph::read_file(storage, layout::HEADER, limits.json.bytes).map_err(|error| error.to_string())?;
    let mut read = document(layout::HEADER, DocumentKind::Header, &header)?;
    let walked = walk(storage, version, &limits, Start::Everywhere, |visit: &graph::Visit<'_>| {
        document(visit.path, visit.kind, visit.bytes)
    });
    for facts in walked.map_err(|error| error.to_string())?.visits {
        read.append(&mut facts?);
    }
    Ok(Reading(read))
}

/// Reads a document into the crate's type, and tells what that type says.
fn document(path: &str, kind: DocumentKind, bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = match kind {
        DocumentKind::Header => written::<OciLayout>(bytes),
        DocumentKind::Index => written::<ImageIndex>(bytes),
        DocumentKind::Manifest => written::<ImageManifest>(bytes),
        DocumentKind::Config => written::<ImageConfiguration>(bytes),
        DocumentKind::Descriptor => written::<oci_spec::image::Descriptor>(bytes),
    };
    let text = text.map_err(|error| format!("{}: {error}", kind.as_str()))?;
    let document =
        Document::parse(&text, &graph::Limits::default().json).map_err(|anomaly| anomaly.kind.to_string())?;
    Ok(facts::of_document(path, kind, document.root()))
}

fn written<T: serde::de::DeserializeOwned + Serialize>(bytes: &[u8]) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&serde_json::from_slice::<T>(bytes)?)
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::shape::Shape;

    use super::*;

    #[test]
    fn the_version_is_the_one_in_the_lock_file() {
        let lock = include_str!("../../../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"oci-spec\"\nversion = \"{VERSION}\"")));
    }

    #[test]
    fn it_reads_plain_images_as_they_are() {
        for shape in Shape::ALL {
            let layout = shape.layout();
            let Outcome::Accepted { read: Some(read), .. } = OciSpec.run(layout, SpecVersion::V1_1_1) else {
                panic!("{shape:?} was not accepted");
            };
            let wanted = facts::reading(layout, SpecVersion::V1_1_1).unwrap();
            assert_eq!(read.difference(&wanted), None, "{shape:?}");
        }
    }
}
