//! A real directory as a model of a file system, to be compared with what should be in it.
//!
//! What is captured may be the work of a hostile image or of a broken program: no link is followed,
//! nothing but regular files is opened, and no depth is too deep.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, ResolveFlags, Stat, openat, openat2};
use rustix::io::Errno;
use seaworthy_image::filesystem::path::{components, join};
use seaworthy_image::filesystem::{Attributes, Content, Kind, Node, NodeId, Tree};
use seaworthy_image::tar::{Device, Time};

/// How much of a directory is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files and directories.
    pub nodes: usize,
    /// The largest file whose content is kept, in bytes; of others only the hash is known.
    pub keep: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // A million files is more than any image in use has; what is shown to people is short.
        Limits { nodes: 1_000_000, keep: 4096 }
    }
}

const LOOK: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);

/// Captures a directory. `owner` says what the id of a user or group out here is in the tree.
///
/// # Errors
///
/// It is no directory, something in it cannot be read, or there is more than the limits allow.
pub fn capture(root: &Path, owner: impl Fn(u32) -> u64, limits: &Limits) -> io::Result<Tree> {
    let folder = openat(CWD, root, LOOK | OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?;
    let mut tree = Tree::new();
    *tree.attributes_mut(Tree::ROOT) = attributes(&rustix::fs::fstat(&folder)?, &folder, &owner)?;
    let mut names = Names::default();
    let mut pending = vec![(Vec::new(), Tree::ROOT)];
    while let Some((path, id)) = pending.pop() {
        let folder = open_folder(&folder, &path)?;
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            if tree.node_count() >= limits.nodes {
                return Err(io::Error::other(format!("there are more than {} files", limits.nodes)));
            }
            let file = openat(&folder, name, LOOK | OFlags::PATH, Mode::empty())?;
            let stat = rustix::fs::fstat(&file)?;
            if let Some(known) = names.known(&stat) {
                tree.link(id, name, known);
                continue;
            }
            let node = node(&folder, name, &file, &stat, &owner, limits)?;
            let is_directory = node.is_directory();
            let Some(added) = tree.add(id, name, node) else { continue };
            names.note(&stat, added);
            if is_directory {
                pending.push((join(&path, name), added));
            }
        }
    }
    Ok(tree)
}

/// Which file has been seen under another name.
#[derive(Default)]
struct Names(std::collections::HashMap<(u64, u64), NodeId>);

impl Names {
    fn known(&self, stat: &Stat) -> Option<NodeId> {
        self.0.get(&(stat.st_dev, stat.st_ino)).copied()
    }

    fn note(&mut self, stat: &Stat, node: NodeId) {
        let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        if stat.st_nlink > 1 && !is_directory {
            self.0.insert((stat.st_dev, stat.st_ino), node);
        }
    }
}

/// Opens a folder below the root, in steps short enough for the kernel.
fn open_folder(root: &OwnedFd, path: &[u8]) -> io::Result<OwnedFd> {
    const LONGEST: usize = 2048;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | LOOK;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let mut folder = rustix::io::dup(root)?;
    let mut step = Vec::new();
    for name in components(path) {
        if step.len() + name.len() > LONGEST {
            folder = openat2(&folder, &*std::mem::take(&mut step), flags, Mode::empty(), resolve)?;
        }
        step = join(&step, name);
    }
    let last: &[u8] = if step.is_empty() { b"." } else { &step };
    Ok(openat2(&folder, last, flags, Mode::empty(), resolve)?)
}

