//! The first two steps: into new namespaces, with every mount but the scratch folder read-only.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, unshare};
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};
use rustix::process::{Signal, getegid, geteuid};
use rustix::thread::CapabilitySet;

use super::{Message, Order, Stage, guard};

/// How `/proc` is mounted, and read-only besides before the program starts.
pub(super) const PROC: MountFlags = MountFlags::NOSUID.union(MountFlags::NODEV).union(MountFlags::NOEXEC);
/// Sockets of the machine's services live here; no mount option keeps a program from using them.
const SERVICES: &str = "/run";

/// The first step: its own session, then either namespaces and a guard in them, or the guard's own
/// work.
pub(super) fn gate(order: &Order) -> Result<(), Message> {
    // Whoever started `seaworthy` may have left files open for it: make and cargo do.
    close_fds::set_fds_cloexec(3, &[]);
    let refused = |what: &str, error: Errno| Message::Refused(format!("{what}: {error}"));
    rustix::process::setsid().map_err(|error| refused("a session of its own", error))?;
    if !order.methods.namespaces {
        // Not to be killed with the parent: it sees that the socket closes, and must then kill the
        // program's orphans, which no signal of the kernel's would reach.
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
            .map_err(|error| refused("inheriting orphans", error))?;
        return guard::run(order);
    }
    die_with_parent()?;
    enter(order).map_err(|error| Message::NoNamespaces(error.to_string()))?;
    let next = Order { stage: Stage::Guard, namespaced: true, ..order.clone() };
    let status = ourselves(&next)
        .spawn()
        .and_then(|mut guard| guard.wait())
        .map_err(|error| Message::NoNamespaces(format!("starting a process in them: {error}")))?;
    match status.success() {
        true => Ok(()),
        false => Err(Message::Refused(format!("the guard ended early: {status}"))),
    }
}

/// The second step, process 1 of the new pid namespace.
pub(super) fn guard(order: &Order) -> Result<(), Message> {
    die_with_parent()?;
    // A container that hides parts of its own /proc may not mount another; the one inherited shows
    // foreign processes, none of which this user namespace gives any power over.
    // Ids for a root of the program's own are handed out by way of a file in it.
    let read_only = if order.own_root { MountFlags::empty() } else { MountFlags::RDONLY };
    let _ = rustix::mount::mount("proc", "/proc", "proc", PROC | read_only, None);
    rustix::thread::clear_ambient_capability_set()
        .map_err(|error| Message::Refused(format!("dropping capabilities: {error}")))?;
    guard::run(order)
}

/// `seaworthy confine` once more, at another step, reporting to the same parent.
pub(super) fn ourselves(order: &Order) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg("confine").args(order.to_args()).stdin(Stdio::inherit());
    command
}

/// Asks the kernel to kill this process when its parent goes, and makes sure it has not gone yet.
pub(super) fn die_with_parent() -> Result<(), Message> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|error| Message::Refused(format!("dying with the parent: {error}")))?;
    match guard::parent_is_gone() {
        true => Err(Message::Refused("the parent is gone".into())),
        false => Ok(()),
    }
}

fn enter(order: &Order) -> io::Result<()> {
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    let mut flags = CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWIPC;
    if order.ports.is_none() {
        flags |= CloneFlags::CLONE_NEWNET;
    }
    if user != 0 {
        flags |= CloneFlags::CLONE_NEWUSER;
    }
    unshare(flags).map_err(|error| context("entering namespaces", error.into()))?;
    if user != 0 {
        // The same user inside as outside: as root, a program would try, and fail, to change owners.
        write("/proc/self/setgroups", "deny")?;
        write("/proc/self/uid_map", &format!("{user} {user} 1"))?;
        write("/proc/self/gid_map", &format!("{group} {group} 1"))?;
        keep_one_capability().map_err(|error| context("keeping a capability", error.into()))?;
    }
    if order.loopback && order.ports.is_none() {
        raise_loopback().map_err(|error| context("raising the loopback interface", error.into()))?;
        // The ports are nobody else's, so a program may have the low ones, too. Where /proc is read-only it may not.
        let _ = fs::write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
    }
    make_read_only(order)
}

