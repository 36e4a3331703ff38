//! The `code` of an error is one that the specification lists.
//!
//! Docker's codes for manifests of its first schema are tolerated, as the specification does since 1.1. Every answer of
//! a run is held against it.

use crate::client::{Answer, Request};
use crate::server::Code;
use crate::session::{Session, Stop, pull_manifest};
use crate::{Fault, RegistryRule};

/// A code of our own.
pub(crate) const INVENTED: Fault = Fault("common/error-code-known/invented");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#error-codes",
    needs: &[],
    check: |session| Box::pin(check(session)),
    observe: Some(observe),
    faults: &[INVENTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.send(pull_manifest(&repository, "absent")).await?;
    session.send(Request::new("GET", format!("/v2/{repository}/blobs/sha256:zz"))).await?;
    // That there is no answer is another requirement's affair.
    let _ = session.try_send(Request::new("GET", format!("/v2/{repository}/tags/list?n=-1"))).await;
    Ok(())
}

fn observe(answer: &Answer) -> Option<(String, String)> {
    // Beside the API there may be more, with codes of its own.
    if !answer.url.path().starts_with("/v2/") || answer.url.path().starts_with("/v2/_") {
        return None;
    }
    const LEGACY: [&str; 2] = ["TAG_INVALID", "MANIFEST_UNVERIFIED"];
    let is_known = |code: &String| {
        Code::ALL.iter().any(|known| known.as_str() == code) || LEGACY.contains(&code.as_str())
    };
    // What is no code at all is another requirement's affair.
    let is_code = |code: &String| code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let wrong = answer.error_codes().into_iter().find(|code| is_code(code) && !is_known(code))?;
    Some((wrong, "one of the codes that are listed".to_owned()))
}
