//! Runs a program under test: confined, bounded, and never left running.

mod pump;
mod watch;

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::confine::{InForce, Limit, Methods, Order, Stage};
use crate::interrupt::Temporary;
use crate::scratch::Scratch;

pub use pump::Captured;

/// Starts programs in confinement. One is enough for any number of threads.
#[derive(Debug)]
pub struct Confiner {
    executable: PathBuf,
    methods: Methods,
    no_namespaces: OnceLock<String>,
}

impl Default for Confiner {
    fn default() -> Self {
        // Still this very program when its file has been replaced since.
        Self::with("/proc/self/exe", Methods::default())
    }
}

impl Confiner {
    /// A confiner inside the `seaworthy` command, with every method this machine has.
    pub fn new() -> Self {
        Self::default()
    }

    /// A confiner in another program, which must be told where `seaworthy` is; or one that may not
    /// use every method, to test what remains.
    pub fn with(executable: impl Into<PathBuf>, methods: Methods) -> Self {
        Self { executable: executable.into(), methods, no_namespaces: OnceLock::new() }
    }

    /// Where the `seaworthy` command is.
    pub fn command(&self) -> PathBuf {
        self.executable.canonicalize().unwrap_or_else(|_| self.executable.clone())
    }

    /// The confinement in force on this machine, found by running a program that does nothing; the
    /// error says why there is none.
    pub fn probe(&self) -> Result<InForce, Error> {
        let scratch = Scratch::new()?;
        let program = Program::new("/proc/self/exe");
        Ok(self.run(&program, &scratch, &Limits::default())?.in_force)
    }

    /// Why namespaces are not used, once a run has found out.
    pub fn no_namespaces(&self) -> Option<&str> {
        self.no_namespaces.get().map(String::as_str)
    }

    /// Runs a program to its end, or to the first limit it breaks. Whatever it started is dead when
    /// this returns.
    pub fn run(&self, program: &Program, scratch: &Scratch, limits: &Limits) -> Result<Ran, Error> {
        self.run_until(program, scratch, limits, &AtomicBool::new(false))
    }

    /// The same for a program that does not end by itself: it is stopped soon after `stop` is set.
    pub fn run_until(
        &self,
        program: &Program,
        scratch: &Scratch,
        limits: &Limits,
        stop: &AtomicBool,
    ) -> Result<Ran, Error> {
        let mut methods = self.methods;
        methods.namespaces &= self.no_namespaces.get().is_none();
        let ended = self.attempt(program, scratch, limits, methods, stop);
        match ended {
            Err(Error::NoNamespaces(reason)) => {
                // Landlock alone may still do; a namespace half entered cannot be left again, so
                // that takes a new process.
                let _ = self.no_namespaces.set(reason);
                methods.namespaces = false;
                self.attempt(program, scratch, limits, methods, stop)
            }
            ended => ended,
        }
    }

    fn attempt(
        &self,
        program: &Program,
        scratch: &Scratch,
        limits: &Limits,
        methods: Methods,
        stop: &AtomicBool,
    ) -> Result<Ran, Error> {
        let given = given_stdin(&program.stdin, scratch)?;
        let order = Order {
            stage: Stage::Gate,
            namespaced: false,
            methods,
            scratch: scratch.path().to_owned(),
            cwd: program.cwd.clone().unwrap_or_else(|| scratch.cwd()),
            user: scratch.owner(),
            own_root: program.own_root,
            ports: program.ports.clone(),
            listens: program.listens,
            loopback: program.loopback,
            limits: limits.of_kernel(),
            stdin: match (&program.stdin, &given) {
                (_, Some((file, _))) => Some(file.path().to_owned()),
                (Stdin::File(path), None) => Some(path.clone()),
                _ => None,
            },
            program: program.name.clone(),
            args: program.args.clone(),
        };
        let (ours, theirs) = UnixStream::pair()?;
        let child = Command::new(&self.executable)
            .arg("confine")
            .args(order.to_args())
            .env_clear()
            .envs(environment(scratch))
            .envs(program.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        pump::to_the_end(child, ours, scratch, limits, stop)
    }
}

/// A program to run, and what it is given.
#[derive(Debug, Clone)]
pub struct Program {
    name: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    cwd: Option<PathBuf>,
    stdin: Stdin,
    ports: Option<Vec<u16>>,
    listens: bool,
    loopback: bool,
    own_root: bool,
}

/// What a program reads from its standard input.
#[derive(Debug, Clone, Default)]
pub enum Stdin {
    /// `/dev/null`.
    #[default]
    Null,
    /// A file, which the user that the program runs as must be able to read.
    File(PathBuf),
    /// These bytes.
    Bytes(Vec<u8>),
}

impl Program {
    /// A program, by path or by a name to look up in `PATH`. Without more, it has no arguments, an
    /// empty standard input, the sentinel folder of its scratch as working folder, and no network.
    pub fn new(name: impl AsRef<OsStr>) -> Self {
        Self {
            name: name.as_ref().to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            stdin: Stdin::Null,
            ports: None,
            listens: false,
            loopback: false,
            own_root: false,
        }
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds several arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Adds to the small environment that every program gets; nothing is inherited but `PATH`.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Starts it in this folder.
    pub fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        self.cwd = Some(path.into());
        self
    }

    /// Gives it something to read.
    pub fn stdin(mut self, stdin: Stdin) -> Self {
        self.stdin = stdin;
        self
    }

