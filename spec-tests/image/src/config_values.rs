//! Small formats inside an image configuration: ports, environment, user, stop signal.
//!
//! All from config.md, section "Properties", which names forms and gives no grammar for them. So
//! the readers here keep what the text says apart from what tools add to it, and leave the grade
//! to the rules.

/// A key of `ExposedPorts`: `port/tcp`, `port/udp` or `port`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExposedPort {
    /// The port. The text sets no range; this is what both protocols have, zero included.
    pub port: u16,
    /// The protocol, if it is written; without one it is TCP.
    pub protocol: Option<Protocol>,
}

/// The protocols that the specification names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `tcp`, the default.
    Tcp,
    /// `udp`.
    Udp,
}

impl ExposedPort {
    /// Reads a key, to the last byte.
    pub fn parse(key: &str) -> Result<Self, ExposedPortError> {
        let (port, protocol) = match key.split_once('/') {
            Some((port, protocol)) => (port, Some(protocol)),
            None => (key, None),
        };
        let port = match port.split_once('-') {
            Some((first, last)) if is_number(first) && is_number(last) => {
                return Err(ExposedPortError::PortRange);
            }
            _ if !is_number(port) => return Err(ExposedPortError::NotNumber),
            _ if port.len() > 5 => return Err(ExposedPortError::OutOfRange),
            _ => port.parse().map_err(|_| ExposedPortError::OutOfRange)?,
        };
        let protocol = match protocol {
            None => None,
            Some("tcp") => Some(Protocol::Tcp),
            Some("udp") => Some(Protocol::Udp),
            Some(_) => {
                let offset = key.find('/').map_or(key.len(), |slash| slash + 1);
                return Err(ExposedPortError::Protocol { offset });
            }
        };
        Ok(ExposedPort { port, protocol })
    }
}

/// What keeps a text from being a key of `ExposedPorts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExposedPortError {
    /// What stands for the port is empty or has something else than digits.
    #[error("the port is not a number")]
    NotNumber,
    /// The port is above 65535, or has more than five digits.
    #[error("the port is out of range")]
    OutOfRange,
    /// Two ports with a dash between them, which Docker takes on its command line.
    #[error("a range of ports")]
    PortRange,
    /// A protocol other than `tcp` and `udp`, such as Docker's `sctp`; or an empty one.
    #[error("a protocol other than tcp and udp (byte {offset})")]
    Protocol {
        /// The first byte after the slash.
        offset: usize,
    },
}

/// An entry of `Env`: `VARNAME=VARVALUE`, split at the first equals sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EnvEntry<'a> {
    /// The name. The text allows any character; environments end at a NUL.
    pub name: &'a str,
    /// The value, which may be empty, and may have equals signs and line breaks of its own.
    pub value: &'a str,
}

impl<'a> EnvEntry<'a> {
    /// Reads an entry.
    pub fn parse(entry: &'a str) -> Result<Self, EnvError> {
        match entry.split_once('=') {
            None => Err(EnvError::NoEquals),
            Some(("", _)) => Err(EnvError::EmptyName),
            Some((name, value)) => Ok(EnvEntry { name, value }),
        }
    }
}

/// What keeps a text from being an entry of `Env`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvError {
    /// There is no equals sign.
    #[error("no equals sign")]
    NoEquals,
    /// Nothing stands before the first equals sign. The text does not say that names have a
    /// character at least; Windows has such variables.
    #[error("the name is empty")]
    EmptyName,
}

/// The value of `User`: a user, and after a colon perhaps a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct User<'a> {
    /// Before the colon.
    pub user: Principal<'a>,
    /// After the colon.
    pub group: Option<Principal<'a>>,
}

/// A user or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal<'a> {
    /// Digits only: the number itself.
    Id(u32),
    /// Anything else: a name that the container's own files have to know.
    Name(&'a str),
}

impl<'a> User<'a> {
    /// Reads one of the six forms that are valid on Linux.
    pub fn parse(text: &'a str) -> Result<Self, UserError> {
        let (user, group) = match text.split_once(':') {
            Some((_, group)) if group.contains(':') => return Err(UserError::SecondColon),
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        if text.is_empty() {
            return Err(UserError::Empty);
        }
        if user.is_empty() {
            return Err(UserError::EmptyUser);
        }
        let group = match group {
            Some("") => return Err(UserError::EmptyGroup),
            Some(group) => Some(Principal::parse(group)?),
            None => None,
        };
        let user = Principal::parse(user)?;
        Ok(User { user, group })
    }
}

impl<'a> Principal<'a> {
    fn parse(text: &'a str) -> Result<Self, UserError> {
        if is_number(text) {
            text.parse().map(Principal::Id).map_err(|_| UserError::IdOutOfRange)
        } else {
            Ok(Principal::Name(text))
        }
    }

