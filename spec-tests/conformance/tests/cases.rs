//! Every case against the reference, each as a test of its own name:
//! `cargo test descriptor/digest` runs those that begin so.

use libtest_mimic::{Arguments, Failed, Trial};
use seaworthy::subjects::Subject;
use seaworthy::subjects::reference::Reference;
use seaworthy::suite::Prepared;
use seaworthy::verdict::{Verdict, expect, judge};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Class, case};

fn main() {
    let arguments = Arguments::from_args();
    let trials = case::cases().into_iter().map(|case| Trial::test(case.id.clone(), move || run(&case)));
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// The reference has to do what is expected of a validator, in every version, advice included.
fn run(case: &Case) -> Result<(), Failed> {
    let versions: Vec<_> = SpecVersion::ALL.into_iter().filter(|&version| case.is_in(version)).collect();
    if versions.is_empty() {
        return Err("the case means nothing in any version".into());
    }
    for version in versions {
        let prepared = Prepared::new(case.clone(), version, None);
        let control = Reference.run(&prepared.control, version);
        let outcome = Reference.run(&prepared.layout, version);
        let expect = expect(case, Reference.role(), version);
        let verdict = judge(expect, &outcome, &control, prepared.wanted.as_ref());
        let is_free = matches!(case.class, Class::Refused | Class::Unclear);
        let wanted = if is_free { Verdict::Recorded } else { Verdict::Pass };
        if verdict != wanted {
            let (did, words) = (outcome.as_str(), outcome.words());
            return Err(
                format!("{version}: {} ({did}: {words}; expected {expect:?})", verdict.as_str()).into()
            );
        }
    }
    Ok(())
}
