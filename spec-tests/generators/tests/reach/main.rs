//! What the generator reaches: every feature of a list has to appear in some of 10,000 samples.
//!
//! The samples are looked at as anyone would, in what they say: no counter inside the generator
//! claims that a feature was used.

mod seen;

use seaworthy_generators::choices::seeded;
use seaworthy_generators::draft::NodeKind;
use seaworthy_generators::features::Features;
use seaworthy_generators::strategy::Sample;
use seaworthy_generators::tree::Tree;
use seaworthy_image::annotations::PREDEFINED;
use seaworthy_image::digest::Algorithm;
use seaworthy_image::media_type::{self, Kind};
use seaworthy_image::platform::{GOARCH, GOOS, variant_table};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::Relation;
use tar::EntryType;

use seen::*;

const SAMPLES: usize = 10_000;

/// A feature, the fewest samples it has to appear in, and how it shows.
type Feature = (String, usize, Box<dyn Fn(&Seen) -> bool>);

fn feature(name: &str, least: usize, shows: impl Fn(&Seen) -> bool + 'static) -> Feature {
    (name.to_owned(), least, Box::new(shows))
}

/// Of all features but those that only break advice.
fn features(version: SpecVersion) -> Vec<Feature> {
    let mut list = structure();
    list.extend(descriptors());
    list.extend(configurations());
    list.extend(json(version));
    list.extend(archives());
    list.extend(names(version));
    list
}

fn structure() -> Vec<Feature> {
    vec![
        feature("a single manifest", 1000, |s| entries(s) == 1 && root_leads_to(s, NodeKind::Manifest)),
        feature("several entries", 1000, |s| entries(s) > 2),
        feature("an empty index.json", 100, |s| entries(s) == 0),
        feature("a nested index", 500, |s| root_leads_to(s, NodeKind::Index)),
        feature("an index two levels down", 100, |s| {
            let nested = of_kind(s, NodeKind::Index).filter(|node| !is_root(s, node));
            nested.flat_map(|node| &node.links).any(|link| leads_to(s, link, NodeKind::Index))
        }),
        feature("an index for two platforms", 100, |s| {
            of_kind(s, NodeKind::Index).any(|node| {
                let mut platforms: Vec<_> =
                    node.links.iter().filter_map(|link| link.descriptor.get("platform")).collect();
                platforms.dedup();
                platforms.len() > 1
            })
        }),
        feature("an entry of a foreign type", 300, |s| links(s).any(|l| is_foreign(l, Relation::Entry))),
        feature("one manifest listed twice", 200, |s| has_twice(s, Relation::Entry)),
        feature("one layer in two manifests", 100, |s| has_twice(s, Relation::Layer)),
        feature("several layers", 1000, |s| of_kind(s, NodeKind::Manifest).any(|node| node.links.len() > 2)),
        feature("an artifact with an empty configuration and files", 300, |s| {
            artifact(s, |config, layer| config == media_type::EMPTY && layer != media_type::EMPTY)
        }),
        feature("an artifact with nothing at all", 200, |s| {
            artifact(s, |config, layer| config == media_type::EMPTY && layer == media_type::EMPTY)
        }),
        feature("an artifact with a configuration and files", 300, |s| {
            artifact(s, |config, layer| config != media_type::EMPTY && layer != media_type::EMPTY)
        }),
        feature("an artifact with a configuration alone", 100, |s| {
            artifact(s, |config, layer| config != media_type::EMPTY && layer == media_type::EMPTY)
        }),
        feature("an artifact without a type of its own", 100, |s| {
            documents(s, NodeKind::Artifact).any(|tree| tree.get("artifactType").is_none())
        }),
        feature("an index with an artifact type", 100, |s| {
            documents(s, NodeKind::Index).any(|tree| tree.get("artifactType").is_some())
        }),
        feature("an image with a subject", 100, |s| has_subject(s, NodeKind::Manifest)),
        feature("an artifact with a subject", 100, |s| has_subject(s, NodeKind::Artifact)),
        feature("an index with a subject", 100, |s| has_subject(s, NodeKind::Index)),
        feature("a subject that is stored", 100, |s| leads(s, Relation::Subject, |node| node.stored)),
        feature("a subject that is not there", 100, |s| leads(s, Relation::Subject, |node| !node.stored)),
        feature("a subject that is an index", 50, |s| {
            leads(s, Relation::Subject, |node| node.kind == NodeKind::Index)
        }),
        feature("a layer that is missing", 100, |s| leads(s, Relation::Layer, |node| !node.stored)),
        feature("a configuration that is missing", 100, |s| leads(s, Relation::Config, |node| !node.stored)),
        feature("a manifest that is missing", 100, |s| leads(s, Relation::Entry, |node| !node.stored)),
        feature("a blob that nothing refers to", 200, |s| {
            let is_used = |id: &usize| links(s).any(|link| link.target == *id);
            (0..s.draft.root()).any(|id| s.draft.nodes[id].stored && !is_used(&id))
        }),
        feature("a file besides the layout", 200, |s| !s.draft.extras.is_empty()),
    ]
}

