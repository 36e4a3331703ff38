//! The safety battery as data.
//!
//! These images try to do harm, so they are made for one place: what they aim at lies in [`CANARY`], or
//! where the request says, beside the root that they are to be unpacked to.

use schemars::JsonSchema;
use seaworthy_generators::battery::{self, FAMILIES, Place};
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use serde::{Deserialize, Serialize};

use super::{Content, Difference, Entry, FORMAT, Request};

/// What the images aim at, unless it is said otherwise: a folder beside the root, called `root`.
pub const CANARY: &str = "/tmp/seaworthy/canary";

/// A file of cases: all of one family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Seaworthy's test vectors on safety, of one family")]
pub struct Family {
    /// The version of this form: 1.
    pub format: u32,
    /// The family's id.
    pub family: String,
    /// What is tried, and why it works on some programs.
    pub says: String,
    /// The advisories that it comes from: CVE, RUSTSEC and GHSA numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The absolute path of the folder that the images aim at. The root that they are to be unpacked to
    /// stands beside it.
    pub canary: String,
    /// The cases.
    pub cases: Vec<Vector>,
}

/// One image of a family, and by which effect a program is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vector {
    /// Its id.
    pub id: String,
    /// `reject`, `contain`, `bounded`, `agree`, `preserve` or `inert`.
    pub effect: String,
    /// What the image makes use of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The image.
    #[serde(flatten)]
    pub image: Difference,
    /// A tar archive, where the case is about how a layout is read out of one: this is what a program is given.
    /// The image is what it has to see in it, if it takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<Content>,
}

/// The families that are wanted, each with its place in the index. A request for random images wants
/// none: these images are the same whatever the seed.
pub(super) fn families(request: &Request) -> Vec<(Entry, Family)> {
    let place = place(request);
    let control = control();
    let family = |family: &battery::Family| {
        let cases = family.cases.iter().filter(|case| request.wants(&family.case_id(case)));
        let cases: Vec<Vector> = cases.map(|case| vector(family, case, &place, &control)).collect();
        let entry = Entry {
            id: family.id.to_owned(),
            file: format!("{}.json", family.name()),
            cases: cases.iter().map(|case| case.id.clone()).collect(),
        };
        let references = family.references.iter().map(|&reference| reference.to_owned()).collect();
        let canary = request.canary.as_deref().unwrap_or(CANARY).to_owned();
        let says = family.says.to_owned();
        (entry, Family { format: FORMAT, family: family.id.to_owned(), says, references, canary, cases })
    };
    let all = FAMILIES.iter().filter(|_| request.count.is_none()).map(|it| family(it));
    all.filter(|(entry, _)| !entry.cases.is_empty()).collect()
}

/// The images that are wanted, by id.
pub(super) fn images(request: &Request) -> Vec<(String, Memory, Option<Vec<u8>>)> {
    let place = place(request);
    let all =
        FAMILIES.iter().flat_map(|family| family.cases.iter().map(move |case| (family.case_id(case), case)));
    let wanted = all.filter(|(id, _)| request.count.is_none() && request.wants(id));
    wanted.map(|(id, case)| (id, case.layout(&place), case.archive())).collect()
}

/// The image that every case is compared with: one that a program has to take.
pub(super) fn control() -> Memory {
    Shape::Image.layout().clone()
}

fn place(request: &Request) -> Place {
    let canary = request.canary.as_deref().unwrap_or(CANARY);
    let name = canary.rsplit('/').next().unwrap_or_default();
    Place { canary: canary.into(), from_root: format!("../{name}").into() }
}

fn vector(family: &battery::Family, case: &battery::Case, place: &Place, control: &Memory) -> Vector {
    Vector {
        id: family.case_id(case),
        effect: case.expect.as_str().to_owned(),
        flags: case.flags.iter().map(|flag| flag.as_str().to_owned()).collect(),
        image: Difference::between(control, &case.layout(place)),
        archive: case.archive().map(|archive| Content::of(&archive)),
    }
}
