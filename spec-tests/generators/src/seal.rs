//! Sealing: a draft becomes a layout, hashed bottom-up, with edits on the way.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::layout::{self, Memory, blob_path};
use seaworthy_image::views::Relation;

use crate::choices::Choices;
use crate::draft::{Content, Draft, Link, Node, NodeId, NodeKind};
use crate::layer::{self, Layer};
use crate::mutation::{Edit, Part};
use crate::shape::{base_layer, base64, top_layer};
use crate::tree::Tree;

/// Where in a draft a [`Part`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Site {
    Header,
    Document(NodeId),
    Descriptor(NodeId, usize),
    Platform(NodeId, usize),
    Layout,
}

/// A draft with the edits of itself made, and the places of the others in it.
type Edited<'d> = (Cow<'d, Draft>, Vec<(Site, Edit)>);

/// A node that has been hashed.
#[derive(Clone)]
struct Sealed {
    bytes: Vec<u8>,
    digest: String,
    /// A layer's archive before compression; `None` if these are the bytes themselves.
    archive: Option<Archive>,
}

/// A layer before compression.
#[derive(Clone)]
struct Archive {
    bytes: Vec<u8>,
    /// Its SHA-256 digest, if that is known already.
    digest: Option<String>,
}

impl Sealed {
    /// The digest of the content before compression.
    fn diff_id(&self, algorithm: Algorithm) -> String {
        match &self.archive {
            Some(Archive { digest: Some(digest), .. }) if algorithm == Algorithm::Sha256 => digest.clone(),
            Some(Archive { bytes, .. }) => digest_of(algorithm, bytes),
            None => digest_of(algorithm, &self.bytes),
        }
    }
}

/// The layers of plain images, sealed under SHA-256. Most images are plain but for an edit, and it is packing
/// and hashing these that takes the time.
static PLAIN: LazyLock<[(Layer, Sealed); 2]> = LazyLock::new(|| {
    [base_layer(), top_layer()].map(|members| {
        let layer = Layer::new(members);
        let archive = layer.archive();
        let bytes = layer.packing.pack(&archive);
        let digest = digest_of(Algorithm::Sha256, &bytes);
        let diff_id = digest_of(Algorithm::Sha256, &archive);
        let archive = Some(Archive { bytes: archive, digest: Some(diff_id) });
        (layer, Sealed { bytes, digest, archive })
    })
});

impl Draft {
    /// Seals the image as it is.
    pub fn seal(&self, choices: &mut Choices<'_>) -> Memory {
        self.seal_with(&[], choices).unwrap_or_default()
    }

    /// Seals the image with edits of one part, in order. `None` if the image has no such part.
    ///
    /// Everything above an edit is hashed anew. When an edit changes a descriptor's digest to
    /// another that can be a path, the blob is filed there too: the image then has one reason to
    /// be refused, and not a missing blob besides.
    pub fn seal_with(&self, edits: &[(Part, Edit)], choices: &mut Choices<'_>) -> Option<Memory> {
        let (draft, sites) = self.edited(edits, choices)?;
        let mut sealing = Sealing::new(&draft, &sites, None);
        sealing.run(choices);
        Some(sealing.layout)
    }

    /// What the part says once these edits of it are made: the JSON of a document, a descriptor or
    /// a platform, the bytes of a document, or a list of a layer's entries. `None` for [`Part::Layout`] and for an image
    /// without the part.
    pub fn part_with(
        &self,
        part: Part,
        edits: &[(Part, Edit)],
        choices: &mut Choices<'_>,
    ) -> Option<Vec<u8>> {
        let (draft, sites) = self.edited(edits, choices)?;
        let watched = draft.site(part)?;
        let mut sealing = Sealing::new(&draft, &sites, Some(watched));
        sealing.run(choices);
        sealing.shown
    }

