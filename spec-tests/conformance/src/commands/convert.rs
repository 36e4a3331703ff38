//! `seaworthy convert`: the runtime configuration of an image.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use seaworthy_image::conversion::{
    self, Conversion, ConversionError, NoFiles, Reason, RootFiles, RuntimeConfig,
};
use seaworthy_image::json::Document;
use seaworthy_image::layer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;
use serde::Serialize;

use crate::image::{self, Image, LayerFiles, Platform, RootDirectory};
use crate::input::{self, Content};
use crate::printable::is_hazard;

/// What to convert, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The image, as named on the command line.
    pub image: OsString,
    /// The platform to choose from an index.
    pub platform: Option<Platform>,
    /// A root file system to look users up in, instead of the image's layers.
    pub rootfs: Option<PathBuf>,
    /// The version of the specification.
    pub version: SpecVersion,
    /// How input is taken.
    pub input: input::Options,
    /// How much is read of the image's accounts.
    pub accounts: conversion::Limits,
    /// How much is read of its layers.
    pub layers: layer::Limits,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The runtime configuration, and what was left open on the way.
    pub conversion: Conversion,
    /// The digest of a document of the image that could not be verified, since its algorithm is not known.
    pub unverified: Option<String>,
    /// What a person should know of the input.
    pub notes: Vec<String>,
}

/// Why an image has no conversion, which is its own fault.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There cannot be any.
    #[error(transparent)]
    Image(ConversionError),
    /// Without accounts there cannot be any, and a configuration alone has none.
    #[error("{}: there is no image to look up {name} in; name a root file system with --rootfs", .pointer)]
    NoAccounts {
        /// The JSON pointer of the member that names somebody.
        pointer: String,
        /// The user or the group.
        name: String,
    },
}

impl Refusal {
    /// Why a configuration alone has no conversion.
    fn of_configuration(error: ConversionError) -> Refusal {
        let name = match &error.reason {
            Reason::UnknownUser(name) => format!("the user {name:?}"),
            Reason::UnknownGroup(name) => format!("the group {name:?}"),
            _ => return Refusal::Image(error),
        };
        Refusal::NoAccounts { pointer: error.pointer, name }
    }
}

/// Converts the configuration of an image. The inner error is the image's own fault.
///
/// # Errors
///
/// The image cannot be read, or there is none, or not a single one.
pub fn convert(request: &Request) -> anyhow::Result<Result<Converted, Refusal>> {
    let name = || request.image.to_string_lossy().into_owned();
    let opened = input::open(&request.image, &request.input).with_context(name)?;
    let directory = match &request.rootfs {
        Some(path) => Some(RootDirectory::open(path).with_context(|| path.display().to_string())?),
        None => None,
    };
    let directory = directory.as_ref().map(|directory| directory as &dyn RootFiles);
    let notes = opened.notes;
    let converted = match opened.content {
        Content::Document { bytes, kind: DocumentKind::Config } => {
            let refusal = match directory {
                Some(_) => Refusal::Image,
                None => Refusal::of_configuration,
            };
            let files = directory.unwrap_or(&NoFiles);
            run(&bytes, None, files, request).map(|converted| converted.map_err(refusal)).with_context(name)
        }
        Content::Document { kind, .. } => {
            let is = kind.as_str();
            Err(anyhow::anyhow!(
                "it is a document of type {is}, and only an image's configuration can be converted"
            ))
            .with_context(name)
        }
        Content::Layout { storage, reference } => {
            let (reference, platform) = (reference.as_deref(), request.platform.as_ref());
            let image = image::find(&*storage, reference, platform, request.version, &request.input.json)
                .and_then(Image::clear)
                .with_context(name)?;
            let layers = LayerFiles::new(&*storage, &image, &request.accounts, request.layers);
            run(&image.config, image.unverified.clone(), directory.unwrap_or(&layers), request)
                .map(|converted| converted.map_err(Refusal::Image))
                .with_context(name)
        }
    };
    Ok(converted?.map(|converted| Converted { notes, ..converted }))
}

