//! A list that was filtered by `artifactType` says so in `OCI-Filters-Applied`.
//!
//! Clients filter for themselves where it is missing.

use serde_json::Value;

use crate::client::Request;
use crate::session::{Session, Stop, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// There is no such header.
pub(crate) const SILENT: Fault = Fault("discovery/referrers-filter-declared/silent");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[SILENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;

    for artifact_type in ["application/vnd.wanted", "application/vnd.unwanted"] {
        let referrer = session.referrer(&subject, artifact_type);
        session.push_image(&repository, &referrer.manifest.digest, &referrer).await?;
    }
    let digest = &subject.manifest.digest;
    let path = format!("/v2/{repository}/referrers/{digest}?artifactType=application/vnd.wanted");
    let answer = session.send(Request::new("GET", path)).await?;
    let types: Vec<Value> = entries_of(&answer).iter().map(|entry| entry["artifactType"].clone()).collect();
    if types == ["application/vnd.wanted"] {
        let found = answer.header("oci-filters-applied").unwrap_or("no OCI-Filters-Applied").to_owned();
        let is_declared = found.split(',').any(|filter| filter.trim() == "artifactType");
        session.expect(&answer, is_declared, found, "artifactType");
    }
    Ok(())
}
