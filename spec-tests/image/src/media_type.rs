//! Media types: their grammar, and the ones that image-spec registers.
//!
//! descriptor.md, section "Properties", binds every media type to the names of RFC 6838,
//! section 4.2. What the registered ones are called stands in media-types.md.

use crate::bytes;
use crate::spec::SpecVersion;

/// A content descriptor.
pub const DESCRIPTOR: &str = "application/vnd.oci.descriptor.v1+json";
/// The `oci-layout` file.
pub const LAYOUT_HEADER: &str = "application/vnd.oci.layout.header.v1+json";
/// An image index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// An image manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// An image configuration.
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// The empty object `{}` for descriptors that have nothing to describe, since 1.1.
pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// A layer: a tar archive.
pub const LAYER_TAR: &str = "application/vnd.oci.image.layer.v1.tar";
/// A layer compressed with gzip.
pub const LAYER_TAR_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// A layer compressed with zstd.
pub const LAYER_TAR_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
/// A layer that may not be distributed; deprecated since 1.1.
pub const NONDISTRIBUTABLE_TAR: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar";
/// A layer that may not be distributed, compressed with gzip; deprecated since 1.1.
pub const NONDISTRIBUTABLE_TAR_GZIP: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
/// A layer that may not be distributed, compressed with zstd; deprecated since 1.1.
pub const NONDISTRIBUTABLE_TAR_ZSTD: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd";

/// A media type that keeps the grammar, borrowed from the text it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MediaType<'a> {
    text: &'a str,
    slash: usize,
}

impl<'a> MediaType<'a> {
    /// The longest that a type or a subtype may be, in characters.
    pub const NAME_LIMIT: usize = 127;

    /// Reads a media type; the whole text has to be one type, a slash, and one subtype.
    ///
    /// Parameters belong to header fields, not to the name of a media type, and are an error.
    /// Case carries no meaning in the grammar, so upper case passes here.
    pub fn parse(text: &'a str) -> Result<Self, MediaTypeError> {
        if let Some(slash) = well_formed(text) {
            return Ok(MediaType { text, slash });
        }
        // Something is wrong, or it would have been seen to be right: what, and where?
        let slash = scan_name(text, 0, true)?;
        if slash == text.len() {
            return Err(MediaTypeError::NoSlash { offset: slash });
        }
        scan_name(text, slash + 1, false)?;
        Ok(MediaType { text, slash })
    }

    /// Whether a text is a media type by RFC 6838, section 4.2.
    pub fn check(text: &str) -> Result<(), MediaTypeError> {
        MediaType::parse(text).map(|_| ())
    }

    /// The part before the slash, such as `application`.
    pub fn top_level(&self) -> &'a str {
        &self.text[..self.slash]
    }

    /// The part after the slash.
    pub fn subtype(&self) -> &'a str {
        &self.text[self.slash + 1..]
    }

    /// The structured syntax suffix: what follows the last plus, such as `json` or `gzip`.
    pub fn suffix(&self) -> Option<&'a str> {
        self.subtype().rsplit_once('+').map(|(_, suffix)| suffix)
    }

    /// The media type as it was written.
    pub fn as_str(&self) -> &'a str {
        self.text
    }
}

/// What keeps a text from being a media type, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MediaTypeError {
    /// The text ends before a slash; the offset is its end.
    #[error("no slash between type and subtype (byte {offset})")]
    NoSlash {
        /// Where the slash is missing.
        offset: usize,
    },
    /// The type or the subtype has no characters.
    #[error("the type or the subtype is empty (byte {offset})")]
    Empty {
        /// Where the name is missing.
        offset: usize,
    },
    /// The type or the subtype starts with a sign rather than with a letter or a digit.
    #[error("a name that starts with neither letter nor digit (byte {offset})")]
    FirstCharacter {
        /// The sign.
        offset: usize,
    },
    /// The type or the subtype is longer than [`MediaType::NAME_LIMIT`].
    #[error("a name of more than 127 characters (byte {offset})")]
    TooLong {
        /// The first character that is too many.
        offset: usize,
    },
    /// A semicolon: parameters are not part of the name.
    #[error("a parameter, which is not part of a media type's name (byte {offset})")]
    Parameter {
        /// The semicolon, or the blanks before it.
        offset: usize,
    },
    /// Any other character outside the names' set, a second slash among them.
    #[error("a character that a media type cannot have (byte {offset})")]
    Character {
        /// The character's first byte.
        offset: usize,
    },
}

