//! The list of referrers is an image index: its `schemaVersion` is 2, and `manifests` is an array.

use serde_json::Value;

use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// An empty list is null.
pub(crate) const NULL: Fault = Fault("discovery/referrers-index/null");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[NULL],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;

    let answer = session.list_referrers(&repository, &subject).await?;
    let index: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    session.expect(&answer, index["schemaVersion"] == 2, "no schemaVersion of 2", "a schemaVersion of 2");
    session.expect(&answer, index["manifests"].is_array(), "no array of manifests", "an array, if need be empty");
    Ok(())
}
