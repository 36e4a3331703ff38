//! The list of all requirements.

use std::sync::LazyLock;

use crate::rule::{Fault, RegistryRule};

/// A requirement with its place in the list.
#[derive(Debug)]
pub struct Requirement {
    /// Its category and its name, as in the path of its file: `pull/manifest-by-tag`.
    pub id: String,
    /// The part of the specification that it belongs to.
    pub category: Category,
    /// What it says, in one sentence.
    pub says: String,
    /// Why it matters, and whatever else its file's head tells. May be empty.
    pub why: String,
    /// The rule.
    pub rule: &'static RegistryRule,
}

/// What the specification divides its API into, and what holds for all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Whatever every endpoint has in common: names, errors, warnings, HTTP.
    Common,
    /// Fetching content.
    Pull,
    /// Storing content.
    Push,
    /// Listing tags and referrers.
    Discovery,
    /// Deleting content.
    Management,
}

impl Category {
    /// Every category, in the order in which reports show them.
    pub const ALL: [Category; 5] =
        [Category::Common, Category::Pull, Category::Push, Category::Discovery, Category::Management];

    /// The word used in ids and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Category::Common => "common",
            Category::Pull => "pull",
            Category::Push => "push",
            Category::Discovery => "discovery",
            Category::Management => "management",
        }
    }

    const fn list(self) -> &'static [Listed] {
        match self {
            Category::Common => crate::common::LIST,
            Category::Pull => crate::pull::LIST,
            Category::Push => crate::push::LIST,
            Category::Discovery => crate::discovery::LIST,
            Category::Management => crate::management::LIST,
        }
    }
}

/// A rule as its folder lists it.
#[derive(Debug)]
pub(crate) struct Listed {
    /// The name of the rule's module.
    pub module: &'static str,
    /// The text of the rule's file.
    pub source: &'static str,
    /// The rule.
    pub rule: &'static RegistryRule,
}

/// Declares the modules of a folder and lists their rules. A line is all that a new file needs.
macro_rules! requirements {
    ($($module:ident,)*) => {
        $(pub(crate) mod $module;)*

        /// The requirements of this folder, in the order of the specification.
        pub(crate) const LIST: &[$crate::list::Listed] = &[$($crate::list::Listed {
            module: stringify!($module),
            source: include_str!(concat!(stringify!($module), ".rs")),
            rule: &$module::RULE,
        },)*];
    };
}

/// Every requirement, category by category.
pub fn all() -> &'static [Requirement] {
    static ALL: LazyLock<Vec<Requirement>> = LazyLock::new(|| {
        let listed = Category::ALL
            .into_iter()
            .flat_map(|category| category.list().iter().map(move |listed| (category, listed)));
        listed.map(|(category, listed)| requirement(category, listed)).collect()
    });
    &ALL
}

/// The requirement with this id.
pub fn find(id: &str) -> Option<&'static Requirement> {
    all().iter().find(|requirement| requirement.id == id)
}

/// Every fault of the reference registry, with the requirement that has to catch it.
pub fn faults() -> impl Iterator<Item = (&'static Requirement, Fault)> {
    all()
        .iter()
        .flat_map(|requirement| requirement.rule.faults.iter().map(move |&fault| (requirement, fault)))
}

fn requirement(category: Category, listed: &Listed) -> Requirement {
    let head = listed.source.lines().map_while(|line| line.strip_prefix("//!"));
    let text: Vec<&str> = head.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let text = text.join("\n");
    let (says, why) = text.split_once("\n\n").unwrap_or((&text, ""));
    Requirement {
        id: format!("{}/{}", category.as_str(), listed.module.replace('_', "-")),
        category,
        says: says.replace('\n', " ").trim().to_owned(),
        why: why.trim().to_owned(),
        rule: listed.rule,
    }
}
