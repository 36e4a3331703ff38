//! What a person names on the command line: a layout, an archive, a document, or a stream.

use std::fs::{File, FileType};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use seaworthy_image::json::{self, Document};
use seaworthy_image::layout::{self, Storage};
use seaworthy_image::views::DocumentKind;

use crate::storage::{Archive, ArchiveError, Directory};

/// How input is to be taken.
#[derive(Debug, Clone)]
pub struct Options {
    /// The type of a single document, instead of recognising it.
    pub document: Option<DocumentKind>,
    /// The bounds of a document.
    pub json: json::Limits,
    /// The most bytes that an archive may have once it is decompressed.
    pub archive_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { document: None, json: json::Limits::default(), archive_bytes: 8 << 30 }
    }
}

/// Something to judge.
pub struct Input {
    /// What it is.
    pub content: Content,
    /// What a person should know about it, besides the findings.
    pub notes: Vec<String>,
}

/// The forms of input.
pub enum Content {
    /// An image layout, and the one image of it that was asked for.
    Layout {
        /// Where its files are.
        storage: Box<dyn Storage>,
        /// The `org.opencontainers.image.ref.name` that was asked for.
        reference: Option<String>,
    },
    /// A single document.
    Document {
        /// Its text.
        bytes: Vec<u8>,
        /// What it is meant to be.
        kind: DocumentKind,
    },
}

/// Why input cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It cannot be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A directory without any file of a layout.
    #[error("the directory is no image layout: it has neither {header:?} nor {index:?} nor {blobs:?}", header = layout::HEADER, index = layout::INDEX, blobs = layout::BLOBS)]
    NoLayout,
    /// A device, a socket or a FIFO.
    #[error("it is {0}, not a file or a directory; use - to read standard input")]
    Special(&'static str),
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// Neither an archive nor JSON.
    #[error("it is neither a tar archive nor a JSON document")]
    Unknown,
    /// A compression that is not supported.
    #[error("it is compressed with {0}; decompress it first, or use gzip or zstd")]
    Compression(&'static str),
    /// A document over the limit.
    #[error("the document is larger than {0} bytes; raise the limit with --max-document")]
    DocumentTooLarge(usize),
    /// An archive over the limit.
    #[error("the archive is larger than {0} bytes; raise the limit with --max-archive")]
    ArchiveTooLarge(u64),
    /// An archive that is damaged.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// JSON of which it is not clear what it is meant to be.
    #[error("the document's type cannot be recognised; name it with --type")]
    UnknownDocument,
    /// What `docker save` wrote before it wrote layouts.
    #[error("it is an archive in Docker's own format (manifest.json), not an OCI image layout")]
    DockerArchive,
}

/// Opens `name`: `-`, a path, or `oci:PATH[:REF]` or `oci-archive:PATH[:REF]` in the spelling of
/// the containers project.
///
/// # Errors
///
/// It cannot be opened, or is nothing that can be judged.
pub fn open(name: &str, options: &Options) -> Result<Input, InputError> {
    if name == "-" {
        return from_stream(io::stdin().lock(), options, None);
    }
    for transport in ["oci:", "oci-archive:"] {
        if let Some(rest) = name.strip_prefix(transport) {
            let (path, reference) =
                rest.split_once(':').map_or((rest, None), |(path, name)| (path, Some(name)));
            return from_path(Path::new(path), reference.map(str::to_owned), options);
        }
    }
    from_path(Path::new(name), None, options)
}

fn from_path(path: &Path, reference: Option<String>, options: &Options) -> Result<Input, InputError> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        let known = [layout::HEADER, layout::INDEX, layout::BLOBS];
        if !known.iter().any(|name| path.join(name).symlink_metadata().is_ok()) {
            return Err(InputError::NoLayout);
        }
        let storage = Box::new(Directory::open(path)?);
        return Ok(Input { content: Content::Layout { storage, reference }, notes: Vec::new() });
    }
    if !metadata.is_file() {
        return Err(InputError::Special(describe(metadata.file_type())));
    }
    let mut file = File::open(path)?;
    let head = head(&mut file)?;
    file.rewind()?;
    if matches!(Form::of(&head), Form::Tar) && options.document.is_none() {
        return from_archive(file, reference);
    }
    from_stream(file, options, reference)
}

