//! Every format of a report, judged by something that is not ours: parsers, schemas, validators.
//! Those that are programs are used where they are installed; a test says when one is not.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use seaworthy::commands::report::{diff, known, merge};
use seaworthy::report::{
    Counts, Difference, Excerpt, Finding, Format, Kind, Level, Report, Shard, Subject, TestResult,
    Unavailable, format, json,
};
use seaworthy::site;
use seaworthy::verdict::{Expect, Verdict};
use seaworthy_image::spec::SpecVersion;
use serde_json::Value;

/// Text that tries to act on whatever shows it.
const EVIL: &str = "::error::x\u{1b}[31m\n::set-output name=x::y <script>alert(1)</script> \" ' & | ` ```x``` [a](http://b) ![](c) # SKIP %0A \u{9b}2J \u{202e} \u{7f} ]]> -- @someone {{7*7}} \u{e0041}";

/// Everything that a finding can hold.
fn finding(text: &str, level: Level) -> Finding {
    Finding {
        requirement: "index/schema-version-2".to_owned(),
        level,
        path: format!("blobs/{text}"),
        file: format!("image/blobs/{text}"),
        pointer: Some(format!("/{text}")),
        line: Some(1),
        column: Some(18),
        offset: Some(17),
        length: Some(1),
        entry: Some(text.to_owned()),
        entry_index: Some(2),
        archive_offset: Some(1024),
        found: text.to_owned(),
        wanted: text.to_owned(),
        more: 3,
        excerpt: Some(Excerpt { before: text.to_owned(), marked: text.to_owned(), after: text.to_owned() }),
        exchange: None,
    }
}

fn result(case: &str, verdict: Verdict, words: &str) -> TestResult {
    TestResult {
        case: case.to_owned(),
        requirement: Some("index/schema-version-2".to_owned()),
        expect: Some(Expect::Reject),
        verdict,
        outcome: "rejected".to_owned(),
        words: words.to_owned(),
        differences: Vec::new(),
        more_differences: 0,
        known: None,
        blocked_by: None,
        script: Vec::new(),
        findings: Vec::new(),
    }
}

fn subject(name: &str, results: Vec<TestResult>) -> Subject {
    let mut subject = Subject {
        name: name.to_owned(),
        role: "validator".to_owned(),
        version: Some(name.to_owned()),
        results,
        ..Subject::default()
    };
    subject.count_again();
    subject
}

fn report(kind: Kind, subjects: Vec<Subject>) -> Report {
    let mut report = Report {
        format: 1,
        seaworthy: "0.1.0".to_owned(),
        kind,
        specifications: [("image-spec".to_owned(), "1.1.1".to_owned())].into(),
        command: vec!["seaworthy".to_owned(), kind.as_str().to_owned()],
        seed: Some(7),
        plain: None,
        level: None,
        strict: false,
        shard: None,
        confinement: Some("confined".to_owned()),
        started: Some("2026-01-02T03:04:05Z".to_owned()),
        seconds: Some(1.5),
        counts: Counts::default(),
        requirements: Default::default(),
        subjects,
    };
    seaworthy::report::output::complete(&mut report, SpecVersion::default());
    report
}

/// As many differences of a tree.
fn differences(text: &str, count: usize) -> Vec<Difference> {
    let one = |at: usize| Difference {
        path: format!("{text}file{at}"),
        aspect: format!("mode{text}"),
        wanted: format!("{text}0644"),
        found: format!("{text}{at:04o}"),
    };
    (1..=count).map(one).collect()
}

