//! The normative sentences of a specification document.
//!
//! Seaworthy promises that no normative sentence is left out silently. That can only be checked by a machine
//! that knows where the sentences are, so this module cuts a markdown document into them and gives each a
//! fingerprint. The fingerprints are committed (see [`crate::coverage`]), the text never is: the specification
//! belongs to its authors, and a fingerprint is enough to notice a sentence that was added, changed or removed.
//!
//! What counts:
//!
//! * A sentence is normative if it holds a [`Keyword`] in capitals, as prose and not as code. `RESERVED` is
//!   among them although RFC 2119 does not define it: image-spec writes it where it forbids the use of a name.
//! * A normative sentence that ends in a colon goes on in the list, table or code block that it introduces
//!   ("MUST support these media types:"), so that text is part of its fingerprint. An item with a keyword of its
//!   own is a sentence of its own. All other fenced code is an example, and skipped.
//! * A table row is one sentence: a cell alone ("REQUIRED") says nothing.
//! * Emphasis, links, code marks, wrapping and indentation do not count: they change without the meaning changing.

mod prose;
mod reader;
#[cfg(test)]
mod tests;

use std::fmt;

use sha2::{Digest, Sha256};

/// Cuts a markdown document into its normative sentences, in the order of the document.
///
/// `document` is the file's name, such as `descriptor.md`; it is only repeated in the result.
pub fn split(document: &str, markdown: &str) -> Vec<Sentence> {
    reader::read(document, markdown)
}

/// One normative sentence, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The file's name.
    pub document: String,
    /// The anchor of the closest heading above, as GitHub spells it; empty above the first heading.
    pub section: String,
    /// The names of the list items around it, outermost first and joined by dots, such as `config.mediaType`;
    /// an item's name is the bold text or the code that it begins with. Two properties of one section may be described in the same words.
    pub property: String,
    /// Which normative sentence of its section it is, from 1. For people: an addition shifts it.
    pub ordinal: usize,
    /// Its keywords, each once, in order of appearance.
    pub keywords: Vec<Keyword>,
    /// The first 16 hexadecimal digits of the SHA-256 of [`Sentence::text`].
    pub fingerprint: String,
    /// The plain text, with whitespace collapsed. Not to be stored: see the module.
    pub text: String,
    /// The first line of the source that it stands on, from 1.
    pub first_line: usize,
    /// The last line of the source that it stands on, introduced lists included.
    pub last_line: usize,
}

impl Sentence {
    /// The document and the anchor, such as `descriptor.md#digests`.
    pub fn place(&self) -> String {
        match self.section.as_str() {
            "" => self.document.clone(),
            section => format!("{}#{section}", self.document),
        }
    }
}

/// A word that makes a sentence normative: those of RFC 2119, and `RESERVED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyword {
    /// `MUST`
    Must,
    /// `MUST NOT`
    MustNot,
    /// `REQUIRED`
    Required,
    /// `SHALL`
    Shall,
    /// `SHALL NOT`
    ShallNot,
    /// `SHOULD`
    Should,
    /// `SHOULD NOT`
    ShouldNot,
    /// `RECOMMENDED`
    Recommended,
    /// `NOT RECOMMENDED`
    NotRecommended,
    /// `MAY`
    May,
    /// `OPTIONAL`
    Optional,
    /// `RESERVED`
    Reserved,
}

impl Keyword {
    /// Every keyword.
    pub const ALL: [Keyword; 12] = [
        Keyword::Must,
        Keyword::MustNot,
        Keyword::Required,
        Keyword::Shall,
        Keyword::ShallNot,
        Keyword::Should,
        Keyword::ShouldNot,
        Keyword::Recommended,
        Keyword::NotRecommended,
        Keyword::May,
        Keyword::Optional,
        Keyword::Reserved,
    ];

    /// The keyword as the specifications write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Keyword::Must => "MUST",
            Keyword::MustNot => "MUST NOT",
            Keyword::Required => "REQUIRED",
            Keyword::Shall => "SHALL",
            Keyword::ShallNot => "SHALL NOT",
            Keyword::Should => "SHOULD",
            Keyword::ShouldNot => "SHOULD NOT",
            Keyword::Recommended => "RECOMMENDED",
            Keyword::NotRecommended => "NOT RECOMMENDED",
            Keyword::May => "MAY",
            Keyword::Optional => "OPTIONAL",
            Keyword::Reserved => "RESERVED",
        }
    }

    /// The keyword written exactly so.
    pub fn from_name(name: &str) -> Option<Keyword> {
        Keyword::ALL.into_iter().find(|keyword| keyword.as_str() == name)
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The length of a fingerprint: 64 bits, so that among some hundred sentences no two meet by accident.
pub(crate) const FINGERPRINT_DIGITS: usize = 16;

fn fingerprint(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(FINGERPRINT_DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}