/// Reads a stream that cannot be rewound, or that has to be decompressed.
fn from_stream(
    mut stream: impl Read,
    options: &Options,
    reference: Option<String>,
) -> Result<Input, InputError> {
    let head = head(&mut stream)?;
    if head.is_empty() {
        return Err(InputError::Empty);
    }
    let form = Form::of(&head);
    let whole = head.as_slice().chain(stream);
    if options.document.is_some() {
        return from_document(whole, options);
    }
    match form {
        Form::Tar => from_archive(spool(whole, options)?, reference),
        Form::Gzip => {
            from_spooled(spool(flate2::read::MultiGzDecoder::new(whole), options)?, reference, options)
        }
        Form::Zstd => from_spooled(spool(zstd::Decoder::new(whole)?, options)?, reference, options),
        Form::Other(name) => Err(InputError::Compression(name)),
        Form::Text => from_document(whole, options),
        Form::Unknown => Err(InputError::Unknown),
    }
}

/// What was compressed: an archive or a document, but not something compressed again.
fn from_spooled(mut file: File, reference: Option<String>, options: &Options) -> Result<Input, InputError> {
    let head = head(&mut file)?;
    file.rewind()?;
    match Form::of(&head) {
        Form::Tar => from_archive(file, reference),
        Form::Text => from_document(file, options),
        _ => Err(InputError::Unknown),
    }
}

fn from_archive(file: File, reference: Option<String>) -> Result<Input, InputError> {
    let archive = Archive::open(file)?;
    let has = |path: &str| !matches!(archive.open(path), Err(layout::OpenError::Missing));
    if ![layout::HEADER, layout::INDEX, layout::BLOBS].iter().any(|path| has(path)) {
        return Err(if has("manifest.json") { InputError::DockerArchive } else { InputError::NoLayout });
    }
    let twice = |path: &String| {
        format!(
            "the archive holds {path:?} more than once: the last one is judged, other readers may take the first"
        )
    };
    let notes = archive.repeated.iter().take(10).map(twice).collect();
    Ok(Input { content: Content::Layout { storage: Box::new(archive), reference }, notes })
}

fn from_document(stream: impl Read, options: &Options) -> Result<Input, InputError> {
    let limit = options.json.bytes;
    let mut bytes = Vec::new();
    stream.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(InputError::DocumentTooLarge(limit));
    }
    let kind = match options.document {
        Some(kind) => kind,
        None => {
            let document = Document::parse(&bytes, &options.json).ok();
            let kind = document.and_then(|document| DocumentKind::recognise(document.root()));
            kind.ok_or(InputError::UnknownDocument)?
        }
    };
    Ok(Input { content: Content::Document { bytes, kind }, notes: Vec::new() })
}

/// Copies a stream to a file without a name: it is gone when the program ends, however it ends.
fn spool(stream: impl Read, options: &Options) -> Result<File, InputError> {
    let mut file = tempfile::tempfile()?;
    let copied = io::copy(&mut stream.take(options.archive_bytes.saturating_add(1)), &mut file)?;
    if copied > options.archive_bytes {
        return Err(InputError::ArchiveTooLarge(options.archive_bytes));
    }
    file.flush()?;
    file.rewind()?;
    Ok(file)
}

/// The first bytes of a stream: one tar header, if there are as many.
fn head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(512);
    stream.take(512).read_to_end(&mut head)?;
    Ok(head)
}

