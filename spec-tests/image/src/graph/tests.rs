use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::*;
use crate::digest::digest_of;
use crate::layout::{Entry, Memory};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// A layout, and what its blobs are called here.
#[derive(Default)]
struct Fleet {
    layout: Memory,
    names: BTreeMap<String, String>,
}

impl Fleet {
    /// Stores a blob, and describes it.
    fn put(&mut self, name: &str, media_type: &str, content: &[u8]) -> String {
        let digest = digest_of(Algorithm::Sha256, content);
        let path = layout::blob_path(&Digest::parse(&digest).unwrap());
        self.names.insert(path.clone(), name.to_owned());
        self.layout.files.insert(path, content.to_vec());
        describe(media_type, &digest, content.len())
    }

    /// Takes a blob out again, and tells where it was.
    fn lose(&mut self, name: &str) -> String {
        let path = self.path(name);
        self.layout.files.remove(&path).unwrap();
        path
    }

    fn path(&self, name: &str) -> String {
        self.names.iter().find(|(_, other)| *other == name).map(|(path, _)| path.clone()).unwrap()
    }

    fn name<'n>(&'n self, path: &'n str) -> &'n str {
        self.names.get(path).map_or(path, String::as_str)
    }

    fn start_at(&mut self, descriptors: &[String]) {
        let index = index(descriptors).into_bytes();
        self.layout.files.insert(layout::INDEX.to_owned(), index);
    }
}

fn describe(media_type: &str, digest: &str, size: usize) -> String {
    format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{size}}}"#)
}

