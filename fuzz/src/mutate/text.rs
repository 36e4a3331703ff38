//! Mutations of texts, by characters, and of anything, by bytes.

use seaworthy_generators::choices::Choices;

use crate::targets::Input;

/// A text with a character more, less, or another.
pub fn edited(text: &str, choices: &mut Choices<'_>) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = choices.below(characters.len());
    let odd = *choices.pick(&[
        '0', 'a', 'Z', '-', '.', '/', ':', '=', '+', '@', '_', ' ', '\n', '\0', '\u{1b}', 'é', '\u{17f}',
        '\u{fffd}', '%', '\\',
    ]);
    match choices.kind("text", 5) {
        0 if !characters.is_empty() => drop(characters.remove(at)),
        1 if !characters.is_empty() => characters[at] = odd,
        2 if !characters.is_empty() => characters.truncate(at),
        3 if characters.len() < 512 => characters.extend_from_within(at..),
        _ => characters.insert(at, odd),
    }
    characters.into_iter().collect()
}

/// Words that matter in bytes.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\u0000",
    "\\ud83d",
    "\u{feff}",
    "\u{fffd}",
    "sha256:",
    "sha512:",
    "blake3:",
    "application/",
    "+json",
    "://",
    "[::1]",
    "@",
    "%2e",
    "T00:00:00Z",
    "+24:00",
    ".5",
    "SIGRTMIN+",
    "/tcp",
    "..",
    "--",
    "__",
    "org.opencontainers.image.",
    "=",
    "==",
    "\r\n",
    "\0",
    "9999",
    "60",
];

/// Edits bytes at one place.
pub fn bytes(data: &mut Vec<u8>, input: Input, choices: &mut Choices<'_>) {
    let at = choices.below(data.len() + 1);
    let length = choices.below(8).min(data.len() - at.min(data.len()));
    match choices.kind("bytes", 7) {
        0 if at < data.len() => data[at] ^= 1 << choices.below(8),
        1 if at < data.len() => data[at] = choices.below(256) as u8,
        2 => drop(data.drain(at..at + length)),
        3 if data.len() < 1 << 16 => {
            let copy = data[at..at + length].to_vec();
            data.splice(at..at, copy);
        }
        4 if matches!(input, Input::Document | Input::Text) => {
            drop(data.splice(at..at, choices.pick(WORDS).bytes()))
        }
        5 => data.truncate(at),
        _ => {
            let fresh = choices.bytes(1 + length).to_vec();
            data.splice(at..at, fresh);
        }
    }
}
