//! An index without an `artifactType` is listed without one.

use seaworthy_generators::tree::Tree;
use seaworthy_image::media_type;

use crate::session::{Image, Session, Stop, blocked, entries_of};
use crate::{Fault, Grade, Need, RegistryRule, SpecVersion};

/// It is listed with the media type of an index.
pub(crate) const INVENTED: Fault = Fault("discovery/referrers-index-type/invented");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::V1_1_1),
    section: "spec.md#listing-referrers",
    needs: &[Need::Push, Need::Referrers],
    check: |session| Box::pin(check(session)),
    faults: &[INVENTED],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let subject = session.push_new_image(&repository, "v1").await?;
    let mut index = Tree::object([
        ("schemaVersion", 2.into()),
        ("mediaType", media_type::INDEX.into()),
        ("manifests", Tree::Array(Vec::new())),
    ]);
    index.set("subject", subject.manifest.descriptor(&subject.media_type));
    let referrer = Image::of(&index, Vec::new());
    session.push_image(&repository, &referrer.manifest.digest, &referrer).await?;
    let answer = session.list_referrers(&repository, &subject).await?;
    let Some(entry) = entries_of(&answer).into_iter().find(|entry| entry["digest"] == referrer.manifest.digest) else {
        return Err(blocked("discovery/referrers-list", &answer, "the referrer"));
    };

    session.expect(&answer, entry.get("artifactType").is_none(), entry["artifactType"].to_string(), "no artifactType");
    Ok(())
}
