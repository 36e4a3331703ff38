//! Somebody else's parser under our generators and oracles: a program that reads standard input.
//!
//! `cargo run -p seaworthy-fuzz --example program -- COMMAND...`

use seaworthy_fuzz::inputs::Inputs;
use seaworthy_fuzz::reader::{check, program::Program};
use seaworthy_fuzz::targets::find;

fn main() {
    let reader = Program { command: std::env::args().skip(1).collect() };
    let target = find("document_bytes").expect("it is listed");
    for input in Inputs::of(target, "mine").take(500) {
        if let Err(misreading) = check(&reader, &input) {
            println!("{misreading:?}: {}", String::from_utf8_lossy(&input).escape_debug());
            break;
        }
    }
}
