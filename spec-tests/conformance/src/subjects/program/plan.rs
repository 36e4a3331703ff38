//! Which calls it takes to have a program read a layout.

use std::borrow::Cow;

use seaworthy_generators::shape::REF_NAME;
use seaworthy_image::digest::Digest;
use seaworthy_image::json::{Document, Kind, Limits};
use seaworthy_image::layout::{self, Memory, blob_path};
use seaworthy_image::media_type;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Descriptor, Index, Platform, items, text};

use super::definition::{Definition, Need, Scope, uses};

/// Cases have one or two descriptors in `index.json` that lead to something a program can read.
const MOST_CALLS: usize = 4;
/// The kernel takes 128 KiB for one argument.
const LONGEST_ARGUMENT: usize = 64 << 10;

/// What one call is to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// Whether it takes the command for descriptors without a name.
    pub unnamed: bool,
    /// The descriptor's ref.name.
    pub name: String,
    /// The descriptor's digest.
    pub digest: String,
    /// The descriptor as it is written; `None` if `index.json` cannot be read that far.
    pub descriptor: Option<Vec<u8>>,
}

/// The calls that read a layout, one or more, or why there is nothing that the program could read.
///
/// A program of [`Scope::Layout`] gets one call, any other one call for each descriptor of
/// `index.json` that it is meant for. If `index.json` does not get us to a descriptor, the program
/// is told to read what a plain image would have there.
pub fn plan(
    definition: &Definition,
    layout: &Memory,
    version: SpecVersion,
) -> Result<Vec<Target>, Cow<'static, str>> {
    if definition.scope == Scope::Layout {
        return Ok(vec![Target::default()]);
    }
    let plain = || Ok(vec![Target { name: REF_NAME.to_owned(), ..Target::default() }]);
    let Some(bytes) = layout.files.get(layout::INDEX) else { return plain() };
    let Ok(document) = Document::parse(bytes, &Limits::default()) else { return plain() };
    let index = Index::of(document.root());
    let entries: Vec<Descriptor<'_>> = items(index.manifests).map(Descriptor::of).collect();
    if entries.is_empty() {
        return match index.manifests {
            Some(list) if list.kind() == Kind::Array => Err("index.json lists nothing to read".into()),
            _ => plain(),
        };
    }
    let is_alone = entries.len() == 1;
    let names: Vec<_> = entries.iter().filter_map(ref_name).collect();
    let is_shared = |name: &str| names.iter().filter(|other| **other == name).count() > 1;
    let mut targets = Vec::new();
    let mut obstacle = None;
    for entry in meant_for(definition, &entries, version) {
        let is_shared = ref_name(entry).is_some_and(|name| is_shared(&name));
        let found = address(definition, entry, is_alone, is_shared).and_then(|target| {
            match definition.needs(Need::Platform) && lacks_platform(layout, entry, version) {
                true => Err("the index has no image for linux/amd64, which is what it reads".into()),
                false => Ok(target),
            }
        });
        match found {
            Ok(target) => targets.push(target),
            Err(reason) => obstacle = obstacle.or(Some(reason)),
        }
    }
    targets.truncate(MOST_CALLS);
    match obstacle {
        Some(reason) if targets.is_empty() => Err(reason),
        _ => Ok(targets),
    }
}

/// The entries that a program is meant for. If all are of other kinds, it gets to see them all the
/// same: then this is what the case is about.
fn meant_for<'e, 'd>(
    definition: &Definition,
    entries: &'e [Descriptor<'d>],
    version: SpecVersion,
) -> Vec<&'e Descriptor<'d>> {
    let suits = |entry: &&Descriptor<'_>| {
        let kind = kind(entry, version);
        let is_artifact = entry.artifact_type.is_some();
        match kind {
            Some(media_type::Kind::Index) => !definition.needs(Need::ImageManifest),
            Some(media_type::Kind::Manifest) => !(is_artifact && definition.needs(Need::ImageConfig)),
            _ => false,
        }
    };
    let suitable: Vec<_> = entries.iter().filter(suits).collect();
    if suitable.is_empty() { entries.iter().collect() } else { suitable }
}

fn kind(entry: &Descriptor<'_>, version: SpecVersion) -> Option<media_type::Kind> {
    let name = entry.media_type_text()?;
    let oci = media_type::docker_equivalent(&name).map_or(name.as_ref(), |equivalent| equivalent.oci);
    Some(media_type::kind(oci, version))
}

/// How to tell the program which descriptor it is to read.
fn address(
    definition: &Definition,
    entry: &Descriptor<'_>,
    is_alone: bool,
    is_shared: bool,
) -> Result<Target, Cow<'static, str>> {
    let name = ref_name(entry).filter(|name| is_argument(name));
    let digest = entry.digest_text().filter(|digest| is_argument(digest));
    let takes = |name: &str| definition.names.as_ref().is_none_or(|names| names.is_match(name));
    // Which of several descriptors with one name is meant, the specification does not say.
    let is_named = name.as_deref().is_some_and(takes) && !is_shared;
    let unnamed = !is_named && uses(&definition.command, "{ref}");
    let command = match (unnamed, &definition.unnamed) {
        (false, _) => &definition.command,
        (true, Some(unnamed)) => unnamed,
        (true, None) if is_shared => return Err("several descriptors have the ref.name".into()),
        (true, None) if name.is_some() => return Err("it does not take names like that ref.name".into()),
        (true, None) => return Err("it cannot be told to read a descriptor without a ref.name".into()),
    };
    if uses(command, "{digest}") && digest.is_none() {
        return Err("the descriptor has neither a name nor a digest that could be given to it".into());
    }
    if unnamed && !uses(command, "{digest}") && !is_alone {
        return Err("it cannot be told to read one of several descriptors without a name".into());
    }
    Ok(Target {
        unnamed,
        name: name.unwrap_or_default().into_owned(),
        digest: digest.unwrap_or_default().into_owned(),
        descriptor: Some(entry.value.raw().to_vec()),
    })
}

