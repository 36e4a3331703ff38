//! A referrer is listed with its `artifactType`.

use crate::session::{Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It is left out.
pub(crate) const MISSING: Fault = Fault("discovery/referrers-artifact-type/missing");

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
    let referrer = session.referrer(&subject, "application/vnd.a");
    session.push_image(&repository, &referrer.manifest.digest, &referrer).await?;
    let answer = session.list_referrers(&repository, &subject).await?;
    let Some(entry) = entries_of(&answer).into_iter().find(|entry| entry["digest"] == referrer.manifest.digest) else {
        return Err(blocked("discovery/referrers-list", &answer, "the referrer"));
    };

    session.expect(&answer, entry["artifactType"] == "application/vnd.a", entry["artifactType"].to_string(), "application/vnd.a");
    Ok(())
}
