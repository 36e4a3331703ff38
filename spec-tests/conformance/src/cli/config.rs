//! `seaworthy.toml`: options that one would otherwise repeat.
//!
//! The file is only read where `--config` names it. It can name files to write and programs to run,
//! and whoever checks somebody else's folder must not do as that folder says.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{Arg, ArgAction, Command};
use serde_json::json;

use super::Usage;
use crate::printable::{reason, toml_reason};

/// The option that names the file.
const OPTION: &str = "--config";
/// The commands that take the option; each has a table of its own in the file.
const TABLES: [&str; 3] = ["check", "test", "registry"];
/// The largest file that is read.
const MOST_BYTES: u64 = 1 << 20;

/// The arguments with those of the file that `--config` names before them, so that what stands on
/// the command line comes last and wins.
///
/// # Errors
///
/// The file cannot be read, or has something that the command does not take.
pub fn expand(args: Vec<OsString>, cli: &Command) -> Result<Vec<OsString>, Usage> {
    let Some(path) = file(&args) else { return Ok(args) };
    let Some(command) = args.get(1).and_then(|name| cli.find_subcommand(name)) else { return Ok(args) };
    let shown = path.to_string_lossy().into_owned();
    let fail = |reason: String| Usage(format!("{shown}: {reason}"));
    let table = read(Path::new(&path)).map_err(fail)?;
    if let Some(other) = table.keys().find(|key| !TABLES.contains(&key.as_str())) {
        let known = TABLES.map(|name| format!("[{name}]")).join(", ");
        return Err(fail(format!("there is no table {other:?}; the tables are {known}")));
    }
    let mut expanded = args[..2].to_vec();
    if let Some(options) = table.get(command.get_name()) {
        let Some(options) = options.as_table() else {
            return Err(fail(format!("{:?} has to be a table", command.get_name())));
        };
        for (name, value) in options {
            let words = words(command, name, value).map_err(fail)?;
            // Of options that may be repeated, the last one would not win, but be added to the others.
            if !is_given(&args[2..], name) {
                expanded.extend(words);
            }
        }
    }
    expanded.extend_from_slice(&args[2..]);
    Ok(expanded)
}

/// Whether an option stands on the command line.
fn is_given(args: &[OsString], name: &str) -> bool {
    let mut options =
        args.iter().take_while(|arg| *arg != "--").filter_map(|arg| arg.to_str()?.strip_prefix("--"));
    options.any(|option| option.split('=').next() == Some(name))
}

fn file(args: &[OsString]) -> Option<OsString> {
    let mut args = args.iter().skip(2).take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        if arg == OPTION {
            return args.next().cloned();
        }
        let text = arg.to_str().unwrap_or_default();
        if let Some(path) = text.strip_prefix(OPTION).and_then(|rest| rest.strip_prefix('=')) {
            return Some(OsStr::new(path).to_owned());
        }
    }
    None
}

fn read(path: &Path) -> Result<toml::Table, String> {
    let size = std::fs::metadata(path).map_err(|error| reason(&error))?.len();
    if size > MOST_BYTES {
        return Err(format!("it is larger than {MOST_BYTES} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| reason(&error))?;
    toml::from_str(&text).map_err(|error| toml_reason(&text, &error))
}

/// An option of the file as words of a command line.
fn words(command: &Command, name: &str, value: &toml::Value) -> Result<Vec<OsString>, String> {
    let Some(arg) = options(command).find(|arg| arg.get_long() == Some(name)) else {
        let names: Vec<&str> = options(command).filter_map(Arg::get_long).collect();
        return Err(format!("{} has no option {name:?}; it has {}", command.get_name(), names.join(", ")));
    };
    let one = |value: &toml::Value| match value {
        toml::Value::String(text) => Ok(OsString::from(format!("--{name}={text}"))),
        toml::Value::Integer(number) => Ok(OsString::from(format!("--{name}={number}"))),
        other => Err(format!("{name:?} cannot be a {}", other.type_str())),
    };
    match (is_flag(arg), value) {
        (true, toml::Value::Boolean(true)) => Ok(vec![OsString::from(format!("--{name}"))]),
        (true, toml::Value::Boolean(false)) => Ok(Vec::new()),
        (true, _) => Err(format!("{name:?} has to be true or false")),
        (false, toml::Value::Array(values)) if is_repeatable(arg) => values.iter().map(one).collect(),
        (false, toml::Value::Array(_)) => Err(format!("{name:?} takes one value")),
        (false, value) => Ok(vec![one(value)?]),
    }
}

/// What the file can set: every option but the one that names it.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command
        .get_arguments()
        .filter(|arg| arg.get_long().is_some_and(|name| !["config", "help", "version"].contains(&name)))
}

fn is_flag(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::SetFalse)
}

fn is_repeatable(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

/// The JSON Schema of the file, made from the command line itself.
pub fn schema(cli: &Command) -> serde_json::Value {
    let option = |arg: &Arg| {
        let values: Vec<String> =
            arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let one = match values.is_empty() {
            true => json!({ "type": ["string", "integer"] }),
            false => json!({ "enum": values }),
        };
        let mut schema = match (is_flag(arg), is_repeatable(arg)) {
            (true, _) => json!({ "type": "boolean" }),
            (false, true) => json!({ "oneOf": [one, { "type": "array", "items": one }] }),
            (false, false) => one,
        };
        schema["description"] = json!(arg.get_help().map(ToString::to_string).unwrap_or_default());
        (arg.get_long().unwrap_or_default().to_owned(), schema)
    };
    let table = |name: &str| {
        let command = cli.find_subcommand(name);
        let options: serde_json::Map<_, _> = command.into_iter().flat_map(options).map(option).collect();
        json!({
            "type": "object",
            "description": format!("Options of seaworthy {name}"),
            "additionalProperties": false,
            "properties": options,
        })
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seaworthy.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": TABLES.map(|name| (name.to_owned(), table(name))).into_iter().collect::<serde_json::Map<_, _>>(),
    })
}
