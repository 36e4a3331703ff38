//! What the committed seeds reach of `seaworthy-image` and `seaworthy-rules`: `reports/coverage.md`.
//!
//! Reads what `llvm-cov export` says after a run of the example `replay`, and the reasons in `fuzz/unreached.toml`.
//! A function without a reason is a finding, and so is a reason that nothing needs any more.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use regex::Regex;
use serde::Deserialize;

/// The crates that are looked at, by their folders in `spec-tests`.
const CRATES: [&str; 2] = ["image", "rules"];
const REASONS: &str = "fuzz/unreached.toml";
/// How the name of a closure ends that stands in a constant.
const CLOSURE: &str = " (closure)";
const REPORT: &str = "reports/coverage.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [export] = &arguments[..] else {
        eprintln!("usage: coverage EXPORT, in the folder of the workspace; fuzz/reached calls it");
        return ExitCode::from(2);
    };
    match report(Path::new(export)) {
        Ok(wrong) if wrong.is_empty() => ExitCode::SUCCESS,
        Ok(wrong) => {
            wrong.iter().for_each(|line| println!("{line}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("coverage: {error}");
            ExitCode::from(3)
        }
    }
}

/// What `llvm-cov export` writes, as far as it is needed.
#[derive(Deserialize)]
struct Export {
    data: Vec<Data>,
}

#[derive(Deserialize)]
struct Data {
    files: Vec<File>,
    functions: Vec<Instance>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    summary: Summary,
}

#[derive(Deserialize)]
struct Summary {
    lines: Count,
}

#[derive(Deserialize, Clone, Copy, Default)]
struct Count {
    count: usize,
    covered: usize,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.count += other.count;
        self.covered += other.covered;
    }
}

/// One instance of a function: generic ones have several.
#[derive(Deserialize)]
struct Instance {
    name: String,
    count: u64,
    filenames: Vec<String>,
    /// Line and column of the start, the same of the end, and what else is of no interest here.
    regions: Vec<Vec<u64>>,
}

/// Why functions are not reached.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reasons {
    unreached: Vec<Reason>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    why: String,
    /// Each `FILE: FUNCTION`, where `*` stands for anything.
    functions: Vec<String>,
}

/// Where something stands in a file: line and column.
type Place = (u64, u64);

/// A function in the source, whatever was made of it.
#[derive(Debug)]
struct Function {
    name: String,
    end: Place,
    is_reached: bool,
}

/// The functions of each file, by where they begin.
type Functions = BTreeMap<String, BTreeMap<Place, Function>>;

/// Writes the report.
///
/// Returns what is wrong with the reasons, in which case nothing is written.
fn report(export: &Path) -> io::Result<Vec<String>> {
    let named = |path: &Path, error: &dyn std::fmt::Display| {
        io::Error::other(format!("{}: {}", path.display(), error.to_string().trim_end()))
    };
    let text = fs::read(export).map_err(|error| named(export, &error))?;
    let export: Export = serde_json::from_slice(&text).map_err(|error| named(export, &error))?;
    let path = Path::new(REASONS);
    let text = fs::read_to_string(path).map_err(|error| named(path, &error))?;
    let reasons: Reasons = toml::from_str(&text).map_err(|error| named(path, &error))?;

    let mut lines: BTreeMap<String, Count> = BTreeMap::new();
    for file in export.data.iter().flat_map(|data| &data.files) {
        if let Some(file_of_ours) = ours(&file.filename) {
            lines.insert(file_of_ours, file.summary.lines);
        }
    }
    let functions = functions(export.data.iter().flat_map(|data| &data.functions));
    if functions.is_empty() {
        return Err(io::Error::other("the export has no function of ours: was it built with the coverage?"));
    }
    let mut unreached: BTreeMap<String, usize> = BTreeMap::new();
    for (file, functions) in &functions {
        for function in functions.values().filter(|function| !function.is_reached) {
            *unreached.entry(format!("{file}: {}", function.name)).or_default() += 1;
        }
    }
    let (explained, wrong) = explained(&unreached, &reasons);
    if wrong.is_empty() {
        let temporary = format!("{REPORT}.{}", std::process::id());
        fs::write(&temporary, text_of(&lines, &functions, &explained))?;
        fs::rename(&temporary, REPORT)?;
    }
    Ok(wrong)
}