impl MediaTypeError {
    /// The byte at which the text leaves the grammar.
    pub fn offset(&self) -> usize {
        match *self {
            MediaTypeError::NoSlash { offset }
            | MediaTypeError::Empty { offset }
            | MediaTypeError::FirstCharacter { offset }
            | MediaTypeError::TooLong { offset }
            | MediaTypeError::Parameter { offset }
            | MediaTypeError::Character { offset } => offset,
        }
    }
}

/// What a media type says of the content it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A content descriptor on its own.
    Descriptor,
    /// The `oci-layout` file.
    LayoutHeader,
    /// An image index.
    Index,
    /// An image manifest.
    Manifest,
    /// An image configuration.
    Config,
    /// The empty object.
    Empty,
    /// A layer.
    Layer {
        /// How the tar archive is compressed.
        compression: Compression,
        /// False for the deprecated types of layers that may not be distributed.
        distributable: bool,
    },
    /// Anything that the version does not register. It must not be refused for that.
    Unknown,
}

/// How the tar archive of a layer is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// A plain tar archive.
    None,
    /// RFC 1952.
    Gzip,
    /// RFC 8478.
    Zstd,
}

/// A media type that image-spec registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// Its name.
    pub name: &'static str,
    /// What it stands for.
    pub kind: Kind,
    /// The first version whose media-types.md lists it.
    pub since: SpecVersion,
}

/// Every registered media type, in the order of media-types.md.
pub const REGISTERED: [Registered; 12] = {
    use Compression::{Gzip, None, Zstd};
    use SpecVersion::{V1_0_2, V1_1_1};
    [
        registered(DESCRIPTOR, Kind::Descriptor, V1_0_2),
        registered(LAYOUT_HEADER, Kind::LayoutHeader, V1_0_2),
        registered(INDEX, Kind::Index, V1_0_2),
        registered(MANIFEST, Kind::Manifest, V1_0_2),
        registered(CONFIG, Kind::Config, V1_0_2),
        registered(LAYER_TAR, layer(None, true), V1_0_2),
        registered(LAYER_TAR_GZIP, layer(Gzip, true), V1_0_2),
        registered(LAYER_TAR_ZSTD, layer(Zstd, true), V1_1_1),
        registered(EMPTY, Kind::Empty, V1_1_1),
        registered(NONDISTRIBUTABLE_TAR, layer(None, false), V1_0_2),
        registered(NONDISTRIBUTABLE_TAR_GZIP, layer(Gzip, false), V1_0_2),
        registered(NONDISTRIBUTABLE_TAR_ZSTD, layer(Zstd, false), V1_1_1),
    ]
};

/// What a media type stands for in a version of the specification.
///
/// The comparison is exact. RFC 6838 would let names that differ in case be the same, but the
/// specification spells its types in one way only, and every tool compares bytes.
pub fn kind(media_type: &str, version: SpecVersion) -> Kind {
    REGISTERED
        .iter()
        .find(|entry| entry.name == media_type && entry.since <= version)
        .map_or(Kind::Unknown, |entry| entry.kind)
}

/// An OCI type that media-types.md, section "Compatibility Matrix", sets beside one of Docker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DockerEquivalent {
    /// The media type of Docker.
    pub docker: &'static str,
    /// The media type of image-spec.
    pub oci: &'static str,
    /// Whether one may stand for the other. If not, the formats are only related, and the
    /// document still is not what an OCI media type promises.
    pub interchangeable: bool,
}

