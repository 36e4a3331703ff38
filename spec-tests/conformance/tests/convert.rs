//! `seaworthy convert` and `seaworthy id` as a user meets them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use seaworthy_generators::choices::Choices;
use seaworthy_generators::draft::Content;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_rules::case::cases;
use serde_json::{Value, json};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn seaworthy(arguments: &[&str]) -> Ran {
    let output =
        Command::new(env!("CARGO_BIN_EXE_seaworthy")).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn write(layout: &Memory, folder: &Path) {
    for (path, content) in &layout.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// A plain image in a folder, with a user of its own.
fn image(folder: &Path, user: &str) -> String {
    let mut draft = Shape::Image.draft();
    for node in &mut draft.nodes {
        if let Content::Document(tree) = &mut node.content
            && tree.get("rootfs").is_some()
        {
            tree.member("config").set("User", user);
        }
    }
    let path = folder.join("layout");
    write(&draft.seal(&mut Choices::new(&[])), &path);
    path.to_str().unwrap().to_owned()
}

fn user(ran: &Ran) -> Value {
    let config: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    config["process"]["user"].clone()
}

#[test]
fn an_image_becomes_a_runtime_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let ran = seaworthy(&["convert", &image(folder.path(), "1000:1000")]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let config: Value = serde_json::from_str(&ran.out).unwrap();
    let wanted = json!({
        "ociVersion": "1.2.0",
        "root": { "path": "rootfs" },
        "mounts": [],
        "process": {
            "user": { "uid": 1000, "gid": 1000 },
            "args": ["/bin/cat", "/etc/motd"],
            "env": ["PATH=/usr/bin:/bin", "HOME=/data"],
            "cwd": "/data",
        },
        "annotations": {
            "org.opencontainers.image.architecture": "amd64",
            "org.opencontainers.image.author": "Seaworthy",
            "org.opencontainers.image.created": "2026-01-02T03:04:05Z",
            "org.opencontainers.image.os": "linux",
        },
    });
    assert_eq!(config, wanted);
}

#[test]
fn users_are_looked_up_in_the_layers_or_in_a_root_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let layout = image(folder.path(), "alice");
    let found = json!({ "uid": 1000, "gid": 1000, "additionalGids": [50, 60] });
    assert_eq!(user(&seaworthy(&["convert", &layout])), found);
    let rootfs = folder.path().join("rootfs");
    fs::create_dir_all(rootfs.join("etc")).unwrap();
    let of_rootfs = || seaworthy(&["convert", "--rootfs", rootfs.to_str().unwrap(), &layout]);
    assert_eq!(of_rootfs().code, Some(1));
    fs::write(rootfs.join("accounts"), "alice:x:7:8::/:\n").unwrap();
    // A link is followed as it would be in the container, and never out of it.
    symlink("/accounts", rootfs.join("etc/passwd")).unwrap();
    assert_eq!(user(&of_rootfs()), json!({ "uid": 7, "gid": 8 }));
    fs::remove_file(rootfs.join("etc/passwd")).unwrap();
    symlink("../../../../../../../../etc/passwd", rootfs.join("etc/passwd")).unwrap();
    let ran = of_rootfs();
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("/config/User: /etc/passwd of the image cannot be read"), "{}", ran.err);
}

#[test]
fn what_has_no_conversion_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    for (user, words) in [
        ("mallory", "the image has no user \"mallory\""),
        ("4294967296", "a number above 4294967295"),
        ("alice:\u{1b}[31m", "the image has no group \"\\u{1b}[31m\""),
    ] {
        let ran = seaworthy(&["convert", &image(folder.path(), user)]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{user:?}");
        assert!(
            ran.err.contains(&format!("/config/User: {words}")) && !ran.err.contains('\u{1b}'),
            "{}",
            ran.err
        );
        fs::remove_dir_all(folder.path().join("layout")).unwrap();
    }
    // Nobody looked in an image, where there is none.
    let config = folder.path().join("config.json");
    for (user, who) in [("root", "the user \"root\""), ("0:staff", "the group \"staff\"")] {
        let text = format!(
            r#"{{"os":"linux","architecture":"arm","rootfs":{{"type":"layers","diff_ids":[]}},"config":{{"User":"{user}"}}}}"#
        );
        fs::write(&config, text).unwrap();
        let ran = seaworthy(&["convert", config.to_str().unwrap()]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
        let wanted = format!(
            "/config/User: there is no image to look up {who} in; name a root file system with --rootfs"
        );
        assert!(ran.err.contains(&wanted), "{}", ran.err);
    }
}

#[test]
fn notes_tell_what_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, r#"{"os":"l\u001b\u202e\udb40\udc01x","architecture":"amd64","rootfs":{}}"#).unwrap();
    let path = path.to_str().unwrap();
    let ran = seaworthy(&["convert", path]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("note: there is nothing to run"), "{}", ran.err);
    assert!(ran.out.contains(r"l\u001b\u202e\udb40\udc01x"), "{}", ran.out);
    let ran = seaworthy(&["convert", "--format", "json", "--spec", "1.0.2", path]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.err.as_str(), &report["config"]["annotations"]), ("", &json!({})));
    let kinds: Vec<_> = report["notes"].as_array().unwrap().iter().map(|note| note["kind"].clone()).collect();
    assert_eq!(kinds, ["no-user", "no-command"]);
}