/// A path as the report has it: `image/json/mod.rs`.
fn ours(path: &str) -> Option<String> {
    let (_, path) = path.rsplit_once("spec-tests/")?;
    let (name, file) = path.split_once("/src/")?;
    CRATES.contains(&name).then(|| format!("{name}/{file}"))
}

/// Puts the instances together. A closure belongs to the function that it stands in: only those in constants and
/// statics are functions of their own.
fn functions<'a>(instances: impl Iterator<Item = &'a Instance>) -> Functions {
    let mut all = Functions::new();
    let mut closures = Vec::new();
    for instance in instances {
        let Some(file) = instance.filenames.first().and_then(|path| ours(path)) else { continue };
        let spans = instance.regions.iter().filter_map(|region| region.first_chunk().copied());
        let spans = || spans.clone().map(|[line, column, last, end]: [u64; 4]| ((line, column), (last, end)));
        let (Some(start), Some(end)) = (spans().map(|span| span.0).min(), spans().map(|span| span.1).max())
        else {
            continue;
        };
        let name = short(&format!("{:#}", rustc_demangle::demangle(&instance.name)));
        let function = Function { name, end, is_reached: instance.count > 0 };
        match function.name.contains("{closure") {
            true => closures.push((file, start, function)),
            false => insert(all.entry(file).or_default(), start, function),
        }
    }
    // The outer ones come first, so that one within another belongs to that.
    closures.sort_by_key(|(_, place, _)| *place);
    for (file, place, mut closure) in closures {
        let of_file = all.entry(file).or_default();
        let before = of_file.range(..place).next_back();
        if before.is_none_or(|(_, function)| function.end < closure.end) {
            closure.name = closure.name.split("::{").next().unwrap_or_default().to_owned() + CLOSURE;
            insert(of_file, place, closure);
        }
    }
    all
}

/// What is reached in one instance is reached.
fn insert(all: &mut BTreeMap<Place, Function>, place: Place, function: Function) {
    let known = all.entry(place).or_insert(Function { name: function.name, ..function });
    known.is_reached |= function.is_reached;
    known.end = known.end.max(function.end);
}

/// A demangled name without the modules, and without the types that generics stand for.
fn short(name: &str) -> String {
    let (mut kept, mut depth, mut last) = (String::new(), 0, ' ');
    for c in name.chars() {
        match c {
            '<' if depth > 0 || last.is_alphanumeric() || matches!(last, '_' | ':') => depth += 1,
            '>' if depth > 0 && last != '-' => depth -= 1,
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
        last = c;
    }
    // A type of generics in the middle of a path leaves its colons.
    let parts = kept.replace("::::", "::");
    let path = Regex::new(r"(?:[A-Za-z_]\w*::)+([A-Za-z_]\w*)").expect("it is a constant");
    let own = Regex::new("^<([^ ]+)>::").expect("it is a constant");
    let parts = path.replace_all(parts.trim_end_matches(':'), "$1");
    own.replace(&parts, "$1::").into_owned()
}

/// A reason, and what is not reached because of it, with how many there are of the name.
type Explained<'a> = Vec<(&'a str, BTreeMap<&'a str, usize>)>;

/// The functions that are not reached, each below its reason, and what is wrong with the reasons.
fn explained<'a>(
    unreached: &'a BTreeMap<String, usize>,
    reasons: &'a Reasons,
) -> (Explained<'a>, Vec<String>) {
    let mut explained: Explained<'a> =
        reasons.unreached.iter().map(|reason| (&reason.why[..], BTreeMap::new())).collect();
    let mut wrong = Vec::new();
    let patterns: Vec<(usize, &String)> = reasons
        .unreached
        .iter()
        .enumerate()
        .flat_map(|(at, reason)| reason.functions.iter().map(move |pattern| (at, pattern)))
        .collect();
    for (function, count) in unreached {
        let of_it: Vec<_> = patterns.iter().filter(|(_, pattern)| matches(pattern, function)).collect();
        match of_it[..] {
            [] => wrong.push(format!("not reached, and no reason in {REASONS}: {function}")),
            [(at, _)] => drop(explained[*at].1.insert(function, *count)),
            [(_, one), (_, other), ..] => {
                wrong.push(format!(
                    "not reached, and two reasons in {REASONS}: {function}: {one:?}, {other:?}"
                ));
            }
        }
    }
    for (_, pattern) in &patterns {
        if !unreached.keys().any(|function| matches(pattern, function)) {
            wrong.push(format!("{REASONS}: nothing is unreached that this matches: {pattern}"));
        }
    }
    (explained, wrong)
}

