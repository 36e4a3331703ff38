//! Proves that each restriction on a program under test bites, with every means of confinement that
//! this machine has, and that a program is refused when there is none.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use seaworthy::confine::{Methods, Reach};
use seaworthy::process::{Confiner, Error, Exit, Limits, Program, Ran, Stdin};
use seaworthy::scratch::{Canary, Scratch};

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

#[test]
fn without_any_confinement_a_program_is_refused() {
    let none = Methods { namespaces: false, landlock: false };
    let scratch = Scratch::new().unwrap();
    let script = format!("touch {}/ran", scratch.target().display());
    let outcome = Confiner::with(SEAWORTHY, none).run(&sh(&script), &scratch, &Limits::default());
    assert!(matches!(&outcome, Err(Error::Refused(reason)) if reason.contains("Landlock")));
    assert!(!scratch.target().join("ran").exists(), "it ran");
}

#[test]
fn the_confinement_in_force_is_told() {
    each(|confiner, methods| {
        let in_force = confiner.probe().unwrap();
        eprintln!("{methods:?}: {in_force}");
        assert_eq!(in_force.namespaces, methods.namespaces);
        assert_eq!(in_force.landlock.is_some(), methods.landlock);
        assert_ne!(in_force.user, 0);
    });
}

#[test]
fn writing_inside_works_and_outside_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    fs::set_permissions(outside.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "whole").unwrap();
    fs::set_permissions(&victim, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    each(|confiner, methods| {
        let script = format!(
            "cd {out}; (echo x > new) && exit 10; (echo x > victim) && exit 11; (echo x >> victim) && exit 12
             rm victim && exit 13; mkdir d && exit 14; mv victim v && exit 15; ln victim $HOME/h && exit 16
             cat victim > $HOME/copy || exit 17
             mkdir $HOME/d && echo y > $HOME/d/f && ln $HOME/d/f $HOME/g && mv $HOME/g $TMPDIR/g || exit 18
             exec 2>&1; echo hello > /dev/null && echo done",
            out = outside.path().display()
        );
        let scratch = Scratch::new().unwrap();
        let ran = confiner.run(&sh(&script), &scratch, &Limits::default()).unwrap();
        assert_eq!(ran.exit, Exit::Exited(0), "{methods:?}: {}", ran.stderr.text());
        assert_eq!(ran.stdout.bytes(), b"done\n");
        assert_eq!(fs::read_to_string(scratch.tmp().join("g")).unwrap(), "y\n");
    });
    assert_eq!(fs::read_to_string(&victim).unwrap(), "whole");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[test]
fn modes_and_times_outside_are_safe_in_namespaces() {
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "").unwrap();
    let before = fs::metadata(&victim).unwrap();
    each(|confiner, methods| {
        if methods.namespaces {
            let script = "chmod 777 \"$1\"; touch -d 2001-01-01 \"$1\"; chmod 777 /; true";
            let ran = run(confiner, &sh(script).arg(&victim), &Limits::default());
            assert_eq!(ran.exit, Exit::Exited(0));
        }
    });
    let after = fs::metadata(&victim).unwrap();
    assert_eq!(before.permissions(), after.permissions());
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
}

#[test]
fn nothing_is_inherited() {
    each(|confiner, _| {
        let ran = run(confiner, &sh("env; cat; ls -l /proc/self/fd | wc -l; ulimit -c"), &Limits::default());
        let text = ran.stdout.text();
        assert!(!text.contains("CARGO"), "{text}");
        assert!(text.contains("LANG=C\n") && text.contains("HOME=/"), "{text}");
        // ls itself: three, the folder it lists, and the line that says "total".
        assert!(text.ends_with("\n5\n0\n"), "{text}");
    });
}

