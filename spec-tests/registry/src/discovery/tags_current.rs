//! A tag that was pushed is listed at once.

use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// The tag `late` is not listed.
pub(crate) const STALE: Fault = Fault("discovery/tags-current/stale");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[STALE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "early").await?;
    session.push_tag(&repository, "late", &image).await?;
    let (answer, tags) = session.list_tags(&repository, "").await?;
    let is_listed = |wanted: &str| tags.iter().any(|tag| tag == wanted);
    session.expect(&answer, is_listed("early") && is_listed("late"), tags.join(", "), "early and late");
    Ok(())
}