    /// The draft with the edits of itself made, and the places of all others in it. `None` if the
    /// image lacks a part.
    fn edited(&self, edits: &[(Part, Edit)], choices: &mut Choices<'_>) -> Option<Edited<'_>> {
        if !edits.iter().all(|(part, _)| self.has(*part)) {
            return None;
        }
        let mut draft = Cow::Borrowed(self);
        for (_, edit) in edits {
            if let Edit::Draft(edit) = edit {
                edit(draft.to_mut(), choices);
            }
        }
        let sites =
            edits.iter().map(|(part, edit)| Some((draft.site(*part)?, *edit))).collect::<Option<Vec<_>>>()?;
        Some((draft, sites))
    }

    /// Whether the image has the part.
    pub fn has(&self, part: Part) -> bool {
        self.site(part).is_some()
    }

    /// The node that a part is; `None` if the part is no node, or the image lacks it.
    pub fn node(&self, part: Part) -> Option<NodeId> {
        match self.site(part)? {
            Site::Document(id) => Some(id),
            _ => None,
        }
    }

    /// The part as it is before sealing: a document without its descriptors, a descriptor without
    /// its digest and size, or a platform. `None` if the image lacks it, or if it is no such thing.
    pub fn part(&self, part: Part) -> Option<&Tree> {
        let descriptor = |id: NodeId, at: usize| &self.nodes[id].links[at].descriptor;
        match self.site(part)? {
            Site::Header => Some(&self.header),
            Site::Document(id) => match &self.nodes[id].content {
                Content::Document(tree) => Some(tree),
                Content::Layer(_) | Content::Bytes(_) => None,
            },
            Site::Descriptor(id, at) => Some(descriptor(id, at)),
            Site::Platform(id, at) => descriptor(id, at).get("platform"),
            Site::Layout => None,
        }
    }

    /// The first place that answers to the part, seen from the root.
    fn site(&self, part: Part) -> Option<Site> {
        let root = self.root();
        let node = |kind: NodeKind| {
            self.reachable().into_iter().find(|&id| id != root && self.nodes[id].kind == kind)
        };
        let link = |id: NodeId, relation: Relation, wanted: &dyn Fn(&Link) -> bool| {
            let links = &self.nodes[id].links;
            let is_wanted = |link: &Link| link.relation == relation && wanted(link);
            let is_stored = |link: &Link| self.nodes[link.target].stored;
            let at = links.iter().position(|link| is_wanted(link) && is_stored(link))?;
            Some(Site::Descriptor(id, at))
        };
        let leads_to = |kind: NodeKind| move |link: &Link| self.nodes[link.target].kind == kind;
        let referrer = || {
            self.reachable().into_iter().find(|&id| {
                let Node { kind, links, .. } = &self.nodes[id];
                let is_manifest = matches!(kind, NodeKind::Manifest | NodeKind::Artifact);
                is_manifest && links.iter().any(|link| link.relation == Relation::Subject)
            })
        };
        match part {
            Part::Header => Some(Site::Header),
            Part::Layout => Some(Site::Layout),
            Part::Index => Some(Site::Document(root)),
            Part::NestedIndex => node(NodeKind::Index).map(Site::Document),
            Part::Manifest => node(NodeKind::Manifest).map(Site::Document),
            Part::Artifact => node(NodeKind::Artifact).map(Site::Document),
            Part::Config => node(NodeKind::Config).map(Site::Document),
            Part::Referrer => referrer().map(Site::Document),
            Part::EntryDescriptor => link(root, Relation::Entry, &leads_to(NodeKind::Manifest)),
            Part::ConfigDescriptor => link(node(NodeKind::Manifest)?, Relation::Config, &|_| true),
            Part::LayerDescriptor => link(node(NodeKind::Manifest)?, Relation::Layer, &|_| true),
            Part::SubjectDescriptor => link(referrer()?, Relation::Subject, &|_| true),
            Part::Layer => self.top_layer(node(NodeKind::Manifest)?).map(Site::Document),
            Part::PlatformDescriptor => link(node(NodeKind::Index)?, Relation::Entry, &has_platform),
            Part::Platform => match link(node(NodeKind::Index)?, Relation::Entry, &has_platform)? {
                Site::Descriptor(id, at) => Some(Site::Platform(id, at)),
                _ => None,
            },
        }
    }

    /// The highest layer of an image that is stored.
    fn top_layer(&self, manifest: NodeId) -> Option<NodeId> {
        let links = self.nodes[manifest].links.iter().rev();
        let mut layers = links.filter(|link| link.relation == Relation::Layer).map(|link| link.target);
        layers
            .find(|&layer| self.nodes[layer].stored && matches!(self.nodes[layer].content, Content::Layer(_)))
    }

    /// Every node that the root leads to by way of stored blobs, nearest first: what a reader of
    /// the layout gets to see.
    fn reachable(&self) -> Vec<NodeId> {
        let mut order = vec![self.root()];
        let mut at = 0;
        while let Some(&id) = order.get(at) {
            for link in &self.nodes[id].links {
                if self.nodes[link.target].stored && !order.contains(&link.target) {
                    order.push(link.target);
                }
            }
            at += 1;
        }
        order
    }
}

fn has_platform(link: &Link) -> bool {
    link.descriptor.get("platform").is_some()
}

struct Sealing<'s> {
    draft: &'s Draft,
    edits: &'s [(Site, Edit)],
    layout: Memory,
    sealed: Vec<Sealed>,
    /// A site that somebody wants to see, and what it came to say.
    watched: Option<Site>,
    shown: Option<Vec<u8>>,
}

