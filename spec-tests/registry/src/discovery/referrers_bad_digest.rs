//! Listing the referrers of what is no digest is answered with 400.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It is answered with 404.
pub(crate) const NOT_FOUND: Fault = Fault("discovery/referrers-bad-digest/not-found");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[NOT_FOUND],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    for digest in ["sha256:zz", "v1", "sha256:"] {
        let answer = session.send(Request::new("GET", format!("/v2/{repository}/referrers/{digest}"))).await?;
        session.expect_status(&answer, &[400]);
    }
    Ok(())
}
