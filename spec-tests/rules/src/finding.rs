//! What a rule finds, and where.

use std::borrow::Cow;
use std::collections::HashMap;

use seaworthy_image::json::{Span, Value, line_and_column};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::tar::Member;

use crate::grade::Level;
use crate::list::Requirement;

/// A breach of a requirement.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The requirement that is broken.
    pub requirement: &'static Requirement,
    /// Its level in the version that was asked for.
    pub level: Level,
    /// The file: a path in the layout.
    pub path: String,
    /// The place in the file; `None` if the finding is about the file as a whole.
    pub place: Option<Place>,
    /// The place in the archive of a layer; `None` if the finding is not about one.
    pub within: Option<Within>,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub wanted: String,
    /// How many further breaches of the same requirement, in this file or in others of the layout,
    /// are not listed: a document can break a requirement in a million places, and a hundred say
    /// enough.
    pub more: usize,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its bytes.
    pub span: Span,
    /// Its line, counted from one.
    pub line: usize,
    /// Its column in characters, counted from one.
    pub column: usize,
    /// The JSON pointer to the value; empty for the document itself.
    pub pointer: String,
    /// The text around it.
    pub excerpt: Excerpt,
}

/// A place in the archive of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// The first byte of it, counted from the start of the archive, after decompression.
    pub offset: u64,
    /// The entry that it belongs to, if it belongs to one.
    pub entry: Option<EntryName>,
}

/// An entry of an archive by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryName {
    /// Its path; bytes that are no UTF-8 read as U+FFFD.
    pub path: String,
    /// How many entries there are before it.
    pub index: u64,
}

/// A part of one line, short enough to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text; bytes that are no UTF-8 read as U+FFFD.
    pub text: String,
    /// The bytes of `text` that the finding is about.
    pub marked: std::ops::Range<usize>,
    /// Whether the line goes on to the left.
    pub cut_before: bool,
    /// Whether the line goes on to the right.
    pub cut_after: bool,
}

/// Collects what one check after the other finds in one file.
#[derive(Debug)]
pub struct Findings<'f> {
    path: Cow<'f, str>,
    bytes: &'f [u8],
    version: SpecVersion,
    rule: Option<(&'static Requirement, Level)>,
    list: Vec<Finding>,
    listed: HashMap<&'static str, Listed>,
}

/// What is listed of one requirement: how many findings, and where the last of them stands.
#[derive(Debug, Default)]
struct Listed {
    count: usize,
    last: usize,
}

/// How many breaches of one requirement are listed for one file. Working out the place of each
/// takes time in proportion to the document, so without a bound a hostile one would take for ever.
const LISTED: usize = 100;

impl<'f> Findings<'f> {
    /// Nothing found yet in the file at `path`, which holds `bytes`.
    pub fn new(path: impl Into<Cow<'f, str>>, bytes: &'f [u8], version: SpecVersion) -> Self {
        Findings { path: path.into(), bytes, version, rule: None, list: Vec::new(), listed: HashMap::new() }
    }

    /// The version of the specification that is asked for.
    pub fn version(&self) -> SpecVersion {
        self.version
    }

    /// The path of the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reports a breach at a value.
    pub fn report(&mut self, at: Value<'_>, found: impl Into<String>, wanted: impl Into<String>) {
        self.push(Some((at.span(), Some(at))), found.into(), wanted.into());
    }

    /// Reports a breach at some bytes that are no value of their own.
    pub fn report_span(&mut self, at: Span, found: impl Into<String>, wanted: impl Into<String>) {
        self.push(Some((at, None)), found.into(), wanted.into());
    }

    /// Reports a breach of the file as a whole.
    pub fn report_file(&mut self, found: impl Into<String>, wanted: impl Into<String>) {
        self.push(None, found.into(), wanted.into());
    }

    /// Reports a breach in an entry of the archive in a layer. The offset is that of the byte it is
    /// about, or of the entry's header.
    pub fn report_entry(
        &mut self,
        member: &Member,
        offset: u64,
        found: impl Into<String>,
        wanted: impl Into<String>,
    ) {
        let path = || EntryName { path: shown_path(&member.entry.path), index: member.position.index };
        self.push_within(|| Within { offset, entry: Some(path()) }, found.into(), wanted.into());
    }