/// The compatibility matrix, the same in every version.
///
/// Docker's layers of "foreign" content are not in it, although tools map them too.
pub const DOCKER_EQUIVALENTS: [DockerEquivalent; 4] = [
    DockerEquivalent {
        docker: "application/vnd.docker.distribution.manifest.list.v2+json",
        oci: INDEX,
        interchangeable: false,
    },
    DockerEquivalent {
        docker: "application/vnd.docker.distribution.manifest.v2+json",
        oci: MANIFEST,
        interchangeable: false,
    },
    DockerEquivalent {
        docker: "application/vnd.docker.image.rootfs.diff.tar.gzip",
        oci: LAYER_TAR_GZIP,
        interchangeable: true,
    },
    DockerEquivalent {
        docker: "application/vnd.docker.container.image.v1+json",
        oci: CONFIG,
        interchangeable: false,
    },
];

/// The OCI type that corresponds to a media type of Docker's.
///
/// [`kind`] calls these types unknown, as the specification does not register them; a reader
/// that wants to follow them asks here.
pub fn docker_equivalent(docker: &str) -> Option<DockerEquivalent> {
    DOCKER_EQUIVALENTS.into_iter().find(|entry| entry.docker == docker)
}

const fn registered(name: &'static str, kind: Kind, since: SpecVersion) -> Registered {
    Registered { name, kind, since }
}

const fn layer(compression: Compression, distributable: bool) -> Kind {
    Kind::Layer { compression, distributable }
}

/// Where the slash is of a text that is a media type; `None` if it is none.
fn well_formed(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let slash = bytes.iter().position(|&byte| byte == b'/')?;
    let is_name = |name: &[u8]| {
        name.len() <= MediaType::NAME_LIMIT
            && name.first().is_some_and(|&first| bytes::is_letter_or_digit(first))
            && bytes::all(name, is_name_character)
    };
    (is_name(&bytes[..slash]) && is_name(&bytes[slash + 1..])).then_some(slash)
}

/// Reads one name and says where it ends: at the end of the text, or, for the type, at a slash.
fn scan_name(text: &str, start: usize, slash_ends: bool) -> Result<usize, MediaTypeError> {
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'/' if slash_ends && at > start => return Ok(at),
            b'/' if slash_ends => return Err(MediaTypeError::Empty { offset: at }),
            b';' | b' ' | b'\t' if begins_parameter(&text[at..]) => {
                return Err(MediaTypeError::Parameter { offset: at });
            }
            _ if !is_name_character(byte) => return Err(MediaTypeError::Character { offset: at }),
            _ if at == start && !byte.is_ascii_alphanumeric() => {
                return Err(MediaTypeError::FirstCharacter { offset: at });
            }
            _ if at - start == MediaType::NAME_LIMIT => {
                return Err(MediaTypeError::TooLong { offset: at });
            }
            _ => {}
        }
    }
    // A type that is not followed by a slash is the caller's to report, except at the very end.
    if start == text.len() && !slash_ends {
        return Err(MediaTypeError::Empty { offset: start });
    }
    Ok(text.len())
}

fn begins_parameter(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t']).starts_with(';')
}

