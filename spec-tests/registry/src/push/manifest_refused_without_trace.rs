//! A manifest that was refused leaves nothing behind: neither its tag nor its digest is served.

use crate::session::{Content, Session, Stop, blocked, pull_manifest, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It is stored and refused.
pub(crate) const KEPT: Fault = Fault("push/manifest-refused-without-trace/kept");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[KEPT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let mut image = session.image();
    image.manifest = Content::new("{\"refused\": ");
    let answer = session.send(push_manifest(&repository, "refused", &image)).await?;
    if answer.status < 400 {
        return Err(blocked("push/manifest-malformed", &answer, "400"));
    }
    for reference in ["refused", image.manifest.digest.as_str()] {
        let answer = session.send(pull_manifest(&repository, reference)).await?;
        session.expect_gone(&answer, "pull/manifest-unknown")?;
    }
    Ok(())
}
