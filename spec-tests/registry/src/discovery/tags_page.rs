//! A list of `n` tags has `n` tags, or fewer with a `Link` to the rest.

use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule};

/// All tags are listed.
pub(crate) const ALL: Fault = Fault("discovery/tags-page/all");

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

    let (answer, tags) = session.list_tags(&repository, "?n=3").await?;
    let is_right = tags.len() == 3 || tags.len() < 3 && answer.header("link").is_some();
    session.expect(&answer, is_right, format!("{} of 7", tags.len()), "3, or fewer with a Link");
    Ok(())
}