fn ref_name<'d>(entry: &Descriptor<'d>) -> Option<Cow<'d, str>> {
    text(entry.annotations.and_then(|map| map.get("org.opencontainers.image.ref.name")))
}

fn is_argument(text: &str) -> bool {
    !text.is_empty() && !text.contains('\0') && text.len() <= LONGEST_ARGUMENT
}

/// Whether the descriptor leads to an index that tells the platform of every image in it, and of
/// none that it is linux/amd64. In doubt the program has to find out.
fn lacks_platform(layout: &Memory, entry: &Descriptor<'_>, version: SpecVersion) -> bool {
    let is_index = kind(entry, version) == Some(media_type::Kind::Index);
    let digest = entry.digest_text();
    let digest = digest.as_deref().filter(|_| is_index).and_then(|digest| Digest::parse(digest).ok());
    let bytes = digest.and_then(|digest| layout.files.get(&blob_path(&digest)));
    let Some(document) = bytes.and_then(|bytes| Document::parse(bytes, &Limits::default()).ok()) else {
        return false;
    };
    let mut platforms = items(Index::of(document.root()).manifests).map(|entry| {
        let platform = Platform::of(Descriptor::of(entry).platform?);
        Some((text(platform.os)?, text(platform.architecture)?))
    });
    platforms.all(|platform| {
        platform.is_some_and(|(os, architecture)| (&*os, &*architecture) != ("linux", "amd64"))
    })
}

#[cfg(test)]
mod tests {
    use seaworthy_generators::shape::Shape;

    use super::*;

    fn definition(lines: &str) -> Definition {
        let text = format!(
            "name = 'x'\nrole = 'reader'\nversion = {{ command = ['x'] }}\ncommand = ['x', '{{layout}}:{{ref}}']\n\
             scope = 'ref'\nreads = []\naccepted = [0]\nrefused = [1]\n{lines}"
        );
        Definition::parse("x", &text).unwrap()
    }

    fn planned(lines: &str, layout: &Memory) -> Vec<String> {
        match plan(&definition(lines), layout, SpecVersion::V1_1_1) {
            Ok(targets) => {
                targets.iter().map(|t| if t.unnamed { "unnamed".into() } else { t.name.clone() }).collect()
            }
            Err(reason) => vec![format!("skip: {reason}")],
        }
    }

    fn index(text: &str) -> Memory {
        let mut layout = Memory::default();
        layout.files.insert("index.json".into(), text.into());
        layout
    }

    const DIGEST: &str = "unnamed = ['x', '{layout}@{digest}']";

    #[test]
    fn each_descriptor_that_it_is_meant_for_is_a_call() {
        let referrer = Shape::Referrer.layout().clone();
        assert_eq!(planned("", &referrer), ["v1"]);
        assert_eq!(planned(DIGEST, &referrer), ["v1", "unnamed"]);
        assert_eq!(planned("unnamed = ['x', '{layout}']", &referrer), ["v1"]);
        assert_eq!(planned(&format!("{DIGEST}\nneeds = ['image-config']"), &referrer), ["v1"]);
        assert_eq!(planned(&format!("{DIGEST}\nnames = '^w'"), &referrer), ["unnamed", "unnamed"]);
        assert_eq!(planned("names = '^w'", &referrer), ["skip: it does not take names like that ref.name"]);
    }

    #[test]
    fn an_index_that_cannot_be_read_is_for_the_program_to_refuse() {
        for text in ["", "{", "[]", "{}", r#"{"manifests":{}}"#] {
            assert_eq!(planned(DIGEST, &index(text)), ["v1"], "{text}");
        }
        assert_eq!(planned(DIGEST, &Memory::default()), ["v1"]);
        assert_eq!(
            planned(DIGEST, &index(r#"{"manifests":[]}"#)),
            ["skip: index.json lists nothing to read"]
        );
        let nothing = ["skip: the descriptor has neither a name nor a digest that could be given to it"];
        assert_eq!(planned(DIGEST, &index(r#"{"manifests":[7]}"#)), nothing);
        assert_eq!(planned(DIGEST, &index(r#"{"manifests":[{"digest":"a\u0000"}]}"#)), nothing);
        assert_eq!(planned(DIGEST, &index(r#"{"manifests":[{"digest":"a"}]}"#)), ["unnamed"]);
    }

    #[test]
    fn an_index_for_other_platforms_is_left_out() {
        let mut layout = Shape::MultiPlatform.layout().clone();
        let platform = "needs = ['platform']";
        assert_eq!(planned(platform, &layout), ["v1"]);
        for content in layout.files.values_mut() {
            if let Ok(text) = std::str::from_utf8(content) {
                *content = text.replace("amd64", "s390x").into_bytes();
            }
        }
        assert_eq!(
            planned(platform, &layout),
            ["skip: the index has no image for linux/amd64, which is what it reads"]
        );
        assert_eq!(planned("", &layout), ["v1"]);
    }
}
