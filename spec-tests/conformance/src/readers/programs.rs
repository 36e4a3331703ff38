//! Programs that list archives. They run confined, many archives to a process, and unpack nothing.

use std::fs;
use std::io;
use std::path::Path;

use seaworthy_readers::Listing;

use super::lines;
use crate::process::{Confiner, Error, Exit, Limits, Program as Command};
use crate::scratch::Scratch;
use crate::subjects::Unavailable;

/// A program that lists archives.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name in reports and in the ledger.
    pub name: &'static str,
    /// How to get it.
    install: &'static str,
    /// Tells the version: a command of the shell, and what stands before the version in its output.
    version: (&'static str, &'static str),
    /// Lists the archives in `$1`, each to a file of the same name that ends in `.out`, with what it has to
    /// say in `.err` and its exit status in `.status`; begins with the one in `$2`.
    script: &'static str,
    /// Reads a line of what it lists.
    line: fn(&[u8]) -> Option<seaworthy_readers::Listed>,
}

/// What came of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What it lists.
    Listing(Listing),
    /// It ran into a limit, crashed, or wrote what is no list.
    Failed(String),
}

/// The programs that are known.
pub const ALL: [Program; 3] = [
    Program {
        name: "gnu-tar",
        install: "apt-get install tar",
        version: ("tar --version", "tar (GNU tar) "),
        // -P: else it lists the targets of hard links without what leads out of the folder.
        script: r#"
            list() { LC_ALL=C tar --quoting-style=c --numeric-owner --full-time --force-local -P -tvf "$1"; }
        "#,
        line: lines::gnu_tar,
    },
    Program {
        name: "bsdtar",
        install: "apt-get install libarchive-tools",
        version: ("bsdtar --version", "bsdtar "),
        // In the locale C it complains of every name that is not ASCII.
        script: r#"
            list() { LC_ALL=C.UTF-8 bsdtar --numeric-owner -tvf "$1"; }
        "#,
        line: lines::bsdtar,
    },
    Program {
        name: "python-tarfile",
        install: "apt-get install python3",
        version: ("/usr/bin/python3 --version", "Python "),
        script: "",
        line: lines::python,
    },
];

/// Runs `list` on the archives from `$2` on.
const LOOP: &str = r#"
    cd "$1" || exit 9
    for archive in *.tar; do
        name=${archive%.tar}
        [ "$name" -ge "$2" ] || continue
        list "$archive" >"$name.out" 2>"$name.err" </dev/null
        echo $? >"$name.status"
    done
"#;

/// All in one process: it takes longer to start than to list.
const PYTHON: &str = include_str!("list.py");

/// The most archives that one process gets.
const BATCH: usize = 500;

/// How often a batch is taken up again after a process did not get to its end.
const RESTARTS: usize = 5;

impl Program {
    /// Its version, or why it is not available.
    ///
    /// # Errors
    ///
    /// It is not installed, or cannot be run here.
    pub fn version(&self, confiner: &Confiner) -> Result<String, Unavailable> {
        let unavailable = |reason: String| Unavailable { reason, install: Some(self.install.to_owned()) };
        let (command, before) = self.version;
        let scratch = Scratch::new().map_err(|error| unavailable(error.to_string()))?;
        let program = Command::new("/bin/sh").args(["-c", command]);
        let ran = confiner.run(&program, &scratch, &Limits::default()).map_err(|error| match error {
            // Installing the program would not help.
            Error::Refused(_) => Unavailable { reason: error.to_string(), install: None },
            error => unavailable(error.to_string()),
        })?;
        let text = ran.stdout.text();
        let version = text.lines().next().and_then(|line| line.strip_prefix(before));
        let version = version.and_then(|rest| rest.split(' ').next()).filter(|_| ran.exit == Exit::Exited(0));
        version.map(str::to_owned).ok_or_else(|| unavailable("it is not installed".to_owned()))
    }

    /// What it lists of each archive.
    ///
    /// # Errors
    ///
    /// It could not be run, or files could not be written or read.
    pub fn list(
        &self,
        archives: &[&[u8]],
        confiner: &Confiner,
        limits: &Limits,
    ) -> Result<Vec<Answer>, Error> {
        let mut answers = Vec::new();
        for batch in archives.chunks(BATCH) {
            answers.extend(self.batch(batch, confiner, limits)?);
        }
        Ok(answers)
    }

    fn batch(&self, archives: &[&[u8]], confiner: &Confiner, limits: &Limits) -> Result<Vec<Answer>, Error> {
        let scratch = Scratch::new()?;
        let folder = scratch.target();
        for (at, archive) in archives.iter().enumerate() {
            let name = format!("{}.tar", self::name(at));
            fs::write(folder.join(&name), archive)?;
            scratch.hand_over(Path::new("target").join(name))?;
        }
        let mut answers: Vec<Answer> = Vec::new();
        for _ in 0..RESTARTS {
            let first = answers.len();
            let ran = confiner.run(&self.command(&folder, first), &scratch, limits)?;
            while answers.len() < archives.len()
                && let Some(answer) = self.answer(&folder, answers.len())?
            {
                answers.push(answer);
            }
            if answers.len() == archives.len() {
                return Ok(answers);
            }
            // The first one without an answer is where it stopped.
            let last = ran.stderr.text();
            let last = last.lines().last().unwrap_or_default();
            answers.push(Answer::Failed(format!("{:?} {last}", ran.exit)));
        }
        answers.resize(archives.len(), Answer::Failed("not asked, after failures".to_owned()));
        Ok(answers)
    }

    fn command(&self, folder: &Path, first: usize) -> Command {
        let first = name(first);
        if self.script.is_empty() {
            return Command::new("/usr/bin/python3").args(["-c", PYTHON]).arg(folder).arg(first);
        }
        let script = format!("{}{LOOP}", self.script);
        Command::new("/bin/sh").args(["-c", &script, "sh"]).arg(folder).arg(first)
    }

    /// What it wrote about an archive; `None` if it did not come to the end of it.
    fn answer(&self, folder: &Path, at: usize) -> io::Result<Option<Answer>> {
        let read = |what: &str| fs::read(folder.join(format!("{}.{what}", name(at))));
        let status = match read("status") {
            Ok(status) => String::from_utf8_lossy(&status).trim().to_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if status.is_empty() {
            return Ok(None);
        }
        let (out, words) = (read("out")?, read("err")?);
        let words = String::from_utf8_lossy(&words).into_owned();
        let first = words.lines().next().unwrap_or("no word").to_owned();
        // 128 and a signal's number, from the shell.
        if !matches!(status.as_str(), "0" | "1" | "2") {
            return Ok(Some(Answer::Failed(format!("exit status {status}: {first}"))));
        }
        let mut entries = Vec::new();
        for line in out.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            match (self.line)(line) {
                Some(entry) => entries.push(entry),
                None => {
                    return Ok(Some(Answer::Failed(format!("a line of no form: {}", line.escape_ascii()))));
                }
            }
        }
        let refusal = (status != "0").then_some(first);
        Ok(Some(Answer::Listing(Listing { entries, refusal })))
    }
}

/// Six digits, so that the shell's order is ours.
fn name(at: usize) -> String {
    format!("{at:06}")
}
