//! A referrer that was deleted is not listed any more.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// A manifest with a subject is not deleted.
pub(crate) const KEPT: Fault = Fault("discovery/referrers-deleted/kept");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers, Need::DeleteManifests],
    check: |session| Box::pin(check(session)),
    faults: &[KEPT],
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

    drop(entry);
    let path = format!("/v2/{repository}/manifests/{}", referrer.manifest.digest);
    let deleted = session.send(Request::new("DELETE", path)).await?;
    if deleted.status != 202 {
        return Err(blocked("management/manifest-delete", &deleted, "202"));
    }
    let answer = session.list_referrers(&repository, &subject).await?;
    let is_gone = !entries_of(&answer).iter().any(|entry| entry["digest"] == referrer.manifest.digest);
    session.expect(&answer, is_gone, "the referrer", "a list without it");
    Ok(())
}
