//! An answer of 405 tells the methods that are allowed, in `Allow`.
//!
//! RFC 9110, section 15.5.6; the dev version refers to it for whatever it leaves open. Every answer of a run is held
//! against it.

use crate::client::{Answer, Request};
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no `Allow`.
pub(crate) const SILENT: Fault = Fault("common/method-not-allowed/silent");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#api",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[SILENT],
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.send(Request::new("PUT", format!("/v2/{repository}/tags/list"))).await?;
    Ok(())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    let is_silent = answer.status == 405 && answer.header("allow").is_none();
    is_silent.then(|| ("no Allow".to_owned(), "an Allow".to_owned()))
}
