//! Components of names may be separated inside by a dot, by one or two underscores, or by any run of hyphens, and by nothing else.
//!
//! 1.0.1 knew single characters only.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// Two underscores are refused.
pub(crate) const NO_DOUBLE: Fault = Fault("common/name-separators/no-double");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[NO_DOUBLE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    for name in ["a.b", "a_b", "a__b", "a-b", "a----b", "a__b.c--d"] {
        let answer = session.send(Request::new("POST", format!("/v2/{repository}/{name}/blobs/uploads/"))).await?;
        session.expect(&answer, (200..300).contains(&answer.status), answer.status.to_string(), "202");
    }
    for wrong in ["a___b", "a_-b", "a._b", "a-.b"] {
        let request = Request::new("POST", format!("/v2/{repository}/{wrong}/blobs/uploads/"));
        let answer = session.send(request).await?;
        session.expect(&answer, (400..500).contains(&answer.status), answer.status.to_string(), "a refusal, 400 or 404");
    }
    Ok(())
}
