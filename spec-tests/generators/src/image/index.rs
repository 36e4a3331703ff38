//! Indexes: `index.json`, and those below it.

use seaworthy_image::media_type;
use seaworthy_image::views::Relation;

use super::{Builder, Listed};
use crate::draft::{Content, Link, NodeKind};
use crate::features::Features;
use crate::shape;
use crate::tree::Tree;

/// What an entry of an index leads to.
#[derive(Clone, Copy)]
enum Entry {
    Image,
    Artifact,
    Index,
    /// A manifest or an index that is listed already.
    Again,
    /// Content of a type that no specification registers.
    Foreign,
}

impl Builder<'_, '_> {
    /// The index that becomes `index.json`.
    pub(super) fn root(&mut self) {
        let is_empty = self.may(self.features.empty_indexes, 5);
        let mut links = if is_empty { Vec::new() } else { self.entries(0) };
        for link in &mut links {
            if self.may(self.features.annotations, 40) {
                let name = self.ref_name();
                link.descriptor.member("annotations").set("org.opencontainers.image.ref.name", name);
            }
        }
        let index = self.index_tree();
        links.extend(self.subject());
        self.draft.push(NodeKind::Index, Content::Document(index), links);
    }

    fn nested_index(&mut self, depth: usize) -> Listed {
        let mut links = self.entries(depth);
        let index = self.index_tree();
        let artifact_type = index.get("artifactType").and_then(Tree::as_str).map(str::to_owned);
        links.extend(self.subject());
        let node = self.push(NodeKind::Index, Content::Document(index), links);
        Listed { node, media_type: media_type::INDEX, platform: None, artifact_type }
    }

    fn index_tree(&mut self) -> Tree {
        let mut index = shape::index_tree();
        if self.has_1_1() && self.may(self.features.artifacts, 10) {
            let artifact_type = self.foreign_type();
            index.set("artifactType", artifact_type);
        }
        self.annotate(&mut index, "annotations", 15);
        self.add_unknown(&mut index);
        if self.may(self.features.advice, 15) {
            index.remove("mediaType");
        }
        index
    }

    fn entries(&mut self, depth: usize) -> Vec<Link> {
        let mut links = Vec::new();
        self.repeat(1, self.features.entries, 50, |builder| {
            if builder.room > 0 {
                let entry = builder.entry_kind(depth);
                links.push(builder.entry(entry, depth));
            }
        });
        links
    }

    fn entry_kind(&mut self, depth: usize) -> Entry {
        let Features { nested_indexes, artifacts, shared_blobs, foreign_entries, .. } = self.features;
        let kinds = [
            (Entry::Image, true),
            (Entry::Artifact, *artifacts),
            (Entry::Index, *nested_indexes && depth < self.features.depth && self.room > 1),
            (Entry::Again, *shared_blobs && !self.listed.is_empty()),
            (Entry::Foreign, *foreign_entries),
        ];
        let possible: Vec<Entry> =
            kinds.into_iter().filter(|(_, is_on)| *is_on).map(|(kind, _)| kind).collect();
        if self.choices.chance(55) { *self.choices.pick(&possible) } else { Entry::Image }
    }

    fn entry(&mut self, entry: Entry, depth: usize) -> Link {
        let listed = match entry {
            Entry::Foreign => return self.foreign_entry(),
            Entry::Again => {
                let at = self.choices.below(self.listed.len());
                self.listed[at].clone()
            }
            Entry::Image => self.add(Self::image),
            Entry::Artifact => self.add(Self::artifact),
            Entry::Index => self.add(|builder| builder.nested_index(depth + 1)),
        };
        let mut link = self.link(Relation::Entry, listed.media_type, listed.node);
        if let Some(platform) = listed.platform
            && (depth > 0 || self.may(self.features.platforms, 60))
        {
            link.descriptor.set("platform", platform);
        }
        if let Some(artifact_type) = listed.artifact_type
            && self.has_1_1()
            && self.choices.chance(60)
        {
            link.descriptor.set("artifactType", artifact_type);
        }
        link
    }

    fn add(&mut self, make: impl FnOnce(&mut Self) -> Listed) -> Listed {
        self.room -= 1;
        let listed = make(self);
        self.listed.push(listed.clone());
        listed
    }

    fn foreign_entry(&mut self) -> Link {
        let text = self.words();
        let node = self.push_bytes(text);
        let media_type = self.foreign_type();
        self.link(Relation::Entry, media_type, node)
    }
}
