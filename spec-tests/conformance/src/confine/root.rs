//! A root of the program's own: user 0 of a new user namespace, and nobody outside it.
//!
//! A program that unpacks images gives files to their owners, which only root may do. In a user
//! namespace it can, as far as the scratch folder goes: user 0 in there is [`Scratch::owner`] out
//! here, and every other id is one of a range that nobody else has. All mounts belong to the
//! namespaces outside, so this root can undo none of the confinement; and it makes no devices.
//!
//! [`Scratch::owner`]: crate::scratch::Scratch::owner

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sched::{CloneFlags, unshare};
use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::mount::MountFlags;
use rustix::process::{Pid, getpid};

use super::{Message, Order, Stage, namespaces};

/// How many ids there are in the namespace: those that images use.
pub(crate) const IDS: u32 = 1 << 16;

/// How long either side waits for the other; it takes less than a millisecond.
const PATIENCE: Duration = Duration::from_secs(5);

/// The id out here of id 1 in there, and the start of the range for all further ones. The ranges of
/// scratch folders that exist at the same time differ, and all end below 2^31.
pub(crate) const fn first_id(owner: u32) -> u32 {
    0x4000_0000 + (owner & 0x3fff) * IDS
}

/// Whether a program can be given a root of its own here: only root may hand out ids, and it has to
/// see the program's process in `/proc`.
pub(super) fn is_possible(order: &Order) -> bool {
    let sees_itself = || fs::read_link("/proc/self").is_ok_and(|pid| pid == Path::new(&getpid().to_string()));
    order.own_root && order.namespaced && order.user.is_some() && sees_itself()
}

/// The step between the guard and the last one: into a user namespace, and on as its root.
pub(super) fn become_root(order: &Order) -> Result<(), Message> {
    let refused = |what: &str, error: &dyn std::fmt::Display| Message::Refused(format!("{what}: {error}"));
    namespaces::die_with_parent()?;
    // Group 0 out here is no group in there, but it would still open doors.
    nix::unistd::setgroups(&[]).map_err(|error| refused("leaving all groups", &error))?;
    unshare(CloneFlags::CLONE_NEWUSER).map_err(|error| refused("a root of its own", &error))?;
    // The guard closes `/proc` when it has handed out all ids.
    let is_closed = || statvfs("/proc").is_ok_and(|proc| proc.f_flag.contains(StatVfsMountFlags::RDONLY));
    wait_for(is_closed).map_err(|error| refused("being given ids", &error))?;
    let next = Order { stage: Stage::Last, ..order.clone() };
    let error = namespaces::ourselves(&next).uid(0).gid(0).exec();
    Err(refused("becoming root of its own", &error))
}

/// Called by the guard: hands the ids to the child once it is in its namespace, and makes `/proc`
/// read-only, which it could not be for that.
pub(super) fn hand_out(child: Pid, owner: u32) -> io::Result<()> {
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/user"));
    let child = child.as_raw_nonzero().to_string();
    let ours = namespace("self")?;
    wait_for(|| namespace(&child).is_ok_and(|theirs| theirs != ours))?;
    let map = format!("0 {owner} 1\n1 {} {}\n", first_id(owner), IDS - 1);
    let written = fs::write(format!("/proc/{child}/uid_map"), &map)
        .and_then(|()| fs::write(format!("/proc/{child}/gid_map"), &map));
    let read_only = rustix::mount::mount_remount("/proc", namespaces::PROC | MountFlags::RDONLY, "");
    written.and(read_only.map_err(io::Error::from))
}

/// Whether this process is root of a user namespace of its own, and not of the machine.
pub(super) fn is_own(owner: u32) -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let mut first = map.split_whitespace();
    first.next() == Some("0") && first.next().and_then(|id| id.parse().ok()) == Some(owner) && owner != 0
}

fn wait_for(is_there: impl Fn() -> bool) -> io::Result<()> {
    let start = Instant::now();
    while !is_there() {
        if start.elapsed() > PATIENCE {
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_micros(100));
    }
    Ok(())
}
