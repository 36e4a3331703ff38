//! Programs as subjects: what each way to end is taken for, by small scripts; and the programs that
//! are installed here, on the plain images.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seaworthy::confine::Methods;
use seaworthy::outcome::Outcome;
use seaworthy::process::{Confiner, Limits};
use seaworthy::subjects::Subject;
use seaworthy::subjects::program::{Definition, Program, limits};
use seaworthy_generators::choices::Choices;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::{EntryKind, Memory};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;
use seaworthy_rules::case::cases;

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

fn confiner() -> Arc<Confiner> {
    Arc::new(Confiner::with(SEAWORTHY, Methods::default()))
}

fn image(shape: Shape) -> Memory {
    shape.layout().clone()
}

fn garbage() -> Memory {
    let mut layout = image(Shape::Image);
    layout.files.insert("index.json".into(), b"no json".to_vec());
    layout
}

/// A program that is this shell script, and the folder it is in: closed to others, as a home is.
struct Script {
    program: Program,
    _folder: tempfile::TempDir,
}

/// `$1` is the layout; for a storer, `$2` is the copy.
fn script(body: &str, role: Role, more: &str) -> Script {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tool");
    fs::write(&path, format!("#!/bin/sh\n[ \"$1\" = --version ] && echo tool 1.2 && exit\n{body}\n"))
        .unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    let storer = match role {
        Role::Storer => "output = 'layout'\nroot = 'descriptor'",
        Role::Converter => "output = 'runtime-config'",
        _ => "",
    };
    let text = format!(
        "name = 'tool'\nrole = '{}'\nversion = {{ command = ['{tool}', '--version'], after = 'tool ' }}\n\
         command = ['{tool}', '{{layout}}', '{{output}}', '{{ref}}']\nscope = 'ref'\n\
         reads = ['index', 'manifest', 'config']\naccepted = [0]\nrefused = [1]\n\
         exhausted = ['out of memory']\ncrashed = ['panic: ', 'fatal error: ']\n{storer}\n{more}",
        role.as_str(),
        tool = path.display(),
    );
    let definition = Definition::parse("tool.toml", &text).unwrap();
    let short = Limits { wall: Duration::from_secs(2), output: 1 << 20, ..limits() };
    Script { program: Program::new(definition, confiner()).with_limits(short), _folder: folder }
}

fn outcome(body: &str, role: Role, layout: &Memory) -> Outcome {
    script(body, role, "").program.run(layout, SpecVersion::V1_1_1)
}

#[test]
fn every_definition_is_read() {
    let programs = Program::all(&confiner()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    assert_eq!(programs.len(), files.len(), "a file is not in the list");
    for path in files {
        let program = Program::from_file(&path, &confiner()).unwrap();
        assert_eq!(path.file_stem().unwrap().to_str(), Some(program.name()));
        assert!(programs.iter().any(|known| known.name() == program.name()), "{}", program.name());
    }
}

/// A validator that takes everything fails, but for what it is known to fail.
#[test]
fn known_divergences_are_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let tool = file("tool", "#!/bin/sh\n[ \"$1\" = --version ] && echo tool 1.2\nexit 0\n");
    fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
    let tool = tool.display();
    let definition = format!(
        "name = 'tool'\nrole = 'validator'\nversion = {{ command = ['{tool}', '--version'], after = 'tool ' }}\n\
         command = ['{tool}', '{{layout}}']\nscope = 'layout'\nreads = ['index', 'manifest', 'config']\n\
         accepted = [0]\nrefused = [1]\n",
    );
    let definition = file("tool.toml", &definition);
    let known = folder.path().join("known");
    fs::create_dir(&known).unwrap();
    let run = |divergences: Option<(&str, &str)>| {
        if let Some((version, cases)) = divergences {
            let text = format!(
                "subject = 'tool'\nversion = '{version}'\n[[divergence]]\ncases = {cases}\nreason = 'It is blind.'\n"
            );
            fs::write(known.join("tool.toml"), text).unwrap();
        }
        let mut command = std::process::Command::new(SEAWORTHY);
        command.args([
            "test",
            "tool",
            "--only",
            "json/syntax/empty",
            "--only",
            "json/syntax/white-space-around",
        ]);
        command.arg("--program").arg(&definition);
        let output = command.arg("--divergences").arg(&known).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap(), text)
    };
    let assert = |divergences, wanted: i32, words: &str| {
        let (code, text) = run(divergences);
        assert!(code == wanted && text.contains(words), "{divergences:?}: {code}\n{text}");
    };
    assert(None, 1, "json/syntax/");
    assert(Some(("1.2", "['json/syntax/*']")), 0, "");
    assert(Some(("1.2", "['json/syntax/no-such']")), 1, "fails, and no known divergence says so");
    assert(
        Some(("1.2", "['json/syntax/*', 'json/syntax/white-space-around/index']")),
        1,
        "no longer happens: remove it",
    );
    assert(Some(("1.3", "['json/syntax/*']")), 1, "its divergences are known in version 1.3 only");
}

