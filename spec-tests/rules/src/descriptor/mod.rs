//! Requirements on content descriptors (descriptor.md).

rules! {
    digest_required,
    digest_string,
    digest_syntax,
    digest_unregistered,
    digest_content,
    sha256_encoding,
    sha512_encoding,
    sha512_verification,
    blake3_encoding,
    blake3_verification,
}
