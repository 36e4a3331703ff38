//! `seaworthy registry`, as a user calls it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// `seaworthy serve` on a free port, ended when dropped.
struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Served {
        let mut process = command(&["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("seaworthy serve");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let at = line.find("http://").expect("an address");
        Served { process, url: line[at..].trim().to_owned() }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command, knowing nothing of the environment that the tests run in.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("OCI_")) {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("a run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a report")).expect("JSON")
}

/// The result of a requirement in a JSON report.
fn result<'r>(report: &'r Value, id: &str) -> &'r Value {
    let results = report["subjects"][0]["results"].as_array().expect("results");
    results.iter().find(|result| result["case"] == id).unwrap_or_else(|| panic!("no result for {id}"))
}

#[test]
fn a_cause_is_told_once_with_its_consequences() {
    let served = Served::start(&["--fault", "push/upload-open/no-location"]);
    let output = run(&["registry", &served.url, "--seed", "7"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.matches("\nfail ").count() + usize::from(said.starts_with("fail ")), 1, "{said}");
    for wanted in
        ["push/upload-open", "keeps from being checked: ", "$ curl --path-as-is -i -X POST", "seed 7"]
    {
        assert!(said.contains(wanted), "{wanted} is not in:\n{said}");
    }
}

#[test]
fn every_format_tells_what_is_broken() {
    let served = Served::start(&["--fault", "discovery/tags-order/reversed"]);
    let folder = tempfile::tempdir().expect("a folder");
    let formats = [
        ("human", "discovery/tags-order"),
        ("json", "\"exchange\""),
        ("jsonl", "{\"type\":\"end\""),
        ("junit", "<failure message=\"fail: found "),
        ("sarif", "\"ruleId\": \"discovery/tags-order\""),
        ("tap", "not ok "),
        ("markdown", "**fail** `discovery/tags-order`"),
        ("github", "::error title="),
        ("badge", "1 failed"),
        ("html", "<summary>GET "),
        ("oci-results", "  Tag listing: FAIL\n"),
    ];
    let path = |format: &str| folder.path().join(format).display().to_string();
    let mut command = command(&["registry", &served.url, "--only", "discovery/tags"]);
    command.args(formats.iter().map(|(format, _)| format!("--report={format}={}", path(format))));
    let output = command.output().expect("a run");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    for (format, wanted) in formats {
        let written = fs::read_to_string(path(format)).expect("a report");
        assert!(written.contains(wanted), "{format} lacks {wanted}:\n{written}");
    }
    let report = read(Path::new(&path("json")));
    let finding = &result(&report, "discovery/tags-order")["findings"][0];
    assert_eq!(finding["exchange"]["status"], 200);
    assert_eq!(report["specifications"]["distribution-spec"], "1.1.1");
    assert!(report["requirements"]["discovery/tags-order"]["section"].is_string());

    // The report is read again: as pages, and compared with itself.
    let site = folder.path().join("site");
    let (json, shown) = (path("json"), site.display().to_string());
    assert_eq!(run(&["report", &json, "--html", &shown]).status.code(), Some(1));
    let pages = fs::read_dir(site.join("subjects")).expect("subjects").flatten();
    let page: String = pages.map(|page| fs::read_to_string(page.path()).expect("a page")).collect();
    assert!(page.contains("curl --path-as-is"), "no exchange in:\n{page}");
    assert_eq!(run(&["report", "diff", &json, &json]).status.code(), Some(0));
    // Known failures are none.
    let known = run(&["registry", &served.url, "--only", "discovery/tags", "--baseline", &json]);
    assert_eq!(known.status.code(), Some(0), "{}", text(&known.stdout));
}

#[test]
fn what_was_pushed_is_deleted_or_told() {
    let served = Served::start(&[]);
    let arguments = ["--only", "pull/", "--cleanup", "--seed", "5"];
    let output = command(&["registry", &served.url]).args(arguments).output().expect("a run");
    let said = text(&output.stdout);
    assert!(said.contains("tags, manifests and blobs were deleted") && !said.contains("are left"), "{said}");
    let keeps = Served::start(&["--no-delete"]);
    let output = command(&["registry", &keeps.url]).args(arguments).output().expect("a run");
    let said = text(&output.stdout);
    assert!(said.contains("manifests are left: it answers 405"), "{said}");
}

#[test]
fn a_registry_is_read_only() {
    let served = Served::start(&[]);
    // Something to read: what a run leaves behind.
    run(&["registry", &served.url, "--only", "pull/manifest-by-tag", "--seed", "1"]);
    let repository = format!("{}/seaworthy/1/pull-manifest-by-tag/1", served.url);
    let folder = tempfile::tempdir().expect("a folder");
    let json = folder.path().join("json");
    let target = format!("--report=json={}", json.display());
    let output = run(&["registry", &repository, "--read-only", &target]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let report = read(&json);
    for id in ["pull/manifest-by-tag", "pull/blob", "pull/head-length", "discovery/tags-order"] {
        assert_eq!(result(&report, id)["verdict"], "pass", "{id}");
    }
    assert_eq!(result(&report, "push/manifest")["verdict"], "skip");
    // The official suite says the same by variables.
    let host = served.url.trim_start_matches("http://");
    let output = command(&["registry"])
        .envs([("OCI_REGISTRY", host), ("OCI_TLS", "disabled"), ("OCI_API_PUSH", "false")])
        .envs([("OCI_REPO1", "seaworthy/1/pull-manifest-by-tag/1"), ("OCI_RO_DATA_TAGS", "absent")])
        .output()
        .expect("a run");
    let said = text(&output.stdout);
    assert!(output.status.code() == Some(1) && said.contains("manifests/absent"), "{said}");
    // And nothing was pushed in either.
    assert_eq!(run(&["registry", &served.url, "--read-only"]).status.code(), Some(2));
}

#[test]
fn a_read_only_registry_that_is_wrong_fails() {
    let served = Served::start(&["--fault", "pull/blob/changed-byte"]);
    run(&["registry", &served.url, "--only", "pull/manifest-by-tag", "--seed", "1"]);
    let repository = format!("{}/seaworthy/1/pull-manifest-by-tag/1", served.url);
    let output = run(&["registry", &repository, "--read-only"]);
    let said = text(&output.stdout);
    assert!(output.status.code() == Some(1) && said.contains("pull/blob\n"), "{said}");
}

#[test]
fn parts_of_a_run_are_joined() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |part: usize| folder.path().join(part.to_string()).display().to_string();
    for part in 1..=2 {
        let output = run(&[
            "registry",
            "--only=pull/",
            "--seed=3",
            &format!("--shard={part}/2"),
            &format!("--report=json={}", path(part)),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    }
    let all = folder.path().join("all");
    let target = format!("--report=json={}", all.display());
    assert_eq!(run(&["report", "merge", &path(1), &path(2), &target]).status.code(), Some(0));
    let results = read(&all)["subjects"][0]["results"].as_array().map(Vec::len);
    let version = seaworthy_registry::SpecVersion::default();
    let is_asked = |found: &&seaworthy_registry::Requirement| {
        found.id.starts_with("pull/") && found.rule.grade.at(version).is_some()
    };
    let wanted = seaworthy_registry::all().iter().filter(is_asked).count();
    assert_eq!(results, Some(wanted));
}

/// A server that takes every connection and then does `act` with it, for as long as it likes.
fn odd_server(act: impl Fn(std::net::TcpStream) + Copy + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || act(stream));
        }
    });
    format!("http://{address}")
}

