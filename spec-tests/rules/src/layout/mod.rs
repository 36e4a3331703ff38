//! Requirements on image layouts (image-layout.md).

mod store;

use seaworthy_image::layout::{Entry, EntryKind};

use crate::finding::Findings;

rules! {
    blobs_directory,
    blobs_empty,
    blob_opaque,
    header_file,
    header_object,
    header_version_present,
    header_version_string,
    header_version_value,
    header_extra_members,
    header_media_type,
    index_file,
    index_format,
    unknown_files,
    blob_path,
    blob_name,
    blob_content,
    unreferenced_blobs,
    missing_blobs,
    ref_names,
    entry_types,
}

/// Reports under the current rule that the layout has no entry of this path, or one of another
/// type. Nothing is opened, and a link is never followed.
fn expect_entry(entries: &[Entry], path: &str, wanted: EntryKind, findings: &mut Findings<'_>) {
    match entries.iter().find(|entry| entry.path == path) {
        Some(entry) if entry.kind == wanted => {}
        Some(entry) => findings.report_path(path, entry.kind.describe(), wanted.describe()),
        None => findings.report_path(path, "nothing of this name", wanted.describe()),
    }
}
