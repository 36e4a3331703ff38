//! `seaworthy list` and `seaworthy explain`: the requirements, for people.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::coverage::{self, Drift};
use seaworthy_rules::{Case, Class, Level, Requirement, all, case};

use super::threats;
use crate::printable::printable;

/// Lists the requirements on images and on registries and the families of the safety battery that begin with one of
/// `only`, or all.
///
/// # Errors
///
/// The output cannot be written.
pub fn list(only: &[String], out: &mut dyn Write) -> io::Result<usize> {
    let of_images = all().iter().map(|requirement| {
        let grade = &requirement.rule.grade;
        (requirement.id.clone(), levels(SpecVersion::ALL.map(|at| grade.at(at))), requirement.says.as_str())
    });
    let of_registries = seaworthy_registry::all().iter().map(|requirement| {
        let grade = &requirement.rule.grade;
        let levels = levels(seaworthy_registry::SpecVersion::ALL.map(|at| grade.at(at)));
        (requirement.id.clone(), levels, requirement.says.as_str())
    });
    let wanted = |id: &str| only.is_empty() || only.iter().any(|prefix| id.starts_with(prefix.as_str()));
    let all = of_images.chain(of_registries).chain(threats::lines());
    let shown: Vec<(String, String, &str)> = all.filter(|(id, ..)| wanted(id)).collect();
    let width = shown.iter().map(|(id, ..)| id.len()).max().unwrap_or(0);
    for (id, levels, says) in &shown {
        writeln!(out, "{id:<width$}  {levels:<21}  {says}")?;
    }
    Ok(shown.len())
}

/// The levels of a requirement, version by version: `MUST`, or `- MUST MUST` where they differ.
fn levels(levels: [Option<Level>; 3]) -> String {
    let levels = levels.map(|level| level.map_or("-", |level| level.as_str()));
    if levels.iter().all(|level| *level == levels[0]) { levels[0].to_owned() } else { levels.join(" ") }
}

/// Says everything about one requirement.
///
/// # Errors
///
/// The output cannot be written.
pub fn explain(requirement: &'static Requirement, out: &mut dyn Write) -> io::Result<()> {
    let rule = requirement.rule;
    writeln!(out, "{}\n\n{}\n", requirement.id, requirement.says)?;
    if !requirement.why.is_empty() {
        writeln!(out, "{}\n", requirement.why)?;
    }
    let by_version = SpecVersion::ALL.map(|version| {
        format!("{version}: {}", rule.grade.at(version).map_or("silent", |level| level.as_str()))
    });
    writeln!(out, "Level    {}", by_version.join(", "))?;
    writeln!(out, "Section  {}", rule.section)?;
    let bound = rule.binds.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let more =
        if bound.is_empty() { String::new() } else { format!("; obliged to refuse a breach: {bound}") };
    writeln!(out, "Binds    the content{more}")?;
    for (class, title) in [
        (Class::Valid, "Keeps to it"),
        (Class::Invalid, "Breaks it, and nothing else"),
        (Class::Refused, "Has to be refused by those whom it binds"),
        (Class::Unclear, "The specification does not tell"),
    ] {
        let cases: Vec<Case> = case::of(requirement).into_iter().filter(|case| case.class == class).collect();
        if !cases.is_empty() {
            writeln!(out, "\n{title}:")?;
        }
        for case in &cases {
            example(case, out)?;
        }
    }
    Ok(())
}

/// A case with the part that it edits, before and after.
fn example(case: &Case, out: &mut dyn Write) -> io::Result<()> {
    let versions = match (case.mutation.since, case.mutation.until) {
        (SpecVersion::V1_0_2, SpecVersion::Dev) => String::new(),
        (since, SpecVersion::Dev) => format!(" (since {since})"),
        (SpecVersion::V1_0_2, until) => format!(" (until {until})"),
        (since, until) => format!(" ({since} to {until})"),
    };
    writeln!(out, "  {}{versions}", case.id)?;
    let (before, after) = window_around_difference(case);
    writeln!(out, "    - {before}\n    + {after}")
}

/// The part that a case edits, before and after: of a long text only the neighbourhood of the first
/// difference, and all of it printable.
pub(crate) fn window_around_difference(case: &Case) -> (String, String) {
    let (before, after) = case.example();
    let same = before.chars().zip(after.chars()).take_while(|(b, a)| b == a).count();
    (window(&before, same), window(&after, same))
}

