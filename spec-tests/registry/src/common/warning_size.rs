//! The warnings of one answer have 4096 bytes at most.
//!
//! Every answer of a run is held against it.

use crate::client::{Answer, Request};
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The warnings have 5000 bytes.
pub(crate) const LONG: Fault = Fault("common/warning-size/long");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#warnings",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[LONG],
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    session.send(Request::new("GET", "/v2/")).await?;
    Ok(())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    let size: usize = answer.headers_named("warning").map(str::len).sum();
    (size > 4096).then(|| (format!("{size} bytes"), "4096 bytes at most".to_owned()))
}
