//! Requirements on the JSON of every document (considerations.md, and RFC 8259 by way of the
//! media types that end in `+json`).

rules! {
    syntax,
}
