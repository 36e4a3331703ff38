//! A repository may have a name of many components.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// More than six components are refused.
pub(crate) const SHALLOW: Fault = Fault("common/name-depth/shallow");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[SHALLOW],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = format!("{}/b/c/d/e/f", session.repository());
    let answer = session.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/"))).await?;
    session.expect(&answer, (200..300).contains(&answer.status), answer.status.to_string(), "202");
    Ok(())
}
