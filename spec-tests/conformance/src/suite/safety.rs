//! The safety battery, run against subjects.
//!
//! It stands beside the specification: a program that fails here may conform, and be unsafe. Its
//! results have ids of their own, `safety/FAMILY/NAME`.

use std::sync::OnceLock;

use seaworthy_generators::battery::{self, Case, FAMILIES, Family, Make, Place};
use seaworthy_generators::layout_archive;
use seaworthy_generators::mutation::Part;
use seaworthy_generators::shape::Shape;
use seaworthy_image::conversion::RuntimeConfig;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Check, Level, Requirement, Role, all};

use super::CaseResult;
use crate::conversion;
use crate::facts;
use crate::outcome::{Differences, Outcome};
use crate::subjects::Subject;
use crate::verdict::{Expect, Verdict, judge};

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

/// Whether a result of this id is one of the battery.
pub fn is_threat(id: &str) -> bool {
    id.starts_with(battery::PREFIX)
}

/// What a subject does with the plain image, once it has been asked: in a directory, and in an archive.
#[derive(Debug, Default)]
pub struct Controls {
    directory: OnceLock<Outcome>,
    archive: OnceLock<Outcome>,
}

impl Threat {
    /// Its id.
    pub fn id(&self) -> String {
        self.family.case_id(self.case)
    }

    /// The parts of an image that it is about; none for what is in a layer.
    fn parts(&self) -> &'static [Part] {
        match &self.case.make {
            Make::Edit(part, _) => std::slice::from_ref(part),
            Make::Image(parts, _) => parts,
            Make::Archived(_) => &[Part::Layout],
            Make::Layers(_) | Make::Archive(_) => &[],
        }
    }

    fn is_about_configuration(&self) -> bool {
        self.parts().contains(&Part::Config)
    }

    /// Whether a subject in this role gets to see what the case is about. Who does not unpack layers
    /// cannot be harmed by what is in them; and what a configuration asks for is done by a runtime,
    /// which is told by a converter. What is in it for people is shown by all but unpackers.
    pub fn concerns(&self, role: Role) -> bool {
        let is_text = matches!(self.case.expect, battery::Expect::Inert);
        let concerns = |part: &Part| match part {
            Part::Config => role == Role::Converter || is_text && role != Role::Unpacker,
            _ => true,
        };
        if self.parts().is_empty() { role == Role::Unpacker } else { self.parts().iter().any(concerns) }
    }

    fn expect(&self, role: Role) -> Expect {
        // Who makes no use of an image is not harmed by it: what a validator has to find, the rules say.
        // And a converter goes by the configuration alone.
        let is_used = match role {
            Role::Unpacker | Role::Storer => true,
            Role::Converter => self.is_about_configuration(),
            // What an archive leads out to has been read by whoever takes it.
            _ => matches!(self.case.make, Make::Archived(_)),
        };
        match self.case.expect {
            battery::Expect::Reject if is_used => Expect::Reject,
            battery::Expect::Reject => Expect::Harmless,
            battery::Expect::Contain | battery::Expect::Bounded | battery::Expect::Inert => Expect::Harmless,
            battery::Expect::Agree => Expect::Agree,
            battery::Expect::Preserve => Expect::Accept,
        }
    }

    /// Runs it. `controls` are what the subject does with a plain image, which it has to take for its
    /// refusals to mean anything.
    pub fn run(&self, subject: &dyn Subject, version: SpecVersion, controls: &Controls) -> CaseResult {
        let expect = self.expect(subject.role());
        if let Some(reason) = subject.skips_threat(self.parts()) {
            let (verdict, outcome) = (Verdict::Skip, Outcome::Skipped(reason.into_owned()));
            let differences = Differences::default();
            return CaseResult { id: self.id(), expect, verdict, outcome, reason: None, differences };
        }
        if let Some(archive) = self.case.archive() {
            let layout = self.case.layout(&Place::placeholder());
            let outcome = subject.run_archive(&archive, &layout, version);
            let plain = plain();
            let archive = || layout_archive::bytes(&layout_archive::members(&plain));
            let control = controls.archive.get_or_init(|| subject.run_archive(&archive(), &plain, version));
            let wanted = facts::reading(&layout, version).ok();
            let verdict = judge(expect, &outcome, control, wanted.as_ref());
            let (differences, reason) = super::against(verdict, &outcome, control);
            return CaseResult { id: self.id(), expect, verdict, outcome, reason, differences };
        }
        let layout = OnceLock::new();
        let make = |place: &Place| layout.get_or_init(|| self.case.layout(place)).clone();
        let outcome = subject.run_aimed(&make, version);
        let control = controls.directory.get_or_init(|| subject.run(&plain(), version));
        let verdict = judge(expect, &outcome, control, None);
        let (verdict, of_conversion) = match (&outcome, layout.get()) {
            (Outcome::Converted(found), Some(layout)) if self.is_about_configuration() => {
                converted(verdict, expect, found, control, layout, version)
            }
            _ => (verdict, None),
        };
        let (differences, against_control) = super::against(verdict, &outcome, control);
        let reason = of_conversion.or(against_control);
        CaseResult { id: self.id(), expect, verdict, outcome, reason, differences }
    }
}

/// The verdict on a runtime configuration: it has to be the one that everybody else makes, as far as that of
/// the control is, and nobody may become root by an image that has to be refused.
fn converted(
    verdict: Verdict,
    expect: Expect,
    found: &RuntimeConfig,
    control: &Outcome,
    layout: &Memory,
    version: SpecVersion,
) -> (Verdict, Option<String>) {
    if verdict == Verdict::Fail && found.user.uid.unwrap_or_default() == 0 {
        return (Verdict::Unsafe, Some("the process is root".to_owned()));
    }
    if verdict != Verdict::Pass || !matches!(expect, Expect::Agree | Expect::Accept) {
        return (verdict, None);
    }
    let Ok(wanted) = conversion::reference(layout, version) else { return (verdict, None) };
    let plain = conversion::reference(&plain(), version).ok();
    // What it gets wrong anyway says nothing of the case.
    let is_kept = |requirement: &&'static Requirement| match (control, &plain) {
        (Outcome::Converted(control), Some(plain)) => {
            plain.breaches(requirement, control, version).is_empty()
        }
        _ => true,
    };
    let requirements = all().iter().filter(|it| matches!(it.rule.check, Check::Conversion(_)));
    let mut breaches =
        requirements.filter(is_kept).flat_map(|requirement| wanted.breaches(requirement, found, version));
    match breaches.find(|breach| breach.level == Level::Must) {
        Some(breach) => (Verdict::Fail, Some(format!("{}; wanted: {}", breach.found, breach.wanted))),
        None => (verdict, None),
    }
}

fn plain() -> Memory {
    Shape::Image.layout().clone()
}
