//! Unpackers that leave their directory. They go no further than the scratch folder around it, whatever an
//! entry says: nothing but the canary is at stake.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use seaworthy::scratch::Scratch;
use seaworthy_image::filesystem::Member;
use seaworthy_image::filesystem::path::Marker;
use seaworthy_image::tar::EntryKind;

use super::{Bug, Family, Shows};
use crate::targets::layer_unpacking::{contained, layers};

/// What an unpacker gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    JoinsPaths,
    FollowsLinks,
    LinksAnything,
    RemovesAnything,
}

const fn bug(name: &'static str, does: &'static str, flaw: Flaw) -> Bug {
    Bug { name, does, shows: Shows::Unpacker(flaw) }
}

/// Whether anything changes beside the directory.
pub(super) fn shows(flaw: Flaw, bytes: &[u8]) -> bool {
    let unpacker = move |scratch: &Scratch, directory: &Path, layers: &[Vec<Member>]| {
        let bounds =
            Bounds { scratch: scratch.path().canonicalize().ok()?, directory: directory.to_owned(), flaw };
        layers.iter().flatten().for_each(|member| bounds.add(member).unwrap_or_default());
        Some(())
    };
    contained(&layers(bytes), &unpacker).is_err()
}

pub(super) const FAMILY: Family = Family {
    name: "containment",
    target: "layer_unpacking",
    executions: 1_000,
    control: bug("none", "stays in its directory", Flaw::None),
    bugs: &[
        bug("joins-paths", "puts the path of an entry behind that of the directory", Flaw::JoinsPaths),
        bug("follows-links", "writes through the links of the image", Flaw::FollowsLinks),
        bug("links-anything", "makes a hard link to whatever an entry names", Flaw::LinksAnything),
        bug("removes-anything", "removes what a whiteout names, wherever that is", Flaw::RemovesAnything),
    ],
};

struct Bounds {
    scratch: PathBuf,
    directory: PathBuf,
    flaw: Flaw,
}

impl Bounds {
    /// Adds an entry, and gives up where it cannot.
    fn add(&self, member: &Member) -> Option<()> {
        let path = self.place(&member.entry.path, self.flaw == Flaw::JoinsPaths)?;
        let name = path.file_name()?.as_encoded_bytes().to_vec();
        if let Some(Marker::Whiteout(removed)) = Marker::read(&name) {
            let path = self.place(&member.entry.path, self.flaw == Flaw::RemovesAnything)?;
            let removed = path.with_file_name(std::str::from_utf8(removed).ok()?);
            let removed = if self.follows() { removed } else { self.inside(removed)? };
            return fs::remove_file(self.near(&removed)?).ok();
        }
        let path = self.near(&if self.follows() { path } else { self.inside(path)? })?;
        if path != self.directory && !self.follows() {
            let _ = fs::remove_file(&path);
        }
        match member.entry.kind {
            EntryKind::Directory => fs::create_dir_all(path).ok(),
            // Through a link, if there is one: but no further than the scratch folder.
            EntryKind::File if path.is_symlink() && !self.is_near(&path) => None,
            EntryKind::File => fs::write(path, member.content.bytes()?).ok(),
            EntryKind::Symlink => symlink(std::str::from_utf8(&member.entry.link).ok()?, path).ok(),
            EntryKind::HardLink => {
                let target = self.place(&member.entry.link, self.flaw == Flaw::LinksAnything)?;
                let target = self.near(&if self.follows() { target } else { self.inside(target)? })?;
                fs::hard_link(target, path).ok()
            }
            _ => None,
        }
    }

    fn follows(&self) -> bool {
        self.flaw != Flaw::None
    }

    /// Where an entry belongs; with what leads up, or without.
    fn place(&self, path: &[u8], keeps_up: bool) -> Option<PathBuf> {
        let path = Path::new(std::str::from_utf8(path).ok().filter(|path| !path.contains('\0'))?);
        let mut place = self.directory.clone();
        for component in path.components() {
            match component {
                Component::Normal(name) => place.push(name),
                Component::ParentDir if keeps_up => drop(place.pop()),
                _ => {}
            }
        }
        Some(place)
    }

    /// The path, if no link on the way to it leads anywhere.
    fn inside(&self, path: PathBuf) -> Option<PathBuf> {
        let parent = path.parent()?;
        let above = parent.ancestors().take_while(|above| above.starts_with(&self.directory));
        let has_link = above.into_iter().any(Path::is_symlink);
        (!has_link && path.starts_with(&self.directory)).then_some(path)
    }

    /// The path, if it leads no further than the scratch folder, whatever is on the way.
    fn near(&self, path: &Path) -> Option<PathBuf> {
        let parent = path.parent()?.canonicalize().ok()?;
        (parent.starts_with(&self.scratch) && path.starts_with(&self.scratch)).then(|| path.to_owned())
    }

    fn is_near(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|path| path.starts_with(&self.scratch))
    }
}
