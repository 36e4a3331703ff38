//! What a program under test does to itself before it starts.
//!
//! Subjects read hostile input, so none of them runs unconfined. The workspace forbids `unsafe`,
//! which rules out work between `fork` and `exec`; instead `seaworthy` starts itself again as
//! `seaworthy confine`, in up to four small steps that use safe calls only:
//!
//! 1. the *gate* leaves the caller's session and enters new namespaces, where it makes every mount
//!    but the throw-away folder read-only;
//! 2. the *guard*, process 1 of the new pid namespace, outlives the program, so that the kernel
//!    kills whatever the program left behind when the guard goes. Without namespaces the gate takes
//!    this role, as the one that inherits orphans;
//! 3. where the program wants a *root* of its own, a step in between enters one more namespace, in
//!    which it is user 0 without being root of anything else;
//! 4. the *last* step sets resource limits and Landlock on itself, and becomes the program.
//!
//! The order of preference is: namespaces with Landlock, namespaces, Landlock, and then a refusal.
//! Landlock comes second because it stops neither `chmod`, `chown` and `utimes` nor UDP.
//! A caller that is root has the program run as a user who owns nothing but the scratch folder.

mod filesystem;
mod guard;
mod last;
mod namespaces;
mod order;
mod report;
mod root;

use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;

pub(crate) use order::{Limit, Order, Stage};
pub(crate) use report::Message;
pub(crate) use root::{IDS, first_id};

/// The hidden `seaworthy confine` sub-command; `args` are those after the word `confine`.
///
/// Its standard input is the socket on which it reports to [`crate::process::Confiner`], so it is of
/// no use by hand. It returns only when the program could not be started, or has ended.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match Order::parse(args) {
        Ok(order) => match order.stage {
            Stage::Gate => namespaces::gate(&order),
            Stage::Guard => namespaces::guard(&order),
            Stage::Root => root::become_root(&order),
            Stage::Last => last::become_program(&order),
        },
        Err(reason) => Err(Message::Refused(reason)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            report::send(&message);
            ExitCode::from(125)
        }
    }
}

/// Which means of confinement may be tried. All of them, unless a test asks for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Methods {
    /// User (unless root), mount, pid, ipc and network namespaces.
    pub namespaces: bool,
    /// Landlock, from its third version on: the earlier ones let files outside be truncated.
    pub landlock: bool,
}

impl Default for Methods {
    fn default() -> Self {
        Self { namespaces: true, landlock: true }
    }
}

/// The confinement a program really ran under, as the program's own process found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Everything but the scratch folder was mounted read-only, in namespaces of the program's own.
    pub namespaces: bool,
    /// The version of Landlock that was enforced.
    pub landlock: Option<u8>,
    /// The user the program ran as.
    pub user: u32,
    /// Whether that user was put in place of root.
    pub demoted: bool,
    /// Whether the program was root in a user namespace of its own, where it could own files to
    /// other users. Its user is then the one that this root is outside.
    pub own_root: bool,
    /// What was left of the network.
    pub reach: Reach,
}

/// How far a program's network calls get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nowhere: a network namespace without interfaces.
    Nowhere,
    /// To itself: a network namespace with nothing but a loopback interface.
    Loopback,
    /// No TCP, but other protocols are not stopped (Landlock without namespaces).
    NoTcp,
    /// TCP to the ports it was granted; other protocols are not stopped.
    GrantedPorts,
    /// Nothing stops it: the kernel's Landlock is older than its network rules.
    Anywhere,
}

impl fmt::Display for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let means = match (self.namespaces, self.landlock) {
            (true, Some(version)) => format!("namespaces and Landlock {version}"),
            (true, None) => "namespaces".to_owned(),
            (false, Some(version)) => {
                format!("Landlock {version} (does not stop chmod, chown, utimes)")
            }
            (false, None) => "nothing".to_owned(),
        };
        let user = match (self.own_root, self.demoted) {
            (true, _) => "root of its own in place of root",
            (false, true) => "in place of root",
            (false, false) => "the caller",
        };
        let reach = match self.reach {
            Reach::Nowhere => "no network",
            Reach::Loopback => "no network but its own loopback",
            Reach::NoTcp => "no TCP, other protocols open",
            Reach::GrantedPorts => "TCP to granted ports, other protocols open",
            Reach::Anywhere => "network open",
        };
        write!(f, "{means}; user {} ({user}); {reach}", self.user)
    }
}
