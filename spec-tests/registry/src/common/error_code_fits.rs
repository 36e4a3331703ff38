//! The `code` of an error fits what is wrong.
//!
//! Only where the body is JSON: any other body, or none, is as right.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// An unknown blob is called an unknown upload.
pub(crate) const ANOTHER: Fault = Fault("common/error-code-fits/another");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#error-codes",
    check: |session| Box::pin(check(session)),
    faults: &[ANOTHER],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    session.push_new_image(&repository, "v1").await?;
    let absent = session.content(10).digest;
    for (path, codes) in [
        (format!("manifests/{absent}"), &["MANIFEST_UNKNOWN"][..]),
        ("manifests/absent".to_owned(), &["MANIFEST_UNKNOWN"]),
        (format!("blobs/{absent}"), &["BLOB_UNKNOWN"]),
        ("blobs/sha256:zz".to_owned(), &["DIGEST_INVALID", "BLOB_UNKNOWN", "UNSUPPORTED"]),
    ] {
        let request = Request::new("GET", format!("/v2/{repository}/{path}"));
        let answer = session.send(request.accepting_manifests()).await?;
        let found = answer.error_codes();
        let fits = found.is_empty() || found.iter().any(|code| codes.contains(&code.to_uppercase().as_str()));
        session.expect(&answer, fits, found.join(", "), codes.join(" or "));
    }
    Ok(())
}
