//! Deleting a tag leaves the other tags that point to the same manifest, and the manifest with them.
//!
//! The specification does not tell what becomes of a manifest to which no tag leads any more.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, Need, RegistryRule};

/// The manifest is deleted with it.
pub(crate) const MANIFEST: Fault = Fault("management/tag-delete-keeps/manifest");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#deleting-tags",
    needs: &[Need::Push, Need::DeleteTags],
    check: |session| Box::pin(check(session)),
    faults: &[MANIFEST],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;

    session.push_tag(&repository, "v2", &image).await?;
    let answer = session.send(Request::new("DELETE", format!("/v2/{repository}/manifests/v1"))).await?;
    if answer.status != 202 {
        return Err(blocked("management/tag-delete", &answer, "202"));
    }
    for reference in ["v2", image.manifest.digest.as_str()] {
        let answer = session.send(pull_manifest(&repository, reference)).await?;
        session.expect_status(&answer, &[200]);
    }
    Ok(())
}
