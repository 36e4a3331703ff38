//! Layouts in tar archives.

use std::collections::BTreeSet;

use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::{EntryKind as LayoutKind, Memory};
use seaworthy_image::tar::EntryKind;
use seaworthy_image::tar::write::Dialect;

use crate::layer::{archive, directory, file};

/// The entries of a layout's archive: its directories, and its files in the order of their paths. Some
/// readers cannot do without the entries of directories.
pub fn members(layout: &Memory) -> Vec<Member> {
    let slashes =
        layout.files.keys().flat_map(|path| path.match_indices('/').map(|(slash, _)| &path[..=slash]));
    let directories: BTreeSet<&str> = slashes.collect();
    let files = layout.files.iter().map(|(path, bytes)| file(path, bytes));
    directories.into_iter().map(directory).chain(files).collect()
}

/// The archive with these entries.
pub fn bytes(members: &[Member]) -> Vec<u8> {
    archive(members, Dialect::Ustar)
}

/// The layout that is there once the entries have been unpacked, one after another: of two with one path
/// the later one takes the place of the earlier, and a link holds what it leads to. One that leads to
/// nothing in the archive stays a link.
pub fn layout(members: &[Member]) -> Memory {
    let mut layout = Memory::default();
    for Member { entry, content } in members {
        let place = path(&entry.path);
        layout.files.remove(&place);
        layout.others.remove(&place);
        let bytes = match entry.kind {
            EntryKind::Directory => continue,
            EntryKind::File => Some(content.bytes().unwrap_or_default().to_vec()),
            _ => layout.files.get(&path(&entry.link)).cloned(),
        };
        match bytes {
            Some(bytes) => drop(layout.files.insert(place, bytes)),
            None => drop(layout.others.insert(place, LayoutKind::Link)),
        }
    }
    layout
}

/// The path of an entry without what makes no difference to a file system.
pub fn path(written: &[u8]) -> String {
    let written = String::from_utf8_lossy(written);
    written.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{hard_link, symlink};
    use crate::shape::Shape;

    #[test]
    fn a_layout_comes_back() {
        let image = Shape::Image.layout();
        assert_eq!(layout(&members(image)), *image);
    }

    #[test]
    fn what_comes_later_takes_the_place() {
        let unpacked = layout(&[
            directory("./"),
            file("./a", "1"),
            file("b/c", "2"),
            hard_link("d", "b/c"),
            file("./b//c", "3"),
            symlink("a", "b/c"),
            symlink("e", "../a"),
        ]);
        let file = |path: &str| unpacked.files.get(path).map(Vec::as_slice);
        assert_eq!(
            [file("a"), file("b/c"), file("d"), file("e")],
            [Some(&b"3"[..]), Some(b"3"), Some(b"2"), None]
        );
        assert_eq!(unpacked.others.get("e"), Some(&LayoutKind::Link));
    }
}