fn descriptors() -> Vec<Feature> {
    let mut list = vec![
        feature("urls", 300, |s| links(s).any(|l| has_items(l.descriptor.get("urls"), 1))),
        feature("several urls", 100, |s| links(s).any(|l| has_items(l.descriptor.get("urls"), 2))),
        feature("an artifact type on an entry", 300, |s| {
            links(s).any(|l| l.descriptor.get("artifactType").is_some())
        }),
        feature("a platform on a subject", 20, |s| {
            links(s).any(|l| l.relation == Relation::Subject && l.descriptor.get("platform").is_some())
        }),
        feature("the name of a reference", 1000, |s| has_annotation(s, "org.opencontainers.image.ref.name")),
        feature("empty annotations", 200, |s| annotations(s).any(|tree| *tree == Tree::object([]))),
        feature("an empty value", 50, |s| {
            let is_empty = |(_, value): &(String, Tree)| value.as_str() == Some("");
            annotations(s).any(|tree| matches!(tree, Tree::Object(all) if all.iter().any(is_empty)))
        }),
        feature("a key in reverse domain notation", 200, |s| has_annotation(s, "com.example.tide")),
    ];
    for relation in [Relation::Entry, Relation::Config, Relation::Layer, Relation::Subject] {
        list.push(feature(&format!("{relation:?} with data"), 40, move |s| {
            links(s).any(|link| link.relation == relation && link.embed)
        }));
        list.push(feature(&format!("{relation:?} with annotations"), 40, move |s| {
            links(s).any(|link| link.relation == relation && link.descriptor.get("annotations").is_some())
        }));
    }
    list
}

const TOP: &[&str] = &["created", "author", "variant", "os.version", "os.features", "config", "history"];
const EXECUTION: &[&str] = &[
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "Memory",
    "MemorySwap",
    "CpuShares",
    "Healthcheck",
];
const HISTORY: &[&str] = &["created", "created_by", "author", "comment", "empty_layer"];

/// Whether some object of a kind has a property.
type In = fn(&Seen, &dyn Fn(&Tree) -> bool) -> bool;

fn configurations() -> Vec<Feature> {
    let mut list = Vec::new();
    let mut member = |of: &'static str, name: &'static str, has: In| {
        list.push(feature(&format!("{of}{name}"), 50, move |s| {
            has(s, &|tree| tree.get(name).is_some_and(|value| *value != Tree::Null))
        }));
        list.push(feature(&format!("{of}{name} as null"), 20, move |s| {
            has(s, &|tree| tree.get(name) == Some(&Tree::Null))
        }));
    };
    TOP.iter().for_each(|name| member("", name, |s, is| configs(s).any(is)));
    EXECUTION.iter().for_each(|name| member("config.", name, |s, is| executions(s).any(is)));
    HISTORY.iter().for_each(|name| member("history.", name, |s, is| history(s).any(is)));
    list.push(feature("an entry of the history that made no layer", 200, |s| {
        history(s).any(|entry| entry.get("empty_layer") == Some(&Tree::Bool(true)))
    }));
    for form in ["1000:1000", "alice", "65534", "alice:staff", "1000:staff", "alice:0"] {
        list.push(feature(&format!("the user {form}"), 20, move |s| {
            executions(s).any(|e| e.text("User") == form)
        }));
    }
    for signal in ["SIGTERM", "SIGRTMIN+3"] {
        list.push(feature(&format!("the signal {signal}"), 20, move |s| {
            executions(s).any(|e| e.text("StopSignal") == signal)
        }));
    }
    for port in ["80/tcp", "53/udp", "8080"] {
        list.push(feature(&format!("the port {port}"), 20, move |s| {
            executions(s).filter_map(|e| e.get("ExposedPorts")).any(|ports| ports.get(port).is_some())
        }));
    }
    list
}

