//! Registries that can be started here, to be put to the test: data files like those of programs.

mod run;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::Deserialize;

use crate::printable::toml_reason;
use crate::process::{Confiner, Limits};
use crate::subjects::Unavailable;
use crate::subjects::program::{DefinitionError, Installed, VersionCommand, find_all};

pub use run::{Running, StartError};

/// The registries that Seaworthy knows how to start.
const DEFINITIONS: [(&str, &str); 6] = [
    ("crane-registry.toml", include_str!("../registries/crane-registry.toml")),
    ("distribution.toml", include_str!("../registries/distribution.toml")),
    ("docker-registry.toml", include_str!("../registries/docker-registry.toml")),
    ("ferro-oci-server.toml", include_str!("../registries/ferro-oci-server.toml")),
    ("olareg.toml", include_str!("../registries/olareg.toml")),
    ("zot.toml", include_str!("../registries/zot.toml")),
];

const MIB: u64 = 1 << 20;

/// What a registry may use while it is tested.
pub fn limits() -> Limits {
    Limits {
        // A run takes seconds, and a profile of content minutes.
        wall: Duration::from_secs(60 * 60),
        cpu: Duration::from_secs(30 * 60),
        // All that is pushed in a run is some ten MiB, even if it is kept in memory.
        memory: 2048 * MIB,
        // A line for each request, if it will not be silenced.
        output: 256 * MIB,
        keep: MIB as usize,
        disk: 2048 * MIB,
        files: 1_000_000,
        file_size: 256 * MIB,
        ..Limits::default()
    }
}

/// How a registry is started; `registries/README.md` says what each key means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What reports call it.
    pub name: String,
    /// How to get it.
    pub install: Option<String>,
    /// The version that the definition was written against.
    pub tested: Option<String>,
    /// How to ask for its version.
    pub version: VersionCommand,
    /// What starts it.
    pub command: Vec<String>,
    /// What it finds in its environment.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Files to write into its folder first.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

/// A registry that can be started, if it is installed.
#[derive(Debug)]
pub struct Peer {
    definition: Definition,
    confiner: Arc<Confiner>,
    installed: OnceLock<Result<Installed, Unavailable>>,
}

/// Every registry that Seaworthy knows, whether or not it is installed.
///
/// # Errors
///
/// Never in a build that has passed its tests.
pub fn all(confiner: &Arc<Confiner>) -> Result<Vec<Peer>, DefinitionError> {
    DEFINITIONS.into_iter().map(|(file, text)| Peer::parse(file, text, confiner)).collect()
}

impl Peer {
    /// A registry from the text of its file.
    ///
    /// # Errors
    ///
    /// The text is no definition.
    pub fn parse(file: &str, text: &str, confiner: &Arc<Confiner>) -> Result<Peer, DefinitionError> {
        let wrong = |reason: String| DefinitionError { file: file.to_owned(), reason };
        let definition: Definition =
            toml::from_str(text).map_err(|error| wrong(toml_reason(text, &error)))?;
        if definition.command.is_empty() || definition.version.command.is_empty() {
            return Err(wrong("`command` or `version.command` is empty".to_owned()));
        }
        if definition.files.keys().any(|name| name.contains('/') || name.starts_with('.')) {
            return Err(wrong("`files` has a name that is no plain one".to_owned()));
        }
        Ok(Peer { definition, confiner: confiner.clone(), installed: OnceLock::new() })
    }

    /// What it was made from.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// What reports call it.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// Its version.
    ///
    /// # Errors
    ///
    /// It is not installed, or cannot be confined.
    pub fn version(&self) -> Result<String, Unavailable> {
        self.installed().map(|installed| installed.version.clone()).map_err(Clone::clone)
    }

    /// Starts it, on a port of the loopback interface and with its data in a throw-away folder.
    ///
    /// # Errors
    ///
    /// It is not installed, ends early, or does not answer.
    pub fn start(&self) -> Result<Running, StartError> {
        let installed = self.installed().map_err(Clone::clone)?;
        Running::start(&self.definition, installed, &self.confiner)
    }

    fn installed(&self) -> Result<&Installed, &Unavailable> {
        let find = || {
            let names: Vec<&str> = self.definition.command.iter().take(1).map(String::as_str).collect();
            let (version, install) = (&self.definition.version, self.definition.install.as_deref());
            find_all(&names, version, false, install, &self.confiner, &limits())
        };
        self.installed.get_or_init(find).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_named_like_its_file() {
        let peers = all(&Arc::new(Confiner::new())).unwrap();
        for (peer, (file, _)) in peers.iter().zip(DEFINITIONS) {
            assert_eq!(format!("{}.toml", peer.name()), file);
            let Definition { command, environment, files, .. } = &peer.definition;
            let is_told = command.iter().chain(environment.values()).chain(files.values());
            assert!(is_told.into_iter().any(|text| text.contains("{port}")), "{file} names no port");
        }
    }

    #[test]
    fn what_is_no_definition_is_refused() {
        let check = |text: &str, wanted: &str| {
            let error = Peer::parse("x.toml", text, &Arc::new(Confiner::new())).unwrap_err();
            assert!(error.to_string().contains(wanted), "{error}");
        };
        let whole = "name = \"x\"\ncommand = [\"x\"]\nversion = { command = [\"x\"] }\n";
        check("name = \"x\"", "missing field");
        check(&whole.replace("command = [\"x\"]\n", "command = []\n"), "is empty");
        check(&format!("{whole}[files]\n\"../x\" = \"\"\n"), "no plain one");
        check(&format!("{whole}port = 1\n"), "unknown field");
    }
}
