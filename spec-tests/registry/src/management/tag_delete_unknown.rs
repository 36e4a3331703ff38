//! Deleting a tag that is not there is answered with 404.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule};

/// It is answered with 202.
pub(crate) const ACCEPTED: Fault = Fault("management/tag-delete-unknown/accepted");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#deleting-tags",
    needs: &[Need::Push, Need::DeleteTags],
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/absent"))).await?;
    session.expect_status(&answer, &[404]);
    Ok(())
}
