//! The model of a report, which is also its JSON form: `schemas/report.schema.json` is made of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use seaworthy_image::spec::SpecVersion;
use serde::{Deserialize, Serialize};

use crate::verdict::{Expect, Verdict};

/// The version of the form. It is raised when a reader of an older one would go wrong; members may
/// be added without.
pub const FORMAT: u32 = 1;

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Report of a Seaworthy run")]
pub struct Report {
    /// The version of this form: 1.
    pub format: u32,
    /// The version of Seaworthy.
    pub seaworthy: String,
    /// What was run.
    pub kind: Kind,
    /// The specifications that were judged by, each with its version.
    pub specifications: BTreeMap<String, String>,
    /// The command line, without credentials.
    pub command: Vec<String>,
    /// The seed of generated images; none where the plain ones were used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How many cases of a run with a seed are on plain images, because none of the seed fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<usize>,
    /// The weakest level that findings are reported of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Whether warnings count as failures.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// Which part of the suite was run, if not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// How programs under test were confined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confinement: Option<String>,
    /// When the run began, in UTC by RFC 3339; with `SOURCE_DATE_EPOCH` that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// How long it took, in seconds; absent with `SOURCE_DATE_EPOCH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The verdicts of all subjects.
    pub counts: Counts,
    /// Every requirement that a result or a finding names.
    pub requirements: BTreeMap<String, Requirement>,
    /// Whatever was judged: images, or programs, libraries and registries.
    pub subjects: Vec<Subject>,
}

impl Report {
    /// The version of image-spec that was judged by; the default one if the report names none.
    pub fn image_spec(&self) -> SpecVersion {
        let version = self.specifications.get("image-spec");
        version.and_then(|version| version.parse().ok()).unwrap_or_default()
    }

    /// The counts of what was put to the test: not those of the reference, which is run beside every program and
    /// passes, unless it is the only one.
    pub fn counts_under_test(&self) -> Counts {
        let is_reference = |subject: &&Subject| subject.name.split('-').next() == Some("reference");
        let (references, mut others): (Vec<&Subject>, Vec<&Subject>) =
            self.subjects.iter().partition(is_reference);
        if self.kind != Kind::Test || others.is_empty() {
            others.extend(references);
        }
        let mut counts = Counts::default();
        others.into_iter().for_each(|subject| counts.add(&subject.counts));
        counts
    }
}

/// What was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Images were judged.
    Check,
    /// Programs and libraries were put to the test.
    Test,
    /// A registry was put to the test.
    Registry,
}

impl Kind {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Check => "check",
            Kind::Test => "test",
            Kind::Registry => "registry",
        }
    }
}

/// How strong a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Level {
    /// The specification leaves a choice.
    #[serde(rename = "MAY")]
    May,
    /// A breach is a warning.
    #[serde(rename = "SHOULD")]
    Should,
    /// Defined without one of RFC 2119's keywords; a breach is an error.
    #[serde(rename = "implied")]
    Implied,
    /// A breach is an error.
    #[serde(rename = "MUST")]
    Must,
}

impl Level {
    /// Every level, strongest first.
    pub const ALL: [Level; 4] = [Level::Must, Level::Implied, Level::Should, Level::May];

    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::May => "MAY",
            Level::Should => "SHOULD",
            Level::Implied => "implied",
            Level::Must => "MUST",
        }
    }

    /// Whether a breach makes content non-conformant.
    pub fn is_error(self) -> bool {
        self >= Level::Implied
    }
}

impl From<seaworthy_rules::Level> for Level {
    fn from(level: seaworthy_rules::Level) -> Level {
        match level {
            seaworthy_rules::Level::May => Level::May,
            seaworthy_rules::Level::Should => Level::Should,
            seaworthy_rules::Level::Implied => Level::Implied,
            seaworthy_rules::Level::Must => Level::Must,
        }
    }
}

/// A part of the suite: the cases whose place in the list, divided by `of`, leaves `index - 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Which part, counted from one.
    pub index: usize,
    /// How many parts there are.
    pub of: usize,
}

