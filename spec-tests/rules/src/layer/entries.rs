//! What the checks of entries have in common.

use seaworthy_image::tar::Entry;

/// The last component of an entry's path, slashes at its end left out.
pub(super) fn name(entry: &Entry) -> &[u8] {
    let end = entry.path.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
    let path = &entry.path[..end];
    path.iter().rposition(|&byte| byte == b'/').map_or(path, |slash| &path[slash + 1..])
}
