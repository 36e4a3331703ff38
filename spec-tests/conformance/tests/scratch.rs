//! Proves that what happens beside the target is noticed, and that any folder can be removed.

use std::fs;

use seaworthy::confine::Methods;
use seaworthy::process::{Confiner, Error, Exit, Limits, Program};
use seaworthy::scratch::{Canary, Scratch};

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

#[test]
fn a_disturbed_canary_is_noticed() {
    let quiet =
        "cd \"$1\"; echo x > target/f; mkdir -p tmp/a; chmod 700 target; cat canary/plain; chmod 700 home";
    for (script, wanted) in [
        (quiet, &[][..]),
        ("chmod 777 canary/plain", &["canary/plain: mode 640 became 777"][..]),
        ("chmod 777 canary", &["canary: mode 755 became 777"]),
        ("chmod 000 canary/tool", &["canary/tool: mode 755 became 0"]),
        ("chmod 750 .", &[".: mode 700 became 750"]),
        ("printf x >> cwd/sentinel", &["cwd/sentinel: holds something else"]),
        ("printf canary/plain > canary/plain", &["canary/plain: was modified"]),
        ("touch canary/empty/new", &["canary/empty/new: appeared"]),
        ("mkdir canary/empty/d", &["canary/empty/d: appeared"]),
        ("touch pwned", &["pwned: appeared"]),
        ("touch cwd/dropped", &["cwd/dropped: appeared"]),
        ("rm canary/folder/inner", &["canary/folder/inner: vanished"]),
        ("ln canary/plain target/l", &["canary/plain: 1 links became 2"]),
        (
            "ln -sfn /etc canary/link",
            &["canary: was modified", "canary/link: was replaced", "canary/link: holds something else"],
        ),
        (
            "rm canary/tool; mkdir canary/tool",
            &["canary: was modified", "canary/tool: became another kind of file"],
        ),
        ("rmdir target; ln -s canary target", &["target: became another kind of file"]),
        ("touch canary/empty/t; rm canary/empty/t", &["canary/empty: was modified"]),
    ] {
        let scratch = Scratch::new().unwrap();
        let canary = Canary::plant(&scratch).unwrap();
        assert_eq!(canary.check(&scratch), []);
        let script = format!("cd \"$1\" && {{ {script}; }}");
        let ran = Confiner::with(SEAWORTHY, Methods::default()).run(
            &sh(&script).arg(scratch.path()),
            &scratch,
            &Limits::default(),
        );
        match ran {
            Ok(ran) => assert_eq!(ran.exit, Exit::Exited(0), "{script}: {}", ran.stderr.text()),
            Err(Error::Refused(reason)) => return eprintln!("no confinement here: {reason}"),
            Err(error) => panic!("{error}"),
        }
        let found: Vec<_> = canary.check(&scratch).iter().map(ToString::to_string).collect();
        assert_eq!(found, wanted, "{script}");
        let path = scratch.path().to_owned();
        scratch.remove().unwrap();
        assert!(!path.exists());
    }
}

#[test]
fn the_cleaner_survives_deep_closed_and_linked_trees() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("kept"), "kept").unwrap();
    let scratch = Scratch::new().unwrap();
    let mut folder = fs::File::open(scratch.target()).unwrap();
    use rustix::fs::{Mode, OFlags, mkdirat, openat, symlinkat};
    for depth in 0..10_000 {
        mkdirat(&folder, "d", Mode::RWXU).unwrap();
        if depth % 100 == 0 {
            mkdirat(&folder, "closed", Mode::RWXU).unwrap();
            mkdirat(&folder, "closed/in", Mode::empty()).unwrap();
            symlinkat(outside.path(), &folder, "link").unwrap();
            rustix::fs::chmodat(&folder, "closed", Mode::empty(), rustix::fs::AtFlags::empty()).unwrap();
        }
        folder = openat(&folder, "d", OFlags::DIRECTORY, Mode::empty()).unwrap().into();
    }
    let used = scratch.used(u64::MAX, u64::MAX);
    assert!(used.files >= 10_000 && used.bytes > 0, "{used:?}");
    assert!(scratch.used(u64::MAX, 50).files < 200);
    let path = scratch.path().to_owned();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o0)).unwrap();
    scratch.remove().unwrap();
    assert!(!path.exists());
    assert_eq!(fs::read_to_string(outside.path().join("kept")).unwrap(), "kept");
}

fn sh(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script, "sh"])
}
