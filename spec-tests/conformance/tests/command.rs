//! What is around the commands: reports to files, the site, configuration, completions, manual
//! pages, the line protocol, and the examples of the documentation.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder with everything that the examples of the documentation name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let image = Shape::Image.layout().clone();
    let mut broken = image.clone();
    let index = String::from_utf8(broken.files["index.json"].clone()).unwrap();
    let index = index.replacen("\"schemaVersion\":2", "\"schemaVersion\":3", 1);
    broken.files.insert("index.json".into(), index.into_bytes());
    write(&image, &folder.path().join("layout"));
    write(&broken, &folder.path().join("broken"));
    let mut archive = tar::Builder::new(fs::File::create(folder.path().join("image.tar")).unwrap());
    archive.append_dir_all(".", folder.path().join("layout")).unwrap();
    archive.finish().unwrap();
    let examples = root().join("spec-tests/docs/examples");
    fs::copy(examples.join("subject.py"), folder.path().join("subject.py")).unwrap();
    let definition = fs::read_to_string(examples.join("subject.toml")).unwrap();
    fs::write(folder.path().join("mine.toml"), definition.replace("python-subject", "mine")).unwrap();
    for (name, image) in [("old.json", "layout"), ("new.json", "layout")] {
        let ran = run(folder.path(), &["check", image, "--report", &format!("json={name}")]);
        assert_eq!(ran.status.code(), Some(0));
    }
    folder
}

