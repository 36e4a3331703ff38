//! A manifest is pushed under a tag or a digest, and under nothing else.

use crate::session::{Session, Stop, push_manifest};
use crate::{Fault, RegistryRule};

/// What has a colon and is no digest is taken for a tag.
pub(crate) const COLON: Fault = Fault("push/reference-grammar/colon");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[COLON],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    // A server error takes nothing either; that it is no answer, common/no-server-errors says.
    for wrong in ["a:b", "sha256:zz", "sha256:"] {
        let request = push_manifest(&repository, wrong, &image).exactly();
        let answer = session.send(request).await?;
        let is_taken = (200..400).contains(&answer.status);
        session.expect(&answer, !is_taken, answer.status.to_string(), "a refusal");
    }
    Ok(())
}
