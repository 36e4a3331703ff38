//! What is no image, or is one that would hurt a careless reader.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seaworthy_generators::shape::Shape;
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::layout::{Memory, blob_path};
use seaworthy_image::media_type;

use super::{fed, folder, gzip, layout, run, run_command, seaworthy, tar_of};

/// Runs `check` on `name` in `folder`, which has to end with 3 and say this.
#[track_caller]
fn refused(folder: &Path, name: &str, wanted: &str) {
    let ran = run(folder, &["check", name]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(3), format!("{name}: cannot be judged: {wanted}\n").as_str())
    );
    assert_eq!(ran.err, "");
}

#[test]
fn what_is_not_there_or_no_image_is_refused_with_the_reason() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let refused = |name: &str, wanted: &str| refused(folder.path(), name, wanted);
    refused("missing", "there is no such file or directory");
    refused("oci:missing:v1", "there is no such file or directory");
    refused("", "there is no such file or directory");
    refused(
        "docker://alpine",
        "there is no such file or directory; an image in a registry has to be copied first, for instance with: skopeo copy docker://alpine oci:DIRECTORY",
    );
    refused("oci:image:v2", "index.json has no entry that is named \"v2\"; the only name is \"v1\"");
    refused(
        "oci:image/index.json",
        "it is a single document, not an image layout; leave out the oci: or oci-archive:",
    );
    fs::create_dir(at("folder")).unwrap();
    refused(
        "folder",
        "the directory is no image layout: it has neither \"oci-layout\" nor \"index.json\" nor \"blobs\"",
    );
    for image in ["one", "two", "three", "four"] {
        fs::create_dir(at("folder").join(image)).unwrap();
        fs::write(at("folder").join(image).join("oci-layout"), "{}").unwrap();
    }
    fs::create_dir(at("folder/none.tar")).unwrap();
    refused(
        "folder",
        "the directory is no image layout: it has neither \"oci-layout\" nor \"index.json\" nor \"blobs\"; to judge what is in it, name folder/four, folder/one, folder/three or one of 1 more",
    );
    fs::remove_dir_all(at("folder")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("folder/image.tar"), "").unwrap();
    refused(
        "folder",
        "the directory is no image layout: it has neither \"oci-layout\" nor \"index.json\" nor \"blobs\"; to judge what is in it, name folder/image.tar",
    );
    let mut outer = Memory::default();
    for (path, content) in layout(Shape::Image).files {
        outer.files.insert(format!("good/{path}"), content);
    }
    fs::write(at("outer.tar"), tar_of(&outer)).unwrap();
    refused(
        "outer.tar",
        "the archive is no image layout: it has neither \"oci-layout\" nor \"index.json\" nor \"blobs\"; there is one in \"good\": pack what is in that folder, for instance with: tar -C FOLDER -cf FILE .",
    );
    fs::write(at("empty"), "").unwrap();
    refused("empty", "it is empty");
    fs::write(at("blank"), " \n\t\n").unwrap();
    refused("blank", "it holds nothing but white space");
    fs::write(at("text"), "hello").unwrap();
    refused("text", "it is neither a tar archive nor a JSON document");
    fs::write(at("xz"), b"\xfd7zXZ\0\0\0").unwrap();
    refused("xz", "it is compressed with xz; decompress it first, or use gzip or zstd");
    fs::write(at("object"), "{}").unwrap();
    refused("object", "the document's type cannot be recognised; name it with --type");
    fs::write(at("deep"), "[".repeat(20_000)).unwrap();
    refused("deep", "the document is nested deeper than 10000 levels");
    let ran = run(folder.path(), &["check", "--type", "config", "image"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.out.contains("it is a directory, and --type names"), "{}", ran.out);
}

#[test]
fn what_is_no_file_is_not_opened() {
    let folder = folder();
    let special = |what: &str| {
        format!("it is {what}, not a file or a directory; to read a stream, use - and standard input")
    };
    assert!(Command::new("mkfifo").arg(folder.path().join("fifo")).status().unwrap().success());
    refused(folder.path(), "fifo", &special("a FIFO"));
    refused(folder.path(), "/dev/zero", &special("a device"));
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    refused(folder.path(), "socket", &special("a socket"));
}

