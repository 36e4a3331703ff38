//! Unpacking a layer of many small files, beside a bare loop, the `tar` crate, GNU tar and umoci.
//!
//! The bare loop makes every file by its path, with its content, mode, owner and time, and takes care of nothing.
//!
//! `SEAWORTHY_BENCH_FILES` says how many files (20,000 if it is not set). Every round runs all of them in turn
//! and the best times are compared, so that the ratios hold although the machine has other work.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, UNIX_EPOCH};

use seaworthy::storage::Directory;
use seaworthy::unpack::{Layer, Limits, unpack};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type::{self, Compression};
use seaworthy_image::tar::write::{END, push};
use seaworthy_image::tar::{Dialect, Entry, EntryKind, Time};
use serde_json::json;

const ROUNDS: usize = 3;

fn main() {
    let files =
        std::env::var("SEAWORTHY_BENCH_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = archive(files);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&archive).and_then(|()| encoder.try_finish()).expect("memory can be written");
    let blob = encoder.finish().expect("memory can be written");
    let layout = folder.path().join("layout");
    let layer = Layer {
        digest: digest_of(Algorithm::Sha256, &blob),
        size: Some(blob.len() as u64),
        compression: Compression::Gzip,
        diff_id: Some(digest_of(Algorithm::Sha256, &archive)),
    };
    let path = write_layout(&layout, &layer, &blob);
    println!("{files} files, {} MB of gzip, {} MB of tar", blob.len() >> 20, archive.len() >> 20);

    let seaworthy = |target: &Path| {
        let storage = Directory::open(&layout).expect("the layout is there");
        unpack(&storage, std::slice::from_ref(&layer), target, &Limits::default())
            .expect("it can be unpacked");
    };
    let bare = |target: &Path| bare_loop(&path, target).expect("it can be unpacked");
    let tar_crate = |target: &Path| {
        let decoder = flate2::read::MultiGzDecoder::new(File::open(&path).expect("it is there"));
        let mut archive = tar::Archive::new(decoder);
        archive.set_preserve_permissions(true);
        archive.set_preserve_ownerships(true);
        archive.unpack(target).expect("it can be unpacked");
    };
    let gnu = |target: &Path| {
        fs::create_dir(target).expect("a folder can be made");
        let run =
            Command::new("tar").arg("-xpzf").arg(&path).arg("-C").arg(target).stdin(Stdio::null()).status();
        assert!(run.is_ok_and(|status| status.success()), "GNU tar failed");
    };
    let umoci = |target: &Path| {
        let image = format!("{}:bench", layout.display());
        let mut command = Command::new("umoci");
        command.args(["raw", "unpack", "--image", &image]).arg(target);
        let run = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        assert!(run.is_ok_and(|status| status.success()), "umoci failed");
    };
    type Way<'w> = (&'w str, &'w dyn Fn(&Path));
    let mut ways: Vec<Way<'_>> =
        vec![("seaworthy", &seaworthy), ("bare loop", &bare), ("tar crate", &tar_crate), ("GNU tar", &gnu)];
    if Command::new("umoci").arg("--version").stdout(Stdio::null()).status().is_ok() {
        ways.push(("umoci", &umoci));
    }
    let mut best = vec![Duration::MAX; ways.len()];
    for round in 0..ROUNDS {
        for (at, (_, way)) in ways.iter().enumerate() {
            let target = folder.path().join(format!("{round}-{at}"));
            let start = Instant::now();
            way(&target);
            best[at] = best[at].min(start.elapsed());
            fs::remove_dir_all(&target).expect("it can be removed");
        }
    }
    for ((name, _), time) in ways.iter().zip(&best) {
        let ratio = best[0].as_secs_f64() / time.as_secs_f64();
        println!("{name:10} {:8.3} s   we take {ratio:.2} times as long", time.as_secs_f64());
    }
}

/// Writes an image of one layer, and says where the layer is.
fn write_layout(layout: &Path, layer: &Layer, blob: &[u8]) -> PathBuf {
    let write = |path: &str, bytes: &[u8]| {
        let path = layout.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(&path, bytes).expect("a file can be written");
        path
    };
    let put = |media_type: &str, bytes: &[u8]| {
        let digest = digest_of(Algorithm::Sha256, bytes);
        write(&format!("blobs/{}", digest.replace(':', "/")), bytes);
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    };
    let layer_descriptor = put(media_type::LAYER_TAR_GZIP, blob);
    let rootfs = json!({ "type": "layers", "diff_ids": [layer.diff_id] });
    let config = json!({ "architecture": "amd64", "os": "linux", "rootfs": rootfs });
    let config = put(media_type::CONFIG, config.to_string().as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": media_type::MANIFEST, "config": config, "layers": [layer_descriptor],
    });
    let mut entry = put(media_type::MANIFEST, manifest.to_string().as_bytes());
    entry["annotations"] = json!({ "org.opencontainers.image.ref.name": "bench" });
    let index = json!({ "schemaVersion": 2, "mediaType": media_type::INDEX, "manifests": [entry] });
    write("index.json", index.to_string().as_bytes());
    write("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    layout.join("blobs").join(layer.digest.replace(':', "/"))
}

/// Unpacks an archive of plain files and directories.
fn bare_loop(layer: &Path, target: &Path) -> std::io::Result<()> {
    let mut archive = tar::Archive::new(flate2::read::MultiGzDecoder::new(File::open(layer)?));
    fs::create_dir(target)?;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = target.join(entry.path()?);
        let file = if entry.header().entry_type().is_dir() {
            fs::create_dir_all(&path)?;
            File::open(&path)?
        } else {
            let mut file = File::create_new(&path)?;
            std::io::copy(&mut entry, &mut file)?;
            file
        };
        let header = entry.header();
        fchown(&file, Some(header.uid()? as u32), Some(header.gid()? as u32))?;
        file.set_permissions(fs::Permissions::from_mode(header.mode()?))?;
        file.set_modified(UNIX_EPOCH + Duration::from_secs(header.mtime()?))?;
    }
    Ok(())
}

/// An archive of files of some hundred bytes in directories of a hundred.
fn archive(files: usize) -> Vec<u8> {
    let mut archive = Vec::new();
    let modified = Time { seconds: 1_700_000_000, nanoseconds: 0 };
    for number in 0..files {
        let directory = format!("d{}/d{}/", number / 10_000, number / 100 % 100);
        if number % 100 == 0 {
            let entry = Entry {
                path: directory.clone().into(),
                kind: EntryKind::Directory,
                mode: 0o755,
                modified,
                ..Entry::default()
            };
            push(&mut archive, &entry, b"", Dialect::Ustar).expect("it fits");
        }
        let content = format!("file number {number}\n").repeat(number % 40);
        let path = format!("{directory}file-{number}");
        let size = content.len() as u64;
        let entry = Entry { path: path.into(), size, mode: 0o644, modified, ..Entry::default() };
        push(&mut archive, &entry, content.as_bytes(), Dialect::Ustar).expect("it fits");
    }
    archive.extend(END);
    archive
}
