//! `seaworthy check` as a user meets it: what it accepts, what it says to bad input, and how it
//! ends. Every run is bounded: in memory by the kernel, in time by the test.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use seaworthy_generators::choices::Choices;
use seaworthy_generators::layout_archive;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_rules::case::cases;

mod bad_input;

/// The address space that a run may take: the program maps about 50 MiB before it does anything.
const MOST_MEMORY: u64 = 256 << 20;
/// A run that takes longer hangs: the slowest here takes a second.
const MOST_TIME: Duration = Duration::from_secs(60);

/// What a run came to.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn seaworthy(arguments: &[&str]) -> Command {
    let mut command = Command::new("prlimit");
    command.arg(format!("--as={MOST_MEMORY}")).arg(env!("CARGO_BIN_EXE_seaworthy")).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for the end, while something reads what comes out.
fn ended(mut child: Child) -> Output {
    fn collect(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
            bytes
        })
    }
    let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < MOST_TIME, "it takes too long: {:?}", child.kill());
        std::thread::sleep(Duration::from_millis(5));
    };
    Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

fn run_command(mut command: Command) -> Ran {
    let output = ended(command.spawn().expect("prlimit (util-linux) is installed"));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = seaworthy(arguments);
    command.current_dir(folder);
    run_command(command)
}

/// Runs `check -` with as much of a stream as it takes, and returns what it says.
fn fed(stream: &mut dyn Read) -> Ran {
    let mut command = seaworthy(&["check", "-"]);
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // It need not take everything.
    let _ = std::io::copy(stream, &mut pipe);
    drop(pipe);
    let output = ended(child);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn layout(shape: Shape) -> Memory {
    shape.draft().seal(&mut Choices::new(&[]))
}

fn write_layout(layout: &Memory, folder: &Path) {
    for (path, content) in &layout.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn tar_of(layout: &Memory) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in &layout.files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A folder with the plain image in `image`, and one that breaks a single requirement in `broken`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_layout(&layout(Shape::Image), &folder.path().join("image"));
    write_layout(&broken(), &folder.path().join("broken"));
    folder
}

/// The plain image with another `schemaVersion` in its `index.json`.
fn broken() -> Memory {
    let mut broken = layout(Shape::Image);
    let index = String::from_utf8(broken.files["index.json"].clone()).unwrap();
    let index = index.replacen("\"schemaVersion\":2", "\"schemaVersion\":3", 1);
    broken.files.insert("index.json".into(), index.into_bytes());
    broken
}

#[test]
fn a_right_image_is_right_in_every_form() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let archive = tar_of(&layout(Shape::Image));
    fs::write(at("image.tar"), &archive).unwrap();
    fs::write(at("image.tar.gz"), gzip(&archive)).unwrap();
    fs::write(at("image.tar.zst"), zstd::encode_all(archive.as_slice(), 3).unwrap()).unwrap();
    let verdict = "conforms to image-spec 1.1.1 (4 documents, 4 blobs)\n";
    for name in ["image", "image/", "oci:image", "oci:image:v1", "image.tar", "image.tar.gz", "image.tar.zst"]
        .into_iter()
        .chain(["oci-archive:image.tar", "oci-archive:image.tar.gz:v1", "oci:image:"])
    {
        let ran = run(folder.path(), &["check", name]);
        assert_eq!((ran.code, ran.out), (Some(0), format!("{name}: {verdict}")), "{}", ran.err);
    }
    for bytes in [archive.clone(), gzip(&archive), [gzip(&archive[..1000]), gzip(&archive[1000..])].concat()]
    {
        let ran = fed(&mut bytes.as_slice());
        assert_eq!((ran.code, ran.out), (Some(0), format!("-: {verdict}")), "{}", ran.err);
    }
    // A limit that nothing can exceed.
    let ran = run(folder.path(), &["check", "--max-document", "4294967295", "image"]);
    assert_eq!((ran.code, ran.out), (Some(0), format!("image: {verdict}")), "{}", ran.err);
}

#[test]
fn a_broken_image_has_the_same_findings_in_every_form() {
    let folder = folder();
    let archive = tar_of(&broken());
    fs::write(folder.path().join("a.tar"), &archive).unwrap();
    fs::write(folder.path().join("a.tar.gz"), gzip(&archive)).unwrap();
    fs::write(folder.path().join("a.tar.zst"), zstd::encode_all(archive.as_slice(), 3).unwrap()).unwrap();
    let findings = |ran: Ran| {
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["subjects"][0]["results"][0]["verdict"], "fail");
        let mut findings = report["subjects"][0]["results"][0]["findings"].clone();
        // The one member that depends on what the image is called.
        for finding in findings.as_array_mut().unwrap() {
            finding.as_object_mut().unwrap().remove("file");
        }
        findings
    };
    let wanted = findings(run(folder.path(), &["check", "--format", "json", "broken"]));
    assert_eq!(wanted[0]["requirement"], "index/schema-version-2");
    assert_eq!(wanted[0]["pointer"], "/schemaVersion");
    for name in ["a.tar", "a.tar.gz", "a.tar.zst", "oci-archive:a.tar"] {
        assert_eq!(findings(run(folder.path(), &["check", "--format", "json", name])), wanted, "{name}");
    }
}

