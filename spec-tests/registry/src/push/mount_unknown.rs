//! A blob that cannot be mounted opens an upload, with 202.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It is answered with 404.
pub(crate) const NOT_FOUND: Fault = Fault("push/mount-unknown/not-found");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should(),
    section: "spec.md#mounting-a-blob-from-another-repository",
    check: |session| Box::pin(check(session)),
    faults: &[NOT_FOUND],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let (from, repository) = (session.repository(), session.repository());
    let absent = session.content(10).digest;
    let path = format!("/v2/{repository}/blobs/uploads/?mount={absent}&from={from}");
    let answer = session.send(Request::new("POST", path)).await?;
    session.expect_status(&answer, &[202]);
    Ok(())
}
