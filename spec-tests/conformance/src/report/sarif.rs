//! SARIF 2.1.0, as code scanning reads it.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use seaworthy_image::digest::{Algorithm, Hasher};
use serde_json::{Value, json};

use super::escaped;
use super::model::{Finding, Kind, Level, Report, Requirement, Subject, TestResult};
use crate::verdict::Verdict;

/// Where the documents of the format say that its schema is.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes a result for each finding and each case that went wrong.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let numbers: HashMap<&str, usize> =
        report.requirements.keys().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    let rules: Vec<Value> =
        report.requirements.iter().map(|(id, requirement)| rule(id, requirement, report)).collect();
    let mut results =
        Results { numbers, seen: HashMap::new(), list: Vec::new(), place: place_of(report.kind) };
    for subject in &report.subjects {
        for result in &subject.results {
            results.add(subject, result);
        }
    }
    let mut run = json!({
        "tool": { "driver": {
            "name": "Seaworthy",
            "semanticVersion": report.seaworthy,
            "rules": rules,
        } },
        "automationDetails": { "id": format!("seaworthy/{}/", report.kind.as_str()) },
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation(report)],
        "properties": {
            "specifications": report.specifications,
            "seed": report.seed,
            "counts": report.counts,
            "subjects": report.subjects.iter().map(about).collect::<Vec<_>>(),
        },
    });
    run["results"] = Value::Array(results.list);
    escaped::pretty(&json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }), out)
}

fn about(subject: &Subject) -> Value {
    json!({ "name": subject.name, "role": subject.role, "version": subject.version, "unavailable": subject.unavailable })
}

fn rule(id: &str, requirement: &Requirement, report: &Report) -> Value {
    let level = requirement.level.map_or("silent", Level::as_str);
    let help = format!(
        "{} ({level}, {} {}). More: seaworthy explain {id}",
        requirement.says, requirement.specification, requirement.section
    );
    let mut rule = json!({
        "id": id,
        "shortDescription": { "text": requirement.says },
        "fullDescription": { "text": requirement.says },
        "help": { "text": help },
        "defaultConfiguration": { "level": requirement.level.map_or("none", severity) },
        "properties": { "tags": [requirement.specification], "level": level },
    });
    if let Some(address) = requirement.address(&report.specifications) {
        rule["helpUri"] = json!(address);
    }
    rule
}

const fn severity(level: Level) -> &'static str {
    match level {
        Level::Must | Level::Implied => "error",
        Level::Should => "warning",
        Level::May => "note",
    }
}

/// The run itself: how it was called, and what could not be judged.
fn invocation(report: &Report) -> Value {
    let mut notifications = Vec::new();
    for subject in &report.subjects {
        let words = subject.results.iter().filter(|result| result.verdict == Verdict::Error);
        let words = words.filter(|result| !result.words.is_empty()).map(|result| &result.words);
        for text in words.chain(&subject.unjudged) {
            notifications.push(json!({
                "level": "error",
                "message": { "text": format!("{}: {text}", subject.name) },
            }));
        }
    }
    let mut invocation = json!({
        "executionSuccessful": report.counts.error == 0,
        "arguments": report.command.iter().skip(1).collect::<Vec<_>>(),
        "toolExecutionNotifications": notifications,
    });
    if let Some(started) = &report.started {
        invocation["startTimeUtc"] = json!(started);
    }
    invocation
}

struct Results<'r> {
    numbers: HashMap<&'r str, usize>,
    /// How often each fingerprint was met, so that twins stay apart.
    seen: HashMap<String, usize>,
    list: Vec<Value>,
    /// Where a result is shown that is about no file.
    place: fn(&str) -> String,
}

/// The file in which a requirement's cases are, or its sentence.
fn place_of(kind: Kind) -> fn(&str) -> String {
    match kind {
        Kind::Registry => |_| "corpus/requirements/distribution-spec.toml".to_owned(),
        Kind::Check | Kind::Test => |id| address(&format!("corpus/cases/{id}.json")),
    }
}

