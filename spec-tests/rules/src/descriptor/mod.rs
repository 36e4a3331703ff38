//! Requirements on content descriptors (descriptor.md).

rules! {
    digest_syntax,
}
