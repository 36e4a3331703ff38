//! The safety battery, run against subjects.
//!
//! It stands beside the specification: a program that fails here may conform, and be unsafe. Its
//! results have ids of their own, `safety/FAMILY/NAME`.

use std::sync::OnceLock;

use seaworthy_generators::battery::{self, Case, FAMILIES, Family, Make};
use seaworthy_generators::choices::Choices;
use seaworthy_generators::mutation::Part;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

use super::CaseResult;
use crate::outcome::Outcome;
use crate::subjects::Subject;
use crate::verdict::{Expect, judge};

/// A case of the battery with its family.
#[derive(Debug, Clone, Copy)]
pub struct Threat {
    family: &'static Family,
    case: &'static Case,
}

/// Every case of the battery whose id starts with one of `only`, or all.
pub fn threats(only: &[String]) -> Vec<Threat> {
    let all = FAMILIES.iter().flat_map(|family| family.cases.iter().map(move |case| Threat { family, case }));
    all.filter(|threat| super::is_wanted(&threat.id(), only)).collect()
}

/// How the ids of threats begin.
const PREFIX: &str = "safety/";

/// Whether a result of this id is one of the battery.
pub fn is_threat(id: &str) -> bool {
    id.starts_with(PREFIX)
}

impl Threat {
    /// Its id.
    pub fn id(&self) -> String {
        format!("{PREFIX}{}/{}", self.family.id.to_lowercase(), self.case.name)
    }

    /// Whether a subject in this role gets to see what the case is about. Who does not unpack layers
    /// cannot be harmed by what is in them; and what a configuration asks for is done by a runtime,
    /// which is told by a converter.
    pub fn concerns(&self, role: Role) -> bool {
        match self.case.make {
            Make::Edit(Part::Config, _) => role == Role::Converter,
            Make::Edit(..) => true,
            Make::Layers(_) | Make::Archive(_) => role == Role::Unpacker,
        }
    }

    fn expect(&self, role: Role) -> Expect {
        // What is wrong with a layer's descriptor harms nobody who does not look for the layer.
        let is_used = !matches!(role, Role::Reader | Role::Converter)
            || matches!(self.case.make, Make::Edit(Part::Config, _));
        match self.case.expect {
            battery::Expect::Reject if is_used => Expect::Reject,
            battery::Expect::Reject => Expect::Harmless,
            battery::Expect::Contain | battery::Expect::Bounded | battery::Expect::Inert => Expect::Harmless,
            battery::Expect::Agree => Expect::Agree,
            battery::Expect::Preserve => Expect::Accept,
        }
    }

    /// Runs it. `control` is what the subject does with a plain image, which it has to take for its
    /// refusals to mean anything.
    pub fn run(
        &self,
        subject: &dyn Subject,
        version: SpecVersion,
        control: &OnceLock<Outcome>,
    ) -> CaseResult {
        let outcome = subject.run_aimed(&|place| self.case.layout(place), version);
        let control = control.get_or_init(|| subject.run(&plain(), version));
        let expect = self.expect(subject.role());
        let verdict = judge(expect, &outcome, control, None);
        CaseResult { id: self.id(), expect, verdict, outcome, reason: None }
    }
}

fn plain() -> Memory {
    Shape::Image.draft().seal(&mut Choices::new(&[]))
}