/// Whether a pattern, in which `*` stands for anything, is all of a text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| matches(rest, &text[at..]))
        }),
    }
}

/// Lines, functions, and closures in constants.
type Counts = [Count; 3];

fn text_of(lines: &BTreeMap<String, Count>, functions: &Functions, explained: &Explained<'_>) -> String {
    let mut files: BTreeMap<&str, Counts> = BTreeMap::new();
    for (file, lines) in lines {
        files.entry(file).or_default()[0] = *lines;
    }
    for (file, functions) in functions {
        for function in functions.values() {
            let which = if function.name.ends_with(CLOSURE) { 2 } else { 1 };
            let one = Count { count: 1, covered: usize::from(function.is_reached) };
            files.entry(file).or_default()[which].add(one);
        }
    }
    let mut text = String::from(
        "# What the seeds reach\n\nMade by `fuzz/reached`: every fuzz target on `corpus/seeds` and \
         `corpus/regressions`, without a mutation, and what that runs of two crates. Each number is what is reached, of \
         what there is.\n\nA function counts once, however many instances generics make of it, and is reached if one of \
         them is; a closure is part of the function that it stands in. Those in constants are counted apart: nearly all \
         are the edits that rules make cases from. The compiler counts no code that is derived, and the tests are not \
         built.\n\n| crate | lines | functions | closures in constants |\n|---|--:|--:|--:|\n",
    );
    let of_crate = |name: &'static str| {
        let of_it = move |file: &&str| file.split('/').next() == Some(name);
        files.iter().filter(move |(file, _)| of_it(file))
    };
    for name in CRATES {
        let mut sums = Counts::default();
        for (_, counts) in of_crate(name) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| sum.add(*count));
        }
        let _ = writeln!(text, "| `seaworthy-{name}` | {} |", sums.map(share).join(" | "));
    }
    text += "\n## Not reached, and why\n\nThe reasons are those of `fuzz/unreached.toml`.\n";
    for (why, functions) in explained {
        let _ = writeln!(text, "\n{}\n", why.split_whitespace().collect::<Vec<_>>().join(" "));
        for (function, count) in functions {
            let times = if *count > 1 { format!(", {count} of them") } else { String::new() };
            let _ = writeln!(text, "* `{function}`{times}");
        }
    }
    for name in CRATES {
        let _ = write!(
            text,
            "\n## The files of `seaworthy-{name}`\n\n| file | lines | functions | closures in constants |\n\
             |---|--:|--:|--:|\n"
        );
        for (file, counts) in of_crate(name) {
            let _ = writeln!(text, "| `{file}` | {} |", counts.map(plain).join(" | "));
        }
    }
    text
}

fn plain(count: Count) -> String {
    if count.count == 0 { String::new() } else { format!("{} of {}", count.covered, count.count) }
}

fn share(count: Count) -> String {
    let percent = 100.0 * count.covered as f64 / count.count.max(1) as f64;
    if count.count == 0 { String::new() } else { format!("{} ({percent:.1} %)", plain(count)) }
}
