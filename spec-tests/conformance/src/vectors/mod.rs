//! The cases as data, for who does not want to run us: `corpus/cases/`.
//!
//! A case is its control and the difference from it, so that what all have in common is written
//! once. `corpus/cases/README.md` tells consumers how to read them.

mod content;
mod expand;
pub mod pushed;
pub mod safety;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use seaworthy_image::layout::{EntryKind, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Class, Requirement, Role};
use serde::{Deserialize, Serialize};

use crate::subjects::fingerprint;
use crate::suite::Prepared;
use crate::verdict::{Expect, expect};

pub use content::Content;
pub use expand::expand;

/// The version of the form of all these files.
pub const FORMAT: u32 = 1;

/// The roles whose obligations the files state.
pub const ROLES: [Role; 5] = [Role::Validator, Role::Reader, Role::Storer, Role::Unpacker, Role::Converter];

/// `index.json`: everything there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Index of Seaworthy's test vectors")]
pub struct Index {
    /// The version of this form: 1.
    pub format: u32,
    /// How many cases there are, those of the safety battery included.
    pub cases: usize,
    /// The requirements, in the order of the specification.
    pub requirements: Vec<Entry>,
    /// The families of the safety battery.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safety: Vec<Entry>,
}

/// A requirement or a family, and where its cases are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The id of the requirement, or of the family.
    pub id: String,
    /// The file with its cases, relative to the index.
    pub file: String,
    /// The ids of its cases.
    pub cases: Vec<String>,
}

/// A file of cases: all of one requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Seaworthy's test vectors on one requirement")]
pub struct Vectors {
    /// The version of this form: 1.
    pub format: u32,
    /// The requirement's id.
    pub requirement: String,
    /// What it says, in one sentence.
    pub says: String,
    /// The specification that it is of.
    pub specification: String,
    /// Where it stands there.
    pub section: String,
    /// Its level in each version that has it: `MUST`, `implied`, `SHOULD`, `MAY`.
    pub level: BTreeMap<String, String>,
    /// The cases.
    pub cases: Vec<Vector>,
}

/// A case: an image as the difference from its control, and what is expected of whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vector {
    /// Its id: that of the requirement, the fault or liberty, and the part where there are several.
    pub id: String,
    /// `valid`: it keeps every requirement. `invalid`: it breaks this one and no other. `unclear`:
    /// the specification does not tell.
    pub class: String,
    /// The part of the image that is edited.
    pub part: String,
    /// What is special about it: `may-be-refused`, `not-only-files` (it has links or special files,
    /// which are listed under `others`), `generated` (on a random image).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The seed of the random image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What is expected, by version of the specification, then by role: `accept`, `reject`,
    /// `prefer-reject`, `warn` or `either`.
    pub expect: BTreeMap<String, BTreeMap<String, Expect>>,
    /// The image.
    #[serde(flatten)]
    pub image: Difference,
}

/// An image as the difference from a control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The control, in `controls/NAME.json`: the same image without what the case is about. A refusal of
    /// the case counts only from a program that accepts this one.
    pub control: String,
    /// The paths of the control that the case does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// The files that the control does not have so.
    pub files: BTreeMap<String, Content>,
    /// What is no file, by path: `link`, `special` or `directory`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, String>,
}

impl Difference {
    fn between(control: &Memory, layout: &Memory) -> Difference {
        let differs = |(path, content): &(&String, &Vec<u8>)| control.files.get(*path) != Some(*content);
        let files = layout.files.iter().filter(differs);
        let gone = control.files.keys().filter(|path| !layout.files.contains_key(*path));
        let gone_others = control.others.keys().filter(|path| !layout.others.contains_key(*path));
        Difference {
            control: control_name(control),
            removed: gone.chain(gone_others).cloned().collect(),
            files: files.map(|(path, content)| (path.clone(), Content::of(content))).collect(),
            others: others(layout),
        }
    }
}

