//! A tree beside the target that nothing may touch, and the comparison afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rustix::fs::{Dir, FileType, Mode, OFlags, ResolveFlags, openat2};
use rustix::io::Errno;

use super::{HOME, Scratch, TARGET, TMP};

/// The files of the canary, relative to the scratch folder; their content is their name.
const FILES: [(&str, u32); 6] = [
    ("neighbour", 0o644),
    ("cwd/sentinel", 0o644),
    ("canary/plain", 0o640),
    ("canary/tool", 0o755),
    ("canary/folder/inner", 0o600),
    ("canary/twin", 0o644),
];

/// What lies beside the target, as it was.
#[derive(Debug, Clone)]
pub struct Canary {
    items: BTreeMap<String, Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    kind: FileType,
    mode: u32,
    owner: (u32, u32),
    links: u128,
    inode: u64,
    modified: (i64, u64),
    /// A file's bytes or a link's target; `None` when it can no longer be read.
    content: Option<Vec<u8>>,
    listing: BTreeSet<String>,
}

/// One thing that changed beside the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disturbance {
    /// What changed, relative to the scratch folder; `.` is the folder itself.
    pub path: String,
    /// What became of it.
    pub change: Change,
}

/// What became of something beside the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    Appeared,
    /// It is gone, or it can no longer be reached without following a link.
    Vanished,
    /// It is another kind of file.
    Kind,
    /// It is another file of the same kind.
    Replaced,
    /// Its permissions changed.
    Mode {
        /// What they were.
        was: u32,
        /// What they are.
        now: u32,
    },
    /// Its user or group changed.
    Owner,
    /// It has more links than before, or fewer.
    Links {
        /// How many there were.
        was: u128,
        /// How many there are.
        now: u128,
    },
    /// It holds other bytes, or links elsewhere.
    Content,
    /// Only its time of modification tells that it was touched.
    Touched,
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.escape_debug())?;
        match &self.change {
            Change::Appeared => f.write_str("appeared"),
            Change::Vanished => f.write_str("vanished"),
            Change::Kind => f.write_str("became another kind of file"),
            Change::Replaced => f.write_str("was replaced"),
            Change::Mode { was, now } => write!(f, "mode {was:o} became {now:o}"),
            Change::Owner => f.write_str("changed its owner"),
            Change::Links { was, now } => write!(f, "{was} links became {now}"),
            Change::Content => f.write_str("holds something else"),
            Change::Touched => f.write_str("was modified"),
        }
    }
}

impl Canary {
    /// Plants the tree in a scratch folder. All that its caller puts beside the target must be there
    /// already, and is watched too, one level deep.
    pub fn plant(scratch: &Scratch) -> io::Result<Self> {
        let at = |path: &str| scratch.path().join(path);
        for folder in ["canary", "canary/folder", "canary/empty"] {
            fs::create_dir(at(folder))?;
            scratch.hand_over(folder)?;
        }
        for (path, mode) in FILES {
            fs::write(at(path), path)?;
            fs::set_permissions(at(path), Permissions::from_mode(mode))?;
            scratch.hand_over(path)?;
        }
        fs::hard_link(at("canary/twin"), at("canary/folder/twin"))?;
        symlink("folder/inner", at("canary/link"))?;
        scratch.hand_over("canary/link")?;
        for (folder, mode) in [("canary", 0o755), ("canary/folder", 0o750), ("canary/empty", 0o711)] {
            fs::set_permissions(at(folder), Permissions::from_mode(mode))?;
        }
        let mut items = BTreeMap::new();
        let mut pending = vec![".".to_owned()];
        while let Some(path) = pending.pop() {
            let item = look(scratch, &path)?;
            let below = |name: &String| {
                if path == "." { name.clone() } else { format!("{path}/{name}") }
            };
            if !free(&path) {
                pending.extend(item.listing.iter().map(below));
            }
            items.insert(path, item);
        }
        Ok(Self { items })
    }

    /// The folder that hostile images are aimed at: it holds the files `plain` and `tool`, the folder
    /// `folder` with the file `inner`, and the folder `empty`.
    pub fn folder(scratch: &Scratch) -> std::path::PathBuf {
        scratch.path().join("canary")
    }