    /// Lets it connect to these TCP ports, for a client under test. It then shares the network of
    /// this machine, with Landlock between them.
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = Some(ports.into_iter().collect());
        self
    }

    /// Lets it listen on this TCP port, for a server under test. It shares the network of this
    /// machine, with Landlock between them: it can connect to nothing.
    pub fn listens_on(mut self, port: u16) -> Self {
        self.ports = Some(vec![port]);
        self.listens = true;
        self
    }

    /// Gives it a loopback interface that is its own, on which every port is free, for a program
    /// that talks to another one that it starts. Without network namespaces it is refused.
    pub fn loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Makes it root in a user namespace of its own, so that it can give files to other users; see
    /// [`Scratch::inside`] for what those are out here. Where only an ordinary user runs this, it
    /// stays one: [`InForce::own_root`] tells.
    pub fn own_root(mut self) -> Self {
        self.own_root = true;
        self
    }
}

/// What a program may use. The defaults are ample for any image that a test case holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Time on the clock, from the program's start.
    pub wall: Duration,
    /// Processor time of any one process.
    pub cpu: Duration,
    /// Resident memory of all its processes together, in bytes; sampled.
    pub memory: u64,
    /// Address space of any one process. Generous: Go reserves far more than it uses.
    pub address_space: u64,
    /// Standard output and standard error together, in bytes.
    pub output: u64,
    /// How much of each of the two is kept; the rest is left out of the middle.
    pub keep: usize,
    /// What the scratch folder may hold, in bytes; sampled.
    pub disk: u64,
    /// How many files the scratch folder may hold; sampled.
    pub files: u64,
    /// The size of any one file.
    pub file_size: u64,
    /// Processes and threads.
    pub tasks: u64,
    /// Open files of any one process.
    pub open_files: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            wall: Duration::from_secs(60),
            cpu: Duration::from_secs(240),
            memory: 1024 * MIB,
            address_space: 16 * 1024 * MIB,
            output: 64 * MIB,
            keep: 8 << 20,
            disk: 2048 * MIB,
            files: 1_000_000,
            file_size: 1024 * MIB,
            tasks: 512,
            open_files: 1024,
        }
    }
}

impl Limits {
    /// Those the kernel enforces by itself.
    fn of_kernel(&self) -> Vec<(Limit, u64)> {
        vec![
            (Limit::AddressSpace, self.address_space),
            (Limit::CpuSeconds, self.cpu.as_secs().max(1)),
            // A backstop for what allocates faster than it is sampled; stacks count too.
            (Limit::Data, self.memory.saturating_mul(2).saturating_add(2 << 30)),
            (Limit::FileSize, self.file_size),
            (Limit::OpenFiles, self.open_files),
            (Limit::Tasks, self.tasks),
        ]
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal, and not by ours.
    Signalled(i32),
    /// Stopped because nobody needed it any more.
    Stopped,
    /// Stopped for running too long, by the clock or in processor time.
    TimedOut,
    /// Stopped for writing too much to its standard output or error.
    TooMuchOutput,
    /// Stopped for holding too much memory.
    TooMuchMemory,
    /// Stopped for writing too much, or too many files.
    TooMuchDisk,
    /// Stopped for starting too many processes or threads.
    TooManyTasks,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Ran {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote to standard output.
    pub stdout: Captured,
    /// What it wrote to standard error.
    pub stderr: Captured,
    /// From the program's start to the end of the last of its processes.
    pub elapsed: Duration,
    /// The most resident memory seen, in bytes.
    pub peak_rss: u64,
    /// What it was confined by.
    pub in_force: InForce,
}

/// Why a program was not run, or its end is not known. None of it is the program's doing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It would have run unconfined.
    #[error("refused to run it unconfined: {0}")]
    Refused(String),
    /// Seen only inside [`Confiner::run`], which then tries without them.
    #[error("namespaces cannot be used: {0}")]
    NoNamespaces(String),
    /// There is no such program, or it cannot be executed.
    #[error("cannot be started: {0}")]
    Unstartable(String),
    /// The confining process ended without a report, which means that something else killed it.
    #[error("the confining process ended without a report")]
    Lost,
    /// The system failed us.
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn given_stdin(stdin: &Stdin, scratch: &Scratch) -> io::Result<Option<(NamedTempFile, Temporary)>> {
    let Stdin::Bytes(bytes) = stdin else {
        return Ok(None);
    };
    // A file rather than a pipe: nobody has to feed it, and a program that never reads cannot stall us.
    let mut file = NamedTempFile::with_prefix("seaworthy-stdin-")?;
    let temporary = Temporary::new(file.path());
    file.write_all(bytes)?;
    std::os::unix::fs::fchown(file.as_file(), scratch.owner(), scratch.owner())?;
    Ok(Some((file, temporary)))
}

fn environment(scratch: &Scratch) -> Vec<(&'static str, OsString)> {
    let home = scratch.home();
    let below = |name: &str| Path::join(&home, name).into_os_string();
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    vec![
        ("PATH", path),
        ("LANG", "C".into()),
        ("HOME", home.clone().into_os_string()),
        ("TMPDIR", scratch.tmp().into_os_string()),
        ("XDG_CACHE_HOME", below("cache")),
        ("XDG_CONFIG_HOME", below("config")),
        ("XDG_DATA_HOME", below("data")),
        ("XDG_STATE_HOME", below("state")),
        ("XDG_RUNTIME_DIR", below("run")),
    ]
}
