//! Opening an upload is answered with 202 and a `Location`.
//!
//! Every way of pushing a blob begins here. The `Location` may be relative or absolute, and may be
//! on another host.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// The status is 201.
pub(crate) const CREATED: Fault = Fault("push/upload-open/created");
/// There is no `Location`.
pub(crate) const NO_LOCATION: Fault = Fault("push/upload-open/no-location");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#post-then-put",
    check: |session| Box::pin(check(session)),
    faults: &[CREATED, NO_LOCATION],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let answer = session.send(Request::new("POST", format!("/v2/{repository}/blobs/uploads/"))).await?;
    session.expect_status(&answer, &[202]);
    session.expect(&answer, answer.location().is_some(), "no Location", "a Location");
    Ok(())
}
