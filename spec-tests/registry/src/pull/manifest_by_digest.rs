//! A manifest is served under its digest, with 200 and bytes that hash to it.

use crate::session::{Session, Stop, pull_manifest};
use crate::{Fault, RegistryRule};

/// A byte is another.
pub(crate) const CHANGED_BYTE: Fault = Fault("pull/manifest-by-digest/changed-byte");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[CHANGED_BYTE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    let answer = session.send(pull_manifest(&repository, &image.manifest.digest)).await?;
    if session.expect_status(&answer, &[200]) {
        session.expect(&answer, answer.body == image.manifest.bytes, "other bytes", "the bytes that were pushed");
    }
    Ok(())
}
