//! The content of a file inside a JSON document.

use std::io::{self, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The content of a file, in one of three forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Text in UTF-8.
    Text(String),
    /// Bytes in base64.
    Base64(String),
    /// What is large and repeats itself: gzip, in base64.
    Gzip(String),
}

/// Up to here text is written as it is, for people to read.
const PLAIN_TEXT: usize = 4 << 10;
/// Up to here other bytes are.
const PLAIN: usize = 256;

impl Content {
    /// Bytes in the form that suits them.
    pub fn of(bytes: &[u8]) -> Content {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
        let plain = if text.is_some() { PLAIN_TEXT } else { PLAIN };
        if bytes.len() > plain
            && let Ok(packed) = pack(bytes)
            && packed.len() < bytes.len() / 2
        {
            return Content::Gzip(STANDARD.encode(packed));
        }
        match text {
            Some(text) => Content::Text(text.to_owned()),
            None => Content::Base64(STANDARD.encode(bytes)),
        }
    }

    /// The bytes.
    ///
    /// # Errors
    ///
    /// The form is not kept.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        let decode = |text: &str| STANDARD.decode(text).map_err(io::Error::other);
        match self {
            Content::Text(text) => Ok(text.clone().into_bytes()),
            Content::Base64(text) => decode(text),
            Content::Gzip(text) => {
                let packed = decode(text)?;
                let mut bytes = Vec::new();
                GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_content_comes_back() {
        for bytes in [&b""[..], b"{\"a\": 1}\n", b"\xff\0", &[0; 100_000], "\u{0}é\r\n".as_bytes()] {
            assert_eq!(Content::of(bytes).bytes().unwrap(), bytes);
        }
        assert!(matches!(Content::of(&[0; 100_000]), Content::Gzip(text) if text.len() < 400));
    }
}
