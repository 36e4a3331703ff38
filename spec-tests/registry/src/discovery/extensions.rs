//! A registry that tells its extensions lists them as objects with a `name` and a `url`.
//!
//! Most have none, and answer 404.

use serde_json::Value;

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The list stands alone.
pub(crate) const MALFORMED: Fault = Fault("discovery/extensions/malformed");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::may().since(SpecVersion::V1_1_1),
    section: "extensions/_oci.md#discovering-extensions",
    needs: &[],
    check: |session| Box::pin(check(session)),
    faults: &[MALFORMED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let answer = session.send(Request::new("GET", "/v2/_oci/ext/discover")).await?;
    session.record(answer.status.to_string());
    if answer.status == 200 {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let is_extension = |extension: &Value| extension["name"].is_string() && extension["url"].is_string();
        let is_right = body["extensions"].as_array().is_some_and(|list| list.iter().all(is_extension));
        session.expect(&answer, is_right, "another form", "extensions, each with a name and a url");
    }
    Ok(())
}
