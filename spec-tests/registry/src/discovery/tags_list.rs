//! Listing the tags of a repository that exists is answered with 200.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// The status is 204.
pub(crate) const NO_CONTENT: Fault = Fault("discovery/tags-list/no-content");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[NO_CONTENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let answer = session.send(Request::new("GET", format!("/v2/{repository}/tags/list"))).await?;
    session.expect_status(&answer, &[200]);
    Ok(())
}
