//! Where a program is, and which version of it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::super::Unavailable;
use super::definition::{Definition, Need, VersionCommand};
use crate::interrupt::Temporary;
use crate::printable::printable;
use crate::process::{Confiner, Error, Exit, Limits, Program};
use crate::scratch::Scratch;

/// A program that was found, and could be asked for its version.
#[derive(Debug)]
pub struct Installed {
    /// Its version, in its own words.
    pub version: String,
    executables: BTreeMap<String, PathBuf>,
    /// Removed when the subject is.
    _copies: tempfile::TempDir,
    _temporary: Temporary,
}

impl Installed {
    /// The executable that a definition calls by this name.
    pub fn executable(&self, name: &str) -> PathBuf {
        self.executables.get(name).cloned().unwrap_or_else(|| name.into())
    }

    /// The path of the executable that a word of the version command stands for, `{NAME}`; or the word.
    fn path_or(&self, word: &str) -> PathBuf {
        let name = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
        name.and_then(|name| self.executables.get(name)).cloned().unwrap_or_else(|| word.into())
    }
}

/// Finds everything that a definition calls, and asks for the version.
pub fn find(definition: &Definition, confiner: &Confiner, limits: &Limits) -> Result<Installed, Unavailable> {
    let names: Vec<&str> =
        definition.commands().filter_map(|(_, command)| command.first()).map(String::as_str).collect();
    let loopback = definition.needs(Need::Loopback);
    let install = definition.install.as_deref();
    find_all(&names, &definition.version, loopback, install, confiner, limits)
}

/// Finds programs by their names, and asks for the version; with a loopback interface, if that is
/// what they will need.
pub(crate) fn find_all(
    names: &[&str],
    version: &VersionCommand,
    loopback: bool,
    install: Option<&str>,
    confiner: &Confiner,
    limits: &Limits,
) -> Result<Installed, Unavailable> {
    let unavailable = |reason: String| Unavailable { reason, install: install.map(str::to_owned) };
    let copies = tempfile::Builder::new()
        .prefix("seaworthy-programs-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir()
        .map_err(|error| unavailable(error.to_string()))?;
    let _temporary = Temporary::new(copies.path());
    let mut executables = BTreeMap::new();
    for &name in names.iter().chain(version.command.first().map(String::as_str).as_ref()) {
        if executables.contains_key(name) {
            continue;
        }
        let found = look_up(name).ok_or_else(|| unavailable(format!("{name} is not installed")))?;
        let reachable = reachable(&found, &copies.path().join(executables.len().to_string()))
            .map_err(|error| unavailable(format!("{name} cannot be copied: {error}")))?;
        executables.insert(name.to_owned(), reachable);
    }
    let mut installed = Installed { version: String::new(), executables, _copies: copies, _temporary };
    installed.version =
        ask(version, loopback, &installed, confiner, limits).map_err(|error| match error {
            // Installing the program again would not help.
            Error::Refused(_) => Unavailable { reason: error.to_string(), install: None },
            error => unavailable(error.to_string()),
        })?;
    Ok(installed)
}

/// Runs the version command, under the confinement that a call needs: if that cannot be had, the
/// program is not available, and no case has to find out.
fn ask(
    version: &VersionCommand,
    loopback: bool,
    installed: &Installed,
    confiner: &Confiner,
    limits: &Limits,
) -> Result<String, Error> {
    let scratch = Scratch::new()?;
    let (name, args) = version.command.split_first().ok_or_else(|| io::Error::other("no command"))?;
    let args = args.iter().map(|word| installed.path_or(word));
    let mut program = Program::new(installed.executable(name)).args(args);
    if loopback {
        program = program.loopback();
    }
    let ran = confiner.run(&program, &scratch, limits)?;
    if ran.exit != Exit::Exited(0) {
        return Err(Error::Unstartable(format!("{name} does not tell its version: {:?}", ran.exit)));
    }
    let text = format!("{}\n{}", ran.stdout.text(), ran.stderr.text());
    let after = &version.after;
    let version = text.lines().find_map(|line| {
        let (_, rest) = line.split_once(after.as_str())?;
        Some(rest.trim()).filter(|rest| !rest.is_empty())
    });
    let version = version.map(|version| printable(version).chars().take(100).collect());
    version.ok_or_else(|| Error::Unstartable(format!("{name} does not tell its version after {after:?}")))
}

/// The executable of that name on `PATH`, or where `go install` and `cargo install` put what they build. A script that is
/// closed to the user it will run as comes last: what it calls is mostly in the same home.
fn look_up(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return std::path::absolute(name).ok().filter(|path| is_executable(path));
    }
    let list = |variable: &str| std::env::var_os(variable).unwrap_or_default();
    let path = list("PATH");
    let go_path = list("GOPATH");
    let home = std::env::home_dir();
    let homes = ["go/bin", ".cargo/bin"].map(|folder| home.as_ref().map(|home| home.join(folder)));
    let folders = std::env::split_paths(&path)
        .chain([PathBuf::from(list("GOBIN"))])
        .chain(std::env::split_paths(&go_path).map(|folder| folder.join("bin")))
        .chain([PathBuf::from(list("CARGO_HOME")).join("bin")])
        .chain(homes.into_iter().flatten());
    let found: Vec<PathBuf> = folders
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .filter(|path| is_executable(path))
        .collect();
    choose(&found, is_open).cloned()
}

