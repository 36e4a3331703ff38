//! Sabotaged readers of archives: each chooses by a rule of its own where an archive leaves a choice. They
//! prove that the suite bites: each of them has to be caught, by the cases that are made for it.

use std::collections::BTreeSet;

use seaworthy_generators::layer::file;
use seaworthy_generators::layout_archive::{layout, path};
use seaworthy_image::digest::{Algorithm, digest_of};
use seaworthy_image::filesystem::{Content, Member};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::layout::{INDEX, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::{self, EntryKind, Item, Reader};
use seaworthy_image::views::{Descriptor, Index, items};
use seaworthy_rules::Role;

use super::{Subject, Unavailable, reference};
use crate::outcome::Outcome;

/// A rule by which a reader finds its way through an archive.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The cases of the battery that catch it: all of them, by the ends of their ids.
    pub caught_by: &'static [&'static str],
    /// The entries that it goes by, out of those that there are.
    sees: fn(Vec<Member>) -> Vec<Member>,
}

/// A reader with a fault. What the entries that it goes by come to, it reads as the reference does.
#[derive(Debug, Clone, Copy)]
pub struct Sabotaged(pub &'static Fault);

impl Subject for Sabotaged {
    fn name(&self) -> &str {
        self.0.name
    }

    fn role(&self) -> Role {
        Role::Reader
    }

    fn version(&self) -> Result<String, Unavailable> {
        Ok("sabotaged".to_owned())
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        match reference::findings(layout, version) {
            Ok(judged) => reference::outcome(layout, version, &judged),
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    fn run_archive(&self, archive: &[u8], _: &Memory, version: SpecVersion) -> Outcome {
        match members(archive) {
            Ok(members) => self.run(&layout(&(self.0.sees)(members)), version),
            Err(error) => Outcome::Rejected(error.to_string()),
        }
    }
}

fn members(archive: &[u8]) -> Result<Vec<Member>, tar::Error> {
    let mut reader = Reader::new(archive, tar::Limits::default());
    let mut members = Vec::new();
    while let Some(Item { member, data }) = reader.next_member()? {
        let entry = member.entry.clone();
        members.push(Member { content: Content::read(data, usize::MAX).unwrap_or_default(), entry });
    }
    Ok(members)
}

/// Every fault.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "takes-the-first",
        does: "looks for a file from the start of the archive, and stops at the first of its name",
        caught_by: &[
            "index-twice",
            "index-then-dotted",
            "dotted-then-index",
            "index-then-symlink",
            "index-then-hard-link",
            "header-twice",
            "index-again-after-many",
        ],
        sees: |mut members| {
            let mut seen = BTreeSet::new();
            members.retain(|member| seen.insert(path(&member.entry.path)));
            members
        },
    },
    Fault {
        name: "compares-names-as-they-are-written",
        does: "does not know that ./index.json is index.json",
        caught_by: &["index-then-dotted", "dotted"],
        sees: |mut members| {
            members.retain(|member| !member.entry.path.starts_with(b"./"));
            members
        },
    },
    Fault {
        name: "looks-at-files-only",
        does: "leaves links out, and does not notice that they take the place of a file",
        caught_by: &["index-then-symlink", "index-then-hard-link"],
        sees: |mut members| {
            members.retain(|member| !matches!(member.entry.kind, EntryKind::Symlink | EntryKind::HardLink));
            members
        },
    },
    Fault {
        name: "holds-links-at-the-root",
        does: "follows a link that leads out of the archive as if it ended at the root",
        caught_by: &["index-as-symlink-that-climbs"],
        sees: |mut members| {
            for member in &mut members {
                while member.entry.link.starts_with(b"../") {
                    member.entry.link.drain(..3);
                }
            }
            members
        },
    },
    Fault {
        name: "gives-up-early",
        does: "reads no more than ten thousand entries, and goes on with what it has",
        caught_by: &["index-again-after-many"],
        sees: |mut members| {
            members.truncate(10_000);
            members
        },
    },
    Fault {
        name: "follows-the-list-of-docker-save",
        does: "finds the image in manifest.json, if there is one",
        caught_by: &["saved-image-before", "saved-image-after"],
        sees: |mut members| {
            let index = followed(&layout(&members));
            members.extend(index.map(|index| file(INDEX, index)));
            members
        },
    },
];

/// An index of the image that `manifest.json` lists first.
fn followed(layout: &Memory) -> Option<String> {
    let list = parse(layout.files.get("manifest.json")?)?;
    let config = items(Some(list.root())).next()?.get("Config")?.as_str()?.replace('/', ":");
    let config = config.strip_prefix("blobs:")?;
    let leads_there = |bytes: &&Vec<u8>| {
        let document = parse(bytes);
        let found = document.as_ref().and_then(|document| document.root().get("config"));
        found.is_some_and(|found| Descriptor::of(found).digest_text().as_deref() == Some(config))
    };
    let manifest = layout.files.values().find(leads_there)?;
    let index = layout.files.get(INDEX)?;
    let document = parse(index)?;
    let entry = items(Index::of(document.root()).manifests).next().map(Descriptor::of)?;
    let text = std::str::from_utf8(index).ok()?;
    let text = text.replace(&*entry.digest_text()?, &digest_of(Algorithm::Sha256, manifest));
    Some(text.replace(&format!("\"size\":{}", entry.size_value()?), &format!("\"size\":{}", manifest.len())))
}

fn parse(bytes: &[u8]) -> Option<Document<'_>> {
    Document::parse(bytes, &Limits::default()).ok()
}