#[test]
fn a_file_that_is_no_definition_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let error = |path: &Path| Program::from_file(path, &confiner()).unwrap_err().to_string();
    assert!(error(&path).contains("mine.toml: there is no such file"), "{}", error(&path));
    fs::write(&path, "name = 'x'\nrole = 'cook'\n").unwrap();
    assert!(error(&path).contains("mine.toml") && error(&path).contains("cook"), "{}", error(&path));
}

#[test]
fn what_is_not_installed_is_not_available() {
    let text = "name = 'x'\nrole = 'reader'\ninstall = 'build it'\nversion = { command = ['not-on-any-path'] }\n\
                command = ['sh', '{layout}']\nscope = 'layout'\nreads = []\naccepted = [0]\nrefused = [1]";
    let program = Program::new(Definition::parse("x", text).unwrap(), confiner());
    let unavailable = program.version().unwrap_err();
    assert_eq!(unavailable.reason, "not-on-any-path is not installed");
    assert_eq!(unavailable.install.as_deref(), Some("build it"));
    // Nothing runs unconfined, and no installation would help.
    let none = Methods { namespaces: false, landlock: false };
    let text = text.replace("not-on-any-path", "true");
    let program =
        Program::new(Definition::parse("x", &text).unwrap(), Confiner::with(SEAWORTHY, none).into());
    let unavailable = program.version().unwrap_err();
    assert!(unavailable.reason.contains("unconfined"), "{unavailable}");
    assert_eq!(unavailable.install, None);
    assert!(matches!(program.run(&image(Shape::Image), SpecVersion::V1_1_1), Outcome::Failed(_)));
}

#[test]
fn a_converter_is_judged_by_what_it_writes() {
    let layout = image(Shape::Image);
    let written = |body: &str| outcome(body, Role::Converter, &layout);
    let config = r#"echo '{"process":{"cwd":"/x","user":{"uid":7}},"annotations":{"a":"b"}}' >"$2""#;
    let Outcome::Converted(runtime) = written(config) else { panic!("it was not converted") };
    assert_eq!((runtime.cwd.as_deref(), runtime.user.uid), (Some("/x"), Some(7)));
    assert_eq!(runtime.annotations["a"], "b");
    for (body, words) in [
        ("true", "there is no such file"),
        ("echo '{' >\"$2\"", "the runtime configuration: "),
        ("mkdir \"$2\"", "not a regular file"),
        ("ln -s /etc/hostname \"$2\"", "not a regular file"),
    ] {
        let outcome = written(body);
        assert_eq!(outcome.as_str(), "wrong", "{body}: {outcome:?}");
        assert!(outcome.words().contains(words), "{body}: {outcome:?}");
    }
    assert_eq!(written(&format!("{config}; exit 1")).as_str(), "rejected");
    assert_eq!(written(&format!("{config}; : >\"$1/index.json\"")).as_str(), "altered");
}

