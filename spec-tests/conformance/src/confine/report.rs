//! What the steps tell the parent, one line each, over the socket that is their standard input.
//!
//! The exit status alone cannot carry it: process 1 of a pid namespace cannot die of the program's
//! signal, and 128 + n is also a legal exit code. The program never holds this socket.

use std::os::fd::AsFd;

use super::{InForce, Reach};

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// The program was not run, because it could not be confined.
    Refused(String),
    /// Namespaces cannot be had here; the parent may try again without.
    NoNamespaces(String),
    /// Confined as promised, but there is no such program, or it cannot be executed.
    Unstartable(String),
    /// Sent in the moment before the program starts.
    InForce(InForce),
    Exited(i32),
    Signalled(i32),
    /// The largest resident set of any one process, in bytes.
    Peak(u64),
}

/// Sends a message to the parent. There is nobody else to tell when that fails.
pub(crate) fn send(message: &Message) {
    send_on(std::io::stdin().as_fd(), message);
}

/// Like [`send`], for a process that is about to give up its standard input.
pub(crate) fn send_on(socket: impl AsFd, message: &Message) {
    let line = message.to_line();
    // One call, so that lines of two processes never mix; never SIGPIPE, for the parent may be gone.
    let _ = rustix::net::send(socket, line.as_bytes(), rustix::net::SendFlags::NOSIGNAL);
}

impl Message {
    fn to_line(&self) -> String {
        let plain = |text: &str| text.replace(['\n', '\r'], " ");
        match self {
            Self::Refused(reason) => format!("refused {}\n", plain(reason)),
            Self::NoNamespaces(reason) => format!("no-namespaces {}\n", plain(reason)),
            Self::Unstartable(reason) => format!("unstartable {}\n", plain(reason)),
            Self::InForce(InForce { namespaces, landlock, user, demoted, own_root, reach }) => format!(
                "in-force {} {} {user} {} {} {}\n",
                u8::from(*namespaces),
                landlock.unwrap_or(0),
                u8::from(*demoted),
                u8::from(*own_root),
                REACHES.iter().position(|known| known == reach).unwrap_or_default(),
            ),
            Self::Exited(code) => format!("exited {code}\n"),
            Self::Signalled(signal) => format!("signalled {signal}\n"),
            Self::Peak(bytes) => format!("peak {bytes}\n"),
        }
    }

    /// Reads one line; `None` when it is not one of ours.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        Some(match word {
            "refused" => Self::Refused(rest.into()),
            "no-namespaces" => Self::NoNamespaces(rest.into()),
            "unstartable" => Self::Unstartable(rest.into()),
            "exited" => Self::Exited(rest.parse().ok()?),
            "signalled" => Self::Signalled(rest.parse().ok()?),
            "peak" => Self::Peak(rest.parse().ok()?),
            "in-force" => {
                let mut parts = rest.split(' ').map(|part| part.parse::<u32>().ok());
                let mut next = || parts.next().flatten();
                Self::InForce(InForce {
                    namespaces: next()? == 1,
                    landlock: u8::try_from(next()?).ok().filter(|version| *version > 0),
                    user: next()?,
                    demoted: next()? == 1,
                    own_root: next()? == 1,
                    reach: *REACHES.get(next()? as usize)?,
                })
            }
            _ => return None,
        })
    }
}

const REACHES: [Reach; 5] =
    [Reach::Nowhere, Reach::Loopback, Reach::NoTcp, Reach::GrantedPorts, Reach::Anywhere];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_its_line() {
        for reach in REACHES {
            let in_force = InForce {
                namespaces: true,
                landlock: Some(7),
                user: 65534,
                demoted: true,
                own_root: true,
                reach,
            };
            for message in
                [Message::InForce(in_force), Message::Refused("two words".into()), Message::Signalled(11)]
            {
                let line = message.to_line();
                assert_eq!(Message::parse(line.trim_end_matches('\n')), Some(message));
            }
        }
    }
}
