//! How fast a layout of 5,000 small images is judged, beside a bare loop over the same files: it
//! reads, hashes and parses each, and checks nothing.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use criterion::{Criterion, criterion_group, criterion_main};
use seaworthy::storage::Directory;
use seaworthy_generators::choices::Choices;
use seaworthy_generators::draft::{Content, Draft, Link, NodeKind};
use seaworthy_generators::shape::{Shape, index_tree};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::graph::Limits;
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Relation;
use seaworthy_rules::judge;

const IMAGES: usize = 5_000;

/// An index of many images that differ in their author and share their layers.
fn many_images() -> Memory {
    let mut draft = Shape::Image.draft();
    draft.nodes.pop();
    // The layers come first, and the manifest last.
    let (config, manifest) = (draft.nodes.len() - 2, draft.nodes.len() - 1);
    let mut entries = Vec::new();
    for number in 0..IMAGES {
        let copy = copy(&mut draft, config, manifest, number);
        entries.push(Link::new(Relation::Entry, media_type::MANIFEST, copy));
    }
    draft.push(NodeKind::Index, Content::Document(index_tree()), entries);
    draft.seal(&mut Choices::new(&[]))
}

fn copy(draft: &mut Draft, config: usize, manifest: usize, number: usize) -> usize {
    let mut node = draft.nodes[config].clone();
    if let Content::Document(tree) = &mut node.content {
        tree.set("author", format!("number {number}"));
    }
    draft.nodes.push(node);
    let mut copy = draft.nodes[manifest].clone();
    copy.links[0].target = draft.nodes.len() - 1;
    draft.nodes.push(copy);
    draft.nodes.len() - 1
}

fn write(layout: &Memory, folder: &Path) {
    for (path, content) in &layout.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
}

/// Reads, hashes and parses every file, on as many threads as the judge has.
fn bare_loop(folder: &Path) -> usize {
    let files: Vec<_> = std::fs::read_dir(folder.join("blobs/sha256"))
        .expect("blobs")
        .map(|e| e.expect("entry").path())
        .collect();
    let (next, parsed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let bytes = std::fs::read(path).expect("a blob");
            let digest = digest_of(Algorithm::Sha256, &bytes);
            assert!(path.ends_with(&digest["sha256:".len()..]));
            if bytes.first() == Some(&b'{') && serde_json::from_slice::<serde_json::Value>(&bytes).is_ok() {
                parsed.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        (1..Limits::default().threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    parsed.into_inner()
}

fn layout(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    write(&many_images(), folder.path());
    let mut group = criterion.benchmark_group("5,000 images");
    group.sample_size(10);
    group.bench_function("seaworthy judges", |bencher| {
        bencher.iter(|| {
            let storage = Directory::open(black_box(folder.path())).expect("a layout");
            let judged =
                judge::layout(&storage, None, SpecVersion::V1_1_1, &Limits::default()).expect("a verdict");
            assert_eq!((judged.findings.len(), judged.documents), (0, 2 * IMAGES + 2));
        });
    });
    group.bench_function("bare loop", |bencher| {
        // The image that the others are copies of is stored, too.
        bencher.iter(|| assert_eq!(bare_loop(black_box(folder.path())), 2 * IMAGES + 2));
    });
    group.finish();
}

criterion_group!(benches, layout);
criterion_main!(benches);
