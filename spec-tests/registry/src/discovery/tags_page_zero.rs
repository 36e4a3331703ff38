//! A list of no tags, `n=0`, is empty and has no `Link`.

use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// All tags are listed.
pub(crate) const ALL: Fault = Fault("discovery/tags-page-zero/all");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[ALL],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "a").await?;
    for tag in ["b", "c", "d", "e", "f", "g"] {
        session.push_tag(&repository, tag, &image).await?;
    }

    let (answer, tags) = session.list_tags(&repository, "?n=0").await?;
    session.expect(&answer, tags.is_empty(), format!("{} tags", tags.len()), "no tags");
    session.expect(&answer, answer.header("link").is_none(), "a Link", "no Link");
    Ok(())
}
