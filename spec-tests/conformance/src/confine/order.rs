//! The order given to `seaworthy confine`, as its command line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::Methods;

/// Which of the steps this process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Gate,
    Guard,
    Root,
    Last,
}

/// A resource limit of the kernel, set by the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    AddressSpace,
    CpuSeconds,
    Data,
    FileSize,
    OpenFiles,
    Tasks,
}

const LIMITS: [(Limit, &str); 6] = [
    (Limit::AddressSpace, "--address-space"),
    (Limit::CpuSeconds, "--cpu-seconds"),
    (Limit::Data, "--data"),
    (Limit::FileSize, "--file-size"),
    (Limit::OpenFiles, "--open-files"),
    (Limit::Tasks, "--tasks"),
];

/// Everything the steps need to know; handed on unchanged but for [`Order::stage`] and
/// [`Order::namespaced`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub stage: Stage,
    /// Whether an earlier step entered namespaces.
    pub namespaced: bool,
    pub methods: Methods,
    /// The only folder that may be written to.
    pub scratch: PathBuf,
    pub cwd: PathBuf,
    /// The user to run as, when the caller is root.
    pub user: Option<u32>,
    /// Whether it is to be root in a user namespace of its own, if that can be had.
    pub own_root: bool,
    /// `None` takes the network away; otherwise TCP may connect to these ports.
    pub ports: Option<Vec<u16>>,
    /// Whether it listens on those ports, and connects nowhere.
    pub listens: bool,
    /// Whether its own network namespace has a loopback interface that is up.
    pub loopback: bool,
    pub limits: Vec<(Limit, u64)>,
    /// A file to read as standard input, in place of `/dev/null`.
    pub stdin: Option<PathBuf>,
    pub program: OsString,
    pub args: Vec<OsString>,
}

impl Order {
    /// The command line, without the leading word `confine`.
    pub fn to_args(&self) -> Vec<OsString> {
        let mut line: Vec<OsString> = Vec::new();
        let mut put = |name: &str, value: &OsStr| line.extend([name.into(), value.to_owned()]);
        let stage = match self.stage {
            Stage::Gate => "gate",
            Stage::Guard => "guard",
            Stage::Root => "root",
            Stage::Last => "last",
        };
        put("--stage", stage.as_ref());
        put("--namespaced", flag(self.namespaced));
        put("--try-namespaces", flag(self.methods.namespaces));
        put("--try-landlock", flag(self.methods.landlock));
        put("--scratch", self.scratch.as_ref());
        put("--cwd", self.cwd.as_ref());
        if let Some(user) = self.user {
            put("--user", user.to_string().as_ref());
        }
        put("--own-root", flag(self.own_root));
        if let Some(ports) = &self.ports {
            let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
            put("--ports", ports.join(",").as_ref());
        }
        put("--listens", flag(self.listens));
        put("--loopback", flag(self.loopback));
        for (limit, value) in &self.limits {
            if let Some((_, name)) = LIMITS.iter().find(|(known, _)| known == limit) {
                put(name, value.to_string().as_ref());
            }
        }
        if let Some(stdin) = &self.stdin {
            put("--stdin", stdin.as_ref());
        }
        line.push("--".into());
        line.push(self.program.clone());
        line.extend(self.args.iter().cloned());
        line
    }

    /// Reads what [`Order::to_args`] wrote. Anything else is a refusal: an option that is not
    /// understood may be one that confines.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut args = args.into_iter();
        let mut order = Self {
            stage: Stage::Gate,
            namespaced: false,
            methods: Methods::default(),
            scratch: PathBuf::new(),
            cwd: PathBuf::new(),
            user: None,
            own_root: false,
            ports: None,
            listens: false,
            loopback: false,
            limits: Vec::new(),
            stdin: None,
            program: OsString::new(),
            args: Vec::new(),
        };
        while let Some(name) = args.next() {
            if name == "--" {
                order.program = args.next().ok_or("no program is named")?;
                order.args = args.collect();
                return match order.scratch.is_absolute() && order.cwd.is_absolute() {
                    true => Ok(order),
                    false => Err("the scratch folder and cwd must be absolute paths".into()),
                };
            }
            let value = args.next().ok_or("an option lacks its value")?;
            order.take(&name.to_string_lossy(), value)?;
        }
        Err("no program is named".into())
    }

    fn take(&mut self, name: &str, value: OsString) -> Result<(), String> {
        let text = value.to_string_lossy().into_owned();
        let wrong = || format!("{name} cannot be {text}");
        match name {
            "--stage" => {
                self.stage = match text.as_str() {
                    "gate" => Stage::Gate,
                    "guard" => Stage::Guard,
                    "root" => Stage::Root,
                    "last" => Stage::Last,
                    _ => return Err(wrong()),
                }
            }
            "--namespaced" => self.namespaced = text == "yes",
            "--try-namespaces" => self.methods.namespaces = text == "yes",
            "--try-landlock" => self.methods.landlock = text == "yes",
            "--scratch" => self.scratch = value.into(),
            "--cwd" => self.cwd = value.into(),
            "--user" => self.user = Some(text.parse().map_err(|_| wrong())?),
            "--own-root" => self.own_root = text == "yes",
            "--ports" => {
                let ports = text.split(',').filter(|port| !port.is_empty());
                let ports: Result<_, _> = ports.map(str::parse).collect();
                self.ports = Some(ports.map_err(|_| wrong())?);
            }
            "--listens" => self.listens = text == "yes",
            "--loopback" => self.loopback = text == "yes",
            "--stdin" => self.stdin = Some(value.into()),
            _ => match LIMITS.iter().find(|(_, known)| *known == name) {
                Some((limit, _)) => {
                    self.limits.push((*limit, text.parse().map_err(|_| wrong())?));
                }
                None => return Err(format!("{name} is not an option of confine")),
            },
        }
        Ok(())
    }
}

fn flag(on: bool) -> &'static OsStr {
    OsStr::new(if on { "yes" } else { "no" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_survives_its_command_line() {
        let order = Order {
            stage: Stage::Last,
            namespaced: true,
            methods: Methods { namespaces: true, landlock: false },
            scratch: "/tmp/with space".into(),
            cwd: "/tmp".into(),
            user: Some(7),
            own_root: true,
            ports: Some(vec![80, 5000]),
            listens: true,
            loopback: true,
            limits: vec![(Limit::FileSize, 9), (Limit::Tasks, u64::MAX)],
            stdin: Some("/dev/zero".into()),
            program: "--".into(),
            args: vec!["--stage".into(), "gate".into(), "--".into()],
        };
        assert_eq!(Order::parse(order.to_args()), Ok(order));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [vec![], vec!["--"], vec!["--scratch", "/a", "--lax", "yes", "--", "true"]] {
            assert!(Order::parse(line.iter().map(OsString::from)).is_err(), "{line:?}");
        }
    }
}
