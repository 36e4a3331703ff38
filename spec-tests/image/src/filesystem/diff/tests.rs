use proptest::collection::vec;
use proptest::prelude::*;

use super::super::tree::Attributes;
use super::super::{Limits, apply};
use super::*;
use crate::tar::{Device, Time};

/// Few names, so that trees meet in them.
const NAMES: [&[u8]; 5] = [b"a", b"b", b"ab", b"a.b", b"\xff"];

/// One step in making a tree: into which of its directories, under which name, what.
#[derive(Debug, Clone)]
struct Step {
    directory: usize,
    name: usize,
    what: What,
    look: u8,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Directory,
    File,
    Symlink,
    CharDevice,
    BlockDevice,
    Fifo,
    /// Another name for one of the files.
    Link(usize),
    Remove,
    /// Other attributes for the directory.
    Attributes,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let what = prop_oneof![
        6 => Just(What::Directory),
        6 => Just(What::File),
        2 => Just(What::Symlink),
        1 => Just(What::CharDevice),
        1 => Just(What::BlockDevice),
        1 => Just(What::Fifo),
        6 => (0..16_usize).prop_map(What::Link),
        2 => Just(What::Remove),
        2 => Just(What::Attributes),
    ];
    let step = (0..16_usize, 0..NAMES.len(), what, 0..3_u8).prop_map(|(directory, name, what, look)| Step {
        directory,
        name,
        what,
        look,
    });
    vec(step, 0..24)
}

fn attributes(look: u8, mode: u32) -> Attributes {
    let mut attributes = Attributes {
        mode: mode | u32::from(look) << 9,
        uid: (look / 2).into(),
        gid: look.into(),
        modified: Time { seconds: i64::from(look) - 1, nanoseconds: look.into() },
        ..Attributes::default()
    };
    if look == 2 {
        attributes.xattrs.insert(b"user.mood".to_vec(), b"good".to_vec());
    }
    attributes
}

fn take(tree: &mut Tree, steps: &[Step]) {
    for step in steps {
        let mut directories = Vec::new();
        let mut files = Vec::new();
        tree.walk(|_, id| if tree.node(id).is_directory() { directories.push(id) } else { files.push(id) });
        let directory = directories[step.directory % directories.len()];
        let name = NAMES[step.name];
        let kind = match step.what {
            What::Directory => Kind::empty_directory(),
            What::File => Kind::File(Content::from([step.look].as_slice())),
            What::Symlink => Kind::Symlink(vec![b'a' + step.look]),
            What::CharDevice => Kind::CharDevice(Device { major: 1, minor: step.look.into() }),
            What::BlockDevice => Kind::BlockDevice(Device { major: step.look.into(), minor: 1 }),
            What::Fifo => Kind::Fifo,
            What::Link(file) => {
                if !files.is_empty() {
                    tree.link(directory, name, files[file % files.len()]);
                }
                continue;
            }
            What::Remove => {
                tree.remove(directory, name);
                continue;
            }
            What::Attributes => {
                *tree.attributes_mut(directory) = attributes(step.look, 0o700);
                continue;
            }
        };
        let node = Node { kind, attributes: attributes(step.look, 0o644) };
        tree.add(directory, name, node).unwrap();
    }
}

fn check(lower: &Tree, upper: &Tree) {
    let members = diff(lower, upper).unwrap();
    let applied = apply(lower.clone(), &members, &Limits::default()).unwrap();
    let differences = super::super::compare(upper, &applied.tree, 10);
    assert!(differences.is_empty(), "{differences:?} after {members:#?}");
    assert_eq!(applied.notes, [], "{members:#?}");
    assert_eq!(members, diff(lower, &applied.tree).unwrap(), "the same tree, made in another way");
    if lower == upper {
        assert_eq!(members, []);
    }
    // No sibling stands before a whiteout.
    let mut begun = HashSet::new();
    for member in &members {
        let path = member.entry.path.strip_suffix(b"/").unwrap_or(&member.entry.path);
        let (directory, name) = super::super::path::split(path).unwrap();
        if name.starts_with(WHITEOUT_PREFIX) {
            assert!(!begun.contains(directory), "{members:#?}");
        } else if name != b"." {
            begun.insert(directory);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_difference_leads_from_one_tree_to_the_other(lower in steps(), upper in steps(), is_next: bool) {
        let mut before = Tree::new();
        take(&mut before, &lower);
        let mut after = if is_next { before.clone() } else { Tree::new() };
        take(&mut after, &upper);
        check(&before, &after);
        check(&after, &before);
        check(&before, &before);
    }
}

/// More of them with `PROPTEST_CASES`.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(512)
}

#[test]
fn changesets_are_as_small_as_they_can_be() {
    let file = |text: &str| Node { kind: Kind::File(Content::from(text)), ..Node::default() };
    let mut lower = Tree::new();
    let directory = lower.add(Tree::ROOT, b"d", Node::implied_directory()).unwrap();
    let one = lower.add(directory, b"one", file("1")).unwrap();
    lower.link(directory, b"two", one);
    let old = lower.add(Tree::ROOT, b"old", Node::implied_directory()).unwrap();
    lower.add(old, b"f", file("")).unwrap();
    lower.add(Tree::ROOT, b"same", file("")).unwrap();
    let mut upper = lower.clone();
    upper.remove(Tree::ROOT, b"old");
    upper.link(directory, b"three", one);
    let new = upper.add(directory, b"new", Node::implied_directory()).unwrap();
    upper.add(new, b"f", file("2")).unwrap();
    let members = diff(&lower, &upper).unwrap();
    let paths: Vec<(String, String)> = members
        .iter()
        .map(|member| (&member.entry.path, &member.entry.link))
        .map(|(path, link)| {
            (String::from_utf8(path.clone()).unwrap(), String::from_utf8(link.clone()).unwrap())
        })
        .collect();
    let paths: Vec<(&str, &str)> = paths.iter().map(|(path, link)| (path.as_str(), link.as_str())).collect();
    let want = [
        ("./", ""),
        (".wh.old", ""),
        ("d/", ""),
        ("d/new/", ""),
        ("d/new/f", ""),
        ("d/one", ""),
        ("d/three", "d/one"),
        ("d/two", "d/one"),
    ];
    assert_eq!(paths, want);
    // As every other tool writes it: whoever unpacks without knowing of whiteouts can remove it again.
    let whiteout = &members[1].entry;
    assert_eq!((whiteout.kind, whiteout.mode, whiteout.size), (EntryKind::File, 0o644, 0));
}

#[test]
fn names_of_whiteouts_are_refused() {
    let mut tree = Tree::new();
    let directory = tree.add(Tree::ROOT, b"d", Node::implied_directory()).unwrap();
    tree.add(directory, b".wh.a", Node::default()).unwrap();
    assert_eq!(diff(&Tree::new(), &tree), Err(ReservedName(b"d/.wh.a".to_vec())));
    assert_eq!(diff(&tree, &tree), Err(ReservedName(b"d/.wh.a".to_vec())));
    assert!(diff(&tree, &Tree::new()).is_ok(), "it goes with its directory");
}

#[test]
fn depth_costs_no_stack() {
    let mut tree = Tree::new();
    let mut directory = Tree::ROOT;
    for _ in 0..4096 {
        directory = tree.add(directory, b"d", Node::implied_directory()).unwrap();
    }
    let members = diff(&Tree::new(), &tree).unwrap();
    assert_eq!(apply(Tree::new(), &members, &Limits::default()).unwrap().tree, tree);
}
