//! The `Location` of a manifest that was pushed serves it.

use crate::client::Request;
use crate::session::{Image, Session, Stop, blocked, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It leads to the blobs.
pub(crate) const ELSEWHERE: Fault = Fault("push/manifest-location/elsewhere");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[ELSEWHERE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }
    let image = Image::of(&manifest, blobs);
    let answer = session.send(push_manifest(&repository, "v1", &image)).await?;

    let Some(location) = answer.location().filter(|_| answer.status == 201) else {
        return Err(blocked("push/manifest", &answer, "201 with a Location"));
    };
    let answer = session.send(Request::new("GET", location).accepting_manifests()).await?;
    let is_manifest = answer.status == 200 && answer.body.len() == image.manifest.bytes.len();
    session.expect(&answer, is_manifest, answer.status.to_string(), "200 and the manifest");
    Ok(())
}
