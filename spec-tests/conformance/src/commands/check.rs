//! `seaworthy check`: is an image correct, and if not, what and where?

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer, Snippet};
use seaworthy_image::graph;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::judge::{self, Judged};
use seaworthy_rules::{Finding, Level};
use serde::Serialize;

use crate::input::{self, Content, InputError};
use crate::printable::printable;

/// What to check, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The images, as named on the command line.
    pub images: Vec<String>,
    /// The version of the specification.
    pub version: SpecVersion,
    /// Findings below this level are left out.
    pub level: Level,
    /// Whether warnings count as findings.
    pub strict: bool,
    /// How input is taken.
    pub input: input::Options,
}

/// What became of one image.
pub struct Checked {
    /// Its name on the command line.
    pub name: String,
    /// The verdict, or why there is none.
    pub outcome: Result<Judged, InputError>,
    /// What a person should know besides.
    pub notes: Vec<String>,
}

/// How a check ends, as the process's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// Everything conforms.
    Conforms,
    /// There are findings.
    Findings,
    /// Something could not be judged, or not in full.
    Unjudged,
}

impl Conclusion {
    /// The process's exit status.
    pub const fn exit_status(self) -> u8 {
        match self {
            Conclusion::Conforms => 0,
            Conclusion::Findings => 1,
            Conclusion::Unjudged => 3,
        }
    }
}

/// Checks every image in turn, handing each to `each` as soon as it is judged. The conclusion is
/// the gravest of all.
///
/// # Errors
///
/// What `each` returns; nothing else stops the run.
pub fn check(request: &Request, mut each: impl FnMut(Checked) -> io::Result<()>) -> io::Result<Conclusion> {
    let mut conclusion = Conclusion::Conforms;
    for name in &request.images {
        let mut checked = check_one(name, request);
        if let Ok(judged) = &mut checked.outcome {
            judged.findings.retain(|finding| finding.level >= request.level);
        }
        conclusion = conclusion.max(checked.conclusion(request.strict));
        each(checked)?;
    }
    Ok(conclusion)
}

fn check_one(name: &str, request: &Request) -> Checked {
    let limits = graph::Limits { json: request.input.json, ..graph::Limits::default() };
    let (outcome, notes) = match input::open(name, &request.input) {
        Err(error) => (Err(error), Vec::new()),
        Ok(input) => {
            let outcome = match input.content {
                Content::Document { bytes, kind } => {
                    Ok(judge::document(name, &bytes, kind, request.version, &limits))
                }
                Content::Layout { storage, reference } => {
                    judge::layout(&*storage, reference.as_deref(), request.version, &limits)
                        .map_err(InputError::from)
                }
            };
            (outcome, input.notes)
        }
    };
    Checked { name: name.to_owned(), outcome, notes }
}

impl Checked {
    /// What the image's findings come to.
    pub fn conclusion(&self, strict: bool) -> Conclusion {
        let Ok(judged) = &self.outcome else { return Conclusion::Unjudged };
        if judged.findings.iter().any(|finding| strict || finding.level.is_error()) {
            Conclusion::Findings
        } else if judged.unjudged.is_empty() {
            Conclusion::Conforms
        } else {
            Conclusion::Unjudged
        }
    }
}

/// Writes a verdict for people.
///
/// # Errors
///
/// The output cannot be written.
pub fn human(checked: &Checked, version: SpecVersion, strict: bool, out: &mut dyn Write) -> io::Result<()> {
    let name = printable(&checked.name);
    let judged = match &checked.outcome {
        Err(error) => return writeln!(out, "{name}: cannot be judged: {}", printable(&error.to_string())),
        Ok(judged) => judged,
    };
    for finding in &judged.findings {
        writeln!(out, "{}\n", diagnostic(finding))?;
    }
    for note in checked.notes.iter().chain(&judged.unjudged) {
        writeln!(out, "{name}: note: {}", printable(note))?;
    }
    let count = |level: Level| judged.findings.iter().filter(|finding| finding.level == level).count();
    let counts = [Level::Must, Level::Implied, Level::Should, Level::May]
        .map(|level| (count(level), level))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} {level}"))
        .collect::<Vec<_>>()
        .join(", ");
    let verdict = match checked.conclusion(strict) {
        Conclusion::Conforms if counts.is_empty() => format!("conforms to image-spec {version}"),
        Conclusion::Conforms => format!("conforms to image-spec {version}, with advice not taken: {counts}"),
        Conclusion::Findings => format!("does not conform to image-spec {version}: {counts}"),
        Conclusion::Unjudged => format!("could not be judged in full by image-spec {version}"),
    };
    let plural =
        |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let mut read = vec![plural(judged.documents, "document")];
    let further = [
        (judged.blobs, "blob", ""),
        (judged.missing, "blob", " not stored"),
        (judged.unverified, "digest", " of unknown algorithm, not verified"),
    ];
    read.extend(
        further.iter().filter(|(n, ..)| *n > 0).map(|(n, one, more)| format!("{}{more}", plural(*n, one))),
    );
    writeln!(out, "{name}: {verdict} ({})", read.join(", "))
}

