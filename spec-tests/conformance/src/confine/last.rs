//! The last step: limits on itself, Landlock on itself, and then it is the program.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getuid, setrlimit};

use super::{InForce, Limit, Message, Order, Reach, filesystem, namespaces, report, root};

/// The first version of Landlock that can refuse TCP.
const FIRST_WITH_TCP: u8 = 4;

/// For how long a program may be open for writing.
const BUSY: Duration = Duration::from_secs(1);

/// Restricts this process, and executes the program in its place. Returns only if it cannot.
pub(super) fn become_program(order: &Order) -> Result<(), Message> {
    let refused = |what: &str, error: &dyn std::fmt::Display| Message::Refused(format!("{what}: {error}"));
    namespaces::die_with_parent()?;
    // A copy, closed by exec: standard input is about to become the program's.
    let socket = std::io::stdin().as_fd().try_clone_to_owned();
    let socket = socket.map_err(|error| refused("keeping the socket", &error))?;
    let stdin = File::open(order.stdin.as_deref().unwrap_or("/dev/null".as_ref()))
        .map_err(|error| refused("opening standard input", &error))?;
    std::env::set_current_dir(&order.cwd).map_err(|error| refused("the working folder", &error))?;
    let tasks = tasks_of_others(order);
    rustix::thread::set_no_new_privs(true).map_err(|error| refused("giving up new privileges", &error))?;
    let landlock = match order.methods.landlock {
        true => filesystem::restrict(order).map_err(|error| refused("Landlock", &error))?,
        false => None,
    };
    let in_force = in_force(order, landlock)?;
    for (limit, value) in &order.limits {
        set(*limit, *value, tasks).map_err(|error| refused("a resource limit", &error))?;
    }
    report::send_on(&socket, &Message::InForce(in_force));
    let error = execute(Command::new(&order.program).args(&order.args).stdin(Stdio::from(stdin)));
    let mut reason = format!("{}: {error}", order.program.display());
    if order.user.is_some() {
        reason.push_str(" (root is replaced by an ordinary user, who must be able to reach it)");
    }
    report::send_on(&socket, &Message::Unstartable(reason));
    Ok(())
}

/// Becomes that program, if need be in a moment. A program that was just written, as a copy for this run
/// is, may still be open for writing in a process that a thread of ours has forked and that has not
/// executed anything yet; such a file cannot be executed.
fn execute(command: &mut Command) -> io::Error {
    let start = Instant::now();
    loop {
        let error = command.exec();
        if error.kind() != io::ErrorKind::ExecutableFileBusy || start.elapsed() > BUSY {
            return error;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Adds up what holds the program, and refuses if that is not enough.
fn in_force(order: &Order, landlock: Option<u8>) -> Result<InForce, Message> {
    if !order.namespaced && landlock.is_none() {
        let reason = "neither namespaces nor Landlock 3 or later can confine a program here";
        return Err(Message::Refused(reason.into()));
    }
    let own_root = order.own_root && order.user.is_some_and(root::is_own);
    if getuid().is_root() && !own_root {
        return Err(Message::Refused("a program under test is never run as root".into()));
    }
    let tcp = landlock.is_some_and(|version| version >= FIRST_WITH_TCP);
    let reach = match (&order.ports, order.namespaced) {
        (None, true) if order.loopback => Reach::Loopback,
        (None, true) => Reach::Nowhere,
        (None, false) if order.loopback => {
            let reason = "only a network namespace has a loopback interface to itself";
            return Err(Message::Refused(reason.into()));
        }
        (None, false) if tcp => Reach::NoTcp,
        (None, false) => Reach::Anywhere,
        (Some(_), _) if tcp => Reach::GrantedPorts,
        (Some(_), _) => {
            let reason = "only Landlock 4 or later can restrict a program to some ports";
            return Err(Message::Refused(reason.into()));
        }
    };
    let user = order.user.unwrap_or_else(|| getuid().as_raw());
    let demoted = order.user.is_some();
    Ok(InForce { namespaces: order.namespaced, landlock, user, demoted, own_root, reach })
}

fn set(limit: Limit, value: u64, tasks_of_others: u64) -> rustix::io::Result<()> {
    let (resource, value) = match limit {
        Limit::AddressSpace => (Resource::As, value),
        Limit::CpuSeconds => (Resource::Cpu, value),
        Limit::Data => (Resource::Data, value),
        Limit::FileSize => (Resource::Fsize, value),
        Limit::OpenFiles => (Resource::Nofile, value),
        Limit::Tasks => (Resource::Nproc, value.saturating_add(tasks_of_others)),
    };
    let core = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, core)?;
    // Never more than was inherited: an ordinary user may not raise it.
    let inherited = rustix::process::getrlimit(resource).maximum;
    let value = inherited.map_or(value, |inherited| inherited.min(value));
    // A second more of processor time before SIGKILL, or SIGXCPU would never be seen.
    let grace = u64::from(limit == Limit::CpuSeconds);
    let later = value.saturating_add(grace);
    let maximum = Some(inherited.map_or(later, |inherited| inherited.min(later)));
    setrlimit(resource, Rlimit { current: Some(value), maximum })
}

/// The kernel counts tasks by user, and by user namespace. A caller without either of its own shares
/// the count with everything else that user runs.
fn tasks_of_others(order: &Order) -> u64 {
    if order.namespaced || order.user.is_some() {
        return 0;
    }
    let ours = getuid().as_raw();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = processes.filter(|entry| {
        entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit())
            && entry.metadata().is_ok_and(|process| process.uid() == ours)
    });
    // The link count of this folder is the number of threads and two.
    let threads = |task: fs::Metadata| task.nlink().saturating_sub(2);
    processes.filter_map(|entry| fs::metadata(entry.path().join("task")).ok()).map(threads).sum()
}
