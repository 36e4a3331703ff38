//! A registry that refuses small chunks announces the least size in `OCI-Chunk-Min-Length`.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, chunk};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// Chunks of less than ten bytes are refused, and nothing is announced.
pub(crate) const SILENT: Fault = Fault("push/chunk-minimum/silent");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[SILENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(5);
    let opened = session.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/"))).await?;
    let Some(upload) = opened.location().filter(|_| opened.status == 202) else {
        return Err(blocked("push/upload-open", &opened, "202 with a Location"));
    };
    let answer = session.send(chunk(&upload, "0-4", &blob.bytes)).await?;
    if (400..500).contains(&answer.status) {
        let size = opened.header("oci-chunk-min-length").and_then(|size| size.parse::<u64>().ok());
        session.expect(&opened, size.is_some_and(|size| size > 5), "no OCI-Chunk-Min-Length", "the least size of a chunk");
    }
    Ok(())
}
