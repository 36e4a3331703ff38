//! Requirements on media types and the formats they name (media-types.md).

rules! {
    names_format,
    empty_object,
    docker_formats,
}