/// A run of the suite with every verdict, a known failure, and a subject that is not there.
fn tested(text: &str) -> Report {
    let mut results: Vec<TestResult> = Verdict::ALL
        .iter()
        .map(|&verdict| result(&format!("index/schema-version-2/{}{text}", verdict.as_str()), verdict, text))
        .collect();
    // One that fails by a wrong tree, too.
    for result in &mut results {
        if matches!(result.verdict, Verdict::Fail | Verdict::Warn | Verdict::Recorded) {
            result.differences = differences(text, 5);
            result.more_differences = 54;
        }
    }
    results.push(TestResult {
        known: Some(format!("because {text}")),
        script: vec![text.to_owned(), format!("# found {text}")],
        ..result("index/schema-version-2/known", Verdict::Fail, text)
    });
    let unavailable = Subject {
        version: None,
        unavailable: Some(Unavailable { reason: text.to_owned(), install: Some(text.to_owned()) }),
        ..subject("absent", Vec::new())
    };
    let mut tested = subject(if text.is_empty() { "mine" } else { text }, results);
    tested.notes.push(format!("a note {text}"));
    let mut absent = unavailable;
    absent.count_again();
    report(Kind::Test, vec![tested, absent])
}

/// A check of images: one that conforms, one with warnings, one that does not, one not judged.
fn checked(text: &str) -> Report {
    let image = |name: &str, verdict, findings: Vec<Finding>| {
        let result = TestResult {
            requirement: None,
            expect: None,
            outcome: if findings.is_empty() { "conforms" } else { "findings" }.to_owned(),
            findings,
            ..result("image-spec 1.1.1", verdict, if verdict == Verdict::Error { text } else { "" })
        };
        let read = (verdict != Verdict::Error).then(Default::default);
        Subject {
            role: "content".to_owned(),
            version: None,
            read,
            notes: vec![text.to_owned()],
            unjudged: vec![text.to_owned()],
            ..subject(&format!("{name}{text}"), vec![result])
        }
    };
    let must = finding(text, Level::Must);
    let should = Finding { pointer: Some(format!("/other{text}")), ..finding(text, Level::Should) };
    report(
        Kind::Check,
        vec![
            image("good", Verdict::Pass, Vec::new()),
            image("so-so", Verdict::Warn, vec![should.clone()]),
            image("bad", Verdict::Fail, vec![must.clone(), must, should]),
            image("none", Verdict::Error, Vec::new()),
        ],
    )
}

fn written(report: &Report, format: Format) -> String {
    let mut bytes = Vec::new();
    format::write(report, format, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Every report that the formats are tried with.
fn reports() -> Vec<Report> {
    vec![tested(""), tested(EVIL), checked("x"), checked(EVIL), report(Kind::Test, Vec::new())]
}

/// Runs a program on a text, if it is installed: its status and output.
fn program(name: &str, arguments: &[&str], text: &str) -> Option<(bool, String)> {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        eprintln!("SKIPPED: {name} is not installed");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let text = text.to_owned();
    // The program may end before it has read everything.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

#[track_caller]
fn accepted_by(name: &str, arguments: &[&str], text: &str) -> String {
    let Some((accepted, said)) = program(name, arguments, text) else { return String::new() };
    assert!(accepted, "{name}: {said}\n{text}");
    said
}

#[test]
fn nothing_from_an_input_acts_on_what_shows_it() {
    for report in [tested(EVIL), checked(EVIL)] {
        for &format in Format::value_variants().iter().filter(|format| **format != Format::OciResults) {
            let text = written(&report, format);
            let text =
                if format == Format::Human { anstream::adapter::strip_str(&text).to_string() } else { text };
            let hazard = text
                .chars()
                .find(|&c| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{200b}' | '\u{e0041}'));
            assert_eq!(hazard, None, "{format:?}: {text}");
            // A line that begins so is a command to a runner.
            let commands = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
            assert!(commands == 0 || format == Format::Github, "{format:?}: {text}");
            if matches!(format, Format::Html | Format::Junit) {
                assert!(!text.contains("<script"), "{format:?}");
            }
        }
        let text = written(&report, Format::Github);
        assert!(
            text.lines().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")),
            "{text}"
        );
    }
}

#[test]
fn markdown_from_an_input_is_text() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for report in [tested(EVIL), checked(EVIL)] {
        let text = written(&report, Format::Markdown);
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            let is_active = matches!(
                &event,
                Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. })
            );
            assert!(!is_active, "{event:?} in\n{text}");
            if let Event::Text(words) = &event {
                assert!(!words.contains("@someone"), "{words} in\n{text}");
            }
        }
    }
}

