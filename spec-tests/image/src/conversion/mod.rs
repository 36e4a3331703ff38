//! From the configuration of an image to that of a container (conversion.md).
//!
//! [`convert`] makes what the specification calls the default generated runtime configuration: all
//! that the document speaks of, and nothing else. Whatever the text can be read in two ways for is
//! on record as a [`Note`], with the choice that was made.

mod accounts;
mod note;
mod runtime;
#[cfg(test)]
mod tests;
mod user;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use crate::config_values::{EnvEntry, UserError};
use crate::json::{Kind, Value};
use crate::spec::SpecVersion;
use crate::views::{Config, Execution, items};

pub use accounts::{AccountsError, Limits};
pub use note::{Note, NoteKind};
pub use runtime::{RuntimeConfig, User};

/// The files of an image's root file system, as far as users and groups are looked up in them.
pub trait RootFiles {
    /// Opens a regular file by its path below the root (`etc/passwd`); `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read, or something else is in its place.
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read + '_>>>;
}

/// A root file system without a file: every name is unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl RootFiles for NoFiles {
    fn open(&self, _: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(None)
    }
}

/// Files in memory, by path.
impl RootFiles for BTreeMap<String, Vec<u8>> {
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.get(path).map(|bytes| Box::new(bytes.as_slice()) as Box<dyn Read>))
    }
}

/// What a conversion came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The runtime configuration.
    pub runtime: RuntimeConfig,
    /// What the specification left open on the way, in the order of the configuration.
    pub notes: Vec<Note>,
}

