//! Registries with a fault each: some of those that the requirements are proven with.

use seaworthy_registry::Fault;

use super::{Bug, Family, Shows};
use crate::targets::registry_requests::wrong_with;

const fn bug(name: &'static str, does: &'static str, fault: &'static str) -> Bug {
    Bug { name, does, shows: Shows::Server(fault) }
}

/// Whether the oracle objects to what a registry with this fault answers.
pub(super) fn shows(fault: &'static str, bytes: &[u8]) -> bool {
    wrong_with([Fault(fault)].into_iter().filter(|fault| !fault.0.is_empty()).collect(), bytes).is_some()
}

pub(super) const FAMILY: Family = Family {
    name: "registries",
    target: "registry_requests",
    executions: 10_000,
    control: bug("none", "has no fault", ""),
    bugs: &[
        bug(
            "stores-under-any-digest",
            "does not hash a blob that is pushed at once",
            "push/blob-single-mismatch/stored",
        ),
        bug(
            "closes-with-any-digest",
            "does not hash an upload when it is closed",
            "push/blob-digest-mismatch/stored",
        ),
        bug(
            "files-manifests-anywhere",
            "does not hash a manifest that is pushed by digest",
            "push/manifest-digest-mismatch/stored",
        ),
        bug(
            "tidies-manifests",
            "stores a manifest without the white space at its end",
            "push/manifest-bytes/compacted",
        ),
        bug("serves-another-byte", "changes the last byte of a blob", "pull/blob/changed-byte"),
        bug("loses-blobs", "says that it stored a blob, and did not", "push/blob-single-stored/lost"),
        bug("keeps-deleted-blobs", "says that it deleted a blob, and did not", "management/blob-gone/kept"),
        bug("keeps-deleted-tags", "says that it deleted a tag, and did not", "management/tag-gone/kept"),
        bug(
            "deletes-with-the-tag",
            "deletes the manifest with the tag",
            "management/tag-delete-keeps/manifest",
        ),
        bug("never-moves-tags", "leaves a tag where it was", "push/tag-moves/fixed"),
        bug("miscounts-chunks", "tells the size where the last byte belongs", "push/chunk-range/size"),
        bug(
            "shouts-bare-errors",
            "answers with an error without the list around it",
            "common/error-form/bare",
        ),
    ],
};