fn json(version: SpecVersion) -> Vec<Feature> {
    let mut list = vec![
        feature("plain JSON", 1000, |s| s.draft.style == Default::default()),
        feature("indented JSON", 200, |s| contains(s, "\n  \"")),
        feature("tabs between values", 200, |s| contains(s, "\t\"") || contains(s, "\t:")),
        feature("members in another order", 300, |s| {
            let index = String::from_utf8_lossy(&s.layout.files["index.json"]).into_owned();
            index.find("manifests") < index.find("schemaVersion")
        }),
        feature("characters as escapes", 500, |s| contains(s, "\\u00")),
        feature("a member unknown to the header", 100, |s| has_members(&s.draft.header, 2)),
        feature("a member unknown to a descriptor", 200, |s| {
            links(s).any(|link| link.descriptor.get("__proto__").is_some())
        }),
        feature("a name that is empty", 100, |s| contains(s, "\"\":") || contains(s, "\"\" :")),
        feature("deep nesting", 100, |s| {
            contains(s, "[[[[[[[[[[[[") || contains(s, "{\"x\":{\"x\":{\"x\":{")
        }),
        feature("a fraction", 50, |s| contains(s, "1.5")),
        feature("an exponent", 50, |s| contains(s, "-2E-7")),
        feature("a character beyond the basic plane", 200, |s| contains(s, "\u{1f30a}")),
        feature("a control character", 100, |s| contains(s, "\\u001f")),
        feature("2^53 - 1", 50, |s| contains(s, "9007199254740991")),
    ];
    for kind in NODES {
        list.push(feature(&format!("a member unknown to {kind:?}"), 25, move |s| {
            documents(s, kind).any(|tree| UNKNOWN.iter().any(|name| tree.get(name).is_some()))
        }));
    }
    if version < SpecVersion::Dev {
        list.push(feature("the largest integer", 50, |s| contains(s, "9223372036854775807")));
        list.push(feature("a number beyond a double", 20, |s| contains(s, "1e400")));
    }
    list
}

/// Some of the names that no document has.
const UNKNOWN: &[&str] = &["x", "$schema", "__proto__", "two words", "", "a/b~c"];

const NODES: [NodeKind; 4] = [NodeKind::Index, NodeKind::Manifest, NodeKind::Artifact, NodeKind::Config];

