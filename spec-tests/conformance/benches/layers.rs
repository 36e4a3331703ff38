//! How fast layers are judged, against a bare loop that inflates and hashes the same bytes, and
//! against programs that do something like it. Prints seconds and ratios of one run.
//!
//! `SEAWORTHY_BENCH_MB` is the size of the image in megabytes before compression; it is made anew
//! each time, from pseudo-random words. Every figure is the best of three.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use nix::sys::resource::{UsageWho, getrusage};
use seaworthy_image::digest::{Algorithm, Hasher, digest_of};
use serde_json::json;

const LAYERS: usize = 6;
const SMALL_FILES: usize = 200_000;

/// Set to an image, it makes this program check that and print the most memory that took, in kibibytes.
const PEAK_OF: &str = "SEAWORTHY_BENCH_PEAK_OF";

fn main() -> anyhow::Result<()> {
    if let Some(image) = std::env::var_os(PEAK_OF) {
        check(Path::new(&image))?;
        println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss());
        return Ok(());
    }
    // `cargo test --benches` only wants to know that it runs.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let megabytes = match std::env::var("SEAWORTHY_BENCH_MB") {
        Ok(text) => text.parse()?,
        Err(_) if is_test => 1,
        Err(_) => 60,
    };
    let files = if is_test { 1000 } else { SMALL_FILES };
    let folder = tempfile::tempdir()?;

    let image = Image::make(folder.path(), "large", LAYERS, |index, archive| {
        let size = megabytes * 1_000_000 / LAYERS / FILE;
        (0..size)
            .try_for_each(|file| add(archive, &format!("usr/{index}/{file}"), &words(file + index, FILE)))
    })?;
    println!("{LAYERS} gzip layers, {megabytes} MB of files");
    let check = best(|| image.check())?;
    report("seaworthy check", check, check);
    println!("  peak memory of seaworthy check: {:.1} MiB", image.peak_mib()?);
    report("bare loop on two threads", best(|| bare_loop(&image.layers, 2))?, check);
    if let Some(tarball) = image.docker_tarball().ok().filter(|_| is_there("crane")) {
        let crane = best(|| run(Command::new("crane").args(["validate", "--tarball"]).arg(&tarball)))?;
        report("crane validate", crane, check);
    }

    let image = Image::make(folder.path(), "many", 1, |_, archive| {
        (0..files).try_for_each(|file| add(archive, &format!("srv/{}/{file}", file / 100), &words(file, 40)))
    })?;
    println!("one gzip layer of {files} small files");
    let check = best(|| image.check())?;
    report("seaworthy check", check, check);
    report("bare loop, with digests", best(|| bare_loop(&image.layers, 1))?, check);
    report("bare loop, without", best(|| inflate(&image.layers[0]))?, check);
    let list = |program: &'static str| best(|| run(Command::new(program).arg("-tzf").arg(&image.layers[0])));
    for program in ["tar", "bsdtar"] {
        if is_there(program) {
            report(program, list(program)?, check);
        }
    }
    println!("  peak memory of seaworthy check: {:.1} MiB", image.peak_mib()?);
    Ok(())
}

/// The size of each file of the large layers.
const FILE: usize = 50_000;

/// An image layout in a directory.
struct Image {
    folder: PathBuf,
    layers: Vec<PathBuf>,
    config: PathBuf,
}

type Archive = tar::Builder<Tee>;

