//! Sequences pass where the registry is right, and find what is wrong in few steps.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use seaworthy_registry::client::{Client, Connection};
use seaworthy_registry::faults;
use seaworthy_registry::sequences::{self, Consistency, Plan, Report};
use seaworthy_registry::server::store::{Content, Manifest, Pending, Store};
use seaworthy_registry::server::{Disk, Memory, Registry, Settings, serve};
use tokio::net::TcpListener;

/// Sixty sequences, or that many times `SEAWORTHY_CASES`.
fn count() -> u32 {
    60 * std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

async fn run(settings: Settings, store: Box<dyn Store>, plan: &Plan) -> Report {
    let registry = Arc::new(Registry::with_store(settings, store));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(serve::serve(registry, listener));
    let client = Client::new(Connection::new(base.parse().expect("a URL"))).expect("a client");
    let report = sequences::run(Arc::new(client), plan).await.expect("it takes pushes");
    server.abort();
    report
}

fn seed() -> u64 {
    std::env::var("SEAWORTHY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_registry_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let stores: [Box<dyn Store>; 2] =
        [Box::new(Memory::default()), Box::new(Disk::open(folder.path()).expect("a store"))];
    // On disk everything is synced, which takes its time.
    for (store, count) in stores.into_iter().zip([count(), count() / 6]) {
        let report = run(Settings::default(), store, &Plan::new(seed(), count)).await;
        assert!(report.failure.is_none(), "{}", report.failure.expect("one").script().join("\n"));
        assert_eq!(report.sequences, count);
        assert!(report.requests > 500 && report.notes.is_empty() && report.waited.is_zero(), "{report:?}");
    }
}

/// Tags as they were a while ago.
struct Late {
    store: Memory,
    written: Mutex<BTreeMap<(String, String), Instant>>,
}

const LATE: Duration = Duration::from_millis(120);

impl Store for Late {
    fn tag(&self, repository: &str, tag: &str) -> io::Result<Option<String>> {
        let written = self.written.lock().expect("nobody panics here");
        let at = written.get(&(repository.to_owned(), tag.to_owned())).copied();
        match at {
            Some(at) if at.elapsed() < LATE => Ok(None),
            _ => self.store.tag(repository, tag),
        }
    }

    fn add_manifest(
        &self,
        repository: &str,
        digest: &str,
        manifest: Manifest,
        subject: Option<&str>,
        tags: &[String],
    ) -> io::Result<()> {
        let mut written = self.written.lock().expect("nobody panics here");
        written.extend(tags.iter().map(|tag| ((repository.to_owned(), tag.clone()), Instant::now())));
        self.store.add_manifest(repository, digest, manifest, subject, tags)
    }

    fn has_repository(&self, repository: &str) -> io::Result<bool> {
        self.store.has_repository(repository)
    }

    fn blob(&self, repository: &str, digest: &str) -> io::Result<Option<Content>> {
        self.store.blob(repository, digest)
    }

    fn begin(&self) -> io::Result<Box<dyn Pending>> {
        self.store.begin()
    }

    fn holders(&self, digest: &str) -> io::Result<Vec<String>> {
        self.store.holders(digest)
    }

    fn mount(&self, from: &str, to: &str, digest: &str) -> io::Result<bool> {
        self.store.mount(from, to, digest)
    }

    fn remove_blob(&self, repository: &str, digest: &str) -> io::Result<bool> {
        self.store.remove_blob(repository, digest)
    }

    fn manifest(&self, repository: &str, digest: &str) -> io::Result<Option<Manifest>> {
        self.store.manifest(repository, digest)
    }

    fn remove_manifest(&self, repository: &str, digest: &str) -> io::Result<bool> {
        self.store.remove_manifest(repository, digest)
    }

    fn referrers(&self, repository: &str, subject: &str) -> io::Result<Vec<String>> {
        self.store.referrers(repository, subject)
    }

    fn remove_tag(&self, repository: &str, tag: &str) -> io::Result<bool> {
        self.store.remove_tag(repository, tag)
    }

    fn tags(&self, repository: &str) -> io::Result<Vec<String>> {
        self.store.tags(repository)
    }
}

/// A registry that needs a moment fails where the next answer has to be right, and passes where it may
/// take its time; the report says how long it took.
#[tokio::test(flavor = "multi_thread")]
async fn the_report_says_what_consistency_was_needed() {
    let late = || Box::new(Late { store: Memory::default(), written: Mutex::default() });
    let mut plan = Plan { steps: 10, ..Plan::new(seed(), 30) };
    let report = run(Settings::default(), late(), &plan).await;
    assert_eq!(report.failure.expect("it is late").steps.len(), 2);
    plan.consistency = Consistency::Eventual(Duration::from_secs(10));
    let report = run(Settings::default(), late(), &plan).await;
    assert!(report.failure.is_none(), "{}", report.failure.expect("one").script().join("\n"));
    assert!(report.waited > Duration::from_millis(40) && report.waited < Duration::from_secs(10));
    // Nothing is waited for that will never come.
    let fault = faults().find(|(_, fault)| fault.0 == "management/tag-gone/kept").expect("a fault").1;
    let settings = Settings { faults: [fault].into_iter().collect(), ..Settings::default() };
    plan.consistency = Consistency::Eventual(Duration::from_millis(200));
    let plan = Plan { count: 200, ..plan };
    assert!(run(settings, Box::new(Memory::default()), &plan).await.failure.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_deletes_nothing_passes() {
    let settings = Settings {
        delete_tags: false,
        delete_manifests: false,
        delete_blobs: false,
        referrers: false,
        ..Settings::default()
    };
    let report = run(settings, Box::new(Memory::default()), &Plan::new(seed(), 30)).await;
    assert!(report.failure.is_none() && report.notes.is_empty(), "{report:?}");
}

/// Faults, and in how many steps each has to be shown.
const FOUND: [(&str, usize); 17] = [
    ("discovery/referrers-list/lost", 2),
    ("discovery/referrers-deleted/kept", 3),
    ("discovery/tags-current/stale", 2),
    ("discovery/tags-pages-whole/skips", 3),
    ("management/blob-gone/kept", 3),
    ("management/blob-gone/everywhere", 4),
    ("management/manifest-gone/kept", 3),
    ("management/tag-delete-keeps/manifest", 3),
    ("management/tag-gone/kept", 3),
    ("pull/blob-of-other-repository/shared", 2),
    ("pull/blob/changed-byte", 2),
    ("pull/manifest-by-tag/changed-byte", 2),
    ("push/blob-again/refused", 3),
    ("push/blob-single-stored/lost", 2),
    ("push/mount-readable/lost", 3),
    ("push/manifest-subject-unknown/refused", 1),
    ("push/tag-moves/fixed", 3),
];

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_found_in_few_steps() {
    for (name, most) in FOUND {
        let fault = faults().find(|(_, fault)| fault.0 == name).expect(name).1;
        let settings = Settings { faults: [fault].into_iter().collect(), ..Settings::default() };
        let report = run(settings, Box::new(Memory::default()), &Plan::new(seed(), 200)).await;
        let failure = report.failure.expect(name);
        let script = failure.script().join("\n");
        assert!(failure.steps.len() <= most && failure.clients() == 1, "{name}:\n{script}");
        assert!(script.contains("curl") && script.contains("# found "), "{script}");
        println!("{name}, after {} sequences and {} requests:\n{script}", report.sequences, report.requests);
    }
}