#[test]
fn standard_input_is_what_was_given() {
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    each(|confiner, _| {
        let program = Program::new("cat").stdin(Stdin::Bytes(bytes.clone()));
        let ran = run(confiner, &program, &Limits::default());
        assert_eq!((ran.exit, ran.stdout.bytes() == bytes), (Exit::Exited(0), true));
        // Nobody has to read it, either.
        let program = Program::new("true").stdin(Stdin::Bytes(bytes.clone()));
        assert_eq!(run(confiner, &program, &Limits::default()).exit, Exit::Exited(0));
    });
}

#[test]
fn exit_codes_and_signals_are_told_apart() {
    each(|confiner, _| {
        let exit = |script: &str| run(confiner, &sh(script), &Limits::default()).exit;
        assert_eq!(exit("exit 0"), Exit::Exited(0));
        assert_eq!(exit("exit 139"), Exit::Exited(139));
        assert_eq!(exit("exit 125"), Exit::Exited(125));
        assert_eq!(exit("kill -SEGV $$"), Exit::Signalled(11));
        assert_eq!(exit("kill -TERM $$"), Exit::Signalled(15));
        assert_eq!(exit("kill -KILL $$"), Exit::Signalled(9));
        let absent =
            confiner.run(&Program::new("no-such-program"), &Scratch::new().unwrap(), &Limits::default());
        assert!(matches!(absent, Err(Error::Unstartable(_))), "{absent:?}");
    });
}

#[test]
fn sleeping_for_ever_is_timed_out() {
    each(|confiner, _| {
        let limits = Limits { wall: Duration::from_millis(300), ..Limits::default() };
        let start = Instant::now();
        let ran = run(confiner, &sh("trap '' TERM INT HUP; echo a; sleep 1000; echo b"), &limits);
        assert_eq!((ran.exit, ran.stdout.bytes()), (Exit::TimedOut, b"a\n".to_vec()));
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    });
}

#[test]
fn spinning_is_bounded_by_processor_time() {
    each(|confiner, _| {
        let limits = Limits { cpu: Duration::from_secs(1), ..Limits::default() };
        assert_eq!(run(confiner, &sh("while :; do :; done"), &limits).exit, Exit::TimedOut);
    });
}

#[test]
fn a_root_of_its_own_owns_files_and_nothing_else() {
    each(|confiner, methods| {
        let scratch = Scratch::new().unwrap();
        let script = "id -u; cd target && touch file && chown 7:8 file && chmod 4755 file; \
            mkdir d && chown 65535:65535 d; mknod null c 1 3 2>/dev/null && echo device; \
            chown 65536 d 2>/dev/null && echo beyond; mount -t tmpfs none d 2>/dev/null && echo mount; \
            mount -o remount,rw / 2>/dev/null && echo remount; cat /etc/shadow 2>/dev/null; \
            chmod 777 /etc 2>/dev/null && echo chmod; true";
        let program = sh(script).own_root().cwd(scratch.path());
        let ran = confiner.run(&program, &scratch, &Limits::default()).unwrap();
        assert_eq!(ran.exit, Exit::Exited(0), "{}", ran.stderr.text());
        assert_ne!(ran.in_force.user, 0);
        if !ran.in_force.own_root {
            // Only root can hand out ids, and only in namespaces.
            assert!(!methods.namespaces || scratch.owner().is_none());
            return;
        }
        assert_eq!(ran.stdout.text(), "0\n");
        let of = |name: &str| fs::symlink_metadata(scratch.target().join(name)).unwrap();
        let owner = |name: &str| (scratch.inside(of(name).uid()), scratch.inside(of(name).gid()));
        assert_eq!(owner("file"), (Some(7), Some(8)));
        assert_eq!(owner("d"), (Some(65535), Some(65535)));
        assert_eq!(of("file").mode() & 0o7777, 0o4755);
        assert_eq!((scratch.inside(0), scratch.inside(scratch.owner().unwrap())), (None, Some(0)));
    });
}

