//! Reports with any text in them: no format lets a text act on what shows it, or change its structure.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser};
use seaworthy::printable::printable;
use seaworthy::report::format::write;
use seaworthy::report::{
    Counts, Difference, Excerpt, Exchange, Finding, Format, Kind, Level, Report, Subject, TestResult,
    Unavailable,
};
use seaworthy::verdict::Verdict;
use seaworthy_generators::choices::Choices;
use serde_json::Value;

/// How many of the bytes of an input choose what a report consists of; the texts in it follow.
pub(crate) const CHOICES: usize = 64;

/// What divides two texts: a byte that no text has.
pub(crate) const BETWEEN: u8 = 0xff;

/// Writes a report of the texts in an input in every format, and another one, alike but for its texts, all of
/// which are `x`.
///
/// # Panics
///
/// If a character that acts on a terminal, or deceives, gets through; if JSON does not give the texts back; or
/// if any format has another structure with these texts than with the other ones.
pub fn reports(bytes: &[u8]) {
    if let Some(wrong) = wrong_with(&written, bytes) {
        panic!("{wrong}");
    }
}

pub(crate) fn written(report: &Report, format: Format) -> String {
    let mut text = Vec::new();
    write(report, format, &mut text).expect("memory can be written");
    String::from_utf8(text).expect("a report is text")
}

/// What a writer of reports does wrong.
pub(crate) fn wrong_with(writer: &dyn Fn(&Report, Format) -> String, bytes: &[u8]) -> Option<String> {
    let (report, harmless) = (report(bytes, |text| text), report(bytes, harmless));
    for format in FORMATS {
        let (text, control) = (writer(&report, format), written(&harmless, format));
        if let Some(hazard) = hazard(format, &text, &control) {
            return Some(format!("{format:?} lets {hazard:?} through: {text}"));
        }
        let (found, wanted) = (structure(format, &text), structure(format, &control));
        if found != wanted {
            return Some(format!(
                "{format:?} has another structure: {found:#?} instead of {wanted:#?} in {text}"
            ));
        }
    }
    let again = serde_json::from_str::<Report>(&writer(&report, Format::Json));
    match again {
        Ok(again) if again == report => None,
        Ok(_) => Some("JSON gives other texts back".to_owned()),
        Err(error) => Some(format!("JSON cannot be read: {error}")),
    }
}

const FORMATS: [Format; 10] = [
    Format::Human,
    Format::Json,
    Format::Jsonl,
    Format::Junit,
    Format::Sarif,
    Format::Tap,
    Format::Markdown,
    Format::Github,
    Format::Badge,
    Format::Html,
];

/// A text that does nothing, and takes as much room once it is shown: long lines are cut.
fn harmless(text: String) -> String {
    if text.trim().is_empty() { text } else { "x".repeat(printable(&text).chars().count()) }
}

/// A character that acts on a terminal or deceives, other than those of the format itself.
fn hazard(format: Format, text: &str, control: &str) -> Option<char> {
    let escapes = |text: &str| text.matches('\u{1b}').count();
    // Colours: as many of them as there are without the texts.
    if format == Format::Human && escapes(text) != escapes(control) {
        return Some('\u{1b}');
    }
    let is_own = |character| character == '\n' || format == Format::Human && character == '\u{1b}';
    text.chars().find(|&character| {
        let acts = character.is_control() && !is_own(character);
        acts || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    })
}

/// What is left of a written report without its texts.
fn structure(format: Format, text: &str) -> Vec<String> {
    match format {
        Format::Json | Format::Sarif | Format::Badge => vec![of_json(text)],
        Format::Jsonl => text.lines().map(of_json).collect(),
        Format::Junit => of_xml(text, true),
        Format::Html => of_xml(text, false),
        Format::Markdown => of_markdown(text),
        Format::Tap => text.lines().map(of_tap).collect(),
        Format::Github => text.lines().map(of_command).collect(),
        // Lines are cut to fit, and marks are as long as what they mark.
        Format::Human => Vec::new(),
        // Of registries alone, and there is no text of theirs in it.
        Format::OciResults => Vec::new(),
    }
}

fn of_json(text: &str) -> String {
    fn skeleton(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(skeleton).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), skeleton(value))).collect()
            }
            Value::String(_) | Value::Number(_) => Value::Bool(true),
            other => other.clone(),
        }
    }
    match serde_json::from_str(text) {
        Ok(value) => skeleton(&value).to_string(),
        Err(error) => format!("no JSON: {error}"),
    }
}