/// One finding with the text it is about.
fn diagnostic(finding: &Finding) -> String {
    let severity = if finding.level.is_error() { Severity::ERROR } else { Severity::WARNING };
    let id = &finding.requirement.id;
    let title = format!("{id}: {}", printable(&finding.requirement.says));
    let section = finding.requirement.rule.section;
    let found = format!("found {}, wanted {}", printable(&finding.found), printable(&finding.wanted));
    let path = printable(&finding.path);
    let named = severity.with_name(finding.level.as_str());
    let group = match &finding.place {
        None => {
            let at = if path.is_empty() { ".".to_owned() } else { path };
            named
                .primary_title(title)
                .element(Origin::path(at))
                .element(Severity::NOTE.no_name().message(found))
        }
        Some(place) => {
            let mut at = format!("{path}:{}:{}", place.line, place.column);
            if !place.pointer.is_empty() {
                at = format!("{at} ({})", printable(&place.pointer));
            }
            let excerpt = &place.excerpt;
            let (before, after) =
                (if excerpt.cut_before { "…" } else { "" }, if excerpt.cut_after { "…" } else { "" });
            let text = |range| printable(&excerpt.text[range]);
            let left = format!("{before}{}", text(0..excerpt.marked.start));
            let marked = text(excerpt.marked.clone());
            let right = format!("{}{after}", text(excerpt.marked.end..excerpt.text.len()));
            let span = left.len()..left.len() + marked.len();
            let source = format!("{left}{marked}{right}");
            let snippet = Snippet::source(source)
                .line_start(place.line)
                .annotation(AnnotationKind::Primary.span(span).label(found));
            named.primary_title(title).element(Origin::path(at)).element(snippet)
        }
    };
    let group: Group<'_> =
        group.element(Severity::NOTE.no_name().message(format!("see {section}, or: seaworthy explain {id}")));
    Renderer::styled().render(&[group])
}

/// Writes verdicts for programs: one JSON object for a whole run.
///
/// # Errors
///
/// The output cannot be written.
pub fn json(checked: &[Checked], request: &Request, out: &mut dyn Write) -> io::Result<()> {
    let images = checked.iter().map(|one| Image::of(one, request.strict)).collect();
    let report =
        Report { seaworthy: env!("CARGO_PKG_VERSION"), image_spec: request.version.as_str(), images };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Report<'r> {
    seaworthy: &'static str,
    image_spec: &'static str,
    images: Vec<Image<'r>>,
}

#[derive(Serialize)]
struct Image<'r> {
    image: &'r str,
    conclusion: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'r str>,
    documents: usize,
    blobs: usize,
    missing: usize,
    unverified: usize,
    findings: Vec<Found<'r>>,
}

impl<'r> Image<'r> {
    fn of(checked: &'r Checked, strict: bool) -> Self {
        let conclusion = match checked.conclusion(strict) {
            Conclusion::Conforms => "conforms",
            Conclusion::Findings => "findings",
            Conclusion::Unjudged => "unjudged",
        };
        let nothing = Judged::default();
        let judged = checked.outcome.as_ref().ok();
        let Judged { documents, blobs, missing, unverified, .. } = *judged.unwrap_or(&nothing);
        Image {
            image: &checked.name,
            conclusion,
            error: checked.outcome.as_ref().err().map(ToString::to_string),
            notes: checked
                .notes
                .iter()
                .chain(judged.iter().flat_map(|judged| &judged.unjudged))
                .map(String::as_str)
                .collect(),
            documents,
            blobs,
            missing,
            unverified,
            findings: judged.iter().flat_map(|judged| &judged.findings).map(Found::of).collect(),
        }
    }
}

/// A finding as a program reads it. Lines and columns count from one, offsets are bytes.
#[derive(Serialize)]
struct Found<'r> {
    requirement: &'r str,
    level: &'static str,
    section: &'static str,
    path: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    found: &'r str,
    wanted: &'r str,
}

impl<'r> Found<'r> {
    fn of(finding: &'r Finding) -> Self {
        let place = finding.place.as_ref();
        Found {
            requirement: &finding.requirement.id,
            level: finding.level.as_str(),
            section: finding.requirement.rule.section,
            path: &finding.path,
            pointer: place.map(|place| place.pointer.as_str()),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            offset: place.map(|place| place.span.start),
            length: place.map(|place| place.span.end - place.span.start),
            found: &finding.found,
            wanted: &finding.wanted,
        }
    }
}
