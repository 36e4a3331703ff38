//! HEAD of a blob or a manifest tells its size in `Content-Length`.
//!
//! Clients plan downloads by it. 1.1 advises it, the dev version obliges to it.

use seaworthy_rules::Level;

use crate::client::Request;
use crate::session::{Session, Stop, blocked};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// It tells one byte too many.
pub(crate) const WRONG: Fault = Fault("pull/head-length/wrong");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1).then(SpecVersion::Dev, Level::Must),
    section: "spec.md#checking-if-content-exists-in-the-registry",
    check: |session| Box::pin(check(session)),
    faults: &[WRONG],
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

        let wanted = content.bytes.len().to_string();
        let found = answer.header("content-length").unwrap_or("no Content-Length").to_owned();
        session.expect(&answer, found == wanted, found.as_str(), wanted.as_str());
    }
    Ok(())
}
