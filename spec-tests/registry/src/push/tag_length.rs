//! A tag has 128 characters at most.

use crate::session::{Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// A longer one is taken.
pub(crate) const LONGER: Fault = Fault("push/tag-length/longer");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[LONGER],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    for tag in [&"t".repeat(128)] {
        let answer = session.send(push_manifest(&repository, tag, &image)).await?;
        session.expect(&answer, answer.status < 300, answer.status.to_string(), "201");
    }
    for wrong in ["t".repeat(129)] {
        let request = push_manifest(&repository, &wrong, &image).exactly();
        let answer = session.send(request).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, answer.status.to_string(), "a refusal");
    }
    Ok(())
}
