//! What a rule is made of.

use seaworthy_generators::mutation::Mutation;
use seaworthy_image::conversion::RuntimeConfig;
use seaworthy_image::digest::Digest;
use seaworthy_image::graph::{Blob, Stored};
use seaworthy_image::json::{Document, Value};
use seaworthy_image::layer::Layer;
use seaworthy_image::layout::Entry;
use seaworthy_image::tar::Member;
use seaworthy_image::views::{
    Config, Descriptor, DocumentKind, Execution, Header, History, Index, Manifest, Platform, Relation,
};

use crate::finding::Findings;
use crate::grade::Grade;
use crate::paths::Paths;

/// One requirement: how strong it is, how a breach is found, and edits that keep or break it.
#[derive(Debug)]
pub struct Rule {
    /// Its level in each version of the specification.
    pub grade: Grade,
    /// Where it stands: `file.md#anchor`, as of 1.1.1, or of the only version that has it.
    pub section: &'static str,
    /// Who has to act on it, apart from the content itself. A program in one of these roles is
    /// obliged to refuse what breaks the rule; a validator always is.
    pub binds: &'static [Role],
    /// How a breach is found.
    pub check: Check,
    /// Edits that keep the rule and every other.
    pub valid: &'static [Mutation],
    /// Edits that break this rule and no other.
    pub invalid: &'static [Mutation],
    /// Edits that keep every rule on content, but make an image that nobody can do right by: the
    /// roles of [`Rule::binds`] are obliged to refuse it.
    pub refused: &'static [Mutation],
    /// Edits on which the specification is silent or contradicts itself: what programs make of
    /// them is recorded, and never scored.
    pub unclear: &'static [Mutation],
}

impl Rule {
    /// The parts that most rules leave as they are, to be named with `..Rule::BASE`.
    pub const BASE: Rule = Rule {
        grade: Grade::must(),
        section: "",
        binds: &[],
        check: Check::Behaviour,
        valid: &[],
        invalid: &[],
        refused: &[],
        unclear: &[],
    };
}

/// What a program does with an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Says whether the image keeps to the specification.
    Validator,
    /// Reads the image and acts on what it says.
    Reader,
    /// Keeps the image or copies it: a registry, a copy tool.
    Storer,
    /// Unpacks the image's file system.
    Unpacker,
    /// Turns the image's configuration into one of a runtime.
    Converter,
    /// Makes images.
    Builder,
}

impl Role {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Validator => "validator",
            Role::Reader => "reader",
            Role::Storer => "storer",
            Role::Unpacker => "unpacker",
            Role::Converter => "converter",
            Role::Builder => "builder",
        }
    }
}

/// How a breach of a rule is found: the kind of thing that is looked at, and the function that
/// looks. A function is called once for each such thing in an image.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Nothing shows in the bytes: the requirement is on what a program does with valid content,
    /// and its cases are its valid mutations.
    Behaviour,
    /// The same, where the program is a converter: its runtime configuration is looked at.
    Conversion(fn(&Converted<'_>, &mut Findings<'_>)),
    /// Any JSON document of the image.
    Json(fn(&Document<'_>, &mut Findings<'_>)),
    /// A document that a descriptor leads to, with the format that its media type names. What is
    /// found to be in another format is judged by no other rule: it would break them all.
    Format(fn(Value<'_>, DocumentKind, &mut Findings<'_>)),
    /// The value in `index.json`, whatever it is. What is found not to be an index at all is judged
    /// by no other rule: it would break them all.
    EntryPoint(fn(Value<'_>, &mut Findings<'_>)),
    /// The `oci-layout` file.
    Header(fn(&Header<'_>, &mut Findings<'_>)),
    /// An image index.
    Index(fn(&Index<'_>, &mut Findings<'_>)),
    /// An image manifest.
    Manifest(fn(&Manifest<'_>, &mut Findings<'_>)),
    /// An image configuration.
    Config(fn(&Config<'_>, &mut Findings<'_>)),
    /// The `config` member of an image configuration, where it is an object.
    Execution(fn(&Execution<'_>, &mut Findings<'_>)),
    /// An element of the `history` of an image configuration, where it is an object.
    History(fn(&History<'_>, &mut Findings<'_>)),
    /// A descriptor, wherever one is expected; its value need not be an object.
    Descriptor(fn(&Descriptor<'_>, Relation, &mut Findings<'_>)),
    /// The `platform` of a descriptor, whatever its type.
    Platform(fn(&Platform<'_>, &mut Findings<'_>)),
    /// The value of an `annotations` member of a document or a descriptor, whatever its type, or
    /// of the `Labels` of a configuration.
    Annotations(fn(Value<'_>, Annotated, &mut Findings<'_>)),
    /// A descriptor together with what is stored under its digest.
    Blob(fn(&Descriptor<'_>, Relation, &Blob, &mut Findings<'_>)),
    /// A stored blob that nothing in the layout leads to, with the digest that its path spells.
    Unreferenced(fn(&Digest<'_>, &Stored, &mut Findings<'_>)),
    /// A manifest together with the image configuration it leads to. Report places in the
    /// manifest.
    Image(fn(&Manifest<'_>, &Config<'_>, &mut Findings<'_>)),
    /// The names and types of the files of a layout.
    Files(fn(&[Entry], &mut Findings<'_>)),
    /// An entry of the archive in a layer of an image, with the paths of those before it. Report with
    /// [`Findings::report_entry`]. A blob that is a layer of several images is looked at once.
    Entry(fn(&Member, &Paths, &mut Findings<'_>)),
    /// A layer of an image once it has been read, whatever refers to it, with the paths of all of its
    /// entries. Report with [`Findings::report_archive`]. Once for each blob, too.
    Archive(fn(&Layer, &Paths, &mut Findings<'_>)),
    /// A layer of an image in its place. Report places in the manifest.
    Layer(fn(&LayerPlace<'_, '_>, &mut Findings<'_>)),
}

/// A layer in its place in an image.
#[derive(Debug)]
pub struct LayerPlace<'l, 'd> {
    /// Its descriptor in the manifest.
    pub descriptor: Descriptor<'d>,
    /// How many layers there are below it.
    pub index: usize,
    /// What the configuration has in its list of DiffIDs in the same place; `None` if the configuration
    /// is not stored or has nothing there.
    pub diff_id: Option<Value<'l>>,
    /// What was read of it.
    pub layer: &'l Layer,
}

impl LayerPlace<'_, '_> {
    /// Whether what was read is what the descriptor means: its digest is right. About other content
    /// there is nothing further to say.
    pub fn is_content(&self) -> bool {
        let digest = self.layer.stored.digest.as_deref();
        digest.is_some() && self.descriptor.digest_text().as_deref() == digest
    }
}

/// What a converter made of an image's configuration. A check of the two looks only at what its own
/// requirement speaks of: everything else is free, or the matter of another rule.
#[derive(Debug)]
pub struct Converted<'c> {
    /// The image's configuration.
    pub config: Config<'c>,
    /// What the reference makes of it.
    pub wanted: &'c RuntimeConfig,
    /// What the converter made of it.
    pub found: &'c RuntimeConfig,
}

/// What a map of annotations belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annotated {
    /// An index.
    Index,
    /// A manifest.
    Manifest,
    /// A descriptor, standing as the given relation; true if that is an entry of `index.json`.
    Descriptor(Relation, bool),
    /// The `Labels` of an image configuration.
    Labels,
}
