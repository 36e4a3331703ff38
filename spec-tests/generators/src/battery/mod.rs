//! The safety battery: images that try to make a program do harm, and twins of them that do not.
//!
//! Whether a program takes such an image says little: a link that leads out of the root is part of many
//! good images, and harmful only when something is written through it. So each case says by which
//! *effect* it is judged, see [`Expect`]. What the specification asks is a matter of the rules; a program
//! that fails a case here may still conform, and be unsafe.
//!
//! A family of cases is one file, with the references it comes from. Every family has cases that have to
//! be preserved: so a program that is safe because it refuses everything is seen too.
//!
//! Threats are numbered by what they are about: descriptors and digests (DIG), the configuration (CFG), the
//! reading of archives (TAR), leaving the root (EXT), whiteouts (WHI), compression (CMP), layouts (LAY),
//! and conventions and people (ART). A family is called after the first of its threats. Layouts are handed
//! over as directories, but for those of LAY-06: they are tar archives, for the programs that read such.
//!
//! | threat | family |
//! |---|---|
//! | DIG-01 | `digests_as_paths` |
//! | DIG-02 | `digests_out_of_grammar` |
//! | DIG-03 | `algorithms_unverified` |
//! | DIG-04 | `bytes_never_read` |
//! | DIG-05 | `sizes_of_descriptors` |
//! | DIG-06 | `embedded_content` |
//! | DIG-07 | none: what a registry answers is for the client of `seaworthy-registry` |
//! | DIG-08 | `entries_that_are_skipped` |
//! | DIG-09 | `indexes_that_grow` |
//! | DIG-10 | none: a circle of referrers can only be told by a registry |
//! | DIG-11 | `platforms_twice` |
//! | CFG-01 | `users_out_of_range` |
//! | CFG-02 | `accounts_out_of_range` |
//! | CFG-03 | `accounts_that_grow` |
//! | CFG-04 | none: labels become annotations whatever their names are; what they mean is up to the runtime |
//! | CFG-05 | `labels_that_command` |
//! | CFG-06 | `variables_of_the_host` |
//! | CFG-07 | `directories_of_a_configuration` |
//! | CFG-08 | `directories_of_a_configuration` |
//! | CFG-09 | `values_out_of_form` |
//! | CFG-10 | `places_of_a_runtime` |
//! | TAR-01 | `sizes_that_differ` |
//! | TAR-02 | `sizes_that_differ` |
//! | TAR-03 | `sizes_that_differ` |
//! | TAR-04 | `sizes_without_data` |
//! | TAR-05 | `names_that_differ` |
//! | TAR-06 | `names_that_differ` |
//! | TAR-07 | `names_that_differ` |
//! | TAR-08 | `names_that_differ` |
//! | TAR-09 | `records_malformed` |
//! | TAR-10 | `names_that_differ` |
//! | TAR-11 | `numbers_of_records` |
//! | TAR-12 | `sizes_in_headers` |
//! | TAR-13 | `carriers_of_other_dialects` |
//! | TAR-14 | `prefixes_of_other_dialects` |
//! | TAR-15 | `names_that_differ` |
//! | TAR-16 | `slashes_after_links` |
//! | TAR-17 | `ends_of_archives` |
//! | TAR-18 | `ends_of_archives` |
//! | TAR-19 | `headers_that_grow` |
//! | TAR-20 | `maps_of_sparse_files` |
//! | TAR-21 | `headers_that_grow` |
//! | TAR-22 | `chains_of_links` |
//! | TAR-23 | `names_that_collide` |
//! | TAR-24 | `odd_names` |
//! | TAR-25 | `paths_twice` |
//! | EXT-01 | `names_that_leave` |
//! | EXT-02 | `writes_through_links` |
//! | EXT-03 | `chains_of_links` |
//! | EXT-04 | `files_over_links` |
//! | EXT-05 | `directories_over_links` |
//! | EXT-06 | `types_that_change` |
//! | EXT-07 | `links_of_lower_layers` |
//! | EXT-08 | `hard_link_targets` |
//! | EXT-09 | `hard_link_targets` |
//! | EXT-10 | `roots_replaced` |
//! | EXT-11 | `slashes_after_links` |
//! | EXT-12 | `links_into_processes` |
//! | EXT-13 | `names_that_differ` |
//! | EXT-14 | `types_that_change` |
//! | EXT-15 | `names_that_collide` |
//! | EXT-16 | `special_files` |
//! | EXT-17 | `powers_of_files` |
//! | EXT-18 | `numbers_out_of_range` |
//! | EXT-19 | `odd_names` |
//! | EXT-20 | none: races are about containers that run |
//! | EXT-21 | none: mounts are about builds and containers that run |
//! | EXT-22 | `files_of_other_kinds` |
//! | EXT-23 | `failures_half_way` |
//! | EXT-24 | none: it is about the archives of `docker save`, which are no layouts |
//! | EXT-25 | `names_of_references` |
//! | WHI-01 | `whiteouts_that_climb` |
//! | WHI-02 | `whiteouts_that_climb` |
//! | WHI-03 | `whiteouts_through_links` |
//! | WHI-04 | `whiteouts_in_their_layer` |
//! | WHI-05 | `whiteouts_in_their_layer` |
//! | WHI-06 | `whiteouts_in_their_layer` |
//! | WHI-07 | `whiteouts_in_their_layer` |
//! | WHI-08 | `whiteouts_in_their_layer` |
//! | WHI-09 | `whiteouts_in_their_layer` |
//! | WHI-10 | none: what a whiteout of nothing, or of everything, does is asked by the rules on layers |
//! | WHI-11 | `special_files` |
//! | WHI-12 | `whiteouts_in_their_layer` |
//! | CMP-01 | `streams_that_grow` |
//! | CMP-02 | `windows_that_grow` |
//! | CMP-03 | `streams_that_grow` |
//! | CMP-04 | `frames_to_skip` |
//! | CMP-05 | `streams_of_another_type` |
//! | CMP-06 | `streams_for_helpers` |
//! | CMP-07 | none: whether memory is safe shows under a sanitizer only, and is for the fuzz targets |
//! | CMP-08 | `streams_that_grow` |
//! | LAY-01 | `files_of_other_kinds` |
//! | LAY-02 | `names_of_references` |
//! | LAY-03 | `names_of_references` |
//! | LAY-04 | `sizes_of_descriptors` |
//! | LAY-05 | `files_beside_an_image` |
//! | LAY-06 | `archives_of_layouts` |
//! | LAY-07 | `layouts_that_grow` |
//! | ART-01 | `titles_as_paths` |
//! | ART-02 | `titles_as_paths` |
//! | ART-03 | `text_for_terminals` |
//! | ART-04 | `text_for_logs` |
//! | ART-05 | `names_of_references` |
//! | ART-06 | none: what Seaworthy prints of images is for the tests of its reports |

