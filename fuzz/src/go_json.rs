//! A model of Go's `encoding/json`, as far as image documents reach it.
//!
//! Every major runtime and registry reads documents with it, and it is not a strict reader: names
//! match in any case, of equal names the last one counts, and what an earlier one left behind
//! shows through. A document that Go understands otherwise than a strict reader is a way past
//! whoever scans or signs it, so the rules have to say something about it.
//!
//! The model starts from the nodes that our own reader finds. `tests/go_json.rs` compares it with
//! the real one, where Go is installed, on thousands of documents.

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};
use seaworthy_image::json::{AnomalyKind, Document, Integer, Kind, Limits, Value};
use seaworthy_image::views::DocumentKind;

mod time;

/// The deepest nesting that Go reads.
const DEPTH: usize = 10_000;

/// The Go type that a member is read into.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `string`
    Text,
    /// `int` or `int64`
    Integer,
    /// `bool`
    Boolean,
    /// `[]byte`
    Bytes,
    /// `*time.Time`
    Time,
    /// `map[string]string`
    Texts,
    /// `map[string]struct{}`
    Names,
    /// A struct.
    Record(&'static [Field]),
    /// A pointer to a struct.
    Pointer(&'static [Field]),
    /// A slice.
    List(&'static Shape),
}

/// A member of a Go struct.
pub type Field = (&'static str, Shape);

const LIST_OF_TEXTS: Shape = Shape::List(&Shape::Text);

const PLATFORM: &[Field] = &[
    ("architecture", Shape::Text),
    ("os", Shape::Text),
    ("os.version", Shape::Text),
    ("os.features", LIST_OF_TEXTS),
    ("variant", Shape::Text),
];

const DESCRIPTOR: &[Field] = &[
    ("mediaType", Shape::Text),
    ("digest", Shape::Text),
    ("size", Shape::Integer),
    ("urls", LIST_OF_TEXTS),
    ("annotations", Shape::Texts),
    ("data", Shape::Bytes),
    ("platform", Shape::Pointer(PLATFORM)),
    ("artifactType", Shape::Text),
];

const HEADER: &[Field] = &[("imageLayoutVersion", Shape::Text)];

const INDEX: &[Field] = &[
    ("schemaVersion", Shape::Integer),
    ("mediaType", Shape::Text),
    ("artifactType", Shape::Text),
    ("manifests", Shape::List(&Shape::Record(DESCRIPTOR))),
    ("subject", Shape::Pointer(DESCRIPTOR)),
    ("annotations", Shape::Texts),
];

const MANIFEST: &[Field] = &[
    ("schemaVersion", Shape::Integer),
    ("mediaType", Shape::Text),
    ("artifactType", Shape::Text),
    ("config", Shape::Record(DESCRIPTOR)),
    ("layers", Shape::List(&Shape::Record(DESCRIPTOR))),
    ("subject", Shape::Pointer(DESCRIPTOR)),
    ("annotations", Shape::Texts),
];

const EXECUTION: &[Field] = &[
    ("User", Shape::Text),
    ("ExposedPorts", Shape::Names),
    ("Env", LIST_OF_TEXTS),
    ("Entrypoint", LIST_OF_TEXTS),
    ("Cmd", LIST_OF_TEXTS),
    ("Volumes", Shape::Names),
    ("WorkingDir", Shape::Text),
    ("Labels", Shape::Texts),
    ("StopSignal", Shape::Text),
    ("ArgsEscaped", Shape::Boolean),
];

const HISTORY: &[Field] = &[
    ("created", Shape::Time),
    ("created_by", Shape::Text),
    ("author", Shape::Text),
    ("comment", Shape::Text),
    ("empty_layer", Shape::Boolean),
];

const CONFIG: &[Field] = &[
    ("created", Shape::Time),
    ("author", Shape::Text),
    ("architecture", Shape::Text),
    ("os", Shape::Text),
    ("os.version", Shape::Text),
    ("os.features", LIST_OF_TEXTS),
    ("variant", Shape::Text),
    ("config", Shape::Record(EXECUTION)),
    ("rootfs", Shape::Record(&[("type", Shape::Text), ("diff_ids", LIST_OF_TEXTS)])),
    ("history", Shape::List(&Shape::Record(HISTORY))),
];

/// The fields of the Go struct that a kind of document is read into.
pub const fn fields(kind: DocumentKind) -> &'static [Field] {
    match kind {
        DocumentKind::Header => HEADER,
        DocumentKind::Index => INDEX,
        DocumentKind::Manifest => MANIFEST,
        DocumentKind::Config => CONFIG,
        DocumentKind::Descriptor => DESCRIPTOR,
    }
}

/// How names are compared, and what becomes of equal ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// As Go does it: in any case, and the last one counts.
    Folded,
    /// To the letter.
    Exact,
}

/// What Go makes of a document: all fields of the struct, as it would write them itself, times as
/// `"set"`. `None` if it refuses the document.
pub fn read(kind: DocumentKind, bytes: &[u8], names: Names) -> Option<serde_json::Value> {
    let document = Document::parse(bytes, &Limits { depth: DEPTH, ..Limits::default() }).ok()?;
    let is_refused = |kind| matches!(kind, AnomalyKind::ByteOrderMark | AnomalyKind::TrailingData);
    if document.anomalies().iter().any(|anomaly| is_refused(anomaly.kind)) {
        return None;
    }
    let shape = Shape::Record(fields(kind));
    let mut held = Held::zero(&shape);
    held.take(&shape, document.root(), names)?;
    Some(held.written(&shape))
}

/// A Go value.
#[derive(Debug, Clone, PartialEq)]
enum Held {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Bytes(Option<Vec<u8>>),
    Time(bool),
    Map(Option<BTreeMap<String, String>>),
    Record(Vec<Held>),
    Pointer(Option<Vec<Held>>),
    /// The elements, those behind the end that an earlier and longer list left there included,
    /// and how many count.
    List(Option<(Vec<Held>, usize)>),
}

impl Held {
    fn zero(shape: &Shape) -> Held {
        match shape {
            Shape::Text => Held::Text(String::new()),
            Shape::Integer => Held::Integer(0),
            Shape::Boolean => Held::Boolean(false),
            Shape::Bytes => Held::Bytes(None),
            Shape::Time => Held::Time(false),
            Shape::Texts | Shape::Names => Held::Map(None),
            Shape::Record(fields) => Held::Record(zeros(fields)),
            Shape::Pointer(_) => Held::Pointer(None),
            Shape::List(_) => Held::List(None),
        }
    }

    /// Reads a JSON value into what is there already; nothing if Go reports an error.
    fn take(&mut self, shape: &Shape, value: Value<'_>, names: Names) -> Option<()> {
        match (self, shape) {
            (Held::Record(held), Shape::Record(fields)) => match value.kind() {
                Kind::Null => Some(()),
                Kind::Object => members(held, fields, value, names),
                _ => None,
            },
            (Held::Pointer(held), Shape::Pointer(fields)) => match value.kind() {
                Kind::Null => {
                    *held = None;
                    Some(())
                }
                Kind::Object => members(held.get_or_insert_with(|| zeros(fields)), fields, value, names),
                _ => None,
            },
            (Held::List(held), Shape::List(of)) => list(held, of, value, names),
            (Held::Map(held), Shape::Texts | Shape::Names) => map(held, shape, value),
            (Held::Bytes(held), _) => data(held, value),
            (Held::Time(held), _) => match value.kind() {
                Kind::Null => {
                    *held = false;
                    Some(())
                }
                Kind::String => {
                    // It looks at the text as it is written, escapes and all.
                    let raw = value.raw();
                    *held = true;
                    time::is_read(&raw[1..raw.len() - 1]).then_some(())
                }
                _ => None,
            },
            // What is no pointer, map or list stays as it is.
            (Held::Text(_) | Held::Integer(_) | Held::Boolean(_), _) if value.is_null() => Some(()),
            (Held::Text(held), _) => {
                *held = text(value)?;
                Some(())
            }
            (Held::Integer(held), _) => match value.as_integer()? {
                Integer::Plain(number) => {
                    *held = number;
                    Some(())
                }
                _ => None,
            },
            (Held::Boolean(held), _) => {
                *held = value.as_bool()?;
                Some(())
            }
            (Held::Record(_) | Held::Pointer(_) | Held::List(_) | Held::Map(_), _) => None,
        }
    }

    /// The value as Go writes it.
    fn written(&self, shape: &Shape) -> serde_json::Value {
        use serde_json::Value as Json;
        match (self, shape) {
            (Held::Text(text), _) => Json::from(text.as_str()),
            (Held::Integer(number), _) => Json::from(*number),
            (Held::Boolean(value), _) => Json::from(*value),
            (Held::Bytes(Some(bytes)), _) => Json::from(STANDARD.encode(bytes)),
            (Held::Time(true), _) => Json::from("set"),
            (Held::Map(Some(map)), Shape::Texts) => {
                map.iter().map(|(key, value)| (key, value.as_str())).collect()
            }
            (Held::Map(Some(map)), _) => {
                map.keys().map(|key| (key, Json::Object(Default::default()))).collect()
            }
            (
                Held::Record(held) | Held::Pointer(Some(held)),
                Shape::Record(fields) | Shape::Pointer(fields),
            ) => fields.iter().zip(held).map(|((name, shape), held)| (*name, held.written(shape))).collect(),
            (Held::List(Some((items, count))), Shape::List(of)) => {
                items[..*count].iter().map(|item| item.written(of)).collect()
            }
            _ => Json::Null,
        }
    }
}

fn zeros(fields: &[Field]) -> Vec<Held> {
    fields.iter().map(|(_, shape)| Held::zero(shape)).collect()
}

fn members(held: &mut [Held], fields: &[Field], value: Value<'_>, names: Names) -> Option<()> {
    for member in value.members() {
        let name = text(member.name_value())?;
        let exact = fields.iter().position(|(field, _)| *field == name);
        let folded = || fields.iter().position(|(field, _)| is_folded(&name, field));
        let at = match names {
            Names::Exact => exact,
            Names::Folded => exact.or_else(folded),
        };
        if let Some(at) = at {
            held[at].take(&fields[at].1, member.value, names)?;
        }
    }
    Some(())
}

/// Whether Go takes a name for that of a field: it compares the smallest characters of each
/// character's fold. All of ours are ASCII, so what matters beyond it is the long s and the
/// Kelvin sign.
pub fn is_folded(name: &str, field: &str) -> bool {
    let fold = |character: char| match character {
        '\u{17f}' => 'S',
        '\u{212a}' => 'K',
        _ => character.to_ascii_uppercase(),
    };
    name.chars().map(fold).eq(field.chars().map(fold))
}

fn list(held: &mut Option<(Vec<Held>, usize)>, of: &Shape, value: Value<'_>, names: Names) -> Option<()> {
    match value.kind() {
        Kind::Null => {
            *held = None;
            return Some(());
        }
        Kind::Array => {}
        _ => return None,
    }
    let (items, count) = held.get_or_insert_with(|| (Vec::new(), 0));
    *count = 0;
    for item in value.items() {
        if *count == items.len() {
            items.push(Held::zero(of));
        }
        // An element is read into whatever was in its place before.
        items[*count].take(of, item, names)?;
        *count += 1;
    }
    if *count == 0 {
        items.clear();
    }
    Some(())
}

fn map(held: &mut Option<BTreeMap<String, String>>, shape: &Shape, value: Value<'_>) -> Option<()> {
    match value.kind() {
        Kind::Null => {
            *held = None;
            return Some(());
        }
        Kind::Object => {}
        _ => return None,
    }
    let map = held.get_or_insert_with(BTreeMap::new);
    for member in value.members() {
        let key = text(member.name_value())?;
        let value = match (shape, member.value.kind()) {
            (_, Kind::Null) | (Shape::Names, Kind::Object) => String::new(),
            (Shape::Texts, Kind::String) => text(member.value)?,
            _ => return None,
        };
        map.insert(key, value);
    }
    Some(())
}

fn data(held: &mut Option<Vec<u8>>, value: Value<'_>) -> Option<()> {
    let decoder = GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));
    match value.kind() {
        Kind::Null => *held = None,
        Kind::String => {
            // Line breaks are skipped wherever they are.
            let text = text(value)?.replace(['\r', '\n'], "");
            *held = Some(decoder.decode(text).ok()?);
        }
        // A list of numbers does as well.
        Kind::Array => {
            let mut bytes = held.take().unwrap_or_default();
            bytes.resize(value.items().count(), 0);
            for (byte, item) in bytes.iter_mut().zip(value.items()) {
                match item.kind() {
                    Kind::Null => {}
                    Kind::Number if !item.raw().starts_with(b"-") => {
                        let Integer::Plain(number) = item.as_integer()? else { return None };
                        *byte = u8::try_from(number).ok()?;
                    }
                    _ => return None,
                }
            }
            *held = Some(bytes);
        }
        _ => return None,
    }
    Some(())
}

/// The text of a string as Go decodes it: each byte that belongs to no character becomes U+FFFD,
/// where Rust makes one of them of a whole broken sequence.
fn text(value: Value<'_>) -> Option<String> {
    let decoded = value.as_str()?;
    if std::str::from_utf8(value.raw()).is_ok() {
        return Some(decoded.into_owned());
    }
    let mut repaired = Vec::new();
    for chunk in value.raw().utf8_chunks() {
        repaired.extend_from_slice(chunk.valid().as_bytes());
        chunk.invalid().iter().for_each(|_| repaired.extend_from_slice("\u{fffd}".as_bytes()));
    }
    let document = Document::parse(&repaired, &Limits::default()).ok()?;
    document.root().as_str().map(|text| text.into_owned())
}
