//! An unpacker as one writes it in an afternoon: plain calls on plain paths, and a switch for each
//! [`mistake`]. It runs in confinement only, like any other program under test.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::fs::{AtFlags, CWD, FileType, Mode, Timespec, Timestamps, XattrFlags, mknodat, utimensat};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::path::{Marker, clean, components, split};
use seaworthy_image::tar::{Entry, EntryKind, Limits, Reader};

use serde_json::Value;

use super::mistake::*;

/// The hidden `seaworthy careless` sub-command: `MISTAKE OUTPUT LAYOUT LAYER... -- DIFF-ID...`. Without a mistake
/// that is `none`, it makes none.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let [mistake, output, layout, rest @ ..] = &args[..] else { return ExitCode::from(2) };
    let (mistake, output) = (mistake.to_string_lossy(), Path::new(output));
    let verified = verify_documents(&mistake, Path::new(layout));
    match verified.and_then(|()| layers(rest)).and_then(|layers| unpack(&mistake, output, layers)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if mistake != KEEPS_PART_OF_A_TREE {
                let _ = fs::remove_dir_all(output);
            }
            eprintln!("careless: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Follows `index.json` to the first image, and verifies what is on the way.
fn verify_documents(mistake: &str, layout: &Path) -> io::Result<()> {
    let blob = |descriptor: &Value| -> io::Result<Vec<u8>> {
        let digest = descriptor["digest"].as_str().unwrap_or_default();
        let bytes = read(mistake, &layout.join("blobs").join(digest.replacen(':', "/", 1)))?;
        if descriptor["size"].as_u64() != Some(bytes.len() as u64) {
            return Err(error(format!("the size of {} is another one", digest.escape_debug())));
        }
        Ok(bytes)
    };
    let document = |descriptor: &Value| -> io::Result<Value> {
        let bytes = blob(descriptor)?;
        verify(&bytes, descriptor["digest"].as_str().unwrap_or_default())?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    let index: Value = serde_json::from_slice(&read(mistake, &layout.join("index.json"))?)?;
    let entry = &index["manifests"][0];
    let manifest = document(entry)?;
    document(&manifest["config"])?;
    let layers = manifest["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    layers.iter().try_for_each(|layer| blob(layer).map(drop))?;
    // Some leave a note of the image under a name that it gives itself.
    let name = match mistake {
        GOES_BY_NAMES_OF_IMAGES => &entry["annotations"]["org.opencontainers.image.ref.name"],
        GOES_BY_TITLES => &manifest["layers"][0]["annotations"]["org.opencontainers.image.title"],
        _ => return Ok(()),
    };
    name.as_str().map_or(Ok(()), |name| fs::write(std::env::temp_dir().join(name), "seen\n"))
}

/// The content of a regular file; what else there may be is not opened.
fn read(mistake: &str, path: &Path) -> io::Result<Vec<u8>> {
    match mistake == OPENS_ANYTHING || fs::symlink_metadata(path)?.is_file() {
        true => fs::read(path),
        false => Err(error("it is no file".to_owned())),
    }
}

/// More of a file than any image here has.
const LARGEST: u64 = 256 << 20;

struct Layer<'a> {
    diff_id: &'a OsStr,
    path: &'a Path,
}

fn layers(words: &[OsString]) -> io::Result<Vec<Layer<'_>>> {
    let mut halves = words.splitn(2, |word| word == "--");
    let (paths, diff_ids) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    if paths.len() != diff_ids.len() {
        return Err(error(format!("{} layers and {} diff ids", paths.len(), diff_ids.len())));
    }
    Ok(paths.iter().zip(diff_ids).map(|(path, diff_id)| Layer { diff_id, path: Path::new(path) }).collect())
}

fn unpack(mistake: &str, output: &Path, mut layers: Vec<Layer<'_>>) -> io::Result<()> {
    fs::create_dir(output)?;
    if mistake == REVERSES_LAYERS {
        layers.reverse();
    }
    if mistake == SKIPS_TOP_LAYER && layers.len() > 1 {
        layers.pop();
    }
    let mut unpacker = Unpacker { root: output.to_owned(), mistake, directories: Vec::new() };
    for layer in layers {
        let stored = read(mistake, layer.path)?;
        if mistake != HASHES_ARCHIVES_ONLY {
            match verify(&stored, &digest_in(layer.path)) {
                Err(failed)
                    if failed.kind() == io::ErrorKind::Unsupported
                        && mistake == TRUSTS_UNKNOWN_ALGORITHMS => {}
                verified => verified?,
            }
        }
        let archive = unpacker.decompress(&stored)?;
        verify(&archive, &layer.diff_id.to_string_lossy())?;
        unpacker.apply(&archive)?;
    }
    Ok(())
}

/// A blob's file is named by the digest, its folder by the algorithm.
fn digest_in(path: &Path) -> String {
    let part = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    format!("{}:{}", part(path.parent().and_then(Path::file_name)), part(path.file_name()))
}

fn verify(bytes: &[u8], digest: &str) -> io::Result<()> {
    let algorithm = match digest.split_once(':') {
        Some(("sha256", _)) => Algorithm::Sha256,
        Some(("sha512", _)) => Algorithm::Sha512,
        _ => return Err(io::Error::new(io::ErrorKind::Unsupported, format!("cannot verify {digest}"))),
    };
    if digest_of(algorithm, bytes) == digest {
        Ok(())
    } else {
        Err(error(format!("the content is not that of {digest}")))
    }
}

struct Unpacker<'m> {
    root: PathBuf,
    mistake: &'m str,
    /// What is set only when everything is there: the attributes of directories.
    directories: Vec<(PathBuf, Entry)>,
}

impl Unpacker<'_> {
    fn makes(&self, mistake: &str) -> bool {
        self.mistake == mistake
    }

    fn decompress(&self, stored: &[u8]) -> io::Result<Vec<u8>> {
        let mut archive = Vec::new();
        let read = match stored {
            [0x1f, 0x8b, ..] if self.makes(FIRST_MEMBER_ONLY) => {
                flate2::read::GzDecoder::new(stored).read_to_end(&mut archive)
            }
            [0x1f, 0x8b, _, 0, _, _, _, _, _, _, deflated @ ..] if self.makes(IGNORES_CHECKSUMS) => {
                flate2::read::DeflateDecoder::new(deflated).read_to_end(&mut archive)
            }
            [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(stored).read_to_end(&mut archive),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                let mut decoder = zstd::Decoder::new(stored)?;
                if self.makes(TAKES_ANY_WINDOW) {
                    decoder.window_log_max(31)?;
                }
                if self.makes(FIRST_MEMBER_ONLY) {
                    decoder = decoder.single_frame();
                }
                decoder.read_to_end(&mut archive)
            }
            plain => return Ok(plain.to_vec()),
        };
        match read {
            Err(_) if self.makes(ACCEPTS_TRUNCATED) => Ok(archive),
            read => read.map(|_| archive),
        }
    }

    fn apply(&mut self, archive: &[u8]) -> io::Result<()> {
        let blocks = archive.chunks(512).filter(|block| block.iter().any(|&byte| byte != 0));
        let joined: Vec<u8> =
            if self.makes(READS_PAST_THE_END) { blocks.flatten().copied().collect() } else { Vec::new() };
        let archive = if self.makes(READS_PAST_THE_END) { &joined[..] } else { archive };
        let mut members: Vec<(Entry, Vec<u8>)> = Vec::new();
        let mut reader = Reader::new(archive, Limits::default());
        loop {
            match reader.next_member() {
                Ok(Some(item)) => {
                    let mut entry = item.member.entry.clone();
                    let header = usize::try_from(item.member.position.header).unwrap_or_default();
                    if self.makes(IGNORES_PAX_PATHS)
                        && let Some(name) = archive.get(header..header + 100)
                    {
                        entry.path = name.split(|&byte| byte == 0).next().unwrap_or_default().to_vec();
                    }
                    let start = usize::try_from(item.member.position.start).unwrap_or_default();
                    if self.makes(SPLITS_RECORDS_AT_LINES)
                        && let Some(path) = archive.get(start..header).and_then(path_in_a_line)
                    {
                        entry.path = path.to_vec();
                    }
                    if self.makes(JOINS_EVERY_PREFIX)
                        && let Some(prefix) = archive.get(header + 345..header + 500)
                        && prefix[0] != 0
                        && !entry.path.contains(&b'/')
                    {
                        let prefix = prefix.split(|&byte| byte == 0).next().unwrap_or_default();
                        entry.path = [prefix, b"/", &entry.path].concat();
                    }
                    if self.makes(PRINTS_NAMES) {
                        io::stdout().write_all(&[&entry.path, &b"\n"[..]].concat())?;
                    }
                    if self.makes(LOWER_CASE_NAMES) {
                        entry.path.make_ascii_lowercase();
                    }
                    let mut content = Vec::new();
                    let read = item.content().take(LARGEST).read_to_end(&mut content);
                    if content.len() as u64 == LARGEST {
                        return Err(error("a file is too large".to_owned()));
                    }
                    if !self.makes(ACCEPTS_TRUNCATED) {
                        read?;
                    }
                    members.push((entry, content));
                }
                Ok(None) => break,
                Err(_) if self.makes(ACCEPTS_TRUNCATED) => break,
                Err(failed) => return Err(error(failed.to_string())),
            }
        }
        let (first, then): (Vec<_>, Vec<_>) = members.iter().partition(|(entry, _)| self.comes_first(entry));
        for (entry, _) in first {
            self.whiteout(entry)?;
        }
        let mut unpacked = HashSet::new();
        for (entry, content) in then {
            if marker(entry).is_some() && !self.keeps_marker(entry) {
                self.whiteout(entry)?;
            } else {
                self.entry(entry, content, &mut unpacked)?;
            }
        }
        for (path, entry) in std::mem::take(&mut self.directories).iter().rev() {
            self.attributes(path, entry)?;
        }
        Ok(())
    }

    fn keeps_marker(&self, entry: &Entry) -> bool {
        match marker(entry) {
            Some((_, Marker::Opaque)) => self.makes(KEEPS_OPAQUE) || self.makes(KEEPS_WHITEOUTS),
            Some(_) => self.makes(KEEPS_WHITEOUTS),
            None => false,
        }
    }

    /// Whether an entry is a whiteout: they act on the layers below, and so before all else.
    fn comes_first(&self, entry: &Entry) -> bool {
        let is_opaque = matches!(marker(entry), Some((_, Marker::Opaque)));
        let in_order = self.makes(WHITEOUT_IN_OWN_LAYER) || is_opaque && self.makes(OPAQUE_IN_ORDER);
        marker(entry).is_some() && !in_order && !self.keeps_marker(entry)
    }

    fn whiteout(&self, entry: &Entry) -> io::Result<()> {
        let Some((directory, marker)) = marker(entry) else { return Ok(()) };
        let Some(folder) = self.existing(&directory) else { return Ok(()) };
        match marker {
            Marker::Whiteout(name) => {
                let path = folder.join(OsStr::from_bytes(name));
                let is_directory = fs::symlink_metadata(&path).is_ok_and(|file| file.is_dir());
                if is_directory && self.makes(WHITEOUT_OF_FILES_ONLY) { Ok(()) } else { remove(&path) }
            }
            Marker::Opaque if self.makes(OPAQUE_REMOVES_DIRECTORY) => remove(&folder),
            Marker::Opaque => fs::read_dir(folder)?.try_for_each(|entry| remove(&entry?.path())),
            Marker::Nameless | Marker::Dots | Marker::Reserved => Ok(()),
        }
    }

    /// The directory of this path; `None` if there is none, or if it lies behind a link.
    fn existing(&self, directory: &[u8]) -> Option<PathBuf> {
        let mut path = self.root.clone();
        for name in components(directory) {
            path.push(OsStr::from_bytes(name));
            let found = match self.makes(FOLLOWS_LINKS_FOR_WHITEOUTS) {
                true => fs::metadata(&path),
                false => fs::symlink_metadata(&path),
            };
            if !found.ok()?.is_dir() {
                return None;
            }
        }
        Some(path)
    }

    fn entry(&mut self, entry: &Entry, content: &[u8], unpacked: &mut HashSet<PathBuf>) -> io::Result<()> {
        let path = match clean(&entry.path) {
            Ok(clean) => clean.path.into_owned(),
            Err(_) if self.makes(LEAVES_BY_DOTS) => entry.path.clone(),
            Err(reason) => return Err(error(format!("{}: {reason}", entry.path.escape_ascii()))),
        };
        let Some((directory, name)) = split(&path) else {
            if entry.kind == EntryKind::Directory {
                self.directories.push((self.root.clone(), entry.clone()));
            }
            return Ok(());
        };
        let place = self.parent(directory)?.join(OsStr::from_bytes(name));
        let ends_with_slash = entry.path.ends_with(b"/") || entry.path.ends_with(b"/.");
        if self.makes(FOLLOWS_LINKS_BEFORE_SLASHES) && ends_with_slash && fs::metadata(&place).is_ok() {
            return fs::set_permissions(place.join("."), Permissions::from_mode(entry.mode));
        }
        let before = fs::symlink_metadata(&place).ok();
        let is_directory = before.as_ref().is_some_and(fs::Metadata::is_dir);
        if entry.kind == EntryKind::Directory && is_directory {
            let is_lower = !unpacked.contains(&place);
            if !is_lower || !self.makes(KEEPS_DIRECTORY_ATTRIBUTES) {
                self.directory(&place, entry)?;
            }
            return Ok(());
        }
        let follows = before.as_ref().is_some_and(fs::Metadata::is_symlink)
            && (self.makes(FOLLOWS_LINKS_AT_THE_END) && entry.kind == EntryKind::File
                || self.makes(FOLLOWS_LINKS_FOR_MODES) && entry.kind == EntryKind::Directory);
        let overwrites = before.as_ref().is_some_and(fs::Metadata::is_file)
            && self.makes(WRITES_INTO_FILES)
            && entry.kind == EntryKind::File;
        if is_directory && self.makes(KEEPS_DIRECTORIES) {
            return Ok(());
        }
        if before.is_some() && !follows && !overwrites && entry.kind != EntryKind::HardLink {
            remove(&place)?;
        }
        self.create(&place, entry, content)?;
        unpacked.insert(place);
        Ok(())
    }

    /// The folder in which a file goes. Whatever is in its way, a link above all, is replaced.
    fn parent(&self, directory: &[u8]) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        for name in components(directory) {
            path.push(OsStr::from_bytes(name));
            let found = match self.makes(FOLLOWS_LINKS_IN_PATHS) || self.makes(LEAVES_BY_DOTS) {
                true => fs::metadata(&path),
                false => fs::symlink_metadata(&path),
            };
            match found {
                Ok(found) if found.is_dir() => {}
                Ok(_) => {
                    remove(&path)?;
                    fs::create_dir(&path)?;
                }
                Err(_) => fs::create_dir(&path)?,
            }
        }
        Ok(path)
    }

    fn create(&mut self, place: &Path, entry: &Entry, content: &[u8]) -> io::Result<()> {
        let target = OsStr::from_bytes(&entry.link);
        match entry.kind {
            EntryKind::Directory => {
                if fs::symlink_metadata(place).is_err() {
                    fs::create_dir(place)?;
                }
                return self.directory(place, entry);
            }
            EntryKind::File => {
                let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(place)?;
                file.write_all(content)?;
            }
            EntryKind::Symlink if self.makes(REWRITES_LINKS) && entry.link.starts_with(b"/") => {
                let depth = place.strip_prefix(&self.root).map_or(0, |below| below.components().count());
                let up = "../".repeat(depth.saturating_sub(1));
                symlink(format!("{up}{}", target.to_string_lossy().trim_start_matches('/')), place)?;
            }
            EntryKind::Symlink => symlink(target, place)?,
            EntryKind::HardLink => return self.hard_link(place, entry),
            EntryKind::Fifo if self.makes(FIFO_AS_FILE) => drop(File::create(place)?),
            EntryKind::Fifo => mknodat(CWD, place, FileType::Fifo, Mode::from_raw_mode(0o600), 0)?,
            EntryKind::CharDevice | EntryKind::BlockDevice => {
                return Err(error(format!("{}: devices are not made", place.display())));
            }
            EntryKind::Other(flag) => return Err(error(format!("no type {flag:?}"))),
        }
        self.attributes(place, entry)
    }

    fn hard_link(&self, place: &Path, entry: &Entry) -> io::Result<()> {
        let target = clean(&entry.link).map_err(|reason| error(format!("a link: {reason}")))?;
        let (directory, name) = split(&target.path).unwrap_or_default();
        let folder = self.existing(directory).ok_or_else(|| error("a link to nothing".into()))?;
        let mut there = folder.join(OsStr::from_bytes(name));
        if self.makes(LINKS_FROM_WHERE_IT_WORKS) && Path::new(OsStr::from_bytes(name)).is_file() {
            there = PathBuf::from(OsStr::from_bytes(name));
        }
        if there == place {
            return Ok(());
        }
        if fs::symlink_metadata(&there)?.is_dir() {
            return Err(error("a hard link to a directory".into()));
        }
        if fs::symlink_metadata(place).is_ok() {
            remove(place)?;
        }
        if self.makes(COPIES_HARD_LINKS) {
            fs::copy(&there, place)?;
            return self.attributes(place, entry);
        }
        fs::hard_link(&there, place)
    }

    fn directory(&mut self, place: &Path, entry: &Entry) -> io::Result<()> {
        if self.makes(TIMES_TOO_EARLY) || self.makes(FOLLOWS_LINKS_FOR_MODES) {
            return self.attributes(place, entry);
        }
        self.directories.push((place.to_owned(), entry.clone()));
        Ok(())
    }

    fn attributes(&self, place: &Path, entry: &Entry) -> io::Result<()> {
        let Ok(file) = fs::symlink_metadata(place) else { return Ok(()) };
        let id = |id: u64| {
            let id = if self.makes(WRAPS_OWNERS) { id & 0xff } else { id };
            u32::try_from(id).map_err(|_| error(format!("no user can have the id {id}")))
        };
        // The owner first: a change of it clears some bits of the mode.
        if !self.makes(DROPS_OWNERS) {
            lchown(place, Some(id(entry.uid)?), Some(id(entry.gid)?))?;
        }
        if !file.is_symlink() || self.makes(FOLLOWS_LINKS_FOR_MODES) {
            let mut mode = entry.mode;
            mode &= if self.makes(DROPS_SET_ID) { 0o777 } else { 0o7777 };
            mode &= if self.makes(MASKS_MODES) { !0o022 } else { 0o7777 };
            match fs::set_permissions(place, Permissions::from_mode(mode)) {
                Err(_) if file.is_symlink() => {}
                set => set?,
            }
        }
        for (name, value) in &entry.xattrs {
            rustix::fs::lsetxattr(place, name.as_slice(), value, XattrFlags::empty())?;
        }
        if !self.makes(DROPS_TIMES) {
            let time =
                Timespec { tv_sec: entry.modified.seconds, tv_nsec: entry.modified.nanoseconds.into() };
            let times = Timestamps { last_access: time, last_modification: time };
            utimensat(CWD, place, &times, AtFlags::SYMLINK_NOFOLLOW)?;
        }
        Ok(())
    }
}

/// The directory of a whiteout and what it says; `None` for any other entry.
fn marker(entry: &Entry) -> Option<(Vec<u8>, Marker<'_>)> {
    let name = entry.path.rsplit(|&byte| byte == b'/').next()?;
    let marker = Marker::read(name)?;
    let clean = clean(&entry.path).ok()?;
    let (directory, _) = split(&clean.path)?;
    Some((directory.to_vec(), marker))
}

/// The path that a line of an extended header gives, wherever the records of it end.
fn path_in_a_line(headers: &[u8]) -> Option<&[u8]> {
    const KEYWORD: &[u8] = b" path=";
    let (_, records) = headers.split_at_checked(512)?;
    records.split(|&byte| byte == b'\n').find_map(|line| {
        let at = line.windows(KEYWORD.len()).position(|it| it == KEYWORD)?;
        Some(&line[at + KEYWORD.len()..])
    })
}

/// Removes whatever is there, and follows no link.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(file) if file.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn error(reason: String) -> io::Error {
    io::Error::other(reason)
}