#[test]
fn a_fork_bomb_is_bounded() {
    each(|confiner, _| {
        // By the kernel: the second of these must fail to fork.
        let limits = Limits { tasks: 24, wall: Duration::from_secs(10), ..Limits::default() };
        let bomb = "n=0; while [ $n -lt 64 ]; do sleep 100 & n=$((n+1)); done; echo all";
        let ran = run(confiner, &sh(bomb), &limits);
        assert!(!ran.stdout.text().contains("all"), "{ran:?}");
        assert!(matches!(ran.exit, Exit::Exited(1..) | Exit::TooManyTasks), "{ran:?}");
        // A real one, which also leaves its sessions.
        let limits = Limits { wall: Duration::from_secs(1), ..limits };
        let ran = run(confiner, &sh("f() { f & setsid sleep 100 & f; }; f"), &limits);
        assert!(!matches!(ran.exit, Exit::Exited(0)), "{:?}", ran.exit);
    });
}

#[test]
fn a_flood_of_output_is_bounded() {
    each(|confiner, _| {
        let limits = Limits { output: 1 << 20, keep: 1000, ..Limits::default() };
        let ran = run(confiner, &sh("echo first; cat /dev/zero"), &limits);
        assert_eq!(ran.exit, Exit::TooMuchOutput);
        assert!(ran.stdout.bytes().starts_with(b"first\n") && ran.stdout.bytes().len() <= 1000);
        let ran = run(confiner, &sh("cat /dev/zero >&2"), &limits);
        assert_eq!(ran.exit, Exit::TooMuchOutput);
    });
}

#[test]
fn a_hog_of_memory_is_bounded() {
    each(|confiner, _| {
        let limits = Limits { memory: 64 << 20, ..Limits::default() };
        // One that holds still, so that it is seen: a variable of 150 MB.
        let hog = "x=$(head -c 150000000 /dev/zero | tr '\\0' x); sleep 20; echo ${#x}";
        let ran = run(confiner, &sh(hog), &limits);
        assert_eq!(ran.exit, Exit::TooMuchMemory, "{}", ran.stderr.text());
        assert!(ran.peak_rss > limits.memory);
        let ran = run(confiner, &sh("true"), &limits);
        assert_eq!(ran.exit, Exit::Exited(0));
        assert!(ran.peak_rss > 100 << 10, "{}", ran.peak_rss);
    });
}

#[test]
fn a_hog_of_disk_is_bounded() {
    each(|confiner, _| {
        let limits = Limits { file_size: 1 << 20, ..Limits::default() };
        let ran = run(confiner, &sh("exec head -c 2000000 /dev/zero > $TMPDIR/f"), &limits);
        assert!(ran.exit == Exit::TooMuchDisk || ran.stderr.text().contains("large"), "{ran:?}");
        let limits = Limits { disk: 8 << 20, ..Limits::default() };
        let many = "i=0; while :; do i=$((i+1)); head -c 500000 /dev/zero > $TMPDIR/$i; [ $i -gt 200 ] && sleep 20; done";
        assert_eq!(run(confiner, &sh(many), &limits).exit, Exit::TooMuchDisk);
    });
}

