//! Every upload has a session of its own: no two have the same `Location`.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// An upload to which nothing was sent is handed out again.
pub(crate) const SHARED: Fault = Fault("push/upload-session-unique/shared");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#post-then-put",
    check: |session| Box::pin(check(session)),
    faults: &[SHARED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let first = session.open_upload(&repository).await?;
    let answer = session.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/"))).await?;
    let is_new = answer.location().is_some_and(|second| second != first);
    session.expect(&answer, is_new, "the Location of another upload", "a Location of its own");
    Ok(())
}
