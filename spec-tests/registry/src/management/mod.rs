//! Requirements on deleting content (spec.md, section "Content Management").

requirements! {
    tag_delete,
    tag_gone,
    blob_delete,
}
