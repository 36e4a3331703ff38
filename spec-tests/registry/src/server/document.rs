//! What a registry has to know of a manifest: no more than what it acts on.

use std::collections::BTreeMap;

use seaworthy_image::digest::Digest;
use seaworthy_image::json::{Document, Limits, Value};
use seaworthy_image::media_type::{self, Kind};
use seaworthy_image::spec::SpecVersion;

/// What is read from a manifest when it is pushed, or listed as a referrer.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub media_type: String,
    pub artifact_type: Option<String>,
    /// Whether it tells its media type itself.
    pub has_media_type: bool,
    pub layer_types: Vec<String>,
    /// The media type of the configuration of an image.
    pub config_type: Option<String>,
    pub subject: Option<String>,
    pub annotations: BTreeMap<String, String>,
    /// The digests of the blobs that have to be there.
    pub blobs: Vec<String>,
    /// The digests of the manifests that have to be there.
    pub manifests: Vec<String>,
}

impl Summary {
    /// Reads a manifest that is said to be of the given media type; if nothing is said, its own
    /// `mediaType` tells.
    ///
    /// # Errors
    ///
    /// Why it is no manifest that could be served: not strict JSON, contradicting its media type, or with
    /// a member of a type that says nothing.
    pub fn read(bytes: &[u8], named: Option<&str>, limit: usize) -> Result<Summary, String> {
        let limits = Limits { bytes: limit, ..Limits::default() };
        let document = Document::parse(bytes, &limits).map_err(|anomaly| anomaly.kind.to_string())?;
        if let Some(anomaly) = document.anomalies().first() {
            return Err(anomaly.kind.to_string());
        }
        let root = document.root();
        if !root.is_object() {
            return Err("not a JSON object".to_owned());
        }
        let own = text(root, "mediaType")?;
        let has_media_type = own.is_some();
        let media_type = match (named, own) {
            (Some(named), Some(own)) if named != own => {
                return Err(format!("sent as {named}, but its mediaType is {own}"));
            }
            (Some(named), _) => named.to_owned(),
            (None, Some(own)) => own,
            (None, None) => return Err("neither a Content-Type nor a mediaType".to_owned()),
        };
        let mut summary = Summary { media_type, has_media_type, ..Summary::default() };
        match kind(&summary.media_type) {
            Kind::Manifest => summary.read_image(root)?,
            Kind::Index => summary.read_index(root)?,
            // The registry serves what it does not know, and promises nothing about it.
            _ => {}
        }
        Ok(summary)
    }

    fn read_image(&mut self, root: Value<'_>) -> Result<(), String> {
        self.read_common(root)?;
        let config = root.get("config").ok_or("no config")?;
        self.config_type = Some(text(config, "mediaType")?.ok_or("a config without mediaType")?);
        self.blobs.push(digest(config)?);
        let layers = root.get("layers").filter(|layers| is_array(*layers)).ok_or("no array of layers")?;
        for layer in layers.items() {
            let media_type = text(layer, "mediaType")?.ok_or("a layer without mediaType")?;
            let digest = digest(layer)?;
            let is_elsewhere = matches!(kind(&media_type), Kind::Layer { distributable: false, .. })
                || layer.get("urls").is_some();
            self.layer_types.push(media_type);
            if !is_elsewhere {
                self.blobs.push(digest);
            }
        }
        Ok(())
    }

    fn read_index(&mut self, root: Value<'_>) -> Result<(), String> {
        self.read_common(root)?;
        let manifests =
            root.get("manifests").filter(|manifests| is_array(*manifests)).ok_or("no array of manifests")?;
        for entry in manifests.items() {
            text(entry, "mediaType")?.ok_or("an entry without mediaType")?;
            self.manifests.push(digest(entry)?);
        }
        Ok(())
    }

    fn read_common(&mut self, root: Value<'_>) -> Result<(), String> {
        if root.get("schemaVersion").is_none_or(|version| version.raw() != b"2") {
            return Err("its schemaVersion is not 2".to_owned());
        }
        self.artifact_type = text(root, "artifactType")?.filter(|artifact_type| !artifact_type.is_empty());
        self.subject = root.get("subject").filter(|subject| !subject.is_null()).map(digest).transpose()?;
        if let Some(annotations) = root.get("annotations").filter(|annotations| annotations.is_object()) {
            for member in annotations.members() {
                let value = member.value.as_str().ok_or("an annotation that is not a string")?;
                self.annotations.insert(member.name().into_owned(), value.into_owned());
            }
        }
        Ok(())
    }
}

/// What a media type stands for, Docker's among them: they have the same members.
fn kind(media_type: &str) -> Kind {
    let oci = media_type::docker_equivalent(media_type).map_or(media_type, |equivalent| equivalent.oci);
    media_type::kind(oci, SpecVersion::Dev)
}

fn is_array(value: Value<'_>) -> bool {
    value.kind() == seaworthy_image::json::Kind::Array
}

/// A member that is a string, or not there.
fn text(value: Value<'_>, name: &str) -> Result<Option<String>, String> {
    if !value.is_object() {
        return Err("a descriptor that is no object".to_owned());
    }
    match value.get(name) {
        None => Ok(None),
        Some(member) => match member.as_str() {
            Some(text) => Ok(Some(text.into_owned())),
            None => Err(format!("{name} is not a string")),
        },
    }
}

/// The digest of a descriptor.
fn digest(descriptor: Value<'_>) -> Result<String, String> {
    let digest = text(descriptor, "digest")?.ok_or("a descriptor without digest")?;
    match Digest::parse(&digest) {
        Ok(_) => Ok(digest),
        Err(error) => Err(format!("a descriptor with a malformed digest: {error}")),
    }
}
