//! Mutations: one edit of one part of an image, made while it is sealed.

use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;

use crate::choices::Choices;
use crate::draft::Draft;
use crate::tree::Tree;

/// A part of an image that a mutation edits. Each part says which shape of image has it, see
/// [`crate::shape::Shape::with`]. Documents, and what descriptors lead to, are stored in the
/// image: what a layout leaves out is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The `oci-layout` file.
    Header,
    /// `index.json`.
    Index,
    /// An index that is stored as a blob, below `index.json`; it lists manifests by platform.
    NestedIndex,
    /// The manifest of an image.
    Manifest,
    /// The manifest of an artifact: any other `config` than an image configuration.
    Artifact,
    /// A manifest that names another one as its `subject`.
    Referrer,
    /// The configuration of an image.
    Config,
    /// The descriptor in `index.json` of an image's manifest.
    EntryDescriptor,
    /// The descriptor of a configuration, in an image's manifest.
    ConfigDescriptor,
    /// The descriptor of a layer, in an image's manifest.
    LayerDescriptor,
    /// The `subject` of a manifest.
    SubjectDescriptor,
    /// The descriptor of a manifest in a nested index; it has a `platform`.
    PlatformDescriptor,
    /// The `platform` of such a descriptor.
    Platform,
    /// The top layer of an image with several, or its only one. What the layers below it hold in a plain
    /// image is said at [`crate::shape::Shape::Image`].
    Layer,
    /// The layout as a whole: its files after sealing.
    Layout,
}

impl Part {
    /// The descriptors whose content is a document or a layer of the image itself.
    pub const DESCRIPTORS: &'static [Part] =
        &[Part::EntryDescriptor, Part::ConfigDescriptor, Part::LayerDescriptor];

    /// The name used in the ids of cases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Header => "header",
            Part::Index => "index",
            Part::NestedIndex => "nested-index",
            Part::Manifest => "manifest",
            Part::Artifact => "artifact",
            Part::Referrer => "referrer",
            Part::Config => "config",
            Part::EntryDescriptor => "entry-descriptor",
            Part::ConfigDescriptor => "config-descriptor",
            Part::LayerDescriptor => "layer-descriptor",
            Part::SubjectDescriptor => "subject-descriptor",
            Part::PlatformDescriptor => "platform-descriptor",
            Part::Platform => "platform",
            Part::Layer => "layer",
            Part::Layout => "layout",
        }
    }
}

