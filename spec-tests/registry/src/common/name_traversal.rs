//! No spelling of a path leads into another repository than the one it names.
//!
//! Our own rule, for the sake of access rights: what a proxy in front of the registry allows by the path as it is
//! written must not be something else behind it.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// Dots and double slashes are resolved.
pub(crate) const NORMALISED: Fault = Fault("common/name-traversal/normalised");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[NORMALISED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    for detour in ["%2e%2e/target", "../target", "/target", "a%2f..%2ftarget", "./target"] {
        let target = format!("/v2/{repository}/a/{detour}/blobs/uploads/");
        let answer = session.send_once(Request::new("POST", target).exactly()).await?;
        let location = answer.header("location").unwrap_or_default().to_owned();
        let is_refused = (300..500).contains(&answer.status);
        session.expect(&answer, is_refused, format!("{} {location}", answer.status), "a refusal or a redirect");
    }
    Ok(())
}
