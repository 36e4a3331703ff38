//! What could not be judged, and which limit kept it from that.

use std::fmt;

use seaworthy_image::compression::StreamError;
use seaworthy_image::layer::Layer;
use seaworthy_image::tar::ErrorKind;

/// Something that could not be judged, or not in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// What, and why: text for people.
    pub text: String,
    /// The limit that has to be raised for it to be judged.
    pub limit: Option<Limit>,
}

/// The limits that whoever asks for a judgement can raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The size of a document.
    Document,
    /// The size of a layer after decompression.
    Layer,
    /// How many times larger a layer may become.
    LayerRatio,
    /// The window that a layer may ask for.
    LayerWindow,
    /// The entries of a layer.
    LayerEntries,
    /// The length of a path in a layer.
    Path,
    /// The size of a PAX header in a layer.
    Pax,
    /// The regions of a sparse file in a layer.
    Regions,
}

impl Limit {
    /// The limit that kept a layer from being read as a whole.
    pub(crate) fn of(layer: &Layer) -> Option<Limit> {
        let of_stream = layer.stream_error.as_ref().and_then(|error| match error {
            StreamError::TooLarge(_) => Some(Limit::Layer),
            StreamError::Ratio(_) => Some(Limit::LayerRatio),
            StreamError::Window { .. } => Some(Limit::LayerWindow),
            StreamError::Io(_) | StreamError::Truncated | StreamError::Damaged(_) => None,
        });
        of_stream.or_else(|| match layer.archive_error.as_ref()?.kind {
            ErrorKind::TooManyEntries(_) => Some(Limit::LayerEntries),
            ErrorKind::LongName(_) => Some(Limit::Path),
            ErrorKind::LargePax(_) => Some(Limit::Pax),
            ErrorKind::TooManyRegions(_) => Some(Limit::Regions),
            _ => None,
        })
    }
}

impl From<String> for Unjudged {
    fn from(text: String) -> Self {
        Unjudged { text, limit: None }
    }
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
