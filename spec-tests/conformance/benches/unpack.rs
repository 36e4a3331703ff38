//! Unpacking a layer of many small files, beside a bare loop over the `tar` crate and GNU tar.
//!
//! `SEAWORTHY_BENCH_FILES` says how many files (20,000 if it is not set). Every round runs all of them in turn
//! and the best times are compared, so that the ratios hold although the machine has other work.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use seaworthy::storage::Directory;
use seaworthy::unpack::{Layer, Limits, unpack};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::media_type::Compression;
use seaworthy_image::tar::write::{END, push};
use seaworthy_image::tar::{Dialect, Entry, EntryKind, Time};

const ROUNDS: usize = 3;

fn main() {
    let files =
        std::env::var("SEAWORTHY_BENCH_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = archive(files);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&archive).and_then(|()| encoder.try_finish()).expect("memory can be written");
    let blob = encoder.finish().expect("memory can be written");
    let digest = digest_of(Algorithm::Sha256, &blob);
    let layout = folder.path().join("layout");
    let path = layout.join("blobs").join(digest.replace(':', "/"));
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(&path, &blob).expect("a file can be written");
    let layer = Layer {
        digest,
        size: Some(blob.len() as u64),
        compression: Compression::Gzip,
        diff_id: Some(digest_of(Algorithm::Sha256, &archive)),
    };
    println!("{files} files, {} MB of gzip, {} MB of tar", blob.len() >> 20, archive.len() >> 20);

    let seaworthy = |target: &Path| {
        let storage = Directory::open(&layout).expect("the layout is there");
        unpack(&storage, std::slice::from_ref(&layer), target, &Limits::default())
            .expect("it can be unpacked");
    };
    let bare = |target: &Path| {
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
    type Way<'w> = (&'w str, &'w dyn Fn(&Path));
    let ways: [Way<'_>; 3] = [("seaworthy", &seaworthy), ("tar crate", &bare), ("GNU tar", &gnu)];
    let mut best = [Duration::MAX; 3];
    for round in 0..ROUNDS {
        for (at, (_, way)) in ways.iter().enumerate() {
            let target = folder.path().join(format!("{round}-{at}"));
            let start = Instant::now();
            way(&target);
            best[at] = best[at].min(start.elapsed());
            fs::remove_dir_all(&target).expect("it can be removed");
        }
    }
    for ((name, _), time) in ways.iter().zip(best) {
        println!(
            "{name:10} {:8.3} s  {:5.2}",
            time.as_secs_f64(),
            time.as_secs_f64() / best[0].as_secs_f64()
        );
    }
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