/// An archive that another program may read otherwise: whoever takes an image of it has to hear of that.
#[test]
fn a_choice_in_an_archive_is_told_by_every_command() {
    let once = layout_archive::members(&layout(Shape::Image));
    let index = once.iter().find(|member| member.entry.path == b"index.json").unwrap();
    let twice = [&once[..], std::slice::from_ref(index)].concat();
    let folder = folder();
    for (name, members) in [("once.tar", &once), ("twice.tar", &twice)] {
        fs::write(folder.path().join(name), layout_archive::bytes(members)).unwrap();
    }
    for command in [&["check"][..], &["id"], &["id", "--format", "json"], &["convert"], &["unpack"]] {
        let told = |archive: &str| {
            let place = format!("of-{archive}");
            let directory = (command == ["unpack"]).then_some(place.as_str());
            let arguments: Vec<&str> = command.iter().copied().chain([archive]).chain(directory).collect();
            let ran = run(folder.path(), &arguments);
            assert_eq!(ran.code, Some(0), "{command:?}: {}", ran.err);
            format!("{}{}", ran.out, ran.err).contains("more than once: the last one is taken")
        };
        assert!(told("twice.tar"), "{command:?}");
        assert!(!told("once.tar"), "{command:?}");
    }
}

/// Whether a layer may go on after its end no specification says: it conforms, it is unpacked, and it is told.
#[test]
fn what_follows_a_layer_is_told_by_check_and_unpack_alike() {
    for id in ["layer/compression/text-after-the-stream", "layer/readable/entries-after-the-end"] {
        let folder = tempfile::tempdir().unwrap();
        let case = cases().into_iter().find(|case| case.id == id).unwrap();
        write_layout(&case.layout(), &folder.path().join("image"));
        for arguments in [&["check", "--strict", "--level", "may", "image"][..], &["unpack", "image", "tree"]]
        {
            let ran = run(folder.path(), arguments);
            assert_eq!(ran.code, Some(0), "{id}: {}{}", ran.out, ran.err);
            assert!(ran.out.contains(": note: a layer goes on after "), "{id}: {}", ran.out);
        }
    }
}