#[test]
fn one_image_has_to_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    write(&Shape::MultiPlatform.draft().seal(&mut Choices::new(&[])), folder.path());
    let layout = folder.path().to_str().unwrap();
    for command in ["convert", "id"] {
        let ran = seaworthy(&[command, layout]);
        assert_eq!(ran.code, Some(3));
        assert!(ran.err.contains("choose one with --platform: linux/amd64, linux/arm64/v8"), "{}", ran.err);
        let of = |platform: &str| seaworthy(&[command, "--platform", platform, layout]);
        assert_eq!(of("linux/arm64").code, Some(0));
        assert_eq!(of("linux/arm64/v8").out, of("linux/arm64").out);
        assert_ne!(of("linux/amd64").out, of("linux/arm64").out);
        assert!(of("linux/riscv64").err.contains("there is no image for linux/riscv64"));
        assert_eq!(of("linux/arm64/v9").code, Some(3));
        assert_eq!(of("linux").code, Some(2));
        let absent = seaworthy(&[command, &format!("oci:{layout}:nothing")]);
        assert_eq!(absent.code, Some(3));
        assert_eq!(
            seaworthy(&[command, "--platform", "linux/amd64", &format!("oci:{layout}:v1")]).code,
            Some(0)
        );
    }
}

/// Two images that differ in nothing but their name in the layout cannot be told apart by platform.
#[test]
fn of_images_with_names_one_has_to_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut draft = Shape::MultiPlatform.draft();
    let index = draft.nodes.pop().unwrap();
    let images = draft.nodes.pop().unwrap();
    let mut root = index;
    root.links = images.links;
    for (link, name) in root.links.iter_mut().zip(["dawn", "dusk"]) {
        link.descriptor.remove("platform");
        link.descriptor.member("annotations").set("org.opencontainers.image.ref.name", name);
    }
    draft.nodes.push(root);
    write(&draft.seal(&mut Choices::new(&[])), folder.path());
    let layout = folder.path().to_str().unwrap();
    for command in ["convert", "id"] {
        let ran = seaworthy(&[command, layout]);
        assert_eq!(ran.code, Some(3), "{}", ran.err);
        assert!(
            ran.err.contains("choose one by its name, as in oci:PATH:REF: \"dawn\", \"dusk\""),
            "{}",
            ran.err
        );
        // A platform tells these two apart as well.
        assert_eq!(seaworthy(&[command, "--platform", "linux/arm64", layout]).code, Some(0));
        assert_eq!(seaworthy(&[command, &format!("oci:{layout}:dusk")]).code, Some(0));
    }
}

