//! Writers of reports that forget to escape something in one format.

use seaworthy::report::{Format, Report};

use super::{Bug, Family, Shows};
use crate::targets::reports::{written, wrong_with};

/// What a writer makes of the report that ours has written.
pub(super) type Change = fn(Format, String) -> String;

const fn bug(name: &'static str, does: &'static str, change: Change) -> Bug {
    Bug { name, does, shows: Shows::Writer(change) }
}

/// Whether the oracle objects to what a writer writes.
pub(super) fn shows(change: Change, bytes: &[u8]) -> bool {
    let writer = |report: &Report, format: Format| change(format, written(report, format));
    wrong_with(&writer, bytes).is_some()
}

/// Takes one escape of one format back.
fn undo(format: Format, wanted: Format, text: String, escape: &str, meant: &str) -> String {
    if format == wanted { text.replace(escape, meant) } else { text }
}

pub(super) const FAMILY: Family = Family {
    name: "writers",
    target: "reports",
    executions: 5_000,
    control: bug("none", "escapes everything", |_, text| text),
    bugs: &[
        bug("html-elements", "lets an element into a page", |format, text| {
            undo(format, Format::Html, text, "&#60;", "<")
        }),
        bug("junit-elements", "lets an element into JUnit", |format, text| {
            undo(format, Format::Junit, text, "&lt;", "<")
        }),
        bug("junit-attributes", "lets a quotation mark into an attribute", |format, text| {
            undo(format, Format::Junit, text, "&quot;", "\"")
        }),
        bug("github-lines", "lets a line end into a workflow command", |format, text| {
            undo(format, Format::Github, text, "%25", "\n")
        }),
        bug("github-properties", "lets a comma into a property", |format, text| {
            undo(format, Format::Github, text, "%2C", ",a=")
        }),
        bug("terminal-escapes", "lets an escape sequence into a terminal", |format, text| {
            undo(format, Format::Human, text, "\\u{1b}", "\u{1b}")
        }),
        bug("terminal-directions", "lets a text turn its direction", |format, text| {
            undo(format, Format::Tap, text, "\\u{202e}", "\u{202e}")
        }),
        bug("json-escapes", "writes control characters as they are", |format, text| {
            undo(format, Format::Jsonl, text, "\\u009b", "\u{9b}")
        }),
        bug("tap-directives", "lets a text skip a test", |format, text| {
            undo(format, Format::Tap, text, "\\#", "#")
        }),
        bug("markdown-spans", "ends a code span too soon", |format, text| {
            undo(format, Format::Markdown, text, "```` ", "")
        }),
    ],
};