/// How many results came to each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Results that come from asking the subject: all but the skipped.
    pub run: usize,
    /// `pass`.
    pub passed: usize,
    /// `fail`, whether known or not.
    pub failed: usize,
    /// `unsafe`.
    #[serde(rename = "unsafe")]
    pub damaged: usize,
    /// `warn`.
    pub warned: usize,
    /// `recorded`: the specification leaves the choice, so it is neither passed nor failed.
    pub recorded: usize,
    /// `inconclusive`.
    pub inconclusive: usize,
    /// `skip`: never a pass.
    pub skipped: usize,
    /// `error`.
    pub error: usize,
    /// Those among the failures that were known before.
    pub known: usize,
    /// Subjects that were not tested at all.
    pub unavailable: usize,
}

impl Counts {
    /// Counts results.
    pub fn of<'r>(results: impl IntoIterator<Item = &'r TestResult>) -> Counts {
        let mut counts = Counts::default();
        for result in results {
            counts.run += usize::from(result.verdict != Verdict::Skip);
            counts.known += usize::from(result.known.is_some());
            *counts.place(result.verdict) += 1;
        }
        counts
    }

    /// How many came to `verdict`.
    pub fn count(&self, verdict: Verdict) -> usize {
        *self.clone().place(verdict)
    }

    /// Adds those of a further subject.
    pub fn add(&mut self, other: &Counts) {
        for verdict in Verdict::ALL {
            *self.place(verdict) += other.count(verdict);
        }
        self.run += other.run;
        self.known += other.known;
        self.unavailable += other.unavailable;
    }

    fn place(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.passed,
            Verdict::Recorded => &mut self.recorded,
            Verdict::Warn => &mut self.warned,
            Verdict::Fail => &mut self.failed,
            Verdict::Unsafe => &mut self.damaged,
            Verdict::Inconclusive => &mut self.inconclusive,
            Verdict::Skip => &mut self.skipped,
            Verdict::Error => &mut self.error,
        }
    }
}

/// A requirement, as much of it as a reader of the report needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// The specification it is of; `Seaworthy` for a family of the safety battery.
    pub specification: String,
    /// Its level in the version that was judged by; none where that is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What it says, in one sentence.
    pub says: String,
    /// Where it stands in the specification: `file.md#anchor`.
    pub section: String,
}

impl Requirement {
    /// The section's address, if it is one of a release or of the main branch.
    pub fn address(&self, specifications: &BTreeMap<String, String>) -> Option<String> {
        let version = specifications.get(&self.specification)?;
        let branch = if version == "dev" { "main".to_owned() } else { format!("v{version}") };
        let Requirement { specification, section, .. } = self;
        Some(format!("https://github.com/opencontainers/{specification}/blob/{branch}/{section}"))
    }
}

/// An image that was judged, or a program, library or registry that was put to the test.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Its name; of an image, as on the command line.
    pub name: String,
    /// What it does with images: `validator`, `reader`, `storer`, …; of an image `content`.
    pub role: String,
    /// Its version, if it was tested and has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it was not tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<Unavailable>,
    /// Its verdicts.
    pub counts: Counts,
    /// Of a registry: how many requests it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<usize>,
    /// Of an image: how much of it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Read>,
    /// What could not be judged, although the subject as a whole could.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unjudged: Vec<String>,
    /// What one should know besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// A result for each case; of an image, a single one.
    pub results: Vec<TestResult>,
}

impl Subject {
    /// Counts the verdicts anew, after results were changed.
    pub fn count_again(&mut self) {
        self.counts =
            Counts { unavailable: usize::from(self.unavailable.is_some()), ..Counts::of(&self.results) };
    }
}

/// Why a subject was not tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unavailable {
    /// Why.
    pub reason: String,
    /// The command that installs it, if one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install: Option<String>,
}

