//! How fast the reference registry takes and serves small manifests and large blobs over loopback, in memory and
//! on disk, beside those that are installed: distribution, as Debian's `docker-registry` and as `registry` (version 3),
//! and olareg.
//!
//! Each is a process of its own, and eight clients ask at a time. The figures hold the client's part, too: it is the
//! same for all.

use std::hint::black_box;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use seaworthy_generators::choices::seeded;
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_registry::client::{Client, Connection, Request};
use seaworthy_registry::session::{Content, Image, close_upload, pull_blob, pull_manifest, push_manifest};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How many manifests one turn pushes or pulls.
const MANIFESTS: usize = 64;
/// How many requests are under way at a time.
const CLIENTS: usize = 8;
/// The size of the large blob, in bytes.
const BLOB: usize = 32 << 20;

/// A registry in a process of its own, with its data in a folder of its own.
struct Server {
    name: &'static str,
    process: Child,
    client: Arc<Client>,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Every registry that there is.
fn servers(runtime: &Runtime) -> Vec<Server> {
    let reference = PathBuf::from(env!("CARGO_BIN_EXE_seaworthy"));
    let mut servers = vec![
        start(runtime, "seaworthy, in memory", &reference, |address, _| {
            vec!["serve".to_owned(), "--listen".to_owned(), address.to_owned()]
        }),
        start(runtime, "seaworthy, on disk", &reference, |address, folder| {
            let folder = folder.join("data").display().to_string();
            ["serve", "--listen", address, "--dir", &folder].map(str::to_owned).into()
        }),
    ];
    type Arguments = fn(&str, &Path) -> Vec<String>;
    let others: [(_, _, Arguments); 3] = [
        ("distribution 2", "docker-registry", distribution),
        ("distribution 3", "registry", distribution),
        ("olareg", "olareg", olareg),
    ];
    for (name, program, arguments) in others {
        match installed(program) {
            None => println!("{name} is left out: there is no {program}"),
            Some(path) => servers.push(start(runtime, name, &path, arguments)),
        }
    }
    servers
}

/// How distribution is started, with its configuration.
fn distribution(address: &str, folder: &Path) -> Vec<String> {
    let config = folder.join("config.yml");
    let text = format!(
        "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\n\
         storage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {address}\n",
        folder.join("data").display()
    );
    std::fs::write(&config, text).expect("a file");
    vec!["serve".to_owned(), config.display().to_string()]
}

/// How olareg is started.
fn olareg(address: &str, folder: &Path) -> Vec<String> {
    let (host, port) = address.rsplit_once(':').expect("an address");
    let folder = folder.display().to_string();
    ["serve", "--addr", host, "--port", port, "--dir", &folder].map(str::to_owned).into()
}

/// Where a program is: on the path, or where Go puts it.
fn installed(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let go = std::env::home_dir().map(|home| home.join("go/bin"));
    std::env::split_paths(&path).chain(go).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn start(
    runtime: &Runtime,
    name: &'static str,
    program: &Path,
    arguments: impl Fn(&str, &Path) -> Vec<String>,
) -> Server {
    let folder = tempfile::tempdir().expect("a folder");
    // Not all of them choose a port themselves.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let process = Command::new(program)
        .args(arguments(&port.to_string(), folder.path()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let base = format!("http://{port}").parse().expect("a URL");
    let client = Arc::new(Client::new(Connection::new(base)).expect("a client"));
    let is_up = || runtime.block_on(client.send(Request::new("GET", "/v2/"))).is_ok();
    let has_started = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        is_up()
    });
    assert!(has_started, "{name} does not start");
    Server { name, process, client, _folder: folder }
}

async fn send(client: &Client, request: Request, wanted: u16) -> seaworthy_registry::client::Answer {
    let answer = client.send(request).await.expect("an answer");
    assert_eq!(answer.status, wanted, "{:?}", answer.exchange);
    answer
}

async fn push(client: &Client, content: &Content) {
    let open = send(client, Request::new("POST", "/v2/bench/blobs/uploads/"), 202).await;
    let close = close_upload(&open.location().expect("a Location"), &content.digest);
    send(client, close.body(content.bytes.clone()), 201).await;
}

/// Sends requests, several at a time.
fn all(runtime: &Runtime, client: &Arc<Client>, requests: Vec<Request>, wanted: u16) {
    runtime.block_on(async {
        let size = requests.len().div_ceil(CLIENTS);
        let mut tasks = tokio::task::JoinSet::new();
        for part in requests.chunks(size) {
            let (client, part) = (client.clone(), part.to_vec());
            tasks.spawn(async move {
                for request in part {
                    black_box(send(&client, request, wanted).await);
                }
            });
        }
        while let Some(finished) = tasks.join_next().await {
            finished.expect("a client");
        }
    });
}

/// A manifest that nobody has pushed yet.
fn manifest(config: &Content) -> Image {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let manifest = Tree::object([
        ("schemaVersion", 2.into()),
        ("mediaType", media_type::MANIFEST.into()),
        ("config", config.descriptor(media_type::CONFIG)),
        ("layers", Tree::Array(vec![config.descriptor(media_type::LAYER_TAR)])),
        ("annotations", Tree::object([("number", number.to_string().as_str().into())])),
    ]);
    Image::of(&manifest, Vec::new())
}

fn small_manifests(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let config = Content::new("{\"architecture\":\"amd64\",\"os\":\"linux\"}");
    let servers = servers(&runtime);
    let images: Vec<Image> = (0..MANIFESTS).map(|_| manifest(&config)).collect();
    for (name, pushes) in [("push small manifests", true), ("pull small manifests", false)] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20).throughput(Throughput::Elements(MANIFESTS as u64));
        for server in &servers {
            runtime.block_on(push(&server.client, &config));
            group.bench_function(BenchmarkId::from_parameter(server.name), |bencher| {
                let request = |image: &Image| push_manifest("bench", &image.manifest.digest, image);
                if pushes {
                    let fresh = || (0..MANIFESTS).map(|_| request(&manifest(&config))).collect();
                    let push = |requests| all(&runtime, &server.client, requests, 201);
                    return bencher.iter_batched(fresh, push, criterion::BatchSize::PerIteration);
                }
                all(&runtime, &server.client, images.iter().map(request).collect(), 201);
                let pulls: Vec<Request> =
                    images.iter().map(|image| pull_manifest("bench", &image.manifest.digest)).collect();
                bencher.iter(|| all(&runtime, &server.client, pulls.clone(), 200));
            });
        }
        group.finish();
    }
}

fn large_blobs(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let servers = servers(&runtime);
    let blob = Content::new(seeded("large", BLOB));
    for (name, pushes) in [("push a large blob", true), ("pull a large blob", false)] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Bytes(BLOB as u64));
        for server in &servers {
            runtime.block_on(push(&server.client, &blob));
            group.bench_function(BenchmarkId::from_parameter(server.name), |bencher| {
                bencher.iter(|| match pushes {
                    true => runtime.block_on(push(&server.client, &blob)),
                    false => all(&runtime, &server.client, vec![pull_blob("bench", &blob.digest)], 200),
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, small_manifests, large_blobs);
criterion_main!(benches);
