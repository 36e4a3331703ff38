//! Tags that are set by the parameter `tag` are told in `OCI-Tag`.

use crate::session::{Image, Session, Stop, pull_manifest, push_manifest};
use crate::{Fault, Grade, RegistryRule, SpecVersion};

/// There is no such header.
pub(crate) const SILENT: Fault = Fault("push/manifest-tags/silent");

pub const RULE: RegistryRule = RegistryRule {
    grade: Grade::must().since(SpecVersion::Dev),
    section: "spec.md#pushing-manifests",
    check: |session| Box::pin(check(session)),
    faults: &[SILENT],
    ..RegistryRule::BASE
};

async fn check(session: &mut Session) -> Result<(), Stop> {
    let repository = session.repository();
    let (manifest, blobs) = session.manifest();
    for blob in &blobs {
        session.push_blob(&repository, blob).await?;
    }
    let image = Image::of(&manifest, blobs);
    let tags: Vec<String> = (0..3).map(|number| format!("t{number}")).collect();
    let query: Vec<String> = tags.iter().map(|tag| format!("tag={tag}")).collect();
    let reference = format!("{}?{}", image.manifest.digest, query.join("&"));
    let answer = session.send(push_manifest(&repository, &reference, &image)).await?;
    let told: Vec<&str> = answer.headers_named("oci-tag").flat_map(|tags| tags.split(',').map(str::trim)).collect();

    let told: Vec<String> = told.into_iter().map(str::to_owned).collect();
    for tag in &tags {
        let pulled = session.send(pull_manifest(&repository, tag)).await?;
        let is_told = told.contains(tag);
        session.expect(&answer, is_told || pulled.status != 200, format!("{tag} is set and not told"), tag.as_str());
    }
    Ok(())
}
