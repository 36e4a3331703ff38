//! `seaworthy check`: is an image correct, and if not, what and where?

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use annotate_snippets::renderer::{AnsiColor, Style};
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};
use seaworthy_image::graph;
use seaworthy_image::layer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::judge::{self, Judged};
use seaworthy_rules::{Finding, Level};
use serde::Serialize;

use crate::input::{self, Content, Input, InputError};
use crate::printable::printable;

/// What to check, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The images, as named on the command line.
    pub images: Vec<OsString>,
    /// The version of the specification.
    pub version: SpecVersion,
    /// Findings below this level are left out.
    pub level: Level,
    /// Whether warnings count as findings.
    pub strict: bool,
    /// How input is taken.
    pub input: input::Options,
    /// The bounds of a single layer.
    pub layer: layer::Limits,
}

/// What became of one image.
pub struct Checked {
    /// Its name on the command line.
    pub name: String,
    /// The verdict, or why there is none.
    pub outcome: Result<Judged, InputError>,
    /// What stands before the path of a file in it, to name that file to a person.
    pub prefix: String,
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

fn check_one(name: &OsStr, request: &Request) -> Checked {
    let limits = graph::Limits { json: request.input.json, layer: request.layer, ..graph::Limits::default() };
    let shown = name.to_string_lossy().into_owned();
    let Input { content, prefix, notes } = match input::open(name, &request.input) {
        Ok(input) => input,
        Err(error) => {
            return Checked { name: shown, outcome: Err(error), prefix: String::new(), notes: Vec::new() };
        }
    };
    let outcome = match content {
        // The prefix names the document: there is no file in it.
        Content::Document { bytes, kind } => Ok(judge::document("", &bytes, kind, request.version, &limits)),
        Content::Layout { storage, reference } => {
            judge::layout(&*storage, reference.as_deref(), request.version, &limits).map_err(InputError::from)
        }
    };
    Checked { name: shown, outcome, prefix, notes }
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
        writeln!(out, "{}\n", diagnostic(finding, &checked.prefix, version))?;
    }
    for note in checked.notes.iter().chain(&judged.unjudged) {
        writeln!(out, "{name}: note: {}", printable(note))?;
    }
    let count = |level: Level| {
        let of_level = judged.findings.iter().filter(|finding| finding.level == level);
        of_level.map(|finding| 1 + finding.more).sum::<usize>()
    };
    let counts = [Level::Must, Level::Implied, Level::Should, Level::May]
        .map(|level| (count(level), level))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} {level}"))
        .collect::<Vec<_>>()
        .join(", ");
    let verdict = match checked.conclusion(strict) {
        Conclusion::Conforms if counts.is_empty() => format!("conforms to image-spec {version}"),
        Conclusion::Conforms => format!("conforms to image-spec {version}, with warnings: {counts}"),
        Conclusion::Findings if count(Level::Must) + count(Level::Implied) > 0 => {
            format!("does not conform to image-spec {version}: {counts}")
        }
        Conclusion::Findings => format!("conforms to image-spec {version}, but not strictly: {counts}"),
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
fn diagnostic(finding: &Finding, prefix: &str, version: SpecVersion) -> String {
    let requirement = finding.requirement;
    let (severity, colour) = if finding.level.is_error() {
        (Severity::ERROR, AnsiColor::BrightRed)
    } else {
        (Severity::WARNING, AnsiColor::Yellow)
    };
    let bold = Style::new().bold();
    let level = colour.on_default().bold();
    let arrow = AnsiColor::BrightBlue.on_default().bold();
    let at = printable(&format!("{prefix}{}", finding.path));
    let gutter = finding.place.as_ref().map_or(1, |place| place.line.to_string().len());
    let mut text = format!(
        "{level}{}{level:#} {bold}{}{bold:#}: {}\n{:gutter$}{arrow}-->{arrow:#} {at}",
        finding.level,
        requirement.id,
        printable(&requirement.says),
        "",
    );
    if let Some(within) = &finding.within {
        if let Some(entry) = &within.entry {
            text += &format!(": {} (entry {})", printable(&entry.path), entry.index);
        }
        text += &format!(", byte {} of the archive", within.offset);
    }
    let (found, wanted) = (printable(&finding.found), printable(&finding.wanted));
    let mut group = Group::with_level(severity);
    if let Some(place) = &finding.place {
        text += &format!(":{}:{}", place.line, place.column);
        if !place.pointer.is_empty() {
            text += &format!(" ({})", printable(&place.pointer));
        }
        let excerpt = &place.excerpt;
        let (before, after) =
            (if excerpt.cut_before { "…" } else { "" }, if excerpt.cut_after { "…" } else { "" });
        let part = |range| printable(&excerpt.text[range]);
        let left = format!("{before}{}", part(0..excerpt.marked.start));
        let marked = part(excerpt.marked.clone());
        let right = format!("{}{after}", part(excerpt.marked.end..excerpt.text.len()));
        let span = left.len()..left.len() + marked.len();
        let snippet = Snippet::source(format!("{left}{marked}{right}"))
            .line_start(place.line)
            .annotation(AnnotationKind::Primary.span(span).label(format!("found {found}")));
        group = group.element(snippet);
    } else {
        group = group.element(Severity::NOTE.with_name("found").message(found));
    }
    let see =
        format!("image-spec {version}, {}; seaworthy explain {}", requirement.rule.section, requirement.id);
    if finding.more > 0 {
        let more = format!("{} more like this are not shown", finding.more);
        group = group.element(Severity::NOTE.no_name().message(more));
    }
    let group = group
        .element(Severity::NOTE.with_name("wanted").message(wanted))
        .element(Severity::NOTE.with_name("see").message(see));
    text.push('\n');
    text + &Renderer::styled().render(&[group])
}

/// Writes verdicts for programs: one JSON object for a whole run.
///
/// # Errors
///
/// The output cannot be written.
pub fn json(checked: &[Checked], request: &Request, out: &mut dyn Write) -> io::Result<()> {
    let images: Vec<Image<'_>> = checked.iter().map(|one| Image::of(one, request.strict)).collect();
    let gravest = checked.iter().map(|one| one.conclusion(request.strict)).max();
    let report = Report {
        seaworthy: env!("CARGO_PKG_VERSION"),
        image_spec: request.version.as_str(),
        level: request.level.as_str(),
        strict: request.strict,
        conclusion: word(gravest.unwrap_or(Conclusion::Conforms)),
        images,
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

const fn word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Conforms => "conforms",
        Conclusion::Findings => "findings",
        Conclusion::Unjudged => "unjudged",
    }
}

#[derive(Serialize)]
struct Report<'r> {
    seaworthy: &'static str,
    image_spec: &'static str,
    /// The weakest level that is reported.
    level: &'static str,
    strict: bool,
    conclusion: &'static str,
    images: Vec<Image<'r>>,
}

