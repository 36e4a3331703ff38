//! The `code` of an error consists of upper-case letters and underscores.
//!
//! Every answer of a run is held against it.

use crate::client::Answer;
use crate::session::{Session, Stop, pull_manifest};
use crate::{Fault, RegistryRule};

/// Codes are in lower case.
pub(crate) const LOWER_CASE: Fault = Fault("common/error-code-form/lower-case");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#error-codes",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[LOWER_CASE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.send(pull_manifest(&repository, "absent")).await?;
    Ok(())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let wrong = answer.error_codes().into_iter().find(|code| code.is_empty() || !code.bytes().all(is_code))?;
    Some((wrong, "upper-case letters and underscores".to_owned()))
}
