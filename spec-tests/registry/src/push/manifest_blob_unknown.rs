//! A manifest that is refused because it names content that is not there is refused with `MANIFEST_BLOB_UNKNOWN`.
//!
//! A registry may as well take it. 1.0.1 called the code `BLOB_UNKNOWN`.

use crate::session::{Session, Stop, push_manifest};
use crate::{Fault, RegistryRule, SpecVersion};

/// The code is `MANIFEST_INVALID`.
pub(crate) const INVALID: Fault = Fault("push/manifest-blob-unknown/invalid");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#push",
    check: |session| Box::pin(check(session)),
    faults: &[INVALID],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.image();
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;
    let wanted = match session.version() {
        SpecVersion::V1_0_1 => "BLOB_UNKNOWN",
        _ => "MANIFEST_BLOB_UNKNOWN",
    };
    let found = answer.error_codes();
    // A body that is not JSON has no code at all, and is as right.
    let is_right = found.is_empty() || found.iter().any(|code| code.to_uppercase().ends_with(wanted));
    session.expect(&answer, is_right, found.join(", "), wanted);
    Ok(())
}
