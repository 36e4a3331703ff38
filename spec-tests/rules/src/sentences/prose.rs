//! Plain text with its origin, and the cutting of it into sentences.

use std::ops::Range;

use super::Keyword;

/// Abbreviations that never end a sentence. (`etc.` may: the capital after it decides.)
const ABBREVIATIONS: [&str; 7] = ["e.g", "i.e", "cf", "vs", "viz", "resp", "approx"];

/// The text of one block, stripped of markup, that still knows its lines and what was code.
#[derive(Debug, Default)]
pub(super) struct Prose {
    text: String,
    lines: Vec<(usize, Lines)>,
    code: Vec<Range<usize>>,
}

/// The first and the last line of the source that something stands on, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// A piece of a [`Prose`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) keywords: Vec<Keyword>,
    pub(super) lines: Lines,
}

impl Prose {
    /// Appends text that stands on the given lines, collapsing whitespace.
    pub(super) fn push(&mut self, text: &str, lines: Lines) {
        for c in text.chars() {
            if !c.is_whitespace() {
                if self.lines.last().is_none_or(|(_, last)| *last != lines) {
                    self.lines.push((self.text.len(), lines));
                }
                self.text.push(c);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
    }

    /// Appends inline code: it holds no keyword, and no end of a sentence.
    pub(super) fn push_code(&mut self, text: &str, lines: Lines) {
        let start = self.text.len();
        self.push(text, lines);
        self.code.push(start..self.text.len());
    }

    /// Ends the sentence here whatever the punctuation says.
    pub(super) fn cut(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The sentences of the block; or the block as a single one, if `whole`.
    pub(super) fn pieces(&self, whole: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut start = 0;
        while start < self.text.len() {
            let end = if whole { self.text.len() } else { self.sentence_end(start) };
            pieces.extend(self.piece(start..end));
            start = end;
        }
        pieces
    }

    fn piece(&self, range: Range<usize>) -> Option<Piece> {
        let text = self.text[range.clone()].trim();
        let start = range.start + self.text[range.clone()].find(|c: char| !c.is_whitespace())?;
        let end = start + text.len();
        let first = self.lines.iter().rfind(|(at, _)| *at <= start)?.1.first;
        let last = self.lines.iter().rfind(|(at, _)| *at < end)?.1.last;
        Some(Piece {
            text: text.to_owned(),
            keywords: self.keywords(start..end),
            lines: Lines { first, last },
        })
    }

    /// Where the sentence that starts at `start` ends.
    fn sentence_end(&self, start: usize) -> usize {
        for (offset, c) in self.text[start..].char_indices() {
            let (at, after) = (start + offset, start + offset + c.len_utf8());
            if c == '\n'
                || (matches!(c, '.' | '!' | '?') && !self.in_code(at) && self.ends_at(start, at, after))
            {
                let tail = &self.text[after..];
                return after + tail.len() - tail.trim_start_matches(is_closing).len();
            }
        }
        self.text.len()
    }

    /// Whether the stop between `at` and `after` ends the sentence that began at `start`.
    fn ends_at(&self, start: usize, at: usize, after: usize) -> bool {
        let tail = self.text[after..].trim_start_matches(is_closing);
        let next = tail.trim_start();
        if next.is_empty() {
            return true;
        }
        if next.len() == tail.len() {
            return false;
        }
        let word = self.text[start..at].rsplit([' ', '(']).next().unwrap_or_default();
        if ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return false;
        }
        let first = next.trim_start_matches(is_opening);
        self.in_code(self.text.len() - first.len()) || !first.starts_with(char::is_lowercase)
    }

    fn in_code(&self, at: usize) -> bool {
        self.code.iter().any(|code| code.contains(&at))
    }

    fn keywords(&self, range: Range<usize>) -> Vec<Keyword> {
        let mut found = Vec::new();
        let words: Vec<(usize, &str)> = words(&self.text[range.clone()]).collect();
        let mut words =
            words.iter().filter(|(at, _)| !self.in_code(range.start + at)).map(|(_, word)| *word).peekable();
        while let Some(word) = words.next() {
            let pair = words.peek().and_then(|next| Keyword::from_name(&format!("{word} {next}")));
            if pair.is_some() {
                words.next();
            }
            if let Some(keyword) = pair.or_else(|| Keyword::from_name(word))
                && !found.contains(&keyword)
            {
                found.push(keyword);
            }
        }
        found
    }
}

/// The words of a text with their places. A hyphen or underscore joins: `MAY-fly` is one word.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let separates = |c: char| !(c.is_alphanumeric() || c == '-' || c == '_');
    let mut at = 0;
    let parts = text.split_inclusive(separates).map(move |part| {
        let start = at;
        at += part.len();
        (start, part.trim_end_matches(separates))
    });
    parts.filter(|(_, word)| !word.is_empty())
}

fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '"' | '\'' | '”' | '’')
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '"' | '\'' | '“' | '‘')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Lines = Lines { first: 1, last: 1 };

    fn check(text: &str, expected: &[&str]) {
        let mut prose = Prose::default();
        for (index, part) in text.split('`').enumerate() {
            if index % 2 == 0 { prose.push(part, LINE) } else { prose.push_code(part, LINE) }
        }
        let found: Vec<String> = prose.pieces(false).into_iter().map(|piece| piece.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn full_stops_that_end_nothing() {
        check("Sail at dawn. Anchor at dusk.", &["Sail at dawn.", "Anchor at dusk."]);
        check("Use a knot, e.g. Bowline or hitch.", &["Use a knot, e.g. Bowline or hitch."]);
        check("Use a knot (i.e. Bowline). Then pull.", &["Use a knot (i.e. Bowline).", "Then pull."]);
        check("Version 1.2.3 of sail.md is old.", &["Version 1.2.3 of sail.md is old."]);
        check("Ropes, sails, etc. are stowed.", &["Ropes, sails, etc. are stowed."]);
        check("Stow ropes, etc. Then rest.", &["Stow ropes, etc.", "Then rest."]);
        check("Read `a. B` first. `c` follows.", &["Read a. B first.", "c follows."]);
        check("One port. (e.g., `harbour` here).", &["One port. (e.g., harbour here)."]);
        check("He said \"go.\" They went.", &["He said \"go.\"", "They went."]);
        check("Ready? Yes! Go", &["Ready?", "Yes!", "Go"]);
    }

    #[test]
    fn keywords_are_whole_words_in_capitals_outside_code() {
        let mut prose = Prose::default();
        prose.push("must MUSTer MUST-have MUST_x ", LINE);
        prose.push_code("MUST", LINE);
        assert_eq!(prose.pieces(true)[0].keywords, []);
        prose.push(" MAY, SHOULD  NOT; MAY NOT RECOMMENDED; MUST NOTE", LINE);
        assert_eq!(
            prose.pieces(true)[0].keywords,
            [Keyword::May, Keyword::ShouldNot, Keyword::NotRecommended, Keyword::Must]
        );
    }
}
