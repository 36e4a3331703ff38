//! No request, however malformed, is answered with a 5xx, or not at all.
//!
//! Our own rule: such an answer says that the registry itself failed, and where one request makes it fail, a thousand
//! stop it.

use crate::client::Request;
use crate::session::{Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// A number of tags that is too large is a server error.
pub(crate) const OVERFLOW: Fault = Fault("common/no-server-errors/overflow");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#api",
    check: |session| Box::pin(check(session)),
    faults: &[OVERFLOW],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    let long = "n".repeat(300);
    let many = "x".repeat(100_000);
    for (method, path) in [
        ("POST", format!("{repository}/{long}/blobs/uploads/")),
        ("GET", format!("{repository}/manifests/{}", "t".repeat(4000))),
        ("GET", format!("{repository}/tags/list?n=99999999999999999999999&last=%00")),
        ("GET", format!("{repository}/tags/list?n=-1")),
        ("GET", format!("{repository}/tags/list?n=0")),
        ("GET", format!("{repository}/blobs/sha256:%00")),
        ("GET", format!("{repository}/manifests/%ff%fe")),
        ("POST", format!("{repository}/blobs/uploads/?mount=%00&from=..%2f..")),
        ("PATCH", format!("{repository}/blobs/uploads/%2e%2e%2f%2e%2e%2fetc")),
        ("PUT", format!("{repository}/blobs/uploads/00000000-0000-0000-0000-000000000000?digest=sha256:zz")),
        ("PUT", format!("{repository}/manifests/v1?{many}")),
        ("GET", "_catalog?n=2147483648".to_owned()),
        ("BREW", format!("{repository}/tags/list")),
    ] {
        let answer = session.send(Request::new(method, format!("/v2/{path}")).exactly()).await?;
        session.expect(&answer, answer.status < 500, answer.status.to_string(), "a refusal");
    }
    for reference in ["a:b", "sha256:zz"] {
        let answer = session.send(push_manifest(&repository, reference, &image).exactly()).await?;
        session.expect(&answer, answer.status < 500, answer.status.to_string(), "a refusal");
    }
    Ok(())
}
