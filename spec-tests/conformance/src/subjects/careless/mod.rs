//! Careless unpackers: one unpacker with one mistake each. They prove that the suite bites: each of
//! them has to be caught, and the one without a mistake must not be.
//!
//! They are real programs on real files, in the same confinement as everybody else's, since half of the
//! mistakes are about what happens outside the folder.

mod mistake;
mod unpack;

use std::sync::Arc;

pub use mistake::{ALL, Mistake};
pub use unpack::main;

use super::program::{Definition, DefinitionError, Program};
use crate::process::Confiner;

/// The unpacker with this mistake, or with none.
///
/// # Errors
///
/// Never in a build that has passed its tests.
pub fn unpacker(mistake: Option<&Mistake>, confiner: &Arc<Confiner>) -> Result<Program, DefinitionError> {
    let name = mistake.map_or("none", |mistake| mistake.name);
    let seaworthy = confiner.command();
    let text = format!(
        "name = \"careless-{name}\"\nrole = \"unpacker\"\n\
         version = {{ command = [{seaworthy:?}, \"--version\"], after = \"seaworthy \" }}\n\
         command = [{seaworthy:?}, \"careless\", {name:?}, \"{{output}}\", \"{{layout}}\", \
         \"{{layers}}\", \"--\", \"{{diffids}}\"]\n\
         scope = \"ref\"\nreads = [\"index\", \"manifest\", \"config\", \"blobs\"]\noutput = \"tree\"\n\
         accepted = [0]\nrefused = [1]\nneeds = [\"image-manifest\", \"image-config\", \"own-root\"]\n"
    );
    Ok(Program::new(Definition::parse(&format!("careless-{name}"), &text)?, confiner.clone()))
}