/// Why an image's configuration cannot be converted, and where in it the reason stands.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", if .pointer.is_empty() { "the configuration" } else { .pointer })]
pub struct ConversionError {
    /// The JSON pointer of the member that is to blame.
    pub pointer: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What keeps a configuration from being converted.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// A member is of another type than config.md gives it.
    #[error("it is {}, not {}", .found.describe(), .wanted.describe())]
    Type {
        /// What it is.
        found: Kind,
        /// What it has to be.
        wanted: Kind,
    },
    /// `User` has none of the forms of config.md.
    #[error("{0}: no user can be made of it")]
    User(UserError),
    /// `User` names a user or a group by something that some tools take for a number and others for
    /// a name, like `-1`.
    #[error("{0:?} is neither a number from 0 to 4294967295 nor a name")]
    LikeNumber(String),
    /// The user is not in the image's `/etc/passwd`, or the image has no such file.
    #[error("the image has no user {0:?}")]
    UnknownUser(String),
    /// The group is not in the image's `/etc/group`, or the image has no such file.
    #[error("the image has no group {0:?}")]
    UnknownGroup(String),
    /// The image's accounts cannot be read.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

/// Converts the configuration of an image, by one version of the specification. Users and groups
/// are looked up in `files` and nowhere else, and only if they are names.
///
/// Of two members with one name the first is taken. Absent and null is the same.
///
/// # Errors
///
/// A member that is converted has the wrong type, or `User` names nobody in the image.
pub fn convert(
    config: Value<'_>,
    files: &dyn RootFiles,
    limits: &Limits,
    version: SpecVersion,
) -> Result<Conversion, ConversionError> {
    expect(config, Kind::Object)?;
    let config = Config::of(config);
    let config_member = given(config.config, Kind::Object)?;
    let mut notes = note::Notes::default();
    let mut runtime = RuntimeConfig {
        annotations: implicit_annotations(&config, version, &mut notes)?,
        ..RuntimeConfig::default()
    };
    let is_windows = string(config.os)?.as_deref() == Some("windows");
    let execution = config_member.map(Execution::of);
    let user = execution.and_then(|execution| execution.user);
    runtime.user = user::resolve(user, is_windows, files, limits, &mut notes)?;
    if let Some(execution) = execution {
        process(&execution, &mut runtime, &mut notes)?;
        optional_fields(&execution, &mut runtime, &mut notes)?;
        // Labels last: they win over whatever is implied by another member.
        for label in given(execution.labels, Kind::Object)?.into_iter().flat_map(Value::members) {
            if let Some(value) = string(Some(label.value))? {
                runtime.annotations.insert(label.name().into_owned(), value);
            }
        }
    }
    if runtime.args.is_empty() {
        notes.add(NoteKind::NoCommand, config_member);
    }
    Ok(Conversion { runtime, notes: notes.into_list() })
}

/// The members that are copied to `process` as they are.
fn process(
    execution: &Execution<'_>,
    runtime: &mut RuntimeConfig,
    notes: &mut note::Notes,
) -> Result<(), ConversionError> {
    runtime.cwd = string(execution.working_dir)?.filter(|path| !path.is_empty());
    match &runtime.cwd {
        Some(path) if !path.starts_with('/') => {
            notes.add(NoteKind::RelativeWorkingDir, execution.working_dir)
        }
        Some(_) => {}
        None => notes.add(NoteKind::NoWorkingDir, execution.working_dir),
    }
    runtime.env = strings(execution.env)?;
    let mut names = BTreeSet::new();
    for (value, entry) in items(execution.env).zip(&runtime.env) {
        match EnvEntry::parse(entry) {
            Ok(entry) if names.insert(entry.name) => {}
            Ok(_) => notes.add(NoteKind::RepeatedVariable, Some(value)),
            Err(_) => notes.add(NoteKind::OddVariable, Some(value)),
        }
    }
    runtime.args = strings(execution.entrypoint)?;
    runtime.args.extend(strings(execution.cmd)?);
    Ok(())
}

/// The members that a converter need not convert.
fn optional_fields(
    execution: &Execution<'_>,
    runtime: &mut RuntimeConfig,
    notes: &mut note::Notes,
) -> Result<(), ConversionError> {
    let ports = keys(execution.exposed_ports)?;
    if !ports.is_empty() {
        runtime.annotations.insert(EXPOSED_PORTS.to_owned(), ports.join(","));
    }
    runtime.mounts = keys(execution.volumes)?;
    if !runtime.mounts.is_empty() {
        notes.add(NoteKind::VolumesMounted, execution.volumes);
    }
    let leaves = |path: &String| !path.starts_with('/') || path.split('/').any(|part| part == "..");
    if runtime.mounts.iter().any(leaves) {
        notes.add(NoteKind::OddVolume, execution.volumes);
    }
    Ok(())
}

/// The prefix of every annotation that conversion.md defines.
const IMAGE: &str = "org.opencontainers.image.";
/// The annotation that holds the exposed ports.
pub const EXPOSED_PORTS: &str = "org.opencontainers.image.exposedPorts";
/// The annotation that holds the features of the operating system.
pub const OS_FEATURES: &str = "org.opencontainers.image.os.features";

/// The annotations that members other than the labels imply.
fn implicit_annotations(
    config: &Config<'_>,
    version: SpecVersion,
    notes: &mut note::Notes,
) -> Result<BTreeMap<String, String>, ConversionError> {
    let mut annotations = BTreeMap::new();
    let execution = given(config.config, Kind::Object)?.map(Execution::of);
    let since_1_1 = [
        ("os", config.os),
        ("architecture", config.architecture),
        ("variant", config.variant),
        ("os.version", config.os_version),
    ];
    let always = [
        ("author", config.author),
        ("created", config.created),
        ("stopSignal", execution.and_then(|execution| execution.stop_signal)),
    ];
    let is_new = version >= SpecVersion::V1_1_1;
    for (name, member) in since_1_1.into_iter().filter(|_| is_new).chain(always) {
        if let Some(value) = string(member)? {
            annotations.insert(format!("{IMAGE}{name}"), value);
        }
    }
    if is_new && given(config.os_features, Kind::Array)?.is_some() {
        let features = strings(config.os_features)?;
        notes.add(NoteKind::FeaturesJoined, config.os_features);
        annotations.insert(OS_FEATURES.to_owned(), features.join(","));
    }
    Ok(annotations)
}

/// A member that says something: null is as good as absent.
fn given(member: Option<Value<'_>>, wanted: Kind) -> Result<Option<Value<'_>>, ConversionError> {
    let member = member.filter(|value| !value.is_null());
    member.map(|value| expect(value, wanted)).transpose()
}

fn expect(value: Value<'_>, wanted: Kind) -> Result<Value<'_>, ConversionError> {
    match value.kind() {
        found if found == wanted => Ok(value),
        found => Err(refuse(Some(value), Reason::Type { found, wanted })),
    }
}

fn refuse(at: Option<Value<'_>>, reason: Reason) -> ConversionError {
    ConversionError { pointer: at.map(Value::pointer).unwrap_or_default(), reason }
}

fn string(member: Option<Value<'_>>) -> Result<Option<String>, ConversionError> {
    let member = given(member, Kind::String)?;
    Ok(member.and_then(Value::as_str).map(|text| text.into_owned()))
}

fn strings(member: Option<Value<'_>>) -> Result<Vec<String>, ConversionError> {
    let list = items(given(member, Kind::Array)?);
    list.map(|item| Ok(expect(item, Kind::String)?.as_str().unwrap_or_default().into_owned())).collect()
}

/// The keys of an object that stands for a set, in their order.
fn keys(member: Option<Value<'_>>) -> Result<Vec<String>, ConversionError> {
    let members = given(member, Kind::Object)?.into_iter().flat_map(Value::members);
    let mut seen = BTreeSet::new();
    let keys = members.map(|member| member.name().into_owned());
    Ok(keys.filter(|key| seen.insert(key.clone())).collect())
}
