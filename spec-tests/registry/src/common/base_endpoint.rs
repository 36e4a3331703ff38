//! The base endpoint answers `GET /v2/` with 200.
//!
//! It is how clients find out whether they speak to a registry at all. One that wants credentials
//! answers 401 first; the answer after that counts.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It answers 204.
pub(crate) const NO_CONTENT: Fault = Fault("common/base-endpoint/no-content");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#determining-support",
    needs: &[],
    check: |session| Box::pin(check(session)),
    faults: &[NO_CONTENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let answer = session.send(Request::new("GET", "/v2/")).await?;
    session.expect_status(&answer, &[200]);
    Ok(())
}