fn archives() -> Vec<Feature> {
    vec![
        feature("a layer in several gzip members", 200, |s| opaque(s, |b| count(b, b"\x1f\x8b\x08") > 1)),
        feature("a layer in several zstd frames", 50, |s| opaque(s, |b| count(b, b"\x28\xb5\x2f\xfd") > 1)),
        feature("a zstd frame to skip", 50, |s| opaque(s, |b| b.starts_with(b"\x50\x2a\x4d\x18"))),
        feature("a gzip member with a name", 200, |s| opaque(s, |b| count(b, b"layer.tar\0") > 0)),
        feature("a whiteout", 50, |s| entry(s, |e| has_name(e, |name| name.starts_with(b".wh.")))),
        feature("a whiteout and what it removes in one layer", 1, |s| {
            entry(s, |whiteout| {
                let removed = String::from_utf8_lossy(&whiteout.path).replacen(".wh.", "", 1);
                removed.as_bytes() != whiteout.path && entry(s, |e| e.path == removed.as_bytes())
            })
        }),
        feature("a regular file", 500, |s| entry(s, |e| e.header.entry_type() == EntryType::Regular)),
        feature("a directory", 50, |s| entry(s, |e| e.header.entry_type() == EntryType::Directory)),
        feature("a symbolic link", 50, |s| entry(s, |e| e.header.entry_type() == EntryType::Symlink)),
        feature("a hard link", 20, |s| entry(s, |e| e.header.entry_type() == EntryType::Link)),
        feature("a FIFO", 50, |s| entry(s, |e| e.header.entry_type() == EntryType::Fifo)),
        feature("a character device", 50, |s| entry(s, |e| e.header.entry_type() == EntryType::Char)),
        feature("a block device", 50, |s| entry(s, |e| e.header.entry_type() == EntryType::Block)),
        feature("the oldest dialect", 50, |s| entry(s, |e| &e.header.as_bytes()[257..262] == b"\0\0\0\0\0")),
        feature("ustar", 50, |s| entry(s, |e| e.header.as_ustar().is_some() && e.keywords.is_empty())),
        feature("PAX records", 50, |s| entry(s, |e| !e.keywords.is_empty())),
        feature("GNU tar's dialect", 50, |s| entry(s, |e| e.header.as_gnu().is_some())),
        feature("a long name", 50, |s| entry(s, |e| e.path.len() > 100)),
        feature("a name beyond ASCII", 50, |s| entry(s, |e| !e.path.is_ascii())),
        feature("a name that is no UTF-8", 20, |s| entry(s, |e| std::str::from_utf8(&e.path).is_err())),
        feature("a path that starts with a dot and a slash", 50, |s| entry(s, |e| e.path.starts_with(b"./"))),
        feature("the root itself", 50, |s| entry(s, |e| e.path == b"./" || e.path == b".")),
        feature("a path below another entry", 50, |s| {
            entry(s, |e| entry(s, |other| other.path == [&e.path[..], b"/a"].concat()))
        }),
        feature("an extended attribute", 50, |s| {
            entry(s, |e| e.keywords.iter().any(|keyword| keyword.starts_with("SCHILY.xattr.")))
        }),
        feature("a fraction of a second", 50, |s| entry(s, |e| e.keywords.iter().any(|it| it == "mtime"))),
        feature("a set-user-ID bit", 50, |s| {
            entry(s, |e| e.header.mode().is_ok_and(|mode| mode & 0o4000 > 0))
        }),
        feature("no permissions at all", 50, |s| entry(s, |e| e.header.mode().is_ok_and(|mode| mode == 0))),
        feature("an id of more than seven digits", 50, |s| {
            entry(s, |e| e.keywords.iter().any(|it| it == "uid"))
        }),
    ]
}

fn has_name(entry: &Entry, is: impl Fn(&[u8]) -> bool) -> bool {
    entry.path.split(|&byte| byte == b'/').any(is)
}

/// What only breaks advice, and so takes a feature of its own.
#[test]
fn advice_reaches_opaque_whiteouts_and_sparse_files() {
    let features = Features { advice: true, ..Features::all() };
    let seen: Vec<Seen> = (0..1000)
        .map(|number| {
            let bytes = seeded(&format!("reach advice {number}"), 1024);
            Seen::new(Sample::new(bytes, &features, SpecVersion::V1_1_1))
        })
        .collect();
    let check = |name: &str, is: &dyn Fn(&Entry) -> bool| {
        let count = seen.iter().filter(|seen| entry(seen, is)).count();
        assert!(count > 5, "{name}: {count}");
    };
    check("an opaque whiteout", &|e| e.path.ends_with(b".wh..wh..opq"));
    check("a sparse file of GNU tar's", &|e| e.header.entry_type() == EntryType::GNUSparse);
    for keyword in ["GNU.sparse.offset", "GNU.sparse.map", "GNU.sparse.major"] {
        check(keyword, &|e| e.keywords.iter().any(|it| it == keyword));
    }
}