#[test]
fn what_is_not_stored_is_named_in_reports() {
    let folder = folder();
    let mut part = layout(Shape::Image);
    let layer = part.files.iter().find(|(_, content)| content.starts_with(b"\x1f\x8b"));
    let path = layer.map(|(path, _)| path.clone()).unwrap();
    part.files.remove(&path);
    write_layout(&part, &folder.path().join("part"));
    let ran = run(folder.path(), &["check", "part", "--report", "json=report.json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    let note = format!("{path} is not stored; blobs/sha256/");
    assert!(ran.out.contains(&format!("part: note: {note}")), "{}", ran.out);
    assert!(ran.out.ends_with("(4 documents, 3 blobs, 1 blob not stored)\n"), "{}", ran.out);
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert!(report["subjects"][0]["notes"][0].as_str().unwrap().starts_with(&note), "{report}");
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = folder();
    for (arguments, wanted) in [
        (&["check"][..], "required arguments"),
        (
            &["check", "image", "--spec", "1.2"],
            "there is no image-spec version \"1.2\"; known are 1.0.2, 1.1.1 and dev",
        ),
        (
            &["check", "image", "--type", "image"],
            "possible values: layout, index, manifest, config, descriptor",
        ),
        (&["check", "image", "--level", "high"], "possible values: must, should, may"),
        (&["check", "image", "--max-entries=-1"], "--max-entries"),
        // Places in a document are kept in 32 bits.
        (&["check", "image", "--max-document", "4294967296"], "4294967296 is not in 0..=4294967295"),
        (&["check", "-", "-"], "standard input can be read only once"),
        (&["explain"], "required arguments"),
        (&["explain", "nothing"], "there is no requirement \"nothing\"; `seaworthy list` shows them all"),
        (&["list", "nothing"], "no requirement begins with nothing"),
        (&["list", "json", "--coverage"], "cannot be used with"),
        (&["list", "--spec", "1.0.2"], "required arguments"),
        (&["test", "nothing"], "there is no subject \"nothing\"; known are reference, "),
        (&["test", "reference", "--only", "nothing"], "no case begins with nothing"),
        (&["test", "--program", "missing.toml"], "missing.toml: there is no such file or directory"),
        (&["test", "--seed", "7", "--snapshots", "folder"], "cannot be used with"),
        (&["test", "--seed", "7", "--divergences", "folder"], "cannot be used with"),
        (&["test", "--only", "json", "--snapshots", "folder"], "cannot be used with"),
        (&["chekc"], "check"),
    ] {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(wanted), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_baseline_that_is_no_report_is_told_how_to_be_made() {
    let folder = folder();
    let ran = run(folder.path(), &["check", "image", "--baseline", "image/index.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{}", ran.err);
    assert!(ran.err.contains("make one with the option --report json=FILE"), "{}", ran.err);
}

#[test]
fn a_finding_on_standard_input_has_its_place() {
    let ran = fed(&mut &b"{\"schemaVersion\":3,\"manifests\":[]}"[..]);
    assert!(ran.out.contains("--> standard input:1:18 (/schemaVersion)\n"), "{}", ran.out);
    let ran = fed(&mut tar_of(&broken()).as_slice());
    assert!(ran.out.contains("--> standard input: index.json:1:18 (/schemaVersion)\n"), "{}", ran.out);
}

#[test]
fn a_seed_tests_on_other_images_and_says_so() {
    let folder = folder();
    let arguments = ["test", "reference", "--only", "descriptor/digest", "--seed", "7"];
    let ran = run(folder.path(), &arguments);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    assert!(ran.out.contains(" cases on images of seed 7"), "{}", ran.out);
    let again = run(folder.path(), &[&arguments[..], &["--format", "json", "-j", "1"]].concat());
    let report: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((again.code, &report["seed"]), (Some(0), &7.into()));
    let cases = report["subjects"][0]["results"].as_array().unwrap().len() as u64;
    let plain = report["plain"].as_u64().unwrap_or(0);
    assert!(cases > 50 && plain < cases / 4, "{plain} of {cases} on plain images");
}

#[test]
fn the_gravest_of_several_images_counts() {
    let folder = folder();
    let ran = run(folder.path(), &["check", "image", "broken", "image"]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert_eq!(ran.out.matches("\nimage: conforms").count() + 1, 2, "{}", ran.out);
    let ran = run(folder.path(), &["check", "missing", "broken", "image"]);
    assert_eq!(ran.code, Some(3), "{}", ran.out);
    assert!(ran.out.contains("broken: does not conform"), "{}", ran.out);
    let ran = run(folder.path(), &["check", "missing", "broken", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let result = |at: usize| &report["subjects"][at]["results"][0];
    assert_eq!((ran.code, &result(0)["verdict"]), (Some(3), &"error".into()));
    assert_eq!(result(0)["words"], "there is no such file or directory");
    assert_eq!(result(1)["verdict"], "fail");
}

#[test]
fn the_status_tells_the_verdict_even_if_nobody_listens() {
    let folder = folder();
    for (images, wanted) in [(["broken", "image"], 1), (["image", "image"], 0), (["image", "missing"], 3)] {
        let mut command = seaworthy(&["check", "--level", "may"]);
        // Enough output to notice that the pipe is gone.
        command.args(images.repeat(50)).current_dir(folder.path());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = ended(child);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(wanted), &b""[..]), "{images:?}");
    }
    let mut child = seaworthy(&["list"]).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(ended(child).status.code(), Some(0));
    // Closed from the start: the standard library puts /dev/null in its place.
    let script = format!("exec '{}' check broken >&-", env!("CARGO_BIN_EXE_seaworthy"));
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path()).stderr(Stdio::piped());
    let output = ended(command.spawn().unwrap());
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
    // A disk that is full is another matter: the report is lost.
    let mut command = seaworthy(&["check", "image"]);
    command.stdout(fs::File::create("/dev/full").unwrap()).current_dir(folder.path());
    let ran = run_command(command);
    assert_eq!(ran.code, Some(3));
    assert!(ran.err.starts_with("seaworthy: No space left on device"), "{}", ran.err);
}

#[test]
fn an_interrupt_ends_it_by_its_signal() {
    let mut command = seaworthy(&["check", "-"]);
    command.stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(1 << 40);
    header.set_cksum();
    pipe.write_all(header.as_bytes()).unwrap();
    // More than a pipe holds: it has started to read.
    pipe.write_all(&vec![0; 1 << 20]).unwrap();
    let id = child.id().to_string();
    // Whoever runs tests in the background of a shell has them ignore interrupts.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let (name, number) = if ignored & 2 == 0 { ("-INT", 2) } else { ("-TERM", 15) };
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    let output = ended(child);
    assert_eq!((output.status.signal(), output.stdout.as_slice()), (Some(number), &b""[..]));
}

#[test]
fn there_is_colour_on_a_terminal_only() {
    let folder = folder();
    let plain = run(folder.path(), &["check", "broken"]).out;
    assert!(!plain.contains('\x1b'), "{plain}");
    let on_terminal = |setting: &str| {
        let line = format!("{setting} '{}' check broken", env!("CARGO_BIN_EXE_seaworthy"));
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).env("TERM", "xterm");
        command.env_remove("NO_COLOR").stdin(Stdio::null()).stdout(Stdio::piped());
        String::from_utf8_lossy(&ended(command.spawn().unwrap()).stdout).replace("\r\n", "\n")
    };
    assert!(on_terminal("").contains("\x1b["));
    assert_eq!(on_terminal("NO_COLOR=1"), plain);
}

#[test]
fn levels_and_versions_choose_what_is_reported() {
    let folder = folder();
    let manifest = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":2},"layers":[]}"#;
    fs::write(folder.path().join("m.json"), manifest).unwrap();
    let status = |more: &[&str]| run(folder.path(), &[&["check", "m.json"], more].concat());
    assert_eq!(status(&[]).code, Some(0));
    assert!(
        status(&[]).out.contains("conforms to image-spec 1.1.1, with warnings: 2 SHOULD"),
        "{}",
        status(&[]).out
    );
    let strict = status(&["--strict"]);
    assert_eq!(strict.code, Some(1));
    assert!(
        strict.out.contains("conforms to image-spec 1.1.1, but not strictly: 2 SHOULD"),
        "{}",
        strict.out
    );
    let must = status(&["--strict", "--level", "must"]);
    assert_eq!(
        (must.code, must.out.as_str()),
        (Some(0), "m.json: conforms to image-spec 1.1.1 (1 document)\n")
    );
    for version in ["1.0.2", "1.1.1", "dev"] {
        assert!(status(&["--spec", version]).out.contains(&format!("image-spec {version}")));
    }
    // The same as something else.
    assert_eq!(status(&["--type", "manifest"]).code, Some(0));
    assert_eq!(status(&["--type", "index"]).code, Some(1));
}

#[test]
fn reports_read_well() {
    let folder = folder();
    fs::write(folder.path().join("cut.json"), "{\n  \"schemaVersion\": 2,\n  \"layers\": [\n").unwrap();
    let config = r#"{"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin", "\u001b[31m"]}, "rootfs": {"type": "layers", "diff_ids": ["md5:😀"]}}"#;
    fs::write(folder.path().join("config.json"), config).unwrap();
    let report = |arguments: &[&str]| run(folder.path(), &[&["check"], arguments].concat()).out;
    insta::assert_snapshot!("layout", report(&["broken"]));
    insta::assert_snapshot!("not_json", report(&["cut.json"]));
    insta::assert_snapshot!("long_line", report(&["config.json", "--strict"]));
    insta::assert_snapshot!("several", report(&["image", "missing", "oci:image:none"]));
    // At a time that is always the same.
    let mut command = seaworthy(&["check", "broken", "--format", "json"]);
    command.current_dir(folder.path()).env("SOURCE_DATE_EPOCH", "0");
    insta::assert_snapshot!("json", run_command(command).out);
}

#[test]
fn requirements_are_listed_and_explained() {
    let folder = folder();
    let list = run(folder.path(), &["list"]);
    assert_eq!((list.code, list.err.as_str()), (Some(0), ""));
    assert!(list.out.lines().count() > 100 && !list.out.contains('\x1b'), "{}", list.out);
    let some = run(folder.path(), &["list", "index/schema-version-2", "json/syntax"]).out;
    assert_eq!(some.lines().count(), 2, "{some}");
    let ids: Vec<&str> = list.out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let all = run(folder.path(), &[&["explain"][..], &ids].concat());
    assert_eq!((all.code, all.err.as_str()), (Some(0), ""));
    assert!(!all.out.contains('\x1b'), "an example acts on the terminal");
    for id in ids {
        assert!(all.out.contains(&format!("\n{id}\n\n")) || all.out.starts_with(id), "{id}");
    }
    // A case's id explains its requirement.
    let of_case = run(folder.path(), &["explain", "index/schema-version-2/three/index"]).out;
    assert!(of_case.starts_with("index/schema-version-2\n\n"), "{of_case}");
}