/// A new network namespace has a loopback interface, which is down. The call that other programs
/// make, an `ioctl`, has no safe wrapper; a message to the kernel does the same.
fn raise_loopback() -> rustix::io::Result<()> {
    const RTM_NEWLINK: u16 = 16;
    const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
    /// The first interface of every network namespace.
    const LOOPBACK: i32 = 1;
    const UP: u32 = 1;
    let netlink = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    let mut message = Vec::with_capacity(32);
    // The header: length, type, flags, sequence number, sender.
    message.extend(32u32.to_ne_bytes());
    message.extend(RTM_NEWLINK.to_ne_bytes());
    message.extend(REQUEST_AND_ACKNOWLEDGE.to_ne_bytes());
    message.extend([0; 8]);
    // The interface: family, padding and type, index, flags, which of the flags to change.
    message.extend([0; 4]);
    message.extend(LOOPBACK.to_ne_bytes());
    message.extend(UP.to_ne_bytes());
    message.extend(UP.to_ne_bytes());
    send(&netlink, &message, SendFlags::empty())?;
    let mut answer = [0; 256];
    let (_, length) = recv(&netlink, &mut answer, RecvFlags::empty())?;
    // After a header of the same form, the error as a negative number, or zero.
    match answer.get(16..20).and_then(|code| code.try_into().ok()).map(i32::from_ne_bytes) {
        Some(0) if length >= 20 => Ok(()),
        Some(code) if length >= 20 => Err(Errno::from_raw_os_error(-code)),
        _ => Err(Errno::PROTO),
    }
}

/// Carries the right to mount over the next `exec`, which clears it for anyone but root. The guard
/// needs it for `/proc`, and drops it.
fn keep_one_capability() -> rustix::io::Result<()> {
    let mut sets = rustix::thread::capabilities(None)?;
    sets.inheritable |= CapabilitySet::SYS_ADMIN;
    rustix::thread::set_capabilities(None, sets)?;
    rustix::thread::configure_capability_in_ambient_set(CapabilitySet::SYS_ADMIN, true)
}

fn make_read_only(order: &Order) -> io::Result<()> {
    let scratch = order.scratch.canonicalize()?;
    rustix::mount::mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .map_err(|error| context("making mounts private", error.into()))?;
    if may_hide_services(order, &scratch) {
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        rustix::mount::mount("tmpfs", SERVICES, "tmpfs", flags, Some(c"size=4k,mode=755"))
            .map_err(|error| context("hiding /run", error.into()))?;
    }
    rustix::mount::mount_bind(&scratch, &scratch)
        .map_err(|error| context("mounting the scratch folder", error.into()))?;
    for (place, flags) in mounts()? {
        let read_only = if place == scratch { MountFlags::NODEV } else { MountFlags::RDONLY };
        let flags = flags | read_only | MountFlags::BIND | MountFlags::NOSUID;
        match rustix::mount::mount_remount(&place, flags, "") {
            Ok(()) => {}
            // Below another mount, or behind a closed folder: nobody in here can get there either.
            Err(Errno::NOENT | Errno::ACCESS | Errno::INVAL) if place != scratch => {}
            Err(error) => {
                let what = format!("making {} read-only", place.display());
                return Err(context(&what, error.into()));
            }
        }
    }
    Ok(())
}

fn may_hide_services(order: &Order, scratch: &Path) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let used = [scratch.to_owned(), order.cwd.clone(), order.program.clone().into()]
        .into_iter()
        .chain(order.stdin.clone())
        .chain(std::env::split_paths(&path))
        .any(|place| place.starts_with(SERVICES));
    !used && fs::symlink_metadata(SERVICES).is_ok_and(|run| run.is_dir())
}

/// Every mount point, with the options that a user namespace may not take away.
fn mounts() -> io::Result<Vec<(PathBuf, MountFlags)>> {
    let table = fs::read("/proc/self/mountinfo")?;
    let mut found = Vec::new();
    for line in table.split(|byte| *byte == b'\n') {
        let mut fields = line.split(|byte| *byte == b' ').skip(4);
        let (Some(place), Some(options)) = (fields.next(), fields.next()) else {
            continue;
        };
        let mut flags = MountFlags::empty();
        for option in options.split(|byte| *byte == b',') {
            flags |= match option {
                b"nosuid" => MountFlags::NOSUID,
                b"nodev" => MountFlags::NODEV,
                b"noexec" => MountFlags::NOEXEC,
                _ => MountFlags::empty(),
            };
        }
        found.push((PathBuf::from(std::ffi::OsString::from_vec(unescape(place))), flags));
    }
    Ok(found)
}

/// The kernel writes blanks and backslashes in this table as three octal digits.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, tail @ ..] = rest {
        match rest {
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..] => {
                plain.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                rest = tail;
            }
            _ => {
                plain.push(*first);
                rest = tail;
            }
        }
    }
    plain
}

fn write(path: &str, text: &str) -> io::Result<()> {
    fs::write(path, text).map_err(|error| context(path, error))
}

fn context(what: &str, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_points_are_unescaped() {
        assert_eq!(unescape(br"/a\040b\134c\9"), br"/a b\c\9");
    }
}