#[test]
fn bad_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let check = |layout: &Memory, words: &str| {
        let path = folder.path().join("bad");
        write(layout, &path);
        for command in ["convert", "id"] {
            let ran = seaworthy(&[command, path.to_str().unwrap()]);
            assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{}", ran.err);
            assert!(ran.err.contains(words), "{}", ran.err);
        }
        fs::remove_dir_all(path).unwrap();
    };
    let plain = Shape::Image.draft().seal(&mut Choices::new(&[]));
    let config = |layout: &Memory| -> String {
        let is_config = |content: &Vec<u8>| content.windows(8).any(|part| part == b"\"rootfs\"");
        layout.files.iter().find(|(_, content)| is_config(content)).map(|(path, _)| path.clone()).unwrap()
    };
    let mut missing = plain.clone();
    missing.files.remove(&config(&plain));
    check(&missing, "there is no such file");
    let mut changed = plain.clone();
    changed.files.get_mut(&config(&plain)).unwrap().push(b' ');
    check(&changed, "its digest is sha256:");
    check(
        &Shape::Artifact.draft().seal(&mut Choices::new(&[])),
        "no manifest leads to an image configuration",
    );
    // To go by the first of two members of one name would be a guess.
    let ambiguous = "can be read in more than one way: duplicate name";
    for case in ["two-users", "one-escaped"] {
        let id = format!("json/no-duplicate-names/{case}");
        check(&cases().iter().find(|case| case.id == id).unwrap().layout(), ambiguous);
    }
    let index = String::from_utf8(plain.files["index.json"].clone()).unwrap();
    let mut twice = plain.clone();
    twice.files.insert("index.json".to_owned(), index.replacen('{', r#"{"a":1,"a":2,"#, 1).into_bytes());
    check(&twice, ambiguous);
    let alone = folder.path().join("alone.json");
    fs::write(
        &alone,
        r#"{"rootfs":{"type":"layers","diff_ids":[]},"os":"linux","architecture":"arm","os":""}"#,
    )
    .unwrap();
    for command in ["convert", "id"] {
        let ran = seaworthy(&[command, alone.to_str().unwrap()]);
        assert_eq!(ran.code, Some(3), "{}", ran.out);
        assert!(ran.err.contains(ambiguous), "{}", ran.err);
    }
    let manifest = folder.path().join("manifest.json");
    fs::write(&manifest, r#"{"schemaVersion":2,"config":{},"layers":[]}"#).unwrap();
    for command in ["convert", "id"] {
        let ran = seaworthy(&[command, manifest.to_str().unwrap()]);
        assert_eq!(ran.code, Some(3));
        assert!(ran.err.contains("it is a document of type manifest"), "{}", ran.err);
        assert_eq!(seaworthy(&[command, "/not/there"]).code, Some(3));
        assert_eq!(seaworthy(&[command]).code, Some(2));
        assert!(seaworthy(&[command, "--help"]).out.contains("Examples:"));
    }
}

#[test]
fn ids_are_those_of_the_content() {
    let folder = tempfile::tempdir().unwrap();
    let layout = image(folder.path(), "1000:1000");
    let ran = seaworthy(&["id", "--format", "json", &layout]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let names: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(names["image_id"], names["config_digest"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let blob = |digest: &Value| Path::new(&layout).join("blobs/sha256").join(&text(digest)[7..]);
    assert!(blob(&names["manifest_digest"]).is_file() && blob(&names["layers"][1]["digest"]).is_file());
    let [base, top] = [0, 1].map(|at| names["layers"][at].clone());
    assert_eq!(base["chain_id"], base["diff_id"]);
    // By sha256sum, which knows nothing of images.
    let sum = format!("printf '%s %s' {} {} | sha256sum", text(&base["chain_id"]), text(&top["diff_id"]));
    let sum = Command::new("sh").args(["-c", &sum]).output().unwrap().stdout;
    assert_eq!(text(&top["chain_id"])[7..], String::from_utf8(sum).unwrap()[..64]);
    let ran = seaworthy(&["id", &layout]);
    assert!(ran.out.starts_with(&format!("image id         {}\n", text(&names["image_id"]))), "{}", ran.out);
    assert!(ran.out.contains(&format!("  chain id       {}\n", text(&top["chain_id"]))), "{}", ran.out);
    // A configuration alone has no manifest.
    let ran = seaworthy(&["id", "--format", "json", blob(&names["config_digest"]).to_str().unwrap()]);
    let alone: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&alone["image_id"], &alone["manifest_digest"]), (&names["image_id"], &Value::Null));
}

/// Nobody could verify the manifest, and whoever reads what is printed is told so.
#[test]
fn what_could_not_be_verified_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let layout = image(folder.path(), "1000:1000");
    let at = |path: &str| Path::new(&layout).join(path);
    let mut index: Value = serde_json::from_slice(&fs::read(at("index.json")).unwrap()).unwrap();
    let encoded = index["manifests"][0]["digest"].as_str().unwrap().replace("sha256:", "");
    fs::create_dir(at("blobs/future")).unwrap();
    fs::rename(at(&format!("blobs/sha256/{encoded}")), at(&format!("blobs/future/{encoded}"))).unwrap();
    let digest = format!("future:{encoded}");
    for command in ["convert", "id"] {
        index["manifests"][0]["digest"] = format!("sha256:{encoded}").into();
        fs::write(at("index.json"), index.to_string()).unwrap();
        assert_eq!(seaworthy(&[command, &layout]).code, Some(3), "{command}: the blob is gone");
        index["manifests"][0]["digest"] = digest.clone().into();
        fs::write(at("index.json"), index.to_string()).unwrap();
        let ran = seaworthy(&[command, &layout]);
        let told = format!("{layout}: note: {digest} could not be verified: its algorithm is not known\n");
        assert_eq!((ran.code, ran.err), (Some(0), told), "{command}");
        let ran = seaworthy(&[command, "--format", "json", &layout]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["unverified"], digest.as_str(), "{command}");
    }
}
