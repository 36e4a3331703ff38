//! Validators that overlook a requirement each.

use std::collections::BTreeSet;

use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::case::{Class, of};
use seaworthy_rules::find;

use super::{Bug, EXECUTIONS, Family, Shows};
use crate::documents::judged_layout;
use crate::targets::image_graph::one_fault;

const fn bug(name: &'static str, does: &'static str, ids: &'static [&'static str]) -> Bug {
    Bug { name, does, shows: Shows::Validator(ids) }
}

/// A broken image has no finding but those that the validator overlooks.
pub(super) fn shows(ids: &[&str], choices: &[u8], image: &mut Option<BTreeSet<&'static str>>) -> bool {
    let found = image.get_or_insert_with(|| one_fault(choices));
    !found.is_empty() && found.iter().all(|id| ids.contains(id))
}

/// How many cases of the requirements go unnoticed without them.
pub(super) fn vectors(ids: &[&str]) -> usize {
    let requirements = ids.iter().filter_map(|id| find(id));
    let cases = requirements.flat_map(of).filter(|case| case.class == Class::Invalid);
    let unnoticed = cases.filter(|case| {
        let mut versions = SpecVersion::ALL.into_iter().filter(|version| case.is_in(*version));
        versions.next_back().is_some_and(|version| {
            let judged = judged_layout(&case.layout(), version);
            judged.findings.iter().all(|finding| ids.contains(&finding.requirement.id.as_str()))
        })
    });
    unnoticed.count()
}

pub(super) const FAMILY: Family = Family {
    name: "validators",
    target: "image_graph",
    executions: EXECUTIONS,
    control: bug("none", "overlooks nothing", &[]),
    bugs: &[
        bug("skips-the-digest-check", "takes a blob without hashing it", &["descriptor/digest-content"]),
        bug("skips-the-size-check", "takes a blob of any size", &["descriptor/size-content"]),
        bug(
            "follows-a-path-in-a-digest",
            "splits a digest at its colon and opens that",
            &["descriptor/digest-syntax"],
        ),
        bug(
            "takes-a-digest-of-any-length",
            "does not count the digits of a digest",
            &["descriptor/sha256-encoding"],
        ),
        bug("trusts-embedded-data", "does not compare data with the digest", &["descriptor/data-content"]),
        bug("takes-odd-base-64", "decodes data as forgivingly as it can", &["descriptor/data-base64"]),
        bug("takes-any-size", "does not mind what a size is written as", &["descriptor/size-integer"]),
        bug(
            "takes-any-type",
            "does not look at the syntax of a media type",
            &["descriptor/media-type-syntax"],
        ),
        bug("takes-any-address", "does not look at the syntax of urls", &["descriptor/urls-uri"]),
        bug("ignores-duplicates", "lets one of two equal names win", &["json/no-duplicate-names"]),
        bug("ignores-duplicate-keys", "lets one of two equal annotations win", &["annotations/unique-keys"]),
        bug("reads-past-the-value", "does not look at what follows the JSON value", &["json/syntax"]),
        bug("repairs-utf-8", "puts U+FFFD in the place of stray bytes", &["json/utf8"]),
        bug("repairs-surrogates", "puts U+FFFD in the place of half a pair", &["json/i-json"]),
        bug(
            "takes-any-schema-version",
            "does not look at schemaVersion",
            &["manifest/schema-version-2", "index/schema-version-2"],
        ),
        bug(
            "trusts-the-descriptor",
            "does not compare a manifest's own mediaType",
            &["manifest/media-type-value"],
        ),
        bug("does-without-the-layout-file", "never opens oci-layout", &["layout/header-file"]),
        bug("takes-any-root-type", "does not look at rootfs.type", &["config/rootfs-type-layers"]),
        bug("does-not-count-layers", "does not compare diff_ids with the layers", &["config/diff-ids-count"]),
        bug(
            "takes-any-variable",
            "does not look for the equals sign of variables",
            &["config/env-assignments"],
        ),
        bug("takes-any-time", "does not look at the syntax of created", &["config/created-date-time"]),
    ],
};
