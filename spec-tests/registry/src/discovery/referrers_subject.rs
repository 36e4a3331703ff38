//! Every manifest in a list of referrers has the subject that was asked for.

use crate::session::{Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// The subject is listed, too.
pub(crate) const ITSELF: Fault = Fault("discovery/referrers-subject/itself");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[ITSELF],
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

    let digest = entry["digest"].as_str().unwrap_or_default().to_owned();
    let others = entries_of(&answer).len();
    session.expect(&answer, others == 1, format!("{others} entries"), format!("one, {digest}"));
    Ok(())
}
