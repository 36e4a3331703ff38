//! A manifest comes with the `Content-Type` with which it was pushed.
//!
//! Clients choose by it how to read the manifest. Parameters are another requirement's affair.

use crate::session::{Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It is `application/json`.
pub(crate) const JSON: Fault = Fault("pull/manifest-content-type/json");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should(),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[JSON],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    let answer = session.send(pull_manifest(&repository, "v1")).await?;
    if answer.status != 200 {
        return Err(blocked("pull/manifest-by-tag", &answer, "200"));
    }
    let found = answer.header("content-type").unwrap_or("no Content-Type").to_owned();
    let media_type = found.split(';').next().unwrap_or_default().trim();
    session.expect(&answer, media_type == image.media_type, found.as_str(), image.media_type.as_str());
    Ok(())
}