/// About a hundred characters of `text` around the one at `at`.
pub(super) fn window(text: &str, at: usize) -> String {
    const BEFORE: usize = 30;
    const LENGTH: usize = 110;
    let start = at.saturating_sub(BEFORE);
    let length = text.chars().count();
    let shown: String = text.chars().skip(start).take(LENGTH).collect();
    let (left, right) = (if start > 0 { "…" } else { "" }, if start + LENGTH < length { "…" } else { "" });
    if shown.is_empty() { "(nothing)".to_owned() } else { format!("{left}{}{right}", printable(&shown)) }
}

/// Prints how the sentences of the specification are accounted for, and with the folder of a
/// checkout of one version, whether its sentences are those that are known. True if nothing is
/// left out.
///
/// # Errors
///
/// The index or the specification cannot be read, or the output cannot be written.
pub fn print_coverage(spec: Option<(&Path, SpecVersion)>, out: &mut dyn Write) -> anyhow::Result<bool> {
    let entries = coverage::index()?;
    let ids: Vec<&str> = all().iter().map(|requirement| requirement.id.as_str()).collect();
    let with_cases = format!("{} requirements with {} cases", ids.len(), case::cases().len());
    let versions = SpecVersion::ALL
        .map(|version| (version.as_str(), entries.iter().filter(|entry| entry.is_in(version)).count()));
    let coverage = coverage::coverage(&entries, &ids);
    print_covered("image-spec", &versions, &coverage, &with_cases, out)?;
    let of_registries = seaworthy_registry::coverage::index()?;
    let ids: Vec<&str> =
        seaworthy_registry::all().iter().map(|requirement| requirement.id.as_str()).collect();
    let with_faults =
        format!("{} requirements with {} faults", ids.len(), seaworthy_registry::faults().count());
    let versions = seaworthy_registry::SpecVersion::ALL
        .map(|version| (version.as_str(), of_registries.iter().filter(|entry| entry.is_in(version)).count()));
    let registry_coverage = coverage::coverage(&of_registries, &ids);
    writeln!(out)?;
    print_covered("distribution-spec", &versions, &registry_coverage, &with_faults, out)?;
    let mut complete = coverage.is_complete() && registry_coverage.is_complete();
    if let Some((folder, version)) = spec {
        let drifts = drifts(&entries, folder, version)?;
        complete &= drifts.is_empty();
        writeln!(out, "\n{} against image-spec {version}: {} differences", folder.display(), drifts.len())?;
        for drift in drifts {
            writeln!(out, "  {drift}")?;
        }
    }
    Ok(complete)
}

/// How the sentences of one specification are accounted for.
fn print_covered<V>(
    specification: &str,
    versions: &[(&str, usize)],
    coverage: &coverage::Coverage<'_, V>,
    by: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "Normative sentences of {specification}, and what answers them:\n")?;
    for (version, count) in versions {
        writeln!(out, "  {version:<7} {count:>4} sentences")?;
    }
    let excepted: usize = coverage.excepted.values().map(Vec::len).sum();
    writeln!(out, "\n  distinct   {:>4}", coverage.sentences)?;
    writeln!(out, "  claimed    {:>4}  by {by}", coverage.claimed.len())?;
    writeln!(out, "  excepted   {excepted:>4}")?;
    writeln!(out, "  unclaimed  {:>4}\n\nExceptions:", coverage.unclaimed.len())?;
    let by_count: BTreeMap<_, _> =
        coverage.excepted.iter().map(|(why, places)| ((usize::MAX - places.len(), why), places)).collect();
    for ((_, reason), places) in by_count {
        writeln!(out, "  {:>4}  {reason}", places.len())?;
    }
    Ok(())
}

fn drifts(entries: &[coverage::Entry], folder: &Path, version: SpecVersion) -> anyhow::Result<Vec<Drift>> {
    let mut documents = Vec::new();
    for file in std::fs::read_dir(folder).map_err(|error| anyhow::anyhow!("{}: {error}", folder.display()))? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if coverage::DOCUMENTS.contains(&name.as_str()) {
            documents.push((name, std::fs::read_to_string(&path)?));
        }
    }
    anyhow::ensure!(
        !documents.is_empty(),
        "{} is no checkout of image-spec: it holds none of its documents",
        folder.display()
    );
    let texts: Vec<(&str, &str)> =
        documents.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(coverage::compare(entries, version, &texts))
}
