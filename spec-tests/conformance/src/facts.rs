//! What an image says: the reading that every reader has to arrive at.

use std::collections::BTreeMap;

use seaworthy_image::graph::{self, Start, Visit, walk};
use seaworthy_image::json::{Document, Kind, Value};
use seaworthy_image::layout::{self, OpenError, Storage};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{
    Config, Descriptor, DocumentKind, Execution, Header, History, Index, Manifest, Platform, RootFs,
};

use crate::outcome::Reading;

/// Reads everything in a layout that the specification gives a name.
///
/// # Errors
///
/// The layout has no index, or its index or its header cannot be read.
pub fn reading(storage: &dyn Storage, version: SpecVersion) -> Result<Reading, OpenError> {
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    let mut facts = BTreeMap::new();
    match graph::read_file(storage, layout::HEADER, limits.json.bytes) {
        Ok(header) => {
            if let Ok(document) = Document::parse(&header, &limits.json) {
                facts.append(&mut of_document(layout::HEADER, DocumentKind::Header, document.root()));
            }
        }
        // Whether it may be absent is not for a reading to say.
        Err(OpenError::Missing | OpenError::NotAFile(_)) => {}
        Err(error) => return Err(error),
    }
    let walked =
        walk(storage, version, &limits, Start::Everywhere, |visit: &Visit<'_>| match visit.document {
            Ok(document) => of_document(visit.path, visit.kind, document.root()),
            Err(_) => BTreeMap::new(),
        })?;
    walked.visits.into_iter().for_each(|mut visit| facts.append(&mut visit));
    Ok(Reading(facts))
}

/// The named members of one document.
pub fn of_document(path: &str, kind: DocumentKind, root: Value<'_>) -> BTreeMap<String, String> {
    let mut facts = Facts { path, map: BTreeMap::new() };
    match kind {
        DocumentKind::Header => facts.members(root, "", Header::NAMES),
        DocumentKind::Index => facts.members(root, "", Index::NAMES),
        DocumentKind::Manifest => facts.members(root, "", Manifest::NAMES),
        DocumentKind::Config => facts.members(root, "", Config::NAMES),
        DocumentKind::Descriptor => facts.members(root, "", Descriptor::NAMES),
    }
    facts.map
}

struct Facts<'p> {
    path: &'p str,
    map: BTreeMap<String, String>,
}

impl Facts<'_> {
    /// Notes the members of an object that the specification names.
    fn members(&mut self, object: Value<'_>, pointer: &str, names: &[&str]) {
        for member in object.members() {
            let name = member.name();
            if names.contains(&name.as_ref()) && !RESERVED.contains(&name.as_ref()) {
                self.value(member.value, &format!("{pointer}/{name}"), &name);
            }
        }
    }

    /// Notes a value; `name` tells what kind of thing it is.
    fn value(&mut self, value: Value<'_>, pointer: &str, name: &str) {
        // Nothing that has a name lies deeper; what is nested by the thousand is no fact.
        if pointer.len() > 4096 {
            return;
        }
        match (value.kind(), known(name)) {
            (Kind::Null, _) => {}
            (Kind::Object, Some(names)) => self.members(value, pointer, names),
            (Kind::Object, None) => {
                for member in value.members() {
                    let name = member.name();
                    let escaped = name.replace('~', "~0").replace('/', "~1");
                    self.value(member.value, &format!("{pointer}/{escaped}"), "");
                }
            }
            (Kind::Array, _) => {
                for (at, item) in value.items().enumerate() {
                    self.value(item, &format!("{pointer}/{at}"), name);
                }
            }
            (Kind::String, _) => self.note(pointer, value.as_str().unwrap_or_default().into_owned()),
            (Kind::Number, _) => self.note(pointer, number(value)),
            (Kind::Bool, _) => self.note(pointer, String::from_utf8_lossy(value.raw()).into_owned()),
        }
    }

    fn note(&mut self, pointer: &str, value: String) {
        self.map.insert(format!("{}#{pointer}", self.path), value);
    }
}

/// A number by its value, however it is written.
fn number(value: Value<'_>) -> String {
    let integer = value.as_integer().and_then(|integer| integer.value());
    integer.map_or_else(|| String::from_utf8_lossy(value.raw()).into_owned(), |integer| integer.to_string())
}

/// The names in the object that a member of this name holds; `None` where they are free.
fn known(name: &str) -> Option<&'static [&'static str]> {
    match name {
        "manifests" | "layers" | "subject" => Some(Descriptor::NAMES),
        "platform" => Some(Platform::NAMES),
        "rootfs" => Some(RootFs::NAMES),
        "history" => Some(History::NAMES),
        // The same name leads to a descriptor in a manifest, and to what to run in a configuration:
        // no member of the one is a member of the other.
        "config" => Some(CONFIG_NAMES),
        _ => None,
    }
}

/// Members that the specification reserves: nobody has to make anything of them.
const RESERVED: &[&str] = &["Memory", "MemorySwap", "CpuShares", "Healthcheck", "features"];

const CONFIG_NAMES: &[&str] = &{
    let mut names = [""; Descriptor::NAMES.len() + Execution::NAMES.len()];
    let mut at = 0;
    while at < names.len() {
        let descriptors = Descriptor::NAMES.len();
        names[at] = if at < descriptors { Descriptor::NAMES[at] } else { Execution::NAMES[at - descriptors] };
        at += 1;
    }
    names
};

#[cfg(test)]
mod tests {
    use seaworthy_generators::shape::Shape;

    use super::*;

    #[test]
    fn a_reading_holds_what_has_a_name() {
        let layout = Shape::Image.layout();
        let Reading(facts) = reading(layout, SpecVersion::V1_1_1).unwrap();
        assert_eq!(facts["oci-layout#/imageLayoutVersion"], "1.0.0");
        assert_eq!(facts["index.json#/schemaVersion"], "2");
        assert_eq!(facts["index.json#/manifests/0/annotations/org.opencontainers.image.ref.name"], "v1");
        assert!(
            facts.iter().any(|(place, value)| place.ends_with("#/config/Env/1") && value == "HOME=/data")
        );
        assert!(
            facts
                .iter()
                .any(|(place, value)| place.ends_with("#/history/1/created_by") && value == "add data")
        );
        assert!(facts.iter().any(|(place, _)| place.ends_with("#/layers/1/digest")));
    }

    #[test]
    fn unknown_members_and_nulls_are_no_part_of_it() {
        let text =
            br#"{"x":1,"architecture":"a","config":{"Cmd":null,"Y":2},"history":[{"comment":"c","z":3}]}"#;
        let document = Document::parse(text, &Default::default()).unwrap();
        let facts = of_document("c", DocumentKind::Config, document.root());
        let places: Vec<&str> = facts.keys().map(String::as_str).collect();
        assert_eq!(places, ["c#/architecture", "c#/history/0/comment"]);
    }
}
