//! Layouts with files that nothing leads to, and blobs under other names.

use seaworthy_image::digest::{Algorithm, digest_of};

use super::{Case, Expect, Family, Make};
use crate::layer::{Layer, file};
use crate::mutation::{Edit, Part};

pub const FAMILY: Family = Family {
    id: "LAY-05",
    says: "A program that looks for files, and not for what `index.json` leads to, finds another image.",
    references: &[],
    cases: &[
        Case {
            name: "blob-of-another",
            expect: Expect::Reject,
            flags: &[],
            make: Make::Edit(
                Part::Layer,
                Edit::Stored(|layout, path, _| {
                    let other = layout.files.iter().find(|(other, _)| other.starts_with("blobs/") && *other != path);
                    if let Some(bytes) = other.map(|(_, bytes)| bytes.clone()) {
                        layout.files.insert(path.to_owned(), bytes);
                    }
                }),
            ),
        },
        Case {
            // As `docker save` writes them; an archive may well be both.
            name: "saved-image-beside-it",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(
                Part::Layout,
                Edit::Stored(|layout, _, _| {
                    let other = r#"[{"Config":"other.json","RepoTags":["v1"],"Layers":["other.tar"]}]"#;
                    layout.files.insert("manifest.json".to_owned(), other.into());
                    layout.files.insert("repositories".to_owned(), r#"{"v1":{"latest":"other"}}"#.into());
                    layout.files.insert("other.json".to_owned(), "{}".into());
                    layout.files.insert("other.tar".to_owned(), Layer::new(vec![file("smuggled", "s\n")]).archive());
                }),
            ),
        },
        Case {
            name: "directory-in-upper-case",
            expect: Expect::Agree,
            flags: &[],
            make: Make::Edit(
                Part::Layout,
                Edit::Stored(|layout, _, _| {
                    let blobs: Vec<_> = layout.files.keys().filter(|path| path.starts_with("blobs/")).cloned().collect();
                    for path in blobs {
                        layout.files.insert(path.replace("sha256", "SHA256"), b"other".to_vec());
                    }
                }),
            ),
        },
        Case {
            name: "blobs-of-nobody",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(
                Part::Layout,
                Edit::Stored(|layout, _, _| {
                    let bytes = Layer::new(vec![file("smuggled", "s\n")]).archive();
                    layout.files.insert(format!("blobs/{}", digest_of(Algorithm::Sha256, &bytes).replace(':', "/")), bytes);
                }),
            ),
        },
        Case {
            name: "files-of-nobody",
            expect: Expect::Preserve,
            flags: &[],
            make: Make::Edit(
                Part::Layout,
                Edit::Stored(|layout, _, _| {
                    layout.files.insert("README".to_owned(), b"read me\n".to_vec());
                    layout.files.insert("index.json.bak".to_owned(), b"{".to_vec());
                }),
            ),
        },
    ],
};