fn write(layout: &Memory, folder: &Path) {
    for (path, content) in &layout.files {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, content).unwrap();
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

#[test]
fn reports_go_to_files_and_are_the_same_every_time() {
    let folder = folder();
    let formats = ["json", "jsonl", "junit", "sarif", "tap", "markdown", "github", "badge", "html", "human"];
    let write = |name: &str| -> Vec<Vec<u8>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
        command
            .current_dir(folder.path())
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .args(["check", "broken", "layout"]);
        for format in formats {
            command.args(["--report", &format!("{format}=out.{format}")]);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
        formats.map(|format| fs::read(folder.path().join(format!("out.{format}"))).unwrap()).into()
    };
    let once = write("once");
    assert!(once.iter().all(|bytes| !bytes.is_empty()));
    assert!(String::from_utf8_lossy(&once[0]).contains("2023-11-14T22:13:20Z"));
    assert!(write("twice") == once, "two runs differ");
    let mode = fs::metadata(folder.path().join("out.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o400, 0o400);
    // Nothing is left beside them.
    let hidden = fs::read_dir(folder.path()).unwrap().flatten();
    assert_eq!(
        hidden.filter(|entry| entry.file_name().to_string_lossy().starts_with(".seaworthy")).count(),
        0
    );
    // To standard output, instead of what people read.
    let output = run(folder.path(), &["check", "layout", "--report", "tap=-"]);
    assert!(
        String::from_utf8_lossy(&output.stdout).starts_with("TAP version 13\n1..1\n"),
        "{}",
        said(&output)
    );
}

#[test]
fn wrong_reports_are_wrong_usage() {
    let folder = folder();
    let check = |report: &[&str], status: i32, wanted: &str| {
        let output = run(folder.path(), &[&["check", "layout"], report].concat());
        assert!(output.status.code() == Some(status) && said(&output).contains(wanted), "{}", said(&output));
    };
    check(&["--report", "json"], 2, "FORMAT=FILE");
    check(&["--report", "xml=a"], 2, "there is no format");
    check(&["--report", "json="], 2, "the file is missing");
    check(&["--report", "json=-", "--report", "tap=-"], 2, "only one report can go to standard output");
    check(&["--report", "json=nowhere/out.json"], 3, "nowhere/out.json cannot be written");
    let output = run(folder.path(), &["report", "layout/index.json"]);
    assert!(said(&output).contains("no report of seaworthy"), "{}", said(&output));
}

#[test]
fn credentials_are_in_no_report() {
    let folder = folder();
    let output = run(
        folder.path(),
        &[
            "check",
            "https://user:hunter2@example.com/x",
            "--report",
            "json=out.json",
            "--report",
            "html=out.html",
        ],
    );
    assert_eq!(output.status.code(), Some(3));
    for file in ["out.json", "out.html"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(!text.contains("hunter2") && text.contains("[hidden]"), "{text}");
    }
}

#[test]
fn what_the_baseline_of_a_check_has_is_left_out() {
    let folder = folder();
    let check = |image: &str, more: &[&str]| {
        // By the same name, as it would have after another build.
        let _ = fs::remove_dir_all(folder.path().join("image"));
        assert!(
            Command::new("cp").args(["-r", image, "image"]).current_dir(&folder).status().unwrap().success()
        );
        let output = run(folder.path(), &[&["check", "image"], more].concat());
        (output.status.code(), said(&output))
    };
    assert_eq!(check("broken", &["--report", "json=known.json"]).0, Some(1));
    let (status, text) = check("broken", &["--baseline", "known.json"]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("what the baseline has, too: 1") && !text.contains("wanted: "), "{text}");
    let (status, text) = check("layout", &["--baseline", "known.json"]);
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.contains("index/schema-version-2 is in the baseline (index.json, /schemaVersion), and is gone"),
        "{text}"
    );
    assert_eq!(check("layout", &["--report", "json=none.json"]).0, Some(0));
    let (status, text) = check("broken", &["--baseline", "none.json"]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("MUST index/schema-version-2"), "{text}");
    assert_eq!(check("layout", &["--baseline", "nowhere.json"]).0, Some(3));
}

#[test]
fn a_run_in_parts_is_joined_compared_and_gated() {
    let folder = folder();
    let test = |more: &[&str]| {
        let output =
            run(folder.path(), &[&["test", "oci-spec", "--only", "index/platform-os"], more].concat());
        (output.status.code(), said(&output))
    };
    let (_, text) = test(&["--report", "json=all.json"]);
    assert!(folder.path().join("all.json").exists(), "{text}");
    for part in ["1", "2", "3"] {
        test(&["--shard", &format!("{part}/3"), "--report", &format!("json={part}.json")]);
    }
    let merged = run(
        folder.path(),
        &["report", "merge", "1.json", "2.json", "3.json", "--report", "json=joined.json"],
    );
    assert!(merged.status.code().is_some_and(|code| code < 2), "{}", said(&merged));
    let diff = run(folder.path(), &["report", "diff", "all.json", "joined.json"]);
    assert_eq!(
        (diff.status.code(), said(&diff).as_str()),
        (Some(0), "0 regressions, 0 improvements, 0 other changes\n")
    );
    let missing = run(folder.path(), &["report", "merge", "1.json", "3.json"]);
    assert!(missing.status.code() == Some(2) && said(&missing).contains("part 2 of 3 is missing"));
    // But one part can be looked at.
    let part = run(folder.path(), &["report", "1.json", "--format", "tap"]);
    assert!(said(&part).starts_with("TAP version 13"), "{}", said(&part));
    let unlike = run(folder.path(), &["report", "diff", "old.json", "all.json"]);
    let wanted = "seaworthy: old.json is of `seaworthy check`, and all.json of `seaworthy test`\n";
    assert_eq!((unlike.status.code(), said(&unlike).as_str()), (Some(2), wanted));
    // What fails already is no news.
    let (code, text) = test(&["--baseline", "all.json"]);
    assert_eq!(code, Some(0), "{text}");
    // A failure that the baseline does not have is.
    let older = fs::read_to_string(folder.path().join("all.json"))
        .unwrap()
        .replace("\"verdict\": \"unsafe\"", "\"verdict\": \"pass\"");
    fs::write(folder.path().join("older.json"), older).unwrap();
    let (code, text) = test(&["--baseline", "older.json"]);
    assert!(code == Some(1) && text.contains("the baseline does not have"), "{text}");
    let diff = run(folder.path(), &["report", "diff", "older.json", "all.json"]);
    assert!(diff.status.code() == Some(1) && said(&diff).contains("regression"), "{}", said(&diff));
}

#[test]
fn the_site_is_valid_and_whole() {
    let folder = folder();
    run(folder.path(), &["test", "oci-spec", "--only", "index/", "--report", "json=run.json"]);
    let output = run(folder.path(), &["report", "run.json", "--html", "site", "--since", "run.json"]);
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", said(&output));
    let mut pages = Vec::new();
    for below in ["", "subjects", "requirements"] {
        for file in fs::read_dir(folder.path().join("site").join(below)).unwrap().flatten() {
            if file.path().extension().is_some_and(|extension| extension == "html") {
                pages.push(file.path());
            }
        }
    }
    assert!(pages.len() > 5);
    // A class that hides something must not be named like a verdict: it would hide that, too.
    let style = fs::read_to_string(folder.path().join("site/style.css")).unwrap();
    for rule in style.split('}').filter(|rule| rule.contains("-99rem") || rule.contains("display: none")) {
        for verdict in seaworthy::verdict::Verdict::ALL {
            let class = format!(".{}", verdict.as_str());
            let selectors = rule.split('{').rev().nth(1).unwrap_or_default();
            let is_hidden = selectors.split([',', ' ', ':', '\n']).any(|selector| selector == class);
            assert!(!is_hidden, "{rule}");
        }
    }
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        let attributes = text.split(" href=\"").chain(text.split(" src=\"")).skip(1);
        for link in attributes.filter_map(|rest| rest.split('"').next()) {
            if link.starts_with("https://github.com/opencontainers/")
                || link.starts_with('#')
                || link.starts_with('<')
            {
                continue;
            }
            let target = page.parent().unwrap().join(link.split('#').next().unwrap());
            assert!(target.is_file(), "{} leads to {link}, which is not there", page.display());
        }
        let Ok(tidy) = Command::new("tidy").args(["-errors", "-quiet", "-utf8"]).arg(page).output() else {
            eprintln!("SKIPPED: tidy is not installed");
            continue;
        };
        assert_eq!(said(&tidy), "", "{}", page.display());
    }
}

#[test]
fn the_site_filters_in_a_browser() {
    let folder = folder();
    run(folder.path(), &["test", "oci-spec", "--only", "index/", "--report", "json=run.json"]);
    run(folder.path(), &["report", "run.json", "--html", "site"]);
    let profile = folder.path().join("profile");
    let dump = |page: &str| -> Option<String> {
        let address = format!("file://{}/site/{page}", folder.path().display());
        let flags =
            ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"];
        let mut command = Command::new("chromium");
        command.args(flags).arg(format!("--user-data-dir={}", profile.display())).arg(address);
        let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(all) = dump("requirements.html#?") else {
        return eprintln!("SKIPPED: chromium is not installed, or does not run here");
    };
    let shown = |text: &str| -> (usize, usize) {
        let status = text.split("role=\"status\">").nth(1).unwrap().split('<').next().unwrap();
        let numbers: Vec<usize> = status.split(' ').filter_map(|word| word.parse().ok()).collect();
        (numbers[0], numbers[1])
    };
    let (every, of) = shown(&all);
    assert!(every == of && of > 5, "{every} of {of}");
    let (some, _) = shown(&dump("requirements.html#?text=schemaVersion").unwrap());
    assert!(some > 0 && some < of, "{some} of {of}");
    assert_eq!(shown(&dump("requirements.html#?text=no-such-text").unwrap()), (0, of));
    let (level, _) = shown(&dump("requirements.html#?level=SHOULD").unwrap());
    assert!(level > 0 && level < of, "{level} of {of}");
}

#[test]
fn options_come_from_a_file_that_is_named() {
    let folder = folder();
    let config = |text: &str| fs::write(folder.path().join("seaworthy.toml"), text).unwrap();
    let check = |more: &[&str], status: i32, wanted: &str| {
        let output = run(folder.path(), &[&["check", "layout"], more].concat());
        assert!(output.status.code() == Some(status) && said(&output).contains(wanted), "{}", said(&output));
    };
    config(
        "[check]\nspec = \"1.0.2\"\nlevel = \"may\"\nstrict = false\nreport = [\"tap=a.tap\", \"badge=b.json\"]\n",
    );
    check(&["--config", "seaworthy.toml"], 0, "image-spec 1.0.2");
    assert!(folder.path().join("a.tap").exists() && folder.path().join("b.json").exists());
    // The command line has the last word, and without the option nothing is read.
    check(&["--config=seaworthy.toml", "--spec", "dev"], 0, "image-spec dev");
    check(&[], 0, "image-spec 1.1.1");
    config("[check]\ncolour = \"red\"\n");
    check(&["--config", "seaworthy.toml"], 2, "check has no option \"colour\"");
    config("[chekc]\n");
    check(&["--config", "seaworthy.toml"], 2, "there is no table \"chekc\"");
    config("[check]\nstrict = \"yes\"\n");
    check(&["--config", "seaworthy.toml"], 2, "has to be true or false");
    config("[registry]\nonly = [\"discovery/tags-order\", \"pull/blob\"]\nseed = 5\n");
    let output = run(folder.path(), &["registry", "--config", "seaworthy.toml", "--seed", "6"]);
    let told = said(&output);
    assert!(told.contains("seed 6") && told.contains("discovery") && !told.contains("push"), "{told}");
    let only = ["registry", "--config", "seaworthy.toml", "--only", "push/tag-length", "-v"];
    let told = said(&run(folder.path(), &only));
    assert!(told.contains("push/tag-length") && !told.contains("discovery/tags-order"), "{told}");
    check(&["--config", "nothing.toml"], 2, "nothing.toml: there is no such file");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/seaworthy.toml.schema.json");
    let fresh = format!("{}\n", serde_json::to_string_pretty(&seaworthy::cli::config_schema()).unwrap());
    if std::env::var_os("SEAWORTHY_WRITE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "{} is stale; renew it by SEAWORTHY_WRITE=1 and this test", path.display());
    let validator = jsonschema::validator_for(&serde_json::from_str(&committed).unwrap()).unwrap();
    assert!(
        validator.is_valid(
            &serde_json::json!({ "check": { "spec": "dev", "strict": true, "report": ["tap=x"] } })
        )
    );
    assert!(!validator.is_valid(&serde_json::json!({ "check": { "colour": 1 } })));
}

#[test]
fn shells_and_man_take_what_is_made_for_them() {
    let folder = folder();
    for (shell, check) in [("bash", &["-n"][..]), ("zsh", &["-n"]), ("fish", &["--no-execute"])] {
        let script = run(folder.path(), &["completions", shell]);
        assert!(script.status.success());
        let file = folder.path().join(shell);
        fs::write(&file, &script.stdout).unwrap();
        match Command::new(shell).args(check).arg(&file).output() {
            Ok(output) => assert!(output.status.success() && said(&output).is_empty(), "{}", said(&output)),
            Err(_) => eprintln!("SKIPPED: {shell} is not installed"),
        }
    }
    let output = run(folder.path(), &["man", "man"]);
    assert!(output.status.success(), "{}", said(&output));
    let page = folder.path().join("man/seaworthy-check.1");
    assert!(page.is_file());
    match Command::new("man")
        .args(["--warnings=all", "-l", "-Tutf8"])
        .arg(&page)
        .env("MANPAGER", "cat")
        .output()
    {
        Ok(output) if output.status.success() => {
            // Without what makes letters bold: each of them twice, with a step back between.
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let plain: String = text.replace('\u{8}', "");
            assert!(plain.contains("SSYYNNOOPPSSIISS") || plain.contains("SYNOPSIS"), "{text}");
            assert!(output.stderr.is_empty(), "{}", said(&output));
        }
        _ => eprintln!("SKIPPED: man is not installed, or cannot show a page"),
    }
}

#[test]
fn the_doctor_says_what_is_here() {
    let output = run(&root(), &["doctor"]);
    let text = said(&output);
    assert!(text.contains("reference") && text.contains("requirements, "), "{text}");
}

#[test]
fn a_subject_speaks_the_line_protocol() {
    let folder = folder();
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("SKIPPED: python3 is not installed");
    }
    let arguments = [
        "test",
        "mine",
        "--program",
        "mine.toml",
        "--only",
        "index/schema-version-2",
        "--report",
        "json=run.json",
    ];
    let output = run(folder.path(), &arguments);
    let report = fs::read(folder.path().join("run.json")).unwrap_or_else(|_| panic!("{}", said(&output)));
    let report = seaworthy::report::json::read(&report).unwrap();
    let mine = report.subjects.iter().find(|subject| subject.name == "mine").unwrap();
    if let Some(unavailable) = &mine.unavailable {
        return eprintln!("SKIPPED: {}", unavailable.reason);
    }
    assert_eq!(mine.version.as_deref(), Some("1.0"));
    assert!(
        mine.counts.run > 0 && mine.counts.error == 0 && mine.counts.inconclusive == 0,
        "{}",
        said(&output)
    );
    assert!(mine.results.iter().any(|result| result.outcome == "rejected"), "{}", said(&output));
}

#[test]
fn a_subject_says_which_image_it_is() {
    let folder = folder();
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("SKIPPED: python3 is not installed");
    }
    let examples = root().join("spec-tests/docs/examples");
    let program = fs::read_to_string(examples.join("identify.py")).unwrap();
    let definition = fs::read_to_string(examples.join("identify.toml")).unwrap();
    let check = |name: &str, program: String| {
        fs::write(folder.path().join("identify.py"), program).unwrap();
        fs::write(folder.path().join("it.toml"), definition.replace("\"identify\"", &format!("{name:?}")))
            .unwrap();
        let report = format!("{name}.json");
        let only = ["--only", "layer/diff-id", "--only", "layer/stack-order", "--only", "config/unknown"];
        let arguments = ["test", name, "--program", "it.toml", "--report", &format!("json={report}")];
        let output = run(folder.path(), &[&arguments[..], &only].concat());
        let report = fs::read(folder.path().join(report)).unwrap_or_else(|_| panic!("{}", said(&output)));
        let report = seaworthy::report::json::read(&report).unwrap();
        let subject = report.subjects.into_iter().find(|subject| subject.name == name).unwrap();
        match subject.unavailable {
            Some(unavailable) => {
                eprintln!("SKIPPED: {}", unavailable.reason);
                None
            }
            None => Some(subject.counts),
        }
    };
    let Some(right) = check("right", program.clone()) else { return };
    assert!(right.passed > 3 && right.failed == 0 && right.error == 0, "{right:?}");
    // A ChainID that is the digest of one DiffID alone.
    let Some(wrong) = check("wrong", program.replace("{chain_ids[-1]} {diff_id}", "{diff_id}")) else {
        return;
    };
    assert!(wrong.failed > 3 && wrong.error == 0, "{wrong:?}");
}

/// A program that never looks at what it is given.
fn program(name: &str, role: &str, command: &str) -> String {
    format!(
        "name = {name:?}\nrole = {role:?}\ncommand = [{command:?}, \"{{layout}}\"]\nscope = \"layout\"\n\
         version = {{ command = [\"echo\", \"1\"] }}\nreads = [\"index\"]\naccepted = [0]\nrefused = [1]\n"
    )
}

#[test]
fn a_program_that_tells_nothing_is_no_success() {
    let folder = folder();
    for (name, role) in [("false", "validator"), ("true", "reader")] {
        fs::write(folder.path().join(format!("{name}.toml")), program(name, role, name)).unwrap();
    }
    let check = |name: &str, only: &str, status: i32, wanted: &str| {
        let file = format!("{name}.toml");
        let output =
            run(folder.path(), &["test", "--program", &file, name, "--only", only, "--format", "github"]);
        let said = said(&output);
        if said.contains("is not available") {
            return eprintln!("SKIPPED: {said}");
        }
        assert_eq!(output.status.code(), Some(status), "{name} {only}: {said}");
        assert!(said.contains(wanted), "{name} {only}: {said}");
    };
    // It refuses whatever it gets: so nothing of what it refuses counts.
    check("false", "index/schema-version-2/one", 3, "");
    // Whatever a reader does with these is on record.
    check("true", "index/schema-version-2/one", 0, "");
    // No reader is asked about layers.
    check("true", "layer/mode/", 3, "");
}

#[test]
fn subjects_that_cannot_be_told_apart_or_found_are_wrong_usage() {
    let folder = folder();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    write("one.toml", &program("one", "reader", "true"));
    write("crane.toml", &program("crane", "reader", "true"));
    write("script.sh", "exit 0");
    write("near.toml", &program("near", "reader", "script.sh"));
    write("typo.toml", &program("typo", "reader", "true").replace("scope", "scop"));
    let check = |arguments: &[&str], wanted: &str| {
        let output = run(folder.path(), &[&["test", "--only", "index/schema-version-2"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert_eq!(said(&output).trim_end(), format!("seaworthy: {wanted}"), "{arguments:?}");
    };
    check(
        &["--program", "crane.toml"],
        "crane.toml: there is a subject \"crane\" already: give it another `name`",
    );
    check(
        &["--program", "one.toml", "--program", "one.toml"],
        "one.toml: there is a subject \"one\" already: give it another `name`",
    );
    check(
        &["--program", "one.toml", "one", "--role", "storer"],
        "one is a reader, which --role storer leaves out",
    );
    check(
        &["--program", "near.toml"],
        "near.toml: \"script.sh\" is a file beside it, but a program runs elsewhere: write {here}/script.sh",
    );
    check(
        &["--program", "typo.toml"],
        "typo.toml: line 4, column 1: unknown field `scop`, expected one of `name`, `role`, `install`, `tested`, \
         `protocol`, `identifies`, `version`, `command`, `then`, `names`, `unnamed`, `archive`, `scope`, `service`, \
         `reads`, `output`, `tree`, `root`, `accepted`, `refused`, `exhausted`, `crashed`, `needs`, \
         in `scop = \"layout\"`",
    );
}

/// Runs the commands in the `console` blocks of the documentation, and compares what they print
/// with what the block shows: `...` stands for any lines, `[..]` for any text. A block after
/// `<!-- not run: REASON -->` is left alone, and so is what is no command of ours.
#[test]
fn examples_in_the_documentation_work() {
    let folder = folder();
    let mut documents =
        vec![root().join("README.md"), root().join("spec-tests/conformance/programs/README.md")];
    documents
        .extend(fs::read_dir(root().join("spec-tests/docs")).unwrap().flatten().map(|entry| entry.path()));
    let mut count = 0;
    for document in
        documents.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"))
    {
        for example in examples(&fs::read_to_string(document).unwrap()) {
            count += 1;
            let start = Instant::now();
            // The whole suite on a program takes minutes; a part of it shows that the command works.
            let is_long = example.command.starts_with("seaworthy test --program");
            let shard = if is_long { " --only index/ --shard 1/5" } else { "" };
            let output = Command::new("/bin/sh")
                .args(["-c", &(example.command.clone() + shard)])
                .current_dir(folder.path())
                .env("PATH", path_with_command())
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let place = format!("{}: {}", document.display(), example.command);
            println!("{:6.1} s  {place}", start.elapsed().as_secs_f64());
            assert!(matches!(output.status.code(), Some(0 | 1)), "{place}\n{}", said(&output));
            assert!(
                example.shows(&said(&output)),
                "{place}\nwanted:\n{}\nsaid:\n{}",
                example.output.join("\n"),
                said(&output)
            );
        }
    }
    assert!(count > 3, "{count} examples were run");
}

fn path_with_command() -> std::ffi::OsString {
    let mut folders = vec![Path::new(env!("CARGO_BIN_EXE_seaworthy")).parent().unwrap().to_owned()];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    std::env::join_paths(folders).unwrap()
}

struct Example {
    command: String,
    output: Vec<String>,
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let (mut in_block, mut is_left_alone) = (false, false);
    let mut indent = 0;
    for line in text.lines() {
        // Inside a list, a block is as far to the right as the text before it.
        let trimmed = line.trim_start();
        indent = if in_block { indent } else { line.len() - trimmed.len() };
        match line.get(indent..).unwrap_or_default() {
            "```console" if !is_left_alone => in_block = true,
            "```" => (in_block, is_left_alone) = (false, false),
            line if !in_block => is_left_alone |= line.starts_with("<!-- not run: "),
            line => match line.strip_prefix("$ ") {
                Some(command) => examples.push(Example { command: command.to_owned(), output: Vec::new() }),
                None => {
                    examples.last_mut().into_iter().for_each(|example| example.output.push(line.to_owned()))
                }
            },
        }
    }
    examples.retain(|example| example.command.starts_with("seaworthy "));
    examples
}

impl Example {
    fn shows(&self, said: &str) -> bool {
        let shown: Vec<&str> = said.lines().map(str::trim_end).collect();
        self.output.is_empty() || fits(&self.output, &shown)
    }
}

fn fits(wanted: &[String], said: &[&str]) -> bool {
    match (wanted.split_first(), said.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "..." => {
            fits(rest, said) || said.split_first().is_some_and(|(_, later)| fits(wanted, later))
        }
        (Some((first, rest)), Some((line, later))) => line_fits(first, line) && fits(rest, later),
        _ => false,
    }
}

fn line_fits(wanted: &str, said: &str) -> bool {
    let mut parts = wanted.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn an_example_is_compared_with_care() {
    let check = |wanted: &str, said: &str, fits: bool| {
        let text = format!("```console\n$ seaworthy x\n{wanted}```\n");
        assert_eq!(examples(&text)[0].shows(said), fits, "{wanted:?} {said:?}");
    };
    check("", "anything", true);
    check("a\nb\n", "a\nb\n", true);
    check("a\n", "a\nb\n", false);
    check("a\n...\n", "a\nb\n", true);
    check("...\nb\n", "a\nc\n", false);
    check("it took [..] s, [..]\n", "it took 1 s, really\n", true);
    check("it took [..] s\n", "it took 1 m\n", false);
    assert!(examples("<!-- not run: slow -->\n\n```console\n$ seaworthy test\n```\n").is_empty());
    let in_a_list = examples("* It:\n\n  ```console\n  $ seaworthy x\n  a\n    b\n\n  ```\n");
    assert_eq!((in_a_list.len(), &*in_a_list[0].output), (1, &["a", "  b", ""].map(str::to_owned)[..]));
}
