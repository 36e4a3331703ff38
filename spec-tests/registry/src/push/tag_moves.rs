//! A tag under which another manifest is pushed moves to it.
//!
//! The specification does not tell for how long the first stays, to which no tag leads any more: whether it can
//! still be pulled by its digest is recorded.

use crate::session::{Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, RegistryRule};

/// A tag stays where it was first.
pub(crate) const FIXED: Fault = Fault("push/tag-moves/fixed");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::implied(),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[FIXED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let first = session.push_new_image(&repository, "v1").await?;
    let second = session.push_new_image(&repository, "v1").await?;
    let answer = session.send(pull_manifest(&repository, "v1")).await?;
    if answer.body.len() == second.manifest.bytes.len() && answer.body != second.manifest.bytes && answer.body != first.manifest.bytes {
        return Err(blocked("pull/manifest-by-tag", &answer, "a manifest"));
    }
    session.expect(&answer, answer.body == second.manifest.bytes, "the first manifest", "the second manifest");
    let answer = session.send(pull_manifest(&repository, &first.manifest.digest)).await?;
    match answer.status {
        404 => session.record("a manifest is gone with the last tag that leads to it"),
        _ => drop(session.expect_status(&answer, &[200])),
    }
    Ok(())
}
