//! Inputs that are messages of HTTP, one after another: text that a person can read and write.
//!
//! Messages are divided by a line `%%`. A message is a line, its headers, an empty line, and a body.

use seaworthy_generators::choices::Choices;

use crate::mutate;

/// A line that divides two messages.
const BETWEEN: &str = "\n%%\n";

/// The most messages that are looked at.
pub const MOST: usize = 32;

/// The messages of an input.
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    let mut rest = bytes;
    while messages.len() + 1 < MOST
        && let Some(at) = find(rest, BETWEEN.as_bytes())
    {
        messages.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    messages.push(rest);
    messages
}

/// The input that these are the messages of.
pub fn join<M: AsRef<[u8]>>(messages: &[M]) -> Vec<u8> {
    let messages: Vec<&[u8]> = messages.iter().map(AsRef::as_ref).collect();
    messages.join(BETWEEN.as_bytes())
}

/// A message taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The first line.
    pub start: String,
    /// The lines below it that have a colon.
    pub headers: Vec<(String, String)>,
    /// What follows the first empty line.
    pub body: Vec<u8>,
}

impl Message {
    /// Takes a message apart; what is no text in its head is replaced.
    pub fn read(bytes: &[u8]) -> Message {
        let (head, body) = head_and_body(bytes);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let start = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        };
        Message { start, headers: lines.filter_map(header).collect(), body: body.to_vec() }
    }
}

fn head_and_body(bytes: &[u8]) -> (&[u8], &[u8]) {
    match find(bytes, b"\n\n") {
        Some(at) => (&bytes[..=at], &bytes[at + 2..]),
        None => (bytes, b""),
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// First lines and headers to put into messages.
#[derive(Debug)]
pub struct Pool {
    /// First lines.
    pub starts: &'static [&'static str],
    /// Headers.
    pub headers: &'static [&'static str],
    /// Bodies.
    pub bodies: &'static [&'static str],
}

/// Edits the list of messages, or one of them, and repairs the lengths that this breaks, mostly.
pub fn mutate(bytes: &[u8], pool: &Pool, choices: &mut Choices<'_>) -> Vec<u8> {
    let mut messages: Vec<Vec<u8>> = split(bytes).into_iter().map(<[u8]>::to_vec).collect();
    for _ in 0..=choices.below(3) {
        let at = choices.below(messages.len());
        let other = choices.below(messages.len());
        match choices.kind("messages", 8) {
            0 if messages.len() > 1 => drop(messages.remove(at)),
            1 if messages.len() < MOST => messages.insert(at, messages[other].clone()),
            2 => messages.swap(at, other),
            3 if messages.len() < MOST => messages.insert(at, fresh(pool, choices)),
            _ if messages.is_empty() => messages.push(fresh(pool, choices)),
            _ => edit(&mut messages[at], pool, choices),
        }
    }
    if !choices.chance(20) {
        messages.iter_mut().for_each(repair);
    }
    join(&messages)
}

/// A message of nothing but what the pool has.
fn fresh(pool: &Pool, choices: &mut Choices<'_>) -> Vec<u8> {
    let mut text = format!("{}\n", choices.pick(pool.starts));
    for _ in 0..choices.below(3) {
        text += &format!("{}\n", choices.pick(pool.headers));
    }
    text += "\n";
    text += *choices.pick(pool.bodies);
    text.into_bytes()
}

fn edit(message: &mut Vec<u8>, pool: &Pool, choices: &mut Choices<'_>) {
    let (head, body) = head_and_body(message);
    let head = String::from_utf8_lossy(head).into_owned();
    let mut body = body.to_vec();
    let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
    lines.resize(lines.len().max(1), String::new());
    let at = choices.below(lines.len());
    match choices.kind("message", 7) {
        0 => lines[0] = (*choices.pick(pool.starts)).to_owned(),
        1 => lines.insert(1, (*choices.pick(pool.headers)).to_owned()),
        2 if lines.len() > 1 => drop(lines.remove(at.max(1))),
        3 | 4 => lines[at] = mutate::edited(&lines[at], choices),
        5 => body = choices.pick(pool.bodies).as_bytes().to_vec(),
        _ => body = mutate::mutated(crate::targets::Input::Document, &body, choices.bytes(64)),
    }
    *message = [lines.join("\n").as_bytes(), b"\n\n", &body].concat();
}

/// Makes the `Content-Length` of a message that of its body.
fn repair(message: &mut Vec<u8>) {
    let (head, body) = head_and_body(message);
    let head = String::from_utf8_lossy(head).into_owned();
    let is_length = |line: &str| line.to_ascii_lowercase().starts_with("content-length:");
    if head.lines().any(is_length) {
        let length = format!("Content-Length: {}", body.len());
        let lines: Vec<&str> =
            head.lines().map(|line| if is_length(line) { length.as_str() } else { line }).collect();
        *message = [lines.join("\n").as_bytes(), b"\n\n", body].concat();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_split_and_joined() {
        let check = |text: &str, wanted: &[&str]| {
            let found = split(text.as_bytes());
            assert_eq!(found, wanted.iter().map(|one| one.as_bytes()).collect::<Vec<_>>(), "{text:?}");
            assert_eq!(join(&found), text.as_bytes());
        };
        check("", &[""]);
        check("a\n%%\nb\n\n%%\n", &["a", "b\n", ""]);
        check("a%%b\n%%", &["a%%b\n%%"]);
        assert_eq!(split("\n%%\n".repeat(100).as_bytes()).len(), MOST);
    }

    #[test]
    fn a_message_has_a_line_headers_and_a_body() {
        let read = Message::read(b"PUT /v2/\nContent-Type: a/b\nno header\n\nbody\n\nmore");
        assert_eq!(read.start, "PUT /v2/");
        assert_eq!(read.headers, [("Content-Type".to_owned(), "a/b".to_owned())]);
        assert_eq!(read.body, b"body\n\nmore");
    }

    #[test]
    fn a_length_is_repaired() {
        let mut message = b"HTTP/1.1 200 OK\ncontent-length: 99\nA: b\n\nfour".to_vec();
        repair(&mut message);
        assert_eq!(message, b"HTTP/1.1 200 OK\nContent-Length: 4\nA: b\n\nfour");
    }
}
