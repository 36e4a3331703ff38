//! What a person names on the command line: a layout, an archive, a document, or a stream.

mod saved_image;

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs::{File, FileType};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, openat};
use seaworthy_image::graph;
use seaworthy_image::json::{self, Anomaly, AnomalyKind, Document, Value};
use seaworthy_image::layout::{self, Storage};
use seaworthy_image::views::{DocumentKind, Index, items};

use crate::printable::reason;
use crate::storage::{Archive, ArchiveError, Directory, Limits, is_tar_header};

/// The annotation that names an image in a layout.
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// How input is to be taken.
#[derive(Debug, Clone)]
pub struct Options {
    /// The type of a single document, instead of recognising it.
    pub document: Option<DocumentKind>,
    /// The bounds of a document.
    pub json: json::Limits,
    /// The most bytes that an archive may have once it is decompressed.
    pub archive_bytes: u64,
    /// How many times larger a compressed archive may become. The blobs in it are compressed
    /// already, or are programs and texts, which shrink to a tenth at best.
    pub ratio: u64,
    /// How much of a layout is listed.
    pub storage: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            document: None,
            json: json::Limits::default(),
            archive_bytes: 8 << 30,
            ratio: 200,
            storage: Limits::default(),
        }
    }
}

/// Below this size a compressed archive may grow as much as it likes.
const RATIO_FREE: u64 = 64 << 20;

/// Something to judge.
pub struct Input {
    /// What it is.
    pub content: Content,
    /// What stands before the path of a file in it, to name that file to a person.
    pub prefix: String,
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
    #[error("{}", reason(.0))]
    Io(io::Error),
    /// There is nothing of that name, and it looks like something in a registry.
    #[error(
        "there is no such file or directory; an image in a registry has to be copied first, for instance with: skopeo copy {0} oci:DIRECTORY"
    )]
    Registry(String),
    /// What was decompressed or streamed cannot be kept for the time of the check.
    #[error("it cannot be copied to a temporary file in {}: {}", std::env::temp_dir().display(), reason(.0))]
    Spool(io::Error),
    /// Compressed data that end or break.
    #[error("the {0} data are damaged or truncated: {why}", why = reason(.1))]
    Compressed(&'static str, io::Error),
    /// Nothing of a layout in it.
    #[error("{what} is no image layout: it has neither {header:?} nor {index:?} nor {blobs:?}{meant}", header = layout::HEADER, index = layout::INDEX, blobs = layout::BLOBS)]
    NoLayout {
        /// What was named.
        what: &'static str,
        /// What may be meant instead, in words; empty if there is nothing.
        meant: String,
    },
    /// A layout without the image that was asked for.
    #[error("index.json has no entry that is named {name:?}; {}", known_names(.known))]
    NoReference {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A layout was asked for.
    #[error("it is a single document, not an image layout; leave out the oci: or oci-archive:")]
    NotALayout,
    /// A document was asked for.
    #[error("it is a directory, and --type names the type of a single document")]
    NotADocument,
    /// A device, a socket or a FIFO.
    #[error("it is {0}, not a file or a directory; to read a stream, use - and standard input")]
    Special(&'static str),
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// White space only.
    #[error("it holds nothing but white space")]
    Blank,
    /// Zeros, which are an archive's end.
    #[error("it begins with zeros: it is an empty archive, or none")]
    EmptyArchive,
    /// Neither an archive nor JSON.
    #[error("it is neither a tar archive nor a JSON document")]
    Unknown,
    /// A compression that is not supported.
    #[error("it is {0}; decompress it first, or use gzip or zstd")]
    Compression(&'static str),
    /// A document over the limit.
    #[error("the document is larger than {0} bytes; raise the limit with --max-document")]
    DocumentTooLarge(usize),
    /// A document nested over the limit.
    #[error("the document is nested deeper than {0} levels")]
    DocumentTooDeep(usize),
    /// An archive over the limit.
    #[error("the archive is larger than {0} bytes; raise the limit with --max-archive")]
    ArchiveTooLarge(u64),
    /// An archive that was compressed too well.
    #[error(
        "it grows to more than {0} times its compressed size, as only a decompression bomb does; if it is none, raise the limit with --max-ratio"
    )]
    Bomb(u64),
    /// An archive that is damaged.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// JSON of which it is not clear what it is meant to be.
    #[error("the document's type cannot be recognised; name it with --type")]
    UnknownDocument,
    /// What `docker save` wrote before it wrote layouts.
    #[error(
        "it is an archive in Docker's own format (manifest.json), not an image layout; convert it first, for instance with: skopeo copy docker-archive:FILE oci:DIRECTORY"
    )]
    DockerArchive,
}

