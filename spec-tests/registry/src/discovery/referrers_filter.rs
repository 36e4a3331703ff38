//! A registry filters referrers by `artifactType` when it is asked to.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It declares the filter as applied and lists everything.
pub(crate) const IGNORED: Fault = Fault("discovery/referrers-filter/ignored");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[IGNORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;
    let referrer = session.referrer(&subject, "application/vnd.wanted+json");
    session.push_image(&repository, &referrer.manifest.digest, &referrer).await?;
    let unwanted = session.referrer(&subject, "application/vnd.unwanted");
    session.push_tag(&repository, &unwanted.manifest.digest, &unwanted).await?;
    let digest = &subject.manifest.digest;
    let path = format!("/v2/{repository}/referrers/{digest}?artifactType=application/vnd.wanted%2Bjson");
    let answer = session.send(Request::new("GET", path)).await?;
    if answer.status != 200 {
        return Err(blocked("discovery/referrers-list", &answer, "200"));
    }
    let listed = entries_of(&answer);
    let is_filtered = listed.len() == 1 && listed[0]["digest"] == referrer.manifest.digest;
    let types: Vec<&str> = listed.iter().map(|one| one["artifactType"].as_str().unwrap_or("none")).collect();
    let found = match types.as_slice() {
        [] => "no referrers".to_owned(),
        types => format!("referrers of the types {}", types.join(", ")),
    };
    session.expect(&answer, is_filtered, found, "the one of the type application/vnd.wanted+json");
    Ok(())
}