#[test]
fn json_keeps_to_its_schema_and_comes_back() {
    let schema = json::schema();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/report.schema.json");
    let fresh = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("SEAWORTHY_WRITE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "{} is stale; renew it by SEAWORTHY_WRITE=1 and this test", path.display());
    let validator = jsonschema::validator_for(&serde_json::from_str(&committed).unwrap()).unwrap();
    for report in reports() {
        let text = written(&report, Format::Json);
        let value: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{text}");
        assert_eq!(json::read(text.as_bytes()).unwrap(), report);
    }
    // The schema is no rubber stamp.
    let mut value: Value = serde_json::from_str(&written(&tested(""), Format::Json)).unwrap();
    value["subjects"][0]["results"][0]["verdict"] = "passed".into();
    assert!(!validator.is_valid(&value));
    let future = written(&tested(""), Format::Json).replacen("\"format\": 1", "\"format\": 2", 1);
    let error = json::read(future.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("form 2"), "{error}");
    assert!(json::read(b"{}").unwrap_err().to_string().contains("no report of seaworthy"));
}

#[test]
fn every_line_of_jsonl_is_an_object_and_the_last_is_the_end() {
    for report in reports() {
        let text = written(&report, Format::Jsonl);
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.first().unwrap()["type"], "run");
        assert_eq!(lines.last().unwrap()["type"], "end");
        let results = lines.iter().filter(|line| line["type"] == "result").count();
        assert_eq!(results, report.subjects.iter().map(|subject| subject.results.len()).sum::<usize>());
    }
}