/// Its words say all of it: as a source it would be told twice.
impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        InputError::Io(error)
    }
}

/// The images in a directory, for a person who named that.
fn meant(inside: &[String]) -> String {
    const MOST: usize = 3;
    let shown: Vec<&str> = inside.iter().take(MOST).map(String::as_str).collect();
    match inside.len().saturating_sub(MOST) {
        _ if shown.is_empty() => String::new(),
        0 => format!("; to judge what is in it, name {}", shown.join(", ")),
        more => format!("; to judge what is in it, name {} or one of {more} more", shown.join(", ")),
    }
}

/// The layout in a folder of a storage, for a person who packed that folder instead of what is in it.
fn layout_below(storage: &impl Storage) -> String {
    let entries = storage.entries().unwrap_or_default();
    let folder = entries.iter().find_map(|entry| entry.path.strip_suffix(layout::HEADER)?.strip_suffix('/'));
    folder.map_or_else(String::new, |folder| {
        format!("; there is one in {folder:?}: pack what is in that folder, for instance with: tar -C FOLDER -cf FILE .")
    })
}

/// The layouts and archives in a directory, in order, as they have to be named. A person who names a
/// directory of images means them.
fn images_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_image = |path: &PathBuf| {
        path.join(layout::HEADER).is_file()
            || path.extension().is_some_and(|end| end == "tar") && path.is_file()
    };
    let mut images: Vec<String> =
        entries.filter(is_image).map(|path| path.to_string_lossy().into_owned()).collect();
    images.sort();
    images
}

fn known_names(known: &[String]) -> String {
    const MOST: usize = 20;
    let shown: Vec<String> = known.iter().take(MOST).map(|name| format!("{name:?}")).collect();
    let more = known.len().saturating_sub(MOST);
    match (known, more) {
        ([], _) => "no entry has a name".to_owned(),
        ([only], _) => format!("the only name is {only:?}"),
        (_, 0) => format!("the names are {}", shown.join(", ")),
        _ => format!("the names are {} and {more} more", shown.join(", ")),
    }
}

/// Opens `name`: `-`, a path, or `oci:PATH[:REF]` or `oci-archive:PATH[:REF]` in the spelling of
/// the containers project.
///
/// # Errors
///
/// It cannot be opened, or is nothing that can be judged.
pub fn open(name: &OsStr, options: &Options) -> Result<Input, InputError> {
    if name == "-" {
        return named("standard input", from_stream(io::stdin().lock(), options, None)?);
    }
    for transport in ["oci:", "oci-archive:"] {
        if let Some(rest) = name.as_bytes().strip_prefix(transport.as_bytes()) {
            let (path, reference) = match rest.iter().position(|&byte| byte == b':') {
                Some(colon) => (&rest[..colon], &rest[colon + 1..]),
                None => (rest, &b""[..]),
            };
            let reference = String::from_utf8_lossy(reference).into_owned();
            let input = from_path(OsStr::from_bytes(path), Some(reference), options)?;
            return if matches!(input.content, Content::Layout { .. }) {
                Ok(input)
            } else {
                Err(InputError::NotALayout)
            };
        }
    }
    match from_path(name, None, options) {
        Err(InputError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            let text = name.to_string_lossy();
            let is_remote = text.contains("://") || text.starts_with("containers-storage:");
            Err(if is_remote { InputError::Registry(text.into_owned()) } else { InputError::Io(error) })
        }
        result => result,
    }
}

/// Puts the name of a stream or a file before what is found in it, or in the document that it is.
fn named(name: &str, input: Input) -> Result<Input, InputError> {
    let prefix = match input.content {
        Content::Layout { .. } => format!("{name}: "),
        Content::Document { .. } => name.to_owned(),
    };
    Ok(Input { prefix, ..input })
}

fn from_path(name: &OsStr, reference: Option<String>, options: &Options) -> Result<Input, InputError> {
    let path = Path::new(name);
    let shown = name.to_string_lossy();
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        if options.document.is_some() {
            return Err(InputError::NotADocument);
        }
        let storage = Directory::open(path)?.with_limits(options.storage);
        let prefix = if shown.ends_with('/') { shown.into_owned() } else { format!("{shown}/") };
        let input =
            layout(storage, "the directory", reference, options, Vec::new()).map_err(
                |error| match error {
                    InputError::NoLayout { what, .. } => {
                        InputError::NoLayout { what, meant: meant(&images_in(path)) }
                    }
                    error => error,
                },
            )?;
        return Ok(Input { prefix, ..input });
    }
    if !metadata.is_file() {
        return Err(InputError::Special(describe(metadata.file_type())));
    }
    // Not to hang if a FIFO took the file's place since.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let mut file = File::from(openat(CWD, path, flags, Mode::empty()).map_err(io::Error::from)?);
    let head = head(&mut file)?;
    file.rewind()?;
    let input = if Form::of(&head) == Form::Tar && options.document.is_none() {
        from_archive(file, reference, options)?
    } else {
        from_stream(file, options, reference)?
    };
    named(&shown, input)
}