impl Results<'_> {
    fn add(&mut self, subject: &Subject, result: &TestResult) {
        // Of an image there is a result for each finding; of a registry one, whatever shows it.
        for finding in result.findings.iter().filter(|_| result.requirement.is_none()) {
            self.finding(subject, finding);
        }
        let level = match result.verdict {
            _ if result.requirement.is_none() => return,
            Verdict::Fail | Verdict::Unsafe | Verdict::Error => "error",
            Verdict::Warn => "warning",
            Verdict::Pass | Verdict::Recorded | Verdict::Inconclusive | Verdict::Skip => return,
        };
        let id = result.requirement.as_deref().unwrap_or_default();
        let words = if result.words.is_empty() { String::new() } else { format!(": {}", result.words) };
        let verdict = result.verdict.as_str();
        let mut written = json!({
            "level": level,
            "message": { "text": format!("{} {verdict} {}: {}{words}", subject.name, result.case, result.outcome) },
            "locations": [{
                "physicalLocation": { "artifactLocation": { "uri": (self.place)(id) } },
                "logicalLocations": [{ "fullyQualifiedName": format!("{}/{}", subject.name, result.case) }],
            }],
            "properties": { "verdict": verdict, "subject": subject.name },
        });
        if let Some(reason) = &result.known {
            written["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
        }
        self.push(id, &[&subject.name, &result.case], written);
    }

    fn finding(&mut self, subject: &Subject, finding: &Finding) {
        let mut location = json!({ "artifactLocation": { "uri": address(&finding.file) } });
        if let Some(line) = finding.line {
            let mut region = json!({ "startLine": line });
            if let Some(column) = finding.column {
                region["startColumn"] = json!(column);
            }
            if let (Some(offset), Some(length)) = (finding.offset, finding.length) {
                region["byteOffset"] = json!(offset);
                region["byteLength"] = json!(length);
            }
            if let Some(excerpt) = &finding.excerpt {
                let text = format!("{}{}{}", excerpt.before, excerpt.marked, excerpt.after);
                region["snippet"] = json!({ "text": text });
            }
            location["region"] = region;
        }
        let mut place = json!({ "physicalLocation": location });
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        if !pointer.is_empty() {
            place["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
        }
        let more = if finding.more > 0 { format!(" ({} more)", finding.more) } else { String::new() };
        let text = format!("Found {}, wanted {}{more}", finding.found, finding.wanted);
        // The digest in a blob's path changes whenever anything in it does: what was found last week
        // has to be known again after a rebuild.
        let file = if finding.path.starts_with("blobs/") { "blobs" } else { &finding.path };
        let written = json!({
            "level": severity(finding.level),
            "message": { "text": text },
            "locations": [place],
            "properties": { "subject": subject.name },
        });
        self.push(&finding.requirement, &[&subject.name, file, pointer], written);
    }

    fn push(&mut self, id: &str, place: &[&str], mut written: Value) {
        let key = fingerprint(id, place);
        let count = self.seen.entry(key.clone()).or_default();
        *count += 1;
        written["partialFingerprints"] = json!(BTreeMap::from([("seaworthy/v1", format!("{key}:{count}"))]));
        written["ruleId"] = json!(id);
        if let Some(number) = self.numbers.get(id) {
            written["ruleIndex"] = json!(number);
        }
        self.list.push(written);
    }
}

/// What a result is recognised by from run to run.
fn fingerprint(id: &str, place: &[&str]) -> String {
    let mut hasher = Hasher::new(Algorithm::Sha256);
    for part in std::iter::once(&id).chain(place) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finish();
    digest.chars().skip_while(|&character| character != ':').skip(1).take(32).collect()
}

/// A path as a relative reference.
fn address(path: &str) -> String {
    let mut address = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                address.push(char::from(byte));
            }
            _ => address += &format!("%{byte:02X}"),
        }
    }
    address
}
