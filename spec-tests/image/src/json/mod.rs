//! A strict JSON reader that keeps byte positions.
//!
//! A general JSON library answers "what does this text mean"; a conformance suite has to answer
//! "what is wrong with it, and where". So this reader keeps the place of every value, sees
//! duplicate names, and tells apart a text that is no JSON (RFC 8259) from one that is JSON but
//! no I-JSON (RFC 7493). Where the text can still be understood it reads on and notes an
//! [`Anomaly`]; only what has no meaning at all ends the reading.
//!
//! A document is held as one flat list of nodes over the borrowed text: nothing is copied, and
//! a manifest of a kilobyte is read in a few microseconds.

mod number;
mod parse;
mod string;

use std::borrow::Cow;

pub use number::Integer;
pub use parse::Limits;

/// A range of bytes in the text of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// Something about a text that a strict reader objects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// Where it is.
    pub span: Span,
}

/// The ways in which a text fails to be strict JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AnomalyKind {
    /// The text breaks the JSON grammar (RFC 8259); reading stopped there.
    #[error("not JSON: {0}")]
    NotJson(&'static str),
    /// A byte that belongs to no UTF-8 sequence (RFC 8259 section 8.1).
    #[error("not UTF-8")]
    NotUtf8,
    /// The text starts with a byte order mark (RFC 8259 section 8.1).
    #[error("byte order mark")]
    ByteOrderMark,
    /// Something other than white space follows the value.
    #[error("data after the value")]
    TrailingData,
    /// An object has two members of one name, compared after escapes are decoded.
    #[error("duplicate name")]
    DuplicateName,
    /// A `\u` escape names half of a surrogate pair (RFC 7493 section 2.1).
    #[error("lone surrogate")]
    LoneSurrogate,
    /// Values are nested deeper than [`Limits::depth`]; reading stopped there.
    #[error("nested too deep")]
    TooDeep,
    /// The text is longer than [`Limits::bytes`]; nothing was read.
    #[error("too large")]
    TooLarge,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, kept as written.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The type's name with its article, for messages.
    pub const fn describe(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Bool => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// One value, or one member's name, in document order.
#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    /// A string that needs decoding: it holds escapes, or the text is not UTF-8.
    encoded: bool,
    start: u32,
    end: u32,
    /// The index after the last node inside this one.
    next: u32,
}

/// A JSON text that has been read, with everything noticed on the way.
#[derive(Debug)]
pub struct Document<'a> {
    bytes: &'a [u8],
    /// The same text, if it is UTF-8.
    text: Option<&'a str>,
    nodes: Vec<Node>,
    anomalies: Vec<Anomaly>,
}

impl<'a> Document<'a> {
    /// Reads `bytes` as one JSON text.
    ///
    /// # Errors
    ///
    /// The anomaly that made it impossible to read on: not JSON, too deep, or too large.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Document<'a>, Anomaly> {
        parse::parse(bytes, limits)
    }

    /// The outermost value.
    pub fn root(&self) -> Value<'_> {
        Value { document: self, index: 0 }
    }

    /// What was noticed but did not stop the reading, in the order of the text.
    pub fn anomalies(&self) -> &[Anomaly] {
        &self.anomalies
    }

    /// The text that was read.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Every string in the text, the names of members among them.
    pub fn strings(&self) -> impl Iterator<Item = Value<'_>> {
        self.values_of(Kind::String)
    }

    /// Every number in the text.
    pub fn numbers(&self) -> impl Iterator<Item = Value<'_>> {
        self.values_of(Kind::Number)
    }

    /// Every object in the text, outermost first.
    pub fn objects(&self) -> impl Iterator<Item = Value<'_>> {
        self.values_of(Kind::Object)
    }

    fn values_of(&self, kind: Kind) -> impl Iterator<Item = Value<'_>> {
        self.nodes
            .iter()
            .enumerate()
            .filter(move |(_, node)| node.kind == kind)
            .map(|(index, _)| Value { document: self, index: index as u32 })
    }
}

