//! What a registry makes of a strange `n` or an unknown `last` is its own choice.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Grade, RegistryRule};

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may(),
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "a").await?;
    for tag in ["b", "c", "d", "e", "f", "g"] {
        session.push_tag(&repository, tag, &image).await?;
    }

    for query in ["n=-1", "n=abc", "n=100000000000000000000", "n=", "last=nosuch", "last=%2e%2e"] {
        let answer = session.send(Request::new("GET", format!("/v2/{repository}/tags/list?{query}"))).await?;
        session.record(format!("{query}: {}", answer.status));
    }
    Ok(())
}
