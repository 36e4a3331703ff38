//! What the specification leaves open when a configuration is converted.

use std::fmt;

use crate::json::Value;

/// A point at which the specification is silent or contradicts itself, and the choice made there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What the point is.
    pub kind: NoteKind,
    /// The JSON pointer of the member of the image's configuration that it is about; empty if no
    /// member is there.
    pub pointer: String,
}

/// The points that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// `os.features` is an array and an annotation is a string: nothing says how the one becomes
    /// the other.
    FeaturesJoined,
    /// There is no user.
    NoUser,
    /// The user is a number without a group, and `/etc/passwd` does not know it.
    NoGroup,
    /// The user is a number without a group: config.md applies its supplementary groups, and
    /// conversion.md advises against it.
    GroupsLeftOut,
    /// The user is for Windows, where the text names no way to turn it into numbers.
    WindowsUser,
    /// There is no working directory, and a runtime needs one.
    NoWorkingDir,
    /// The working directory is relative, and runtimes take absolute ones only.
    RelativeWorkingDir,
    /// The environment has two entries of one name.
    RepeatedVariable,
    /// An entry of the environment has no name, or no equals sign.
    OddVariable,
    /// There is neither an entrypoint nor a command.
    NoCommand,
    /// There are volumes: how they are mounted is left to the converter.
    VolumesMounted,
    /// A volume's path is relative, or has `..` in it.
    OddVolume,
}

impl NoteKind {
    /// The name used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoteKind::FeaturesJoined => "features-joined",
            NoteKind::NoUser => "no-user",
            NoteKind::NoGroup => "no-group",
            NoteKind::GroupsLeftOut => "groups-left-out",
            NoteKind::WindowsUser => "windows-user",
            NoteKind::NoWorkingDir => "no-working-dir",
            NoteKind::RelativeWorkingDir => "relative-working-dir",
            NoteKind::RepeatedVariable => "repeated-variable",
            NoteKind::OddVariable => "odd-variable",
            NoteKind::NoCommand => "no-command",
            NoteKind::VolumesMounted => "volumes-mounted",
            NoteKind::OddVolume => "odd-volume",
        }
    }

    /// What is open, and what was chosen.
    pub const fn describe(self) -> &'static str {
        match self {
            NoteKind::FeaturesJoined => {
                "the specification does not say how a list becomes the text of an annotation; joined with commas"
            }
            NoteKind::NoUser => "there is no user, so that is up to the converter; root was taken",
            NoteKind::NoGroup => {
                "the image does not know the number, so nothing gives it a group; group 0 was taken"
            }
            NoteKind::GroupsLeftOut => {
                "config.md applies the supplementary groups of a number, conversion.md advises against it; left out"
            }
            NoteKind::WindowsUser => "on Windows a user stays a name",
            NoteKind::NoWorkingDir => "there is no working directory, and runtimes need one; / was taken",
            NoteKind::RelativeWorkingDir => {
                "runtimes take absolute working directories only; copied as it is"
            }
            NoteKind::RepeatedVariable => {
                "the variable is set twice, and the specification does not say which holds; both were copied"
            }
            NoteKind::OddVariable => "it is no name with a value; copied as it is",
            NoteKind::NoCommand => {
                "there is nothing to run, and the specification does not say what that means"
            }
            NoteKind::VolumesMounted => "how a volume is mounted is up to the converter; each became a tmpfs",
            NoteKind::OddVolume => "the path is relative or has \"..\" in it; copied as it is",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => f.write_str(self.kind.describe()),
            pointer => write!(f, "{pointer}: {}", self.kind.describe()),
        }
    }
}

/// How many notes are kept of one kind: the place of each takes time to work out.
const LISTED: usize = 10;

/// A list of notes in the making.
#[derive(Debug, Default)]
pub struct Notes(Vec<Note>);

impl Notes {
    pub fn add(&mut self, kind: NoteKind, at: Option<Value<'_>>) {
        if self.0.iter().filter(|note| note.kind == kind).count() < LISTED {
            self.0.push(Note { kind, pointer: at.map(Value::pointer).unwrap_or_default() });
        }
    }

    pub fn into_list(self) -> Vec<Note> {
        self.0
    }
}
