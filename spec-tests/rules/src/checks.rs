//! What many checks have in common.

use seaworthy_image::json::{Kind, Value};
use seaworthy_image::media_type;
use seaworthy_image::views::{Manifest, text};

use crate::finding::Findings;

/// Reports under the current rule a value that is there and has not the wanted type.
pub(crate) fn expect_kind(value: Option<Value<'_>>, wanted: Kind, findings: &mut Findings<'_>) {
    if let Some(value) = value
        && value.kind() != wanted
    {
        findings.report(value, value.kind().describe(), wanted.describe());
    }
}

/// Reports under the current rule that an object lacks a member.
pub(crate) fn expect_present(
    of: Value<'_>,
    member: Option<Value<'_>>,
    name: &str,
    findings: &mut Findings<'_>,
) {
    if member.is_none() && of.is_object() {
        findings.report(of, format!("no member {name:?}"), format!("a member {name:?}"));
    }
}

/// Whether a manifest is that of an image: its configuration is of the type that config.md defines.
pub(crate) fn is_image(manifest: &Manifest<'_>) -> bool {
    let name = text(manifest.config.and_then(|config| config.get("mediaType")));
    name.as_deref() == Some(media_type::CONFIG)
}
