//! A manifest comes with its digest in `Docker-Content-Digest`.
//!
//! Clients that pull by tag learn from it what they got, and pin it. Releases advise it, the dev version
//! obliges to it; a digest that is not that of the manifest is wrong in all of them.

use seaworthy_rules::Level;

use crate::session::{Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no such header.
pub(crate) const MISSING: Fault = Fault("pull/manifest-digest-header/missing");
/// It names something else.
pub(crate) const WRONG: Fault = Fault("pull/manifest-digest-header/wrong");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().then(SpecVersion::Dev, Level::Must),
    section: "spec.md#pulling-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[MISSING, WRONG],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let image = session.push_new_image(&repository, "v1").await?;
    let answer = session.send(pull_manifest(&repository, "v1")).await?;
    if answer.status != 200 {
        return Err(blocked("pull/manifest-by-tag", &answer, "200"));
    }
    let found = answer.header("docker-content-digest").unwrap_or("no Docker-Content-Digest").to_owned();
    session.expect(&answer, found == image.manifest.digest, found.as_str(), image.manifest.digest.as_str());
    Ok(())
}