/// The accounts of the image are there, and nobody may change them.
#[test]
fn a_converter_sees_the_accounts_of_the_image() {
    let check = |body: &str, wanted: &str| {
        let more = "unnamed = ['sh', '{rootfs}']";
        let script = script(&body.replace("ROOTFS", "$(dirname \"$1\")/rootfs"), Role::Converter, more);
        let outcome = script.program.run(&image(Shape::Image), SpecVersion::V1_1_1);
        assert_eq!(outcome.as_str(), wanted, "{body}: {outcome:?}");
    };
    let write = "echo {} >\"$2\"";
    check(&format!("grep -q ^alice:x:1000: \"ROOTFS/etc/passwd\" && {write}"), "converted");
    check(&format!("grep -q ^staff:x:50: \"ROOTFS/etc/group\" && {write}"), "converted");
    check(&format!("echo eve:x:0:0::/: >>\"ROOTFS/etc/passwd\"; {write}"), "altered");
}

#[test]
fn each_end_has_its_outcome() {
    let check = |body: &str, wanted: &str, words: &str| {
        let outcome = outcome(body, Role::Reader, &image(Shape::Image));
        assert_eq!(outcome.as_str(), wanted, "{body}: {outcome:?}");
        assert!(outcome.words().contains(words), "{body}: {outcome:?}");
    };
    check("exit 0", "accepted", "");
    check("cat $1/index.json > /dev/null && [ \"$3\" = v1 ]", "accepted", "");
    check(
        "echo looking at it; echo Error: $1/index.json: bad >&2; exit 1",
        "rejected",
        "Error: {layout}/index.json",
    );
    check("exit 1", "rejected", "without a word");
    check("exit 7", "failed", "exit status 7");
    check("echo x; echo 'panic: nil' >&2; exit 0", "crashed", "panic: nil");
    check("echo 'fatal error: out of memory' >&2; exit 2", "exhausted", "out of memory");
    check("kill -11 $$", "crashed", "signal 11");
    check("while :; do sleep 1; done", "hung", "");
    check("while :; do echo 0123456789012345678901234567890123456789; done", "exhausted", "1 MiB of output");
    check("dd if=/dev/zero of=$1/big bs=1M count=300 2> /dev/null", "exhausted", "on disk");
    check("echo x > $1/../../beside", "escaped", "beside: appeared");
    check("echo x > $1/../beside", "escaped", "target/beside: appeared");
    check("echo x >> $1/../../canary/plain; exit 1", "escaped", "canary/plain");
    check("echo x > here", "escaped", "cwd/here");
    check("echo ' ' >> $1/index.json", "altered", "index.json holds other bytes");
    check("echo x > $1/note", "altered", "note is new");
    check("rm $1/oci-layout; exit 1", "altered", "oci-layout is lost");
}

#[test]
fn a_copy_is_compared_with_its_source() {
    let check = |body: &str, layout: &Memory, wanted: &str, words: &str| {
        let outcome = outcome(&format!("cp -r $1 $2\ncd $2\n{body}"), Role::Storer, layout);
        assert_eq!(outcome.as_str(), wanted, "{body}: {outcome:?}");
        assert!(outcome.words().contains(words), "{body}: {outcome:?}");
    };
    for shape in [Shape::Image, Shape::MultiPlatform, Shape::Artifact, Shape::Referrer] {
        check("", &image(shape), "accepted", "");
        check("echo >> oci-layout; echo more > more", &image(shape), "accepted", "");
        check("rm $(ls -d blobs/*/* | head -n 1)", &image(shape), "altered", "is lost");
    }
    let layout = image(Shape::Image);
    check("for blob in blobs/*/*; do printf x >> $blob; done", &layout, "altered", "holds other bytes");
    check("cd blobs/sha256; set -- *; mv $1 x; ln -s x $1", &layout, "altered", "it is a link");
    check("rm -r $PWD", &layout, "altered", "there is no copy");
    check("rm index.json", &layout, "altered", "index.json of the copy: there is no such file");
    check("echo [ > index.json", &layout, "altered", "index.json of the copy: not JSON");
    check("sed -i s/sha256:/sha256:0/ index.json", &layout, "altered", "does not list the digest");
    check("sed -i s/manifest.v1/manifest.v2/ index.json", &layout, "altered", "another media type");
    check("sed -i 's/\"size\": *[0-9]*/\"size\":1/' index.json", &layout, "accepted", "");
    check("rm index.json; exit 1", &layout, "rejected", "");
}