/// The stage of sealing at which an edit is made, and the edit.
#[derive(Debug, Clone, Copy)]
pub enum Edit {
    /// Before anything is hashed: the draft itself, where a change is one of content and
    /// descriptor together, like a layer in another compression.
    Draft(fn(&mut Draft, &mut Choices<'_>)),
    /// Before the part is written: the JSON value of a document, a descriptor or a platform,
    /// with the digests and sizes of everything below it filled in.
    Document(fn(&mut Tree, &mut Choices<'_>)),
    /// The same for a descriptor, with the content that it leads to: for a digest in another
    /// algorithm, or for embedded content.
    Descriptor(fn(&mut Tree, &[u8], &mut Choices<'_>)),
    /// Before a layer's archive is written: its entries. The diff ID follows, here and below.
    Entries(fn(&mut Vec<Member>, &mut Choices<'_>)),
    /// After a layer's archive is written, before it is compressed: its bytes.
    Archive(fn(&mut Vec<u8>, &mut Choices<'_>)),
    /// After a document is written or a layer compressed, before it is hashed.
    Bytes(fn(&mut Vec<u8>, &mut Choices<'_>)),
    /// After everything is hashed. The text is the path of the part: of the document, or of the
    /// blob that the descriptor leads to; empty for [`Part::Layout`].
    Stored(fn(&mut Memory, &str, &mut Choices<'_>)),
}

/// One edit of one part, named after what it does.
#[derive(Debug, Clone, Copy)]
pub struct Mutation {
    /// The fault (`no-colon`), or the liberty taken (`unregistered-algorithm`).
    pub name: &'static str,
    /// The parts it can be made on: each is a case of its own.
    pub parts: &'static [Part],
    /// What is done.
    pub edit: Edit,
    /// The valid mutation of the same rule that is made first. The case without this edit, the
    /// control, has that one made too: so the two differ in this edit alone.
    pub after: Option<&'static str>,
    /// The first version of the specification in which the case means anything.
    pub since: SpecVersion,
    /// The last version of the specification in which the case means anything.
    pub until: SpecVersion,
    /// A valid image that needs something which the specification leaves to the reader, like a
    /// digest algorithm that it MAY support: a program that refuses it still conforms.
    pub may_be_refused: bool,
    /// A valid image that breaks advice to whoever makes images, and no requirement: everybody has to
    /// take it, and a validator may warn.
    pub against_advice: bool,
}

impl Mutation {
    /// An edit of the draft before anything is hashed.
    pub const fn draft(
        name: &'static str,
        parts: &'static [Part],
        edit: fn(&mut Draft, &mut Choices<'_>),
    ) -> Mutation {
        Mutation::new(name, parts, Edit::Draft(edit))
    }

    /// An edit of a JSON value before it is written.
    pub const fn document(
        name: &'static str,
        parts: &'static [Part],
        edit: fn(&mut Tree, &mut Choices<'_>),
    ) -> Mutation {
        Mutation::new(name, parts, Edit::Document(edit))
    }

    /// An edit of a descriptor that depends on the content it leads to.
    pub const fn descriptor(
        name: &'static str,
        parts: &'static [Part],
        edit: fn(&mut Tree, &[u8], &mut Choices<'_>),
    ) -> Mutation {
        Mutation::new(name, parts, Edit::Descriptor(edit))
    }

    /// An edit of the entries of a layer before they are written.
    pub const fn entries(name: &'static str, edit: fn(&mut Vec<Member>, &mut Choices<'_>)) -> Mutation {
        Mutation::new(name, &[Part::Layer], Edit::Entries(edit))
    }

    /// An edit of a layer's archive before it is compressed.
    pub const fn archive(name: &'static str, edit: fn(&mut Vec<u8>, &mut Choices<'_>)) -> Mutation {
        Mutation::new(name, &[Part::Layer], Edit::Archive(edit))
    }

    /// An edit of the bytes of a document or a layer before they are hashed.
    pub const fn bytes(
        name: &'static str,
        parts: &'static [Part],
        edit: fn(&mut Vec<u8>, &mut Choices<'_>),
    ) -> Mutation {
        Mutation::new(name, parts, Edit::Bytes(edit))
    }

    /// An edit of the stored files after everything is hashed.
    pub const fn stored(
        name: &'static str,
        parts: &'static [Part],
        edit: fn(&mut Memory, &str, &mut Choices<'_>),
    ) -> Mutation {
        Mutation::new(name, parts, Edit::Stored(edit))
    }

    const fn new(name: &'static str, parts: &'static [Part], edit: Edit) -> Mutation {
        Mutation {
            name,
            parts,
            edit,
            after: None,
            since: SpecVersion::V1_0_2,
            until: SpecVersion::Dev,
            may_be_refused: false,
            against_advice: false,
        }
    }

    /// Makes the valid mutation of that name first, here and in the control.
    pub const fn after(self, valid: &'static str) -> Mutation {
        Mutation { after: Some(valid), ..self }
    }

    /// Leaves the case out before `version`.
    pub const fn since(self, version: SpecVersion) -> Mutation {
        Mutation { since: version, ..self }
    }

    /// Leaves the case out after `version`.
    pub const fn until(self, version: SpecVersion) -> Mutation {
        Mutation { until: version, ..self }
    }

    /// Says that readers are free to refuse the image although it is valid.
    pub const fn may_be_refused(self) -> Mutation {
        Mutation { may_be_refused: true, ..self }
    }

    /// Says that the image is not what a maker of images is advised to make, although it is valid.
    pub const fn against_advice(self) -> Mutation {
        Mutation { against_advice: true, ..self }
    }

    /// Whether the case means anything in `version`.
    pub fn is_in(&self, version: SpecVersion) -> bool {
        (self.since..=self.until).contains(&version)
    }
}