#[test]
fn a_child_left_behind_is_killed() {
    each(|confiner, methods| {
        let scratch = Scratch::new().unwrap();
        let mark = scratch.target().join("mark");
        let script =
            "(setsid sh -c 'while :; do date +%N > \"$1\"; sleep 0.02; done' - \"$1\" &) > /dev/null 2>&1
                      while [ ! -s \"$1\" ]; do sleep 0.01; done";
        let ran = confiner.run(&sh(script).arg(&mark), &scratch, &Limits::default()).unwrap();
        assert_eq!(ran.exit, Exit::Exited(0), "{}", ran.stderr.text());
        let before = fs::metadata(&mark).unwrap().modified().unwrap();
        thread::sleep(Duration::from_millis(150));
        assert_eq!(fs::metadata(&mark).unwrap().modified().unwrap(), before, "{methods:?}");
    });
}

#[test]
fn when_the_parent_dies_so_does_the_program() {
    // This very test program, run again as a parent that is killed without warning.
    if let Some(mark) = std::env::var_os("SEAWORTHY_TEST_MARK") {
        let mark = Path::new(&mark);
        let namespaces = std::env::var("SEAWORTHY_TEST_NAMESPACES").unwrap() == "true";
        let confiner = Confiner::with(SEAWORTHY, Methods { namespaces, landlock: true });
        let scratch = Scratch::in_folder(mark.parent().unwrap()).unwrap();
        fs::write(mark, scratch.target().join("mark").to_str().unwrap()).unwrap();
        let script = "setsid sh -c 'while :; do date +%N > \"$1\"; sleep 0.02; done' - \"$1\" & sleep 1000";
        let _ = confiner.run(&sh(script).arg(scratch.target().join("mark")), &scratch, &Limits::default());
        return;
    }
    each(|_, methods| {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut parent = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "when_the_parent_dies_so_does_the_program"])
            .env("SEAWORTHY_TEST_MARK", folder.path().join("where"))
            .env("SEAWORTHY_TEST_NAMESPACES", methods.namespaces.to_string())
            .spawn()
            .unwrap();
        let mark = wait_for(|| {
            let mark = fs::read_to_string(folder.path().join("where")).ok()?;
            fs::metadata(&mark).ok().filter(|mark| mark.len() > 0).map(|_| mark)
        });
        parent.kill().unwrap();
        parent.wait().unwrap();
        thread::sleep(Duration::from_millis(300));
        let before = fs::metadata(&mark).unwrap().modified().unwrap();
        thread::sleep(Duration::from_millis(150));
        assert_eq!(fs::metadata(&mark).unwrap().modified().unwrap(), before, "{methods:?}");
    });
}

#[test]
fn connecting_is_refused_but_to_granted_ports() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    each(|confiner, methods| {
        let connect = Program::new("bash")
            .arg("-c")
            .arg(format!("exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected"));
        let ran = run(confiner, &connect, &Limits::default());
        if ran.in_force.reach == Reach::Anywhere {
            eprintln!("{methods:?}: this kernel's Landlock is too old to refuse TCP");
            return;
        }
        assert_ne!(ran.exit, Exit::Exited(0), "{methods:?}");
        assert!(listener.accept().is_err(), "{methods:?}");
        let granted = |port| connect.clone().ports([port]);
        if !methods.landlock {
            let refused = confiner.run(&granted(port), &Scratch::new().unwrap(), &Limits::default());
            assert!(matches!(refused, Err(Error::Refused(_))));
            return;
        }
        assert_ne!(run(confiner, &granted(port ^ 1), &Limits::default()).exit, Exit::Exited(0));
        assert!(listener.accept().is_err(), "{methods:?}");
        let ran = run(confiner, &granted(port), &Limits::default());
        assert_eq!(ran.exit, Exit::Exited(0), "{methods:?}: {}", ran.stderr.text());
        assert!(listener.accept().is_ok());
        // Who may listen on a port may not connect to it.
        let listens = connect.clone().listens_on(port);
        assert_ne!(run(confiner, &listens, &Limits::default()).exit, Exit::Exited(0), "{methods:?}");
        assert!(listener.accept().is_err(), "{methods:?}");
    });
}

#[test]
fn several_threads_may_run_at_once() {
    each(|confiner, _| {
        thread::scope(|scope| {
            let runs: Vec<_> = (0..4)
                .map(|n| {
                    scope.spawn(move || {
                        (0..5).all(|_| {
                            let ran = run(confiner, &sh(&format!("echo {n}")), &Limits::default());
                            ran.stdout.bytes() == format!("{n}\n").as_bytes()
                        })
                    })
                })
                .collect();
            assert!(runs.into_iter().all(|run| run.join().unwrap()));
        });
    });
}