use seaworthy_image::digest::Algorithm;
use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type::{self, Compression};
use seaworthy_image::tar::EntryKind;
use seaworthy_image::views::Relation;

use crate::choices::{Choices, seeded};
use crate::draft::{Content, Draft, Link, NodeKind};
use crate::layer::{Layer, Packing, file, with};
use crate::layout_archive;
use crate::mutation::{Edit, Part};
use crate::shape::Shape;

/// Declares the families: a line is all that a new file needs.
macro_rules! families {
    ($($module:ident,)*) => {
        $(mod $module;)*

        /// Every family, by what it is about.
        pub const FAMILIES: &[&Family] = &[$(&$module::FAMILY,)*];

        /// The names of their files.
        #[cfg(test)]
        const FILES: &[&str] = &[$(stringify!($module),)*];
    };
}

families! {
    digests_as_paths,
    digests_out_of_grammar,
    algorithms_unverified,
    bytes_never_read,
    sizes_of_descriptors,
    embedded_content,
    entries_that_are_skipped,
    indexes_that_grow,
    platforms_twice,
    users_out_of_range,
    accounts_out_of_range,
    accounts_that_grow,
    labels_that_command,
    variables_of_the_host,
    directories_of_a_configuration,
    values_out_of_form,
    places_of_a_runtime,
    sizes_that_differ,
    sizes_without_data,
    names_that_differ,
    records_malformed,
    numbers_of_records,
    sizes_in_headers,
    carriers_of_other_dialects,
    prefixes_of_other_dialects,
    ends_of_archives,
    headers_that_grow,
    maps_of_sparse_files,
    paths_twice,
    names_that_leave,
    writes_through_links,
    chains_of_links,
    files_over_links,
    directories_over_links,
    types_that_change,
    links_of_lower_layers,
    hard_link_targets,
    roots_replaced,
    slashes_after_links,
    links_into_processes,
    names_that_collide,
    special_files,
    powers_of_files,
    numbers_out_of_range,
    odd_names,
    files_of_other_kinds,
    failures_half_way,
    whiteouts_that_climb,
    whiteouts_through_links,
    whiteouts_in_their_layer,
    streams_that_grow,
    windows_that_grow,
    frames_to_skip,
    streams_of_another_type,
    streams_for_helpers,
    names_of_references,
    files_beside_an_image,
    archives_of_layouts,
    layouts_that_grow,
    titles_as_paths,
    text_for_terminals,
    text_for_logs,
}

