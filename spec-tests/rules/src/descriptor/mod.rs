//! Requirements on content descriptors (descriptor.md).

rules! {
    independent,
    object,
    media_type_required,
    media_type_string,
    media_type_syntax,
    digest_required,
    digest_string,
    artifact_type_string,
    artifact_type_syntax,
    artifact_type_value,
    platform,
    digest_syntax,
    digest_unregistered,
    digest_content,
    sha256_encoding,
    sha512_encoding,
    sha512_verification,
    blake3_encoding,
    blake3_verification,
}
