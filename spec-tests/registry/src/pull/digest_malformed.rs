//! A malformed digest in the URL of a blob or a manifest is refused.
//!
//! 400 and 404 are both right. A registry that takes such a text for a path has worse to fear.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It is answered with 204.
pub(crate) const NO_CONTENT: Fault = Fault("pull/digest-malformed/no-content");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pulling-blobs",
    check: |session| Box::pin(check(session)),
    faults: &[NO_CONTENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    session.push_blob(&repository, &blob).await?;
    let upper = blob.digest.to_uppercase().replace("SHA256", "sha256");
    let short = &blob.digest[..70];
    for digest in [upper.as_str(), short, "sha256:", "sha256:..%2f..%2f..%2fetc%2fpasswd", "md5:d41d8cd98f00b204e9800998ecf8427e"] {
        for kind in ["blobs", "manifests"] {
            let request = Request::new("GET", format!("/v2/{repository}/{kind}/{digest}")).exactly();
            let answer = session.send(request).await?;
            session.expect_status(&answer, &[400, 404]);
        }
    }
    Ok(())
}
