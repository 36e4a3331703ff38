//! A registry that does not delete tags answers with 400 or 405.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Need, RegistryRule};

/// It answers with 403.
pub(crate) const FORBIDDEN: Fault = Fault("management/tag-delete-disabled/forbidden");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#deleting-tags",
    needs: &[Need::Push, Need::KeepTags],
    check: |session| Box::pin(check(session)),
    faults: &[FORBIDDEN],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/v1"))).await?;
    session.expect_status(&answer, &[400, 405]);
    Ok(())
}
