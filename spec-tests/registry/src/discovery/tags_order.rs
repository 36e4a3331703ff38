//! Tags are listed in lexical order.
//!
//! Clients page through the list by the last tag they have seen, and lose tags where the order is
//! another. Releases ask for an order without regard to case, and do not tell where that has the underscore; the dev
//! version also allows the order of bytes.

use crate::session::{Session, Stop};
use crate::{Fault, RegistryRule, SpecVersion};

/// Where there is a tag in upper case, the last one comes first.
pub(crate) const REVERSED: Fault = Fault("discovery/tags-order/reversed");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[REVERSED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "b").await?;
    for tag in ["c", "A", "0", "_", "a.b", "D"] {
        session.push_tag(&repository, tag, &image).await?;
    }
    let (answer, tags) = session.list_tags(&repository, "").await?;
    let version = session.version();
    session.expect(&answer, is_lexical(&tags, version), tags.join(", "), wanted(version));
    Ok(())
}

/// Whether tags are in an order that a version allows.
pub(crate) fn is_lexical(tags: &[String], version: SpecVersion) -> bool {
    // The underscore is between the two cases of the letters.
    tags.is_sorted_by_key(|tag| tag.to_ascii_lowercase())
        || tags.is_sorted_by_key(|tag| tag.to_ascii_uppercase())
        || version >= SpecVersion::Dev && tags.is_sorted()
}

/// The order that a version asks for, in words.
pub(crate) const fn wanted(version: SpecVersion) -> &'static str {
    match version {
        SpecVersion::Dev => "lexical order",
        _ => "lexical order, without regard to case",
    }
}