    /// Reports a breach in the archive in a layer that belongs to none of its entries.
    pub fn report_archive(&mut self, offset: u64, found: impl Into<String>, wanted: impl Into<String>) {
        self.push_within(|| Within { offset, entry: None }, found.into(), wanted.into());
    }

    /// Reports a breach of another file of the layout as a whole.
    pub fn report_path(&mut self, path: &str, found: impl Into<String>, wanted: impl Into<String>) {
        let before = self.list.len();
        self.push(None, found.into(), wanted.into());
        if let Some(finding) = self.list.get_mut(before) {
            path.clone_into(&mut finding.path);
        }
    }

    /// Goes on in another file, of which only the path matters. What is alike in many such files
    /// is listed no more often than in one.
    pub(crate) fn enter(&mut self, path: &'f str) {
        self.path = path.into();
    }

    /// What was found.
    pub fn into_list(self) -> Vec<Finding> {
        self.list
    }

    /// How much was found so far.
    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// Makes what is reported from here on a breach of `requirement`.
    pub(crate) fn begin(&mut self, requirement: &'static Requirement, level: Level) {
        self.rule = Some((requirement, level));
    }

    fn push_within(&mut self, within: impl FnOnce() -> Within, found: String, wanted: String) {
        let before = self.list.len();
        self.push(None, found, wanted);
        if let Some(finding) = self.list.get_mut(before) {
            finding.within = Some(within());
        }
    }

    fn push(&mut self, at: Option<(Span, Option<Value<'_>>)>, found: String, wanted: String) {
        let Some((requirement, level)) = self.rule else { return };
        let listed = self.listed.entry(&requirement.id).or_default();
        if listed.count == LISTED {
            self.list[listed.last].more += 1;
            return;
        }
        *listed = Listed { count: listed.count + 1, last: self.list.len() };
        let place = at.map(|(span, value)| {
            let (line, column) = line_and_column(self.bytes, span.start);
            let pointer = value.map(Value::pointer).unwrap_or_default();
            Place { span, line, column, pointer, excerpt: excerpt(self.bytes, span) }
        });
        let path = self.path.clone().into_owned();
        self.list.push(Finding { requirement, level, path, place, within: None, found, wanted, more: 0 });
    }
}

/// A path of an archive for a finding: a hostile one may be longer than anybody reads.
fn shown_path(path: &[u8]) -> String {
    const SHOWN: usize = 1000;
    let mut shown = String::from_utf8_lossy(&path[..path.len().min(SHOWN)]).into_owned();
    if path.len() > SHOWN {
        shown.push('…');
    }
    shown
}

/// The line around `span`, cut to a window: documents are often one long line.
fn excerpt(bytes: &[u8], span: Span) -> Excerpt {
    const BEFORE: usize = 40;
    const MARKED: usize = 60;
    const AFTER: usize = 30;
    let start = span.start.min(bytes.len());
    let is_newline = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let line_start = bytes[..start].iter().rposition(is_newline).map_or(0, |at| at + 1);
    let line_end = bytes[start..].iter().position(is_newline).map_or(bytes.len(), |at| start + at);
    let end = span.end.clamp(start, line_end).min(start + MARKED);
    let left = boundary(bytes, start.saturating_sub(BEFORE).max(line_start));
    let right = boundary(bytes, (end + AFTER).min(line_end));
    let (middle, end) = (boundary(bytes, start), boundary(bytes, end));
    let text = |from: usize, to: usize| String::from_utf8_lossy(&bytes[from.min(to)..to]).into_owned();
    let before = text(left, middle);
    let marked = text(middle, end);
    Excerpt {
        marked: before.len()..before.len() + marked.len(),
        text: before + &marked + &text(end, right),
        cut_before: left > line_start,
        cut_after: right < line_end,
    }
}

/// The next place at or after `at` where no UTF-8 sequence is cut.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let is_inside = |byte: &&u8| (0x80..0xc0).contains(*byte);
    at + bytes[at..].iter().take(3).take_while(is_inside).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_a_window_of_its_line() {
        let line = format!("first\n{}é\"bad\"{}\nlast", "x".repeat(100), "y".repeat(100));
        let start = line.find("\"bad\"").unwrap();
        let excerpt = excerpt(line.as_bytes(), Span { start, end: start + 5 });
        assert_eq!(&excerpt.text[excerpt.marked.clone()], "\"bad\"");
        assert!(excerpt.cut_before && excerpt.cut_after && excerpt.text.len() < 90);
        assert!(excerpt.text.starts_with('x') && excerpt.text.ends_with('y'));
    }

