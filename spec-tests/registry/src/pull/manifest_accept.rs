//! What a registry does with an `Accept` header that does not fit is its own choice.
//!
//! Some ignore it, some answer 404 or 406. What is served is still what was pushed: a manifest that is
//! converted has another digest.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// A manifest that is not accepted is written anew.
pub(crate) const CONVERTED: Fault = Fault("pull/manifest-accept/converted");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may(),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[CONVERTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    let docker = "application/vnd.docker.distribution.manifest.v2+json";
    for (what, accept) in [("no Accept", None), ("Docker's type", Some(docker)), ("text/html", Some("text/html"))] {
        let mut request = Request::new("GET", format!("/v2/{repository}/manifests/{}", image.manifest.digest));
        if let Some(accept) = accept {
            request = request.header("Accept", accept);
        }
        let answer = session.send(request).await?;
        session.record(format!("{what}: {}", answer.status));
        let is_right = answer.status != 200 || answer.body == image.manifest.bytes;
        session.expect(&answer, is_right, "other bytes", "the bytes that were pushed, or a refusal");
    }
    Ok(())
}
