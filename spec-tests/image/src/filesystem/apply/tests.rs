use super::*;
use NoteKind::*;

/// An entry of layer `layer` in short: `a/` is a directory, `a=x` a file that holds `x`, `a->b` a symbolic
/// link, `a=>b` a hard link, `a|` a FIFO, `a?` of an unknown type. The layer's number is its owner.
fn member(short: &str, layer: u64) -> Member {
    let mut entry = Entry { mode: 0o644, uid: layer, ..Entry::default() };
    let mut content = Content::default();
    let (path, kind) = if let Some((path, target)) = short.split_once("->") {
        entry.link = target.into();
        (path, EntryKind::Symlink)
    } else if let Some((path, target)) = short.split_once("=>") {
        entry.link = target.into();
        (path, EntryKind::HardLink)
    } else if let Some((path, text)) = short.split_once('=') {
        content = Content::from(text);
        entry.size = content.size();
        (path, EntryKind::File)
    } else if let Some(path) = short.strip_suffix('|') {
        (path, EntryKind::Fifo)
    } else if let Some(path) = short.strip_suffix('?') {
        (path, EntryKind::Other(b'Z'))
    } else {
        (short, EntryKind::Directory)
    };
    entry.path = path.into();
    entry.kind = kind;
    Member { entry, content }
}

/// A tree in the same short form, with the owner after a colon. The root is left out if nobody owns it.
fn short(tree: &Tree) -> Vec<String> {
    let mut names: HashMap<NodeId, String> = HashMap::new();
    let mut lines = Vec::new();
    tree.walk(|path, id| {
        let path = path.escape_ascii().to_string();
        let node = tree.node(id);
        let owner = node.attributes.uid;
        if let Some(first) = names.get(&id) {
            lines.push(format!("{path}=>{first}"));
            return;
        }
        names.insert(id, path.clone());
        lines.push(match &node.kind {
            Kind::Directory(_) if path.is_empty() && owner == 0 => return,
            Kind::Directory(_) => format!("{path}/:{owner}"),
            Kind::File(content) => {
                format!("{path}={}:{owner}", content.bytes().unwrap().escape_ascii())
            }
            Kind::Symlink(target) => format!("{path}->{}:{owner}", target.escape_ascii()),
            Kind::Fifo => format!("{path}|:{owner}"),
            other => panic!("{other:?}"),
        });
    });
    lines
}

/// Applies layers, and compares the tree and the last layer's notes. That the root itself has no entry is
/// not worth a word in every test.
#[track_caller]
fn check(layers: &[&[&str]], want: &[&str], notes: &[(&str, NoteKind)]) {
    let mut tree = Tree::new();
    let mut noted = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        let members: Vec<Member> = layer.iter().map(|entry| member(entry, number as u64 + 1)).collect();
        let applied = apply(tree, &members, &Limits::default()).unwrap();
        tree = applied.tree;
        noted = applied.notes;
    }
    assert_eq!(short(&tree), want, "{layers:?}");
    noted.retain(|note| (note.path.as_slice(), note.kind) != (b"", UnlistedDirectory));
    let noted: Vec<(String, NoteKind)> =
        noted.iter().map(|note| (note.path.escape_ascii().to_string(), note.kind)).collect();
    let noted: Vec<(&str, NoteKind)> = noted.iter().map(|(path, kind)| (path.as_str(), *kind)).collect();
    assert_eq!(noted, notes, "{layers:?}");
}