/// The same descriptor with a name by which a walk can start.
fn named(descriptor: &str, name: &str) -> String {
    let annotation = format!(r#","annotations":{{"org.opencontainers.image.ref.name":"{name}"}}}}"#);
    descriptor.strip_suffix('}').unwrap().to_owned() + &annotation
}

fn index(descriptors: &[String]) -> String {
    format!(r#"{{"manifests":[{}]}}"#, descriptors.join(","))
}

fn manifest(config: &str, layers: &[String]) -> String {
    format!(r#"{{"config":{config},"layers":[{}]}}"#, layers.join(","))
}

fn archive(paths: &[&str]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for path in paths {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(0);
        builder.append_data(&mut header, path, &b""[..]).unwrap();
    }
    builder.into_inner().unwrap()
}

/// An image and, in an index below, an artifact that refers to it.
fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    let small = fleet.put("small", LAYER, &archive(&["a"]));
    let large = fleet.put("large", LAYER, &archive(&["b", "c", "d"]));
    let config =
        fleet.put("config", CONFIG, br#"{"rootfs":{"diff_ids":["sha256:00","sha512:00","sha256:11"]}}"#);
    let image = fleet.put("image", MANIFEST, manifest(&config, &[small, large]).as_bytes());
    let text = fleet.put("text", "text/plain", b"ahoy");
    let empty = fleet.put("empty", "application/vnd.oci.empty.v1+json", b"{}");
    let artifact =
        manifest(&empty, &[text]).replace(r#"{"config""#, &format!(r#"{{"subject":{image},"config""#));
    let artifact = fleet.put("artifact", MANIFEST, artifact.as_bytes());
    let inner = fleet.put("inner", INDEX, index(&[artifact]).as_bytes());
    fleet.start_at(&[named(&image, "one"), named(&inner, "two")]);
    fleet
}

fn blob(blob: &Blob) -> String {
    match blob {
        Blob::Stored(Stored { size, digest }) => format!("{size}{}", if digest.is_some() { "" } else { "?" }),
        Blob::Unreadable(reason) => reason.rsplit(": ").next().unwrap().to_owned(),
        other => format!("{other:?}"),
    }
}

fn joined<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(" ")
}

/// Writes down what a walk comes by.
struct Log<'f> {
    fleet: &'f Fleet,
    /// The layers in the order in which they are begun.
    begun: Mutex<Vec<String>>,
}

impl Visitor for &Log<'_> {
    type Visited = String;
    type Entries = String;

    fn document(&self, visit: &Visit<'_>) -> String {
        let mut line = format!("{} {:?}", self.fleet.name(visit.path), visit.kind);
        line += &format!(" [{}]", joined(visit.blobs, blob));
        if visit.layers.iter().any(Option::is_some) {
            let diff_ids = |layer: &Option<Arc<Layer>>| {
                layer.as_ref().map_or(0, |layer| layer.diff_ids.as_ref().unwrap().len())
            };
            line += &format!(" diff ids [{}]", joined(visit.layers, |layer| diff_ids(layer).to_string()));
        }
        for (is_so, words) in [(visit.config.is_some(), " with config"), (visit.at_limit, " at limit")] {
            line += if is_so { words } else { "" };
        }
        assert_eq!(visit.referred_as.is_none(), visit.path == layout::INDEX);
        line
    }

    fn begin(&self, path: &str) -> Option<String> {
        locked(&self.begun).push(self.fleet.name(path).to_owned());
        Some(self.fleet.name(path).to_owned())
    }

    fn entry(&self, entries: &mut String, member: &Member) {
        *entries += &format!(" {}", String::from_utf8_lossy(&member.entry.path));
    }

    fn end(&self, entries: String, _: &Layer) -> String {
        entries
    }
}

fn limits(threads: usize, depth: usize) -> Limits {
    Limits { threads, depth, ..Limits::default() }
}

#[track_caller]
fn check(fleet: &Fleet, start: Start<'_>, depth: usize, wanted: &[&str]) {
    for threads in [1, 2, 5] {
        let log = Log { fleet, begun: Mutex::default() };
        let walked = walk(&fleet.layout, SpecVersion::V1_1_1, &limits(threads, depth), start, &log).unwrap();
        assert_eq!(walked.visits, wanted, "{threads} threads");
    }
}

#[test]
fn a_walk_comes_by_everything_once_and_parents_first() {
    let fleet = fleet();
    let image = [
        "image Manifest [61 1536 2560] diff ids [0 2 2] with config",
        "config Config []",
        "small a",
        "large b c d",
    ];
    let sizes =
        |names: &[&str]| joined(names, |name| fleet.layout.files[&fleet.path(name)].len().to_string());
    let artifact = format!("artifact Manifest [{}]", sizes(&["empty", "text", "image"]));
    let inner = format!("inner Index [{}]", sizes(&["artifact"]));
    let root = format!("index.json Index [{}]", sizes(&["image", "inner"]));
    check(&fleet, Start::Everywhere, 32, &[&[&root[..]], &image[..], &[&inner, &artifact]].concat());

    let first = format!("index.json Index [{} NotFollowed]", sizes(&["image"]));
    check(&fleet, Start::At("one"), 32, &[&[&first[..]], &image[..]].concat());
    let second = format!("index.json Index [NotFollowed {}]", sizes(&["inner"]));
    check(&fleet, Start::At("two"), 32, &[&[&second[..], &inner, &artifact], &image[..]].concat());
    check(&fleet, Start::At("three"), 32, &["index.json Index [NotFollowed NotFollowed]"]);
}

#[test]
fn a_walk_stops_at_its_limit() {
    let fleet = fleet();
    let size = |name: &str| fleet.layout.files[&fleet.path(name)].len();
    check(&fleet, Start::Everywhere, 0, &["index.json Index [NotFollowed NotFollowed] at limit"]);
    let root = format!("index.json Index [{} {}]", size("image"), size("inner"));
    let image = "image Manifest [NotFollowed NotFollowed NotFollowed] at limit";
    check(&fleet, Start::Everywhere, 1, &[&root, image, "inner Index [NotFollowed] at limit"]);
    let root = format!("index.json Index [NotFollowed {}]", size("inner"));
    let inner = format!("inner Index [{}]", size("artifact"));
    let artifact = "artifact Manifest [NotFollowed NotFollowed NotFollowed] at limit";
    check(&fleet, Start::At("two"), 2, &[&root, &inner, artifact]);
    // What has nothing below is at no limit.
    let mut fleet = Fleet::default();
    fleet.start_at(&[]);
    check(&fleet, Start::Everywhere, 0, &["index.json Index []"]);
}

#[test]
fn what_a_walk_reached_is_what_it_looked_for() {
    let reached = |fleet: &Fleet, start| {
        let log = Log { fleet, begun: Mutex::default() };
        let walked = walk(&fleet.layout, SpecVersion::V1_1_1, &limits(1, 32), start, &log).unwrap();
        let mut names: Vec<String> = walked.blobs.keys().map(|path| fleet.name(path).to_owned()).collect();
        names.sort();
        (names, locked(&log.begun).clone())
    };
    let mut fleet = fleet();
    let all = ["artifact", "config", "empty", "image", "inner", "large", "small", "text"];
    // The largest layer comes first.
    assert_eq!(
        reached(&fleet, Start::Everywhere),
        (all.map(String::from).to_vec(), vec!["large".into(), "small".into()])
    );
    fleet.lose("large");
    let (names, _) = reached(&fleet, Start::At("one"));
    assert_eq!(names, ["config", "image", "large", "small"]);
}

#[test]
fn a_function_leaves_layers_shut() {
    let fleet = fleet();
    let look = |visit: &Visit<'_>| {
        (fleet.name(visit.path).to_owned(), joined(visit.blobs, blob), visit.layers.iter().flatten().count())
    };
    let walked = walk(&fleet.layout, SpecVersion::V1_1_1, &limits(1, 32), Start::At("one"), look).unwrap();
    let image = walked.visits.iter().find(|(name, ..)| name == "image");
    assert_eq!(image, Some(&("image".to_owned(), "61 1536 2560".to_owned(), 0)));
}