#[test]
fn what_is_only_a_subject_need_not_be_copied() {
    let mut draft = Shape::Referrer.draft();
    let root = draft.nodes.last_mut().unwrap();
    // Only the artifact is left in index.json, and gets the name.
    let image = root.links.remove(0);
    root.links[0].descriptor.set("annotations", image.descriptor.get("annotations").unwrap().clone());
    let layout = draft.seal(&mut Choices::new(&[]));
    // The image's own documents speak of a root file system.
    let body = "cp -r $1 $2\ncd $2\nrm $(grep -l 'rootfs\\|image.config' blobs/*/*)";
    assert_eq!(outcome(body, Role::Storer, &layout), Outcome::accepted());
    let body = "cp -r $1 $2\ncd $2\nrm $(grep -l chart blobs/*/*)";
    assert_eq!(outcome(body, Role::Storer, &layout).as_str(), "altered");
}

#[test]
fn links_and_special_files_are_made_as_such() {
    let mut layout = image(Shape::Image);
    layout.files.remove("index.json");
    layout.others.insert("index.json".into(), EntryKind::Link);
    layout.others.insert("pipe".into(), EntryKind::Special);
    layout.others.insert("folder/empty".into(), EntryKind::Directory);
    let body = "[ -h $1/index.json ] && [ \"$(cat $1/index.json)\" = canary/plain ] && [ -p $1/pipe ] && [ -d $1/folder/empty ]";
    assert_eq!(outcome(body, Role::Reader, &layout), Outcome::accepted());
    let outcome = outcome("echo x > $1/index.json", Role::Reader, &layout);
    assert_eq!(outcome.as_str(), "escaped", "{outcome:?}");
}

#[test]
fn no_path_leaves_the_layout() {
    let mut layout = image(Shape::Image);
    layout.files.insert("blobs/../../x".into(), b"x".to_vec());
    assert!(matches!(outcome("", Role::Reader, &layout), Outcome::Skipped(_)));
    let mut layout = image(Shape::Image);
    layout.files.insert(format!("blobs/sha256/{}", "a".repeat(300)), b"x".to_vec());
    assert!(matches!(outcome("", Role::Reader, &layout), Outcome::Skipped(_)));
}

#[test]
fn a_service_runs_beside_the_command() {
    let check = |service: &str, command: &str, then: &str, wanted: &str, words: &str| {
        let text = format!(
            "name = 'x'\nrole = 'reader'\nversion = {{ command = ['sh', '-c', 'echo 1'] }}\n\
             service = {{ command = ['sh', '-c', '''{service}'''], ready = 'is ready' }}\n\
             command = ['sh', '-c', '''{command}''', '{{layout}}']\nthen = [['sh', '-c', '''{then}''']]\n\
             scope = 'layout'\nreads = []\naccepted = [0, 3]\nrefused = [1]\ncrashed = ['panic: ']\nneeds = ['loopback']"
        );
        let program = Program::new(Definition::parse("x", &text).unwrap(), confiner())
            .with_limits(Limits { wall: Duration::from_secs(3), ..limits() });
        if let Err(unavailable) = program.version() {
            return eprintln!("skipped: {unavailable}");
        }
        let outcome = program.run(&image(Shape::Image), SpecVersion::V1_1_1);
        assert_eq!(outcome.as_str(), wanted, "{outcome:?}");
        assert!(outcome.words().contains(words), "{outcome:?}");
    };
    let ready = "echo it is ready; sleep 100";
    check(ready, "exit 0", "exit 3", "accepted", "");
    check(ready, "echo bad layout >&2; exit 1", "exit 0", "rejected", "bad layout");
    check(ready, "exit 3", "echo bad copy; exit 1", "rejected", "bad copy");
    check(ready, "exit 9", "exit 0", "failed", "exit status 9");
    check(ready, "kill -11 $$", "exit 0", "crashed", "signal 11");
    check("exit 0", "exit 0", "exit 0", "failed", "ended before it was ready");
    check("sleep 100", "exit 0", "exit 0", "hung", "");
    check("echo is ready; echo panic: it; exit 2", "sleep 1; exit 0", "exit 0", "crashed", "panic: it");
}

