//! What the reference makes of the configuration of an image in a layout.

use std::io::Read;

use seaworthy_image::conversion::{self, Conversion, ConversionError, RootFiles, RuntimeConfig};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{EntryKind, Memory, Storage};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::{compression, layer};
use seaworthy_rules::{Finding, Requirement, judge};

use crate::image::{self, Image, ImageError, LayerFiles, Platform};

/// How much is read of the layers of a case: they are small.
fn layer_limits() -> layer::Limits {
    layer::Limits {
        stream: compression::Limits { bytes: 64 << 20, ..compression::Limits::default() },
        ..layer::Limits::default()
    }
}

/// The accounts of an image in the layout of a case.
pub fn accounts<'i>(storage: &'i dyn Storage, image: &'i Image) -> LayerFiles<'i> {
    LayerFiles::new(storage, image, &conversion::Limits::default(), layer_limits())
}

/// What the reference made of an image, and of what.
#[derive(Debug, Clone)]
pub struct ReferenceConversion {
    /// The image.
    pub image: Image,
    /// Its configuration, converted.
    pub conversion: Conversion,
}

/// Why there is nothing to compare with.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The layout has no image, or no single one.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The configuration of the image is no JSON.
    #[error("the configuration: {0}")]
    Document(String),
    /// The image cannot be converted.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
}

/// Finds the image in the layout of a case, and converts it with the accounts in its own layers.
///
/// # Errors
///
/// There is none, or it cannot be converted.
pub fn reference(storage: &dyn Storage, version: SpecVersion) -> Result<ReferenceConversion, ReferenceError> {
    let image = only(storage, version)?;
    let document = parse(&image)?;
    let (files, limits) = (accounts(storage, &image), conversion::Limits::default());
    let conversion = conversion::convert(document.root(), &files, &limits, version)?;
    Ok(ReferenceConversion { conversion, image: image.clone() })
}

/// The image in the layout of a case: the only one, or the one for linux/amd64.
///
/// # Errors
///
/// There is none.
pub fn only(storage: &dyn Storage, version: SpecVersion) -> Result<Image, ImageError> {
    let find = |platform| image::find(storage, None, platform, version, &Limits::default());
    match find(None) {
        Err(ImageError::Several(_)) => {
            let platform = Platform { os: "linux".into(), architecture: "amd64".into(), variant: None };
            find(Some(&platform))
        }
        found => found,
    }
}

/// The accounts of the image in the layout of a case, as a root file system that holds nothing else.
pub fn root_files(storage: &dyn Storage, version: SpecVersion) -> Memory {
    let mut files = Memory::default();
    files.others.insert("etc".to_owned(), EntryKind::Directory);
    let Ok(image) = only(storage, version) else { return files };
    let layers = accounts(storage, &image);
    for path in ["etc/passwd", "etc/group"] {
        let mut bytes = Vec::new();
        if let Ok(Some(mut file)) = layers.open(path)
            && file.read_to_end(&mut bytes).is_ok()
        {
            files.files.insert(path.to_owned(), bytes);
        }
    }
    if !files.files.is_empty() {
        files.others.clear();
    }
    files
}

fn parse(image: &Image) -> Result<Document<'_>, ReferenceError> {
    Document::parse(&image.config, &Limits::default())
        .map_err(|anomaly| ReferenceError::Document(anomaly.kind.to_string()))
}

impl ReferenceConversion {
    /// What a requirement has against another conversion of the same image.
    pub fn breaches(
        &self,
        requirement: &'static Requirement,
        found: &RuntimeConfig,
        version: SpecVersion,
    ) -> Vec<Finding> {
        let Ok(document) = parse(&self.image) else { return Vec::new() };
        let path = self.image.config_path();
        judge::conversion(requirement, &path, &document, &self.conversion.runtime, found, version)
    }
}
