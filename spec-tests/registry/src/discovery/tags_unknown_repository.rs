//! Listing the tags of a repository that does not exist is answered with 404.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// An empty list is served.
pub(crate) const EMPTY: Fault = Fault("discovery/tags-unknown-repository/empty");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#listing-tags",
    needs: &[],
    check: |session| Box::pin(check(session)),
    faults: &[EMPTY],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let answer = session.send(Request::new("GET", format!("/v2/{repository}/tags/list"))).await?;
    session.expect_status(&answer, &[404]);
    Ok(())
}