/// How much of an image was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Read {
    /// Documents that were read.
    pub documents: usize,
    /// Descriptors that lead to a stored blob.
    pub blobs: usize,
    /// Descriptors that lead to nothing that is stored.
    pub missing: usize,
    /// Digests of an unknown algorithm, which could not be verified.
    pub unverified: usize,
    /// Layers of images that were read.
    pub layers: usize,
    /// Entries that the archives in them have.
    pub entries: u64,
}

/// What a subject did with a case, or what judging an image came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestResult {
    /// The case's id; of an image, the specification it was judged by.
    pub case: String,
    /// The requirement that the case is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// What was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
    /// What it came to.
    pub verdict: Verdict,
    /// What the subject did, in one word; of an image: `conforms`, `findings`, `unjudged`.
    pub outcome: String,
    /// What it said, or why the verdict is what it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// How what the subject made differs from what is wanted, in full; `words` tells the first of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// How many further differences are not listed, at least.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_differences: usize,
    /// Why the failure is a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<String>,
    /// The requirement whose breach keeps this one from being checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<String>,
    /// The lines of a script that shows it again: commands, and comments on what each came to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub script: Vec<String>,
    /// What is wrong with the image, or with what the registry did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

impl TestResult {
    /// Whether it has to be looked at: something went wrong that was not known before.
    pub fn is_wrong(&self) -> bool {
        self.verdict.is_wrong() && self.known.is_none()
    }

    /// What became of it, with the words for that, and what should have become of it.
    pub fn in_words(&self) -> String {
        let words = if self.words.is_empty() { String::new() } else { format!(": {}", self.words) };
        let wanted = match (self.expect, self.verdict) {
            // What differs from what is wanted says so itself.
            _ if self.outcome == "wrong" => "",
            (Some(Expect::Accept), Verdict::Fail) => "; it has to be taken",
            (Some(Expect::Reject), Verdict::Fail) => "; it has to be refused",
            (Some(Expect::PreferReject), Verdict::Warn) => "; it had better be refused",
            (Some(Expect::Warn), Verdict::Warn) => "; it had better be taken with a warning",
            _ => "",
        };
        format!("{}{words}{wanted}", self.outcome)
    }
}

/// What is different about one attribute of one file of a tree, or about one member of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The file, with backslashes before what is no plain character; `/` is the root of the tree. Of an answer the
    /// member.
    pub path: String,
    /// The attribute: `kind`, `content`, `target`, `device`, `mode`, `owner`, `modified` (in seconds since 1970),
    /// `xattrs`, or `links` (the other names of the same file); `answer` of an answer.
    pub aspect: String,
    /// What it should be.
    pub wanted: String,
    /// What it is.
    pub found: String,
}

/// A breach of a requirement. Lines and columns count from one, offsets are bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The requirement that is broken.
    pub requirement: String,
    /// Its level.
    pub level: Level,
    /// The file inside the image; empty for a document on its own.
    pub path: String,
    /// The file as a person would name it: the image's name, and the path in it.
    pub file: String,
    /// The JSON pointer to the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Where it begins in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// How many bytes it is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// The path of the entry in the archive of a layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// How many entries there are before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_index: Option<u64>,
    /// The place in the archive of a layer, after decompression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_offset: Option<u64>,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub wanted: String,
    /// How many further breaches of the requirement, in this file or in others, are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
    /// The text around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
    /// The exchange with a registry that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
}

/// A request to a registry, and what came back. Credentials are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exchange {
    /// The request's method.
    pub method: String,
    /// Where it went.
    pub url: String,
    /// The request's headers.
    pub headers: Vec<(String, String)>,
    /// The status of the answer; none if there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The answer's headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer: Vec<(String, String)>,
    /// The start of the answer's body, if that is text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// The size of the answer's body, in bytes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub body_size: usize,
    /// A command that repeats the request.
    pub curl: String,
}

/// A part of one line, short enough to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The text before; begins with `…` where the line goes on.
    pub before: String,
    /// The text that the finding is about.
    pub marked: String,
    /// The text after; ends with `…` where the line goes on.
    pub after: String,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn is_false(flag: &bool) -> bool {
    !*flag
}