/// A control: a whole image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "An image that test vectors are the difference from")]
pub struct Control {
    /// The version of this form: 1.
    pub format: u32,
    /// Its files, by path.
    pub files: BTreeMap<String, Content>,
    /// What is no file, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, String>,
}

/// What to make.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Only cases whose id begins so; all if there are none.
    pub only: Vec<String>,
    /// On how many random images each case is made; on the plain one if there is no number.
    pub count: Option<u64>,
    /// The first seed.
    pub seed: u64,
    /// The version of the specification that random images are of.
    pub version: SpecVersion,
    /// What the images of the safety battery aim at; [`safety::CANARY`] if nothing is said.
    pub canary: Option<String>,
}

impl Request {
    fn wants(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|prefix| id.starts_with(prefix.as_str()))
    }
}

/// The files, by path relative to their folder. Nothing but the request decides what is in them.
///
/// # Errors
///
/// They cannot be written as JSON.
pub fn files(request: &Request) -> serde_json::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut entries = Vec::new();
    let mut controls = BTreeSet::new();
    for requirement in seaworthy_rules::all() {
        let mut vectors = Vec::new();
        for (vector, control) in of_requirement(requirement, request) {
            if controls.insert(vector.image.control.clone()) {
                files.insert(control_path(&vector.image.control), text(&control_of(&control))?);
            }
            vectors.push(vector);
        }
        if vectors.is_empty() {
            continue;
        }
        let file = format!("{}.json", requirement.id);
        let cases = vectors.iter().map(|vector| vector.id.clone()).collect();
        entries.push(Entry { id: requirement.id.clone(), file: file.clone(), cases });
        files.insert(file, text(&vectors_of(requirement, vectors))?);
    }
    let mut families = Vec::new();
    for (entry, family) in safety::families(request) {
        files.insert(entry.file.clone(), text(&family)?);
        families.push(entry);
    }
    if !families.is_empty() {
        let control = safety::control();
        files.insert(control_path(&control_name(&control)), text(&control_of(&control))?);
    }
    let cases = entries.iter().chain(&families).map(|entry| entry.cases.len()).sum();
    let index = Index { format: FORMAT, cases, requirements: entries, safety: families };
    files.insert("index.json".to_owned(), text(&index)?);
    files.insert("schemas/index.json".to_owned(), text(&schemars::schema_for!(Index))?);
    files.insert("schemas/cases.json".to_owned(), text(&schemars::schema_for!(Vectors))?);
    files.insert("schemas/safety.json".to_owned(), text(&schemars::schema_for!(safety::Family))?);
    files.insert("schemas/pushed.json".to_owned(), text(&schemars::schema_for!(pushed::Pushed))?);
    files.insert("schemas/control.json".to_owned(), text(&schemars::schema_for!(Control))?);
    Ok(files)
}

/// Where a control is.
pub fn control_path(name: &str) -> String {
    format!("controls/{name}.json")
}

/// A case as a whole image.
pub struct Image {
    /// Its id, with that of the seed where it is on a random image.
    pub id: String,
    /// The image.
    pub layout: Memory,
    /// The same without what the case is about.
    pub control: Memory,
    /// The archive that it is in, where the case is about that.
    pub archive: Option<Vec<u8>>,
}

/// The cases that are wanted as whole images, each made when it is asked for.
pub fn images(request: &Request) -> impl Iterator<Item = Image> {
    let wanted = move |case: &Case| {
        request.wants(&case.id) && (request.count.is_none() || case.is_in(request.version))
    };
    let seeds = match request.count {
        None => vec![None],
        Some(count) => (request.seed..request.seed.saturating_add(count)).map(Some).collect(),
    };
    let of_rules = seaworthy_rules::case::cases().into_iter().filter(wanted).flat_map(move |case| {
        seeds.clone().into_iter().map(move |seed| match seed {
            None => {
                Image { id: case.id.clone(), layout: case.layout(), control: case.control(), archive: None }
            }
            Some(number) => {
                let Prepared { layout, control, .. } = Prepared::new(case.clone(), request.version, seed);
                Image { id: format!("{}/seed-{number}", case.id), layout, control, archive: None }
            }
        })
    });
    let control = safety::control();
    let of_safety = safety::images(request);
    of_rules.chain(of_safety.into_iter().map(move |(id, layout, archive)| Image {
        id,
        layout,
        control: control.clone(),
        archive,
    }))
}

