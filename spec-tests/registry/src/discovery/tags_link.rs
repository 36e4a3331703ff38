//! A `Link` to more tags has the relation type `next`.

use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no relation type.
pub(crate) const NO_RELATION: Fault = Fault("discovery/tags-link/no-relation");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[NO_RELATION],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "a").await?;
    for tag in ["b", "c", "d", "e", "f", "g"] {
        session.push_tag(&repository, tag, &image).await?;
    }

    let (answer, _) = session.list_tags(&repository, "?n=3").await?;
    if let Some(link) = answer.header("link").map(str::to_owned) {
        session.expect(&answer, answer.next().is_some(), link, "<…>; rel=\"next\"");
    }
    Ok(())
}
