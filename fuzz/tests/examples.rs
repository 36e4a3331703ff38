//! The examples of `README.md` are run: each of the two parsers has a fault, and it is found.

use std::path::PathBuf;
use std::process::Command;

/// The examples lie beside the tests: `cargo test` builds both.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let folder: PathBuf = test.ancestors().nth(2).unwrap().join("examples");
    Command::new(folder.join(name))
}

#[test]
fn the_library_of_the_example_drops_the_subject() {
    let output = example("library").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(text.starts_with("RefusesValid") || text.starts_with("ReadsOtherwise"), "{text}");
}

#[test]
fn a_program_that_takes_everything_takes_what_is_no_json() {
    let output = example("program").args(["sh", "-c", "cat >/dev/null; exit 0"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(text.starts_with("TakesNoJson") || text.starts_with("ReadsOtherwise"), "{text}");
}

#[test]
fn the_readme_shows_the_examples() {
    let readme = include_str!("../README.md");
    for (name, source) in [
        ("library", include_str!("../examples/library.rs")),
        ("program", include_str!("../examples/program.rs")),
    ] {
        let shown = readme.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next());
        let lines = |text: &str| text.lines().map(str::trim).map(String::from).collect::<Vec<_>>();
        let source = lines(source).join("\n");
        assert!(shown.map(|code| lines(code).join("\n")).any(|code| source.contains(&code)), "{name}");
    }
}
