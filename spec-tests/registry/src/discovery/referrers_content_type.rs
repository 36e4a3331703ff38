//! The list of referrers has the media type of an image index.

use seaworthy_image::media_type;

use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It is `application/json`.
pub(crate) const JSON: Fault = Fault("discovery/referrers-content-type/json");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[JSON],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;

    let answer = session.list_referrers(&repository, &subject).await?;
    let found = answer.header("content-type").unwrap_or("no Content-Type").to_owned();
    session.expect(&answer, found == media_type::INDEX, found.as_str(), media_type::INDEX);
    Ok(())
}
