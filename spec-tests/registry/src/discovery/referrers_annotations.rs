//! A referrer is listed with its annotations.

use serde_json::Value;

use crate::session::{Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// They are left out.
pub(crate) const LOST: Fault = Fault("discovery/referrers-annotations/lost");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[LOST],
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

    let manifest: Value = serde_json::from_slice(&referrer.manifest.bytes).unwrap_or_default();
    let is_same = entry["annotations"] == manifest["annotations"];
    session.expect(&answer, is_same, entry["annotations"].to_string(), manifest["annotations"].to_string());
    Ok(())
}
