//! The JSON grammar (RFC 8259), over a flat list of nodes and an explicit stack.
//!
//! The stack is a vector, not the program's own: nesting cannot overflow it.

use super::{Anomaly, AnomalyKind, Document, Kind, Node, Span, string};

/// How much of a text a reader is willing to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in bytes. The default is 4 MiB: distribution-spec expects registries to take
    /// manifests of that size, and nothing obliges a reader to take more. More than
    /// [`Limits::MOST_BYTES`] is as good as that.
    pub bytes: usize,
    /// Deepest nesting. The default is 10,000, where the JSON reader of most container tools
    /// (Go's) stops as well: what they can read, we can judge.
    pub depth: usize,
}

impl Limits {
    /// The longest text that can be read at all, whatever the limit: places in it are kept in 32
    /// bits.
    pub const MOST_BYTES: usize = u32::MAX as usize;
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 4 << 20, depth: 10_000 }
    }
}

/// Objects up to this many members are searched for duplicates pair by pair.
const PAIRWISE: usize = 12;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Document<'a>, Anomaly> {
    if bytes.len() > limits.bytes.min(Limits::MOST_BYTES) {
        return Err(Anomaly { kind: AnomalyKind::TooLarge, span: Span { start: 0, end: bytes.len() } });
    }
    let mut parser =
        Parser { bytes, at: 0, nodes: Vec::with_capacity(bytes.len() / 16 + 4), anomalies: Vec::new() };
    let text = parser.utf8();
    if bytes.starts_with(BYTE_ORDER_MARK) {
        parser.note(AnomalyKind::ByteOrderMark, 0, BYTE_ORDER_MARK.len());
        parser.at = BYTE_ORDER_MARK.len();
    }
    parser.value(text.is_none(), limits.depth)?;
    parser.white_space();
    if parser.at < bytes.len() {
        parser.note(AnomalyKind::TrailingData, parser.at, bytes.len());
    }
    let Parser { nodes, mut anomalies, .. } = parser;
    anomalies.sort_by_key(|anomaly| anomaly.span.start);
    Ok(Document { bytes, text, nodes, anomalies })
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    anomalies: Vec<Anomaly>,
}