    /// Whether this is a number, or a name of POSIX's portable characters that does not start
    /// with a dash. Others (`-1`, `0x10`, a blank before a digit) are names to some tools and numbers to
    /// others.
    pub fn is_portable(&self) -> bool {
        match self {
            Principal::Id(_) => true,
            Principal::Name(name) => {
                name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            }
        }
    }
}

/// What keeps a text from being one of the forms of `User`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The empty text. Builders write it for a user that is not set.
    #[error("nothing")]
    Empty,
    /// A group without a user.
    #[error("nothing before the colon")]
    EmptyUser,
    /// A colon without a group.
    #[error("nothing after the colon")]
    EmptyGroup,
    /// More than two parts.
    #[error("a second colon")]
    SecondColon,
    /// A number of more than 32 bits, which some readers wrap round, to root at worst.
    #[error("a number above 4294967295")]
    IdOutOfRange,
}

/// What a value of `StopSignal` is. Only the first two are the format that the text gives, which
/// it says a signal "can" have: the others are common and none is forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopSignal<'a> {
    /// A signal that Linux has, such as `SIGKILL`.
    Named(&'a str),
    /// A real-time signal: `SIGRTMIN`, `SIGRTMIN+3`, `SIGRTMAX-2`.
    RealTime {
        /// Whether the count goes up from the first, or down from the last.
        from_first: bool,
        /// How far, from 0 to 30.
        distance: u8,
    },
    /// `SIG` and upper-case letters or digits, but no signal of Linux.
    UnknownName(&'a str),
    /// Digits, such as `9`.
    Number(&'a str),
    /// Anything else, such as `KILL` or `sigterm`.
    Other(&'a str),
}

impl<'a> StopSignal<'a> {
    /// Says what a value is; total, because nothing is forbidden.
    pub fn classify(text: &'a str) -> Self {
        if is_number(text) {
            return StopSignal::Number(text);
        }
        let Some(name) = text.strip_prefix("SIG") else {
            return StopSignal::Other(text);
        };
        for (base, sign, from_first) in [("RTMIN", '+', true), ("RTMAX", '-', false)] {
            let distance = match name.strip_prefix(base) {
                Some("") => Some("0"),
                Some(rest) => rest.strip_prefix(sign),
                None => None,
            };
            if let Some(distance) = distance
                && is_number(distance)
                && let Ok(distance @ 0..=30) = distance.parse()
            {
                return StopSignal::RealTime { from_first, distance };
            }
        }
        let is_name_byte = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if SIGNALS.contains(&name) {
            StopSignal::Named(text)
        } else if !name.is_empty() && name.bytes().all(is_name_byte) {
            StopSignal::UnknownName(text)
        } else {
            StopSignal::Other(text)
        }
    }
}

/// The names of Linux's signals without their `SIG`, synonyms included.
const SIGNALS: [&str; 35] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "UNUSED", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
];

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exposed_ports() {
        use ExposedPortError::{NotNumber, OutOfRange, PortRange};
        use Protocol::{Tcp, Udp};
        fn check(key: &str, wanted: Result<(u16, Option<Protocol>), ExposedPortError>) {
            let found = ExposedPort::parse(key).map(|found| (found.port, found.protocol));
            assert_eq!(found, wanted, "{key:?}");
        }
        let wrong_protocol = Err(ExposedPortError::Protocol { offset: 3 });
        check("8080/tcp", Ok((8080, Some(Tcp))));
        check("53/udp", Ok((53, Some(Udp))));
        check("80", Ok((80, None)));
        check("0", Ok((0, None)));
        check("65535", Ok((65535, None)));
        check("00080", Ok((80, None)));
        check("65536/tcp", Err(OutOfRange));
        check("000080", Err(OutOfRange));
        check("", Err(NotNumber));
        check("http", Err(NotNumber));
        check("/tcp", Err(NotNumber));
        check("-1/tcp", Err(NotNumber));
        check("1-/tcp", Err(NotNumber));
        check("+1/tcp", Err(NotNumber));
        check("80 /tcp", Err(NotNumber));
        check("8080-8090/tcp", Err(PortRange));
        check("80/", wrong_protocol);
        check("80/TCP", wrong_protocol);
        check("80/sctp", wrong_protocol);
        check("80/tcp/udp", wrong_protocol);
        check("80/tcp\n", wrong_protocol);
    }

    #[test]
    fn env_entries() {
        fn check(entry: &str, wanted: Result<(&str, &str), EnvError>) {
            let found = EnvEntry::parse(entry).map(|found| (found.name, found.value));
            assert_eq!(found, wanted, "{entry:?}");
        }
        check("A=", Ok(("A", "")));
        check("A=B=C", Ok(("A", "B=C")));
        check("A=b\nc", Ok(("A", "b\nc")));
        check("é==", Ok(("é", "=")));
        check("A", Err(EnvError::NoEquals));
        check("", Err(EnvError::NoEquals));
        check("=B", Err(EnvError::EmptyName));
        check("=C:=C:\\", Err(EnvError::EmptyName));
    }

    #[test]
    fn users() {
        use Principal::{Id, Name};
        use UserError::*;
        fn check(text: &str, wanted: Result<(Principal<'_>, Option<Principal<'_>>), UserError>) {
            let found = User::parse(text).map(|found| (found.user, found.group));
            assert_eq!(found, wanted, "{text:?}");
        }
        check("alice", Ok((Name("alice"), None)));
        check("1000", Ok((Id(1000), None)));
        check("alice:staff", Ok((Name("alice"), Some(Name("staff")))));
        check("1000:1000", Ok((Id(1000), Some(Id(1000)))));
        check("1000:staff", Ok((Id(1000), Some(Name("staff")))));
        check("alice:1000", Ok((Name("alice"), Some(Id(1000)))));
        check("4294967295", Ok((Id(u32::MAX), None)));
        check("-1", Ok((Name("-1"), None)));
        check("", Err(Empty));
        check(":", Err(EmptyUser));
        check(":staff", Err(EmptyUser));
        check("1000:", Err(EmptyGroup));
        check("a:b:c", Err(SecondColon));
        check("a::", Err(SecondColon));
        check("4294967296", Err(IdOutOfRange));
        check("0:4294967296", Err(IdOutOfRange));
    }

    #[test]
    fn portable_names() {
        fn check(name: &str, wanted: bool) {
            assert_eq!(Principal::Name(name).is_portable(), wanted, "{name:?}");
        }
        assert!(Principal::Id(0).is_portable());
        for name in ["alice", "_apt", "www-data", "a.b", "A1"] {
            check(name, true);
        }
        for name in ["-1", "0x10", " 0", "a b", "ä", "aä", "+0", "domain\\user"] {
            check(name, false);
        }
    }

    #[test]
    fn stop_signals() {
        use StopSignal::*;
        fn check(text: &str, wanted: StopSignal<'_>) {
            assert_eq!(StopSignal::classify(text), wanted, "{text:?}");
        }
        let real_time = |from_first, distance| RealTime { from_first, distance };
        check("SIGTERM", Named("SIGTERM"));
        check("SIGKILL", Named("SIGKILL"));
        check("SIGUSR1", Named("SIGUSR1"));
        check("SIGRTMIN+3", real_time(true, 3));
        check("SIGRTMIN", real_time(true, 0));
        check("SIGRTMIN+30", real_time(true, 30));
        check("SIGRTMAX-2", real_time(false, 2));
        check("SIGRTMIN+31", Other("SIGRTMIN+31"));
        check("SIGRTMIN-1", Other("SIGRTMIN-1"));
        check("SIGRTMAX+1", Other("SIGRTMAX+1"));
        check("SIGRTMIN++3", Other("SIGRTMIN++3"));
        check("SIGRTMIN+", Other("SIGRTMIN+"));
        check("SIGFOO", UnknownName("SIGFOO"));
        check("SIGRTMIN3", UnknownName("SIGRTMIN3"));
        check("9", Number("9"));
        check("KILL", Other("KILL"));
        check("sigterm", Other("sigterm"));
        check("SIG", Other("SIG"));
        check("SIGterm", Other("SIGterm"));
        check("SIGTERM ", Other("SIGTERM "));
        check("", Other(""));
    }
}