#[test]
fn junit_is_read_by_others() {
    let text = written(&tested(""), Format::Junit);
    // fail and unsafe; error; skip, recorded, inconclusive, the known failure and the absent subject.
    assert!(text.contains(r#"tests="10" skipped="5" failures="2" errors="1""#), "{text}");
    let script = "import sys, junitparser\nx = junitparser.JUnitXml.fromstring(sys.stdin.buffer.read())\nprint(x.tests, x.failures, x.errors, x.skipped, sorted(type(r).__name__ for s in x for c in s for r in c.result))";
    for report in reports() {
        accepted_by("xmllint", &["--noout", "--nonet", "-"], &written(&report, Format::Junit));
    }
    match program("python3", &["-c", "import junitparser"], "") {
        Some((true, _)) => {
            let said = accepted_by("python3", &["-c", script], &text);
            let kinds =
                "['Error', 'Failure', 'Failure', 'Skipped', 'Skipped', 'Skipped', 'Skipped', 'Skipped']";
            assert_eq!(said.trim(), format!("10 2 1 5 {kinds}"));
            for report in reports() {
                accepted_by("python3", &["-c", script], &written(&report, Format::Junit));
            }
        }
        _ => eprintln!("SKIPPED: junitparser is not installed (pip install junitparser)"),
    }
}

#[test]
fn sarif_keeps_to_its_schema() {
    let Some(schema) = sarif_schema() else { return };
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in reports() {
        let text = written(&report, Format::Sarif);
        let value: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{text}");
        // Code scanning tells results apart by their fingerprints.
        let results = value["runs"][0]["results"].as_array().unwrap();
        let prints: std::collections::BTreeSet<String> =
            results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
        assert_eq!(prints.len(), results.len());
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(value["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }
    let value: Value = serde_json::from_str(&written(&tested(""), Format::Sarif)).unwrap();
    // fail, unsafe, error, warn, and the known failure, which is suppressed.
    assert_eq!(value["runs"][0]["results"].as_array().unwrap().len(), 5);
    assert_eq!(value["runs"][0]["results"][4]["suppressions"][0]["kind"], "external");
}

/// The published schema, out of a package that holds it; `None` if that cannot be had.
fn sarif_schema() -> Option<Value> {
    let manifest = ["--offline", "--locked"].into_iter().find_map(|how| {
        let metadata = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", how, "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .output()
            .unwrap();
        let metadata: Value = serde_json::from_slice(&metadata.stdout).ok()?;
        let package =
            metadata["packages"].as_array()?.iter().find(|package| package["name"] == "serde-sarif")?;
        Some(PathBuf::from(package["manifest_path"].as_str()?))
    });
    let Some(manifest) = manifest else {
        eprintln!("SKIPPED: the package that holds the schema of SARIF cannot be had");
        return None;
    };
    let text = fs::read_to_string(manifest.parent()?.join("src/schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["properties"]["version"]["enum"][0], "2.1.0");
    // Its name is an address, and nobody is to go there.
    schema.as_object_mut()?.remove("id");
    // The one pattern in it that is no regular expression, and that we have no use for.
    for holder in ["run", "toolComponent"] {
        schema["definitions"][holder]["properties"]["language"].as_object_mut()?.remove("pattern");
    }
    Some(schema)
}

#[test]
fn tap_is_read_by_others() {
    let text = written(&tested(""), Format::Tap);
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("ok "), count("not ok "), text.matches("# SKIP").count()), (6, 4, 4), "{text}");
    for report in reports() {
        let text = written(&report, Format::Tap);
        let points = text.lines().filter(|line| line.starts_with("ok ") || line.starts_with("not ok "));
        assert!(text.contains(&format!("\n1..{}\n", points.count())), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.tap");
    fs::write(&file, written(&tested(EVIL), Format::Tap)).unwrap();
    let Some((_, said)) = program("prove", &["--exec", "cat", file.to_str().unwrap()], "") else { return };
    assert!(said.contains("Failed 3/10 subtests") && !said.contains("Parse errors"), "{said}");
}

#[test]
fn the_page_is_valid_and_needs_nothing_else() {
    for report in reports() {
        let text = written(&report, Format::Html);
        assert!(!text.contains("src=") && !text.contains("@import") && !text.contains("url("), "{text}");
        let Some((_, said)) = program("tidy", &["-errors", "-quiet", "-utf8"], &text) else { return };
        assert_eq!(said, "");
    }
}

/// The details that a page has for the differences of its results.
fn details(page: &str) -> Vec<&str> {
    let details = page.split("<details><summary>").skip(1).filter_map(|rest| rest.split("</details>").next());
    details.filter(|details| details.contains("difference")).collect()
}

#[test]
fn every_difference_of_a_tree_is_shown() {
    let mut tested = tested("");
    let row = "<li><code>file5</code> mode: wanted <code>0644</code>, found <code>0005</code></li>";
    let page = written(&tested, Format::Html);
    let [warned, failed] = details(&page)[..] else { panic!("{page}") };
    for details in [warned, failed] {
        assert!(details.starts_with("The first 5 of 59 differences</summary>"), "{details}");
        assert!(details.contains(row) && details.matches("<li>").count() == 5, "{details}");
    }
    // What is only counted on the page is shown by the site.
    let folder = tempfile::tempdir().unwrap();
    site::write(&tested, None, &folder.path().join("site")).unwrap();
    let page = fs::read_to_string(folder.path().join("site/subjects/mine.html")).unwrap();
    assert_eq!(details(&page).iter().filter(|details| details.contains(row)).count(), 3, "{page}");
    let junit = written(&tested, Format::Junit);
    let line = "* file5: mode\n  wanted 0644\n  found 0005\nand 54 more, which are not listed\n";
    assert_eq!(junit.matches(line).count(), 3, "{junit}");
    // A terminal has the first ones in words, and is told where the others are.
    let told = "the other differences are listed by the reports json, junit and html\n";
    assert!(written(&tested, Format::Human).contains(told));
    for result in &mut tested.subjects[0].results {
        result.differences.truncate(3);
        result.more_differences = 0;
    }
    assert!(!written(&tested, Format::Human).contains(told));
    assert!(details(&written(&tested, Format::Html))[0].starts_with("All 3 differences</summary>"));
}

#[test]
fn paths_of_a_tree_do_nothing_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut tested = tested(EVIL);
    tested.subjects[0].name = "mine".to_owned();
    site::write(&tested, None, &folder.path().join("site")).unwrap();
    let site = fs::read_to_string(folder.path().join("site/subjects/mine.html")).unwrap();
    for page in [written(&tested, Format::Html), site] {
        let details = details(&page);
        assert!(details.len() > 1 && details[0].contains("file5"), "{page}");
        for details in details {
            assert!(!details.contains("<script") && details.contains("&#60;script&#62;"), "{details}");
            let hazard = details.chars().find(|&c| c.is_control() && c != '\n' || c == '\u{202e}');
            assert_eq!(hazard, None, "{details}");
            assert!(details.contains("\\u{202e}") && details.contains("\\u{1b}[31m"), "{details}");
        }
    }
}

#[test]
fn reports_from_before_there_were_differences_are_read() {
    let text = written(&tested(""), Format::Json);
    let mut value: Value = serde_json::from_str(&text).unwrap();
    for result in value["subjects"][0]["results"].as_array_mut().unwrap() {
        let result = result.as_object_mut().unwrap();
        assert_eq!(result.remove("differences").is_some(), result.remove("more_differences").is_some());
    }
    let old = json::read(value.to_string().as_bytes()).unwrap();
    assert!(old.subjects[0].results.iter().all(|result| result.differences.is_empty()));
    // And what has none is written as it was before.
    assert!(!written(&old, Format::Json).contains("differences"));
}

#[test]
fn a_badge_says_what_it_came_to() {
    let badge = |report: &Report| -> Value { serde_json::from_str(&written(report, Format::Badge)).unwrap() };
    let one = |verdict| badge(&report(Kind::Test, vec![subject("s", vec![result("a/b/c", verdict, "")])]));
    assert_eq!(one(Verdict::Pass)["color"], "brightgreen");
    assert_eq!(one(Verdict::Unsafe)["message"], "1 unsafe");
    // A skip is no pass.
    assert_eq!(
        (&one(Verdict::Skip)["color"], &one(Verdict::Skip)["message"]),
        (&"lightgrey".into(), &"nothing judged".into())
    );
    assert_eq!(badge(&tested(""))["color"], "red");
}

#[test]
fn parts_of_a_run_make_the_whole() {
    let whole = tested("");
    let part = |index: usize| {
        let mut part = whole.clone();
        part.shard = Some(Shard { index, of: 2 });
        part.command.extend(["--shard".to_owned(), format!("{index}/2")]);
        for subject in &mut part.subjects {
            let mut at = 0..;
            subject.results.retain(|_| at.next().unwrap() % 2 == index - 1);
            subject.count_again();
        }
        seaworthy::report::output::complete(&mut part, SpecVersion::default());
        part
    };
    let mut sorted = whole.clone();
    sorted.subjects[0].results.sort_by(|one, other| one.case.cmp(&other.case));
    assert_eq!(merge::merge(vec![part(2), part(1)]).unwrap(), sorted);
    assert_eq!(merge::merge(vec![part(1)]), Err(merge::MergeError::Missing(2, 2)));
    assert!(matches!(merge::merge(vec![part(1), part(1)]), Err(merge::MergeError::Twice { .. })));
    let other = Report { seed: None, ..part(2) };
    assert_eq!(
        merge::merge(vec![part(1), other]),
        Err(merge::MergeError::Differs("seed (--seed gives them the same)"))
    );
    assert_eq!(merge::merge(Vec::new()), Err(merge::MergeError::Nothing));
}

#[test]
fn a_baseline_explains_failures_and_complains_when_one_is_gone() {
    let run = |verdicts: &[(&str, Verdict)]| {
        let results = verdicts.iter().map(|(case, verdict)| result(case, *verdict, "")).collect();
        report(Kind::Test, vec![subject("s", results)])
    };
    let baseline = run(&[("a/b/c", Verdict::Fail), ("a/b/d", Verdict::Fail), ("a/b/e", Verdict::Pass)]);
    let check = |now: &[(&str, Verdict)], wanted: bool, notes: usize| {
        let mut subject = run(now).subjects.remove(0);
        assert_eq!(known::compare(&mut subject, &baseline), wanted, "{now:?}");
        assert_eq!(subject.notes.len(), notes, "{:?}", subject.notes);
        subject
    };
    let same =
        check(&[("a/b/c", Verdict::Fail), ("a/b/d", Verdict::Fail), ("a/b/e", Verdict::Pass)], true, 0);
    assert!(same.results.iter().all(|result| !result.is_wrong()));
    // Not asked is not gone.
    check(&[("a/b/c", Verdict::Fail)], true, 0);
    check(&[("a/b/c", Verdict::Pass), ("a/b/e", Verdict::Fail)], false, 2);
    // Worse than known is not known.
    check(&[("a/b/c", Verdict::Unsafe)], false, 1);
    // A registry is the same at another address, and a program is not under another name.
    for (kind, is_known) in [(Kind::Registry, true), (Kind::Test, false)] {
        let of = |name: &str| report(kind, vec![subject(name, vec![result("a/b/c", Verdict::Fail, "")])]);
        let (old, new) = (of("http://127.0.0.1:1"), of("http://127.0.0.1:2"));
        assert_eq!(known::compare(&mut new.subjects[0].clone(), &old), is_known, "{kind:?}");
        assert_eq!(diff::diff(&old, &new).is_empty(), is_known, "{kind:?}");
    }
}

#[test]
fn a_regression_is_told_from_an_improvement() {
    let changes = diff::diff(&checked("x"), &checked("x"));
    assert_eq!(changes, Vec::new());
    let (mut old, mut new) = (tested(""), tested(""));
    old.subjects[0].results[0].verdict = Verdict::Fail;
    new.subjects[0].results[1].verdict = Verdict::Skip;
    let mut said = Vec::new();
    assert!(!diff::write(&diff::diff(&old, &new), &mut said).unwrap());
    insta::assert_snapshot!("diff", String::from_utf8(said).unwrap());
    let mut fewer = checked("x");
    fewer.subjects[2].results[0].findings.pop();
    let gone = diff::diff(&checked("x"), &fewer);
    assert!(gone.iter().all(|change| change.kind == diff::ChangeKind::Improvement), "{gone:?}");
}

#[test]
fn a_hundred_thousand_verdicts_take_seconds() {
    let results = |name: &str| -> Vec<TestResult> {
        let one = |at: usize| {
            let verdict = Verdict::ALL[at % Verdict::ALL.len()];
            result(
                &format!("index/schema-version-2/case-{name}-{at}"),
                verdict,
                "it said something of no great length",
            )
        };
        (0..10_000).map(one).collect()
    };
    let subjects = (0..10).map(|at| subject(&format!("subject-{at}"), results(&at.to_string()))).collect();
    let report = report(Kind::Test, subjects);
    let mut counted = Counted(0);
    for &format in Format::value_variants().iter().filter(|format| **format != Format::OciResults) {
        let started = Instant::now();
        counted.0 = 0;
        format::write(&report, format, &mut counted).unwrap();
        let took = started.elapsed();
        println!("{:<9} {:>8.3} s {:>10} bytes", format.name(), took.as_secs_f64(), counted.0);
        assert!(took < Duration::from_secs(30), "{format:?} took {took:?}");
    }
}

/// A writer that only counts.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
