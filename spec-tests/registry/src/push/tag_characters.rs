//! A tag consists of letters, digits, `_`, `.` and `-`, and begins with neither dot nor hyphen.

use crate::session::{Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// One that begins with a dot is taken.
pub(crate) const LEADING_DOT: Fault = Fault("push/tag-characters/leading-dot");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[LEADING_DOT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    for tag in ["_x", "A.b-c_9", "0"] {
        let answer = session.send(push_manifest(&repository, tag, &image)).await?;
        session.expect(&answer, answer.status < 300, answer.status.to_string(), "201");
    }
    for wrong in [".x", "-x", "a+b", "a%20b", "%C3%A4"] {
        let request = push_manifest(&repository, wrong, &image).exactly();
        let answer = session.send(request).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, answer.status.to_string(), "a refusal");
    }
    Ok(())
}
