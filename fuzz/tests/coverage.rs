//! What the seeds do not reach has reasons that are in use, and `examples/coverage.rs` tells where not. What the
//! seeds reach is measured by `fuzz/reached`, since that takes another build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A function that is reached, one that is not, with a closure in it, and one in a constant.
const EXPORT: &str = r#"{"data": [{
    "files": [{"filename": "/w/spec-tests/image/src/json/mod.rs", "summary": {"lines": {"count": 9, "covered": 4}}},
              {"filename": "/w/spec-tests/registry/src/lib.rs", "summary": {"lines": {"count": 5, "covered": 5}}}],
    "functions": [
        {"name": "_RNvMs3_NtCse5mg3vywH31_15seaworthy_image5graphINtB5_4WalkpE4hireB7_", "count": 0,
         "filenames": ["/w/spec-tests/image/src/json/mod.rs"], "regions": [[1, 5, 1, 20, 0, 0, 0, 0]]},
        {"name": "an_instance_of_the_same", "count": 3,
         "filenames": ["/w/spec-tests/image/src/json/mod.rs"], "regions": [[1, 5, 4, 6, 3, 0, 0, 0]]},
        {"name": "_RNvXs1_NtCse5mg3vywH31_15seaworthy_image4jsonNtB5_5ValueNtNtCsgEmfK2I1SDS_4core3fmt5Debug3fmt",
         "count": 0, "filenames": ["/w/spec-tests/image/src/json/mod.rs"],
         "regions": [[5, 1, 5, 9, 0, 0, 0, 0], [6, 1, 9, 2, 0, 0, 0, 0]]},
        {"name": "_RNCNvNtNtCs6E5i1dzFo4K_15seaworthy_rules4json4utf84RULE0B7_", "count": 0,
         "filenames": ["/w/spec-tests/image/src/json/mod.rs"], "regions": [[7, 1, 8, 2, 0, 0, 0, 0]]},
        {"name": "_RNCNvNtNtCs6E5i1dzFo4K_15seaworthy_rules4json4utf84RULE0B7_", "count": 0,
         "filenames": ["/w/spec-tests/rules/src/json/utf8.rs"], "regions": [[20, 9, 20, 30, 0, 0, 0, 0]]},
        {"name": "elsewhere", "count": 0,
         "filenames": ["/w/spec-tests/registry/src/lib.rs"], "regions": [[1, 1, 2, 2, 0, 0, 0, 0]]}
    ]
}]}"#;

/// Runs the example on an export with some reasons, and says what it wrote.
fn coverage(export: &str, reasons: &str) -> (Output, Option<String>) {
    let test = std::env::current_exe().unwrap();
    let program: PathBuf = test.ancestors().nth(2).unwrap().join("examples/coverage");
    let folder = tempfile::tempdir().unwrap();
    for name in ["fuzz", "reports"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("export.json"), export).unwrap();
    fs::write(folder.path().join("fuzz/unreached.toml"), reasons).unwrap();
    let output = Command::new(program).arg("export.json").current_dir(folder.path()).output().unwrap();
    let left = fs::read_dir(folder.path().join("reports")).unwrap().count();
    let written = fs::read_to_string(folder.path().join("reports/coverage.md")).ok();
    assert_eq!(left, usize::from(written.is_some()), "a temporary file is left");
    (output, written)
}

fn reasons(functions: &[&str]) -> String {
    format!("[[unreached]]\nwhy = \"Nobody\\nasks.\"\nfunctions = {functions:?}\n")
}

const DEBUG: &str = "image/json/mod.rs: <Value as Debug>::fmt";

#[test]
fn what_is_not_reached_is_named_below_its_reason() {
    let (output, written) = coverage(EXPORT, &reasons(&[DEBUG, "rules/*: RULE (closure)"]));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let written = written.unwrap();
    for line in [
        "| `seaworthy-image` | 4 of 9 (44.4 %) | 1 of 2 (50.0 %) |  |",
        "| `seaworthy-rules` |  |  | 0 of 1 (0.0 %) |",
        &format!("Nobody asks.\n\n* `{DEBUG}`\n* `rules/json/utf8.rs: RULE (closure)`"),
        "| `image/json/mod.rs` | 4 of 9 | 1 of 2 |  |",
    ] {
        assert!(written.contains(&format!("{line}\n")), "{line}\n{written}");
    }
    assert!(!written.contains("elsewhere") && !written.contains("registry"), "{written}");
}

#[test]
fn a_function_needs_a_reason_and_a_reason_a_function() {
    let check = |functions: &[&str], wanted: &str| {
        let (output, written) = coverage(EXPORT, &reasons(functions));
        assert_eq!((output.status.code(), written), (Some(1), None), "{output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{wanted}\n"));
    };
    check(&["rules/*"], &format!("not reached, and no reason in fuzz/unreached.toml: {DEBUG}"));
    check(
        &[DEBUG, "rules/*", "image/json/mod.rs: Walk::hire"],
        "fuzz/unreached.toml: nothing is unreached that this matches: image/json/mod.rs: Walk::hire",
    );
    check(
        &[DEBUG, "rules/*", "*: RULE (closure)"],
        "not reached, and two reasons in fuzz/unreached.toml: rules/json/utf8.rs: RULE (closure): \"rules/*\", \
         \"*: RULE (closure)\"",
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    let check = |export: &str, reasons: &str, wanted: &str| {
        let (output, written) = coverage(export, reasons);
        assert_eq!((output.status.code(), written), (Some(3), None), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(&format!("coverage: {wanted}")), "{said}");
    };
    check("{", &reasons(&[]), "export.json: EOF");
    check(r#"{"data": []}"#, &reasons(&[]), "the export has no function of ours");
    check(EXPORT, "[[unreached]]\nwhy = 1", "fuzz/unreached.toml: TOML parse error at line 2");
}

/// The committed reasons say something, of files that there are.
#[test]
fn reasons_are_of_files_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let reasons: toml::Table = fs::read_to_string(root.join("fuzz/unreached.toml")).unwrap().parse().unwrap();
    for reason in reasons["unreached"].as_array().unwrap() {
        assert!(reason["why"].as_str().unwrap().len() > 20, "says too little: {reason}");
        for function in reason["functions"].as_array().unwrap() {
            let function = function.as_str().unwrap();
            let (name, file) = function.split_once('/').unwrap();
            // Before a star there is a folder.
            let file = file.split(": ").next().unwrap().split('*').next().unwrap();
            assert!(root.join("spec-tests").join(name).join("src").join(file).exists(), "{function}");
        }
    }
}