/// Reads a stream that cannot be rewound, or that has to be decompressed.
///
/// # Errors
///
/// It cannot be read, or is nothing that can be judged.
pub fn from_stream(
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
    let taken = Cell::new(0);
    match form {
        Form::Tar => from_archive(spool(whole, None, options)?, reference, options),
        Form::Gzip => {
            let decoder = flate2::read::MultiGzDecoder::new(Counted { stream: whole, taken: &taken });
            from_spooled(spool(decoder, Some(("gzip", &taken)), options)?, reference, options)
        }
        Form::Zstd => {
            let mut decoder = zstd::Decoder::new(Counted { stream: whole, taken: &taken })?;
            // The format allows windows of terabytes; its specification asks for 8 MiB, and the
            // zstd command takes up to 128 MiB.
            decoder.window_log_max(27)?;
            from_spooled(spool(decoder, Some(("zstd", &taken)), options)?, reference, options)
        }
        Form::Zeros => Err(InputError::EmptyArchive),
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
        Form::Tar => from_archive(file, reference, options),
        Form::Zeros => Err(InputError::EmptyArchive),
        Form::Text => from_document(file, options),
        _ if head.is_empty() => Err(InputError::Empty),
        _ => Err(InputError::Unknown),
    }
}

fn from_archive(file: File, reference: Option<String>, options: &Options) -> Result<Input, InputError> {
    let mut archive = Archive::open(file, options.storage)?;
    let mut notes = std::mem::take(&mut archive.notes);
    notes.extend(saved_image::other(&archive, &options.json));
    layout(archive, "the archive", reference, options, notes)
}

/// A layout, if there is anything of one, and the image in it that was asked for.
fn layout(
    storage: impl Storage + 'static,
    what: &'static str,
    reference: Option<String>,
    options: &Options,
    notes: Vec<String>,
) -> Result<Input, InputError> {
    let has = |path: &str| !matches!(storage.open(path), Err(layout::OpenError::Missing));
    if ![layout::HEADER, layout::INDEX, layout::BLOBS].iter().any(|path| has(path)) {
        let is_docker = what == "the archive" && has(saved_image::LIST);
        return Err(if is_docker {
            InputError::DockerArchive
        } else {
            InputError::NoLayout { what, meant: layout_below(&storage) }
        });
    }
    let reference = reference.filter(|name| !name.is_empty());
    if let Some(name) = &reference
        && let Some(known) = names(&storage, options)
        && !known.contains(name)
    {
        return Err(InputError::NoReference { name: name.clone(), known });
    }
    let content = Content::Layout { storage: Box::new(storage), reference };
    Ok(Input { content, prefix: String::new(), notes })
}

/// The names of a layout's images; `None` if its index cannot be read, which is for the rules.
fn names(storage: &dyn Storage, options: &Options) -> Option<Vec<String>> {
    let bytes = graph::read_file(storage, layout::INDEX, options.json.bytes).ok()?;
    let document = Document::parse(&bytes, &options.json).ok()?;
    let name = |value: Value<'_>| {
        let name = value.get("annotations")?.get(REF_NAME)?.as_str()?;
        Some(name.into_owned())
    };
    Some(items(Index::of(document.root()).manifests).filter_map(name).collect())
}