/// The elements with the names of their attributes. HTML has elements that nothing closes.
fn of_xml(text: &str, is_strict: bool) -> Vec<String> {
    use quick_xml::events::{BytesStart, Event as Xml};
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = is_strict;
    reader.config_mut().allow_unmatched_ends = !is_strict;
    let element = |sign: &str, start: &BytesStart<'_>| {
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        let attributes = start.attributes().map(|attribute| match attribute {
            Ok(attribute)
                if !is_strict || attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).is_ok() =>
            {
                String::from_utf8_lossy(attribute.key.as_ref()).into_owned()
            }
            Ok(attribute) => format!("an attribute that cannot be read: {attribute:?}"),
            Err(error) => format!("no attribute: {error}"),
        });
        format!("{sign}{name} {}", attributes.collect::<Vec<_>>().join(" "))
    };
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Xml::Start(start)) => found.push(element("<", &start)),
            Ok(Xml::Empty(start)) => found.push(element("=", &start)),
            Ok(Xml::End(end)) => found.push(format!(">{}", String::from_utf8_lossy(end.name().as_ref()))),
            Ok(Xml::Comment(_) | Xml::CData(_) | Xml::PI(_)) => found.push("something else".to_owned()),
            Ok(Xml::Eof) => return found,
            Ok(_) => {}
            Err(error) => {
                found.push(format!("no XML: {error}"));
                return found;
            }
        }
    }
}

/// The blocks and spans, with the tables and the like that GitHub has.
fn of_markdown(text: &str) -> Vec<String> {
    let kind = |event: Event<'_>| match event {
        Event::Start(tag) => Some(format!("{tag:?}").chars().take_while(char::is_ascii_alphabetic).collect()),
        Event::Html(_) | Event::InlineHtml(_) => Some("HTML".to_owned()),
        Event::Rule | Event::TaskListMarker(_) | Event::FootnoteReference(_) => {
            Some("something else".to_owned())
        }
        _ => None,
    };
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS);
    // Code is what texts are to be; in how many spans does not matter.
    parser.filter_map(kind).collect()
}

/// Whether a test passed, and what a runner is told besides.
fn of_tap(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_point = line.starts_with("ok ") || line.starts_with("not ok ");
    let directive = line.replace("\\\\", "").replace("\\#", "");
    let directive =
        directive.split_once('#').map_or("", |(_, text)| text.split_whitespace().next().unwrap_or_default());
    match words.first() {
        Some(_) if is_point => format!("{} {directive}", words[0]),
        Some(&"#") => "#".to_owned(),
        Some(&"" | &"TAP") => {
            let key: String = line.chars().take_while(|character| !matches!(character, ':' | '"')).collect();
            key.split(',').next().unwrap_or_default().to_owned()
        }
        _ => line.to_owned(),
    }
}

/// The command and the names of its properties.
fn of_command(line: &str) -> String {
    let mut parts = line.splitn(3, "::");
    let (before, head) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (command, properties) = head.split_once(' ').unwrap_or((head, ""));
    let names: Vec<&str> =
        properties.split(',').map(|property| property.split('=').next().unwrap_or_default()).collect();
    format!("{before}::{command} {}", names.join(","))
}

/// What a report consists of, for the choice of seeds.
pub(crate) fn shows(bytes: &[u8]) -> BTreeSet<String> {
    let report = report(bytes, |text| text);
    let mut shown = BTreeSet::new();
    for result in report.subjects.iter().flat_map(|subject| &subject.results) {
        let kind = report.kind.as_str();
        shown.insert(format!("{kind} {:?} {}", result.verdict, result.known.is_some()));
        shown.extend(
            result.findings.iter().map(|one| format!("{kind} {:?} {}", one.level, one.excerpt.is_some())),
        );
    }
    shown.extend(report.subjects.iter().map(|one| format!("unavailable {}", one.unavailable.is_some())));
    shown
}

/// A report of choices and texts, each of which `change` may change.
fn report(bytes: &[u8], change: fn(String) -> String) -> Report {
    let (choices, texts) = bytes.split_at(bytes.len().min(CHOICES));
    let mut source = Source {
        choices: Choices::new(choices),
        texts: texts
            .split(|byte| *byte == BETWEEN)
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .collect(),
        next: 0,
        change,
    };
    source.report()
}

struct Source<'i> {
    choices: Choices<'i>,
    texts: Vec<String>,
    next: usize,
    change: fn(String) -> String,
}