#[derive(Serialize)]
struct Image<'r> {
    image: &'r str,
    conclusion: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What could not be judged, although the image as a whole could.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unjudged: &'r [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'r [String],
    documents: usize,
    blobs: usize,
    missing: usize,
    unverified: usize,
    /// How many layers of images were read, and how many entries their archives have.
    layers: usize,
    entries: u64,
    findings: Vec<Found<'r>>,
}

impl<'r> Image<'r> {
    fn of(checked: &'r Checked, strict: bool) -> Self {
        let nothing = Judged::default();
        let judged = checked.outcome.as_ref().ok();
        let Judged { documents, blobs, missing, unverified, layers, entries, .. } =
            *judged.unwrap_or(&nothing);
        Image {
            image: &checked.name,
            conclusion: word(checked.conclusion(strict)),
            error: checked.outcome.as_ref().err().map(ToString::to_string),
            unjudged: judged.map_or(&[], |judged| &judged.unjudged),
            notes: &checked.notes,
            documents,
            blobs,
            missing,
            unverified,
            layers,
            entries,
            findings: judged.iter().flat_map(|judged| &judged.findings).map(Found::of).collect(),
        }
    }
}

/// A finding as a program reads it. Lines and columns count from one, offsets are bytes.
#[derive(Serialize)]
struct Found<'r> {
    requirement: &'r str,
    level: &'static str,
    /// The requirement in one sentence.
    says: &'r str,
    section: &'static str,
    /// The file inside the image; empty for a document on its own.
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
    /// The path of the entry in the archive of a layer, and how many entries there are before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_index: Option<u64>,
    /// The place in the archive of a layer, after decompression.
    #[serde(skip_serializing_if = "Option::is_none")]
    archive_offset: Option<u64>,
    found: &'r str,
    wanted: &'r str,
    /// How many further breaches of the requirement, in this file or in others, are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'r> Found<'r> {
    fn of(finding: &'r Finding) -> Self {
        let place = finding.place.as_ref();
        let entry = finding.within.as_ref().and_then(|within| within.entry.as_ref());
        Found {
            requirement: &finding.requirement.id,
            level: finding.level.as_str(),
            says: &finding.requirement.says,
            section: finding.requirement.rule.section,
            path: &finding.path,
            pointer: place.map(|place| place.pointer.as_str()),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            offset: place.map(|place| place.span.start),
            length: place.map(|place| place.span.end - place.span.start),
            entry: entry.map(|entry| entry.path.as_str()),
            entry_index: entry.map(|entry| entry.index),
            archive_offset: finding.within.as_ref().map(|within| within.offset),
            found: &finding.found,
            wanted: &finding.wanted,
            more: finding.more,
        }
    }
}
