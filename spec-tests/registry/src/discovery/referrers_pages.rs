//! A list of referrers that does not fit has a `Link` to the rest, and its pages name every referrer.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// There is no `Link`.
pub(crate) const NO_LINK: Fault = Fault("discovery/referrers-pages/no-link");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[NO_LINK],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;

    let mut missing = std::collections::BTreeSet::new();
    for _ in 0..REFERRERS {
        let referrer = session.referrer(&subject, "application/vnd.a");
        // They all have the same blob.
        match missing.is_empty() {
            true => session.push_image(&repository, &referrer.manifest.digest, &referrer).await?,
            false => session.push_tag(&repository, &referrer.manifest.digest, &referrer).await?,
        }
        missing.insert(referrer.manifest.digest);
    }
    let mut answer = session.list_referrers(&repository, &subject).await?;
    for _ in 0..REFERRERS {
        for entry in entries_of(&answer) {
            missing.remove(entry["digest"].as_str().unwrap_or_default());
        }
        let Some(next) = answer.next() else { break };
        answer = session.send(Request::new("GET", next)).await?;
    }
    // One alone may be missing for another reason.
    if missing.len() == 1 {
        return Err(blocked("discovery/referrers-list", &answer, "every referrer"));
    }
    session.expect(&answer, missing.is_empty(), format!("{} are missing", missing.len()), "every referrer, or a Link to more");
    Ok(())
}

/// How many referrers are pushed: more than some registries list at once.
const REFERRERS: usize = 60;
