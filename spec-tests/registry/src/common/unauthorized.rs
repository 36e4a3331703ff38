//! Where credentials are missing the answer is 401, with the code `UNAUTHORIZED` and a challenge.
//!
//! How one logs in is not part of the specification, but the code is, and HTTP wants the challenge
//! (RFC 9110, section 15.5.2): without it no client knows what to show to whom. An error body is optional.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, Need, RegistryRule};

/// The code is `DENIED`.
pub(crate) const DENIED: Fault = Fault("common/unauthorized/denied");
/// There is no challenge where an upload goes on: where it begins nobody could log in without.
pub(crate) const NO_CHALLENGE: Fault = Fault("common/unauthorized/no-challenge");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#error-codes",
    needs: &[Need::Login],
    check: |session| Box::pin(check(session)),
    faults: &[DENIED, NO_CHALLENGE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let uploads = format!("/v2/{repository}/blobs/uploads/");
    for request in [Request::new("POST", &uploads), Request::new("PATCH", format!("{uploads}none"))] {
        let answer = session.send(request.anonymous()).await?;
        session.expect_status(&answer, &[401]);
        let has_challenge = answer.headers_named("www-authenticate").any(|value| !value.trim().is_empty());
        session.expect(&answer, has_challenge, "no WWW-Authenticate", "a challenge");
        let found = answer.error_codes();
        let fits = found.is_empty() || found.iter().any(|code| code.eq_ignore_ascii_case("UNAUTHORIZED"));
        session.expect(&answer, fits, found.join(", "), "UNAUTHORIZED");
    }
    Ok(())
}