/// Cases that try one thing.
#[derive(Debug)]
pub struct Family {
    /// Its id, such as `EXT-01`.
    pub id: &'static str,
    /// What is tried, and why it works on some programs.
    pub says: &'static str,
    /// The advisories that it comes from: CVE, RUSTSEC and GHSA numbers.
    pub references: &'static [&'static str],
    /// The cases.
    pub cases: &'static [Case],
}

/// How the ids of families begin in the results of a run.
pub const PREFIX: &str = "safety/";

impl Family {
    /// Its id in the results of a run, such as `safety/ext-01`.
    pub fn name(&self) -> String {
        format!("{PREFIX}{}", self.id.to_lowercase())
    }

    /// The id of one of its cases there, such as `safety/ext-01/parents`.
    pub fn case_id(&self, case: &Case) -> String {
        format!("{}/{}", self.name(), case.name)
    }
}

/// The family of that name.
pub fn find(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name() == name).copied()
}

/// One image of a family.
#[derive(Debug)]
pub struct Case {
    /// Its name within the family.
    pub name: &'static str,
    /// By what a program is judged.
    pub expect: Expect,
    /// What the image makes use of.
    pub flags: &'static [Flag],
    /// How the image is made.
    pub make: Make,
}

/// By what a program is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expect {
    /// It has to refuse the image, and leave nothing outside the root, and no result that looks complete.
    Reject,
    /// It may take the image or refuse it, and has no effect outside the root.
    Contain,
    /// It comes to an end within bounds of time, memory and output.
    Bounded,
    /// If it takes the image, it sees in it what every other program sees that takes it.
    Agree,
    /// It has to take the image, and lose nothing of it.
    Preserve,
    /// What it prints of the image holds no control characters, and nothing of it is interpreted.
    Inert,
}

impl Expect {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Expect::Reject => "reject",
            Expect::Contain => "contain",
            Expect::Bounded => "bounded",
            Expect::Agree => "agree",
            Expect::Preserve => "preserve",
            Expect::Inert => "inert",
        }
    }
}

/// What a case makes use of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A path with `..`.
    ParentComponent,
    /// A path with a leading slash.
    AbsolutePath,
    /// A symbolic link that leads out of the root.
    SymlinkOutside,
    /// A hard link.
    HardLink,
    /// A path that changes its type.
    TypeChange,
    /// A whiteout.
    Whiteout,
    /// A device, or an attribute that only root may set: to be run in a user namespace only.
    Privileged,
    /// Headers that contradict each other.
    Headers,
    /// More than one layer that matters.
    SeveralLayers,
}

