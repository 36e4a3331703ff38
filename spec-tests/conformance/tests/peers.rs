//! Registries of others, started and checked: each is as it is known to be. Those that are not
//! installed, or in another version than the one that is known, are passed over, which the test says.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use seaworthy::confine::Methods;
use seaworthy::divergence::Divergences;
use seaworthy::peers;
use seaworthy::process::Confiner;
use seaworthy::report::is_sensitive;

fn reports() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports")
}

#[test]
fn registries_are_as_they_are_known_to_be() {
    let confiner = Arc::new(Confiner::with(env!("CARGO_BIN_EXE_seaworthy"), Methods::default()));
    let folder = tempfile::tempdir().expect("a folder");
    for peer in peers::all(&confiner).expect("definitions") {
        let (name, version) = (peer.name(), peer.version());
        let known = Divergences::read(&reports().join("divergences"), name).expect("divergences");
        let known = known.filter(|known| version.as_ref() == Ok(&known.version));
        if known.is_none() {
            eprintln!("skipped: {name} is {version:?}, of which nothing is known");
            continue;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
        command.args(["registry", "--peer", name, "--seed", "1", "--divergences"]);
        command.arg(reports().join("divergences")).arg("--snapshots").arg(folder.path());
        // Whether it is safe is not told to everybody.
        let sensitive = seaworthy_registry::all().iter().filter(|found| is_sensitive(&found.id));
        command.args(sensitive.map(|found| format!("--except={}", found.id)));
        let output = command.output().expect("a run");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(0), "{name}:\n{said}");
        let file = format!("{name}.json");
        let fresh = std::fs::read_to_string(folder.path().join(&file)).expect("a snapshot");
        let committed = std::fs::read_to_string(reports().join(&file)).unwrap_or_default();
        let changed = fresh.lines().find(|line| !committed.lines().any(|other| other == *line));
        assert!(
            committed == fresh,
            "reports/{file} is stale (first new line: {changed:?}); renew it with\n  \
             cargo run --release -- registry --peer {name} --snapshots reports"
        );
    }
}

#[test]
fn a_registry_that_was_started_is_stopped_again() {
    let confiner = Arc::new(Confiner::with(env!("CARGO_BIN_EXE_seaworthy"), Methods::default()));
    for peer in peers::all(&confiner).expect("definitions") {
        if let Err(unavailable) = peer.version() {
            eprintln!("skipped: {}: {unavailable}", peer.name());
            continue;
        }
        let running = peer.start().unwrap_or_else(|error| panic!("{}: {error}", peer.name()));
        let address = running.address();
        assert!(address.ip().is_loopback() && std::net::TcpStream::connect(address).is_ok());
        running.stop().expect("an end");
        assert!(std::net::TcpStream::connect(address).is_err(), "{} still listens", peer.name());
    }
}

#[test]
fn a_registry_finds_its_port_and_its_folder_in_its_environment() {
    let text = r#"
        name = "x"
        version = { command = ["python3", "--version"], after = "Python " }
        command = ["python3", "-c", """
import http.server, os
os.mkdir(os.environ['FOLDER'])
host, port = os.environ['LISTEN'].split(':')
http.server.HTTPServer((host, int(port)), http.server.BaseHTTPRequestHandler).serve_forever()
"""]
        [environment]
        LISTEN = "127.0.0.1:{port}"
        FOLDER = "{data}/kept"
    "#;
    let confiner = Arc::new(Confiner::with(env!("CARGO_BIN_EXE_seaworthy"), Methods::default()));
    let peer = peers::Peer::parse("x.toml", text, &confiner).expect("a definition");
    if let Err(unavailable) = peer.version() {
        eprintln!("skipped: {unavailable}");
        return;
    }
    peer.start().expect("a registry").stop().expect("an end");
}
