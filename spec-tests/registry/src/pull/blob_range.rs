//! A part of a blob can be fetched with `Range`.
//!
//! Without it a download that was cut has to start again. Beginnings, ends, and parts that reach
//! over the end are asked for; each answer is 206 with the right bytes and the right `Content-Range`.

use crate::session::{Session, Stop, pull_blob};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The header is ignored.
pub(crate) const IGNORED: Fault = Fault("pull/blob-range/ignored");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[IGNORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(1000);
    session.push_blob(&repository, &blob).await?;
    for (range, first, last) in
        [("0-3", 0, 3), ("-4", 996, 999), ("990-", 990, 999), ("500-5000", 500, 999), ("7-7", 7, 7)]
    {
        let request = pull_blob(&repository, &blob.digest).header("Range", format!("bytes={range}"));
        let answer = session.send(request).await?;
        if !session.expect_status(&answer, &[206]) {
            return Ok(());
        }
        let wanted = format!("bytes {first}-{last}/1000");
        let found = answer.header("content-range").unwrap_or("no Content-Range").to_owned();
        session.expect(&answer, found == wanted, found.as_str(), wanted.as_str());
        session.expect(&answer, answer.body == blob.bytes[first..=last], "other bytes", "that part of the blob");
    }
    Ok(())
}
