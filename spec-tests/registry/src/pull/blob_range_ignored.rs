//! A range in a unit that nobody knows is ignored, and several ranges are never answered with a part of another length.
//!
//! RFC 9110, section 14.2.

use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// An unknown unit is answered with 416.
pub(crate) const REFUSED: Fault = Fault("pull/blob-range-ignored/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    session.push_blob(&repository, &blob).await?;
    let request = |range: &str| pull_blob(&repository, &blob.digest).header("Range", range);
    let answer = session.send(request("lines=0-3")).await?;
    let is_whole = answer.status == 200 && answer.body.len() == blob.bytes.len();
    session.expect(&answer, is_whole, format!("{} with {} bytes", answer.status, answer.body.len()), "200 and the whole blob");
    let answer = session.send(request("bytes=0-1,3-4")).await?;
    let is_multipart =
        answer.header("content-type").is_some_and(|found| found.starts_with("multipart/byteranges"));
    let is_right = match answer.status {
        200 => answer.body.len() == blob.bytes.len(),
        206 => is_multipart || answer.header("content-range").is_some(),
        416 => true,
        _ => false,
    };
    session.expect(&answer, is_right, answer.status.to_string(), "200 and the whole blob, or 206 in parts");
    Ok(())
}