    /// Where a hostile link may point without harm: a file that exists and must not change.
    pub fn bait(scratch: &Scratch) -> std::path::PathBuf {
        scratch.path().join(Path::new("canary/plain"))
    }

    /// What changed since. The target, `home` and `tmp` may hold anything, but must still be folders.
    pub fn check(&self, scratch: &Scratch) -> Vec<Disturbance> {
        let mut found = Vec::new();
        for (path, was) in &self.items {
            let mut note = |path: &str, change| found.push(Disturbance { path: path.into(), change });
            let Ok(now) = look(scratch, path) else {
                note(path, Change::Vanished);
                continue;
            };
            if now.kind != was.kind {
                note(path, Change::Kind);
                continue;
            }
            if free(path) {
                continue;
            }
            let before = was.listing.len();
            for name in now.listing.difference(&was.listing) {
                let full = if path == "." { name.clone() } else { format!("{path}/{name}") };
                note(&full, Change::Appeared);
            }
            // What vanished from a listing is an item of its own, and is noted there.
            let listed = now.listing.len() != before || now.listing != was.listing;
            for change in compare(was, &now, path == "." || listed) {
                note(path, change);
            }
        }
        found
    }
}

/// The rest of an item; a folder whose listing changed has another time for that reason
/// alone.
fn compare(was: &Item, now: &Item, listed: bool) -> Vec<Change> {
    let mut changes = Vec::new();
    if was.inode != now.inode {
        changes.push(Change::Replaced);
    }
    if was.mode != now.mode {
        changes.push(Change::Mode { was: was.mode, now: now.mode });
    }
    if was.owner != now.owner {
        changes.push(Change::Owner);
    }
    // A folder's links are the folders in it, which its listing tells already.
    if was.links != now.links && was.kind != FileType::Directory {
        changes.push(Change::Links { was: was.links, now: now.links });
    }
    if now.content.is_some() && was.content != now.content {
        changes.push(Change::Content);
    }
    if changes.is_empty() && was.modified != now.modified && !listed {
        changes.push(Change::Touched);
    }
    changes
}

fn free(path: &str) -> bool {
    [TARGET, HOME, TMP].contains(&path)
}

fn look(scratch: &Scratch, path: &str) -> io::Result<Item> {
    // No link is followed on the way either: one may have taken the place of a folder.
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
    let open = |flags| openat2(scratch.folder(), path, flags | OFlags::CLOEXEC, Mode::empty(), resolve);
    let handle = open(OFlags::PATH | OFlags::NOFOLLOW)?;
    let stat = rustix::fs::fstat(&handle)?;
    let kind = FileType::from_raw_mode(stat.st_mode);
    let mut item = Item {
        kind,
        mode: stat.st_mode & 0o7777,
        owner: (stat.st_uid, stat.st_gid),
        links: stat.st_nlink.into(),
        inode: stat.st_ino,
        modified: (stat.st_mtime, stat.st_mtime_nsec),
        content: None,
        listing: BTreeSet::new(),
    };
    if free(path) {
        return Ok(item);
    }
    let readable = match kind {
        FileType::Symlink => {
            let target = rustix::fs::readlinkat(&handle, "", Vec::new())?;
            item.content = Some(target.into_bytes());
            return Ok(item);
        }
        FileType::RegularFile => open(OFlags::RDONLY | OFlags::NONBLOCK),
        FileType::Directory => open(OFlags::RDONLY | OFlags::DIRECTORY),
        _ => return Ok(item),
    };
    match readable {
        Ok(opened) if kind == FileType::RegularFile => {
            let mut bytes = Vec::new();
            // No file of the canary is longer than its name, so this sees any that grew.
            fs::File::from(opened).take(64 << 10).read_to_end(&mut bytes)?;
            item.content = Some(bytes);
        }
        Ok(opened) => {
            for entry in Dir::read_from(opened)? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if name != "." && name != ".." {
                    item.listing.insert(name);
                }
            }
        }
        // The mode tells.
        Err(Errno::ACCESS) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(item)
}
