//! A range that begins after the end of a blob is answered with 416 and the blob's size in `Content-Range`.
//!
//! RFC 9110, section 14.4, to which the specification leaves the rest: a client that resumes a download learns
//! from it that it has everything.

use crate::session::{Session, Stop, blocked, pull_blob};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The whole blob is served.
pub(crate) const WHOLE: Fault = Fault("pull/blob-range-unsatisfiable/whole");
/// The size is not told.
pub(crate) const NO_SIZE: Fault = Fault("pull/blob-range-unsatisfiable/no-size");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[WHOLE, NO_SIZE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    session.push_blob(&repository, &blob).await?;
    let request = |range: &str| pull_blob(&repository, &blob.digest).header("Range", range);
    let answer = session.send(request("bytes=0-3")).await?;
    if answer.status != 206 {
        return Err(blocked("pull/blob-range", &answer, "206"));
    }
    let answer = session.send(request("bytes=100-")).await?;
    if session.expect_status(&answer, &[416]) {
        let found = answer.header("content-range").unwrap_or("no Content-Range").to_owned();
        session.expect(&answer, found == "bytes */100", found.as_str(), "bytes */100");
    }
    Ok(())
}