#[test]
fn what_is_too_large_is_refused_at_once() {
    let folder = folder();
    let sparse = |name: &str, start: &str| {
        let mut file = fs::File::create(folder.path().join(name)).unwrap();
        file.write_all(start.as_bytes()).unwrap();
        file.set_len(5 << 30).unwrap();
    };
    let too_large = "the document is larger than 4194304 bytes; raise the limit with --max-document";
    sparse("object", "{");
    refused(folder.path(), "object", too_large);
    sparse("zeros", "");
    refused(folder.path(), "zeros", "it begins with zeros: it is an empty archive, or none");
    for (byte, wanted) in
        [(b' ', too_large), (b'[', too_large), (0, "it begins with zeros: it is an empty archive, or none")]
    {
        let ran = fed(&mut std::io::repeat(byte));
        assert_eq!((ran.code, ran.out), (Some(3), format!("-: cannot be judged: {wanted}\n")));
    }
    sparse("image/index.json", "{");
    let ran = run(folder.path(), &["check", "image"]);
    assert_eq!(ran.code, Some(3), "{}", ran.out);
    let note = "image: note: index.json was not judged: it is larger than the limit of 4194304 bytes; raise the limit with --max-document\n";
    assert!(ran.out.starts_with(note), "{}", ran.out);
    // A bomb: a gigabyte of zeros in a megabyte.
    let mut header = tar::Header::new_ustar();
    header.set_size(1 << 30);
    header.set_path("blobs/sha256/aa").unwrap();
    header.set_cksum();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(header.as_bytes()).unwrap();
    std::io::copy(&mut std::io::repeat(0).take(100 << 20), &mut encoder).unwrap();
    fs::write(folder.path().join("bomb"), encoder.finish().unwrap()).unwrap();
    refused(
        folder.path(),
        "bomb",
        "it grows to more than 200 times its compressed size, as only a decompression bomb does; if it is none, raise the limit with --max-ratio",
    );
}