#[test]
fn the_examples_of_the_specification() {
    check(
        &[
            &["file1=1", "a/", "a/file2=2", "b/", "c/", "c/file3=3"],
            &[".wh.file1=", "a/.wh.file2=", ".wh.b=", "file4=4"],
        ],
        &["a/:1", "c/:1", "c/file3=3:1", "file4=4:2"],
        &[("a", UnlistedDirectory)],
    );
    let lower: &[&str] = &["etc/", "etc/c=", "bin/", "bin/b=", "bin/t=", "bin/tools/", "bin/tools/one="];
    check(&[lower, &["bin/", "bin/.wh..wh..opq="]], &["bin/:2", "etc/:1", "etc/c=:1"], &[]);
    check(
        &[lower, &["bin/", "bin/.wh.b=", "bin/.wh.t=", "bin/.wh.tools="]],
        &["bin/:2", "etc/:1", "etc/c=:1"],
        &[],
    );
    let lower: &[&str] = &["a/", "a/b/", "a/b/c/", "a/b/c/bar="];
    let want = ["a/:2", "a/b/:2", "a/b/c/:2", "a/b/c/foo=:2"];
    check(&[lower, &["a/", "a/.wh..wh..opq=", "a/b/", "a/b/c/", "a/b/c/foo="]], &want, &[]);
    check(&[lower, &["a/", "a/b/", "a/b/c/", "a/b/c/foo=", "a/.wh..wh..opq="]], &want, &[]);
}

#[test]
fn what_is_there_is_replaced_unless_both_are_directories() {
    check(&[&["a/", "a/b="], &["a/"]], &["a/:2", "a/b=:1"], &[]);
    check(&[&["a/", "a/b="], &["a=x"]], &["a=x:2"], &[]);
    check(&[&["a/", "a/b="], &["a->b"]], &["a->b:2"], &[]);
    check(&[&["a=x"], &["a/"]], &["a/:2"], &[]);
    check(&[&["a->b", "b/"], &["a/"]], &["a/:2", "b/:1"], &[]);
    check(&[&["a->b", "b=x"], &["a=y"]], &["a=y:2", "b=x:1"], &[]);
    check(&[&["a=x"], &["a|"]], &["a|:2"], &[]);
    check(&[&["./", "a="], &["./"]], &["/:2", "a=:1"], &[]);
}

#[test]
fn names_of_one_file_are_replaced_one_by_one() {
    check(&[&["a=x", "b=>a"], &["a=y"]], &["a=y:2", "b=x:1"], &[]);
    check(&[&["a=x", "b=>a"], &[".wh.a="]], &["b=x:1"], &[]);
    check(&[&["a=x", "b=>a", "a=y"]], &["a=y:1", "b=x:1"], &[("a", Duplicate)]);
}

#[test]
fn whiteouts_act_on_lower_layers_only() {
    check(&[&["a=1"], &[".wh.a=", "a=2"]], &["a=2:2"], &[]);
    check(&[&["a=1"], &["a=2", ".wh.a="]], &["a=2:2"], &[]);
    check(&[&["a/", "a/x="], &[".wh.a=", "a/", "a/y="]], &["a/:2", "a/y=:2"], &[]);
    check(&[&["a/", "a/x="], &["a/", "a/y=", ".wh.a="]], &["a/:2", "a/y=:2"], &[]);
    check(&[&["a/", "a/x="], &["a/y=", ".wh.a="]], &["a/:0", "a/y=:2"], &[("a", ImpliedDirectory)]);
    check(
        &[&["a/", "a/b/", "a/b/old="], &["a/b/new=", "a/.wh..wh..opq="]],
        &["a/:1", "a/b/:0", "a/b/new=:2"],
        &[("a", UnlistedDirectory), ("a/b", ImpliedDirectory)],
    );
    check(&[&["a=", "b/", "b/c="], &[".wh..wh..opq=", "d="]], &["d=:2"], &[]);
    check(&[&["a="], &[".wh.b="]], &["a=:1"], &[]);
    check(&[&[".wh.a=", "a=", ".wh..wh..opq="]], &["a=:1"], &[]);
}