/// Storage that reads as it is told.
struct Faulty<'m> {
    layout: &'m Memory,
    path: String,
    fault: fn() -> io::Error,
    /// How often it fails before it goes on.
    times: usize,
}

struct Failing<'r> {
    reader: Box<dyn Read + 'r>,
    fault: fn() -> io::Error,
    times: usize,
}

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.times > 0 {
            self.times -= 1;
            return Err((self.fault)());
        }
        // One byte at a time: what comes in pieces adds up.
        let length = buffer.len().min(1);
        self.reader.read(&mut buffer[..length])
    }
}

impl Storage for Faulty<'_> {
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError> {
        let opened = self.layout.open(path)?;
        if path != self.path {
            return Ok(opened);
        }
        let reader = Failing { reader: opened.reader, fault: self.fault, times: self.times };
        Ok(Opened { reader: Box::new(reader), ..opened })
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        self.layout.entries()
    }
}

#[test]
fn blobs_are_what_is_stored_for_them() {
    let mut fleet = Fleet::default();
    let described = ["here", "gone", "folder", "broken", "slow"]
        .map(|name| fleet.put(name, "text/plain", name.as_bytes()));
    fleet.lose("gone");
    let folder = fleet.lose("folder");
    fleet.layout.others.insert(folder, EntryKind::Directory);
    let unknown = describe("text/plain", "crc32:0ff1ce", 7);
    fleet.layout.files.insert("blobs/crc32/0ff1ce".into(), b"unknown".to_vec());
    let unnamed = describe("text/plain", "sha256", 7);
    fleet.start_at(&[&described[..], &[unknown, unnamed]].concat());
    let blobs = |path: &str, fault: fn() -> io::Error, times: usize| {
        let storage = Faulty { layout: &fleet.layout, path: fleet.path(path), fault, times };
        let look = |visit: &Visit<'_>| visit.blobs.to_vec();
        walk(&storage, SpecVersion::V1_1_1, &limits(1, 32), Start::Everywhere, look).unwrap().visits.remove(0)
    };
    let broken = blobs("broken", || io::Error::other("hole"), 1);
    assert_eq!(joined(&broken, blob), "4 Missing NotAFile(Directory) hole 4 7? Unnamed");
    let slow = blobs("slow", || io::ErrorKind::Interrupted.into(), 2);
    assert_eq!(joined(&slow, blob), "4 Missing NotAFile(Directory) 6 4 7? Unnamed");
    let Blob::Stored(stored) = &slow[4] else { panic!("{slow:?}") };
    assert_eq!(stored.digest, Some(digest_of(Algorithm::Sha256, b"slow")));
}

#[test]
fn layers_that_cannot_be_read_are_told_like_any_blob() {
    let mut fleet = fleet();
    let small = fleet.path("small");
    fleet.lose("large");
    let storage = Faulty { layout: &fleet.layout, path: small, fault: || io::Error::other("hole"), times: 1 };
    let log = Log { fleet: &fleet, begun: Mutex::default() };
    let walked = walk(&storage, SpecVersion::V1_1_1, &limits(1, 32), Start::At("one"), &log).unwrap();
    assert_eq!(walked.visits[1..], ["image Manifest [61 hole Missing] with config", "config Config []"]);
}

