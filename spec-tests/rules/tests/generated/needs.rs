//! What the mutations need that were written for the plain images.

use seaworthy_generators::draft::{Content, Draft, Link, Node, NodeKind};
use seaworthy_generators::mutation::Part;
use seaworthy_generators::tree::{Style, Tree};
use seaworthy_image::digest::Algorithm;
use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

/// What a mutation expects of an image besides the part that it edits, and has from every plain
/// image. On a random image that lacks it, there is nothing to edit and nothing breaks.
pub struct Needs {
    /// The ids that it is about start with one of these.
    pub ids: &'static [&'static str],
    /// What goes wrong on an image that lacks it.
    pub why: &'static str,
    /// Whether a random image has it.
    pub has: fn(&Draft) -> bool,
}

pub const NEEDS: &[Needs] = &[
    Needs {
        ids: &["annotations/base-name/"],
        why: "a digest of the base that is there already is not that of the new name",
        has: |draft| !annotations(draft).any(|map| map.get("org.opencontainers.image.base.digest").is_some()),
    },
    Needs {
        ids: &["annotations/unique-keys/two-names-of-an-image"],
        why: "an entry without a name gets its first one",
        has: |draft| {
            let entry = draft.part(Part::EntryDescriptor);
            let annotations = entry.and_then(|entry| entry.get("annotations"));
            annotations.is_some_and(|map| map.get("org.opencontainers.image.ref.name").is_some())
        },
    },
    Needs {
        ids: &[
            "config/architecture-known/",
            "conversion/annotation-architecture/another",
            "conversion/annotation-os-features/",
            "conversion/annotation-variant/set",
            "conversion/label-precedence/os-features",
            "conversion/label-precedence/variant",
            "config/os-features-",
            "config/os-known/",
            "config/variant-string/",
            "index/platform-",
            "json/no-duplicate-names/two-systems",
        ],
        why: "an architecture, a system, a variant or a feature that is there already is left in place",
        has: has_plain_platform,
    },
    Needs {
        ids: &["config/diff-ids-count/one-too-many"],
        why: "the history is kept in step, and where there is none it gets one entry only",
        has: has_history,
    },
    Needs {
        ids: &["config/history-", "config/null-members/in-history"],
        why: "the history is taken for that of two layers",
        has: has_history,
    },
    Needs {
        ids: &["descriptor/data-"],
        why: "the artifact's configuration is taken for the empty object",
        has: has_empty_configs,
    },
    Needs {
        ids: &[
            "descriptor/digest-content/",
            "json/no-duplicate-names/two-digests/",
            "json/number-precision/",
        ],
        why: "embedded content does not have the new digest either",
        has: |draft| !draft.nodes.iter().flat_map(|node| &node.links).any(|link| link.embed),
    },
    Needs {
        ids: &[
            "descriptor/digest-content/members-reordered",
            "json/no-duplicate-names/second-layers-empty",
            "json/syntax/second-layers-empty",
        ],
        why: "the text is edited as one whose members stand in the usual order",
        has: |draft| draft.style == Style::default(),
    },
    Needs {
        ids: &["descriptor/embedding/empty-object"],
        why: "the artifact's configuration is taken for the empty object",
        has: has_empty_configs,
    },
    Needs {
        ids: &["descriptor/sha256-encoding/"],
        why: "the digest that is edited is taken for one of SHA-256",
        has: |draft| draft.nodes.iter().all(|node| node.algorithm == Algorithm::Sha256),
    },
    Needs {
        ids: &["index/first-match/"],
        why: "the platform of the first entry is copied, which not every entry has",
        has: has_platforms,
    },
    Needs {
        ids: &["index/platform-os-features-mandatory/"],
        why: "the platform of the first entry is copied, which not every entry has",
        has: has_platforms,
    },
    Needs {
        ids: &["json/no-duplicate-names/two-users"],
        why: "a configuration without a user gets its first one",
        has: |draft| execution(draft).is_some_and(|execution| execution.get("User").is_some()),
    },
    Needs {
        ids: &["json/unknown-members/empty-name/"],
        why: "a member of this name may be there already",
        has: |draft| {
            let links = draft.nodes.iter().flat_map(|node| &node.links).map(|link| &link.descriptor);
            let mut objects = documents(draft).chain(links).chain([&draft.header]);
            objects.all(|object| object.get("").is_none())
        },
    },
    Needs {
        ids: &["layer/diff-id-content/"],
        why: "where a configuration or its layers are not stored, the two are not compared",
        has: |draft| draft.has(Part::Layer) && draft.has(Part::ConfigDescriptor),
    },
    Needs {
        ids: &["layer/diff-id-content/in-another-order"],
        why: "the DiffIDs of an image whose manifest is not stored are turned around as well, and nobody sees",
        has: |draft| draft.nodes.iter().all(|node| node.kind != NodeKind::Manifest || node.stored),
    },
    Needs {
        ids: &["layout/missing-blobs/one/"],
        why: "the directory goes with its only blob",
        has: |draft| draft.nodes[..draft.root()].iter().filter(|node| node.stored).count() > 3,
    },
    Needs {
        ids: &["json/syntax/cut-short"],
        why: "the last byte of an indented document is a line break",
        has: |draft| draft.style.indent.is_none(),
    },
    Needs {
        ids: &["layout/index-format/descriptor"],
        why: "the first entry takes the place of the index, and must not call itself one",
        has: |draft| {
            let mut links = draft.nodes[draft.root()].links.iter();
            let first = links.find(|link| link.relation == Relation::Entry);
            first.is_none_or(|link| link.descriptor.text("mediaType") != media_type::INDEX)
        },
    },
    Needs {
        ids: &[
            "manifest/artifact-config-type/",
            "manifest/artifact-forms/",
            "manifest/artifact-layer-size/",
            "manifest/artifact-type-",
            "manifest/config-opaque/",
            "manifest/config-placeholder/",
            "manifest/config-type-unknown/",
            "manifest/empty-content/",
            "manifest/layer-type-unknown/",
        ],
        why: "artifacts are taken for those with a type, an empty configuration, and one file",
        has: has_plain_artifacts,
    },
    Needs {
        ids: &["manifest/artifact-type-", "manifest/empty-descriptor/", "manifest/layers-not-empty/"],
        why: "what refers to another manifest is taken for an artifact",
        has: has_artifacts_as_referrers,
    },
];

