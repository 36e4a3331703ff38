//! What networks do to a registry, and clients to each other: connections that break in the middle of an
//! upload, several who push the same, and one who moves what others read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Url;
use seaworthy_generators::choices::seeded;
use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;
use seaworthy_registry::client::{Answer, Client, Connection, Request};
use seaworthy_registry::server::{Disk, Memory, Registry, Settings, serve, store::Store};
use seaworthy_registry::session::{
    Content, Image, chunk, close_upload, pull_blob, pull_manifest, push_manifest,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A registry on a port.
struct Server {
    base: Url,
    _folder: TempDir,
}

impl Server {
    /// One in memory, and one on disk.
    async fn both() -> [Server; 2] {
        let folder = || tempfile::tempdir().expect("a folder");
        let (first, second) = (folder(), folder());
        let disk = Disk::open(second.path()).expect("a store");
        [Server::start(Box::new(Memory::default()), first).await, Server::start(Box::new(disk), second).await]
    }

    async fn start(store: Box<dyn Store>, folder: TempDir) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
        let registry = Arc::new(Registry::with_store(Settings::default(), store));
        tokio::spawn(serve::serve(registry, listener));
        Server { base, _folder: folder }
    }

    fn client(&self) -> Client {
        Client::new(Connection::new(self.base.clone())).expect("a client")
    }
}

async fn send(client: &Client, request: Request, wanted: u16) -> Answer {
    let answer = client.send(request).await.expect("an answer");
    assert_eq!(answer.status, wanted, "{:?}", answer.exchange);
    answer
}

async fn open(client: &Client, repository: &str) -> Url {
    let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/"));
    send(client, request, 202).await.location().expect("a Location")
}

