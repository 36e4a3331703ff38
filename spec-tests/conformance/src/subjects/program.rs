//! Programs under test: a subject is made from the data file that describes how it is called.

mod compare;
mod definition;
mod driver;
mod image;
mod install;
mod invoke;
mod lines;
mod place;
mod plan;
mod skip;
mod words;

use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use seaworthy_generators::battery::Place;
use seaworthy_generators::mutation::Part;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::{Case, Role};

use super::{Subject, Unavailable};
use crate::outcome::Outcome;
use crate::printable::reason;
use crate::process::{Confiner, Limits};

pub use definition::{
    Definition, DefinitionError, Need, Output, Protocol, Reads, Root, Scope, Service, VersionCommand,
};
pub(crate) use install::{Installed, find_all};

/// The programs that Seaworthy comes with.
const DEFINITIONS: [(&str, &str); 18] = [
    ("bsdtar-loop.toml", include_str!("../../programs/bsdtar-loop.toml")),
    ("buildah.toml", include_str!("../../programs/buildah.toml")),
    ("crane.toml", include_str!("../../programs/crane.toml")),
    ("crane-export.toml", include_str!("../../programs/crane-export.toml")),
    ("oci-image-tool.toml", include_str!("../../programs/oci-image-tool.toml")),
    ("oci-unpack.toml", include_str!("../../programs/oci-unpack.toml")),
    ("ocidir.toml", include_str!("../../programs/ocidir.toml")),
    ("oras.toml", include_str!("../../programs/oras.toml")),
    ("oras-config.toml", include_str!("../../programs/oras-config.toml")),
    ("python-tarfile.toml", include_str!("../../programs/python-tarfile.toml")),
    ("regctl.toml", include_str!("../../programs/regctl.toml")),
    ("regctl-inspect.toml", include_str!("../../programs/regctl-inspect.toml")),
    ("skopeo.toml", include_str!("../../programs/skopeo.toml")),
    ("skopeo-inspect.toml", include_str!("../../programs/skopeo-inspect.toml")),
    ("tar-loop.toml", include_str!("../../programs/tar-loop.toml")),
    ("umoci-convert.toml", include_str!("../../programs/umoci-convert.toml")),
    ("umoci-stat.toml", include_str!("../../programs/umoci-stat.toml")),
    ("umoci-unpack.toml", include_str!("../../programs/umoci-unpack.toml")),
];

const MIB: u64 = 1 << 20;

/// What one call may use. Every program here ends within a second and 100 MiB on any plain image.
pub fn limits() -> Limits {
    Limits {
        // A hundred times what a call takes on a machine that is idle: this is for a machine that
        // is not, and tells a hang from a slow answer all the same.
        wall: Duration::from_secs(10),
        // Twice that, for programs that compute on all processors at once.
        cpu: Duration::from_secs(20),
        // A program of the Go runtime that has read a hostile size allocates it at once; the cases
        // themselves are small.
        memory: 1024 * MIB,
        // A readable trace of some thousand goroutines fits, a loop that prints does not.
        output: 16 * MIB,
        // Only the first telling line is shown, and texts that tell a crash stand at either end.
        keep: MIB as usize,
        // Room for a copy of any layer of a case, decompressed.
        disk: 256 * MIB,
        // The same for the number of files: the largest case has some hundred.
        files: 100_000,
        file_size: 256 * MIB,
        ..Limits::default()
    }
}

/// A program under test.
#[derive(Debug)]
pub struct Program {
    definition: Definition,
    confiner: Arc<Confiner>,
    limits: Limits,
    installed: OnceLock<Result<Installed, Unavailable>>,
}

impl Program {
    /// Every program that Seaworthy comes with, whether or not it is installed.
    ///
    /// # Errors
    ///
    /// Never in a build that has passed its tests.
    pub fn all(confiner: &Arc<Confiner>) -> Result<Vec<Program>, DefinitionError> {
        let parse = |(file, text): (&str, &str)| Definition::parse(file, text);
        let definitions = DEFINITIONS.into_iter().map(parse);
        definitions.map(|definition| Ok(Program::new(definition?, confiner.clone()))).collect()
    }

    /// A program that somebody describes in a file of their own.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no definition.
    pub fn from_file(path: &Path, confiner: &Arc<Confiner>) -> Result<Program, DefinitionError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| DefinitionError { file: file.clone(), reason: reason(&error) })?;
        let mut definition = Definition::parse(&file, &text)?;
        // What comes with the file is named by where the file is.
        let absolute = std::path::absolute(path).ok();
        let here = absolute.as_deref().and_then(Path::parent).unwrap_or(Path::new("."));
        let mut words = definition.words();
        if let Some(word) = words.find(|word| Path::new(word).is_relative() && here.join(word).is_file()) {
            let reason =
                format!("{word:?} is a file beside it, but a program runs elsewhere: write {{here}}/{word}");
            return Err(DefinitionError { file, reason });
        }
        drop(words);
        definition.fill_in("{here}", &here.display().to_string());
        Ok(Program::new(definition, confiner.clone()))
    }

    /// A program with this definition.
    pub fn new(definition: Definition, confiner: Arc<Confiner>) -> Program {
        Program { definition, confiner, limits: limits(), installed: OnceLock::new() }
    }

    /// The same with other limits than [`limits`].
    pub fn with_limits(self, limits: Limits) -> Program {
        Program { limits, ..self }
    }

    /// What it was made from.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Why it cannot be asked about a plain image of this shape; `None` if it can.
    pub fn skips_shape(&self, shape: Shape) -> Option<String> {
        skip::shape(&self.definition, shape)
    }

    fn run_at<'m>(
        &self,
        make: &dyn Fn(&Place) -> Cow<'m, Memory>,
        version: SpecVersion,
        is_aimed: bool,
    ) -> Outcome {
        match self.installed() {
            Ok(installed) => invoke::run(self, installed, make, None, version, is_aimed),
            Err(unavailable) => Outcome::Failed(unavailable.to_string()),
        }
    }

    fn installed(&self) -> Result<&Installed, &Unavailable> {
        self.installed.get_or_init(|| install::find(&self.definition, &self.confiner, &self.limits)).as_ref()
    }
}

impl Subject for Program {
    fn name(&self) -> &str {
        &self.definition.name
    }

    fn role(&self) -> Role {
        self.definition.role
    }

    fn version(&self) -> Result<String, Unavailable> {
        self.installed().map(|installed| installed.version.clone()).map_err(Clone::clone)
    }

    fn skips(&self, case: &Case) -> Option<Cow<'static, str>> {
        skip::case(&self.definition, case).map(Cow::Owned)
    }

    fn skips_threat(&self, parts: &[Part]) -> Option<Cow<'static, str>> {
        skip::threat(&self.definition, parts).map(Cow::Owned)
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        self.run_at(&|_| Cow::Borrowed(layout), version, false)
    }

    fn run_aimed(&self, make: &dyn Fn(&Place) -> Memory, version: SpecVersion) -> Outcome {
        self.run_at(&|place| Cow::Owned(make(place)), version, true)
    }

    fn run_archive(&self, archive: &[u8], layout: &Memory, version: SpecVersion) -> Outcome {
        if self.definition.archive.is_none() {
            return Outcome::Skipped("it is given directories, and no archives".to_owned());
        }
        match self.installed() {
            Ok(installed) => {
                invoke::run(self, installed, &|_| Cow::Borrowed(layout), Some(archive), version, true)
            }
            Err(unavailable) => Outcome::Failed(unavailable.to_string()),
        }
    }
}