fn documents(draft: &Draft) -> impl Iterator<Item = &Tree> {
    draft.nodes.iter().filter_map(|node| match &node.content {
        Content::Document(tree) => Some(tree),
        Content::Layer(_) | Content::Bytes(_) => None,
    })
}

/// Every map of annotations or labels in an image.
fn annotations<'d>(draft: &'d Draft) -> impl Iterator<Item = &'d Tree> {
    let links = draft.nodes.iter().flat_map(|node| &node.links).map(|link| &link.descriptor);
    let labels = |tree: &'d Tree| tree.get("config").and_then(|config| config.get("Labels"));
    documents(draft).chain(links).flat_map(move |tree| [tree.get("annotations"), labels(tree)]).flatten()
}

fn execution(draft: &Draft) -> Option<&Tree> {
    draft.part(Part::Config)?.get("config")
}

/// Whether there is a history of two layers, and it has no other entries.
fn has_history(draft: &Draft) -> bool {
    let made_a_layer = |entry: &Tree| entry.get("empty_layer") != Some(&Tree::Bool(true));
    match draft.part(Part::Config).and_then(|config| config.get("history")) {
        Some(Tree::Array(entries)) => entries.len() == 2 && entries.iter().all(made_a_layer),
        _ => false,
    }
}

/// Whether the configuration and the platform to be edited are those of the plain image.
fn has_plain_platform(draft: &Draft) -> bool {
    let is_plain = |tree: &Tree| {
        let has_more = ["variant", "os.features"].iter().any(|name| tree.get(name).is_some());
        tree.text("architecture") == "amd64" && tree.text("os") == "linux" && !has_more
    };
    [Part::Config, Part::Platform].into_iter().filter_map(|part| draft.part(part)).all(is_plain)
}

/// Whether all entries of the nested index have a platform.
fn has_platforms(draft: &Draft) -> bool {
    let nested = draft.nodes[..draft.root()].iter().filter(|node| node.kind == NodeKind::Index);
    let links = nested.flat_map(|node| &node.links);
    links
        .filter(|link| link.relation == Relation::Entry)
        .all(|link| link.descriptor.get("platform").is_some())
}

/// Whether all artifacts have the empty object for a configuration.
fn has_empty_configs(draft: &Draft) -> bool {
    let is_artifact = |node: &&Node| node.kind == NodeKind::Artifact;
    let mut links = draft.nodes.iter().filter(is_artifact).flat_map(|node| &node.links);
    links.all(|link| {
        link.relation != Relation::Config || link.descriptor.text("mediaType") == media_type::EMPTY
    })
}

/// Whether all artifacts have the empty object for a configuration, so a type too, and one file.
fn has_plain_artifacts(draft: &Draft) -> bool {
    let mut artifacts = draft.nodes.iter().filter(|node| node.kind == NodeKind::Artifact);
    has_empty_configs(draft)
        && artifacts.all(|node| {
            let is_layer = |link: &&Link| link.relation == Relation::Layer;
            let layers: Vec<&Link> = node.links.iter().filter(is_layer).collect();
            layers.len() == 1 && layers[0].descriptor.text("mediaType") != media_type::EMPTY
        })
}

/// Whether no image refers to another manifest.
fn has_artifacts_as_referrers(draft: &Draft) -> bool {
    let mut images = draft.nodes.iter().filter(|node| node.kind == NodeKind::Manifest);
    !images.any(|node| node.links.iter().any(|link| link.relation == Relation::Subject))
}
