//! A manifest is stored byte for byte, however it is written.
//!
//! Its digest is that of its bytes: who writes it anew makes another manifest.

use crate::session::{Content, Image, Session, Stop, blocked, pull_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// Blanks around it are removed.
pub(crate) const COMPACTED: Fault = Fault("push/manifest-bytes/compacted");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[COMPACTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }

    let mut image = Image::of(&manifest, blobs);
    let compact = String::from_utf8_lossy(&image.manifest.bytes).into_owned();
    for (tag, text) in [
        ("blanks", compact.replacen(':', " :\t", 1)),
        ("line-end", format!("{compact}\n")),
        ("unknown-member", compact.replacen('{', "{\"dev.seaworthy.unknown\": [1, 2.50, \"\\u00e4\"],", 1)),
    ] {
        image.manifest = Content::new(text);
        session.push_tag(&repository, tag, &image).await?;
        let answer = session.send(pull_manifest(&repository, tag)).await?;
        if answer.status != 200 {
            return Err(blocked("pull/manifest-by-tag", &answer, "200"));
        }
        if answer.body.len() == image.manifest.bytes.len() && answer.body != image.manifest.bytes {
            return Err(blocked("pull/manifest-by-tag", &answer, "the bytes that were pushed"));
        }
        session.expect(&answer, answer.body == image.manifest.bytes, "other bytes", "the bytes that were pushed");
    }
    Ok(())
}
