//! Looks now and then at what a run holds: memory, tasks, disk.
//!
//! The kernel's own limits bind one process each, so a crowd of small ones, or a thousand files, are
//! only seen from here.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{Exit, Limits};
use crate::scratch::Scratch;

const FIRST: Duration = Duration::from_millis(5);
const OFTEN: Duration = Duration::from_millis(15);
const DISK: Duration = Duration::from_millis(100);
/// The disk is walked at least this often, even when the file system's free space says no need.
const DISK_ANYWAY: Duration = Duration::from_secs(2);
/// A look may take this share of the time: one part in so many.
const SHARE: u32 = 10;

pub(super) struct Watch<'a> {
    root: u32,
    scratch: &'a Scratch,
    limits: &'a Limits,
    free: Option<(u64, u64)>,
    peak: u64,
    processes_due: Instant,
    disk_due: Instant,
    disk_walked: Instant,
}

impl<'a> Watch<'a> {
    pub fn new(root: u32, scratch: &'a Scratch, limits: &'a Limits) -> Self {
        let now = Instant::now();
        Self {
            root,
            scratch,
            limits,
            free: scratch.free(),
            peak: 0,
            processes_due: now + FIRST,
            disk_due: now + DISK,
            disk_walked: now,
        }
    }

    /// When to call [`Watch::look`] next.
    pub fn due(&self) -> Instant {
        self.processes_due.min(self.disk_due)
    }

    /// The most memory seen at once.
    pub fn peak(&self) -> u64 {
        self.peak
    }

    /// Looks at whatever is due, and says which limit is broken.
    pub fn look(&mut self) -> Option<Exit> {
        let now = Instant::now();
        if now >= self.processes_due {
            let seen = tree(self.root, self.limits.tasks);
            self.peak = self.peak.max(seen.memory);
            self.processes_due = now + OFTEN.max(now.elapsed() * SHARE);
            if seen.memory > self.limits.memory {
                return Some(Exit::TooMuchMemory);
            }
            if seen.tasks > self.limits.tasks {
                return Some(Exit::TooManyTasks);
            }
        }
        if now >= self.disk_due {
            let broken = self.disk(now);
            self.disk_due = Instant::now() + DISK.max(now.elapsed() * SHARE);
            return broken;
        }
        None
    }

    /// The disk once more, for a program that filled it and left between two looks.
    pub fn last_look(&mut self) -> Option<Exit> {
        self.filling().then(|| self.walk()).flatten()
    }

    /// The last resort: everything in the tree, one by one.
    pub fn kill(&self) {
        for process in tree(self.root, u64::MAX).processes {
            if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }

    fn disk(&mut self, now: Instant) -> Option<Exit> {
        let anyway = now.duration_since(self.disk_walked) >= DISK_ANYWAY;
        if !anyway && !self.filling() {
            return None;
        }
        self.disk_walked = now;
        self.walk()
    }

    /// Whether the file system lost so much space that a walk is worth its time.
    fn filling(&self) -> bool {
        match (self.free, self.scratch.free()) {
            (Some((bytes, files)), Some((bytes_now, files_now))) => {
                bytes.saturating_sub(bytes_now) > self.limits.disk / 2
                    || files.saturating_sub(files_now) > self.limits.files / 2
            }
            _ => true,
        }
    }

    fn walk(&self) -> Option<Exit> {
        let used = self.scratch.used(self.limits.disk, self.limits.files);
        (used.bytes > self.limits.disk || used.files > self.limits.files).then_some(Exit::TooMuchDisk)
    }
}

#[derive(Default)]
struct Seen {
    processes: Vec<u32>,
    tasks: u64,
    memory: u64,
}

/// Every descendant of a process, itself left out; stops early when they are too many.
fn tree(root: u32, limit: u64) -> Seen {
    let page = rustix::param::page_size() as u64;
    let mut seen = Seen::default();
    let mut pending = vec![root];
    let mut most_shared = 0;
    while let Some(process) = pending.pop() {
        if process != root {
            seen.processes.push(process);
            let (own, shared) = resident(process).unwrap_or_default();
            seen.memory += own * page;
            most_shared = most_shared.max(shared * page);
        }
        let tasks = fs::read_dir(format!("/proc/{process}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            seen.tasks += 1;
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            pending.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
        // The gate and the guard are not the program's.
        if seen.tasks > limit.saturating_add(2) {
            break;
        }
    }
    seen.tasks = seen.tasks.saturating_sub(2);
    // Pages that several processes map count once, at the least.
    seen.memory += most_shared;
    seen
}

/// The pages resident in a process: its own, and those it may share.
fn resident(process: u32) -> Option<(u64, u64)> {
    let statm = fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let mut fields = statm.split(' ').skip(1).map(|field| field.parse::<u64>().ok());
    let (resident, shared) = (fields.next()??, fields.next()??);
    Some((resident.saturating_sub(shared), shared))
}
