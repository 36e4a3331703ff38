//! The committed snapshots of the subjects that are always there are what the suite says today.

use std::path::Path;

use seaworthy::divergence::Divergences;
use seaworthy::report;
use seaworthy::subjects::Subject;
use seaworthy::subjects::oci_spec::OciSpec;
use seaworthy::subjects::reference::Reference;
use seaworthy::suite;
use seaworthy_image::spec::SpecVersion;

fn reports() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports")
}

#[test]
fn snapshots_are_fresh() {
    let version = SpecVersion::default();
    let cases = suite::prepare(version, &[], None);
    let subjects: Vec<Box<dyn Subject>> = vec![Box::new(Reference), Box::new(OciSpec)];
    for subject in suite::run(&subjects, &cases, &[], version, 2, &|_| ()) {
        let path = reports().join(format!("{}.json", subject.name));
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let fresh = report::snapshot(&subject, version).expect("a snapshot");
        let changed = fresh.lines().find(|line| !committed.lines().any(|other| other == *line));
        assert!(
            committed == fresh,
            "reports/{}.json is stale (first new line: {changed:?}); renew it with\n  \
             cargo run --release -- test {} --snapshots reports",
            subject.name,
            subject.name
        );
    }
}

#[test]
fn divergences_are_readable_and_have_reasons() {
    for file in std::fs::read_dir(reports().join("divergences")).expect("divergences") {
        let path = file.expect("a file").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let known =
            Divergences::read(path.parent().expect("a folder"), &name).expect("a form").expect("a file");
        assert_eq!(known.subject, name);
        assert!(known.divergence.iter().all(|one| one.reason.len() > 20 && !one.cases.is_empty()), "{name}");
    }
}
