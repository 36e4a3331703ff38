//! The `Content-Range` of a chunk is two numbers with a hyphen between, and anything else is refused.

use crate::session::{Session, Stop, chunk};
use crate::{Fault, RegistryRule};

/// What is not understood is ignored.
pub(crate) const IGNORED: Fault = Fault("push/chunk-range-form/ignored");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[IGNORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(10);
    for range in ["abc", "bytes 0-9/10", "9-0", "-5-4", "0-"] {
        let upload = session.open_upload(&repository).await?;
        let answer = session.send(chunk(&upload, range, &blob.bytes)).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, format!("{} for {range}", answer.status), "416 or 400");
    }
    Ok(())
}