#[test]
fn cases_are_skipped_for_a_reason() {
    let tool = script("", Role::Reader, "needs = ['image-manifest', 'image-config']");
    let reasons: Vec<_> = Shape::ALL.iter().map(|shape| tool.program.skips_shape(*shape)).collect();
    assert_eq!(
        reasons,
        [
            None,
            Some("it reads one manifest, and no index of several".to_owned()),
            Some("it reads images, and no artifacts".to_owned()),
            None
        ]
    );
    // Every case of every program is either put to it, or has a reason.
    for program in Program::all(&confiner()).unwrap() {
        for case in cases() {
            assert_ne!(program.skips(&case).as_deref(), Some(""), "{}: {}", program.name(), case.id);
        }
    }
}

/// What the programs do with the plain images, as far as they do not take them or are not asked.
const REFUSED: [(&str, Shape); 4] = [
    ("crane-export", Shape::Referrer),
    ("oci-image-tool", Shape::Artifact),
    ("oci-image-tool", Shape::Referrer),
    ("oci-unpack", Shape::Referrer),
];

/// It does not set the times of symbolic links.
const WRONG: [&str; 1] = ["python-tarfile"];

#[test]
fn the_programs_that_are_installed_take_plain_images() {
    for program in Program::all(&confiner()).unwrap() {
        let name = program.name().to_owned();
        let version = match program.version() {
            Ok(version) => version,
            Err(unavailable) => {
                eprintln!("{name}: skipped: {unavailable} ({:?})", unavailable.install);
                continue;
            }
        };
        eprintln!("{name} {version}");
        for shape in Shape::ALL {
            if let Some(reason) = program.skips_shape(shape) {
                eprintln!("  {shape:?}: not asked: {reason}");
                continue;
            }
            let start = Instant::now();
            let outcome = program.run(&image(shape), SpecVersion::V1_1_1);
            eprintln!("  {shape:?}: {} ms: {outcome:?}", start.elapsed().as_millis());
            let is_refused = REFUSED.contains(&(name.as_str(), shape));
            let wanted = match program.role() {
                _ if is_refused => "rejected",
                _ if WRONG.contains(&name.as_str()) => "wrong",
                Role::Converter => "converted",
                _ => "accepted",
            };
            assert_eq!(outcome.as_str(), wanted, "{name}, {shape:?}: {outcome:?}");
        }
        let outcome = program.run(&garbage(), SpecVersion::V1_1_1);
        eprintln!("  garbage: {outcome:?}");
        // Who is given the layers one by one has nothing to refuse where there are none.
        let is_given_layers = program.definition().command.iter().any(|word| word == "{layers}");
        let wanted = if is_given_layers { "skipped" } else { "rejected" };
        assert_eq!(outcome.as_str(), wanted, "{name}: {outcome:?}");
    }
}

/// `cargo test --test programs -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn time_per_call() {
    const CALLS: u32 = 20;
    let layout = image(Shape::Image);
    for program in Program::all(&confiner()).unwrap() {
        if program.version().is_err() {
            continue;
        }
        let start = Instant::now();
        for _ in 0..CALLS {
            program.run(&layout, SpecVersion::V1_1_1);
        }
        eprintln!("{}: {:.1} ms", program.name(), start.elapsed().as_secs_f64() * 1e3 / f64::from(CALLS));
    }
}

/// What the programs do with every case, twice, for words that are not the same each time.
#[test]
#[ignore = "takes minutes"]
fn words_are_stable() {
    for program in Program::all(&confiner()).unwrap() {
        if program.version().is_err() {
            continue;
        }
        let start = Instant::now();
        for case in cases().iter().filter(|case| program.skips(case).is_none()) {
            let [first, second] = [0, 1].map(|_| program.run(&case.layout(), SpecVersion::V1_1_1));
            eprintln!("{} {}: {first:?}", program.name(), case.id);
            assert_eq!(first, second, "{}: {}", program.name(), case.id);
        }
        eprintln!("{}: {} s", program.name(), start.elapsed().as_secs());
    }
}
