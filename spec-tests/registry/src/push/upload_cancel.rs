//! An upload that is given up is answered with 204.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The status is 202.
pub(crate) const ACCEPTED: Fault = Fault("push/upload-cancel/accepted");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#cancel-a-blob-upload",
    check: |session| Box::pin(check(session)),
    faults: &[ACCEPTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let upload = session.open_upload(&repository).await?;
    let answer = session.send(Request::new("DELETE", upload)).await?;
    session.expect_status(&answer, &[204]);
    Ok(())
}
