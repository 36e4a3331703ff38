//! The list of all requirements.

use std::sync::LazyLock;

use crate::rule::Rule;

/// A rule with its place in the list.
#[derive(Debug)]
pub struct Requirement {
    /// The document it belongs to and its name, as in the path of its file:
    /// `descriptor/digest-syntax`.
    pub id: String,
    /// What it says, in one sentence.
    pub says: String,
    /// Why it matters, and whatever else its file's head tells. May be empty.
    pub why: String,
    /// The rule.
    pub rule: &'static Rule,
}

/// A rule as its folder lists it.
#[derive(Debug)]
pub struct Listed {
    /// The name of the rule's module.
    pub module: &'static str,
    /// The text of the rule's file.
    pub source: &'static str,
    /// The rule.
    pub rule: &'static Rule,
}

/// Declares the modules of a folder and lists their rules. A line is all that a new file needs.
macro_rules! rules {
    ($($module:ident,)*) => {
        $(mod $module;)*

        /// The rules of this folder, in the order of the specification.
        pub(crate) const LIST: &[$crate::list::Listed] = &[$($crate::list::Listed {
            module: stringify!($module),
            source: include_str!(concat!(stringify!($module), ".rs")),
            rule: &$module::RULE,
        },)*];
    };
}

/// The folders, in the order in which reports show them.
const FOLDERS: &[(&str, &[Listed])] = &[
    ("json", crate::json::LIST),
    ("descriptor", crate::descriptor::LIST),
    ("media-type", crate::media_type::LIST),
    ("layout", crate::layout::LIST),
    ("index", crate::index::LIST),
    ("manifest", crate::manifest::LIST),
    ("config", crate::config::LIST),
    ("layer", crate::layer::LIST),
    ("annotations", crate::annotations::LIST),
    ("conversion", crate::conversion::LIST),
];

/// Every requirement, folder by folder.
pub fn all() -> &'static [Requirement] {
    static ALL: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
        let listed =
            FOLDERS.iter().flat_map(|(folder, list)| list.iter().map(move |listed| (folder, listed)));
        listed.map(|(folder, listed)| requirement(folder, listed)).collect()
    });
    &ALL
}

/// The requirement with this id.
pub fn find(id: &str) -> Option<&'static Requirement> {
    all().iter().find(|requirement| requirement.id == id)
}

fn requirement(folder: &str, listed: &Listed) -> Requirement {
    let head = listed.source.lines().map_while(|line| line.strip_prefix("//!"));
    let text: Vec<&str> = head.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let text = text.join("\n");
    let (says, why) = text.split_once("\n\n").unwrap_or((&text, ""));
    Requirement {
        id: format!("{folder}/{}", listed.module.replace('_', "-")),
        says: says.replace('\n', " ").trim().to_owned(),
        why: why.trim().to_owned(),
        rule: listed.rule,
    }
}
