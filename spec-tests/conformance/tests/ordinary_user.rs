//! `seaworthy unpack` by an ordinary user: what such a user cannot keep is told, and everything else is there.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use seaworthy_generators::battery::image;
use seaworthy_generators::choices::Choices;
use seaworthy_generators::layer::{device, directory, fifo, file, hard_link, symlink, with};
use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::Memory;
use seaworthy_image::tar::EntryKind;

/// Whom root becomes for this: `nobody`.
const ORDINARY: u32 = 65534;

/// Unpacks an image of these layers as an ordinary user into `root` of a folder that is that user's: the
/// exit status, and what is said on standard error.
fn unpack(layers: Vec<Vec<Member>>, folder: &Path) -> (Option<i32>, String) {
    let layout = image(layers).seal(&mut Choices::new(&[]));
    let is_root = rustix::process::geteuid().is_root();
    write(&layout, &folder.join("image"));
    // A user may not see the folder that the program was built in. Another process makes the copy: a process
    // that a thread of this one forks could hold it open for writing, and then it cannot be executed.
    let program = folder.join("seaworthy");
    assert!(
        Command::new("cp").arg(env!("CARGO_BIN_EXE_seaworthy")).arg(&program).status().unwrap().success()
    );
    let home = folder.join("home");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(program);
    command.arg("unpack").args([folder.join("image"), home.join("root")]);
    if is_root {
        chown(&home, Some(ORDINARY), Some(ORDINARY)).unwrap();
        command.uid(ORDINARY).gid(ORDINARY);
    }
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn write(layout: &Memory, folder: &Path) {
    for (path, bytes) in &layout.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The mode, and the content or the target.
fn look(path: &Path) -> (u32, String) {
    let metadata = fs::symlink_metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let content = match metadata.is_symlink() {
        true => fs::read_link(path).unwrap().to_string_lossy().into_owned(),
        false => fs::read_to_string(path).unwrap_or_default(),
    };
    (metadata.mode() & 0o7777, content)
}

#[test]
fn what_cannot_be_kept_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let attribute = |name: &str| {
        with(file("attribute", "kept\n"), |entry| drop(entry.xattrs.insert(name.into(), b"high".to_vec())))
    };
    let (status, said) = unpack(
        vec![vec![
            with(file("owned", "kept\n"), |entry| (entry.uid, entry.gid) = (1000, 1000)),
            with(file("powerful", "kept\n"), |entry| (entry.uid, entry.mode) = (1000, 0o4755)),
            with(symlink("link", "owned"), |entry| entry.uid = 1000),
            device("device", EntryKind::CharDevice, 1, 3),
            attribute("trusted.tide"),
            fifo("fifo"),
        ]],
        folder.path(),
    );
    assert_eq!(status, Some(0), "{said}");
    let told = |what: &str, path: &str| {
        let line = said.lines().find(|line| line.contains("not kept: ") && line.contains(what));
        // Only the first paths are named, and everything has an owner.
        assert!(line.is_some_and(|line| path.is_empty() || line.contains(path)), "{what}: {said}");
    };
    told("the owner could not be set", "");
    told("set-user-id or set-group-id was left off", "powerful");
    told("a device or FIFO could not be made", "device");
    told("an extended attribute could not be set", "attribute");
    let root = folder.path().join("home/root");
    assert_eq!(look(&root.join("owned")), (0o644, "kept\n".into()));
    assert_eq!(look(&root.join("powerful")), (0o755, "kept\n".into()));
    assert_eq!(look(&root.join("link")).1, "owned");
    assert_eq!(look(&root.join("attribute")).1, "kept\n");
    assert!(fs::symlink_metadata(root.join("device")).is_err());
    assert!(fs::symlink_metadata(root.join("fifo")).is_ok());
}

#[test]
fn directories_that_forbid_it_are_filled_and_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let mode = |member: Member, mode: u32| with(member, |entry| entry.mode = mode);
    let (status, said) = unpack(
        vec![
            vec![
                mode(directory("shut/"), 0),
                file("shut/one", "1\n"),
                mode(directory("locked/"), 0o555),
                file("locked/gone", "0\n"),
                file("locked/kept", "1\n"),
                mode(directory("locked/deep/"), 0),
                file("locked/deep/file", "2\n"),
                mode(file("secret", "s\n"), 0),
            ],
            vec![
                file("locked/.wh.gone", ""),
                file("locked/.wh.deep", ""),
                file("locked/new", "3\n"),
                hard_link("shut/two", "shut/one"),
                mode(file("secret", "t\n"), 0o400),
            ],
        ],
        folder.path(),
    );
    assert_eq!(status, Some(0), "{said}");
    let root = folder.path().join("home/root");
    assert_eq!(look(&root.join("shut")).0, 0);
    assert_eq!(look(&root.join("locked")).0, 0o555);
    // Whoever owns a directory can open it.
    fs::set_permissions(root.join("shut"), Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(root.join("locked"), Permissions::from_mode(0o700)).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(root.join("locked")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["kept", "new"]);
    assert_eq!(look(&root.join("shut/two")).1, "1\n");
    assert_eq!(fs::metadata(root.join("shut/one")).unwrap().nlink(), 2);
    assert_eq!(look(&root.join("secret")), (0o400, "t\n".into()));
}