fn from_document(stream: impl Read, options: &Options) -> Result<Input, InputError> {
    let limit = options.json.bytes;
    let mut bytes = Vec::new();
    stream.take((limit as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(InputError::DocumentTooLarge(limit));
    }
    let kind = match (options.document, Document::parse(&bytes, &options.json)) {
        (_, Err(Anomaly { kind: AnomalyKind::TooDeep, .. })) => {
            return Err(InputError::DocumentTooDeep(options.json.depth));
        }
        (Some(kind), _) => kind,
        (None, Ok(document)) => {
            DocumentKind::recognise(document.root()).ok_or(InputError::UnknownDocument)?
        }
        (None, Err(_)) if bytes.iter().all(u8::is_ascii_whitespace) => return Err(InputError::Blank),
        // What is no JSON is a finding whatever it is meant to be.
        (None, Err(_)) => DocumentKind::Descriptor,
    };
    Ok(Input { content: Content::Document { bytes, kind }, prefix: String::new(), notes: Vec::new() })
}

/// Copies a stream to a file without a name: it is gone when the program ends, however it ends.
/// `packed` is the compression, and how much was read of the compressed stream.
fn spool(
    mut stream: impl Read,
    packed: Option<(&'static str, &Cell<u64>)>,
    options: &Options,
) -> Result<File, InputError> {
    let mut file = tempfile::tempfile().map_err(InputError::Spool)?;
    let mut buffer = vec![0; 1 << 17];
    let mut copied = 0_u64;
    loop {
        let length = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(match packed {
                    Some((compression, _)) => InputError::Compressed(compression, error),
                    None => InputError::Io(error),
                });
            }
        };
        copied += length as u64;
        if copied > options.archive_bytes {
            return Err(InputError::ArchiveTooLarge(options.archive_bytes));
        }
        if let Some((_, taken)) = packed
            && copied > RATIO_FREE
            && copied / options.ratio.max(1) > taken.get()
        {
            return Err(InputError::Bomb(options.ratio));
        }
        file.write_all(&buffer[..length]).map_err(InputError::Spool)?;
    }
    file.rewind().map_err(InputError::Spool)?;
    Ok(file)
}

/// A stream that tells how much was taken from it.
struct Counted<'c, R> {
    stream: R,
    taken: &'c Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.stream.read(buffer)?;
        self.taken.set(self.taken.get() + length as u64);
        Ok(length)
    }
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
    /// A whole block of zeros.
    Zeros,
    Gzip,
    Zstd,
    Other(&'static str),
    Text,
    Unknown,
}

impl Form {
    fn of(head: &[u8]) -> Form {
        let magics: [(&[u8], Form); 6] = [
            (b"\x1f\x8b", Form::Gzip),
            (b"\x28\xb5\x2f\xfd", Form::Zstd),
            (b"BZh", Form::Other("compressed with bzip2")),
            (b"\xfd7zXZ\0", Form::Other("compressed with xz")),
            (b"PK\x03\x04", Form::Other("a zip archive")),
            (b"hsqs", Form::Other("a squashfs image")),
        ];
        if let Some((_, form)) = magics.into_iter().find(|(magic, _)| head.starts_with(magic)) {
            return form;
        }
        if let Some(block) = head.first_chunk::<512>() {
            if is_tar_header(block) {
                return Form::Tar;
            }
            if block.iter().all(|&byte| byte == 0) {
                return Form::Zeros;
            }
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{' | b'[' | b'"') => Form::Text,
            None if !head.is_empty() => Form::Text,
            _ => Form::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_recognised_by_their_first_bytes() {
        let check = |head: &[u8], wanted: Form| assert_eq!(Form::of(head), wanted, "{head:?}");
        check(b"\x1f\x8b\x08", Form::Gzip);
        check(b"\x28\xb5\x2f\xfd", Form::Zstd);
        check(b"BZh9", Form::Other("compressed with bzip2"));
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
        let refusal = |stream: &mut dyn Read| from_stream(stream, &options, None).err().unwrap();
        assert!(matches!(refusal(&mut io::repeat(0)), InputError::EmptyArchive));
        assert!(matches!(refusal(&mut io::repeat(b' ')), InputError::DocumentTooLarge(_)));
        assert!(matches!(refusal(&mut io::repeat(b'[')), InputError::DocumentTooLarge(_)));
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        header.set_cksum();
        let archive = header.as_bytes().repeat(4096);
        assert!(matches!(refusal(&mut archive.as_slice()), InputError::ArchiveTooLarge(_)));
    }

    #[test]
    fn a_bomb_is_refused_early() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let mut header = tar::Header::new_gnu();
        header.set_size(1 << 30);
        header.set_cksum();
        encoder.write_all(header.as_bytes()).unwrap();
        io::copy(&mut io::repeat(0).take(80 << 20), &mut encoder).unwrap();
        let bomb = encoder.finish().unwrap();
        let error = from_stream(bomb.as_slice(), &Options::default(), None).err().unwrap();
        assert!(matches!(error, InputError::Bomb(200)), "{error}");
        let patient = Options { ratio: 2000, ..Options::default() };
        let error = from_stream(bomb.as_slice(), &patient, None).err().unwrap();
        assert!(matches!(error, InputError::Archive(ArchiveError::Truncated(_))), "{error}");
    }
}
