//! A registry that lists referrers never answers with 404: where there are none, the list is empty.
//!
//! By 404 clients conclude that the registry does not know referrers, and fall back to tags.

use crate::client::Request;
use crate::session::{Session, Stop, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// A subject that is not there is answered with 404.
pub(crate) const NOT_FOUND: Fault = Fault("discovery/referrers-never-404/not-found");

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
    let absent = session.content(10).digest;
    let answer = session.send(Request::new("GET", format!("/v2/{repository}/referrers/{absent}"))).await?;
    if session.expect_status(&answer, &[200]) {
        session.expect(&answer, entries_of(&answer).is_empty(), "referrers of nothing", "an empty list");
    }
    Ok(())
}