#[test]
fn no_registry_hangs_a_run() {
    let silent = odd_server(|mut stream| {
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let drips = odd_server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(200));
        }
    });
    let endless = odd_server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X-Header: x\r\n").is_ok() {}
    });
    let loops = odd_server(|mut stream| {
        let mut request = [0; 4096];
        while stream.read(&mut request).is_ok_and(|read| read > 0) {
            let answer = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /v2/\r\nContent-Length: 0\r\n\r\n";
            if stream.write_all(answer.as_bytes()).is_err() {
                break;
            }
        }
    });
    thread::scope(|scope| {
        for url in [silent, drips, endless, loops] {
            scope.spawn(move || {
                let start = Instant::now();
                let output = run(&["registry", &url, "--timeout", "1", "--only", "common/base-endpoint"]);
                assert_ne!(output.status.code(), Some(0), "{}", text(&output.stdout));
                assert!(start.elapsed() < Duration::from_secs(20), "{url} took {:?}", start.elapsed());
            });
        }
    });
}

#[test]
fn an_interrupted_run_ends_with_what_it_has() {
    let silent = odd_server(|mut stream| {
        let _ = stream.read_to_end(&mut Vec::new());
    });
    // It answers at first, and goes silent with the first push.
    let falls_silent = odd_server(|mut stream| {
        let mut request = [0; 4096];
        while stream.read(&mut request).is_ok_and(|read| read > 0 && request.starts_with(b"GET /v2/ ")) {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let runs = [
        (&silent, &[][..]),
        (&falls_silent, &[]),
        (&silent, &["--sequences", "3"]),
        (&falls_silent, &["--sequences", "3"]),
        (&falls_silent, &["--content"]),
    ];
    let runs = runs.map(|(url, question)| {
        let mut command = command(&["registry", url, "--timeout", "600"]);
        let command = command.args(question).stdout(Stdio::piped()).stderr(Stdio::null());
        (command.spawn().expect("a run"), question)
    });
    thread::sleep(Duration::from_secs(3));
    for (mut process, question) in runs {
        let pid =
            i32::try_from(process.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
        let start = Instant::now();
        let mut said = String::new();
        process.stdout.take().expect("its output").read_to_string(&mut said).expect("text");
        assert_eq!(process.wait().expect("an end").code(), Some(3), "{question:?}: {said}");
        assert!(start.elapsed() < Duration::from_secs(10), "{question:?} took {:?}", start.elapsed());
        assert!(said.contains("category"), "{question:?}: {said}");
    }
}

#[test]
fn a_registry_that_is_not_there_is_told_once() {
    // A port that nobody is given who asks for a free one.
    let gone = "127.0.0.1:1";
    let plain = odd_server(|mut stream| {
        let _ = stream.read(&mut [0; 512]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let host = plain.trim_start_matches("http://");
    for (url, wanted) in [
        (format!("http://{gone}"), format!("cannot connect to http://{gone}/: Connection refused")),
        (host.to_owned(), format!("if it does without TLS, name it http://{host}")),
        (
            "http://no-such-host.invalid".to_owned(),
            "cannot connect to http://no-such-host.invalid/: ".to_owned(),
        ),
    ] {
        for question in [&[][..], &["--content"], &["--sequences", "1"]] {
            let output = command(&["registry", &url]).args(question).output().expect("a run");
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{url} {question:?}: {said}");
            assert!(output.stdout.is_empty() && said.contains(&wanted), "{url} {question:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
    }
}

#[test]
fn a_site_that_is_no_registry_is_told() {
    let site = |head: &'static str| {
        odd_server(move |mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes(),
            );
        })
    };
    for (head, wanted) in [
        ("404 Not Found", Some("GET /v2/ has status 404")),
        ("200 OK\r\nContent-Type: text/html; charset=utf-8", Some("/v2/ is a web page")),
        ("200 OK\r\nContent-Type: application/json", None),
        ("503 Service Unavailable", None),
    ] {
        let url = site(head);
        let output = run(&["registry", &url, "--only=common/base-endpoint"]);
        let said = text(&output.stderr);
        match wanted {
            Some(wanted) => {
                assert_eq!(said, format!("seaworthy: note: {url}/ may be no registry: {wanted}\n"), "{head}");
            }
            None => assert_eq!(said, "", "{head}"),
        }
    }
}

#[test]
fn sequences_are_reported_like_requirements() {
    let served = Served::start(&["--fault", "pull/blob/changed-byte"]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |format: &str| folder.path().join(format).display().to_string();
    let arguments = ["--sequences=20", "--seed=1"];
    let mut command = command(&["registry", &served.url]);
    command.args(arguments);
    command.args(["json", "junit", "html", "human"].map(|name| format!("--report={name}={}", path(name))));
    let output = command.output().expect("a run");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report = read(Path::new(&path("json")));
    let failed = result(&report, "sequences");
    let script: Vec<&str> =
        failed["script"].as_array().expect("a script").iter().filter_map(Value::as_str).collect();
    assert!(script.iter().any(|line| line.starts_with("curl --path-as-is")), "{script:?}");
    assert!(script.last().is_some_and(|line| line.starts_with("# found ")), "{script:?}");
    assert_eq!(failed["verdict"], "fail");
    for name in ["junit", "html", "human"] {
        let written = fs::read_to_string(path(name)).expect("a report");
        // The last line, which no format has to escape.
        assert!(written.contains("# found "), "{name}:\n{written}");
    }
    let right = run(&["registry", arguments[0], arguments[1]]);
    let said = text(&right.stdout);
    assert!(
        right.status.code() == Some(0) && said.starts_with("pass          sequences: none of 20 "),
        "{said}"
    );
    let wrong = run(&["registry", arguments[0], "--format=oci-results"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
}

#[test]
fn wrong_usage_says_what_is_right() {
    for (arguments, wanted) in [
        (&["registry", "http://me:secret@h"][..], "--username and --password-stdin"),
        (&["registry", "--peer", "nobody"], "known are crane-registry"),
        (&["registry", "--only", "nothing/of-this-kind"], "no requirement begins with"),
        (&["registry", "h/r", "--tag", "v1"], "--read-only"),
        (&["check", ".", "--format", "oci-results"], "oci-results"),
    ] {
        let output = run(arguments);
        let said = text(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(2 | 3)) && said.contains(wanted),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains("secret"), "{said}");
    }
}

#[test]
fn cases_are_pushed_where_they_can_be_pulled() {
    let served = Served::start(&[]);
    let folder = tempfile::tempdir().expect("a folder");
    let target = format!("{}/team", served.url);
    let vectors = folder.path().display().to_string();
    let arguments = ["generate", &vectors, "--only", "manifest/config-", "--only", "safety/art-01"];
    let output = command(&arguments).args(["--push", &target]).output().expect("a run");
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
    let path = folder.path().join("pushed.json");
    let pushed = read(&path);
    let images = pushed["images"].as_array().expect("images");
    let index = read(&folder.path().join("index.json"));
    let cases = index["cases"].as_u64().expect("a number");
    let controls = images.iter().filter(|image| image["control"].is_null()).count() as u64;
    assert_eq!(images.len() as u64, cases + controls);
    let accepted = images.iter().filter(|image| image["outcome"] == "accepted").count();
    assert!(said.contains(&format!("in {}: {accepted} accepted", served.url)), "{said}");
    assert!(controls > 0 && accepted > controls as usize, "{said}");
    for image in images.iter().filter(|image| image["outcome"] == "accepted") {
        let repository = image["repository"].as_str().expect("a name");
        assert!(repository.starts_with("team/"), "{repository}");
        let url = format!("{}/{repository}", served.url);
        let output =
            run(&["registry", &url, "--read-only", "--tag", "image", "--tag", "index", "--only", "pull/"]);
        assert_eq!(output.status.code(), Some(0), "{repository}: {}", text(&output.stdout));
    }
    let schema = read(&folder.path().join("schemas/pushed.json"));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&pushed));
    // What tells of another run does not stay, but where nothing is made nothing is lost.
    assert_eq!(run(&["generate", &vectors, "--only", "nothing"]).status.code(), Some(2));
    assert!(path.exists());
    assert_eq!(run(&arguments).status.code(), Some(0));
    assert!(!path.exists());
}

#[test]
fn cases_that_cannot_be_pushed_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let password = folder.path().join("password");
    fs::write(&password, "secret").expect("a file");
    let password = password.display().to_string();
    let closed = Served::start(&["--auth", "basic", "--username", "me", "--password-file", &password]);
    let closed = closed.url.as_str();
    let vectors = folder.path().display().to_string();
    let only = ["generate", vectors.as_str(), "--only", "manifest/config-"];
    for (arguments, status, wanted) in [
        (
            &["--push", closed][..],
            3,
            "takes no images: a valid one has its blob refused with 401 UNAUTHORIZED",
        ),
        (&["--push", "http://127.0.0.1:1"], 3, "cannot connect to http://127.0.0.1:1/: Connection refused"),
        (&["--push", "http://127.0.0.1/UPPER"], 2, "no beginning of a repository's name"),
        (&["--push", "http://me:secret@127.0.0.1"], 2, "--username and --password-stdin"),
        (&["--insecure"], 2, "only with --push"),
    ] {
        let output = command(&only).args(arguments).output().expect("a run");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(wanted) && !said.contains("secret"), "{arguments:?}: {said}");
        assert!(!folder.path().join("pushed.json").exists());
    }
}

#[test]
fn every_case_has_a_name_in_a_registry() {
    use seaworthy_registry::name::is_repository;
    let mut count = 0;
    let cases = seaworthy_rules::case::cases().into_iter().map(|case| case.id);
    for id in cases.chain(seaworthy::suite::safety::threats(&[]).iter().map(|threat| threat.id())) {
        let name = format!("some-team/{id}");
        assert!(is_repository(&name, seaworthy_registry::SpecVersion::V1_0_1) && name.len() < 128, "{name}");
        count += 1;
    }
    assert!(count > 2000, "{count}");
}
