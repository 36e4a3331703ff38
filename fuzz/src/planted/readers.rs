//! Readers of documents with a mistake each.

use seaworthy_image::json::{Document, Limits, Value};
use seaworthy_image::views::DocumentKind;

use super::{Bug, EXECUTIONS, Family, Shows};
use crate::go_json::{self, Names};
use crate::reader::{Reader, check, descriptors};

/// The digests and sizes that a reader follows.
type Read = Option<Vec<(String, i64)>>;

/// A reader.
pub(super) type Planted = fn(DocumentKind, &[u8]) -> Read;

impl Reader for Planted {
    fn read(&self, kind: DocumentKind, bytes: &[u8]) -> Read {
        self(kind, bytes)
    }
}

/// Whether the oracle objects to what a reader makes of a document.
pub(super) fn shows(planted: Planted, document: &[u8]) -> bool {
    check(&planted, document).is_err()
}

const fn bug(name: &'static str, does: &'static str, planted: Planted) -> Bug {
    Bug { name, does, shows: Shows::Reader(planted) }
}

pub(super) const FAMILY: Family = Family {
    name: "readers",
    target: "document_bytes",
    executions: EXECUTIONS,
    control: bug("none", "reads what is written", strict),
    bugs: &[
        bug("folds-names", "takes names in any case, as Go does, and the last one counts", folded),
        bug("stops-after-the-first-value", "reads one JSON value and leaves what follows", |kind, bytes| {
            let document = Document::parse(bytes, &Limits::default()).ok()?;
            let first = document.root().span();
            strict(kind, &bytes[first.start..first.end])
        }),
        bug("takes-a-comma-at-the-end", "takes a comma before a closing bracket", |kind, bytes| {
            let text = String::from_utf8_lossy(bytes).replace(",}", "}").replace(",]", "]");
            strict(kind, text.as_bytes())
        }),
        bug("truncates-sizes", "keeps sizes in 32 bits", |kind, bytes| {
            map(strict(kind, bytes)?, |(digest, size)| (digest, i64::from(size as i32)))
        }),
        bug("clamps-sizes", "takes a size of nothing for one byte", |kind, bytes| {
            map(strict(kind, bytes)?, |(digest, size)| (digest, size.max(1)))
        }),
        bug("folds-digests", "compares digests in lower case", |kind, bytes| {
            map(strict(kind, bytes)?, |(digest, size)| (digest.to_lowercase(), size))
        }),
        bug("stops-at-the-first", "reads one layer of a manifest, one entry of an index", |kind, bytes| {
            let most = if kind == DocumentKind::Index { 1 } else { 2 };
            strict(kind, bytes).map(|read| read.into_iter().take(most).collect())
        }),
        bug("drops-the-last", "leaves out the last descriptor of several", |kind, bytes| {
            strict(kind, bytes).map(|mut read| {
                if read.len() > 1 {
                    read.pop();
                }
                read
            })
        }),
        bug("sorts-layers", "sorts descriptors by their digest", |kind, bytes| {
            strict(kind, bytes).map(|mut read| {
                read.sort();
                read
            })
        }),
        bug("reads-a-layer-once", "takes two layers with one digest for one", |kind, bytes| {
            strict(kind, bytes).map(|mut read| {
                read.dedup();
                read
            })
        }),
        bug("refuses-unknown-members", "takes a member that it does not know for an error", |kind, bytes| {
            let document = Document::parse(bytes, &Limits::default()).ok()?;
            let fields = go_json::fields(kind);
            let is_known = |name: &str| fields.iter().any(|(field, _)| *field == name);
            document.root().members().all(|member| is_known(&member.name())).then(|| strict(kind, bytes))?
        }),
        bug(
            "refuses-an-empty-list",
            "takes an index or a manifest without entries for an error",
            |kind, bytes| {
                let is_listing = kind == DocumentKind::Index;
                strict(kind, bytes).filter(|read| !is_listing || !read.is_empty())
            },
        ),
        bug("refuses-nesting", "takes more than eight levels for an error", |kind, bytes| {
            strict(kind, bytes).and_then(|read| {
                Document::parse(bytes, &Limits { depth: 8, ..Limits::default() }).ok().map(|_| read)
            })
        }),
        bug("refuses-white-space", "takes a line break between members for an error", |kind, bytes| {
            strict(kind, bytes).filter(|_| !bytes.contains(&b'\n'))
        }),
        bug("leaves-escapes", "compares strings as they are written", |kind, bytes| {
            let document = Document::parse(bytes, &Limits::default()).ok()?;
            let is_digest =
                |value: &Value<'_>| value.as_str().is_some_and(|text| text.starts_with("sha256:"));
            let is_escaped = |value: Value<'_>| value.raw().contains(&b'\\');
            let escaped = document.strings().filter(is_digest).any(is_escaped);
            if escaped { None } else { strict(kind, bytes) }
        }),
        bug(
            "wants-the-type-first",
            "looks for mediaType or schemaVersion in the first member only",
            |kind, bytes| {
                let document = Document::parse(bytes, &Limits::default()).ok()?;
                let first = document.root().members().next()?.name().into_owned();
                let has_type = document.root().get("mediaType").is_some();
                let is_first = first == "mediaType" || first == "schemaVersion";
                if has_type && !is_first { None } else { strict(kind, bytes) }
            },
        ),
        bug("follows-what-is-unknown", "takes any object with a digest for a descriptor", |kind, bytes| {
            let document = Document::parse(bytes, &Limits::default()).ok()?;
            strict(kind, bytes)?;
            let digests = document.objects().filter_map(|object| object.get("digest"));
            Some(
                digests
                    .map(|digest| (digest.as_str().unwrap_or_default().into_owned(), 0))
                    .collect::<Vec<_>>(),
            )
            .filter(|found| found.len() != strict(kind, bytes).unwrap_or_default().len())
            .or_else(|| strict(kind, bytes))
        }),
    ],
};

fn map(read: Vec<(String, i64)>, change: fn((String, i64)) -> (String, i64)) -> Read {
    Some(read.into_iter().map(change).collect())
}

/// A reader without a mistake.
fn strict(kind: DocumentKind, bytes: &[u8]) -> Read {
    let document = Document::parse(bytes, &Limits::default()).ok()?;
    document.anomalies().is_empty().then(|| descriptors(&document, kind))
}

/// What Go would follow.
fn folded(kind: DocumentKind, bytes: &[u8]) -> Read {
    if !matches!(kind, DocumentKind::Index | DocumentKind::Manifest) {
        return strict(kind, bytes);
    }
    let read = go_json::read(kind, bytes, Names::Folded)?;
    let of = |value: &serde_json::Value| {
        let digest = value["digest"].as_str().unwrap_or_default().to_owned();
        (digest, value["size"].as_i64().unwrap_or_default())
    };
    let single = |name: &str| read.get(name).filter(|value| value.is_object()).map(of);
    let several = |name: &str| read[name].as_array().into_iter().flatten().map(of).collect::<Vec<_>>();
    Some(
        single("config")
            .into_iter()
            .chain(several("layers"))
            .chain(several("manifests"))
            .chain(single("subject"))
            .collect(),
    )
}
