//! Documents as Go reads them: where it sees something else than what is written, a rule has to
//! say so.

use seaworthy_image::json::{Document, Integer, Limits, Value};
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;

use crate::documents::{judged, kind_of};
use crate::go_json::{Field, Names, Shape, fields, is_folded, read};

/// Reads a document as Go does and as a strict reader does.
///
/// # Panics
///
/// If the two see different things and no rule has a word to say about the document; or if Go
/// refuses a document that breaks no rule. What is known is in `EXCUSED`.
pub fn go_json(bytes: &[u8]) {
    let Ok(document) = Document::parse(bytes, &Limits::default()) else {
        for kind in DocumentKind::ALL {
            assert!(read(kind, bytes, Names::Folded).is_none(), "Go's model reads what is no JSON");
        }
        return;
    };
    let kind = kind_of(&document);
    let (go, strict) = (read(kind, bytes, Names::Folded), read(kind, bytes, Names::Exact));
    if go.is_some() && go == strict && document.anomalies().is_empty() {
        return;
    }
    let findings = judged(bytes, kind, SpecVersion::Dev).findings;
    if !findings.is_empty() || EXCUSED.iter().any(|(_, is_excused)| is_excused(&document, kind)) {
        return;
    }
    match go {
        Some(go) => panic!("Go reads this otherwise, and no rule objects: {go}, {strict:?}"),
        None => panic!("Go refuses what breaks no rule: {}", String::from_utf8_lossy(bytes)),
    }
}

/// Whether something about a document, seen as one of this kind, is known.
type Excuse = fn(&Document<'_>, DocumentKind) -> bool;

/// What Go reads otherwise than it is written, or refuses, without a rule that could say so.
pub const EXCUSED: &[(&str, Excuse)] = &[
    (
        "names that differ from a known one in case only: unknown members are allowed, and the \
         specification does not say in what they may not resemble a known one. The case \
         json/unknown-members/known-name-in-other-case records what readers make of it",
        |document, kind| has_other_case(document.root(), fields(kind)),
    ),
    (
        "a byte order mark: RFC 8259 lets readers skip it, and Go does not. The case \
         json/utf8/byte-order-mark records what readers make of it",
        |document, _| document.bytes().starts_with(b"\xef\xbb\xbf"),
    ),
    (
        "integers with a fraction or an exponent, like 2.0: to JSON they are the same, and Go refuses \
         them. The unclear cases of descriptor/size-integer record what readers make of it",
        |document, _| {
            document.numbers().any(|number| matches!(number.as_integer(), Some(Integer::Disguised(_))))
        },
    ),
    (
        "times with escapes, with letters in lower case, or with a leap second: all of them RFC \
         3339, which the specification names, and all of them refused by Go",
        |document, _| {
            document.objects().flat_map(Value::members).any(|member| {
                member.is_named("created")
                    && (member.value.raw().contains(&b'\\')
                        || member
                            .value
                            .as_str()
                            .is_some_and(|text| text.contains(['t', 'z']) || text.contains(":60")))
            })
        },
    ),
];

/// Whether an object that Go reads into a struct has a member that is only nearly of a field's
/// name.
fn has_other_case(value: Value<'_>, fields: &[Field]) -> bool {
    value.members().any(|member| {
        let name = member.name();
        let exact = fields.iter().find(|(field, _)| *field == name);
        let folded = fields.iter().find(|(field, _)| is_folded(&name, field));
        match (exact, folded) {
            (None, Some(_)) => true,
            (Some((_, shape)), _) => within(member.value, shape),
            (None, None) => false,
        }
    })
}

fn within(value: Value<'_>, shape: &Shape) -> bool {
    match shape {
        Shape::Record(fields) | Shape::Pointer(fields) => has_other_case(value, fields),
        Shape::List(of) => value.items().any(|item| within(item, of)),
        _ => false,
    }
}
