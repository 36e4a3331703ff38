//! Cases: every mutation of every rule, on every part that it names.

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::draft::Draft;
use seaworthy_generators::mutation::{Edit, Mutation, Part};
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;

use crate::list::{Requirement, all};

/// An image that keeps or breaks one requirement.
#[derive(Debug, Clone)]
pub struct Case {
    /// The requirement's id, the mutation's name and, where the mutation is made on several
    /// parts, the part: `descriptor/digest-syntax/no-colon/layer-descriptor`.
    pub id: String,
    /// The requirement it is about.
    pub requirement: &'static Requirement,
    /// What is done to the image.
    pub mutation: &'static Mutation,
    /// The part it is done to.
    pub part: Part,
    /// Whether that keeps the requirement.
    pub class: Class,
}

/// What a mutation does to the requirement that lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// It keeps this requirement and every other.
    Valid,
    /// It breaks this requirement and no other.
    Invalid,
    /// It keeps every requirement on content, and those whom this one binds have to refuse it.
    Refused,
    /// The specification does not tell.
    Unclear,
}

impl Class {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::Valid => "valid",
            Class::Invalid => "invalid",
            Class::Refused => "refused",
            Class::Unclear => "unclear",
        }
    }
}

/// Every case, in the order of the requirements.
pub fn cases() -> Vec<Case> {
    all().iter().flat_map(of).collect()
}

/// The cases of one requirement.
pub fn of(requirement: &'static Requirement) -> Vec<Case> {
    let rule = requirement.rule;
    let classes = [
        (Class::Valid, rule.valid),
        (Class::Invalid, rule.invalid),
        (Class::Refused, rule.refused),
        (Class::Unclear, rule.unclear),
    ];
    let mut cases = Vec::new();
    for (class, mutations) in classes {
        for mutation in mutations {
            for &part in mutation.parts {
                let mut id = format!("{}/{}", requirement.id, mutation.name);
                if mutation.parts.len() > 1 {
                    id = format!("{id}/{}", part.as_str());
                }
                cases.push(Case { id, requirement, mutation, part, class });
            }
        }
    }
    cases
}

impl Case {
    /// The plain image that the case starts from.
    pub fn shape(&self) -> Shape {
        Shape::with(self.part)
    }

    /// Whether the case means anything in `version`: the requirement is in force there, and so is
    /// what the mutation is about.
    pub fn is_in(&self, version: SpecVersion) -> bool {
        self.requirement.rule.grade.at(version).is_some() && self.mutation.is_in(version)
    }

    /// The case's image: the plain image with the edit made.
    pub fn layout(&self) -> Memory {
        self.layout_of(&self.shape().draft(), &self.seed()).unwrap_or_default()
    }

    /// The same image without the edit. A refusal of the case means something only from a subject
    /// that accepts this one.
    pub fn control(&self) -> Memory {
        if self.mutation.after.is_none() {
            return self.shape().layout().clone();
        }
        self.control_of(&self.shape().draft(), &self.seed()).unwrap_or_default()
    }

    /// The edited part before and after the edit, as text: its JSON, or what happened to the files.
    pub fn example(&self) -> (String, String) {
        let (draft, seed) = (self.shape().draft(), self.seed());
        let mut edits = self.edits_before();
        let say = |edits: &[(Part, Edit)]| {
            let bytes = draft.part_with(self.part, edits, &mut Choices::new(&seed));
            String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
        };
        let before = say(&edits);
        edits.push((self.part, self.mutation.edit));
        match self.mutation.edit {
            Edit::Stored(_) => files_that_differ(&self.control(), &self.layout()),
            _ => (before, say(&edits)),
        }
    }

    /// The edit made on any image; `None` if that lacks the part.
    pub fn layout_of(&self, draft: &Draft, choices: &[u8]) -> Option<Memory> {
        draft.seal_with(&self.edits(), &mut Choices::new(choices))
    }

    /// The edits that make the case, in order: to seal them together with others.
    pub fn edits(&self) -> Vec<(Part, Edit)> {
        let mut edits = self.edits_before();
        edits.push((self.part, self.mutation.edit));
        edits
    }