#[test]
fn a_layer_of_two_images_is_visited_once() {
    let mut fleet = Fleet::default();
    let layer = fleet.put("layer", LAYER, &archive(&["a"]));
    let images = [r#"["sha256:00"]"#, r#"["sha512:00","sha256:00"]"#, "[]"].map(|diff_ids| {
        let config =
            fleet.put("config", CONFIG, format!(r#"{{"rootfs":{{"diff_ids":{diff_ids}}}}}"#).as_bytes());
        fleet.put("image", MANIFEST, manifest(&config, std::slice::from_ref(&layer)).as_bytes())
    });
    fleet.start_at(&images);
    let log = Log { fleet: &fleet, begun: Mutex::default() };
    let walked = walk(&fleet.layout, SpecVersion::V1_1_1, &limits(1, 32), Start::Everywhere, &log).unwrap();
    let lines =
        |with: &str| walked.visits.iter().filter(|line| line.contains(with)).cloned().collect::<Vec<_>>();
    assert_eq!(lines("layer a").len(), 1);
    let diff_ids: Vec<String> =
        lines("image").iter().map(|line| line.split_once("ids ").unwrap().1.to_owned()).collect();
    assert_eq!(diff_ids, ["[0 1] with config", "[0 2] with config", "[0 0] with config"]);
}

#[test]
fn a_configuration_of_two_images_is_seen_with_both() {
    let mut fleet = Fleet::default();
    let config = fleet.put("config", CONFIG, b"{}");
    let images = [1, 2].map(|at| {
        let text = manifest(&config, &[]).replace(r#"{"config""#, &format!(r#"{{"at":{at},"config""#));
        fleet.put("image", MANIFEST, text.as_bytes())
    });
    fleet.start_at(&images);
    let image = "image Manifest [2] with config";
    check(&fleet, Start::Everywhere, 32, &["index.json Index [178 178]", image, "config Config []", image]);
}

#[test]
fn what_is_no_layer_of_an_image_stays_shut() {
    // A layer of another type, the layers of what is no image, and those of an image whose configuration is
    // not stored, which have no DiffIDs.
    let mut fleet = Fleet::default();
    let config = fleet.put("config", CONFIG, b"{}");
    let empty = fleet.put("empty", "application/vnd.oci.empty.v1+json", b"{}\n");
    let text = fleet.put("text", "text/plain", &archive(&["a"]));
    let layer = fleet.put("layer", LAYER, &archive(&["b"]));
    let gone = fleet.put("gone", CONFIG, b"{ }");
    fleet.lose("gone");
    let images = [
        fleet.put("image", MANIFEST, manifest(&config, &[text]).as_bytes()),
        fleet.put("artifact", MANIFEST, manifest(&empty, std::slice::from_ref(&layer)).as_bytes()),
        fleet.put("bare", MANIFEST, manifest(&gone, &[layer]).as_bytes()),
    ];
    for (image, wanted) in images.into_iter().zip([&[][..], &[], &["layer"]]) {
        fleet.start_at(&[image]);
        let log = Log { fleet: &fleet, begun: Mutex::default() };
        walk(&fleet.layout, SpecVersion::V1_1_1, &limits(1, 32), Start::Everywhere, &log).unwrap();
        assert_eq!(*locked(&log.begun), wanted);
    }
}

#[test]
fn a_blob_can_stand_for_two_kinds_of_document() {
    let mut fleet = Fleet::default();
    let text = b"{}";
    let entries =
        [fleet.put("same", INDEX, text), fleet.put("same", MANIFEST, text), fleet.put("same", INDEX, text)];
    fleet.start_at(&entries);
    check(&fleet, Start::Everywhere, 32, &["index.json Index [2 2 2]", "same Index []", "same Manifest []"]);
}

#[test]
fn a_file_is_read_to_just_past_the_limit() {
    let mut layout = Memory::default();
    layout.files.insert("file".into(), b"0123456789".to_vec());
    for (limit, wanted) in
        [(4, &b"01234"[..]), (9, b"0123456789"), (10, b"0123456789"), (usize::MAX, b"0123456789")]
    {
        assert_eq!(read_file(&layout, "file", limit).unwrap(), wanted);
    }
    assert!(matches!(read_file(&layout, "other", 1), Err(OpenError::Missing)));
    // A document that is too large is seen to be, and no more of it is kept than shows that.
    let mut fleet = Fleet::default();
    let large = format!("{{{}}}", " ".repeat(1098));
    let image = fleet.put("image", MANIFEST, large.as_bytes());
    fleet.start_at(&[image]);
    for (bytes, wanted) in [(999, "1000 TooLarge"), (1099, "1100 TooLarge"), (1100, "1100")] {
        let mut limits = limits(1, 32);
        limits.json.bytes = bytes;
        let look = |visit: &Visit<'_>| {
            let error = visit.document.as_ref().err().map(|anomaly| format!(" {:?}", anomaly.kind));
            format!("{}{}", visit.bytes.len(), error.unwrap_or_default())
        };
        let walked = walk(&fleet.layout, SpecVersion::V1_1_1, &limits, Start::Everywhere, look).unwrap();
        assert_eq!(walked.visits[1], wanted);
    }
    let mut kept = Kept { bytes: Vec::new(), limit: 4 };
    for _ in 0..3 {
        assert_eq!(io::Write::write(&mut kept, b"abc").unwrap(), 3);
    }
    assert_eq!(kept.bytes, b"abcab");
}

#[test]
fn many_entries_are_visited_on_several_threads_and_told_in_order() {
    let mut fleet = Fleet::default();
    let entries: Vec<String> = (0..40)
        .map(|at| fleet.put(&format!("{at}"), MANIFEST, format!("{{\"at\":{at}}}").as_bytes()))
        .collect();
    fleet.start_at(&entries);
    // Whoever comes to a manifest waits for a second thread to come to another.
    let met = |threads: usize| {
        let present = AtomicUsize::new(0);
        let together = AtomicBool::new(false);
        let look = |visit: &Visit<'_>| {
            if visit.kind == DocumentKind::Manifest && !together.load(Ordering::SeqCst) {
                let patience = Duration::from_millis(if threads == 1 { 1 } else { 30_000 });
                let start = Instant::now();
                present.fetch_add(1, Ordering::SeqCst);
                while !together.load(Ordering::SeqCst) && start.elapsed() < patience {
                    together.fetch_or(present.load(Ordering::SeqCst) > 1, Ordering::SeqCst);
                    std::thread::yield_now();
                }
                present.fetch_sub(1, Ordering::SeqCst);
            }
            fleet.name(visit.path).to_owned()
        };
        let walked =
            walk(&fleet.layout, SpecVersion::V1_1_1, &limits(threads, 32), Start::Everywhere, look).unwrap();
        let wanted: Vec<String> = (0..40).map(|at| at.to_string()).collect();
        assert_eq!(walked.visits[1..], wanted);
        together.into_inner()
    };
    assert!(met(3) && met(2));
    assert!(!met(1));
}

