//! An upload belongs to its repository, and cannot be used again once it is closed.

use crate::client::Request;
use crate::session::{Session, Stop};
use crate::{Fault, Grade, RegistryRule};

/// It can be closed in any repository.
pub(crate) const ANYWHERE: Fault = Fault("push/upload-once/anywhere");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#post-then-put",
    check: |session| Box::pin(check(session)),
    faults: &[ANYWHERE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let blob = session.content(100);
    let upload = session.open_upload(&repository).await?;

    let (path, other) = (upload.path().to_owned(), session.repository());
    let moved = path.replacen(&repository, &other, 1);
    if moved != path {
        let query = upload.query().map(|query| format!("{query}&")).unwrap_or_default();
        let request = Request::new("PUT", format!("{moved}?{query}digest={}", blob.digest)).body(blob.bytes.clone());
        let answer = session.send(request).await?;
        let is_refused = (400..500).contains(&answer.status);
        session.expect(&answer, is_refused, format!("{} in another repository", answer.status), "404");
    }
    Ok(())
}