    /// The control on any image; `None` if that lacks the part.
    pub fn control_of(&self, draft: &Draft, choices: &[u8]) -> Option<Memory> {
        draft.seal_with(&self.edits_before(), &mut Choices::new(choices))
    }

    /// The bytes that the case's own choices are made from: they depend on its id only.
    pub fn seed(&self) -> Vec<u8> {
        seeded(&self.id, 256)
    }

    /// The valid mutation that this one builds on, on the same part if it can be.
    fn edits_before(&self) -> Vec<(Part, Edit)> {
        let Some(name) = self.mutation.after else { return Vec::new() };
        let before = self.requirement.rule.valid.iter().find(|valid| valid.name == name);
        let edit = before.map(|valid| {
            let part = if valid.parts.contains(&self.part) { self.part } else { valid.parts[0] };
            (part, valid.edit)
        });
        edit.into_iter().collect()
    }
}

/// What only one of two layouts holds: paths, and the beginning of what is in them.
fn files_that_differ(before: &Memory, after: &Memory) -> (String, String) {
    let say = |one: &Memory, other: &Memory| {
        let files = one.files.iter().filter(|(path, content)| other.files.get(*path) != Some(*content));
        let files = files.map(|(path, content)| {
            format!(
                "{path} ({} bytes: {})",
                content.len(),
                String::from_utf8_lossy(&content[..content.len().min(40)])
            )
        });
        let others = one.others.iter().filter(|(path, kind)| other.others.get(*path) != Some(*kind));
        let others = others.map(|(path, kind)| format!("{path} ({})", kind.describe()));
        files.chain(others).collect::<Vec<_>>().join(", ")
    };
    (say(before, after), say(after, before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    fn case(id: &str) -> Case {
        cases().into_iter().find(|case| case.id == id).unwrap_or_else(|| panic!("no case {id}"))
    }

    #[test]
    fn ids_name_the_part_where_there_are_several() {
        let ids = |requirement: &str| {
            let cases = of(find(requirement).unwrap());
            cases.into_iter().map(|case| case.id).collect::<Vec<_>>()
        };
        let one_part = ids("layout/index-format");
        assert_eq!(one_part[..2], ["layout/index-format/lists-nothing", "layout/index-format/manifest"]);
        let several = ids("index/schema-version-2");
        assert_eq!(
            several[..2],
            ["index/schema-version-2/one/index", "index/schema-version-2/one/nested-index"]
        );
    }

    #[test]
    fn every_requirement_is_in_the_list_of_cases() {
        let cases = cases();
        assert!(all().iter().all(|one| cases.iter().any(|case| case.requirement.id == one.id)));
        assert_eq!(cases.len(), all().iter().map(|one| of(one).len()).sum::<usize>());
    }

    #[test]
    fn examples_show_what_an_edit_changes() {
        let (before, after) = case("index/schema-version-2/three/index").example();
        assert!(before.contains("\"schemaVersion\":2"), "{before}");
        assert_eq!(after, before.replace("\"schemaVersion\":2", "\"schemaVersion\":3"));
        // Of stored files, the ones that differ.
        let (before, after) = case("layout/blob-content/cut-short").example();
        let file = |rest: &str| {
            let digest = "b69eb16d05b748dc3268d34cd6d6d53637dcb582c1a9af51bce2ad7feed1fa39";
            format!("blobs/sha256/{digest} ({rest})")
        };
        assert_eq!(before, file("12 bytes: left behind\n"));
        assert_eq!(after, file("4 bytes: left"));
        let (before, after) = case("layout/blobs-directory/link").example();
        assert!(before.starts_with("blobs/sha256/") && !before.contains("(a link)"), "{before}");
        assert_eq!(after, "blobs (a link)");
    }

    #[test]
    fn choices_depend_on_the_id_and_nothing_else() {
        let [one, other] =
            ["one", "three"].map(|name| case(&format!("index/schema-version-2/{name}/index")).seed());
        assert_eq!((one.len(), one == other), (256, false));
        assert_eq!(one, case("index/schema-version-2/one/index").seed());
    }
}
