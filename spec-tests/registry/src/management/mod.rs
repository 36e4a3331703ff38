//! Requirements on deleting content (spec.md, section "Content Management").

requirements! {
    tag_delete,
    tag_gone,
    blob_delete,
    tag_delete_disabled,
    tag_delete_keeps,
    tag_delete_unknown,
    manifest_delete,
    manifest_delete_unknown_repository,
    manifest_delete_disabled,
    manifest_gone,
    blob_delete_unknown,
    blob_delete_disabled,
    blob_gone,
}