#[test]
fn a_document_with_a_million_faults_takes_no_longer() {
    let folder = folder();
    let faults = format!("{{\"schemaVersion\":2,\"manifests\":[{}1]}}", "1,".repeat(1_000_000));
    fs::write(folder.path().join("faults.json"), faults).unwrap();
    let ran = run(folder.path(), &["check", "faults.json", "--format", "json"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(report["subjects"][0]["results"][0]["findings"].as_array().unwrap().len() < 1000);
}

#[test]
fn a_thousand_documents_with_a_hundred_faults_each_take_no_more_memory() {
    let folder = folder();
    let mut layout = layout(Shape::Image);
    let mut entries = Vec::new();
    for number in 0..1500 {
        let layers = [r#"{"mediaType":1,"digest":2,"size":"3"}"#; 100].join(",");
        let manifest = format!(r#"{{"schemaVersion":2,"number":{number},"layers":[{layers}]}}"#).into_bytes();
        let digest = digest_of(Algorithm::Sha256, &manifest);
        entries.push(format!(
            r#"{{"mediaType":"{}","digest":"{digest}","size":{}}}"#,
            media_type::MANIFEST,
            manifest.len()
        ));
        layout.files.insert(blob_path(&Digest::parse(&digest).unwrap()), manifest);
    }
    let index = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, entries.join(","));
    layout.files.insert("index.json".into(), index.into_bytes());
    fs::write(folder.path().join("many.tar.gz"), gzip(&tar_of(&layout))).unwrap();
    let ran = run(folder.path(), &["check", "many.tar.gz", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = report["subjects"][0]["results"][0]["findings"].as_array().unwrap();
    let of_digests: Vec<_> =
        findings.iter().filter(|finding| finding["requirement"] == "descriptor/digest-string").collect();
    let counted = of_digests.iter().map(|finding| 1 + finding["more"].as_u64().unwrap_or(0)).sum::<u64>();
    assert_eq!((of_digests.len(), counted), (1000, 150_000));
}

#[test]
fn a_damaged_archive_is_refused_with_the_place() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let whole = tar_of(&layout(Shape::Image));
    let squeezed = gzip(&whole);
    write("header", &whole[..100]);
    refused(folder.path(), "header", "it is neither a tar archive nor a JSON document");
    write("body", &whole[..700]);
    let ran = run(folder.path(), &["check", "body"]);
    assert!(
        ran.code == Some(3) && ran.out.contains("the archive is truncated: it ends within \"blobs/"),
        "{}",
        ran.out
    );
    write("second", &[&whole[..512], &[b'x'; 4096]].concat());
    let ran = run(folder.path(), &["check", "second"]);
    assert!(ran.code == Some(3) && ran.out.contains("there is no tar header at byte"), "{}", ran.out);
    write("squeezed", &squeezed[..squeezed.len() / 2]);
    let ran = run(folder.path(), &["check", "squeezed"]);
    assert!(
        ran.code == Some(3) && ran.out.contains("the gzip data are damaged or truncated: "),
        "{}",
        ran.out
    );
    let squeezed = zstd::encode_all(whole.as_slice(), 3).unwrap();
    write("squeezed", &squeezed[..squeezed.len() / 2]);
    let ran = run(folder.path(), &["check", "squeezed"]);
    assert!(
        ran.code == Some(3) && ran.out.contains("the zstd data are damaged or truncated: "),
        "{}",
        ran.out
    );
    // Without its end, an archive can be judged, but may be half of one.
    write("endless", &whole[..whole.len() - 1024]);
    let ran = run(folder.path(), &["check", "endless"]);
    assert!(
        ran.code == Some(0) && ran.out.contains("note: the archive ends without an end marker"),
        "{}",
        ran.out
    );
    let ran = run(folder.path(), &["check", "--max-entries", "3", "endless"]);
    let wanted = "the archive is too large: it holds more than 3 entries; raise the limit with --max-entries";
    assert!(ran.code == Some(3) && ran.out.contains(wanted), "{}", ran.out);
}

#[test]
fn nothing_in_a_layout_is_followed_out_of_it_or_hangs() {
    let judge = |change: &dyn Fn(&Path)| {
        let folder = folder();
        change(&folder.path().join("image"));
        let ran = run(folder.path(), &["check", "image"]);
        assert!(matches!(ran.code, Some(0 | 1 | 3)) && ran.err.is_empty(), "{:?} {}", ran.code, ran.err);
        assert!(!ran.out.contains("root:"), "{}", ran.out);
        (ran.code, ran.out)
    };
    let blob = |image: &Path| -> PathBuf {
        let mut blobs: Vec<_> = fs::read_dir(image.join("blobs/sha256")).unwrap().collect();
        blobs.remove(0).unwrap().path()
    };
    let replace_by_link = |path: &Path| {
        fs::remove_file(path).unwrap();
        symlink("/etc/passwd", path).unwrap();
    };
    for file in ["oci-layout", "index.json"] {
        let (code, out) = judge(&|image| replace_by_link(&image.join(file)));
        assert_eq!(code, Some(1), "{out}");
    }
    let (code, out) = judge(&|image| replace_by_link(&blob(image)));
    assert_eq!(code, Some(1), "{out}");
    let (code, out) = judge(&|image| {
        fs::rename(image.join("blobs"), image.join("elsewhere")).unwrap();
        symlink("elsewhere", image.join("blobs")).unwrap();
    });
    assert_eq!(code, Some(1), "{out}");
    let (code, out) = judge(&|image| {
        let blob = blob(image);
        fs::remove_file(&blob).unwrap();
        assert!(Command::new("mkfifo").arg(&blob).status().unwrap().success());
    });
    assert_eq!(code, Some(1), "{out}");
    for file in ["oci-layout", "index.json"] {
        let (code, out) = judge(&|image| {
            fs::remove_file(image.join(file)).unwrap();
            fs::create_dir(image.join(file)).unwrap();
        });
        assert_eq!(code, Some(1), "{out}");
    }
    let (code, out) = judge(&|image| {
        let blob = blob(image);
        fs::remove_file(&blob).unwrap();
        fs::create_dir(&blob).unwrap();
    });
    assert_eq!(code, Some(1), "{out}");
    // A hard link is a file like any other.
    let (code, out) = judge(&|image| fs::hard_link(blob(image), image.join("copy")).unwrap());
    assert_eq!(code, Some(0), "{out}");
    let (code, out) = judge(&|image| fs::create_dir_all(image.join("d/".repeat(100))).unwrap());
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("its directories are nested deeper than 64 levels, in \"d/d/d/"), "{out}");
}

#[test]
fn names_never_reach_the_terminal_raw() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = folder();
    let evil = OsStr::from_bytes(b"\x1b[31mred\n\xff\xe2\x80\xae");
    fs::rename(folder.path().join("broken"), folder.path().join(evil)).unwrap();
    fs::write(folder.path().join(evil).join("blobs").join(evil), "").unwrap();
    fs::write(folder.path().join(evil).join("blobs/sha256").join(evil), "").unwrap();
    for more in [&["--level", "may"][..], &["--format", "json"], &["--typo"], &["--spec", "\x1b[1m"]] {
        let mut command = seaworthy(&["check"]);
        command.args(more).arg(evil).current_dir(folder.path());
        let ran = run_command(command);
        assert!(matches!(ran.code, Some(1 | 2)), "{:?} {}", ran.code, ran.err);
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains(['\x1b', '\u{202e}', '\u{7}']) || more[0] == "--format", "{text}");
        }
    }
    let ran = run(folder.path(), &["explain", "\x1b[1m"]);
    assert_eq!((ran.code, ran.err.contains('\x1b')), (Some(2), false), "{}", ran.err);
    let ran = run(folder.path(), &["list", "\x1b[1m"]);
    assert_eq!((ran.code, ran.err.contains('\x1b')), (Some(2), false), "{}", ran.err);
}

