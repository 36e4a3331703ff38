//! Runs every target on its committed inputs and does nothing else: what `fuzz/reached` measures.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use seaworthy_fuzz::targets::{ALL, Target};

fn main() -> ExitCode {
    for target in ALL {
        match replay(target) {
            Ok(count) => println!("{}: {count} inputs", target.name),
            Err(error) => {
                eprintln!("replay: {}: {error}", target.name);
                return ExitCode::from(3);
            }
        }
    }
    ExitCode::SUCCESS
}

/// Runs a target on its seeds, of which there are always some, and on its regressions.
fn replay(target: &Target) -> io::Result<usize> {
    let mut inputs = files(&format!("corpus/seeds/{}", target.name))?;
    match files(&format!("corpus/regressions/{}", target.name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        regressions => inputs.extend(regressions?),
    }
    for path in &inputs {
        (target.run)(&fs::read(path)?);
    }
    Ok(inputs.len())
}

/// The files of a folder, in the same order everywhere.
fn files(folder: &str) -> io::Result<Vec<PathBuf>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{folder}: {error}"));
    let paths = fs::read_dir(folder).map_err(named)?.map(|entry| Ok(entry?.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
