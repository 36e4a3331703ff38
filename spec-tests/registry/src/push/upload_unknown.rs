//! An upload that does not exist cannot be continued or closed, and none is closed without a digest.

use std::time::SystemTime;

use seaworthy_image::digest::{Algorithm, digest_of};

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// What is sent to an unknown upload is answered with 202.
pub(crate) const ACCEPTED: Fault = Fault("push/upload-unknown/accepted");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#post-then-put",
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;

    let invented = format!("/v2/{repository}/blobs/uploads/{}", invented(&repository));
    let body = blob.bytes.clone();
    for request in [
        Request::new("PATCH", invented.as_str()).header("Content-Range", "0-99").body(body.clone()),
        Request::new("PUT", format!("{invented}?digest={}", blob.digest)).body(body.clone()),
        Request::new("PUT", upload).body(body),
    ] {
        let answer = session.send(request).await?;
        session.expect(&answer, (400..500).contains(&answer.status), answer.status.to_string(), "404, or 400");
    }
    Ok(())
}

/// The name of an upload, as a UUID (RFC 9562), that no run has sent before: a registry that takes it once has it from
/// then on.
fn invented(repository: &str) -> String {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let digest = digest_of(Algorithm::Sha256, format!("{repository}/{now}").as_bytes());
    let hex = digest.trim_start_matches("sha256:");
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
}