impl Flag {
    /// The word used in test vectors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Flag::ParentComponent => "parent-component",
            Flag::AbsolutePath => "absolute-path",
            Flag::SymlinkOutside => "symlink-outside",
            Flag::HardLink => "hard-link",
            Flag::TypeChange => "type-change",
            Flag::Whiteout => "whiteout",
            Flag::Privileged => "privileged",
            Flag::Headers => "headers",
            Flag::SeveralLayers => "several-layers",
        }
    }
}

/// How an image is made.
#[derive(Debug, Clone, Copy)]
pub enum Make {
    /// These layers on top of the lowest one of a plain image, [`crate::shape::base_layer`].
    Layers(fn(&Place) -> Vec<Vec<Member>>),
    /// An archive, as the only layer on top of the lowest one of a plain image.
    Archive(fn(&Place) -> Vec<u8>),
    /// One edit of one part of a plain image.
    Edit(Part, Edit),
    /// An image of any other kind. Whoever looks at one of these parts gets to see what it is about.
    Image(&'static [Part], fn(&Place) -> Memory),
    /// A layout in a tar archive, with these entries.
    Archived(fn() -> Vec<Member>),
}

/// A line that no program prints of its own accord, in the form of a line of a log. Images have it in the
/// middle of text: where it comes out at the start of a line, text has been taken for more than it is.
pub const FORGED: &str = "level=fatal msg=\"the tide is out\"";

/// What is around the root that an image is unpacked to, for images to aim at. There is, and is meant to
/// stay as it is: a directory with the files `plain` and `tool`, an `empty` directory, and a directory
/// `folder` with the file `inner`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The directory's absolute path, without a slash at its end.
    pub canary: Vec<u8>,
    /// Its path from the root, as in `../canary`.
    pub from_root: Vec<u8>,
}

impl Place {
    /// Where a case aims when it is only shown, not run.
    pub fn placeholder() -> Place {
        Place { canary: b"/{{CANARY}}".to_vec(), from_root: b"../{{CANARY}}".to_vec() }
    }

    /// The absolute path of something in the directory; of itself, if `name` is empty.
    pub fn absolute(&self, name: &str) -> Vec<u8> {
        below(&self.canary, name)
    }

    /// The path from the root of something in the directory; of itself, if `name` is empty.
    pub fn relative(&self, name: &str) -> Vec<u8> {
        below(&self.from_root, name)
    }
}

fn below(directory: &[u8], name: &str) -> Vec<u8> {
    let slash: &[u8] = if name.is_empty() { b"" } else { b"/" };
    [directory, slash, name.as_bytes()].concat()
}

impl Case {
    /// The image.
    pub fn layout(&self, place: &Place) -> Memory {
        let (draft, edits) = match self.make {
            Make::Layers(layers) => (image(layers(place)), Vec::new()),
            Make::Archive(archive) => return with_archive(archive(place)),
            Make::Edit(part, edit) => (Shape::with(part).draft(), vec![(part, edit)]),
            Make::Image(_, image) => return image(place),
            Make::Archived(members) => return layout_archive::layout(&members()),
        };
        draft.seal_with(&edits, &mut Choices::new(&seeded(self.name, 256))).unwrap_or_default()
    }

    /// The archive that the image is in, if the case is about that. The image is what whoever takes the
    /// archive has to see in it.
    pub fn archive(&self) -> Option<Vec<u8>> {
        match self.make {
            Make::Archived(members) => Some(layout_archive::bytes(&members())),
            _ => None,
        }
    }

    /// The layers that matter: those on top of the lowest one; `None` where they are not made of entries.
    pub fn layers(&self, place: &Place) -> Option<Vec<Vec<Member>>> {
        match self.make {
            Make::Layers(layers) => Some(layers(place)),
            Make::Archive(_) | Make::Edit(..) | Make::Image(..) | Make::Archived(_) => None,
        }
    }
}

