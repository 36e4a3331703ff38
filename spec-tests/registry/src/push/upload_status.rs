//! The status of an upload is answered with 204, a `Location`, and a `Range` that tells how far it has come.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, chunk};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The status is 200.
pub(crate) const OK: Fault = Fault("push/upload-status/ok");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-a-blob-in-chunks",
    check: |session| Box::pin(check(session)),
    faults: &[OK],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(chunk(&upload, "0-49", &blob.bytes.slice(..50))).await?;
    let Some(upload) = answer.location().filter(|_| answer.status == 202) else {
        return Err(blocked("push/chunk", &answer, "202 with a Location"));
    };

    let answer = session.send(Request::new("GET", upload)).await?;
    session.expect_status(&answer, &[204]);
    session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    let found = answer.header("range").unwrap_or("no Range").to_owned();
    session.expect(&answer, found == "0-49", found.as_str(), "0-49");
    Ok(())
}
