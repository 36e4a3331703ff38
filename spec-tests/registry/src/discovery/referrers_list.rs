//! Listing the referrers of a manifest is answered with 200, and every referrer is in the list.

use serde_json::Value;

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// One of them is missing.
pub(crate) const LOST: Fault = Fault("discovery/referrers-list/lost");

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
    let referrers = [session.referrer(&subject, "application/vnd.a"), session.referrer(&subject, "application/vnd.b")];
    for referrer in &referrers {
        session.push_image(&repository, &referrer.manifest.digest, referrer).await?;
    }
    let path = format!("/v2/{repository}/referrers/{}", subject.manifest.digest);
    let answer = session.send(Request::new("GET", path)).await?;
    if session.expect_status(&answer, &[200]) {
        let index: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let listed = |digest: &str| {
            let entries = index["manifests"].as_array().map(Vec::as_slice).unwrap_or_default();
            entries.iter().any(|entry| entry["digest"] == digest)
        };
        let all = referrers.iter().all(|referrer| listed(&referrer.manifest.digest));
        session.expect(&answer, all, "a referrer is missing", "both referrers");
    }
    Ok(())
}