#[test]
fn names_of_markers_never_appear() {
    check(&[&["a=", "d/"], &["d/.wh.="]], &["a=:1", "d/:1"], &[("d/.wh.", MarkerNameless)]);
    check(&[&["a="], &[".wh..="]], &["a=:1"], &[(".wh..", MarkerOfDots)]);
    check(
        &[&["a=", "d/", "d/b="], &["d/.wh...="]],
        &["a=:1", "d/:1", "d/b=:1"],
        &[("d/.wh...", MarkerOfDots)],
    );
    check(
        &[&["a="], &[".wh..wh.a=", ".wh..wh.plnk/"]],
        &["a=:1"],
        &[(".wh..wh.a", MarkerReserved), (".wh..wh.plnk", MarkerReserved)],
    );
    check(&[&["...="], &[".wh....="]], &[], &[]);
    check(&[&[".a="], &[".wh..a="]], &[], &[]);
    check(&[&["a="], &[".WH.a="]], &[".WH.a=:2", "a=:1"], &[]);
    check(
        &[&["d/"], &[".wh.d/", ".wh.d/f=", ".wh.d/.wh.d="]],
        &[],
        &[(".wh.d", MarkerNotRegular), (".wh.d/f", BelowMarker), (".wh.d/.wh.d", BelowMarker)],
    );
    check(
        &[&["a=", "b="], &[".wh.a=x", ".wh.b->c"]],
        &[],
        &[(".wh.a", MarkerNotEmpty), (".wh.b", MarkerNotRegular)],
    );
    check(
        &[&["d/", "d/a="], &["d/.wh..wh..opq=x"]],
        &["d/:1"],
        &[("d/.wh..wh..opq", MarkerNotEmpty), ("d", UnlistedDirectory)],
    );
    check(
        &[&["d/", "d/a="], &["d/.wh..wh..opq/"]],
        &["d/:1"],
        &[("d/.wh..wh..opq", MarkerNotRegular), ("d", UnlistedDirectory)],
    );
    check(&[&["a="], &[".wh.a=", "./.wh.a="]], &[], &[(".wh.a", Duplicate)]);
}

#[test]
fn markers_act_below_real_directories_only() {
    for marker in ["d/.wh.a", "d/.wh..wh..opq"] {
        let entry = format!("{marker}=");
        let entry = entry.as_str();
        check(&[&["a="], &[entry]], &["a=:1"], &[(marker, MarkerWithoutDirectory)]);
        check(
            &[&["d->e", "e/", "e/a="], &[entry]],
            &["d->e:1", "e/:1", "e/a=:1"],
            &[(marker, MarkerWithoutDirectory)],
        );
        check(&[&["d=x"], &[entry]], &["d=x:1"], &[(marker, MarkerWithoutDirectory)]);
        check(&[&[], &["d/", "d/a=", entry]], &["d/:2", "d/a=:2"], &[(marker, MarkerWithoutDirectory)]);
    }
}

#[test]
fn paths_are_cleaned() {
    for path in ["a=x", "./a=x", "a=x", ".//a=x"] {
        check(&[&["a="], &[path]], &["a=x:2"], &[]);
    }
    check(&[&["/a=x"]], &["a=x:1"], &[("a", PathAbsolute)]);
    check(&[&["b/../a=x"]], &["a=x:1"], &[("a", PathWithParent)]);
    check(&[&["../a=x", "a/../../b="]], &[], &[("../a", PathOutside), ("a/../../b", PathOutside)]);
    check(&[&["a\0b=x"]], &[], &[("a\\x00b", PathWithNul)]);
    check(&[&["a/=x"]], &["a/:1"], &[("a", SlashAfterName), ("a", UnexpectedContent)]);
    check(&[&["a/->b"]], &["a->b:1"], &[("a", SlashAfterName)]);
    check(
        &[&["x=", "=", "->a", "./=", "/"]],
        &["/:1", "x=:1"],
        &[("", RootReplaced), ("", RootReplaced), ("", PathAbsolute), ("", Duplicate)],
    );
    check(&[&["a=", "./a=x"]], &["a=x:1"], &[("a", Duplicate)]);
    check(&[&["a?", "b="]], &["b=:1"], &[("a", UnknownType)]);
    check(&[&["./etc//.wh.a="]], &[], &[("etc/.wh.a", MarkerWithoutDirectory)]);
    check(&[&["etc/", "etc/a="], &["./etc//.wh.a/="]], &["etc/:1"], &[("etc", UnlistedDirectory)]);
    check(&[&["\u{ff}=x"]], &["\\xc3\\xbf=x:1"], &[]);
}

