//! The report of a check of images.

use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::finding::Place;
use seaworthy_rules::judge::Judged;
use seaworthy_rules::unjudged::{Limit, Unjudged};

use super::model::{Counts, Excerpt, Finding, Kind, Level, Read, Report, Requirement, Subject, TestResult};
use super::redact::redact;
use crate::commands::check::{Checked, Conclusion, Request};
use crate::verdict::Verdict;

/// The report of a check before any image is judged.
pub fn begin(request: &Request) -> Report {
    Report {
        level: Some(request.level.into()),
        strict: request.strict,
        ..super::output::begin(Kind::Check, request.version)
    }
}

/// An image as a subject, with the one result that it has.
pub fn subject(checked: &Checked, request: &Request) -> Subject {
    let nothing = Judged::default();
    let judged = checked.outcome.as_ref().ok();
    let Judged { documents, blobs, missing, unverified, layers, entries, .. } = *judged.unwrap_or(&nothing);
    let findings: Vec<Finding> = judged
        .iter()
        .flat_map(|judged| &judged.findings)
        .map(|finding| self::finding(finding, &checked.prefix))
        .collect();
    let (verdict, outcome) = match checked.conclusion(request.strict) {
        Conclusion::Conforms if findings.is_empty() => (Verdict::Pass, "conforms"),
        Conclusion::Conforms => (Verdict::Warn, "conforms"),
        Conclusion::Findings => (Verdict::Fail, "findings"),
        Conclusion::Unjudged => (Verdict::Error, "unjudged"),
    };
    let words = checked.outcome.as_ref().err().map(|error| redact(&error.to_string())).unwrap_or_default();
    let result = TestResult {
        case: format!("image-spec {}", request.version),
        requirement: None,
        expect: None,
        verdict,
        outcome: outcome.to_owned(),
        words,
        differences: Vec::new(),
        more_differences: 0,
        known: None,
        blocked_by: None,
        script: Vec::new(),
        findings,
    };
    let results = vec![result];
    Subject {
        name: redact(&checked.name),
        role: "content".to_owned(),
        version: None,
        unavailable: None,
        counts: Counts::of(&results),
        requests: None,
        read: judged.map(|_| Read { documents, blobs, missing, unverified, layers, entries }),
        unjudged: judged.map_or_else(Vec::new, |judged| judged.unjudged.iter().map(in_words).collect()),
        notes: checked.notes.iter().chain(judged.iter().flat_map(|judged| &judged.notes)).cloned().collect(),
        results,
    }
}

/// What could not be judged, and what can be done about it.
fn in_words(unjudged: &Unjudged) -> String {
    let Some(limit) = unjudged.limit else { return unjudged.text.clone() };
    let option = match limit {
        Limit::Document => "--max-document",
        Limit::Layer => "--max-layer",
        Limit::LayerRatio => "--max-layer-ratio",
        Limit::LayerWindow => "--max-layer-window",
        Limit::LayerEntries => "--max-layer-entries",
        Limit::Path => "--max-path",
        Limit::Pax => "--max-pax",
        Limit::Regions => "--max-regions",
    };
    format!("{unjudged}; raise the limit with {option}")
}

/// The requirement with this id, as a report shows it.
pub fn requirement(id: &str, version: SpecVersion) -> Option<Requirement> {
    let requirement = seaworthy_rules::find(id)?;
    Some(Requirement {
        specification: "image-spec".to_owned(),
        level: requirement.rule.grade.at(version).map(Level::from),
        says: requirement.says.clone(),
        section: requirement.rule.section.to_owned(),
    })
}

fn finding(finding: &seaworthy_rules::Finding, prefix: &str) -> Finding {
    let place = finding.place.as_ref();
    let entry = finding.within.as_ref().and_then(|within| within.entry.as_ref());
    Finding {
        requirement: finding.requirement.id.clone(),
        level: finding.level.into(),
        path: finding.path.clone(),
        file: redact(&format!("{prefix}{}", finding.path)),
        pointer: place.map(|place| place.pointer.clone()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        offset: place.map(|place| place.span.start),
        length: place.map(|place| place.span.end - place.span.start),
        entry: entry.map(|entry| entry.path.clone()),
        entry_index: entry.map(|entry| entry.index),
        archive_offset: finding.within.as_ref().map(|within| within.offset),
        found: finding.found.clone(),
        wanted: finding.wanted.clone(),
        more: finding.more,
        excerpt: place.map(excerpt),
        exchange: None,
    }
}

fn excerpt(place: &Place) -> Excerpt {
    let excerpt = &place.excerpt;
    let (left, right) = (if excerpt.cut_before { "…" } else { "" }, if excerpt.cut_after { "…" } else { "" });
    let (start, end) = (excerpt.marked.start, excerpt.marked.end);
    Excerpt {
        before: format!("{left}{}", &excerpt.text[..start]),
        marked: excerpt.text[start..end].to_owned(),
        after: format!("{}{right}", &excerpt.text[end..]),
    }
}
