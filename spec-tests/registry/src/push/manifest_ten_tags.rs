//! A registry that knows the parameter `tag` takes ten of them at once.

use crate::session::{Image, Session, Stop, blocked, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// The tenth is dropped.
pub(crate) const NINE: Fault = Fault("push/manifest-ten-tags/nine");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::should().since(SpecVersion::Dev),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[NINE],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }
    let image = Image::of(&manifest, blobs);
    let tags: Vec<String> = (0..10).map(|number| format!("t{number}")).collect();
    let query: Vec<String> = tags.iter().map(|tag| format!("tag={tag}")).collect();
    let reference = format!("{}?{}", image.manifest.digest, query.join("&"));
    let answer = session.send(push_manifest(&repository, &reference, &image)).await?;
    let told: Vec<&str> = answer.headers_named("oci-tag").flat_map(|tags| tags.split(',').map(str::trim)).collect();

    if told.is_empty() {
        return Err(blocked("push/manifest-tags", &answer, "OCI-Tag"));
    }
    let count = told.len();
    session.expect(&answer, count == 10, format!("{count} tags"), "ten tags");
    Ok(())
}