#[test]
fn directories_without_entries_are_made() {
    check(
        &[&["a/b/c="]],
        &["a/:0", "a/b/:0", "a/b/c=:1"],
        &[("a", ImpliedDirectory), ("a/b", ImpliedDirectory)],
    );
    check(&[&["a/b/c=", "a/"]], &["a/:1", "a/b/:0", "a/b/c=:1"], &[("a/b", ImpliedDirectory)]);
    check(&[&["a/"], &["a/b="]], &["a/:1", "a/b=:2"], &[("a", UnlistedDirectory)]);
    check(&[&["a/b=", "a=x"]], &["a=x:1"], &[]);
    check(&[&["a/b=", "a=x", "a/"]], &["a/:1"], &[("a", Duplicate)]);
}

#[test]
fn nothing_goes_through_a_link() {
    check(
        &[&["l->d", "d/"], &["l/f=x"]],
        &["d/:1", "l/:0", "l/f=x:2"],
        &[("l/f", BelowSymlink), ("l", ImpliedDirectory)],
    );
    check(
        &[&["l->..", "l/new/f="]],
        &["l/:0", "l/new/:0", "l/new/f=:1"],
        &[("l/new/f", BelowSymlink), ("l", ImpliedDirectory), ("l/new", ImpliedDirectory)],
    );
    check(&[&["a=x"], &["a/b="]], &["a/:0", "a/b=:2"], &[("a/b", BelowFile), ("a", ImpliedDirectory)]);
    check(
        &[&["foo/", "foo/f=1", "foo->/x", "foo/f=2", "foo/"]],
        &["foo/:1", "foo/f=2:1"],
        &[("foo", Duplicate), ("foo/f", Duplicate), ("foo/f", BelowSymlink), ("foo", Duplicate)],
    );
    check(&[&["l->"]], &[], &[("l", TargetInvalid)]);
    check(&[&["l->a\0b"]], &[], &[("l", TargetInvalid)]);
    check(&[&["l->../../../etc", "m->/etc"]], &["l->../../../etc:1", "m->/etc:1"], &[]);
}

#[test]
fn hard_links_lead_to_what_is_there() {
    check(&[&["a=x", "b=>a"]], &["a=x:1", "b=>a"], &[]);
    check(&[&["a=x", "d/", "d/b=>./a"]], &["a=x:1", "d/:1", "d/b=>a"], &[]);
    check(&[&["a->x", "b=>a"]], &["a->x:1", "b=>a"], &[]);
    check(&[&["b=>a", "a=x"]], &["a=x:1"], &[("b", LinkMissing)]);
    check(&[&["b=>a"], &["b=x", "b=>c"]], &["b=x:2"], &[("b", LinkMissing)]);
    check(&[&["a=x", "b=>/a"]], &["a=x:1", "b=>a"], &[("b", LinkUnusual)]);
    check(&[&["a=x", "b=>d/../a"]], &["a=x:1", "b=>a"], &[("b", LinkUnusual)]);
    check(&[&["a=x", "b=>../a", "c=>a\0"]], &["a=x:1"], &[("b", LinkOutside), ("c", LinkOutside)]);
    check(&[&["a/", "b=>a", "c=>."]], &["a/:1"], &[("b", LinkToDirectory), ("c", LinkToDirectory)]);
    check(
        &[&["a=x", "a=>a", "c=>c"]],
        &["a=x:1"],
        &[("a", LinkToItself), ("a", Duplicate), ("c", LinkMissing)],
    );
    check(&[&["a/", "a=>a"]], &["a/:1"], &[("a", LinkToDirectory)]);
    check(&[&["d/", "d/a=x", "l->d", "b=>l/a"]], &["d/:1", "d/a=x:1", "l->d:1"], &[("b", LinkMissing)]);
    check(&[&["a=x"], &["b=>a"]], &["a=x:1", "b=>a"], &[("b", LinkAttributes), ("b", LinkToLower)]);
    check(&[&["a=x"], &["b=>a", ".wh.a="]], &[], &[("b", LinkMissing)]);
    check(&[&["a=x", "a/b=>a"]], &["a=x:1"], &[("a/b", LinkMissing)]);
    check(&[&["d/", "d/a=x", "d=>d/a"]], &["d/:1", "d/a=x:1"], &[("d", LinkMissing)]);
    check(&[&["a=x", "b/", "b/c=", "b=>a"]], &["a=x:1", "b=>a"], &[("b", Duplicate)]);
    check(
        &[&["a=x", "l->b", "l/y=>a"]],
        &["a=x:1", "l/:0", "l/y=>a"],
        &[("l/y", BelowSymlink), ("l", ImpliedDirectory)],
    );
}

