//! `last` works without `n`.

use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It is ignored.
pub(crate) const IGNORED: Fault = Fault("discovery/tags-last-alone/ignored");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[IGNORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "a").await?;
    for tag in ["b", "c", "d", "e", "f", "g"] {
        session.push_tag(&repository, tag, &image).await?;
    }

    let (answer, tags) = session.list_tags(&repository, "?last=e").await?;
    session.expect(&answer, tags == ["f", "g"], tags.join(", "), "f, g");
    Ok(())
}