fn choose(found: &[PathBuf], is_open: impl Fn(&Path) -> bool) -> Option<&PathBuf> {
    found.iter().find(|path| is_open(path) || !is_script(path)).or(found.first())
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok_and(|()| start == *b"#!")
}

/// Whether the user that a program runs as in confinement can execute it where it is.
fn is_open(path: &Path) -> bool {
    !rustix::process::geteuid().is_root()
        || path.canonicalize().is_ok_and(|real| is_open_to_all(path) && is_open_to_all(&real))
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// A path by which the program can be executed in confinement: its own, or that of a copy in
/// `folder`.
///
/// In place of root, a program runs as a user who owns nothing. That user cannot enter a home that
/// is closed to others, as root's is, and there `go install` puts what it builds. A copy for the
/// length of the run opens nothing but the executable itself. (To pass the open file on would save
/// the copy, but a script cannot be executed that way, and the steps of the confinement close
/// whatever they inherit.) What such a program builds for itself beside its executable is not
/// copied; the programs here are single files.
fn reachable(path: &Path, folder: &Path) -> io::Result<PathBuf> {
    let real = path.canonicalize()?;
    if is_open(path) {
        return Ok(path.to_owned());
    }
    fs::create_dir(folder)?;
    let copy = folder.join(path.file_name().unwrap_or("program".as_ref()));
    fs::copy(&real, &copy)?;
    for (path, mode) in [(folder, 0o755), (&copy, 0o755)] {
        fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    copy.canonicalize()
}

fn is_open_to_all(path: &Path) -> bool {
    let allows = |path: &Path, mode: u32| {
        fs::metadata(path).is_ok_and(|file| file.permissions().mode() & mode == mode)
    };
    allows(path, 0o005) && path.ancestors().skip(1).all(|folder| allows(folder, 0o001))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_script_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            path
        };
        let closed = make("closed", b"#!/bin/sh\n");
        let open = make("open", b"#!/bin/sh\n");
        let binary = make("binary", b"\x7fELF");
        let short = make("short", b"#");
        let chosen = |found: &[&PathBuf]| {
            let found: Vec<PathBuf> = found.iter().copied().cloned().collect();
            choose(&found, |path| path == open).cloned()
        };
        assert_eq!(chosen(&[&closed, &open]), Some(open.clone()));
        // A closed executable is copied, so the first stays the first.
        assert_eq!(chosen(&[&binary, &open]), Some(binary.clone()));
        assert_eq!(chosen(&[&short, &open]), Some(short.clone()));
        assert_eq!(chosen(&[&closed]), Some(closed.clone()));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn a_version_command_names_programs_by_their_paths() {
        let executables = [("unpack".to_owned(), PathBuf::from("/copies/0"))].into();
        let copies = tempfile::tempdir().unwrap();
        let _temporary = Temporary::new(copies.path());
        let installed = Installed { version: String::new(), executables, _copies: copies, _temporary };
        assert_eq!(installed.path_or("{unpack}"), Path::new("/copies/0"));
        // Words of the program's own, templates of Go among them.
        for word in ["unpack", "{other}", "{{.VCSTag}}", "--of={unpack}", "{", ""] {
            assert_eq!(installed.path_or(word), Path::new(word));
        }
    }
}
