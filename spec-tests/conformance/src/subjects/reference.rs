//! The reference implementation: our own rules, as a validator that also tells what it read.

use std::sync::Arc;

use seaworthy_image::graph;
use seaworthy_image::layout::{Memory, Storage};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;
use seaworthy_rules::judge::{self, Judged};

use super::program::{Definition, DefinitionError, Program};
use super::{Subject, Unavailable};
use crate::facts;
use crate::input::{self, Content, Input};
use crate::outcome::Outcome;
use crate::process::Confiner;

/// The reference implementation.
#[derive(Debug, Clone, Copy)]
pub struct Reference;

impl Subject for Reference {
    fn name(&self) -> &str {
        "reference"
    }

    fn role(&self) -> Role {
        Role::Validator
    }

    fn version(&self) -> Result<String, Unavailable> {
        Ok(env!("CARGO_PKG_VERSION").to_owned())
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        match findings(layout, version) {
            Ok(judged) => outcome(layout, version, &judged),
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    fn run_archive(&self, archive: &[u8], _: &Memory, version: SpecVersion) -> Outcome {
        let (storage, notes) = match input::from_stream(archive, &input::Options::default(), None) {
            Ok(Input { content: Content::Layout { storage, .. }, notes, .. }) => (storage, notes),
            Ok(_) => return Outcome::Rejected("it is no layout".to_owned()),
            Err(error) => return Outcome::Rejected(error.to_string()),
        };
        match findings(&*storage, version) {
            Ok(judged) => match outcome(&*storage, version, &judged) {
                Outcome::Accepted { warned, read } => {
                    Outcome::Accepted { warned: warned || !notes.is_empty(), read }
                }
                outcome => outcome,
            },
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }
}

/// The reference as an unpacker: `seaworthy unpack`, confined like every other program.
///
/// # Errors
///
/// Never in a build that has passed its tests.
pub fn unpacker(confiner: &Arc<Confiner>) -> Result<Program, DefinitionError> {
    let command = confiner.command();
    let text = format!(
        r#"name = "reference-unpack"
role = "unpacker"
version = {{ command = [{command:?}, "--version"], after = "seaworthy " }}
command = [{command:?}, "unpack", "--platform", "linux/amd64", "oci:{{layout}}:{{ref}}", "{{output}}"]
unnamed = [{command:?}, "unpack", "--platform", "linux/amd64", "{{layout}}", "{{output}}"]
archive = [{command:?}, "unpack", "--platform", "linux/amd64", "oci-archive:{{archive}}:{{ref}}", "{{output}}"]
scope = "ref"
reads = ["index", "manifest", "config", "blobs"]
output = "tree"
accepted = [0]
refused = [1, 3]
crashed = ["panicked at"]
needs = ["platform", "image-config", "own-root"]
"#
    );
    Ok(Program::new(Definition::parse("reference-unpack", &text)?, confiner.clone()))
}

/// What the rules say of a layout; one thread, since the suite runs many cases side by side.
pub fn findings(layout: &dyn Storage, version: SpecVersion) -> std::io::Result<Judged> {
    let limits = graph::Limits { threads: 1, ..graph::Limits::default() };
    judge::layout(layout, None, version, &limits)
}

/// The outcome that a validator with these findings has.
pub fn outcome(layout: &dyn Storage, version: SpecVersion, judged: &Judged) -> Outcome {
    if let Some(breach) = judged.findings.iter().find(|finding| finding.level.is_error()) {
        return Outcome::Rejected(breach.requirement.id.clone());
    }
    match facts::reading(layout, version) {
        Ok(read) => Outcome::Accepted { warned: !judged.findings.is_empty(), read: Some(read) },
        Err(error) => Outcome::Rejected(error.to_string()),
    }
}
