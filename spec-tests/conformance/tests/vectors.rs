//! The test vectors in `corpus/cases/`: fresh, of their schemas, and readable by others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use seaworthy::vectors::{self, Control, Difference, Index, Request, Vectors, safety};
use seaworthy_generators::battery::{FAMILIES, Place};
use seaworthy_image::digest::{Algorithm, Hasher};
use seaworthy_image::layout::Memory;
use seaworthy_rules::case;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/cases")
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> T {
    serde_json::from_str(&fs::read_to_string(folder().join(path)).unwrap()).unwrap()
}

#[test]
fn the_committed_vectors_are_fresh_and_small() {
    let files = vectors::files(&Request::default()).unwrap();
    let stale: Vec<&String> = files
        .iter()
        .filter(|(path, text)| fs::read_to_string(folder().join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path)
        .collect();
    assert!(
        stale.is_empty(),
        "{} files in corpus/cases are stale, the first is {}; renew them with\n  cargo run --release -- generate corpus/cases",
        stale.len(),
        stale[0]
    );
    let size: usize = files.values().map(String::len).sum();
    println!("{} files, {} KiB", files.len(), size / 1024);
    assert!(size <= 7 << 20, "{size} bytes are more than anybody wants to clone");
}

#[test]
fn the_vectors_keep_to_their_schemas() {
    let validator = |name: &str| jsonschema::validator_for(&read(&format!("schemas/{name}.json"))).unwrap();
    let (index, cases, control) = (validator("index"), validator("cases"), validator("control"));
    let safety = validator("safety");
    index.validate(&read("index.json")).unwrap();
    let Index { requirements, safety: families, .. } = read("index.json");
    requirements.iter().for_each(|entry| cases.validate(&read(&entry.file)).unwrap());
    families.iter().for_each(|entry| safety.validate(&read(&entry.file)).unwrap());
    for (_, image) in differences() {
        control.validate(&read(&vectors::control_path(&image.control))).unwrap();
    }
    assert!(!cases.is_valid(&serde_json::json!({ "format": 1 })));
}

/// What every case is, by id, in the order of the index.
fn differences() -> Vec<(String, Difference)> {
    let Index { requirements, safety: families, .. } = read("index.json");
    let mut all = Vec::new();
    for entry in requirements {
        all.extend(read::<Vectors>(&entry.file).cases.into_iter().map(|vector| (vector.id, vector.image)));
    }
    for entry in families {
        let family: safety::Family = read(&entry.file);
        all.extend(family.cases.into_iter().map(|vector| (vector.id, vector.image)));
    }
    all
}

/// The image of every case with its control, as who follows the README makes it.
static EXPANDED: LazyLock<BTreeMap<String, (Memory, Memory)>> = LazyLock::new(|| {
    let mut images = BTreeMap::new();
    for (id, difference) in differences() {
        let control: Control = read(&vectors::control_path(&difference.control));
        let files = control.files.iter().map(|(path, content)| (path.clone(), content.bytes().unwrap()));
        let control = Memory { files: files.collect(), others: BTreeMap::new() };
        let mut image = control.clone();
        difference.removed.iter().for_each(|path| drop(image.files.remove(path)));
        let files = difference.files.iter().map(|(path, content)| (path.clone(), content.bytes().unwrap()));
        image.files.extend(files);
        images.insert(id, (image, control));
    }
    images
});

#[test]
fn every_vector_is_its_case() {
    let images = &*EXPANDED;
    let cases = case::cases();
    let threats: usize = FAMILIES.iter().map(|family| family.cases.len()).sum();
    assert_eq!(images.len(), cases.len() + threats);
    for case in cases {
        let (image, control) = &images[&case.id];
        assert_eq!(image.files, case.layout().files, "{}", case.id);
        assert_eq!(control.files, case.control().files, "{}", case.id);
    }
    let place = Place { canary: safety::CANARY.into(), from_root: b"../canary".to_vec() };
    for family in FAMILIES {
        for case in family.cases {
            let id = format!("safety/{}/{}", family.id.to_lowercase(), case.name);
            assert_eq!(images[&id].0.files, case.layout(&place).files, "{id}");
        }
    }
}

#[test]
fn the_archives_of_vectors_are_those_of_their_cases() {
    let mut archives = 0;
    for family in FAMILIES {
        let vectors: safety::Family = read(&format!("safety/{}.json", family.id.to_lowercase()));
        for (vector, case) in vectors.cases.iter().zip(family.cases) {
            let archive = vector.archive.as_ref().map(|archive| archive.bytes().unwrap());
            assert_eq!(archive, case.archive(), "{}", vector.id);
            archives += usize::from(archive.is_some());
        }
    }
    assert!(archives > 10, "{archives}");
}

/// What the consumers print of every case.
static WANTED: LazyLock<String> = LazyLock::new(|| {
    let mut lines = Vec::new();
    let Index { requirements, safety: families, .. } = read("index.json");
    for id in requirements.into_iter().chain(families).flat_map(|entry| entry.cases) {
        let mut hasher = Hasher::new(Algorithm::Sha256);
        for (path, content) in &EXPANDED[&id].0.files {
            for part in [path.as_bytes(), b"\0", content, b"\0"] {
                hasher.update(part);
            }
        }
        lines.push(format!("{id} {}\n", hasher.finish().trim_start_matches("sha256:")));
    }
    lines.concat()
});

#[test]
fn a_consumer_in_python_reads_them() {
    let mut command = Command::new("python3");
    consumes(command.arg(folder().join("examples/consume.py")).arg(folder()));
}

#[test]
fn a_consumer_in_go_reads_them() {
    let cache = tempfile::tempdir().unwrap();
    let mut command = Command::new("go");
    command.arg("run").arg(folder().join("examples/consume.go")).arg(folder());
    // Nothing is left behind, nothing is fetched, and no module is looked for above.
    let settings = [("GOTOOLCHAIN", "local"), ("GOFLAGS", "-mod=mod"), ("GO111MODULE", "off")];
    consumes(command.envs(settings).env("GOTMPDIR", cache.path()));
}

fn consumes(command: &mut Command) {
    let Ok(output) = command.output() else {
        return eprintln!("SKIPPED: {:?} is not installed", command.get_program());
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap() == *WANTED, "it reads them otherwise: {said}");
}

#[test]
fn more_vectors_are_made_from_a_seed() {
    let request = |seed| Request {
        only: vec!["index/schema-version-2".into()],
        count: Some(2),
        seed,
        ..Request::default()
    };
    let files = vectors::files(&request(7)).unwrap();
    assert_eq!(vectors::files(&request(7)).unwrap(), files);
    assert_ne!(vectors::files(&request(9)).unwrap(), files);
    let vectors: Vectors = serde_json::from_str(&files["index/schema-version-2.json"]).unwrap();
    let seeds: Vec<_> = vectors.cases.iter().take(2).map(|vector| vector.seed).collect();
    assert_eq!(seeds, [Some(7), Some(8)]);
    assert!(vectors.cases.iter().all(|vector| vector.flags.contains(&"generated".to_owned())));
}

#[test]
fn hostile_images_aim_where_they_are_told() {
    let files = |canary: &str| {
        let canary = Some(canary.to_owned());
        let request = Request { only: vec!["safety/ext-02".into()], canary, ..Request::default() };
        vectors::files(&request).unwrap()
    };
    let family = |files: &BTreeMap<String, String>| -> safety::Family {
        serde_json::from_str(&files["safety/ext-02.json"]).unwrap()
    };
    let (here, there) = (family(&files(safety::CANARY)), family(&files("/srv/lab/bird")));
    assert_eq!(there.canary, "/srv/lab/bird");
    assert!(here.references.iter().any(|reference| reference.starts_with("CVE-")));
    assert!(here.cases.iter().zip(&there.cases).any(|(here, there)| here.image != there.image));
}

#[test]
fn every_case_can_be_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let request = Request {
        only: ["layout/", "index/schema", "safety/ext-02", "safety/lay-06/dotted"].map(Into::into).to_vec(),
        ..Request::default()
    };
    let count = vectors::expand(&request, folder.path()).unwrap();
    assert!(count > 5);
    let id = case::cases().into_iter().map(|case| case.id).find(|id| id.starts_with("index/schema")).unwrap();
    for name in ["layout", "control"] {
        assert!(
            folder
                .path()
                .join("safety/ext-02")
                .read_dir()
                .unwrap()
                .flatten()
                .all(|case| { case.path().join(name).join("index.json").is_file() })
        );
        assert!(folder.path().join(&id).join(name).join("index.json").is_file());
    }
    assert!(folder.path().join("safety/lay-06/dotted/archive.tar").is_file());
}