/// A plain image with these layers on top of its lowest one.
pub fn image(layers: Vec<Vec<Member>>) -> Draft {
    let mut draft = Shape::Image.draft();
    // The plain image's nodes are its two layers, its configuration, its manifest, and the root.
    let root = draft.nodes.pop();
    let (manifest, config) = (draft.nodes.pop(), draft.nodes.pop());
    draft.nodes.truncate(1);
    let (Some(mut root), Some(mut manifest), Some(mut config)) = (root, manifest, config) else {
        return draft;
    };
    let mut stack = vec![0];
    for members in layers {
        stack.push(draft.push(NodeKind::Opaque, Content::Layer(Layer::new(members)), Vec::new()));
    }
    config.diff_ids = stack.iter().map(|&layer| (layer, Algorithm::Sha256)).collect();
    if let Content::Document(tree) = &mut config.content {
        tree.remove("history");
    }
    draft.nodes.push(config);
    manifest.links.truncate(1);
    manifest.links[0].target = draft.nodes.len() - 1;
    let link = |&layer: &usize| Link::new(Relation::Layer, media_type::LAYER_TAR_GZIP, layer);
    manifest.links.extend(stack.iter().map(link));
    draft.nodes.push(manifest);
    root.links[0].target = draft.nodes.len() - 1;
    draft.nodes.push(root);
    draft
}

/// A GNU long name (`L`) or long link (`K`) for the entry that follows.
fn long_name(flag: u8, name: &[u8]) -> Member {
    with(file("././@LongLink", name), |entry| entry.kind = EntryKind::Other(flag))
}

/// The configuration, for images that are about nothing else.
const CONFIG: &[Part] = &[Part::Config];

/// A plain image for this user, with these in place of its passwd and group.
fn with_accounts(user: &str, passwd: &str, group: &str) -> Memory {
    let mut draft = Shape::Image.draft();
    // The plain image's lowest layer is the first node.
    if let Content::Layer(layer) = &mut draft.nodes[0].content {
        for member in &mut layer.members {
            match member.entry.path.as_slice() {
                b"etc/passwd" => *member = file("etc/passwd", passwd),
                b"etc/group" => *member = file("etc/group", group),
                _ => {}
            }
        }
    }
    let config = draft.node(Part::Config).map(|config| &mut draft.nodes[config].content);
    if let Some(Content::Document(config)) = config {
        config.member("config").set("User", user);
    }
    draft.seal(&mut Choices::new(&[]))
}

/// A plain image whose upper layer has this media type, and is what `edit` makes of its archive. The diff ID
/// is that of the archive.
fn with_stream(media_type: &str, edit: fn(&mut Vec<u8>, &mut Choices<'_>)) -> Memory {
    let mut draft = Shape::Image.draft();
    let top = draft.node(Part::Layer);
    let links = draft.nodes.iter_mut().flat_map(|node| &mut node.links);
    for link in links.filter(|link| Some(link.target) == top) {
        link.descriptor.set("mediaType", media_type);
    }
    if let Some(Content::Layer(layer)) = top.map(|top| &mut draft.nodes[top].content) {
        layer.packing = Packing::new(Compression::None);
    }
    let edits = [(Part::Layer, Edit::Bytes(edit))];
    draft.seal_with(&edits, &mut Choices::new(&[])).unwrap_or_default()
}

/// A plain image with an archive as its upper layer, without compression.
fn with_archive(archive: Vec<u8>) -> Memory {
    let mut draft = image(vec![Vec::new()]);
    // The plain image's lowest layer is the first node, and the one on top of it the second.
    draft.nodes[1].content = Content::Bytes(archive);
    for link in draft.nodes.iter_mut().flat_map(|node| &mut node.links).filter(|link| link.target == 1) {
        link.descriptor.set("mediaType", media_type::LAYER_TAR);
    }
    draft.seal(&mut Choices::new(&[]))
}

#[cfg(test)]
mod tests;
