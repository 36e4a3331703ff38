//! A DiffID is the digest of its layer's archive before compression.
//!
//! It is by the DiffIDs that an image's file system is known: whoever does not check them runs whatever
//! a registry hands out under the digest of the compressed blob, and whoever does refuses the image.

use seaworthy_generators::layer::{gzip_member, zstd_frame};
use seaworthy_generators::mutation::{Mutation, Part};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::tar::write::END;

use super::edits::set_diff_ids;
use crate::rule::LayerPlace;
use crate::{Check, Findings, Grade, Rule};

const CONFIG: &[Part] = &[Part::ConfigDescriptor];

pub const RULE: Rule = Rule {
    grade: Grade::implied(),
    section: "config.md#layer-diffid",
    check: Check::Layer(check),
    valid: &[
        Mutation::draft("sha512", CONFIG, |draft, _| {
            set_diff_ids(draft, |layer, _| digest_of(Algorithm::Sha512, &layer.archive()));
        })
        .may_be_refused(),
        Mutation::archive("zeros-up-to-a-record-of-twenty-blocks", |archive, _| {
            archive.resize(archive.len().next_multiple_of(20 * 512), 0);
        }),
    ],
    invalid: &[
        Mutation::draft("of-another-archive", CONFIG, |draft, _| {
            set_diff_ids(draft, |_, algorithm| digest_of(algorithm, b"another archive"));
        }),
        Mutation::draft("without-the-end-marker", CONFIG, |draft, _| {
            set_diff_ids(draft, |layer, algorithm| {
                let archive = layer.archive();
                digest_of(algorithm, &archive[..archive.len() - END.len()])
            });
        }),
        Mutation::bytes("one-more-member", &[Part::Layer], |bytes, _| {
            let more = match bytes[..] {
                [0x1f, 0x8b, ..] => gzip_member(&END, 0),
                [0x28, 0xb5, ..] | [0x50, 0x2a, ..] => zstd_frame(&END, 0),
                _ => END.to_vec(),
            };
            bytes.extend(more);
        }),
        Mutation::draft("in-another-order", CONFIG, |draft, _| {
            draft.nodes.iter_mut().filter(|node| !node.diff_ids.is_empty()).for_each(|node| {
                node.diff_ids.rotate_left(1);
            });
        }),
    ],
    unclear: &[
        Mutation::archive("junk-after-the-end-marker", |archive, _| archive.extend([b'x'; 512])),
    ],
    ..Rule::BASE
};

fn check(place: &LayerPlace<'_, '_>, findings: &mut Findings<'_>) {
    let Some(wanted) = place.diff_id.and_then(|value| value.as_str()) else { return };
    let (Ok(digest), Some(real)) = (Digest::parse(&wanted), &place.layer.diff_ids) else { return };
    // A DiffID that is malformed is for another rule.
    let algorithm = Algorithm::registered(digest.algorithm(), findings.version());
    let algorithm = algorithm.filter(|algorithm| algorithm.check_encoded(digest.encoded()).is_ok());
    let is_wanted = |real: &&String| algorithm.is_some_and(|algorithm| real.starts_with(algorithm.name()));
    let Some(real) = real.iter().find(is_wanted) else { return };
    if place.is_content() && *real != wanted {
        let found = format!("a layer whose archive has the digest {real}");
        findings.report(place.descriptor.value, found, format!("{wanted}, as the configuration has it"));
    }
}