impl Image {
    fn make(
        parent: &Path,
        name: &str,
        count: usize,
        fill: impl Fn(usize, &mut Archive) -> io::Result<()>,
    ) -> anyhow::Result<Image> {
        let folder = parent.join(name);
        let blobs = folder.join("blobs/sha256");
        fs::create_dir_all(&blobs)?;
        let mut layers = Vec::new();
        let mut descriptors = Vec::new();
        let mut diff_ids = Vec::new();
        for index in 0..count {
            let path = folder.join("layer");
            let encoder = GzEncoder::new(File::create(&path)?, Compression::default());
            let mut archive = tar::Builder::new(Tee(encoder, Hasher::new(Algorithm::Sha256)));
            fill(index, &mut archive)?;
            let Tee(encoder, hasher) = archive.into_inner()?;
            encoder.finish()?;
            diff_ids.push(hasher.finish());
            let digest = digest_of(Algorithm::Sha256, &fs::read(&path)?);
            let blob = blobs.join(&digest["sha256:".len()..]);
            fs::rename(&path, &blob)?;
            let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
            descriptors
                .push(json!({ "mediaType": media_type, "digest": digest, "size": blob.metadata()?.len() }));
            layers.push(blob);
        }
        let put = |media_type: &str, value: serde_json::Value| -> anyhow::Result<_> {
            let bytes = serde_json::to_vec(&value)?;
            let digest = digest_of(Algorithm::Sha256, &bytes);
            let path = blobs.join(&digest["sha256:".len()..]);
            fs::write(&path, &bytes)?;
            Ok((path, json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })))
        };
        let (config, config_descriptor) = put(
            "application/vnd.oci.image.config.v1+json",
            json!({ "architecture": "amd64", "os": "linux", "rootfs": { "type": "layers", "diff_ids": diff_ids } }),
        )?;
        let manifest_type = "application/vnd.oci.image.manifest.v1+json";
        let (_, manifest) = put(
            manifest_type,
            json!({ "schemaVersion": 2, "mediaType": manifest_type, "config": config_descriptor, "layers": descriptors }),
        )?;
        let index_type = "application/vnd.oci.image.index.v1+json";
        let index = json!({ "schemaVersion": 2, "mediaType": index_type, "manifests": [manifest] });
        fs::write(folder.join("index.json"), serde_json::to_vec(&index)?)?;
        fs::write(folder.join("oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#)?;
        Ok(Image { folder, layers, config })
    }

    fn check(&self) -> anyhow::Result<()> {
        check(&self.folder)
    }

    /// The most memory that a check of the image has at any time. A process begins with the memory of the one
    /// that starts it, and that counts; so a small one does, which is this program in its other role.
    fn peak_mib(&self) -> anyhow::Result<f64> {
        let output = Command::new(std::env::current_exe()?)
            .env(PEAK_OF, &self.folder)
            .stderr(Stdio::inherit())
            .output()?;
        anyhow::ensure!(output.status.success(), "the peak could not be measured");
        let kib: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// The same image in the form that `docker save` writes, the only one that crane validates in a
    /// file.
    fn docker_tarball(&self) -> io::Result<PathBuf> {
        let path = self.folder.join("docker.tar");
        let mut archive = tar::Builder::new(File::create(&path)?);
        let names: Vec<String> = (0..self.layers.len()).map(|index| format!("{index}.tar.gz")).collect();
        let manifest =
            json!([{ "Config": "config.json", "RepoTags": ["bench:1"], "Layers": names }]).to_string();
        add(&mut archive, "manifest.json", manifest.as_bytes())?;
        add(&mut archive, "config.json", &fs::read(&self.config)?)?;
        for (name, layer) in names.iter().zip(&self.layers) {
            archive.append_path_with_name(layer, name)?;
        }
        archive.into_inner()?.flush()?;
        Ok(path)
    }
}

/// Writes to a compressor what it hashes.
struct Tee(GzEncoder<File>, Hasher);

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.update(bytes);
        self.0.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn add<W: Write>(archive: &mut tar::Builder<W>, path: &str, content: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, content)
}

/// Text of about the redundancy of programs: numbers of a linear congruential generator, half of them
/// from a small set.
fn words(seed: usize, length: usize) -> Vec<u8> {
    let mut state = seed as u64 + 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = if state >> 63 == 0 { state >> 32 } else { state >> 56 };
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Digests every layer before and after decompression, and nothing else.
fn bare_loop(layers: &[PathBuf], threads: usize) -> anyhow::Result<()> {
    let queue = Mutex::new(layers.iter());
    std::thread::scope(|scope| {
        let work = || -> io::Result<()> {
            loop {
                let Some(layer) = queue.lock().unwrap_or_else(|poison| poison.into_inner()).next() else {
                    return Ok(());
                };
                let mut stored = Hashing(File::open(layer)?, Hasher::new(Algorithm::Sha256));
                let mut archive = Hasher::new(Algorithm::Sha256);
                let mut decoder = MultiGzDecoder::new(io::BufReader::with_capacity(1 << 17, &mut stored));
                let mut buffer = vec![0; 1 << 17];
                loop {
                    let length = decoder.read(&mut buffer)?;
                    if length == 0 {
                        break;
                    }
                    archive.update(&buffer[..length]);
                }
                drop(decoder);
                std::hint::black_box((archive.finish(), stored.1.finish()));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(result) => result.map_err(anyhow::Error::from),
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

struct Hashing(File, Hasher);

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        self.1.update(&buffer[..length]);
        Ok(length)
    }
}

/// Decompresses a layer, and nothing else.
fn inflate(layer: &Path) -> anyhow::Result<()> {
    let mut decoder = MultiGzDecoder::new(io::BufReader::with_capacity(1 << 17, File::open(layer)?));
    let mut buffer = vec![0; 1 << 17];
    while decoder.read(&mut buffer)? > 0 {}
    Ok(())
}

fn check(image: &Path) -> anyhow::Result<()> {
    run(Command::new(env!("CARGO_BIN_EXE_seaworthy")).arg("check").arg(image))
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{command:?}: {} {complaint}", output.status);
    Ok(())
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn best(mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn report(name: &str, time: Duration, ours: Duration) {
    let ratio = ours.as_secs_f64() / time.as_secs_f64();
    println!("  {name:26} {:8.3} s   we take {ratio:.2} times as long", time.as_secs_f64());
}