/// A layout in which whoever opens one file waits for another who does.
struct Meeting<'m> {
    layout: &'m Memory,
    path: String,
    present: AtomicUsize,
}

impl Storage for Meeting<'_> {
    fn open(&self, path: &str) -> Result<Opened<'_>, OpenError> {
        if path == self.path {
            let start = Instant::now();
            self.present.fetch_add(1, Ordering::SeqCst);
            while self.present.load(Ordering::SeqCst) < 2 && start.elapsed() < Duration::from_secs(30) {
                std::thread::yield_now();
            }
        }
        self.layout.open(path)
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        self.layout.entries()
    }
}

#[test]
fn what_two_threads_come_to_at_once_is_visited_once() {
    let mut fleet = Fleet::default();
    let config = fleet.put("config", CONFIG, b"{}");
    let images: Vec<String> = (0..16)
        .map(|at| {
            let text = manifest(&config, &[]).replace(r#"{"config""#, &format!(r#"{{"at":{at},"config""#));
            fleet.put(&format!("image {at}"), MANIFEST, text.as_bytes())
        })
        .collect();
    let mut check = |entries: &[String], meeting: &str, documents: usize| {
        fleet.start_at(entries);
        let storage =
            Meeting { layout: &fleet.layout, path: fleet.path(meeting), present: AtomicUsize::new(0) };
        let look = |visit: &Visit<'_>| {
            assert!(visit.kind != DocumentKind::Manifest || visit.config.is_some());
            fleet.name(visit.path).to_owned()
        };
        let walked = walk(&storage, SpecVersion::V1_1_1, &limits(2, 32), Start::Everywhere, look).unwrap();
        assert!(storage.present.into_inner() >= 2);
        let mut visits = walked.visits;
        assert_eq!(visits.len(), documents, "{visits:?}");
        visits.sort();
        visits.dedup();
        assert_eq!(visits.len(), documents);
    };
    check(&images, "config", 18);
    check(&vec![images[0].clone(); 16], "image 0", 3);
}
