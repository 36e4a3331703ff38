//! JSON before it is written: values that may be odd, and ways to write them down.
//!
//! A [`Tree`] can hold what a JSON library will not let through its hands: two members of one
//! name, a number that no type holds, raw bytes in the place of a value. Generators and
//! mutations build such trees; [`Tree::write`] turns them into text in one of many legal ways.

use crate::choices::Choices;

/// A JSON value, or what stands in the place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Tree>),
    /// An object, its members in order; names may repeat.
    Object(Vec<(String, Tree)>),
    /// Bytes that are written as they are, JSON or not.
    Raw(Vec<u8>),
}

impl Tree {
    /// An object of these members.
    pub fn object<const N: usize>(members: [(&str, Tree); N]) -> Tree {
        Tree::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// An array of these strings.
    pub fn strings(values: &[&str]) -> Tree {
        Tree::Array(values.iter().map(|&value| value.into()).collect())
    }

    /// Bytes that are written as they are.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Tree {
        Tree::Raw(bytes.as_ref().to_vec())
    }

    /// The first member called `name`.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        match self {
            Tree::Object(members) => members.iter().find(|(other, _)| other == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The first member called `name`, made as an empty object if there is none. Anything but an
    /// object becomes one first.
    pub fn member(&mut self, name: &str) -> &mut Tree {
        if !matches!(self, Tree::Object(_)) {
            *self = Tree::Object(Vec::new());
        }
        let Tree::Object(members) = self else { unreachable!("made an object above") };
        let at = members.iter().position(|(other, _)| other == name).unwrap_or_else(|| {
            members.push((name.to_owned(), Tree::Object(Vec::new())));
            members.len() - 1
        });
        &mut members[at].1
    }

    /// Sets the member called `name`, in its place if there is one, else at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Tree>) {
        *self.member(name) = value.into();
    }

    /// Adds a member at the end, even if there is one of that name.
    pub fn add(&mut self, name: &str, value: impl Into<Tree>) {
        let value = value.into();
        match self {
            Tree::Object(members) => members.push((name.to_owned(), value)),
            other => *other = Tree::object([(name, value)]),
        }
    }

    /// Adds a member in front of all others.
    pub fn add_first(&mut self, name: &str, value: impl Into<Tree>) {
        match self {
            Tree::Object(members) => members.insert(0, (name.to_owned(), value.into())),
            other => *other = Tree::object([(name, value.into())]),
        }
    }

    /// Removes every member called `name`, and returns the first.
    pub fn remove(&mut self, name: &str) -> Option<Tree> {
        let Tree::Object(members) = self else { return None };
        let found = members.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        members.retain(|(other, _)| other != name);
        found
    }

    /// Gives the member called `name` another name, in its place.
    pub fn rename(&mut self, name: &str, to: &str) {
        if let Tree::Object(members) = self {
            members.iter_mut().filter(|(other, _)| other == name).for_each(|(other, _)| to.clone_into(other));
        }
    }

