//! Credentials that nobody knows let nobody in.
//!
//! A registry that wants credentials, and does not look at them, wants none. Tokens that nobody has signed or issued
//! have been taken for good before.

use seaworthy_generators::shape::base64;
use serde_json::{Value, json};

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule};

/// They let everybody in.
pub(crate) const LET_IN: Fault = Fault("common/credentials-unknown/let-in");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#error-codes",
    needs: &[Need::Login],
    check: |session| Box::pin(check(session)),
    faults: &[LET_IN],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    // Nobody's name, and nobody's password.
    let basic = "Basic c2Vhd29ydGh5OnNlYXdvcnRoeQ==".to_owned();
    for credentials in [basic, "Bearer seaworthy".to_owned(), format!("Bearer {}", unsigned(&repository))] {
        let request = Request::new("POST", format!("/v2/{repository}/blobs/uploads/"));
        let answer = session.send(request.header("Authorization", credentials)).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, answer.status.to_string(), "401");
    }
    Ok(())
}

/// A token (RFC 7519) that allows everything with a repository, and has no signature.
fn unsigned(repository: &str) -> String {
    let access = json!([{ "type": "repository", "name": repository, "actions": ["pull", "push"] }]);
    let part = |value: Value| {
        let encoded = base64(value.to_string().as_bytes());
        encoded.trim_end_matches('=').replace('+', "-").replace('/', "_")
    };
    format!("{}.{}.", part(json!({ "alg": "none" })), part(json!({ "access": access })))
}
