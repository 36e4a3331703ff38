//! Every target on its seeds, and on inputs that the mutators make of them: the same each time.
//!
//! `SEAWORTHY_CASES=100` makes a hundred times as many.

use seaworthy_fuzz::inputs::Inputs;
use seaworthy_fuzz::targets::{self, Target};

/// How many mutated inputs each target gets.
const INPUTS: usize = 2000;

fn smoke(name: &str) {
    let target = targets::find(name).unwrap_or_else(|| panic!("there is no target {name}"));
    let factor = std::env::var("SEAWORTHY_CASES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let inputs = Inputs::of(target, name);
    let each = match name {
        // A real directory is made and removed for each.
        "layer_unpacking" => INPUTS / 20,
        // A report in every format.
        "reports" => INPUTS / 4,
        _ => INPUTS,
    };
    let count = inputs.seeds() + each * factor;
    inputs.take(count).for_each(|input| run(target, &input));
}

/// Runs a target; a panic is reported with the input that makes it happen again.
fn run(target: &Target, input: &[u8]) {
    if let Err(panic) = std::panic::catch_unwind(|| (target.run)(input)) {
        let file = std::env::temp_dir().join(format!("seaworthy-{}", target.name));
        let kept = std::fs::write(&file, input).map(|()| file.display().to_string());
        eprintln!("{}: the input is in {}", target.name, kept.unwrap_or_else(|error| error.to_string()));
        std::panic::resume_unwind(panic);
    }
}

macro_rules! smoke {
    ($($name:ident,)*) => {
        $(#[test]
        fn $name() {
            smoke(stringify!($name));
        })*

        #[test]
        fn no_target_is_forgotten() {
            let tested = [$(stringify!($name)),*];
            assert!(targets::ALL.iter().map(|target| target.name).eq(tested));
        }
    };
}

smoke! {
    compression,
    document_bytes,
    document_tree,
    go_json,
    identity_conversion,
    image_graph,
    layer_application,
    layer_unpacking,
    oci_spec,
    registry_answers,
    registry_requests,
    reports,
    strings,
    tar_blocks,
}
