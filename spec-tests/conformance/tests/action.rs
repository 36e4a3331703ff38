//! The GitHub action, as far as it runs outside GitHub: its second step, with what a runner gives it. The first
//! one only builds the command.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use seaworthy_generators::shape::Shape;

const ACTION: &str = include_str!("../../../action.yml");

/// The script of the step called `id`.
fn script(id: &str) -> String {
    let step = ACTION.split_once(&format!("      id: {id}\n")).expect("a step of this id").1;
    let lines = step.split_once("      run: |\n").expect("a script in this step").1.lines();
    lines.map_while(|line| line.strip_prefix("        ")).map(|line| format!("{line}\n")).collect()
}

/// The default of an input.
fn default(input: &str) -> String {
    let input = ACTION.split_once(&format!("\n  {input}:\n")).expect("an input of this name").1;
    let value = input.lines().find_map(|line| line.trim().strip_prefix("default: ")).unwrap_or_default();
    value.trim_matches('"').to_owned()
}

/// Runs the step with these inputs, and all others as they are by default.
fn run(folder: &Path, inputs: &[(&str, &str)]) -> Output {
    let temporary = folder.join("runner");
    let bin = temporary.join("seaworthy/bin");
    fs::create_dir_all(&bin).unwrap();
    let _ = symlink(env!("CARGO_BIN_EXE_seaworthy"), bin.join("seaworthy"));
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script("check")]).current_dir(folder);
    command.env("RUNNER_TEMP", &temporary);
    command.env("GITHUB_OUTPUT", folder.join("output")).env("GITHUB_STEP_SUMMARY", folder.join("summary"));
    for input in ["images", "spec", "level", "strict", "sarif"] {
        let wanted = format!("{}: ${{{{ inputs.{input} }}}}", input.to_uppercase());
        assert!(ACTION.contains(&wanted), "the step is not given {input}");
        let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| (*value).to_owned());
        command.env(input.to_uppercase(), given.unwrap_or_else(|| default(input)));
    }
    command.output().unwrap()
}

#[test]
fn the_action_fails_where_an_image_does_not_conform() {
    let folder = tempfile::tempdir().unwrap();
    let image = Shape::Image.layout().clone();
    for name in ["good", "bad image; touch not-a-command"] {
        for (path, content) in &image.files {
            let place = folder.path().join(name).join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, content).unwrap();
        }
    }
    let bad = folder.path().join("bad image; touch not-a-command");
    let index = String::from_utf8(image.files["index.json"].clone()).unwrap();
    fs::write(bad.join("index.json"), index.replacen("\"schemaVersion\":2", "\"schemaVersion\":3", 1))
        .unwrap();

    let output = run(folder.path(), &[("images", "good\n")]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(folder.path().join("output")).unwrap();
    let report = report.trim().strip_prefix("report=").unwrap();
    assert!(seaworthy::report::json::read(&fs::read(report).unwrap()).is_ok());

    let images = "  \ngood\nbad image; touch not-a-command\n";
    let output = run(folder.path(), &[("images", images), ("sarif", "found.sarif"), ("strict", "true")]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("::error file="));
    assert!(!folder.path().join("not-a-command").exists());
    for file in ["found.sarif", "summary"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(text.contains("index/schema-version-2"), "{file}: {text}");
    }

    let output = run(folder.path(), &[("images", "nowhere"), ("spec", "9.9")]);
    assert_eq!(output.status.code(), Some(2));
}
