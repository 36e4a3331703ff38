//! An image without an `artifactType` is listed with the media type of its configuration.

use seaworthy_image::media_type;

use crate::session::{Image, Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It is left out.
pub(crate) const MISSING: Fault = Fault("discovery/referrers-config-type/missing");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[MISSING],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;
    let (mut manifest, blobs) = session.manifest();
    manifest.set("subject", subject.manifest.descriptor(&subject.media_type));
    let referrer = Image::of(&manifest, blobs);
    session.push_image(&repository, &referrer.manifest.digest, &referrer).await?;
    let answer = session.list_referrers(&repository, &subject).await?;
    let Some(entry) = entries_of(&answer).into_iter().find(|entry| entry["digest"] == referrer.manifest.digest) else {
        return Err(blocked("discovery/referrers-list", &answer, "the referrer"));
    };

    session.expect(&answer, entry["artifactType"] == media_type::CONFIG, entry["artifactType"].to_string(), media_type::CONFIG);
    Ok(())
}
