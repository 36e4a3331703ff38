//! The safety battery: images that try to make a program do harm, and twins of them that do not.
//!
//! Whether a program takes such an image says little: a link that leads out of the root is part of many
//! good images, and harmful only when something is written through it. So each case says by which
//! *effect* it is judged, see [`Expect`]. What the specification asks is a matter of the rules; a program
//! that fails a case here may still conform, and be unsafe.
//!
//! A family of cases is one file, with the references it comes from. Every family has cases that have to
//! be preserved: so a program that is safe because it refuses everything is seen too.

use seaworthy_image::digest::Algorithm;
use seaworthy_image::filesystem::Member;
use seaworthy_image::layout::Memory;
use seaworthy_image::media_type;
use seaworthy_image::tar::EntryKind;
use seaworthy_image::views::Relation;

use crate::choices::{Choices, seeded};
use crate::draft::{Content, Draft, Link, NodeKind};
use crate::layer::{Layer, file, with};
use crate::mutation::{Edit, Part};
use crate::shape::Shape;

/// Declares the families: a line is all that a new file needs.
macro_rules! families {
    ($($module:ident,)*) => {
        $(mod $module;)*

        /// Every family, by what it is about.
        pub const FAMILIES: &[&Family] = &[$(&$module::FAMILY,)*];
    };
}

families! {
    digests_as_paths,
    users_out_of_range,
    sizes_that_differ,
    sizes_without_data,
    names_that_differ,
    ends_of_archives,
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
    special_files,
    numbers_out_of_range,
    odd_names,
    whiteouts_that_climb,
    whiteouts_through_links,
    whiteouts_in_their_layer,
    streams_that_grow,
    text_for_terminals,
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
}

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
        };
        draft.seal_with(&edits, &mut Choices::new(&seeded(self.name, 256))).unwrap_or_default()
    }

    /// The layers that matter: those on top of the lowest one; `None` where they are not made of entries.
    pub fn layers(&self, place: &Place) -> Option<Vec<Vec<Member>>> {
        match self.make {
            Make::Layers(layers) => Some(layers(place)),
            Make::Archive(_) | Make::Edit(..) => None,
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
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_family_has_a_twin_that_is_preserved() {
        let mut ids = BTreeSet::new();
        for family in FAMILIES {
            assert!(ids.insert(family.id), "two families are {}", family.id);
            let preserved = family.cases.iter().filter(|case| case.expect == Expect::Preserve).count();
            assert!(preserved > 0 && preserved < family.cases.len(), "{}", family.id);
            let names: BTreeSet<&str> = family.cases.iter().map(|case| case.name).collect();
            assert_eq!(names.len(), family.cases.len(), "two cases of {} have one name", family.id);
        }
    }

    #[test]
    fn every_case_is_an_image_of_its_own() {
        let mut layouts = BTreeSet::new();
        let place = Place::placeholder();
        for (family, case) in
            FAMILIES.iter().flat_map(|family| family.cases.iter().map(move |it| (family, it)))
        {
            let layout = case.layout(&place);
            assert!(layout.files.len() > 3, "{}/{}", family.id, case.name);
            assert!(layouts.insert(layout.files), "{}/{} is another one too", family.id, case.name);
        }
    }

    #[test]
    fn absolute_targets_lead_to_the_canary_alone() {
        let place = Place::placeholder();
        for case in FAMILIES.iter().flat_map(|family| family.cases) {
            for member in case.layers(&place).into_iter().flatten().flatten() {
                let link = &member.entry.link;
                let is_ours = link.starts_with(&place.canary) || link.starts_with(b"/etc/ports");
                assert!(!link.starts_with(b"/") || is_ours, "{}: {}", case.name, link.escape_ascii());
            }
        }
    }
}
