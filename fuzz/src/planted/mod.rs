//! Planted bugs: mistakes that readers, validators and unpackers make, one at a time, to show that the
//! oracles see them and how long the mutators take to come by them.
//!
//! A bug is one line of data with its code, in the file of its family. Each is a change of something that
//! is right: without the change nothing may be found, see [`Family::control`].

mod archives;
#[cfg(feature = "whole")]
mod clients;
mod grammars;
mod layers;
mod readers;
#[cfg(feature = "whole")]
mod servers;
#[cfg(feature = "whole")]
mod unpackers;
mod validators;
#[cfg(feature = "whole")]
mod writers;

use std::fmt;

use crate::inputs::Inputs;
use crate::targets;

/// A mistake, and how it shows.
#[derive(Clone, Copy)]
pub struct Bug {
    /// Its name.
    pub name: &'static str,
    /// What the program does wrong.
    pub does: &'static str,
    /// Whether an input shows it.
    shows: Shows,
}

impl fmt::Debug for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// How a bug shows: what the changed part does, by family.
#[derive(Clone, Copy)]
enum Shows {
    Archive(archives::Change),
    #[cfg(feature = "whole")]
    Client(clients::Flaw),
    Grammar(grammars::Right, grammars::Planted),
    Layers(layers::Change),
    Reader(readers::Planted),
    #[cfg(feature = "whole")]
    Server(&'static str),
    #[cfg(feature = "whole")]
    Unpacker(unpackers::Flaw),
    Validator(&'static [&'static str]),
    #[cfg(feature = "whole")]
    Writer(writers::Change),
}

impl Shows {
    fn by(self, input: &[u8]) -> bool {
        match self {
            Shows::Archive(change) => archives::shows(change, input),
            #[cfg(feature = "whole")]
            Shows::Client(flaw) => clients::shows(flaw, input),
            Shows::Grammar(right, planted) => grammars::shows(right, planted, input),
            Shows::Layers(change) => layers::shows(change, input),
            Shows::Reader(planted) => readers::shows(planted, input),
            #[cfg(feature = "whole")]
            Shows::Server(fault) => servers::shows(fault, input),
            #[cfg(feature = "whole")]
            Shows::Unpacker(flaw) => unpackers::shows(flaw, input),
            Shows::Validator(ids) => validators::shows(ids, input, &mut None),
            #[cfg(feature = "whole")]
            Shows::Writer(change) => writers::shows(change, input),
        }
    }
}

/// The planted bugs that an input of a target shows: seeds are chosen so that each bug has one.
pub fn shown_by(target: &str, input: &[u8]) -> Vec<String> {
    let families = FAMILIES.iter().filter(|family| family.target == target);
    let bugs = families.flat_map(|family| family.bugs).filter(|bug| bug.shows.by(input));
    bugs.map(|bug| bug.name.to_owned()).collect()
}

/// Bugs of one kind of program, found by inputs of one target.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// What the programs are.
    pub name: &'static str,
    /// The target whose seeds and mutations are used.
    pub target: &'static str,
    /// How many executions each bug has to be found in: as many as take some seconds.
    pub executions: usize,
    /// The bugs.
    pub bugs: &'static [Bug],
    /// The same without a bug: what nothing may be found in.
    pub control: Bug,
}

/// Every family.
pub const FAMILIES: &[Family] = &[
    readers::FAMILY,
    validators::FAMILY,
    grammars::FAMILY,
    layers::FAMILY,
    archives::FAMILY,
    #[cfg(feature = "whole")]
    clients::FAMILY,
    #[cfg(feature = "whole")]
    servers::FAMILY,
    #[cfg(feature = "whole")]
    writers::FAMILY,
    #[cfg(feature = "whole")]
    unpackers::FAMILY,
];

/// The executions of families that only read and compare.
const EXECUTIONS: usize = 30_000;

/// What became of a bug.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The bug.
    pub bug: Bug,
    /// How many of the fixed vectors show it.
    pub vectors: usize,
    /// How many executions it took to find it: the seeds do not count, only what was made of them.
    pub executions: Option<usize>,
}

/// Looks for some bugs of a family with the fixed vectors, and with inputs that are made of the seeds.
pub fn hunt(family: &Family, bugs: &[Bug]) -> Vec<Found> {
    let target = targets::find(family.target).expect("families name targets");
    let inputs = Inputs::of(target, family.name);
    let seeds = inputs.seeds();
    let mut found: Vec<Found> =
        bugs.iter().map(|bug| Found { bug: *bug, vectors: 0, executions: None }).collect();
    for one in &mut found {
        one.vectors = match one.bug.shows {
            Shows::Validator(ids) => validators::vectors(ids),
            _ => 0,
        };
    }
    for (number, input) in inputs.take(seeds + family.executions).enumerate() {
        let is_seed = number < seeds;
        if !is_seed && found.iter().all(|one| one.executions.is_some()) {
            break;
        }
        let mut image = None;
        for one in found.iter_mut().filter(|one| is_seed || one.executions.is_none()) {
            let shows = match one.bug.shows {
                // Judging an image is the slow part, and the same for all of them.
                Shows::Validator(ids) => !is_seed && validators::shows(ids, &input, &mut image),
                shows => shows.by(&input),
            };
            match is_seed {
                true => one.vectors += usize::from(shows),
                false if shows => one.executions = Some(number + 1 - seeds),
                false => {}
            }
        }
    }
    found
}

/// The table of all bugs, for the report.
pub fn table(found: &[(Family, Vec<Found>)]) -> String {
    let mut text = format!(
        "# Planted bugs\n\nMade by `fuzz/tests/planted.rs`: each bug is killed by the fixed vectors (for validators the \
         cases of the rules, for all\nothers `corpus/seeds`), and found again by mutations of the seeds alone, \
         within {EXECUTIONS} executions;\nfewer where a conversation, a report or a directory is made each time.\n\n| family | bug | what it does | vectors | executions |\n|---|---|---|--:|--:|\n"
    );
    for (family, found) in found {
        for one in found {
            let executions = one.executions.map_or("not found".to_owned(), |count| count.to_string());
            text += &format!(
                "| {} | {} | {} | {} | {executions} |\n",
                family.name, one.bug.name, one.bug.does, one.vectors
            );
        }
    }
    text
}
