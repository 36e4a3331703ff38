//! Requirements on the JSON of every document (considerations.md, and RFC 8259 by way of the
//! media types that end in `+json`).

use seaworthy_generators::mutation::Part;

rules! {
    content_unchanged,
    unknown_members,
    canonical_form,
    syntax,
    i_json,
    utf8,
    number_precision,
    no_duplicate_names,
    member_order,
}

/// The documents of a plain image, one of each format.
const DOCUMENTS: &[Part] = &[Part::Header, Part::Index, Part::Manifest, Part::Config];

/// A member that no version knows.
const UNKNOWN: &str = "com.example.note";