fn node(
    folder: &OwnedFd,
    name: &[u8],
    file: &OwnedFd,
    stat: &Stat,
    owner: &impl Fn(u32) -> u64,
    limits: &Limits,
) -> io::Result<Node> {
    let device = || Device { major: rustix::fs::major(stat.st_rdev), minor: rustix::fs::minor(stat.st_rdev) };
    let open = |flags| openat(folder, name, LOOK | OFlags::NONBLOCK | flags, Mode::empty());
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {
            let content = open(OFlags::RDONLY)?;
            let attributes = attributes(stat, &content, owner)?;
            Ok(Node { kind: Kind::File(Content::read(File::from(content), limits.keep)?), attributes })
        }
        FileType::Directory => {
            let attributes = attributes(stat, open(OFlags::RDONLY)?, owner)?;
            Ok(Node { kind: Kind::empty_directory(), attributes })
        }
        kind => {
            let kind = match kind {
                FileType::Symlink => {
                    Kind::Symlink(rustix::fs::readlinkat(file, "", Vec::new())?.into_bytes())
                }
                FileType::CharacterDevice => Kind::CharDevice(device()),
                FileType::BlockDevice => Kind::BlockDevice(device()),
                FileType::Fifo => Kind::Fifo,
                other => return Err(io::Error::other(format!("{}: {other:?}", name.escape_ascii()))),
            };
            // Special files cannot be opened without effects, and have no attributes of users' own.
            Ok(Node { kind, attributes: plain_attributes(stat, owner) })
        }
    }
}

fn plain_attributes(stat: &Stat, owner: &impl Fn(u32) -> u64) -> Attributes {
    Attributes {
        mode: stat.st_mode & 0o7777,
        uid: owner(stat.st_uid),
        gid: owner(stat.st_gid),
        modified: Time {
            seconds: stat.st_mtime,
            nanoseconds: u32::try_from(stat.st_mtime_nsec).unwrap_or_default(),
        },
        ..Attributes::default()
    }
}

fn attributes(stat: &Stat, file: impl AsFd, owner: &impl Fn(u32) -> u64) -> io::Result<Attributes> {
    /// The kernel has no longer lists and values.
    const LONGEST: usize = 64 << 10;
    let mut attributes = plain_attributes(stat, owner);
    let mut names = vec![0; LONGEST];
    let length = match rustix::fs::flistxattr(&file, &mut names) {
        Ok(length) => length,
        Err(Errno::NOTSUP) => 0,
        Err(error) => return Err(error.into()),
    };
    for name in names[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0; LONGEST];
        match rustix::fs::fgetxattr(&file, name, &mut value) {
            Ok(length) => {
                value.truncate(length);
                attributes.xattrs.insert(name.to_vec(), value);
            }
            Err(Errno::NODATA | Errno::NOTSUP | Errno::PERM) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn every_kind_of_file_is_captured_and_no_link_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("d")).unwrap();
        fs::write(at("d/one"), "1").unwrap();
        fs::set_permissions(at("d/one"), fs::Permissions::from_mode(0o4640)).unwrap();
        fs::hard_link(at("d/one"), at("two")).unwrap();
        symlink("/etc", at("link")).unwrap();
        rustix::fs::mknodat(CWD, at("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let tree = capture(folder.path(), |_| 7, &Limits::default()).unwrap();
        let node = |path: &str| tree.node(tree.lookup(path.as_bytes()).unwrap());
        assert_eq!(node("d/one").kind, Kind::File(Content::from("1")));
        assert_eq!((node("d/one").attributes.mode, node("d/one").attributes.uid), (0o4640, 7));
        assert_eq!(tree.lookup(b"two"), tree.lookup(b"d/one"));
        assert_eq!(node("link").kind, Kind::Symlink(b"/etc".to_vec()));
        assert_eq!(node("pipe").kind, Kind::Fifo);
        assert_eq!(tree.node(Tree::ROOT).children().unwrap().len(), 4);
        let few = Limits { nodes: 3, ..Limits::default() };
        assert!(capture(folder.path(), |_| 0, &few).is_err());
        assert!(capture(&at("link"), |_| 0, &Limits::default()).is_err());
    }

    #[test]
    fn paths_beyond_the_kernels_limit_are_captured() {
        let folder = tempfile::tempdir().unwrap();
        let mut below = openat(CWD, folder.path(), LOOK | OFlags::DIRECTORY, Mode::empty()).unwrap();
        const DEPTH: usize = 300;
        let name = "a-name-of-twenty-char";
        for _ in 0..DEPTH {
            rustix::fs::mkdirat(&below, name, Mode::RWXU).unwrap();
            below = openat(&below, name, LOOK | OFlags::DIRECTORY, Mode::empty()).unwrap();
        }
        let tree = capture(folder.path(), |_| 0, &Limits::default()).unwrap();
        assert_eq!(tree.node_count(), DEPTH + 1);
    }
}
