//! With `last` the list begins after that tag.

use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// The tag itself is listed again.
pub(crate) const INCLUSIVE: Fault = Fault("discovery/tags-last/inclusive");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[INCLUSIVE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "a").await?;
    for tag in ["b", "c", "d", "e", "f", "g"] {
        session.push_tag(&repository, tag, &image).await?;
    }

    let (answer, tags) = session.list_tags(&repository, "?n=2&last=c").await?;
    session.expect(&answer, tags.iter().all(|tag| tag.as_str() > "c"), tags.join(", "), "only tags after c");
    Ok(())
}
