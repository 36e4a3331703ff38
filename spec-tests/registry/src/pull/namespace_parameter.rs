//! A registry that uses the parameter `ns` says so in `OCI-Namespace`, with the same value.
//!
//! A proxy learns from `ns` which registry a client means. Any other registry ignores it.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It names another host.
pub(crate) const ANOTHER: Fault = Fault("pull/namespace-parameter/another");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#registry-proxying",
    check: |session| Box::pin(check(session)),
    faults: &[ANOTHER],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let request = Request::new("GET", format!("/v2/{repository}/manifests/v1?ns=registry.example"));
    let answer = session.send(request.accepting_manifests()).await?;
    let found = answer.header("oci-namespace").unwrap_or("registry.example").to_owned();
    session.expect(&answer, found == "registry.example", found.as_str(), "registry.example");
    Ok(())
}