impl<'a> Parser<'a> {
    fn utf8(&mut self) -> Option<&'a str> {
        match std::str::from_utf8(self.bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let start = error.valid_up_to();
                let length = error.error_len().unwrap_or(self.bytes.len() - start);
                self.note(AnomalyKind::NotUtf8, start, start + length);
                None
            }
        }
    }

    /// Reads the outermost value and everything in it.
    fn value(&mut self, encoded: bool, depth: usize) -> Result<(), Anomaly> {
        let mut open: Vec<u32> = Vec::with_capacity(8);
        loop {
            self.white_space();
            let index = self.nodes.len() as u32;
            let start = self.at;
            let kind = match self.peek() {
                Some(b'{') => Kind::Object,
                Some(b'[') => Kind::Array,
                Some(b'"') => {
                    self.string(encoded)?;
                    Kind::String
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word(b"true", Kind::Bool)?,
                Some(b'f') => self.word(b"false", Kind::Bool)?,
                Some(b'n') => self.word(b"null", Kind::Null)?,
                Some(_) => return Err(self.not_json("expected a value")),
                None => return Err(self.not_json("expected a value, found the end of the text")),
            };
            if matches!(kind, Kind::Object | Kind::Array) {
                if open.len() >= depth {
                    return Err(self.anomaly(AnomalyKind::TooDeep));
                }
                self.at += 1;
                self.push(kind, false, start, start);
                self.white_space();
                let closer = if kind == Kind::Object { b'}' } else { b']' };
                if self.peek() == Some(closer) {
                    self.at += 1;
                    self.close(index);
                } else {
                    open.push(index);
                    if kind == Kind::Object {
                        self.name(encoded)?;
                    }
                    continue;
                }
            }
            if !self.after_value(&mut open, encoded)? {
                return Ok(());
            }
        }
    }

    /// What follows a finished value; false if that was the outermost one.
    fn after_value(&mut self, open: &mut Vec<u32>, encoded: bool) -> Result<bool, Anomaly> {
        while let Some(&container) = open.last() {
            self.white_space();
            let is_object = self.nodes[container as usize].kind == Kind::Object;
            match (self.peek(), is_object) {
                (Some(b','), true) => {
                    self.at += 1;
                    self.white_space();
                    self.name(encoded)?;
                    return Ok(true);
                }
                (Some(b','), false) => {
                    self.at += 1;
                    return Ok(true);
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.at += 1;
                    self.close(container);
                    open.pop();
                }
                (_, true) => return Err(self.not_json("expected a comma or the end of the object")),
                (_, false) => return Err(self.not_json("expected a comma or the end of the array")),
            }
        }
        Ok(false)
    }

    fn name(&mut self, encoded: bool) -> Result<(), Anomaly> {
        if self.peek() != Some(b'"') {
            return Err(self.not_json("expected a name in double quotes"));
        }
        self.string(encoded)?;
        self.white_space();
        if self.peek() != Some(b':') {
            return Err(self.not_json("expected a colon after the name"));
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self, mut encoded: bool) -> Result<(), Anomaly> {
        let start = self.at;
        self.at += 1;
        loop {
            self.at += string::plain(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.push(Kind::String, encoded, start, self.at);
                    return Ok(());
                }
                Some(b'\\') => {
                    encoded = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.not_json("a control character inside a string must be escaped")),
                None => return Err(self.not_json("a string without its closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Anomaly> {
        let start = self.at;
        match self.bytes.get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let Some(unit) = string::unit(&self.bytes[start..]) else {
                    return Err(self.not_json("a \\u escape takes four hexadecimal digits"));
                };
                self.at += 6;
                if string::low_half(unit, &self.bytes[self.at..]).is_some() {
                    self.at += 6;
                } else if (0xd800..0xe000).contains(&unit) {
                    self.note(AnomalyKind::LoneSurrogate, start, self.at);
                }
            }
            _ => return Err(self.not_json("an escape that JSON does not know")),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Kind, Anomaly> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'0'..=b'9')) {
                    return Err(self.not_json("a number must not start with a zero"));
                }
            }
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.not_json("a minus sign without digits")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits("a decimal point without digits")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits("an exponent without digits")?;
        }
        self.push(Kind::Number, false, start, self.at);
        Ok(Kind::Number)
    }

    fn some_digits(&mut self, problem: &'static str) -> Result<(), Anomaly> {
        let start = self.at;
        self.digits();
        if self.at == start { Err(self.not_json(problem)) } else { Ok(()) }
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<Kind, Anomaly> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word) {
            return Err(self.not_json("expected a value"));
        }
        self.at += word.len();
        self.push(kind, false, start, self.at);
        Ok(kind)
    }

    fn push(&mut self, kind: Kind, encoded: bool, start: usize, end: usize) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { kind, encoded, start: start as u32, end: end as u32, next });
    }

    fn close(&mut self, container: u32) {
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[container as usize];
        node.end = self.at as u32;
        node.next = next;
        if node.kind == Kind::Object {
            self.duplicates(container);
        }
    }

    /// Notes every name that an earlier member of the same object bears already.
    fn duplicates(&mut self, object: u32) {
        let mut names = Vec::new();
        let mut few = [0u32; PAIRWISE];
        let mut count = 0;
        let mut at = object + 1;
        let end = self.nodes[object as usize].next;
        while at < end {
            if count < PAIRWISE {
                if few[..count].iter().any(|&earlier| self.same_name(earlier, at)) {
                    self.note_duplicate(at);
                }
                few[count] = at;
            } else {
                if count == PAIRWISE {
                    names.extend_from_slice(&few);
                }
                names.push(at);
            }
            count += 1;
            at = self.nodes[at as usize + 1].next;
        }
        if !names.is_empty() {
            self.duplicates_among(&names);
        }
    }

    fn duplicates_among(&mut self, names: &[u32]) {
        let mut seen = std::collections::HashSet::with_capacity(names.len());
        let mut repeated = Vec::new();
        for (position, &name) in names.iter().enumerate() {
            let is_new = seen.insert(self.name_bytes(name));
            if !is_new && position >= PAIRWISE {
                repeated.push(name);
            }
        }
        repeated.into_iter().for_each(|name| self.note_duplicate(name));
    }

    fn same_name(&self, left: u32, right: u32) -> bool {
        let (a, b) = (self.nodes[left as usize], self.nodes[right as usize]);
        if a.encoded || b.encoded {
            return self.name_bytes(left) == self.name_bytes(right);
        }
        self.quoted(a) == self.quoted(b)
    }

    /// What tells one name from another, its quotes included.
    fn name_bytes(&self, name: u32) -> std::borrow::Cow<'a, [u8]> {
        let node = self.nodes[name as usize];
        if node.encoded {
            string::decode(self.quoted(node)).into_bytes().into()
        } else {
            self.quoted(node).into()
        }
    }

    fn quoted(&self, node: Node) -> &'a [u8] {
        &self.bytes[node.start as usize..node.end as usize]
    }

    fn note_duplicate(&mut self, name: u32) {
        let node = self.nodes[name as usize];
        self.note(AnomalyKind::DuplicateName, node.start as usize, node.end as usize);
    }

    fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn note(&mut self, kind: AnomalyKind, start: usize, end: usize) {
        self.anomalies.push(Anomaly { kind, span: Span { start, end } });
    }

    fn not_json(&self, problem: &'static str) -> Anomaly {
        self.anomaly(AnomalyKind::NotJson(problem))
    }

    fn anomaly(&self, kind: AnomalyKind) -> Anomaly {
        let end = (self.at + 1).min(self.bytes.len());
        Anomaly { kind, span: Span { start: self.at.min(end), end } }
    }
}
