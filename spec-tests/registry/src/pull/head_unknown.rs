//! HEAD of a blob or a manifest that is not there is answered with 404.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// It is answered with 204.
pub(crate) const NO_CONTENT: Fault = Fault("pull/head-unknown/no-content");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#checking-if-content-exists-in-the-registry",
    check: |session| Box::pin(check(session)),
    faults: &[NO_CONTENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let absent = session.content(10).digest;
    for path in [format!("blobs/{absent}"), format!("manifests/{absent}"), "manifests/absent".to_owned()] {
        let request = Request::new("HEAD", format!("/v2/{repository}/{path}"));
        let answer = session.send(request.accepting_manifests()).await?;
        session.expect_status(&answer, &[404]);
    }
    Ok(())
}