impl<'s> Sealing<'s> {
    fn new(draft: &'s Draft, edits: &'s [(Site, Edit)], watched: Option<Site>) -> Self {
        Sealing { draft, edits, layout: Memory::default(), sealed: Vec::new(), watched, shown: None }
    }

    fn run(&mut self, choices: &mut Choices<'_>) {
        for (id, node) in self.draft.nodes.iter().enumerate() {
            let sealed = match self.plain(id, node) {
                Some(plain) => plain.clone(),
                None => self.node(id, node, choices),
            };
            if node.stored && id != self.draft.root() {
                self.file(&sealed.digest, &sealed.bytes);
            }
            self.sealed.push(sealed);
        }
        self.finish(choices);
    }

    /// What a layer of a plain image comes to, if the node is one, and nobody edits it or looks at it.
    fn plain(&self, id: NodeId, node: &Node) -> Option<&'static Sealed> {
        let Content::Layer(layer) = &node.content else { return None };
        let site = Site::Document(id);
        let is_edited = self.edits.iter().any(|(edited, _)| *edited == site);
        if is_edited || self.watched == Some(site) || node.algorithm != Algorithm::Sha256 {
            return None;
        }
        PLAIN.iter().find(|(plain, _)| plain == layer).map(|(_, sealed)| sealed)
    }

    fn node(&mut self, id: NodeId, node: &Node, choices: &mut Choices<'_>) -> Sealed {
        let site = Site::Document(id);
        let (bytes, archive) = match &node.content {
            Content::Bytes(bytes) => (self.edited_bytes(site, bytes.clone(), choices), None),
            Content::Layer(layer) => {
                let (bytes, archive) = self.layer(site, layer, choices);
                (bytes, Some(Archive { bytes: archive, digest: None }))
            }
            Content::Document(tree) => {
                let mut tree = tree.clone();
                self.put_descriptors(&mut tree, id, node, choices);
                self.put_diff_ids(&mut tree, node);
                self.edit_tree(site, &mut tree, &[], choices);
                let bytes = tree.write(&self.draft.style, choices);
                (self.edited_bytes(site, bytes, choices), None)
            }
        };
        let digest = digest_of(node.algorithm, &bytes);
        Sealed { bytes, digest, archive }
    }

    /// Packs a layer, with edits on the way: the layer, and its archive.
    fn layer(&mut self, site: Site, layer: &Layer, choices: &mut Choices<'_>) -> (Vec<u8>, Vec<u8>) {
        let mut members = layer.members.clone();
        for (_, edit) in self.edits.iter().filter(|(edited, _)| *edited == site) {
            if let Edit::Entries(edit) = edit {
                edit(&mut members, choices);
            }
        }
        let mut archive = layer.archive_of(&members);
        for (_, edit) in self.edits.iter().filter(|(edited, _)| *edited == site) {
            if let Edit::Archive(edit) = edit {
                edit(&mut archive, choices);
            }
        }
        let mut bytes = layer.packing.pack(&archive);
        self.edit_bytes(site, &mut bytes, choices);
        self.show(site, || layer::describe(&members, &archive, &bytes).into_bytes());
        (bytes, archive)
    }

    fn put_diff_ids(&self, tree: &mut Tree, node: &Node) {
        if !node.diff_ids.is_empty() {
            let layers = node.diff_ids.iter();
            let diff_ids: Vec<Tree> =
                layers.map(|&(layer, algorithm)| self.sealed[layer].diff_id(algorithm).into()).collect();
            tree.member("rootfs").set("diff_ids", diff_ids);
        }
    }

    fn put_descriptors(&mut self, tree: &mut Tree, id: NodeId, node: &Node, choices: &mut Choices<'_>) {
        let mut lists: BTreeMap<&str, Vec<Tree>> = BTreeMap::new();
        match node.kind {
            NodeKind::Index => drop(lists.insert("manifests", Vec::new())),
            NodeKind::Manifest | NodeKind::Artifact => drop(lists.insert("layers", Vec::new())),
            NodeKind::Config | NodeKind::Opaque => {}
        }
        for (at, link) in node.links.iter().enumerate() {
            let descriptor = self.descriptor(Site::Descriptor(id, at), Site::Platform(id, at), link, choices);
            match link.relation {
                Relation::Entry => lists.entry("manifests").or_default().push(descriptor),
                Relation::Layer => lists.entry("layers").or_default().push(descriptor),
                Relation::Config => tree.set("config", descriptor),
                Relation::Subject => tree.set("subject", descriptor),
            }
        }
        lists.into_iter().for_each(|(name, list)| tree.set(name, list));
    }

    fn descriptor(&mut self, site: Site, platform: Site, link: &Link, choices: &mut Choices<'_>) -> Tree {
        let target = &self.sealed[link.target];
        let mut descriptor = Tree::Object(Vec::new());
        descriptor.set("mediaType", link.descriptor.text("mediaType"));
        descriptor.set("digest", target.digest.as_str());
        descriptor.set("size", target.bytes.len() as i64);
        if let Tree::Object(members) = &link.descriptor {
            members.iter().for_each(|(name, value)| descriptor.set(name, value.clone()));
        }
        if link.embed {
            descriptor.set("data", base64(&target.bytes));
        }
        if self.edits.iter().any(|(edited, _)| *edited == platform) || self.watched == Some(platform) {
            self.edit_tree(platform, descriptor.member("platform"), &[], choices);
            self.show(platform, || descriptor.member("platform").compact());
        }
        self.edit_tree(site, &mut descriptor, &self.sealed[link.target].bytes, choices);
        self.show(site, || descriptor.compact());
        self.refile(link.target, &descriptor);
        descriptor
    }

    /// Files a node's content under another digest that a descriptor gives it. A descriptor whose
    /// size is another one as well is not of that content any more.
    fn refile(&mut self, target: NodeId, descriptor: &Tree) {
        let (sealed, digest) = (&self.sealed[target], descriptor.text("digest"));
        let is_same_size = descriptor.get("size") == Some(&Tree::Integer(sealed.bytes.len() as i64));
        if sealed.digest != digest && is_same_size && self.draft.nodes[target].stored {
            let bytes = sealed.bytes.clone();
            self.file(digest, &bytes);
        }
    }

    fn file(&mut self, digest: &str, bytes: &[u8]) {
        if let Ok(digest) = Digest::parse(digest) {
            self.layout.files.insert(blob_path(&digest), bytes.to_vec());
        }
    }

    /// Edits a value; `content` is what it leads to, if it is a descriptor.
    fn edit_tree(&self, site: Site, tree: &mut Tree, content: &[u8], choices: &mut Choices<'_>) {
        for (_, edit) in self.edits.iter().filter(|(edited, _)| *edited == site) {
            match edit {
                Edit::Document(edit) => edit(tree, choices),
                Edit::Descriptor(edit) => edit(tree, content, choices),
                Edit::Draft(_) | Edit::Entries(_) | Edit::Archive(_) | Edit::Bytes(_) | Edit::Stored(_) => {}
            }
        }
    }

    /// Keeps what a site says, if it is the one that is asked for.
    fn show(&mut self, site: Site, text: impl FnOnce() -> Vec<u8>) {
        if self.watched == Some(site) {
            self.shown = Some(text());
        }
    }

    fn edited_bytes(&mut self, site: Site, mut bytes: Vec<u8>, choices: &mut Choices<'_>) -> Vec<u8> {
        self.edit_bytes(site, &mut bytes, choices);
        self.show(site, || bytes.clone());
        bytes
    }

    fn edit_bytes(&self, site: Site, bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
        for (edited, edit) in self.edits {
            if let (true, Edit::Bytes(edit)) = (*edited == site, edit) {
                edit(bytes, choices);
            }
        }
    }

    fn finish(&mut self, choices: &mut Choices<'_>) {
        let mut header = self.draft.header.clone();
        self.edit_tree(Site::Header, &mut header, &[], choices);
        let header = header.write(&self.draft.style, choices);
        let header = self.edited_bytes(Site::Header, header, choices);
        let root = self.sealed.pop().map(|sealed| sealed.bytes).unwrap_or_default();
        self.layout.files.insert(layout::HEADER.to_owned(), header);
        self.layout.files.insert(layout::INDEX.to_owned(), root);
        self.layout.files.extend(self.draft.extras.iter().cloned());
        if !self.layout.files.keys().any(|path| path.starts_with("blobs/")) {
            self.layout.others.insert(layout::BLOBS.to_owned(), layout::EntryKind::Directory);
        }
        for (site, edit) in self.edits {
            if let Edit::Stored(edit) = edit {
                let path = self.path(*site);
                edit(&mut self.layout, &path, choices);
            }
        }
    }

    /// The path of what a site holds, or leads to.
    fn path(&self, site: Site) -> String {
        let node = match site {
            Site::Header => return layout::HEADER.to_owned(),
            Site::Layout => return String::new(),
            Site::Document(id) if id == self.draft.root() => return layout::INDEX.to_owned(),
            Site::Document(id) => id,
            Site::Descriptor(id, at) | Site::Platform(id, at) => self.draft.nodes[id].links[at].target,
        };
        Digest::parse(&self.sealed[node].digest).map(|digest| blob_path(&digest)).unwrap_or_default()
    }
}
