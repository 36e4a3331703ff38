//! Requirements on storing content (spec.md, section "Push").

requirements! {
    upload_open,
    upload_close,
    blob_digest_mismatch,
    chunk_order,
    manifest,
}
