//! Changesets on the model of a file system: relations that hold whatever is in them.

use std::io::Read;

use seaworthy_generators::choices::Choices;
use seaworthy_image::filesystem::path::{self, Marker};
use seaworthy_image::filesystem::{Content, Kind, Limits, Member, Tree, apply, compare, diff};
use seaworthy_image::tar::write::Writer;
use seaworthy_image::tar::{self, Dialect, EntryKind, Reader};

use crate::archives::changeset;

/// Applies one changeset after another to an empty tree.
///
/// # Panics
///
/// If the difference between two trees does not lead from the one to the other; if it matters where in
/// a changeset its whiteouts stand; if a changeset is another one after it was written as an archive; if
/// a second application of one changes anything; or if a tree has a marker, or a name with a slash, in
/// it.
pub fn layer_application(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut trees = vec![Tree::new()];
    for _ in 0..=choices.below(4) {
        let members = changeset(&mut choices);
        let lower = &trees[trees.len() - 1];
        let Some(upper) = applied(lower, &members) else { continue };
        is_well_formed(&upper);
        differences_lead_there(lower, &upper);
        whiteouts_may_stand_anywhere(lower, &members, &upper);
        archives_keep_it(lower, &members, &upper);
        once_is_enough(&members, &upper);
        trees.push(upper);
    }
    let (first, last) = (&trees[choices.below(trees.len())], &trees[trees.len() - 1]);
    differences_lead_there(first, last);
    differences_lead_there(last, first);
}

fn applied(lower: &Tree, members: &[Member]) -> Option<Tree> {
    apply(lower.clone(), members, &Limits { nodes: 1000, depth: 64 }).ok().map(|applied| applied.tree)
}

fn same(first: &Tree, second: &Tree, what: &str) {
    let differences = compare(first, second, 5);
    assert!(differences.is_empty(), "{what}: {differences:?}");
}

/// No marker in it, no empty name, no `.` and no `..`.
fn is_well_formed(tree: &Tree) {
    tree.walk(|path, id| {
        let is_name = |name: &[u8]| !name.is_empty() && name != b"." && name != b".." && !name.contains(&0);
        let is_path = path.is_empty() || path.split(|byte| *byte == b'/').all(is_name);
        assert!(is_path, "{:?} is in the tree", String::from_utf8_lossy(path));
        let markers = path::components(path).any(|name| Marker::read(name).is_some());
        assert!(!markers, "the marker {:?} is in the tree", String::from_utf8_lossy(path));
        if let Kind::Symlink(target) = &tree.node(id).kind {
            assert!(!target.is_empty() && !target.contains(&0), "a link without a target is in the tree");
        }
    });
}

fn differences_lead_there(lower: &Tree, upper: &Tree) {
    let members = diff(lower, upper).expect("no name of a file is that of a marker");
    let applied = apply(lower.clone(), &members, &Limits::default()).expect("it is small");
    same(&applied.tree, upper, "the difference leads elsewhere");
    assert!(applied.notes.is_empty(), "the difference leaves something open: {:?}", applied.notes);
    if compare(lower, upper, 1).is_empty() {
        assert!(members.is_empty(), "there is a difference between equal trees: {members:?}");
    }
}

fn is_marker(member: &Member) -> bool {
    member.entry.path.split(|byte| *byte == b'/').any(|name| Marker::read(name).is_some())
}

fn whiteouts_may_stand_anywhere(lower: &Tree, members: &[Member], upper: &Tree) {
    for is_first in [true, false] {
        let mut sorted = members.to_vec();
        sorted.sort_by_key(|member| is_marker(member) != is_first);
        let other = applied(lower, &sorted).expect("it has the same entries");
        same(&other, upper, "it matters where the whiteouts stand");
    }
}

/// Written as an archive and read again, a changeset is what it was.
fn archives_keep_it(lower: &Tree, members: &[Member], upper: &Tree) {
    let mut writer = Writer::new(Vec::new(), Dialect::Pax);
    for member in members {
        // The type may be one that says something about the next entry, and is none itself. And what
        // has a size without being a file has no data: the next header comes right after it.
        let is_file = member.entry.kind == EntryKind::File;
        if matches!(member.entry.kind, EntryKind::Other(_)) || (!is_file && member.entry.size > 0) {
            return;
        }
        if writer.append(&member.entry, member.content.bytes().unwrap_or_default()).is_err() {
            return;
        }
    }
    let archive = writer.finish().expect("memory can be written");
    let mut reader = Reader::new(&archive[..], tar::Limits::default());
    let mut read = Vec::new();
    while let Some(item) = reader.next_member().expect("our own archive can be read") {
        let entry = item.member.entry.clone();
        let mut content = Vec::new();
        item.content().read_to_end(&mut content).expect("our own archive can be read");
        read.push(Member { entry, content: Content::new(content) });
    }
    assert_eq!(read.len(), members.len());
    let other = applied(lower, &read).expect("it has the same entries");
    same(&other, upper, "an archive of the changeset leads elsewhere");
}

/// A changeset says how things are, not what to do: once it is applied, applying it again changes
/// nothing. Hard links are left out: what one leads to may be replaced further on.
fn once_is_enough(members: &[Member], upper: &Tree) {
    if members.iter().any(|member| member.entry.kind == EntryKind::HardLink) {
        return;
    }
    let again = applied(upper, members).expect("it has the same entries");
    same(upper, &again, "a second application changes something");
}
