//! The pages of a list, from `Link` to `Link`, name every tag once.

use crate::client::Request;
use crate::session::{Session, Stop, blocked, tags_of};
use crate::{Fault, Grade, RegistryRule};

/// The first tag of the next page is left out.
pub(crate) const SKIPS: Fault = Fault("discovery/tags-pages-whole/skips");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[SKIPS],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "a").await?;
    for tag in ["b", "c", "d", "e", "f", "g"] {
        session.push_tag(&repository, tag, &image).await?;
    }

    let mut found: Vec<String> = Vec::new();
    let (mut answer, mut tags) = session.list_tags(&repository, "?n=2").await?;
    for _ in 0..10 {
        if let (Some(last), Some(first)) = (found.last(), tags.first())
            && last == first
        {
            return Err(blocked("discovery/tags-last", &answer, "the tags after the last one"));
        }
        found.append(&mut tags);
        let Some(next) = answer.next() else {
            if answer.header("link").is_some() {
                return Err(blocked("discovery/tags-link", &answer, "a Link with the relation next"));
            }
            break;
        };
        answer = session.send(Request::new("GET", next)).await?;
        tags = tags_of(&answer).ok_or_else(|| blocked("discovery/tags-body", &answer, "a list of tags"))?;
    }
    // A registry without Link is walked by last, which is another requirement's affair.
    if found.len() > 2 {
        let mut sorted = found.clone();
        sorted.sort();
        session.expect(&answer, sorted == ["a", "b", "c", "d", "e", "f", "g"], found.join(", "), "each of the 7 tags once");
    }
    Ok(())
}
