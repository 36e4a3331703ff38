//! What `check` says of images by real builders, in every version of the specification. A finding
//! here is right, and explained in the image's README, or it is our bug: look at each that comes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use seaworthy::commands::check::{self, Checked};
use seaworthy::input;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Finding, Level};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/images")
}

/// The images by name: each has a layout or an archive.
fn images() -> BTreeMap<String, PathBuf> {
    let folders = fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().path());
    let image = |folder: &PathBuf| {
        ["layout", "image.tar"].map(|name| folder.join(name)).into_iter().find(|path| path.exists())
    };
    let name = |folder: &PathBuf| folder.file_name().unwrap().to_str().unwrap().to_owned();
    folders.filter_map(|folder| Some((name(&folder), image(&folder)?))).collect()
}

fn check(image: &Path, version: SpecVersion) -> Checked {
    let request = check::Request {
        images: vec![image.into()],
        version,
        level: Level::May,
        strict: false,
        input: input::Options::default(),
        layer: Default::default(),
        baseline: None,
    };
    let mut all = Vec::new();
    check::check(&request, |checked| {
        all.push(checked);
        Ok(())
    })
    .unwrap();
    all.remove(0)
}

/// One line; blobs are named by the start of their digest.
fn line(finding: &Finding) -> String {
    let path: String = match finding.path.strip_prefix("blobs/") {
        Some(blob) => blob.chars().take("sha256/".len() + 12).collect(),
        None => finding.path.clone(),
    };
    let pointer = finding.place.as_ref().map_or("", |place| &place.pointer);
    format!(
        "{} {} {path} {pointer}: found {}, wanted {}",
        finding.level, finding.requirement.id, finding.found, finding.wanted
    )
}

#[test]
fn findings_on_real_images_are_known() {
    let images = images();
    assert!(images.len() >= 20, "the corpus is not where it should be");
    let mut report = String::new();
    for (name, path) in &images {
        report += &format!("\n{name}\n");
        let mut by_findings: Vec<(Vec<SpecVersion>, Vec<String>)> = Vec::new();
        for version in SpecVersion::ALL {
            let checked = check(path, version);
            let judged = checked.outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(judged.unjudged.is_empty() && checked.notes.is_empty(), "{name}");
            assert_eq!(judged.notes, [""; 0], "{name}");
            let mut lines: Vec<String> = judged.findings.iter().map(line).collect();
            lines.sort();
            match by_findings.iter_mut().find(|(_, known)| *known == lines) {
                Some((versions, _)) => versions.push(version),
                None => by_findings.push((vec![version], lines)),
            }
        }
        for (versions, lines) in by_findings {
            let versions: Vec<&str> = versions.iter().map(|version| version.as_str()).collect();
            report += &format!("  {}\n", versions.join(", "));
            let lines = if lines.is_empty() { vec!["nothing".to_owned()] } else { lines };
            lines.iter().for_each(|line| report += &format!("    {line}\n"));
        }
    }
    insta::assert_snapshot!(report);
}

#[test]
fn every_readme_says_what_check_says() {
    for (name, path) in images() {
        let readme = fs::read_to_string(corpus().join(&name).join("README.md")).unwrap();
        let section = readme.split("## What `seaworthy check` says").nth(1);
        let section = section.unwrap_or_else(|| panic!("{name} does not tell"));
        for version in SpecVersion::ALL {
            for finding in check(&path, version).outcome.unwrap().findings {
                let id = &finding.requirement.id;
                assert!(section.contains(id.as_str()), "{name}: its README does not tell of {id}");
            }
        }
    }
}