fn is_name_character(byte: u8) -> bool {
    bytes::is_letter_or_digit(byte)
        | (byte == b'!')
        | (byte == b'#')
        | (byte == b'$')
        | (byte == b'&')
        | (byte == b'-')
        | (byte == b'^')
        | (byte == b'_')
        | (byte == b'.')
        | (byte == b'+')
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn check(text: &str, wanted: Result<(&str, &str, Option<&str>), MediaTypeError>) {
        let found = MediaType::parse(text);
        let parts = found.map(|media_type| {
            assert_eq!(media_type.as_str(), text);
            let (top_level, subtype) = (media_type.top_level(), media_type.subtype());
            (top_level, subtype, media_type.suffix())
        });
        assert_eq!(parts, wanted, "{text:?}");
        assert_eq!(MediaType::check(text), wanted.map(|_| ()));
    }

    #[test]
    fn grammar() {
        use MediaTypeError::*;
        check("a/b", Ok(("a", "b", None)));
        check("0/1", Ok(("0", "1", None)));
        check("A/B", Ok(("A", "B", None)));
        check("a/b+c+json", Ok(("a", "b+c+json", Some("json"))));
        check("a/b+", Ok(("a", "b+", Some(""))));
        check("a!#$&-^_.+/b!#$&-^_.", Ok(("a!#$&-^_.+", "b!#$&-^_.", None)));

        check("", Err(NoSlash { offset: 0 }));
        check("json", Err(NoSlash { offset: 4 }));
        check("/b", Err(Empty { offset: 0 }));
        check("a/", Err(Empty { offset: 2 }));
        check("/", Err(Empty { offset: 0 }));
        check(".a/b", Err(FirstCharacter { offset: 0 }));
        check("a/+json", Err(FirstCharacter { offset: 2 }));
        check("a/b/c", Err(Character { offset: 3 }));
        check("a//b", Err(Character { offset: 2 }));
        check("*/*", Err(Character { offset: 0 }));
        check("a/*", Err(Character { offset: 2 }));
        check(" a/b", Err(Character { offset: 0 }));
        check("a/b ", Err(Character { offset: 3 }));
        check("a/b\n", Err(Character { offset: 3 }));
        check("a /b", Err(Character { offset: 1 }));
        check("a/bé", Err(Character { offset: 3 }));
        check("a/b;c=d", Err(Parameter { offset: 3 }));
        check("a/b; c=d", Err(Parameter { offset: 3 }));
        check("a/b \t;c=d", Err(Parameter { offset: 3 }));
        check("a/b;", Err(Parameter { offset: 3 }));
        assert_eq!(MediaType::parse("a/b/c").unwrap_err().offset(), 3);

        let longest = "x".repeat(127);
        let text = format!("{longest}/{longest}");
        check(&text, Ok((&longest, &longest, None)));
        check(&format!("x{text}"), Err(TooLong { offset: 127 }));
        check(&format!("{text}x"), Err(TooLong { offset: 255 }));
    }

    #[test]
    fn kinds() {
        fn check(media_type: &str, wanted: [Kind; 3]) {
            let found = SpecVersion::ALL.map(|version| kind(media_type, version));
            assert_eq!(found, wanted, "{media_type}");
        }
        for entry in REGISTERED {
            let old = match entry.since {
                SpecVersion::V1_0_2 => entry.kind,
                _ => Kind::Unknown,
            };
            check(entry.name, [old, entry.kind, entry.kind]);
            assert_eq!(MediaType::check(entry.name), Ok(()));
        }
        check(
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            [Kind::Unknown, layer(Compression::Zstd, false), layer(Compression::Zstd, false)],
        );
        check(&EMPTY.to_uppercase(), [Kind::Unknown; 3]);
        check("application/vnd.oci.image.layer.v1.tar+bzip2", [Kind::Unknown; 3]);
        check("", [Kind::Unknown; 3]);
        for entry in DOCKER_EQUIVALENTS {
            check(entry.docker, [Kind::Unknown; 3]);
            assert_eq!(docker_equivalent(entry.docker), Some(entry));
            assert_eq!(docker_equivalent(entry.oci), None);
            assert_ne!(kind(entry.oci, SpecVersion::V1_0_2), Kind::Unknown);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_grammar_as_a_pattern(
            text in "([aZ0]|[!#$&^_.+-]|/|;|\\*|é| |\n|x{125}){0,7}"
        ) {
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
                let name = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
                Regex::new(&format!(r"\A{name}/{name}\z")).unwrap()
            });
            let found = MediaType::parse(&text);
            prop_assert_eq!(found.is_ok(), PATTERN.is_match(&text));
            if let Err(error) = found {
                prop_assert!(text.is_char_boundary(error.offset()));
            }
        }
    }
}
