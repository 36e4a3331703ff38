//! What is left when a signal ends the command: nothing.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn seaworthy(temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seaworthy"));
    command.env("TMPDIR", temporary).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// Ends the command, and says by which signal it ended and what it wrote to standard error.
fn end(mut command: Child, signal: Signal) -> (Option<i32>, String) {
    kill(Pid::from_raw(command.id().cast_signed()), signal).unwrap();
    let mut text = String::new();
    command.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    (command.wait().unwrap().signal(), text)
}

/// Whoever runs tests in the background of a shell, or by nohup, has them ignore a signal; so does what they run.
fn is_ignored(signal: Signal) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(ignored.trim(), 16).unwrap() & (1 << (signal as u32 - 1)) != 0
}

/// Whether the thread that waits for signals is there.
fn is_watching(command: &Child) -> bool {
    let threads = fs::read_dir(format!("/proc/{}/task", command.id())).unwrap().flatten();
    threads
        .map(|thread| fs::read_to_string(thread.path().join("comm")))
        .any(|name| name.is_ok_and(|it| it == "signals\n"))
}

fn wait_until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came to that");
        sleep(Duration::from_millis(10));
    }
}

/// A program that never ends is under test, and a report is begun.
#[test]
fn nothing_is_left_of_a_run() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let [temporary, reports, tools] = folders.each_ref().map(tempfile::TempDir::path);
    fs::set_permissions(temporary, PermissionsExt::from_mode(0o755)).unwrap();
    let tool = tools.join("tool");
    let script = "#!/bin/sh\n[ \"$1\" = --version ] && echo tool 1.2 && exit\n\
                  while :; do echo x >> \"$TMPDIR/file\"; echo begun > \"$HOME/begun\"; done\n";
    fs::write(&tool, script).unwrap();
    fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
    let tool = tool.display();
    let definition = format!(
        "name = 'tool'\nrole = 'reader'\nversion = {{ command = ['{tool}', '--version'], after = 'tool ' }}\n\
         command = ['{tool}', '{{layout}}']\nscope = 'layout'\nreads = ['index']\naccepted = [0]\nrefused = [1]\n",
    );
    fs::write(tools.join("tool.toml"), definition).unwrap();
    let run = || {
        let mut command = seaworthy(temporary);
        command.args(["test", "tool", "--only", "json/syntax", "--program"]).arg(tools.join("tool.toml"));
        let report = format!("json={}", reports.join("report.json").display());
        command.args(["--report", &report]).spawn().unwrap()
    };
    let has_begun = || {
        let mut folders = fs::read_dir(temporary).unwrap().flatten();
        folders.any(|folder| folder.path().join("home/begun").exists())
    };
    let signals = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
    for signal in signals.into_iter().filter(|&signal| !is_ignored(signal)) {
        let command = run();
        wait_until(has_begun);
        assert_eq!(files(reports), 1, "the report is not begun");
        let (ended_by, text) = end(command, signal);
        assert_eq!(ended_by, Some(signal as i32), "{text}");
        assert_eq!(text, format!("seaworthy: ended by {signal}\n"));
        assert_eq!((files(temporary), files(reports)), (0, 0), "{signal}");
    }
}

#[test]
fn waiting_for_input_can_be_ended() {
    let temporary = tempfile::tempdir().unwrap();
    let command = seaworthy(temporary.path()).args(["check", "-"]).spawn().unwrap();
    wait_until(|| is_watching(&command));
    assert_eq!(end(command, Signal::SIGTERM), (Some(15), "seaworthy: ended by SIGTERM\n".to_owned()));
    assert_eq!(files(temporary.path()), 0);
}

/// As under `nohup`: what its parent made it ignore does not end it.
#[test]
fn an_ignored_signal_stays_ignored() {
    let temporary = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    let command = format!("trap '' HUP; exec {} check -", env!("CARGO_BIN_EXE_seaworthy"));
    shell.args(["-c", &command]).env("TMPDIR", temporary.path());
    let child = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| is_watching(&child));
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGHUP).unwrap();
    sleep(Duration::from_millis(200));
    assert_eq!(end(child, Signal::SIGTERM).0, Some(Signal::SIGTERM as i32));
}