fn of_requirement(requirement: &'static Requirement, request: &Request) -> Vec<(Vector, Memory)> {
    let cases = seaworthy_rules::case::of(requirement).into_iter().filter(|case| request.wants(&case.id));
    let mut vectors = Vec::new();
    for case in cases {
        match request.count {
            None => vectors.push(vector(&case, None, &case.layout(), &case.control())),
            Some(count) if case.is_in(request.version) => {
                for seed in request.seed..request.seed.saturating_add(count) {
                    let Prepared { layout, control, .. } =
                        Prepared::new(case.clone(), request.version, Some(seed));
                    vectors.push(vector(&case, Some(seed), &layout, &control));
                }
            }
            Some(_) => {}
        }
    }
    vectors
}

fn vector(case: &Case, seed: Option<u64>, layout: &Memory, control: &Memory) -> (Vector, Memory) {
    let mut flags = Vec::new();
    let mut flag = |is_so: bool, name: &str| {
        if is_so {
            flags.push(name.to_owned());
        }
    };
    flag(case.class == Class::Valid && case.mutation.may_be_refused, "may-be-refused");
    flag(!layout.others.is_empty(), "not-only-files");
    flag(seed.is_some(), "generated");
    let versions = SpecVersion::ALL.into_iter().filter(|&version| case.is_in(version));
    let by_role = |version: SpecVersion| {
        ROLES.iter().map(|role| (role.as_str().to_owned(), expect(case, *role, version))).collect()
    };
    let vector = Vector {
        id: case.id.clone(),
        class: case.class.as_str().to_owned(),
        part: case.part.as_str().to_owned(),
        flags,
        seed,
        expect: versions.map(|version| (version.as_str().to_owned(), by_role(version))).collect(),
        image: Difference::between(control, layout),
    };
    (vector, control.clone())
}

fn vectors_of(requirement: &Requirement, cases: Vec<Vector>) -> Vectors {
    let level = |version: SpecVersion| {
        let level = requirement.rule.grade.at(version)?;
        Some((version.as_str().to_owned(), level.as_str().to_owned()))
    };
    Vectors {
        format: FORMAT,
        requirement: requirement.id.clone(),
        says: requirement.says.clone(),
        specification: "image-spec".to_owned(),
        section: requirement.rule.section.to_owned(),
        level: SpecVersion::ALL.into_iter().filter_map(level).collect(),
        cases,
    }
}

fn control_of(layout: &Memory) -> Control {
    let files = layout.files.iter().map(|(path, content)| (path.clone(), Content::of(content)));
    Control { format: FORMAT, files: files.collect(), others: others(layout) }
}

/// A name by what is in it: two controls have the same if they are the same.
pub fn control_name(control: &Memory) -> String {
    const LENGTH: usize = 16;
    let fingerprint = fingerprint(control);
    fingerprint.chars().skip_while(|&character| character != ':').skip(1).take(LENGTH).collect()
}

fn others(layout: &Memory) -> BTreeMap<String, String> {
    let word = |kind: &EntryKind| match kind {
        EntryKind::File => "file",
        EntryKind::Directory => "directory",
        EntryKind::Link => "link",
        EntryKind::Special => "special",
    };
    layout.others.iter().map(|(path, kind)| (path.clone(), word(kind).to_owned())).collect()
}

fn text(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
