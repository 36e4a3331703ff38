//! The names that an image's parts have by their content (config.md, sections "Layer DiffID", "Layer
//! ChainID" and "ImageID").

use crate::digest::{Algorithm, digest_of};

/// The ChainIDs of a stack of layers, the lowest first: the one at each place names the layers up to
/// there, applied one on top of the other.
///
/// That of the lowest layer is its DiffID. Every further one is the digest of the one before, a blank
/// and the layer's DiffID; the specification leaves the algorithm open, and all of its examples and
/// implementations take SHA-256. DiffIDs go in as they are written.
pub fn chain_ids<'d>(diff_ids: impl IntoIterator<Item = &'d str>) -> Vec<String> {
    let mut chain: Vec<String> = Vec::new();
    for diff_id in diff_ids {
        chain.push(match chain.last() {
            None => diff_id.to_owned(),
            Some(below) => digest_of(Algorithm::Sha256, format!("{below} {diff_id}").as_bytes()),
        });
    }
    chain
}

/// The ImageID: the SHA-256 digest of the image's configuration, of its bytes exactly as they are
/// stored.
pub fn image_id(config: &[u8]) -> String {
    digest_of(Algorithm::Sha256, config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains() {
        let [a, b, c] = ["a", "b", "c"].map(|text| digest_of(Algorithm::Sha256, text.as_bytes()));
        assert_eq!(chain_ids([]), [""; 0]);
        assert_eq!(chain_ids([&a[..]]), [&a[..]]);
        let ab = digest_of(Algorithm::Sha256, format!("{a} {b}").as_bytes());
        let abc = digest_of(Algorithm::Sha256, format!("{ab} {c}").as_bytes());
        assert_eq!(chain_ids([&a[..], &b, &c]), [a.clone(), ab, abc]);
        // Order is part of the name.
        assert_ne!(chain_ids([&a[..], &b])[1], chain_ids([&b[..], &a])[1]);
        // Worked out with sha256sum.
        assert_eq!(
            chain_ids(["sha256:aa", "sha256:bb"])[1],
            "sha256:b68ad689d6d1ec110ea1c13617437ad6f3766d4b3b309f6a603a222e07a0164f"
        );
    }

    #[test]
    fn images() {
        assert_eq!(
            image_id(b"{}"),
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }
}
