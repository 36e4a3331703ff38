//! How fast documents are judged, with the `oci-spec` crate beside us: it parses the same manifests
//! and checks nothing.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use oci_spec::image::ImageManifest;
use seaworthy_image::graph::Limits;
use seaworthy_image::json::Document;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use seaworthy_rules::judge;

const COUNT: usize = 10_000;

/// Manifests of about a kilobyte, each different.
fn manifests() -> Vec<Vec<u8>> {
    let digest = |n: usize, layer: usize| format!("{:064x}", n * 31 + layer);
    let layer = |n, layer: usize| {
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{}","size":{}}}"#,
            digest(n, layer),
            n + layer
        )
    };
    let manifest = |n: usize| {
        let layers: Vec<String> = (1..=4).map(|at| layer(n, at)).collect();
        format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{}","size":7023}},"layers":[{}],"annotations":{{"com.example.number":"{n}","org.opencontainers.image.title":"number {n}"}}}}"#,
            digest(n, 0),
            layers.join(",")
        )
        .into_bytes()
    };
    (0..COUNT).map(manifest).collect()
}

fn documents(criterion: &mut Criterion) {
    let manifests = manifests();
    let limits = Limits::default();
    let bytes = manifests.iter().map(Vec::len).sum::<usize>();
    let mut group = criterion.benchmark_group("10,000 manifests");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    group.bench_function("seaworthy reads", |bencher| {
        bencher.iter(|| {
            manifests.iter().filter(|text| Document::parse(black_box(text), &limits.json).is_ok()).count()
        });
    });
    group.bench_function("seaworthy reads and judges", |bencher| {
        let judge = |text: &Vec<u8>| {
            judge::document("", black_box(text), DocumentKind::Manifest, SpecVersion::V1_1_1, &limits)
        };
        let clean: usize = manifests.iter().filter(|text| judge(text).findings.is_empty()).count();
        assert_eq!(clean, COUNT, "the manifests must be clean");
        bencher.iter(|| manifests.iter().map(|text| judge(text).findings.len()).sum::<usize>());
    });
    group.bench_function("oci-spec reads", |bencher| {
        let read = |text: &Vec<u8>| serde_json::from_slice::<ImageManifest>(black_box(text)).is_ok();
        assert!(manifests.iter().all(read));
        bencher.iter(|| manifests.iter().filter(|text| read(text)).count());
    });
    group.finish();
}

criterion_group!(benches, documents);
criterion_main!(benches);
