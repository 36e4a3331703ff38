//! The process that outlives the program: it starts it, reaps every orphan, reports how the program
//! ended, and leaves nothing of it running.

use std::fs;
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, getpid, kill_process, kill_process_group, pidfd_open,
    wait,
};

use super::{Message, Order, Stage, namespaces, report, root};

/// Zombies that are not the program itself are reaped this often; they count as tasks.
const REAP: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// Killing every descendant without a pid namespace is a race against `fork`; give up after this.
const CLEAR_FOR: Duration = Duration::from_secs(2);

/// Runs the last step as a child and guards it to its end, or to the parent's.
pub(super) fn run(order: &Order) -> Result<(), Message> {
    let own_root = root::is_possible(order);
    let stage = if own_root { Stage::Root } else { Stage::Last };
    let next = Order { stage, own_root, ..order.clone() };
    let mut command = namespaces::ourselves(&next);
    command.process_group(0);
    if let Some(user) = order.user.filter(|_| !own_root) {
        // This also gives up root's supplementary groups.
        command.uid(user).gid(user);
    }
    let child =
        command.spawn().map_err(|error| Message::Refused(format!("starting the last step: {error}")))?;
    let child = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let child = child.ok_or_else(|| Message::Refused("the child has no pid".into()))?;
    if let Some(owner) = order.user.filter(|_| own_root) {
        root::hand_out(child, owner)
            .map_err(|error| Message::Refused(format!("handing out ids: {error}")))?;
    }
    let end = watch(child);
    if !order.namespaced {
        clear(child);
    }
    if let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) {
        let kibibytes = u64::try_from(usage.max_rss()).unwrap_or_default();
        report::send(&Message::Peak(kibibytes * 1024));
    }
    match end {
        Some(status) => {
            report::send(&match (status.exit_status(), status.terminating_signal()) {
                (Some(code), _) => Message::Exited(code),
                (None, signal) => Message::Signalled(signal.unwrap_or_default()),
            });
            Ok(())
        }
        None => Err(Message::Refused("the parent is gone".into())),
    }
}

/// The parent closes its end of the socket to have everything stopped, and so does its death.
pub(super) fn parent_is_gone() -> bool {
    let stdin = std::io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::RDHUP)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut fds, Some(&now)).is_ok() && gone(fds[0].revents())
}

fn gone(events: PollFlags) -> bool {
    events.intersects(PollFlags::HUP | PollFlags::RDHUP | PollFlags::ERR)
}

/// Waits for the program; `None` when the parent asked for the end first.
fn watch(child: Pid) -> Option<WaitStatus> {
    let handle = pidfd_open(child, PidfdFlags::empty()).ok();
    let stdin = std::io::stdin();
    loop {
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            if pid == child {
                return Some(status);
            }
        }
        let mut fds = vec![PollFd::new(&stdin, PollFlags::RDHUP)];
        if let Some(handle) = &handle {
            fds.push(PollFd::from_borrowed_fd(handle.as_fd(), PollFlags::IN));
        }
        if poll(&mut fds, Some(&REAP)).is_ok() && gone(fds[0].revents()) {
            return None;
        }
    }
}

/// Kills every descendant. All of them are, or become, children of this process, which inherits
/// orphans.
fn clear(child: Pid) {
    let _ = kill_process_group(child, Signal::KILL);
    let start = Instant::now();
    while start.elapsed() < CLEAR_FOR {
        for pid in descendants(getpid()) {
            let _ = kill_process(pid, Signal::KILL);
        }
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn descendants(root: Pid) -> Vec<Pid> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        next += 1;
        let tasks = fs::read_dir(format!("/proc/{pid}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            let children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
            found.extend(children.filter_map(Pid::from_raw));
        }
    }
    found.split_off(1)
}
