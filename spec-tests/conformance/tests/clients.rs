//! Clients of others push an image to the reference registry and pull it again. Those that are not
//! installed are passed over, which the test says.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use seaworthy_image::digest::{Algorithm, digest_of};
use serde_json::Value;

/// `seaworthy serve` on a free port, ended when dropped.
struct Registry {
    process: Child,
    host: String,
}

impl Registry {
    fn start() -> Registry {
        let mut process = Command::new(env!("CARGO_BIN_EXE_seaworthy"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("seaworthy serve");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let host = line.trim().rsplit_once("http://").expect("an address").1.to_owned();
        Registry { process, host }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An image of ours as a layout, with a name that every client can read, and its manifest's digest.
fn layout(folder: &Path) -> String {
    let config = br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["DIFF"]}}"#;
    // An empty archive: two blocks of nothing, and the rest of a record.
    let layer = vec![0; 10240];
    let config = String::from_utf8_lossy(config).replace("DIFF", &digest_of(Algorithm::Sha256, &layer));
    let descriptor = |media_type: &str, bytes: &[u8]| {
        let digest = digest_of(Algorithm::Sha256, bytes);
        let blob = folder.join("blobs/sha256").join(&digest["sha256:".len()..]);
        fs::create_dir_all(blob.parent().expect("a folder")).expect("a folder");
        fs::write(blob, bytes).expect("a blob");
        serde_json::json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    };
    const TYPE: &str = "application/vnd.oci.image.";
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": format!("{TYPE}manifest.v1+json"),
        "config": descriptor(&format!("{TYPE}config.v1+json"), config.as_bytes()),
        "layers": [descriptor(&format!("{TYPE}layer.v1.tar"), &layer)],
    });
    let mut entry = descriptor(&format!("{TYPE}manifest.v1+json"), manifest.to_string().as_bytes());
    entry["annotations"] = serde_json::json!({ "org.opencontainers.image.ref.name": "v1" });
    let digest = entry["digest"].as_str().expect("a digest").to_owned();
    let index = serde_json::json!({ "schemaVersion": 2, "manifests": [entry] });
    fs::write(folder.join("index.json"), index.to_string()).expect("an index");
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("a marker");
    digest
}

/// Where a client is, if it is installed.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let go = std::env::home_dir().map(|home| home.join("go/bin"));
    std::env::split_paths(&path).chain(go).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Lets a client push `{layout}` to `{image}`, and pull it into `{copy}`.
fn check(name: &str, push: &[&str], pull: &[&str]) {
    let Some(program) = installed(name) else {
        eprintln!("skipped: {name} is not installed");
        return;
    };
    let registry = Registry::start();
    let folder = tempfile::tempdir().expect("a folder");
    let (layout_path, copy) = (folder.path().join("layout"), folder.path().join("copy"));
    let digest = layout(&layout_path);
    let image = format!("{}/{name}/image:v1", registry.host);
    for arguments in [push, pull] {
        let filled = arguments.iter().map(|word| {
            let word = word.replace("{layout}", &layout_path.to_string_lossy());
            let word = word.replace("{copy}", &copy.to_string_lossy());
            word.replace("{image}", &image).replace("{host}", &registry.host)
        });
        let output = Command::new(&program).args(filled).env("HOME", folder.path()).output().expect("a run");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{name} {arguments:?}: {said}");
    }
    let index: Value =
        serde_json::from_slice(&fs::read(copy.join("index.json")).expect("an index")).expect("JSON");
    assert_eq!(index["manifests"][0]["digest"], digest.as_str(), "{name}");
    for blob in fs::read_dir(layout_path.join("blobs/sha256")).expect("blobs") {
        let blob = blob.expect("a blob");
        let copied = fs::read(copy.join("blobs/sha256").join(blob.file_name())).expect("the copy of a blob");
        assert!(
            copied == fs::read(blob.path()).expect("a blob"),
            "{name}: {:?} is altered",
            blob.file_name()
        );
    }
}

#[test]
fn skopeo_pushes_and_pulls() {
    // Left to itself it compresses layers.
    const PRESERVE: &str = "--preserve-digests";
    check(
        "skopeo",
        &[
            "--insecure-policy",
            "copy",
            PRESERVE,
            "--dest-tls-verify=false",
            "oci:{layout}:v1",
            "docker://{image}",
        ],
        &[
            "--insecure-policy",
            "copy",
            PRESERVE,
            "--src-tls-verify=false",
            "docker://{image}",
            "oci:{copy}:v1",
        ],
    );
}

#[test]
fn crane_pushes_and_pulls() {
    let push = ["push", "--insecure", "{layout}", "{image}"];
    check("crane", &push, &["pull", "--insecure", "--format=oci", "{image}", "{copy}"]);
}

#[test]
fn oras_pushes_and_pulls() {
    check(
        "oras",
        &["copy", "--from-oci-layout", "--to-plain-http", "{layout}:v1", "{image}"],
        &["copy", "--from-plain-http", "--to-oci-layout", "{image}", "{copy}:v1"],
    );
}

#[test]
fn regctl_pushes_and_pulls() {
    let host = "reg={host},tls=disabled";
    check(
        "regctl",
        &["--host", host, "image", "copy", "ocidir://{layout}:v1", "{image}"],
        &["--host", host, "image", "copy", "{image}", "ocidir://{copy}:v1"],
    );
}
