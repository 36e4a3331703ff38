//! Archives of layouts in which one reader finds another image than the next.
//!
//! Two images are in each of them, `v1` both. Whoever unpacks the archive, and then reads the layout, sees
//! the one that the later entry leads to: archives are made to be read from their start to their end, and a
//! file in one is replaced by appending its successor.

use seaworthy_image::filesystem::Member;
use seaworthy_image::json::{Document, Limits, Value};
use seaworthy_image::layout::{HEADER, INDEX, Memory};
use seaworthy_image::tar::EntryKind;
use seaworthy_image::views::{Descriptor, Index, Manifest, items};

use super::{Case, Expect, Family, Flag, Make, image};
use crate::choices::Choices;
use crate::layer::{directory, file, hard_link, symlink, with};
use crate::layout_archive::members;
use crate::shape::Shape;

pub const FAMILY: Family = Family {
    id: "LAY-06",
    says: "An archive has two files of one name, or two lists of images; one reader takes the first, and \
           another the last, or what it finds first.",
    references: &[],
    cases: &[
        Case {
            name: "index-twice",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| two_images(vec![file(INDEX, index_of(&first()))], vec![file(INDEX, index_of(&last()))])),
        },
        Case {
            // Paths that are the same file, and not the same text.
            name: "index-then-dotted",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                two_images(vec![file(INDEX, index_of(&first()))], vec![file("./index.json", index_of(&last()))])
            }),
        },
        Case {
            name: "dotted-then-index",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                two_images(vec![file("./index.json", index_of(&first()))], vec![file(INDEX, index_of(&last()))])
            }),
        },
        Case {
            name: "index-then-symlink",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                let before = vec![file(INDEX, index_of(&first())), file(OTHER, index_of(&last()))];
                two_images(before, vec![symlink(INDEX, OTHER)])
            }),
        },
        Case {
            name: "index-then-hard-link",
            expect: Expect::Agree,
            flags: &[Flag::HardLink],
            make: Make::Archived(|| {
                let before = vec![file(INDEX, index_of(&first())), file(OTHER, index_of(&last()))];
                two_images(before, vec![hard_link(INDEX, OTHER)])
            }),
        },
        Case {
            // Whoever holds links back at the root of the archive finds an image where there is none.
            name: "index-as-symlink-that-climbs",
            expect: Expect::Reject,
            flags: &[Flag::ParentComponent, Flag::SymlinkOutside],
            make: Make::Archived(|| {
                let before = vec![file(OTHER, index_of(&first()))];
                two_images(before, vec![symlink(INDEX, format!("../{OTHER}"))])
            }),
        },
        Case {
            name: "header-twice",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                let mut members = members(&first());
                members.push(file(HEADER, r#"{"imageLayoutVersion":"7.0.0"}"#));
                members
            }),
        },
        Case {
            // Whoever gives up looking for more has found one.
            name: "index-again-after-many",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                let mut after = vec![directory("blobs/"); MANY];
                after.push(file(INDEX, index_of(&last())));
                two_images(vec![file(INDEX, index_of(&first()))], after)
            }),
        },
        Case {
            // As `docker save` lists images: the archive is one of either kind.
            name: "saved-image-before",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                two_images(vec![saved(&first())], vec![file(INDEX, index_of(&last()))])
            }),
        },
        Case {
            name: "saved-image-after",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Archived(|| {
                two_images(vec![file(INDEX, index_of(&last()))], vec![saved(&first())])
            }),
        },
        Case {
            // As docker has written every image since both are one archive.
            name: "same-image-saved",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archived(|| {
                let mut members = members(&last());
                members.push(saved(&last()));
                members
            }),
        },
        Case {
            // As `tar -c .` writes them.
            name: "dotted",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archived(|| {
                let dotted = |member: Member| with(member, |entry| entry.path.splice(..0, *b"./").for_each(drop));
                std::iter::once(directory("./")).chain(members(&last()).into_iter().map(dotted)).collect()
            }),
        },
        Case {
            name: "index-first",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archived(|| {
                let mut members = members(&last());
                members.sort_by_key(|member| (member.entry.path != INDEX.as_bytes(), member.entry.path.clone()));
                members
            }),
        },
        Case {
            name: "blobs-last-to-first",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Archived(|| {
                let mut members = members(&last());
                let files = members.iter().position(|member| member.entry.kind == EntryKind::File);
                members[files.unwrap_or_default()..].reverse();
                members
            }),
        },
    ],
};

/// The index that only a link leads to.
const OTHER: &str = "other.json";
/// More entries than any layout has files, and few enough to be kept as a test vector.
const MANY: usize = 20_000;

fn first() -> Memory {
    Shape::Image.layout().clone()
}

fn last() -> Memory {
    image(vec![vec![file("smuggled", "s\n")]]).seal(&mut Choices::new(&[]))
}

/// The blobs of both images between these entries.
fn two_images(before: Vec<Member>, after: Vec<Member>) -> Vec<Member> {
    let mut both = first();
    both.files.extend(last().files);
    both.files.remove(INDEX);
    before.into_iter().chain(members(&both)).chain(after).collect()
}

fn index_of(layout: &Memory) -> &[u8] {
    layout.files.get(INDEX).map_or(&[], Vec::as_slice)
}

/// The list of images that `docker save` writes, with the one image of the layout.
fn saved(layout: &Memory) -> Member {
    let path = |value: Value<'_>| {
        let digest = Descriptor::of(value).digest_text().unwrap_or_default();
        format!("blobs/{}", digest.replace(':', "/"))
    };
    let entry = document(index_of(layout), |index| items(Index::of(index).manifests).map(path).next());
    let manifest = entry.and_then(|path| layout.files.get(&path)).map_or(&[][..], Vec::as_slice);
    let text = document(manifest, |manifest| {
        let manifest = Manifest::of(manifest);
        let layers: Vec<String> = items(manifest.layers).map(path).map(|path| format!("{path:?}")).collect();
        let config = path(manifest.config?);
        Some(format!(r#"[{{"Config":{config:?},"RepoTags":["tide:v1"],"Layers":[{}]}}]"#, layers.join(",")))
    });
    file("manifest.json", text.unwrap_or_default())
}

fn document<T>(bytes: &[u8], read: impl FnOnce(Value<'_>) -> Option<T>) -> Option<T> {
    read(Document::parse(bytes, &Limits::default()).ok()?.root())
}
