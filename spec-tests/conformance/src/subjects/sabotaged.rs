//! Sabotaged readers: the reference with one fault each. They prove that the suite bites readers:
//! each of them has to be caught.

use std::collections::BTreeMap;

use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Finding, Role};

use super::{Subject, Unavailable, reference};
use crate::outcome::{Outcome, Reading};

/// A mistake that programs make when they read images.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// It does not notice breaches of these requirements.
    Overlooks(&'static [&'static str]),
    /// It reads something else than what is written.
    Misreads(fn(&mut BTreeMap<String, String>)),
    /// It refuses images for what it reads in them.
    Refuses(fn(&BTreeMap<String, String>) -> bool),
}

/// The reference with a fault. It claims to validate.
#[derive(Debug, Clone, Copy)]
pub struct Sabotaged(pub &'static Fault);

impl Subject for Sabotaged {
    fn name(&self) -> &str {
        self.0.name
    }

    fn role(&self) -> Role {
        Role::Validator
    }

    fn version(&self) -> Result<String, Unavailable> {
        Ok("sabotaged".to_owned())
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        let mut judged = match reference::findings(layout, version) {
            Ok(judged) => judged,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        if let Kind::Overlooks(ids) = self.0.kind {
            judged.findings.retain(|finding: &Finding| !ids.contains(&finding.requirement.id.as_str()));
        }
        match (reference::outcome(layout, version, &judged), self.0.kind) {
            (Outcome::Accepted { read: Some(Reading(read)), .. }, Kind::Refuses(refuses))
                if refuses(&read) =>
            {
                Outcome::Rejected(self.0.does.to_owned())
            }
            (Outcome::Accepted { warned, read: Some(Reading(mut read)) }, Kind::Misreads(misread)) => {
                misread(&mut read);
                Outcome::Accepted { warned, read: Some(Reading(read)) }
            }
            (outcome, _) => outcome,
        }
    }
}

/// Every fault.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "skips-the-digest-check",
        does: "takes a blob without hashing it",
        kind: Kind::Overlooks(&["descriptor/digest-content"]),
    },
    Fault {
        name: "skips-the-size-check",
        does: "takes a blob of any size",
        kind: Kind::Overlooks(&["descriptor/size-content"]),
    },
    Fault {
        name: "follows-a-path-in-a-digest",
        does: "splits a digest at its colon and opens what comes of it",
        kind: Kind::Overlooks(&["descriptor/digest-syntax"]),
    },
    Fault {
        name: "takes-a-digest-of-any-length",
        does: "compares only as many digits of a digest as there are",
        kind: Kind::Overlooks(&["descriptor/sha256-encoding"]),
    },
    Fault {
        name: "ignores-duplicate-annotations",
        does: "lets the last of two equal annotation keys win",
        kind: Kind::Overlooks(&["annotations/unique-keys"]),
    },
    Fault {
        name: "stops-after-the-first-value",
        does: "reads one JSON value and leaves what follows it",
        kind: Kind::Overlooks(&["json/syntax"]),
    },
    Fault {
        name: "takes-any-schema-version",
        does: "does not look at schemaVersion",
        kind: Kind::Overlooks(&["manifest/schema-version-2", "index/schema-version-2"]),
    },
    Fault {
        name: "trusts-the-descriptor-for-the-type",
        does: "does not compare a manifest's own mediaType",
        kind: Kind::Overlooks(&["manifest/media-type-value"]),
    },
    Fault {
        name: "trusts-embedded-data",
        does: "uses data without comparing it with the digest",
        kind: Kind::Overlooks(&["descriptor/data-content"]),
    },
    Fault {
        name: "does-without-the-layout-file",
        does: "never opens oci-layout",
        kind: Kind::Overlooks(&["layout/header-file"]),
    },
    Fault {
        name: "takes-any-root-file-system-type",
        does: "does not look at rootfs.type",
        kind: Kind::Overlooks(&["config/rootfs-type-layers"]),
    },
    Fault {
        name: "stops-at-the-first-layer",
        does: "reads one layer of each image",
        kind: Kind::Misreads(|read| read.retain(|place, _| !place.contains("#/layers/1/"))),
    },
    Fault {
        name: "stops-at-the-first-entry",
        does: "reads one entry of each index",
        kind: Kind::Misreads(|read| read.retain(|place, _| !place.contains("#/manifests/1/"))),
    },
    Fault {
        name: "lower-cases-names",
        does: "folds the case of annotation keys and labels",
        kind: Kind::Misreads(|read| {
            *read = std::mem::take(read).into_iter().map(|(place, value)| (fold(&place), value)).collect();
        }),
    },
    Fault {
        name: "truncates-sizes",
        does: "keeps sizes in 32 bits",
        kind: Kind::Misreads(|read| {
            for (_, value) in read.iter_mut().filter(|(place, _)| place.ends_with("/size")) {
                let size: Option<i64> = value.parse().ok();
                *value = size.map_or(String::new(), |size| (size as i32).to_string());
            }
        }),
    },
    Fault {
        name: "drops-the-subject",
        does: "does not know the member subject",
        kind: Kind::Misreads(|read| read.retain(|place, _| !place.contains("#/subject/"))),
    },
    Fault {
        name: "drops-the-artifact-type",
        does: "does not know the member artifactType",
        kind: Kind::Misreads(|read| read.retain(|place, _| !place.ends_with("/artifactType"))),
    },
    Fault {
        name: "drops-empty-values",
        does: "takes an empty text for an absent one",
        kind: Kind::Misreads(|read| read.retain(|_, value| !value.is_empty())),
    },
    Fault {
        name: "drops-the-variant",
        does: "does not tell variants of a platform apart",
        kind: Kind::Misreads(|read| read.retain(|place, _| !place.ends_with("/variant"))),
    },
    Fault {
        name: "refuses-unknown-layer-types",
        does: "takes an unknown layer media type for an error",
        kind: Kind::Refuses(|read| {
            let types =
                read.iter().filter(|(place, _)| place.contains("#/layers/") && place.ends_with("/mediaType"));
            types.into_iter().any(|(_, value)| !value.starts_with("application/vnd.oci.image.layer."))
        }),
    },
    Fault {
        name: "refuses-unknown-config-types",
        does: "takes an unknown config media type for an error",
        kind: Kind::Refuses(|read| {
            let types = read.iter().filter(|(place, _)| place.ends_with("#/config/mediaType"));
            types.into_iter().any(|(_, value)| !value.starts_with("application/vnd.oci."))
        }),
    },
    Fault {
        name: "refuses-other-algorithms",
        does: "takes any digest but sha256 for an error",
        kind: Kind::Refuses(|read| {
            let digests = read.iter().filter(|(place, _)| place.ends_with("/digest"));
            digests.into_iter().any(|(_, value)| !value.starts_with("sha256:"))
        }),
    },
    Fault {
        name: "refuses-an-empty-index",
        does: "takes an index without entries for an error",
        kind: Kind::Refuses(|read| !read.keys().any(|place| place.contains("#/manifests/"))),
    },
];

/// A place with what follows `/annotations/` or `/Labels/` in lower case.
fn fold(place: &str) -> String {
    for free in ["/annotations/", "/Labels/"] {
        if let Some(at) = place.find(free) {
            let (fixed, name) = place.split_at(at + free.len());
            return format!("{fixed}{}", name.to_lowercase());
        }
    }
    place.to_owned()
}
