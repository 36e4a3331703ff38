//! Documents to the `oci-spec` crate, which most Rust programs read images with.

use ::oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest, OciLayout};
use seaworthy_image::views::DocumentKind;

use crate::reader::{Misreading, Reader, check};

/// Reads bytes with the `oci-spec` crate.
///
/// # Panics
///
/// If the crate panics, takes what is no JSON, or follows another descriptor than the one that is
/// written. That it refuses some valid documents is known, and recorded in `reports/`.
pub fn oci_spec(bytes: &[u8]) {
    match check(&OciSpec, bytes) {
        Ok(()) | Err(Misreading::RefusesValid) => {}
        // What it cannot hold it refuses, so a style can only matter to what it refuses.
        Err(misreading) => panic!("{misreading:?}: {}", String::from_utf8_lossy(bytes)),
    }
}

/// The `oci-spec` crate as a reader of documents.
#[derive(Debug, Clone, Copy)]
pub struct OciSpec;

impl Reader for OciSpec {
    fn read(&self, kind: DocumentKind, bytes: &[u8]) -> Option<Vec<(String, i64)>> {
        let of = |descriptor: &Descriptor| (descriptor.digest().to_string(), descriptor.size() as i64);
        match kind {
            DocumentKind::Header => serde_json::from_slice::<OciLayout>(bytes).ok().map(|_| Vec::new()),
            DocumentKind::Config => {
                serde_json::from_slice::<ImageConfiguration>(bytes).ok().map(|_| Vec::new())
            }
            DocumentKind::Descriptor => {
                serde_json::from_slice::<Descriptor>(bytes).ok().map(|one| vec![of(&one)])
            }
            DocumentKind::Index => {
                let index = serde_json::from_slice::<ImageIndex>(bytes).ok()?;
                let subject = index.subject();
                Some(index.manifests().iter().chain(subject).map(of).collect())
            }
            DocumentKind::Manifest => {
                let manifest = serde_json::from_slice::<ImageManifest>(bytes).ok()?;
                let subject = manifest.subject();
                let layers = manifest.layers().iter().chain(subject);
                Some(std::iter::once(manifest.config()).chain(layers).map(of).collect())
            }
        }
    }
}
