//! Requirements on fetching content (spec.md, section "Pull").

requirements! {
    manifest_by_tag,
    blob,
    blob_unknown,
    blob_of_other_repository,
    blob_range,
}
