//! A filter that is empty, matches nothing or needs escaping is answered with 200.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// An empty filter is answered with 400.
pub(crate) const REFUSED: Fault = Fault("discovery/referrers-odd-filters/refused");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[REFUSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;

    let digest = &subject.manifest.digest;
    for filter in ["", "application/vnd.a%2Bjson", "nosuch", "%C3%A4"] {
        let path = format!("/v2/{repository}/referrers/{digest}?artifactType={filter}");
        let answer = session.send(Request::new("GET", path)).await?;
        session.expect_status(&answer, &[200]);
    }
    Ok(())
}