fn names(version: SpecVersion) -> Vec<Feature> {
    let mut list = Vec::new();
    for registered in media_type::REGISTERED.iter().filter(|entry| entry.since <= version) {
        let is_used = match registered.kind {
            Kind::Descriptor | Kind::LayoutHeader => false,
            // New ones are advised against since 1.1.
            Kind::Layer { distributable, .. } => distributable || version == SpecVersion::V1_0_2,
            _ => true,
        };
        if is_used {
            list.push(feature(registered.name, 100, |s| {
                links(s).any(|link| link.descriptor.text("mediaType") == registered.name)
            }));
        }
    }
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| algorithm.since() <= version) {
        list.push(feature(algorithm.name(), 500, move |s| {
            s.draft.nodes.iter().any(|n| n.algorithm == algorithm)
        }));
        list.push(feature(&format!("a diff ID of {algorithm}"), 100, move |s| {
            diff_ids(s).any(|other| other == algorithm)
        }));
    }
    for architecture in GOARCH {
        list.push(feature(&format!("the architecture {architecture}"), 30, move |s| {
            configs(s).any(|config| config.text("architecture") == architecture)
        }));
    }
    for os in GOOS {
        list.push(feature(&format!("the system {os}"), 10, move |s| configs(s).any(|c| c.text("os") == os)));
    }
    for row in variant_table(version) {
        for variant in row.listed {
            list.push(feature(&format!("the variant {variant} of {}", row.architecture), 5, move |s| {
                let mut platforms = links(s).filter_map(|link| link.descriptor.get("platform"));
                platforms.any(|p| p.text("architecture") == row.architecture && p.text("variant") == *variant)
            }));
        }
    }
    for known in PREDEFINED.iter().filter(|known| known.since <= version) {
        list.push(feature(known.key, 50, |s| has_annotation(s, known.key)));
    }
    list
}

/// Names of features that 1.0.2 does not have yet.
const SINCE_1_1: &[&str] = &[
    "empty configuration",
    "nothing at all",
    "configuration alone",
    "artifact type",
    "subject",
    "Subject",
    "without a type",
    "with data",
    "variant",
    "os.version",
    "os.features",
    "zstd",
];

#[test]
fn every_feature_is_reached_in_1_0_2() {
    let mut features = features(SpecVersion::V1_0_2);
    let is_later = |name: &str| SINCE_1_1.iter().any(|later| name.contains(later));
    // The platforms of indexes always had variants.
    features.retain(|(name, ..)| !is_later(name) || name.starts_with("the variant"));
    reach(SpecVersion::V1_0_2, features);
}

#[test]
fn every_feature_is_reached_in_1_1_1() {
    reach(SpecVersion::V1_1_1, features(SpecVersion::V1_1_1));
}

#[test]
fn every_feature_is_reached_in_dev() {
    reach(SpecVersion::Dev, features(SpecVersion::Dev));
}

fn reach(version: SpecVersion, features: Vec<Feature>) {
    let mut counts = vec![0; features.len()];
    let mut sizes = Vec::new();
    for number in 0..SAMPLES {
        let bytes = seeded(&format!("reach {version} {number}"), 1024);
        let seen = Seen::new(Sample::new(bytes, &Features::all(), version));
        sizes.push(seen.layout.files.values().map(Vec::len).sum::<usize>());
        for (count, (_, _, shows)) in counts.iter_mut().zip(&features) {
            *count += usize::from(shows(&seen));
        }
    }
    sizes.sort_unstable();
    let mut table = format!("{version}: features in {SAMPLES} samples\n");
    for (count, (name, least, _)) in counts.iter().zip(&features) {
        let mark = if count < least { "  <-- too few" } else { "" };
        table += &format!("{count:6} of {least:5}  {name}{mark}\n");
    }
    let (half, most) = (sizes[SAMPLES / 2], sizes[SAMPLES * 99 / 100]);
    table += &format!("half are smaller than {half} bytes, 99 % smaller than {most}\n");
    println!("{table}");
    assert!(!table.contains("too few") && half < 20_000, "{table}");
}