/// A value inside a [`Document`]: cheap to copy, aware of its place.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl<'d> Value<'d> {
    #[inline]
    fn node(self) -> &'d Node {
        &self.document.nodes[self.index as usize]
    }

    /// The document it is part of.
    #[inline]
    pub fn document(self) -> &'d Document<'d> {
        self.document
    }

    /// Its type.
    #[inline]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Its place in the text; a string's quotes are included.
    #[inline]
    pub fn span(self) -> Span {
        let node = self.node();
        Span { start: node.start as usize, end: node.end as usize }
    }

    /// The bytes as written.
    #[inline]
    pub fn raw(self) -> &'d [u8] {
        let node = self.node();
        &self.document.bytes[node.start as usize..node.end as usize]
    }

    /// Whether it is `null`.
    #[inline]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// Whether it is an object.
    #[inline]
    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.raw() == b"true")
    }

    /// The text of a string, escapes decoded. Whatever has no meaning in Unicode (a lone
    /// surrogate, a stray byte) reads as U+FFFD; the document's anomalies tell.
    #[inline]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        let node = self.node();
        if node.kind != Kind::String {
            return None;
        }
        let inside = node.start as usize + 1..node.end as usize - 1;
        match self.document.text {
            Some(text) if !node.encoded => Some(Cow::Borrowed(&text[inside])),
            _ => Some(Cow::Owned(string::decode(&self.document.bytes[inside]))),
        }
    }

    /// A number read as a 64-bit signed integer; `None` if it is no number.
    pub fn as_integer(self) -> Option<Integer> {
        (self.kind() == Kind::Number).then(|| number::integer(self.raw()))
    }

    /// The number as a double would hold it, and whether that is exactly what is written.
    pub fn fits_double(self) -> Option<bool> {
        (self.kind() == Kind::Number).then(|| number::fits_double(self.raw()))
    }

    /// The member called `name`. Of several, the first.
    #[inline]
    pub fn get(self, name: &str) -> Option<Value<'d>> {
        self.members().find(|member| member.is_named(name)).map(|member| member.value)
    }

    /// The members of an object, in the order of the text; nothing for any other type.
    #[inline]
    pub fn members(self) -> Members<'d> {
        let node = self.node();
        let end = if node.kind == Kind::Object { node.next } else { self.index };
        Members { document: self.document, index: self.index + 1, end }
    }

    /// The elements of an array; nothing for any other type.
    #[inline]
    pub fn items(self) -> Items<'d> {
        let node = self.node();
        let end = if node.kind == Kind::Array { node.next } else { self.index };
        Items { document: self.document, index: self.index + 1, end }
    }

    /// Where the value stands, as a JSON pointer (RFC 6901); empty for the root.
    pub fn pointer(self) -> String {
        let mut pointer = String::new();
        let mut at = self.document.root();
        while at.index != self.index {
            let inside = |value: Value<'d>| value.index <= self.index && self.index < value.node().next;
            if at.is_object() {
                // A name's own node lies before its value: it points at the member too.
                let Some(member) = at.members().find(|m| m.name.index == self.index || inside(m.value))
                else {
                    break;
                };
                let name = member.name();
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                if member.name.index == self.index {
                    break;
                }
                at = member.value;
            } else {
                let Some((position, item)) = at.items().enumerate().find(|(_, item)| inside(*item)) else {
                    break;
                };
                pointer.push('/');
                pointer.push_str(&position.to_string());
                at = item;
            }
        }
        pointer
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.raw()))
    }
}

/// A name and its value.
#[derive(Debug, Clone, Copy)]
pub struct Member<'d> {
    name: Value<'d>,
    /// The value.
    pub value: Value<'d>,
}

impl<'d> Member<'d> {
    /// The name, escapes decoded.
    #[inline]
    pub fn name(&self) -> Cow<'d, str> {
        self.name.as_str().unwrap_or_default()
    }

    /// The name as a value, for its place.
    #[inline]
    pub fn name_value(&self) -> Value<'d> {
        self.name
    }

    /// Whether the name, escapes decoded, is exactly `name`.
    #[inline]
    pub fn is_named(&self, name: &str) -> bool {
        let node = self.name.node();
        if node.encoded {
            self.name() == name
        } else {
            &self.name.document.bytes[node.start as usize + 1..node.end as usize - 1] == name.as_bytes()
        }
    }
}

/// The members of an object.
#[derive(Debug, Clone)]
pub struct Members<'d> {
    document: &'d Document<'d>,
    index: u32,
    end: u32,
}

impl<'d> Iterator for Members<'d> {
    type Item = Member<'d>;

    #[inline]
    fn next(&mut self) -> Option<Member<'d>> {
        if self.index >= self.end {
            return None;
        }
        let name = Value { document: self.document, index: self.index };
        let value = Value { document: self.document, index: self.index + 1 };
        self.index = value.node().next;
        Some(Member { name, value })
    }
}

/// The elements of an array.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    document: &'d Document<'d>,
    index: u32,
    end: u32,
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    #[inline]
    fn next(&mut self) -> Option<Value<'d>> {
        if self.index >= self.end {
            return None;
        }
        let value = Value { document: self.document, index: self.index };
        self.index = value.node().next;
        Some(value)
    }
}

/// Line and column of a byte offset, both counted from one; columns count characters.
pub fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}

#[cfg(test)]
mod tests;