fn describe(file_type: FileType) -> &'static str {
    if file_type.is_fifo() {
        "a FIFO"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

/// What a file's first bytes look like.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    Tar,
    Gzip,
    Zstd,
    Other(&'static str),
    Text,
    Unknown,
}

impl Form {
    fn of(head: &[u8]) -> Form {
        let magics: [(&[u8], Form); 5] = [
            (b"\x1f\x8b", Form::Gzip),
            (b"\x28\xb5\x2f\xfd", Form::Zstd),
            (b"BZh", Form::Other("bzip2")),
            (b"\xfd7zXZ\0", Form::Other("xz")),
            (b"PK\x03\x04", Form::Other("zip")),
        ];
        if let Some((_, form)) = magics.into_iter().find(|(magic, _)| head.starts_with(magic)) {
            return form;
        }
        if is_tar_header(head) {
            return Form::Tar;
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[' | b'"') => Form::Text,
            None if !head.is_empty() => Form::Text,
            _ => Form::Unknown,
        }
    }
}

/// Whether a block is a tar header: its checksum is right. An archive may also begin with its
/// end, two blocks of zeros.
fn is_tar_header(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<512>() else { return false };
    let header = tar::Header::from_byte_slice(block);
    let sum: u32 =
        block[..148].iter().chain(&block[156..]).map(|&byte| u32::from(byte)).sum::<u32>() + 8 * 32;
    header.cksum().is_ok_and(|written| written == sum) || block.iter().all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_recognised_by_their_first_bytes() {
        let check = |head: &[u8], wanted: Form| assert_eq!(Form::of(head), wanted, "{head:?}");
        check(b"\x1f\x8b\x08", Form::Gzip);
        check(b"\x28\xb5\x2f\xfd", Form::Zstd);
        check(b"BZh9", Form::Other("bzip2"));
        check(b" \n{", Form::Text);
        check(b"\xef\xbb\xbf[]", Form::Text);
        check(b"\x7fELF", Form::Unknown);
        check(b"hello", Form::Unknown);
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_path("oci-layout").unwrap();
        header.set_size(0);
        header.set_cksum();
        archive.append(&header, &b""[..]).unwrap();
        check(&archive.into_inner().unwrap(), Form::Tar);
    }

    fn document(text: &[u8], options: &Options) -> Result<DocumentKind, InputError> {
        match from_stream(text, options, None)?.content {
            Content::Document { kind, .. } => Ok(kind),
            Content::Layout { .. } => Err(InputError::Unknown),
        }
    }

    #[test]
    fn documents_are_recognised_or_named() {
        let any = Options::default();
        assert_eq!(document(br#"{"imageLayoutVersion":"1.0.0"}"#, &any).unwrap(), DocumentKind::Header);
        assert_eq!(document(br#"{"manifests":[]}"#, &any).unwrap(), DocumentKind::Index);
        assert_eq!(document(br#"{"rootfs":{},"config":{}}"#, &any).unwrap(), DocumentKind::Config);
        assert!(matches!(document(b"{}", &any), Err(InputError::UnknownDocument)));
        assert!(matches!(document(b"", &any), Err(InputError::Empty)));
        let named = Options { document: Some(DocumentKind::Config), ..Options::default() };
        assert_eq!(document(b"garbage", &named).unwrap(), DocumentKind::Config);
        let small =
            Options { json: json::Limits { bytes: 4, ..json::Limits::default() }, ..Options::default() };
        assert!(matches!(document(br#"{"a":1}"#, &small), Err(InputError::DocumentTooLarge(4))));
    }

    #[test]
    fn an_endless_stream_ends() {
        let options = Options { archive_bytes: 1 << 20, ..Options::default() };
        let error = from_stream(io::repeat(0), &options, None).err().unwrap();
        assert!(matches!(error, InputError::ArchiveTooLarge(_)), "{error}");
        let error = from_stream(io::repeat(b' '), &options, None).err().unwrap();
        assert!(matches!(error, InputError::DocumentTooLarge(_)), "{error}");
    }
}