fn run(
    config: &[u8],
    unverified: Option<String>,
    files: &dyn RootFiles,
    request: &Request,
) -> anyhow::Result<Result<Converted, ConversionError>> {
    let document = Document::parse(config, &request.input.json);
    let document = document.map_err(|anomaly| anyhow::anyhow!("the configuration: {}", anomaly.kind))?;
    if let Some(anomaly) = document.anomalies().first() {
        anyhow::bail!("the configuration can be read in more than one way: {}", anomaly.kind);
    }
    let conversion = conversion::convert(document.root(), files, &request.accounts, request.version);
    Ok(conversion.map(|conversion| Converted { conversion, unverified, notes: Vec::new() }))
}

/// Writes the runtime configuration: a `config.json` with what the image says and no more, to be
/// completed by whoever runs it.
///
/// # Errors
///
/// The output cannot be written.
pub fn config(runtime: &RuntimeConfig, version: SpecVersion, out: &mut dyn Write) -> io::Result<()> {
    json(&Config::of(runtime, version), out)
}

/// Writes the runtime configuration with everything that was left open on the way.
///
/// # Errors
///
/// The output cannot be written.
pub fn report(converted: &Converted, version: SpecVersion, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Report<'r> {
        seaworthy: &'static str,
        image_spec: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        unverified: Option<&'r str>,
        config: Config<'r>,
        notes: Vec<Note<'r>>,
    }
    #[derive(Serialize)]
    struct Note<'r> {
        kind: &'static str,
        pointer: &'r str,
        text: &'static str,
    }
    let Converted { conversion, unverified, .. } = converted;
    let notes = conversion.notes.iter().map(|note| Note {
        kind: note.kind.as_str(),
        pointer: &note.pointer,
        text: note.kind.describe(),
    });
    let report = Report {
        seaworthy: env!("CARGO_PKG_VERSION"),
        image_spec: version.as_str(),
        unverified: unverified.as_deref(),
        config: Config::of(&conversion.runtime, version),
        notes: notes.collect(),
    };
    json(&report, out)
}

/// `config.json`, its members in the order in which runtime-spec describes them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'r> {
    oci_version: &'static str,
    root: Root,
    mounts: Vec<Mount<'r>>,
    process: Process<'r>,
    annotations: &'r BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Root {
    path: &'static str,
}

#[derive(Serialize)]
struct Mount<'r> {
    destination: &'r str,
    #[serde(rename = "type")]
    kind: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct Process<'r> {
    user: User<'r>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    args: &'r [String],
    env: &'r [String],
    cwd: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gid: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    additional_gids: &'r [u64],
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'r str>,
}

impl<'r> Config<'r> {
    fn of(runtime: &'r RuntimeConfig, version: SpecVersion) -> Self {
        let mount = |destination: &'r String| Mount { destination, kind: "tmpfs", source: "tmpfs" };
        Config {
            // The version of runtime-spec that conversion.md refers to.
            oci_version: if version == SpecVersion::V1_0_2 { "1.0.0" } else { "1.2.0" },
            root: Root { path: "rootfs" },
            mounts: runtime.mounts.iter().map(mount).collect(),
            process: Process {
                user: User {
                    uid: runtime.user.uid,
                    gid: runtime.user.gid,
                    additional_gids: &runtime.user.additional_gids,
                    username: runtime.user.username.as_deref(),
                },
                args: &runtime.args,
                env: &runtime.env,
                cwd: runtime.cwd.as_deref().unwrap_or("/"),
            },
            annotations: &runtime.annotations,
        }
    }
}

/// Writes JSON that says the same as any other and does nothing to a terminal.
fn json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut safe = String::new();
    // Whatever is a hazard stands within a string, apart from the ends of lines.
    for character in serde_json::to_string_pretty(value)?.chars() {
        if is_hazard(character) && character != '\n' {
            safe.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(character);
        }
    }
    writeln!(out, "{safe}")
}
