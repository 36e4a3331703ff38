//! A tag that was deleted is answered with 404.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, Need, RegistryRule};

/// It is still served.
pub(crate) const KEPT: Fault = Fault("management/tag-gone/kept");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#deleting-tags",
    needs: &[Need::Push, Need::DeleteTags],
    check: |session| Box::pin(check(session)),
    faults: &[KEPT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/v1"))).await?;
    if answer.status != 202 {
        return Err(blocked("management/tag-delete", &answer, "202"));
    }
    let answer = session.send(pull_manifest(&repository, "v1")).await?;
    session.expect_gone(&answer, "pull/manifest-unknown")
}
