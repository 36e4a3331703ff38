//! Unpackers as subjects: the tree that comes out is compared with the one that has to, by careless
//! unpackers that make one mistake each, and by the programs that are installed here.

use std::path::Path;
use std::sync::Arc;

use seaworthy::confine::Methods;
use seaworthy::outcome::Outcome;
use seaworthy::process::Confiner;
use seaworthy::subjects::program::Program;
use seaworthy::subjects::{Subject, careless};
use seaworthy_generators::choices::Choices;
use seaworthy_generators::shape::Shape;
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

const SEAWORTHY: &str = env!("CARGO_BIN_EXE_seaworthy");

fn confiner() -> Arc<Confiner> {
    Arc::new(Confiner::with(SEAWORTHY, Methods::default()))
}

fn plain() -> Memory {
    Shape::Image.draft().seal(&mut Choices::new(&[]))
}

#[test]
fn the_plain_image_comes_out_right() {
    let careful = careless::unpacker(None, Path::new(SEAWORTHY), &confiner()).unwrap();
    assert_eq!(careful.run(&plain(), SpecVersion::V1_1_1), Outcome::accepted());
    let mut ran = Vec::new();
    for program in Program::all(&confiner()).unwrap() {
        if program.role() == Role::Unpacker && program.version().is_ok() {
            let outcome = program.run(&plain(), SpecVersion::V1_1_1);
            assert_eq!(outcome, Outcome::accepted(), "{}", program.name());
            ran.push(program.name().to_owned());
        }
    }
    eprintln!("installed here: {}", ran.join(", "));
}
