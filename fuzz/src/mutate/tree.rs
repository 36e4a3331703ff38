//! Mutations of documents, as trees.

use seaworthy_generators::choices::Choices;
use seaworthy_generators::tree::{Style, Tree};
use seaworthy_image::json::{Document, Limits};

use super::text::edited;
use crate::documents;
use crate::repair;

/// A document with some edits of its tree; `None` if it is none.
pub(super) fn document(bytes: &[u8], choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let read = Document::parse(bytes, &Limits::default()).ok()?;
    let mut tree = documents::tree(read.root())?;
    for _ in 0..=choices.below(4) {
        edit_tree(&mut tree, choices);
    }
    // An edit of embedded content goes unseen as long as its digest tells already that something is wrong.
    if choices.chance(40) {
        repair::embedded(&mut tree);
    }
    let style = Style {
        indent: None,
        odd_space: choices.chance(10),
        shuffle: choices.chance(20),
        escapes: choices.chance(10),
    };
    let mut text = tree.write(&style, choices);
    if choices.chance(10) {
        slip(&mut text, choices);
    }
    Some(text)
}

/// A slip of the pen: one sign of the grammar too many, or one too few.
fn slip(text: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let signs: Vec<usize> = (0..text.len()).filter(|&at| b"{}[],:\"".contains(&text[at])).collect();
    if signs.is_empty() {
        return;
    }
    let at = *choices.pick(&signs);
    match choices.kind("slip", 3) {
        0 => drop(text.remove(at)),
        1 => text.insert(at, *choices.pick(b",:{}[]\" /")),
        _ => text.insert(at, text[at]),
    }
}

/// Names that documents have, in every spelling that some reader takes for them, and names that
/// they do not have.
const NAMES: &[&str] = &[
    "schemaVersion",
    "mediaType",
    "artifactType",
    "config",
    "layers",
    "manifests",
    "subject",
    "annotations",
    "digest",
    "size",
    "urls",
    "data",
    "platform",
    "architecture",
    "os",
    "os.version",
    "os.features",
    "variant",
    "created",
    "author",
    "rootfs",
    "type",
    "diff_ids",
    "history",
    "created_by",
    "comment",
    "empty_layer",
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "ArgsEscaped",
    "Memory",
    "Healthcheck",
    "imageLayoutVersion",
    "fsLayers",
    "org.opencontainers.image.ref.name",
    "Config",
    "LAYERS",
    "layer\u{17f}",
    "\u{17f}ize",
    "com.example.x",
    "",
    "\u{0}",
];

/// Values that stand where readers make mistakes, as they are written.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    "0",
    "-1",
    "2",
    "1",
    "2.0",
    "2e0",
    "-0",
    "4294967299",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "0.1",
    "\"\"",
    "\"2\"",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
    "\"sha256:../../x\"",
    "\"sha512:00\"",
    "\"md5:d41d8cd98f00b204e9800998ecf8427e\"",
    "\"application/vnd.oci.image.manifest.v1+json\"",
    "\"application/vnd.oci.image.index.v1+json\"",
    "\"application/vnd.oci.image.config.v1+json\"",
    "\"application/vnd.oci.image.layer.v1.tar+gzip\"",
    "\"application/vnd.oci.empty.v1+json\"",
    "\"text/plain; charset=utf-8\"",
    "\"e30=\"",
    "\"e30\"",
    "\"2026-01-02T03:04:05Z\"",
    "\"2026-01-02t03:04:60z\"",
    "\"https://example.com/\"",
    "\"linux\"",
    "\"amd64\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\\u001b[2J\"",
    "\"\u{202e}\"",
    "{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":0}",
];

/// Edits one place of a tree.
pub fn edit_tree(tree: &mut Tree, choices: &mut Choices<'_>) {
    let spare = tree.clone();
    let mut places = 0;
    count(tree, &mut places);
    let mut chosen = choices.below(places);
    visit(tree, &mut chosen, &mut |place| edit_value(place, &spare, choices));
}

/// How many values a tree has.
pub(super) fn count(tree: &Tree, places: &mut usize) {
    *places += 1;
    match tree {
        Tree::Array(items) => items.iter().for_each(|item| count(item, places)),
        Tree::Object(members) => members.iter().for_each(|(_, value)| count(value, places)),
        _ => {}
    }
}

/// Calls `edit` on the value with that number; whether it was among these.
pub(super) fn visit(tree: &mut Tree, chosen: &mut usize, edit: &mut dyn FnMut(&mut Tree)) -> bool {
    if *chosen == 0 {
        edit(tree);
        return true;
    }
    *chosen -= 1;
    match tree {
        Tree::Array(items) => items.iter_mut().any(|item| visit(item, chosen, edit)),
        Tree::Object(members) => members.iter_mut().any(|(_, value)| visit(value, chosen, edit)),
        _ => false,
    }
}

/// One edit of a value, or of the list of what it holds.
fn edit_value(place: &mut Tree, whole: &Tree, choices: &mut Choices<'_>) {
    let value = |choices: &mut Choices<'_>| Tree::raw(*choices.pick(VALUES));
    match place {
        Tree::Object(members) if choices.chance(75) => {
            let at = choices.below(members.len());
            match choices.kind("object", 7) {
                0 => members.push(((*choices.pick(NAMES)).to_owned(), value(choices))),
                1 if !members.is_empty() => drop(members.remove(at)),
                2 if !members.is_empty() => members.push(members[at].clone()),
                3 if !members.is_empty() => members[at].0 = respelled(&members[at].0, choices),
                4 if !members.is_empty() => {
                    let (name, old) = members[at].clone();
                    let other = if choices.chance(50) { respelled(&name, choices) } else { name };
                    members.push((other, if choices.chance(30) { old } else { value(choices) }));
                }
                5 if !members.is_empty() => members[at].0 = (*choices.pick(NAMES)).to_owned(),
                _ => members.insert(at, ((*choices.pick(NAMES)).to_owned(), part(whole, choices))),
            }
        }
        Tree::Array(items) if choices.chance(75) => {
            let at = choices.below(items.len());
            match choices.kind("array", 5) {
                0 if !items.is_empty() => drop(items.remove(at)),
                1 if !items.is_empty() => items.push(items[at].clone()),
                2 if !items.is_empty() => {
                    let last = items.len() - 1;
                    items.swap(at, last);
                }
                3 => items.push(value(choices)),
                _ => items.insert(at, part(whole, choices)),
            }
        }
        Tree::String(text) if choices.chance(75) => *text = edited(text, choices),
        _ => match choices.kind("value", 4) {
            0 => *place = part(whole, choices),
            1 => *place = Tree::Array(vec![std::mem::replace(place, Tree::Null)]),
            _ => *place = value(choices),
        },
    }
}

/// A part of a tree, to be put somewhere else.
pub(super) fn part(whole: &Tree, choices: &mut Choices<'_>) -> Tree {
    let mut places = 0;
    count(whole, &mut places);
    let mut chosen = choices.below(places);
    let mut found = Tree::Null;
    visit(&mut whole.clone(), &mut chosen, &mut |place| found = std::mem::replace(place, Tree::Null));
    // A document within itself doubles with every edit.
    let mut size = 0;
    count(&found, &mut size);
    if size > 64 { Tree::Null } else { found }
}

/// A name in another case, or with a letter that folds to one of it.
fn respelled(name: &str, choices: &mut Choices<'_>) -> String {
    match choices.kind("spelling", 5) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => name.replacen('s', "\u{17f}", 1),
        3 => name.replacen('k', "\u{212a}", 1),
        _ => edited(name, choices),
    }
}
