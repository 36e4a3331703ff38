//! The `Content-Type` of a manifest has no parameters.
//!
//! Many clients compare the whole header.

use crate::session::{Session, Stop, pull_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It names a character set.
pub(crate) const CHARSET: Fault = Fault("pull/manifest-content-type-parameters/charset");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[CHARSET],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let answer = session.send(pull_manifest(&repository, "v1")).await?;
    let found = answer.header("content-type").unwrap_or_default().to_owned();
    session.expect(&answer, !found.contains(';'), found.as_str(), "no parameters");
    Ok(())
}
