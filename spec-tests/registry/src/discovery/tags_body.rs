//! The list of tags is an object with the repository's `name` and an array of strings, `tags`.

use serde_json::Value;

use crate::client::Request;
use crate::session::{Session, Stop, blocked, tags_of};
use crate::{Fault, RegistryRule};

/// The name is missing.
pub(crate) const NO_NAME: Fault = Fault("discovery/tags-body/no-name");

pub const RULE: RegistryRule = RegistryRule {
    section: "spec.md#listing-tags",
    check: |session| Box::pin(check(session)),
    faults: &[NO_NAME],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let answer = session.send(Request::new("GET", format!("/v2/{repository}/tags/list"))).await?;
    if answer.status != 200 {
        return Err(blocked("discovery/tags-list", &answer, "200"));
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let has_name = body.get("name").and_then(Value::as_str) == Some(repository.as_str());
    session.expect(&answer, has_name, "no name, or another", repository.as_str());
    session.expect(&answer, tags_of(&answer).is_some(), "no array of strings", "an array of strings, tags");
    Ok(())
}