/// What was just written may be open for writing a moment longer, in a process that another thread forks.
#[test]
fn a_program_that_is_still_open_for_writing_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = folder.path().join("tool");
    fs::write(&path, "#!/bin/sh\nexit 7\n").unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    each(|confiner, methods| {
        let open = fs::OpenOptions::new().append(true).open(&path).unwrap();
        let closer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(400));
            drop(open);
        });
        let ran = confiner.run(&Program::new(&path), &Scratch::new().unwrap(), &Limits::default()).unwrap();
        assert_eq!(ran.exit, Exit::Exited(7), "{methods:?}");
        closer.join().unwrap();
    });
}

/// The time confinement adds; run with `--ignored --nocapture`, and `--release` for what users see.
#[test]
#[ignore = "a measurement"]
fn overhead() {
    const RUNS: u32 = 200;
    let start = Instant::now();
    for _ in 0..RUNS {
        Command::new("true").output().unwrap();
    }
    let bare = start.elapsed() / RUNS;
    each(|confiner, methods| {
        let scratch = Scratch::new().unwrap();
        let start = Instant::now();
        for _ in 0..RUNS {
            confiner.run(&Program::new("true"), &scratch, &Limits::default()).unwrap();
        }
        eprintln!("{methods:?}: {:?} over a bare {bare:?}", start.elapsed() / RUNS - bare);
    });
    let start = Instant::now();
    for _ in 0..RUNS {
        let scratch = Scratch::new().unwrap();
        let canary = Canary::plant(&scratch).unwrap();
        assert_eq!(canary.check(&scratch), []);
    }
    eprintln!("scratch and canary: {:?}", start.elapsed() / RUNS);
}

/// Runs a test with every means of confinement that works here, and says which do not.
fn each(test: impl Fn(&Confiner, Methods)) {
    for (namespaces, landlock) in [(true, true), (true, false), (false, true)] {
        let methods = Methods { namespaces, landlock };
        let confiner = Confiner::with(SEAWORTHY, methods);
        match confiner.probe() {
            Ok(found) if (found.namespaces, found.landlock.is_some()) == (namespaces, landlock) => {
                test(&confiner, methods);
            }
            Ok(found) => eprintln!("{methods:?}: only {found} here"),
            Err(Error::Refused(reason)) => eprintln!("{methods:?}: no confinement here: {reason}"),
            Err(error) => panic!("{methods:?}: {error}"),
        }
    }
}

fn run(confiner: &Confiner, program: &Program, limits: &Limits) -> Ran {
    confiner.run(program, &Scratch::new().unwrap(), limits).unwrap()
}

fn sh(script: &str) -> Program {
    Program::new("/bin/sh").args(["-c", script, "sh"])
}

fn wait_for<T>(mut ready: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "waited for nothing");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_loopback_interface_of_its_own_leads_nowhere_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    const LOWEST: &str = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    // Opened, not written: it is our own.
    let may_change = fs::OpenOptions::new().write(true).open(LOWEST).is_ok();
    // Not refused by a filter but by nobody: the interface is up, and the port is another machine's.
    let script =
        format!("exec 2>&1; bash -c 'echo x > /dev/tcp/127.0.0.1/{port}'; echo from port $(cat {LOWEST})");
    each(|confiner, methods| {
        let scratch = Scratch::new().unwrap();
        let ran = confiner.run(&sh(&script).loopback(), &scratch, &Limits::default());
        if methods.namespaces {
            let ran = ran.unwrap();
            assert_eq!(ran.in_force.reach, Reach::Loopback);
            let said = ran.stdout.text();
            assert!(said.contains("refused"), "{said}");
            assert!(said.ends_with("from port 0\n") || !may_change, "{said}");
        } else {
            assert!(matches!(ran, Err(Error::Refused(reason)) if reason.contains("loopback")));
        }
    });
}
