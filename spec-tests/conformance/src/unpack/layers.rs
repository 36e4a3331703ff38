//! The layers of an image, with what they are verified by.

use seaworthy_image::json::{Document, Limits, Value};
use seaworthy_image::media_type::Kind;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, Descriptor, Manifest, RootFs, items};

use super::Layer;
use crate::image::{Image, kind};

/// The version that knows most types and algorithms.
pub const VERSION: SpecVersion = SpecVersion::Dev;

/// The layers of an image, base first.
///
/// # Errors
///
/// A document of the image could not be verified, or says too little of a layer.
pub fn layers(image: &Image, limits: &Limits) -> Result<Vec<Layer>, String> {
    if let Some(digest) = &image.unverified {
        return Err(format!("the digest {digest} cannot be verified: its algorithm is not known"));
    }
    let parse = |bytes, name: &str| {
        Document::parse(bytes, limits).map_err(|anomaly| format!("{name}: {}", anomaly.kind))
    };
    let manifest = parse(&image.manifest, &image.manifest_digest)?;
    let config = parse(&image.config, &image.config_digest)?;
    let rootfs = Config::of(config.root()).rootfs.map(RootFs::of);
    // Whoever unpacks an image has to refuse any other value (config.md#properties).
    let rootfs_type = rootfs.and_then(|rootfs| rootfs.value.get("type"));
    if rootfs_type.and_then(|value| value.as_str()).as_deref() != Some("layers") {
        return Err("the rootfs.type of its configuration is not \"layers\"".to_owned());
    }
    let diff_ids: Vec<_> = items(rootfs.and_then(|rootfs| rootfs.diff_ids)).collect();
    let layers: Vec<_> = items(Manifest::of(manifest.root()).layers).map(Descriptor::of).collect();
    if diff_ids.len() != layers.len() {
        let (layers, ids) = (layers.len(), diff_ids.len());
        return Err(format!("its manifest has {layers} layers, but its configuration {ids} diff ids"));
    }
    let layer = |(layer, diff_id): (&Descriptor<'_>, &Value<'_>)| {
        let Some(Kind::Layer { compression, .. }) = kind(layer, VERSION) else {
            let name = layer.media_type_text().unwrap_or_default();
            return Err(format!("a layer has the media type {name:?}, which is none of a layer's"));
        };
        let size = layer.size_value().and_then(|size| size.try_into().ok());
        Ok(Layer {
            digest: layer.digest_text().unwrap_or_default().into_owned(),
            size: Some(size.ok_or("a layer has no size")?),
            compression,
            diff_id: Some(diff_id.as_str().ok_or("a diff id is no string")?.into_owned()),
        })
    };
    layers.iter().zip(&diff_ids).map(layer).collect()
}
