//! What is no manifest is refused, and with `MANIFEST_INVALID` where the answer has a code.

use crate::session::{Content, Session, Stop, push_manifest};
use crate::{Fault, Grade, RegistryRule};

/// It is stored.
pub(crate) const STORED: Fault = Fault("push/manifest-malformed/stored");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[STORED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let mut image = session.image();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000));
    for text in ["", "{", "not JSON", "[]", deep.as_str()] {
        image.manifest = Content::new(text.to_owned());
        let answer = session.send(push_manifest(&repository, "v1", &image)).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, answer.status.to_string(), "400 and MANIFEST_INVALID");
    }
    Ok(())
}