    /// The elements of an array; anything else becomes an empty array first.
    pub fn items(&mut self) -> &mut Vec<Tree> {
        if !matches!(self, Tree::Array(_)) {
            *self = Tree::Array(Vec::new());
        }
        let Tree::Array(items) = self else { unreachable!("made an array above") };
        items
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Tree::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the member called `name`, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Tree::as_str).unwrap_or_default()
    }

    /// Writes the value as compactly as JSON goes, members in their order.
    pub fn compact(&self) -> Vec<u8> {
        self.write(&Style::default(), &mut Choices::new(&[]))
    }

    /// Writes the value in the given style.
    pub fn write(&self, style: &Style, choices: &mut Choices<'_>) -> Vec<u8> {
        let mut writer = Writer { style, choices, out: Vec::new() };
        writer.value(self, 0);
        if style.indent.is_some() {
            writer.out.push(b'\n');
        }
        writer.out
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Tree {
        Tree::String(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Tree {
        Tree::String(text)
    }
}

impl From<i64> for Tree {
    fn from(number: i64) -> Tree {
        Tree::Integer(number)
    }
}

impl From<bool> for Tree {
    fn from(value: bool) -> Tree {
        Tree::Bool(value)
    }
}

impl From<Vec<Tree>> for Tree {
    fn from(items: Vec<Tree>) -> Tree {
        Tree::Array(items)
    }
}

/// How JSON is written. Every style is legal, and none changes what the text means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    /// Members on lines of their own, indented by this many spaces for each level.
    pub indent: Option<usize>,
    /// White space of every kind wherever it may stand.
    pub odd_space: bool,
    /// Members in any order.
    pub shuffle: bool,
    /// Characters as escapes, here and there.
    pub escapes: bool,
}

struct Writer<'w, 'a> {
    style: &'w Style,
    choices: &'w mut Choices<'a>,
    out: Vec<u8>,
}

impl Writer<'_, '_> {
    fn value(&mut self, tree: &Tree, level: usize) {
        match tree {
            Tree::Null => self.out.extend_from_slice(b"null"),
            Tree::Bool(value) => self.out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Tree::Integer(number) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Tree::String(text) => self.string(text),
            Tree::Raw(bytes) => self.out.extend_from_slice(bytes),
            Tree::Array(items) => {
                self.list(b'[', b']', items.len(), level, |writer, at| writer.value(&items[at], level + 1));
            }
            Tree::Object(members) => {
                let order = self.order(members.len());
                self.list(b'{', b'}', members.len(), level, |writer, at| {
                    let (name, value) = &members[order[at]];
                    writer.string(name);
                    writer.space();
                    writer.out.push(b':');
                    if writer.style.indent.is_some() {
                        writer.out.push(b' ');
                    }
                    writer.space();
                    writer.value(value, level + 1);
                });
            }
        }
    }

    fn list(
        &mut self,
        open: u8,
        close: u8,
        length: usize,
        level: usize,
        mut item: impl FnMut(&mut Self, usize),
    ) {
        self.out.push(open);
        for at in 0..length {
            if at > 0 {
                self.out.push(b',');
            }
            self.line(level + 1);
            self.space();
            item(self, at);
            self.space();
        }
        if length > 0 {
            self.line(level);
        } else {
            self.space();
        }
        self.out.push(close);
    }

    fn order(&mut self, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        if self.style.shuffle {
            for at in (1..length).rev() {
                let other = at - self.choices.below(at + 1);
                order.swap(at, other);
            }
        }
        order
    }

    fn line(&mut self, level: usize) {
        if let Some(width) = self.style.indent {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + width * level, b' ');
        }
    }

    fn space(&mut self) {
        if self.style.odd_space && self.choices.chance(20) {
            self.out.extend_from_slice(self.choices.pick(&[" ", "\t", "\n", "\r\n", "   "]).as_bytes());
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        for character in text.chars() {
            let short = match character {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ => "",
            };
            let odd = self.style.escapes && self.choices.chance(10);
            if odd || (short.is_empty() && character < ' ') {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    self.out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            } else if short.is_empty() {
                self.out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                self.out.extend_from_slice(short.as_bytes());
            }
        }
        self.out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::seeded;

    fn sample() -> Tree {
        let mut tree = Tree::object([("a", Tree::from(1)), ("b\"\\", Tree::strings(&["é\u{1}😀", ""]))]);
        tree.member("c").set("d", Tree::Null);
        tree.set("e", Tree::Array(vec![]));
        tree
    }

    #[test]
    fn trees_are_edited_in_place() {
        let mut tree = sample();
        tree.rename("a", "z");
        tree.add("e", true);
        assert_eq!(tree.remove("c"), Some(Tree::object([("d", Tree::Null)])));
        tree.add_first("y", -7);
        let text = String::from_utf8(tree.compact()).unwrap();
        assert_eq!(text, "{\"y\":-7,\"z\":1,\"b\\\"\\\\\":[\"é\\u0001😀\",\"\"],\"e\":[],\"e\":true}");
    }

    #[test]
    fn every_style_writes_the_same_value() {
        let wanted: serde_json::Value = serde_json::from_slice(&sample().compact()).unwrap();
        let mut texts = std::collections::BTreeSet::new();
        for seed in 0..64 {
            let bytes = seeded(&format!("style {seed}"), 512);
            let style = Style {
                indent: (seed & 1 == 1).then_some(2),
                odd_space: seed & 2 == 2,
                shuffle: seed & 4 == 4,
                escapes: seed & 8 == 8,
            };
            let text = sample().write(&style, &mut Choices::new(&bytes));
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&text).unwrap(), wanted);
            texts.insert(text);
        }
        assert!(texts.len() > 30, "styles must differ: {}", texts.len());
    }
}