#[test]
fn limits_hold() {
    let files: Vec<Member> = (0..10).map(|number| member(&format!("d/{number}="), 1)).collect();
    let nodes = |nodes| apply(Tree::new(), &files, &Limits { nodes, ..Limits::default() }).err();
    assert_eq!(nodes(12), None);
    assert_eq!(nodes(11), Some(LimitError::Nodes(11)));
    let depth = |path: &str, depth| {
        let limits = Limits { depth, ..Limits::default() };
        apply(Tree::new(), &[member(path, 1)], &limits).err()
    };
    for path in ["a/b/c=", "a/b/c/", "x=>y/../a/b/c", "a/b/c/.wh.d="] {
        assert_eq!(depth(path, 3), None, "{path}");
    }
    for path in ["a/b/c=", "a/b/c/", "a/b/c/.wh.d="] {
        assert_eq!(depth(path, 2), Some(LimitError::Depth(2)), "{path}");
    }
    let deep = member(&format!("{}f=", "d/".repeat(4095)), 1);
    let applied = apply(Tree::new(), &[deep], &Limits::default()).unwrap();
    assert_eq!(applied.tree.node_count(), 1 + 4096);
}

#[test]
fn every_value_of_an_entry_arrives() {
    let mut entry = Entry {
        path: b"a".to_vec(),
        mode: 0o4755,
        uid: 1 << 40,
        gid: 2,
        modified: crate::tar::Time { seconds: -5, nanoseconds: 7 },
        ..Entry::default()
    };
    entry.xattrs.insert(b"user.mood".to_vec(), b"good".to_vec());
    let attributes = Attributes {
        mode: 0o4755,
        uid: 1 << 40,
        gid: 2,
        modified: entry.modified,
        xattrs: entry.xattrs.clone(),
    };
    let device = crate::tar::Device { major: 5, minor: 6 };
    for (kind, want, mode) in [
        (EntryKind::File, Kind::File(Content::from("x")), 0o4755),
        (EntryKind::Directory, Kind::empty_directory(), 0o4755),
        (EntryKind::Symlink, Kind::Symlink(b"t".to_vec()), 0o777),
        (EntryKind::CharDevice, Kind::CharDevice(device), 0o4755),
        (EntryKind::BlockDevice, Kind::BlockDevice(device), 0o4755),
        (EntryKind::Fifo, Kind::Fifo, 0o4755),
    ] {
        let entry = Entry { kind, link: b"t".to_vec(), device, ..entry.clone() };
        let member = Member { entry, content: Content::from("x") };
        let tree = apply(Tree::new(), &[member], &Limits::default()).unwrap().tree;
        let node = tree.node(tree.lookup(b"a").unwrap());
        assert_eq!(node, &Node { kind: want, attributes: Attributes { mode, ..attributes.clone() } });
    }
}
