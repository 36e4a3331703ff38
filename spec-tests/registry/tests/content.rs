//! How a profile of content treats what it has pushed before.

use std::future::pending;
use std::sync::Arc;

use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::layout::{Memory as Layout, blob_path};
use seaworthy_image::media_type;
use seaworthy_registry::client::{Client, Connection, Request};
use seaworthy_registry::content::{Sample, Treatment, profile};
use seaworthy_registry::server::{Registry, Settings, serve};
use tokio::net::TcpListener;

/// An image with one configuration, and the path of that.
fn image() -> (Layout, String) {
    let config = b"{\"os\":\"linux\",\"architecture\":\"amd64\"}".to_vec();
    let of = |bytes: &[u8], media_type: &str| {
        let digest = digest_of(Algorithm::Sha256, bytes);
        let text =
            format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{digest}\",\"size\":{}}}", bytes.len());
        (blob_path(&Digest::parse(&digest).expect("a digest")), text)
    };
    let (config_path, descriptor) = of(&config, media_type::CONFIG);
    let manifest = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"config\":{descriptor},\"layers\":[]}}",
        media_type::MANIFEST
    );
    let (manifest_path, descriptor) = of(manifest.as_bytes(), media_type::MANIFEST);
    let index = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"manifests\":[{descriptor}]}}",
        media_type::INDEX
    );
    let mut layout = Layout::default();
    layout.files.insert(config_path.clone(), config);
    layout.files.insert(manifest_path, manifest.into_bytes());
    layout.files.insert("index.json".to_owned(), index.into_bytes());
    (layout, config_path)
}

/// A digest that is known does not vouch for other bytes: they are pushed, and the registry answers.
#[tokio::test]
async fn altered_bytes_are_pushed_under_a_known_digest() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
    tokio::spawn(serve::serve(Arc::new(Registry::new(Settings::default())), listener));
    let (layout, config) = image();
    let mut altered = layout.clone();
    altered.files.get_mut(&config).expect("a configuration").push(b' ');
    let sample =
        |id: &str, layout: Layout, is_valid| Sample { id: id.to_owned(), is_valid, layout, repository: None };
    let samples = vec![
        sample("first", layout.clone(), true),
        sample("altered", altered, false),
        sample("again", layout, true),
    ];
    let client = Client::new(Connection::new(base)).expect("a client");
    let treated = profile(Arc::new(client), "", 1, samples, &mut |_, _| {}, pending()).await;
    assert_eq!(treated.len(), 3);
    for one in &treated {
        assert!(one.wrong.is_empty(), "{one:?}");
    }
    assert_eq!(treated[0].treatment, Treatment::Accepted);
    assert!(matches!(&treated[1].treatment, Treatment::Refused { part: "blob", .. }), "{:?}", treated[1]);
    assert_eq!(treated[2].treatment, Treatment::Accepted);
}

/// Two images that share what they are made of: each repository has all of its own, under two tags.
#[tokio::test]
async fn an_image_is_tagged_in_a_repository_of_its_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base: reqwest::Url =
        format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
    tokio::spawn(serve::serve(Arc::new(Registry::new(Settings::default())), listener));
    let (layout, config) = image();
    let mut without = layout.clone();
    without.files.remove(&config);
    let sample = |id: &str, layout: Layout| Sample {
        id: id.to_owned(),
        is_valid: false,
        layout,
        repository: Some(id.to_owned()),
    };
    let samples =
        vec![sample("whole", layout.clone()), sample("without", without), sample("again", layout.clone())];
    let client = Client::new(Connection::new(base.clone())).expect("a client");
    let treated = profile(Arc::new(client), "team/", 1, samples, &mut |_, _| {}, pending()).await;
    let treatments: Vec<&Treatment> = treated.iter().map(|one| &one.treatment).collect();
    let missing =
        Treatment::Refused { part: "manifest", status: 400, codes: vec!["MANIFEST_BLOB_UNKNOWN".to_owned()] };
    assert_eq!(treatments, [&Treatment::Accepted, &missing, &Treatment::Accepted]);
    let client = Client::new(Connection::new(base)).expect("a client");
    for (repository, tag, status) in
        [("whole", "index", 200), ("again", "index", 200), ("again", "image", 200), ("without", "image", 404)]
    {
        let path = format!("/v2/team/{repository}/manifests/{tag}");
        let answer = client.send(Request::new("GET", path)).await.expect("an answer");
        assert_eq!(answer.status, status, "{repository}:{tag}");
        let is_index = answer.body == layout.files["index.json"];
        assert_eq!(is_index, tag == "index", "{repository}:{tag}");
    }
}