/// How many bytes of an upload have arrived, as the registry tells; `0-0` stands for none and for one.
async fn arrived(client: &Client, upload: &Url) -> usize {
    let answer = send(client, Request::new("GET", upload.as_str()), 204).await;
    let range = answer.header("range").expect("a Range");
    let last: usize = range.strip_prefix("0-").and_then(|last| last.parse().ok()).expect("a range");
    if last == 0 { 0 } else { last + 1 }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_go_on_after_the_connection_broke() {
    const SIZE: usize = 300_000;
    for server in Server::both().await {
        let client = server.client();
        let blob = Content::new(seeded("cut", SIZE));
        for (at, cut) in [0, 1, 1000, SIZE / 2, SIZE - 1001].into_iter().enumerate() {
            let repository = format!("cut/{at}");
            let upload = open(&client, &repository).await;
            send(&client, chunk(&upload, "0-999", &blob.bytes.slice(..1000)), 202).await;
            let rest = blob.bytes.slice(1000..);
            let range = format!("1000-{}", SIZE - 1);
            let in_chunks = chunk(&upload, &range, &rest).chunked(50_000, Duration::ZERO);
            for request in [
                chunk(&upload, &range, &rest),
                in_chunks,
                close_upload(&upload, &blob.digest).body(rest.clone()),
            ] {
                let answer = client.send(request.cut_after(cut)).await;
                // Nobody is left to see an answer, but there may be one.
                assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 400));
                assert_eq!(arrived(&client, &upload).await, 1000, "cut after {cut}");
                send(&client, pull_blob(&repository, &blob.digest), 404).await;
            }
            send(&client, chunk(&upload, "1000-4999", &blob.bytes.slice(1000..5000)), 202).await;
            send(&client, close_upload(&upload, &blob.digest).body(blob.bytes.slice(5000..)), 201).await;
            assert_eq!(send(&client, pull_blob(&repository, &blob.digest), 200).await.body, blob.bytes);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_clients_push_the_same_blob() {
    for server in Server::both().await {
        for round in 0..5 {
            let blob = Content::new(seeded(&format!("same/{round}"), 200_000));
            let mut clients = tokio::task::JoinSet::new();
            for number in 0..8 {
                let (client, blob) = (server.client(), blob.clone());
                clients.spawn(async move {
                    // Four in one repository, four in another.
                    let repository = format!("same/{}", number % 2);
                    if number % 4 < 2 {
                        let upload = open(&client, &repository).await;
                        let close = close_upload(&upload, &blob.digest);
                        send(&client, close.body(blob.bytes.clone()), 201).await;
                    } else {
                        let path = format!("/v2/{repository}/blobs/uploads/?digest={}", blob.digest);
                        send(&client, Request::new("POST", path).body(blob.bytes.clone()), 201).await;
                    }
                    let pulled = send(&client, pull_blob(&repository, &blob.digest), 200).await;
                    assert_eq!(pulled.body, blob.bytes);
                });
            }
            while let Some(finished) = clients.join_next().await {
                finished.expect("a client");
            }
        }
    }
}

/// One upload, to which two send at the same time: their chunks never mix.
#[tokio::test(flavor = "multi_thread")]
async fn two_clients_continue_the_same_upload() {
    for server in Server::both().await {
        for round in 0..10 {
            let client = server.client();
            let repository = format!("shared/{round}");
            let upload = open(&client, &repository).await;
            let chunks = [b'a', b'b'].map(|byte| vec![byte; 50_000]);
            let requests = chunks.clone().map(|bytes| {
                let (client, upload) = (server.client(), upload.clone());
                tokio::spawn(async move {
                    let request = chunk(&upload, "0-49999", &bytes.into()).chunked(10_000, Duration::ZERO);
                    client.send(request).await.expect("an answer").status
                })
            });
            let mut statuses = Vec::new();
            for request in requests {
                statuses.push(request.await.expect("a client"));
            }
            let first = statuses.iter().position(|status| *status == 202).expect("one is taken");
            assert_eq!(statuses[1 - first], 416);
            let close = close_upload(&upload, &Content::new(chunks[first].clone()).digest);
            send(&client, close, 201).await;
        }
    }
}

/// The image with this number.
fn image(number: usize) -> Image {
    let config = Content::new(format!("{{\"author\":\"{number}\"}}"));
    let manifest = Tree::object([
        ("schemaVersion", 2.into()),
        ("mediaType", media_type::MANIFEST.into()),
        ("config", config.descriptor("application/vnd.seaworthy.number+json")),
        ("layers", Tree::Array(Vec::new())),
    ]);
    Image::of(&manifest, vec![config])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_moves_leads_to_what_it_was_or_is() {
    const MOVES: usize = 60;
    for server in Server::both().await {
        let client = server.client();
        let images: Arc<Vec<Image>> = Arc::new((0..MOVES).map(image).collect());
        for image in images.iter() {
            let config = &image.blobs[0];
            let path = format!("/v2/moved/blobs/uploads/?digest={}", config.digest);
            send(&client, Request::new("POST", path).body(config.bytes.clone()), 201).await;
        }
        send(&client, push_manifest("moved", "latest", &images[0]), 201).await;
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut readers = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let (client, images, acknowledged) = (server.client(), images.clone(), acknowledged.clone());
            readers.spawn(async move {
                let mut last = 0;
                let mut read = 0;
                while last + 1 < MOVES {
                    let least = acknowledged.load(Ordering::SeqCst).max(last);
                    let answer = send(&client, pull_manifest("moved", "latest"), 200).await;
                    let is = |image: &Image| image.manifest.bytes == answer.body;
                    last = images.iter().position(is).expect("one of them, whole");
                    assert!(last >= least, "image {last} after image {least}");
                    let digest = answer.header("docker-content-digest");
                    assert_eq!(digest, Some(images[last].manifest.digest.as_str()));
                    assert_eq!(answer.header("content-type"), Some(media_type::MANIFEST));
                    read += 1;
                }
                read
            });
        }
        for (number, image) in images.iter().enumerate().skip(1) {
            send(&client, push_manifest("moved", "latest", image), 201).await;
            acknowledged.store(number, Ordering::SeqCst);
        }
        while let Some(read) = readers.join_next().await {
            assert!(read.expect("a reader") > 0);
        }
    }
}
