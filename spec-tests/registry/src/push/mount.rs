//! A blob that is mounted from another repository is answered with 201 and a `Location`; one that is not opens an upload, with 202.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// There is no `Location`.
pub(crate) const NO_LOCATION: Fault = Fault("push/mount/no-location");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#mounting-a-blob-from-another-repository",
    check: |session| Box::pin(check(session)),
    faults: &[NO_LOCATION],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let (from, repository) = (session.repository(), session.repository());
    let blob = session.content(100);
    session.push_blob(&from, &blob).await?;
    let path = format!("/v2/{repository}/blobs/uploads/?mount={}&from={from}", blob.digest);
    let answer = session.send(Request::new("POST", path)).await?;

    session.expect_status(&answer, &[201, 202]);
    session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    Ok(())
}