impl Source<'_> {
    /// The next text; after the last the first again.
    fn text(&mut self) -> String {
        let text = self.texts[self.next % self.texts.len()].clone();
        self.next += 1;
        (self.change)(text)
    }

    fn maybe(&mut self) -> Option<String> {
        self.choices.chance(50).then(|| self.text())
    }

    fn some(&mut self) -> Vec<String> {
        (0..self.choices.below(3)).map(|_| self.text()).collect()
    }

    fn report(&mut self) -> Report {
        let kind = *self.choices.pick(&[Kind::Check, Kind::Test, Kind::Registry]);
        let subjects: Vec<Subject> = (0..self.choices.below(3)).map(|_| self.subject()).collect();
        let mut counts = Counts::default();
        subjects.iter().for_each(|subject| counts.add(&subject.counts));
        Report {
            format: 1,
            seaworthy: self.text(),
            kind,
            specifications: BTreeMap::from([("image-spec".to_owned(), self.text())]),
            command: self.some(),
            seed: self.choices.chance(20).then_some(7),
            plain: None,
            level: None,
            strict: false,
            shard: None,
            confinement: self.maybe(),
            started: self.maybe(),
            seconds: None,
            counts,
            requirements: BTreeMap::new(),
            subjects,
        }
    }

    fn subject(&mut self) -> Subject {
        let unavailable = self.choices.chance(20);
        let unavailable = unavailable.then(|| Unavailable { reason: self.text(), install: self.maybe() });
        let mut subject = Subject {
            name: self.text(),
            role: self.text(),
            version: self.maybe(),
            unavailable,
            counts: Counts::default(),
            requests: None,
            read: None,
            unjudged: self.some(),
            notes: self.some(),
            results: (0..self.choices.below(4)).map(|_| self.result()).collect(),
        };
        subject.count_again();
        subject
    }

    fn result(&mut self) -> TestResult {
        let mut result = TestResult {
            case: self.text(),
            requirement: self.maybe(),
            expect: None,
            verdict: *self.choices.pick(&Verdict::ALL),
            outcome: self.text(),
            words: self.maybe().unwrap_or_default(),
            differences: Vec::new(),
            more_differences: 0,
            known: if self.choices.chance(20) { Some(self.text()) } else { None },
            blocked_by: if self.choices.chance(20) { Some(self.text()) } else { None },
            script: Vec::new(),
            findings: (0..self.choices.below(3)).map(|_| self.finding()).collect(),
        };
        // Drawn from no choices of their own, so that inputs mean what they did before there were scripts
        // and differences.
        result.script = result.blocked_by.iter().chain(&result.known).cloned().collect();
        result.differences = result.blocked_by.iter().map(|text| difference(text, &result.words)).collect();
        result.more_differences = result.findings.len();
        result
    }

    fn finding(&mut self) -> Finding {
        let has_place = self.choices.chance(50);
        let excerpt = self.choices.chance(50);
        let excerpt =
            excerpt.then(|| Excerpt { before: self.text(), marked: self.text(), after: self.text() });
        Finding {
            requirement: self.text(),
            level: *self.choices.pick(&Level::ALL),
            path: self.text(),
            file: self.text(),
            pointer: self.maybe(),
            line: has_place.then_some(3),
            column: has_place.then_some(14),
            offset: has_place.then_some(40),
            length: has_place.then_some(2),
            entry: self.maybe(),
            entry_index: None,
            archive_offset: None,
            found: self.text(),
            wanted: self.text(),
            more: self.choices.below(2),
            excerpt,
            exchange: if self.choices.chance(30) { Some(self.exchange()) } else { None },
        }
    }

    fn exchange(&mut self) -> Exchange {
        Exchange {
            method: self.text(),
            url: self.text(),
            headers: vec![(self.text(), self.text())],
            status: if self.choices.chance(70) { Some(404) } else { None },
            failure: self.maybe(),
            answer: vec![(self.text(), self.text())],
            body: self.text(),
            body_size: self.choices.below(100),
            curl: self.text(),
        }
    }
}

/// A difference of two texts, each of which stands in every place.
fn difference(one: &str, other: &str) -> Difference {
    let [path, wanted] = [one, other].map(str::to_owned);
    Difference { found: format!("{wanted}{path}"), aspect: path.clone(), path, wanted }
}

/// Texts that try to act on whatever shows them.
pub(crate) const TEXTS: &[&str] = &[
    "plain",
    "",
    " ",
    "\u{1b}[31mred\u{1b}]52;c;x\u{7}",
    "two\nlines\r\nthree",
    "::error file=x::y\n::set-output name=a::b",
    "%0A::warning::x",
    "<script>alert(1)</script>",
    "\" onload=\"x",
    "' & &amp; &#10; ]]>",
    "<!-- -->",
    "`code` ``two`` ```three```",
    "[a](http://b) ![](c) **d** _e_ @someone #1",
    "| a | b |",
    "\\| \\` \\",
    "# SKIP",
    "\\# TODO x",
    "not ok 1\n1..0",
    "  ---\n  ...",
    "\u{9b}2J",
    "\u{202e}gnp.exe",
    "\u{2028}\u{2029}\u{feff}",
    "\u{e0041}\u{200b}\u{ad}",
    "\0\u{8}\u{7f}",
    "é 漢字 😀",
    "a\tb",
    "a,line=9,b:c",
    "{{7*7}} ${x} $(y)",
];
