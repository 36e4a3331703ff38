//! Changesets that can be written down, and need not make sense.

use seaworthy_image::filesystem::{Content, Member};
use seaworthy_image::tar::{Device, Entry, EntryKind, Time};

use super::pool::{CONTENTS, IDS, MODES, NAMES, TARGETS, TIMES, XATTRS};
use crate::choices::Choices;

/// The most entries of a wild changeset.
const ENTRIES: usize = 12;

/// Paths that meet each other once they are cleaned up, lead out of the root, or are whiteouts of each
/// other. None names anything that a machine has.
const PATHS: &[&[u8]] = &[
    b"a",
    b"a/b",
    b"./a",
    b"a/",
    b"/a",
    b"a//b",
    b"a/./b",
    b"a/../b",
    b"..",
    b"../a",
    b"a/../../b",
    b".",
    b"./",
    b"/",
    b"",
    b"a/b/c",
    b"b",
    b"A",
    b".wh.a",
    b".wh.b",
    b"a/.wh.b",
    b"a/.wh..wh..opq",
    b".wh..wh..opq",
    b".wh.",
    b".wh..",
    b".wh...",
    b"a/.wh...",
    b".wh..wh.plnk",
    b".wh.a/b",
    b".wh.a/",
];

const KINDS: &[EntryKind] = &[
    EntryKind::File,
    EntryKind::Directory,
    EntryKind::Symlink,
    EntryKind::HardLink,
    EntryKind::Fifo,
    EntryKind::CharDevice,
    EntryKind::BlockDevice,
    EntryKind::Other(b'7'),
    EntryKind::Other(b'Z'),
    EntryKind::Other(b'x'),
    EntryKind::Other(b'g'),
    EntryKind::Other(b'L'),
    EntryKind::Other(b'K'),
    EntryKind::Other(b'S'),
];

/// Any entries at all, with names and targets from the same pool: duplicates, links to themselves and to
/// each other, whiteouts of everything, sizes that are not those of the content. For programs that must
/// survive it, not for such as must accept it.
pub fn wild(choices: &mut Choices<'_>) -> Vec<Member> {
    let mut members = Vec::new();
    while members.len() < ENTRIES && (members.is_empty() || choices.chance(80)) {
        members.push(member(choices));
    }
    members
}

fn member(choices: &mut Choices<'_>) -> Member {
    let kind = if choices.chance(15) { *choices.pick(KINDS) } else { *choices.pick(&KINDS[..4]) };
    let is_link = matches!(kind, EntryKind::Symlink | EntryKind::HardLink);
    let content = *choices.pick(CONTENTS);
    let has_content = kind == EntryKind::File || choices.chance(10);
    let content = if has_content { content } else { b"" };
    let mut entry = Entry {
        path: path(choices),
        kind,
        link: if is_link { target(choices) } else { Vec::new() },
        size: content.len() as u64,
        mode: if kind == EntryKind::Directory { 0o755 } else { 0o644 },
        modified: Time { seconds: 1_767_323_045, nanoseconds: 0 },
        ..Entry::default()
    };
    if choices.chance(20) {
        entry.mode = *choices.pick(MODES);
        (entry.uid, entry.gid) = (*choices.pick(IDS), *choices.pick(IDS));
        entry.modified = *choices.pick(TIMES);
        entry.device = Device { major: choices.below(4) as u32, minor: choices.below(4) as u32 };
        let (name, value) = *choices.pick(XATTRS);
        entry.xattrs.insert(name.to_vec(), value.to_vec());
    }
    if choices.chance(3) {
        entry.size = choices.between(0, 2048).unsigned_abs();
    }
    Member { entry, content: Content::new(content) }
}

fn path(choices: &mut Choices<'_>) -> Vec<u8> {
    let path = *choices.pick(PATHS);
    if choices.chance(15) { [path, b"/", *choices.pick(NAMES)].concat() } else { path.to_vec() }
}

fn target(choices: &mut Choices<'_>) -> Vec<u8> {
    if choices.chance(50) { path(choices) } else { choices.pick(TARGETS).to_vec() }
}

#[cfg(test)]
mod tests {
    use seaworthy_image::filesystem::{Limits, NoteKind, Tree, apply};
    use std::collections::BTreeSet;

    use super::*;
    use crate::choices::seeded;

    #[test]
    fn wild_changesets_reach_everything_that_is_left_open() {
        let mut seen = BTreeSet::new();
        for number in 0..3000 {
            let bytes = seeded(&format!("wild {number}"), 1024);
            let mut choices = Choices::new(&bytes);
            let lower = apply(Tree::new(), &wild(&mut choices), &Limits::default()).unwrap().tree;
            let applied = apply(lower, &wild(&mut choices), &Limits::default()).unwrap();
            seen.extend(applied.notes.into_iter().map(|note| note.kind));
        }
        use NoteKind::*;
        for kind in [
            PathOutside,
            PathWithParent,
            PathAbsolute,
            RootReplaced,
            SlashAfterName,
            UnexpectedContent,
            UnknownType,
            MarkerNameless,
            MarkerOfDots,
            MarkerReserved,
            MarkerNotRegular,
            MarkerNotEmpty,
            MarkerWithoutDirectory,
            BelowMarker,
            Duplicate,
            ImpliedDirectory,
            UnlistedDirectory,
            BelowSymlink,
            BelowFile,
            TargetInvalid,
            LinkOutside,
            LinkUnusual,
            LinkMissing,
            LinkToDirectory,
            LinkToItself,
            LinkToLower,
            LinkAttributes,
        ] {
            assert!(seen.contains(&kind), "{kind:?} is never reached");
        }
    }
}
