//! Crossing two inputs: documents by their values, archives by their blocks, conversations by their messages.

use seaworthy_generators::choices::{Choices, seeded};
use seaworthy_generators::tree::{Style, Tree};
use seaworthy_image::json::{Document, Limits};
use seaworthy_image::tar::BLOCK;

use super::tree::{count, part, visit};
use super::{is_structured, packed, unpacked};
use crate::documents;
use crate::messages;
use crate::targets::{self, Input};

/// Crosses two inputs of a target into a buffer, for libFuzzer; the length of what is in it then.
pub fn crossed_in_place(target: &str, one: &[u8], other: &[u8], out: &mut [u8], seed: u32) -> usize {
    // Of nothing libFuzzer makes nothing, and goes on.
    if !is_structured() {
        return 0;
    }
    let input = targets::find(target).map_or(Input::Text, |target| target.input);
    let crossed = crossed(input, one, other, &seeded(&seed.to_string(), 64));
    let length = crossed.len().min(out.len());
    out[..length].copy_from_slice(&crossed[..length]);
    length
}

/// Another input made from parts of two.
pub fn crossed(input: Input, one: &[u8], other: &[u8], choices: &[u8]) -> Vec<u8> {
    let mut choices = Choices::new(choices);
    let choices = &mut choices;
    let structured = match input {
        _ if choices.chance(25) => None,
        Input::Document => crossed_documents(one, other, choices),
        Input::Archive => Some(crossed_archives(one, other, choices)),
        Input::Layer => {
            let (one, other) = (unpacked(one), unpacked(other));
            Some(packed(crossed_archives(&one, &other, choices), choices))
        }
        Input::Requests | Input::Answers => {
            let (one, other) = (messages::split(one), messages::split(other));
            let (at, from) = (choices.below(one.len() + 1), choices.below(other.len()));
            Some(messages::join(&[&one[..at], &other[from..]].concat()))
        }
        // The choices of the one with the texts of the other.
        #[cfg(feature = "whole")]
        Input::Reports => {
            let at = |bytes: &[u8]| bytes.len().min(targets::reports::CHOICES);
            Some([&one[..at(one)], &other[at(other)..]].concat())
        }
        #[cfg(not(feature = "whole"))]
        Input::Reports => None,
        Input::Text | Input::Choices => None,
    };
    structured.unwrap_or_else(|| {
        let (at, from) = (choices.below(one.len() + 1), choices.below(other.len() + 1));
        [&one[..at], &other[from..]].concat()
    })
}

/// The tree of a document with a part of another one in it.
fn crossed_documents(one: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let read = |bytes| documents::tree(Document::parse(bytes, &Limits::default()).ok()?.root());
    let (mut tree, other) = (read(one)?, read(other)?);
    let part = part(&other, choices);
    let mut places = 0;
    count(&tree, &mut places);
    let mut chosen = choices.below(places);
    visit(&mut tree, &mut chosen, &mut |place| match (place, &part) {
        (Tree::Object(members), Tree::Object(more)) => members.extend(more.clone()),
        (Tree::Array(items), part) => items.push(part.clone()),
        (place, part) => *place = part.clone(),
    });
    let style = Style { indent: None, odd_space: false, shuffle: false, escapes: false };
    Some(tree.write(&style, choices))
}

/// The first blocks of an archive and the last of another one.
fn crossed_archives(one: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let block = |bytes: &[u8], choices: &mut Choices<'_>| BLOCK * choices.below(bytes.len() / BLOCK + 1);
    let (at, from) = (block(one, choices), block(other, choices));
    [&one[..at], &other[from..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of both are in what is crossed, mostly, and what has a structure keeps it.
    #[test]
    fn two_inputs_are_crossed() {
        for target in targets::ALL {
            let folder = format!("{}/../corpus/seeds/{}", env!("CARGO_MANIFEST_DIR"), target.name);
            let mut files: Vec<_> =
                std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
            files.sort();
            let seeds: Vec<Vec<u8>> =
                files.iter().take(60).map(|file| std::fs::read(file).unwrap()).collect();
            let (mut whole, mut fresh) = (0, 0);
            for number in 0..300 {
                let (one, other) = (&seeds[number % seeds.len()], &seeds[(number * 7 + 1) % seeds.len()]);
                let crossed = crossed(target.input, one, other, &seeded(&number.to_string(), 64));
                fresh += usize::from(crossed != *one && crossed != *other);
                whole += usize::from(match target.input {
                    Input::Document => Document::parse(&crossed, &Limits::default()).is_ok(),
                    Input::Archive => crossed.len().is_multiple_of(BLOCK),
                    _ => true,
                });
                let mut buffer = [0; 100];
                let length = crossed_in_place(target.name, one, other, &mut buffer, number as u32);
                assert!(length <= buffer.len());
            }
            assert!(fresh > 100, "{}: {fresh} of 300 are new", target.name);
            assert!(whole > 150, "{}: {whole} of 300 keep their structure", target.name);
        }
    }
}
