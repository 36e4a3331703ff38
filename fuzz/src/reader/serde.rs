//! A document as serde_json reads it, nothing left out: the second way beside our own reader.

use std::collections::BTreeSet;
use std::fmt;

use seaworthy_image::json::{Kind, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value with all members of its objects, in order, equal names among them.
#[derive(Debug, Clone, PartialEq)]
pub enum Everything {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as the nearest double.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Everything>),
    /// An object.
    Members(Vec<(String, Everything)>),
}

impl Everything {
    /// Whether an object in it has two members of one name.
    pub fn has_duplicates(&self) -> bool {
        match self {
            Everything::List(items) => items.iter().any(Everything::has_duplicates),
            Everything::Members(members) => {
                let mut seen = BTreeSet::new();
                members.iter().any(|(name, value)| !seen.insert(name) || value.has_duplicates())
            }
            _ => false,
        }
    }
}

/// Whether our own reader and serde_json see the same.
pub fn reads_alike(ours: Value<'_>, theirs: &Everything) -> bool {
    match theirs {
        Everything::Null => ours.is_null(),
        Everything::Bool(value) => ours.as_bool() == Some(*value),
        Everything::Number(number) => {
            let text = std::str::from_utf8(ours.raw()).unwrap_or_default();
            ours.kind() == Kind::Number && text.parse::<f64>().is_ok_and(|ours| close(ours, *number))
        }
        Everything::Text(text) => ours.as_str().as_deref() == Some(text),
        Everything::List(items) => {
            let same = ours.items().zip(items).all(|(ours, theirs)| reads_alike(ours, theirs));
            ours.kind() == Kind::Array && ours.items().count() == items.len() && same
        }
        Everything::Members(members) => {
            let same = ours.members().zip(members).all(|(ours, (name, theirs))| {
                ours.name() == name.as_str() && reads_alike(ours.value, theirs)
            });
            ours.is_object() && ours.members().count() == members.len() && same
        }
    }
}

/// serde_json rounds the last bit of a long decimal in its own way, unless told otherwise.
fn close(left: f64, right: f64) -> bool {
    left == right || ((left - right) / left).abs() < 1e-12
}

impl<'de> Deserialize<'de> for Everything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Everything, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Everything;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Everything, E> {
        Ok(Everything::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Everything, E> {
        Ok(Everything::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Everything, E> {
        Ok(Everything::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Everything, E> {
        Ok(Everything::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Everything, E> {
        Ok(Everything::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Everything, E> {
        Ok(Everything::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Everything, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Everything::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Everything, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Everything::Members(members))
    }
}