    #[test]
    fn an_excerpt_says_where_it_cuts_the_line() {
        let check = |line: &str, span: (usize, usize), wanted: (&str, &str, &str), cut: (bool, bool)| {
            let (before, marked, after) = wanted;
            let wanted = Excerpt {
                text: [before, marked, after].concat(),
                marked: before.len()..before.len() + marked.len(),
                cut_before: cut.0,
                cut_after: cut.1,
            };
            assert_eq!(excerpt(line.as_bytes(), Span { start: span.0, end: span.1 }), wanted);
        };
        check("ab\ncd\nef", (3, 5), ("", "cd", ""), (false, false));
        check("ab\rcd\ref", (4, 9), ("c", "d", ""), (false, false));
        let [x, y, z] = ["x".repeat(40), "y".repeat(60), "z".repeat(30)];
        check(&format!("{x}{y}{z}"), (40, 100), (&x, &y, &z), (false, false));
        check(&format!("a{x}{y}{z}b"), (41, 101), (&x, &y, &z), (true, true));
        check(&format!("a{y}y"), (1, 62), ("a", &y, "y"), (false, false));
        // A letter of several bytes is not cut.
        let e = "é".repeat(30);
        check(&format!("x{e}y!"), (62, 63), (&format!("{}y", &e[..38]), "!", ""), (true, false));
    }

    #[test]
    fn paths_are_shown_up_to_a_limit() {
        assert_eq!(shown_path(b"a\xff/b"), "a\u{fffd}/b");
        let longest = "x".repeat(1000);
        assert_eq!(shown_path(longest.as_bytes()), longest);
        assert_eq!(shown_path((longest.clone() + "y").as_bytes()), longest + "…");
    }

    #[test]
    fn what_is_found_in_another_file_names_that_file() {
        let mut findings = Findings::new("first", b"", SpecVersion::Dev);
        findings.begin(crate::find("json/syntax").unwrap(), Level::Must);
        assert_eq!(findings.path(), "first");
        findings.report_file("this", "that");
        findings.enter("second");
        findings.report_file("this", "that");
        let paths: Vec<String> = findings.into_list().into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["first", "second"]);
    }

    #[test]
    fn an_excerpt_survives_odd_bytes_and_ends() {
        for (bytes, start, end) in
            [(&b""[..], 0, 0), (b"\xff\x80\x80\x80", 2, 4), (b"{}\n", 3, 3), (b"ab\ncd", 1, 5)]
        {
            let excerpt = excerpt(bytes, Span { start, end });
            assert!(excerpt.marked.end <= excerpt.text.len(), "{bytes:?}");
        }
    }

    #[test]
    fn a_hundred_findings_of_one_requirement_are_listed_and_the_rest_counted() {
        let requirement = crate::find("json/syntax").unwrap();
        let mut findings = Findings::new("index.json", b"{}", SpecVersion::Dev);
        findings.begin(requirement, Level::Must);
        for _ in 0..LISTED + 7 {
            findings.report_path("elsewhere", "this", "that");
        }
        findings.begin(crate::find("descriptor/digest-syntax").unwrap(), Level::Must);
        findings.report_file("this", "that");
        let list = findings.into_list();
        assert_eq!((list.len(), list[LISTED - 1].more, list[LISTED].more), (LISTED + 1, 7, 0));
        assert!(list[..LISTED].iter().all(|finding| finding.path == "elsewhere"));
    }
}
