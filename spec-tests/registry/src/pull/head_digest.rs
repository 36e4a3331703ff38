//! HEAD of a blob or a manifest tells its digest in `Docker-Content-Digest`.
//!
//! By HEAD clients find out whether a tag has moved. Releases advise it, the dev version obliges to it.

use seaworthy_rules::Level;

use crate::client::Request;
use crate::session::{Session, Stop, blocked};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no such header.
pub(crate) const MISSING: Fault = Fault("pull/head-digest/missing");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().then(SpecVersion::Dev, Level::Must),
    section: "spec.md#checking-if-content-exists-in-the-registry",
    check: |session| Box::pin(check(session)),
    faults: &[MISSING],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    let blob = &image.blobs[0];
    for (by, path, content) in [
        ("pull/blob-head", format!("blobs/{}", blob.digest), blob),
        ("pull/manifest-head", "manifests/v1".to_owned(), &image.manifest),
    ] {
        let request = Request::new("HEAD", format!("/v2/{repository}/{path}"));
        let answer = session.send(request.accepting_manifests()).await?;
        if answer.status != 200 {
            return Err(blocked(by, &answer, "200"));
        }

        let found = answer.header("docker-content-digest").unwrap_or("no Docker-Content-Digest").to_owned();
        session.expect(&answer, found == content.digest, found.as_str(), content.digest.as_str());
    }
    Ok(())
}
