//! The tar archives in layers: a few files each.

use tar::{Builder as Archive, EntryType, Header};

use super::Builder;

/// What a layer may add. No path lies below one that is not a directory, and none is there twice.
const PATHS: &[(&str, Kind)] = &[
    ("etc/motd", Kind::File),
    ("data/log", Kind::File),
    ("bin/", Kind::Directory),
    ("bin/cat", Kind::File),
    ("lib", Kind::Link("usr/lib")),
    ("bin/dog", Kind::HardLink("bin/cat")),
    ("run/pipe", Kind::Special(EntryType::Fifo)),
    ("dev/null", Kind::Special(EntryType::Char)),
    ("dev/disk", Kind::Special(EntryType::Block)),
    ("home/θάλασσα/", Kind::Directory),
    ("home/θάλασσα/bréf", Kind::File),
    (LONG, Kind::File),
    ("up", Kind::Link("../../out")),
];

/// Too long for the fields of a header.
const LONG: &str = "data/a-name-that-goes-on/and-on-and-on-and-on-and-on-and-on/and-on-and-on-and-on-and-on-and-on/and-on-and-on-and-on-and-on-and-on/and-on-and-on-and-on-and-on-and-on/until-it-ends";

/// How many of the paths any archive may have; the others are odd.
const PLAIN: usize = 4;

#[derive(Clone, Copy)]
enum Kind {
    File,
    Directory,
    Link(&'static str),
    HardLink(&'static str),
    Special(EntryType),
}

impl Builder<'_, '_> {
    /// An archive over the paths in `below`, which are brought up to date.
    pub(super) fn archive(&mut self, below: &mut Vec<String>) -> Vec<u8> {
        let is_odd = self.features.odd_archives;
        let mut archive = Archive::new(Vec::new());
        // Advice has it that whiteouts come first.
        if !below.is_empty() && self.may(is_odd, 30) {
            let path = below.remove(self.choices.below(below.len()));
            let (directory, name) = path.rsplit_once('/').map_or(("", &path[..]), |(dir, name)| (dir, name));
            let slash = if directory.is_empty() { "" } else { "/" };
            self.append(&mut archive, &format!("{directory}{slash}.wh.{name}"), EntryType::Regular, b"");
        }
        let table = if is_odd { PATHS } else { &PATHS[..PLAIN] };
        let first = self.choices.below(table.len());
        let count = 1 + self.choices.below(3);
        let mut here: Vec<&str> = Vec::new();
        for (path, kind) in table.iter().cycle().skip(first).take(count) {
            if is_odd && *path != LONG && self.choices.chance(8) {
                // Writing to memory does not fail.
                let _ = archive.append_pax_extensions([("SCHILY.xattr.user.tide", b"high".as_slice())]);
            }
            match *kind {
                Kind::File => {
                    let content = self.words();
                    self.append(&mut archive, path, EntryType::Regular, content.as_bytes());
                }
                Kind::Directory => self.append(&mut archive, path, EntryType::Directory, b""),
                Kind::Special(special) => self.append(&mut archive, path, special, b""),
                Kind::Link(target) => self.append_link(&mut archive, path, EntryType::Symlink, target),
                Kind::HardLink(target) if here.contains(&target) => {
                    self.append_link(&mut archive, path, EntryType::Link, target);
                }
                // Its target is not in this archive: a file of its own then.
                Kind::HardLink(_) => self.append(&mut archive, path, EntryType::Regular, b""),
            }
            here.push(path);
            if !path.ends_with('/') && !below.iter().any(|other| other == path) {
                below.push((*path).to_owned());
            }
        }
        archive.into_inner().unwrap_or_default()
    }

    fn append(&mut self, archive: &mut Archive<Vec<u8>>, path: &str, kind: EntryType, content: &[u8]) {
        let mut header = self.tar_header(kind);
        header.set_size(content.len() as u64);
        let _ = archive.append_data(&mut header, path, content);
    }

    fn append_link(&mut self, archive: &mut Archive<Vec<u8>>, path: &str, kind: EntryType, target: &str) {
        let mut header = self.tar_header(kind);
        header.set_size(0);
        let _ = archive.append_link(&mut header, path, target);
    }

    fn tar_header(&mut self, kind: EntryType) -> Header {
        // Long names need GNU's extension, which the other format cannot have.
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        let (mode, id) = if self.may(self.features.odd_archives, 15) { (0o4711, 65534) } else { (0o644, 0) };
        header.set_mode(if kind.is_dir() { mode | 0o111 } else { mode });
        header.set_uid(id);
        header.set_gid(id);
        header.set_mtime(1_767_323_045);
        if matches!(kind, EntryType::Char | EntryType::Block) {
            let _ = header.set_device_major(1).and_then(|()| header.set_device_minor(3));
        }
        header
    }
}
