//! The files for OSS-Fuzz and ClusterFuzzLite, as far as they run without a container: `build.sh` with a
//! `cargo` that builds nothing, and everything else as it is.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use seaworthy_fuzz::targets;

#[test]
fn every_target_is_packed_with_what_belongs_to_it() {
    if Command::new("zip").arg("-v").output().is_err() {
        eprintln!("SKIPPED: zip is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    for name in ["src", "out", "bin", "built/x86_64-unknown-linux-gnu/release"] {
        fs::create_dir_all(at(name)).unwrap();
    }
    symlink(&root, at("src/seaworthy")).unwrap();
    let stub = "#!/bin/sh\necho \"$@\" >\"$CARGO_TARGET_DIR/asked\"\nfor entry in fuzz/fuzz_targets/*.rs; do\n    \
                echo built >\"$CARGO_TARGET_DIR/x86_64-unknown-linux-gnu/release/$(basename \"$entry\" .rs)\"\ndone\n";
    fs::write(at("bin/cargo"), stub).unwrap();
    fs::set_permissions(at("bin/cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", at("bin").display(), std::env::var("PATH").unwrap());
    let ran = Command::new(root.join("fuzz/oss-fuzz/build.sh"))
        .envs([("SRC", at("src")), ("OUT", at("out")), ("CARGO_TARGET_DIR", at("built"))])
        .env("PATH", path)
        .env_remove("SANITIZER")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(fs::read_to_string(at("built/asked")).unwrap(), "fuzz build -O --sanitizer address\n");
    for target in targets::ALL {
        let name = target.name;
        let out = |file: String| at("out").join(file);
        assert_eq!(fs::read_to_string(out(name.to_owned())).unwrap(), "built\n", "{name}");
        let options = fs::read_to_string(out(format!("{name}.options"))).unwrap();
        let original = fs::read_to_string(root.join(format!("fuzz/fuzz_targets/{name}.options"))).unwrap();
        assert_eq!(options.lines().count(), original.lines().count(), "{name}");
        assert_eq!(options.contains(&format!("dict = {name}.dict")), original.contains("dict="), "{name}");
        assert_eq!(out(format!("{name}.dict")).is_file(), original.contains("dict="), "{name}");
        // The central directory of the archive names each file; the count stands near its end.
        let archive = fs::read(out(format!("{name}_seed_corpus.zip"))).unwrap();
        let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06").unwrap();
        let count = usize::from(u16::from_le_bytes([archive[end + 10], archive[end + 11]]));
        let files = |folder: &str| fs::read_dir(root.join(folder).join(name)).map_or(0, Iterator::count);
        assert_eq!(count, files("corpus/seeds") + files("corpus/regressions"), "{name}");
    }
}

/// The description of the project names an engine, a sanitiser and a language, and the container has the script.
#[test]
fn the_project_is_described() {
    let read = |name: &str| {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("oss-fuzz").join(name)).unwrap()
    };
    let project = read("project.yaml");
    for wanted in ["language: rust\n", "fuzzing_engines:\n  - libfuzzer\n", "sanitizers:\n  - address\n"] {
        assert!(project.contains(wanted), "{wanted:?} is missing");
    }
    let container = read("Dockerfile");
    for wanted in ["base-builder-rust\n", "COPY . $SRC/seaworthy\n", "fuzz/oss-fuzz/build.sh $SRC/build.sh\n"]
    {
        assert!(container.contains(wanted), "{wanted:?} is missing");
    }
}