#[test]
fn what_may_not_be_read_is_named() {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let lock = |path: &str| fs::set_permissions(at(path), fs::Permissions::from_mode(0o000)).unwrap();
    let check = |name: &str| {
        if !is_root {
            return run(folder.path(), &["check", name]);
        }
        // Permissions do not bind root, so nobody runs a copy of the program. Another process makes it: see
        // `ordinary_user.rs`.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        if !at("program").exists() {
            let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_seaworthy")).arg(at("program")).status();
            assert!(copied.unwrap().success());
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "./program", "check", name]);
        command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        run_command(command)
    };
    fs::write(at("document.json"), "{}").unwrap();
    lock("document.json");
    let ran = check("document.json");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(3), "document.json: cannot be judged: permission denied\n")
    );
    let index = at("image/index.json");
    fs::set_permissions(&index, fs::Permissions::from_mode(0o000)).unwrap();
    let ran = check("image");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(3), "image: cannot be judged: index.json: permission denied\n")
    );
    fs::set_permissions(&index, fs::Permissions::from_mode(0o644)).unwrap();
    for blob in fs::read_dir(at("image/blobs/sha256")).unwrap() {
        fs::set_permissions(blob.unwrap().path(), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let ran = check("image");
    assert_eq!(ran.code, Some(3), "{}", ran.out);
    let note =
        "image: note: a blob that index.json refers to was not judged, it cannot be read: blobs/sha256/";
    assert!(ran.out.starts_with(note) && ran.out.contains(": permission denied\n"), "{}", ran.out);
    lock("image/blobs/sha256");
    let ran = check("image");
    let wanted = "image: cannot be judged: blobs/sha256 cannot be listed: permission denied\n";
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), wanted));
    fs::set_permissions(at("image/blobs/sha256"), fs::Permissions::from_mode(0o755)).unwrap();
}
