//! Grammars of texts that are a little too wide, or too narrow.

use seaworthy_image::base64;
use seaworthy_image::config_values::{EnvEntry, ExposedPort, User};
use seaworthy_image::date_time;
use seaworthy_image::digest::Digest;
use seaworthy_image::media_type::MediaType;
use seaworthy_image::reference::{ImageReference, check_ref_name};
use seaworthy_image::uri;

use super::{Bug, EXECUTIONS, Family, Shows};

/// A grammar that is right.
pub(super) type Right = fn(&str) -> bool;
/// The same with a mistake.
pub(super) type Planted = fn(&str) -> bool;

const fn bug(name: &'static str, does: &'static str, right: Right, planted: Planted) -> Bug {
    Bug { name, does, shows: Shows::Grammar(right, planted) }
}

/// Whether the two decide otherwise.
pub(super) fn shows(right: Right, planted: Planted, text: &[u8]) -> bool {
    let text = &String::from_utf8_lossy(text);
    right(text) != planted(text)
}

fn digest(text: &str) -> bool {
    Digest::parse(text).is_ok()
}

fn media_type(text: &str) -> bool {
    MediaType::parse(text).is_ok()
}

fn reference(text: &str) -> bool {
    ImageReference::parse(text).is_ok()
}

fn ref_name(text: &str) -> bool {
    check_ref_name(text).is_ok()
}

fn date(text: &str) -> bool {
    date_time::check(text).is_ok()
}

fn address(text: &str) -> bool {
    uri::check(text).is_ok()
}

fn encoded(text: &str) -> bool {
    base64::decode(text).is_ok()
}

fn port(text: &str) -> bool {
    ExposedPort::parse(text).is_ok()
}

fn user(text: &str) -> bool {
    User::parse(text).is_ok()
}

fn variable(text: &str) -> bool {
    EnvEntry::parse(text).is_ok()
}

pub(super) const FAMILY: Family = Family {
    name: "grammars",
    target: "strings",
    executions: EXECUTIONS,
    control: bug("none", "is the grammar", digest, digest),
    bugs: &[
        bug("folds-the-algorithm", "takes an algorithm in upper case", digest, |text| {
            digest(&text.to_lowercase())
        }),
        bug("takes-a-slash-in-a-digest", "lets an encoded hash be a path", digest, |text| {
            digest(&text.replace('/', "0"))
        }),
        bug("takes-dots-in-a-digest", "lets an encoded hash hold dots", digest, |text| {
            text.split_once(':')
                .is_some_and(|(algorithm, hash)| digest(&format!("{algorithm}:{}", hash.replace('.', "0"))))
        }),
        bug("takes-parameters", "lets a media type have parameters", media_type, |text| {
            media_type(text.split(';').next().unwrap_or_default())
        }),
        bug("bounds-no-name", "lets the name of a media type be of any length", media_type, |text| {
            let start = |name: &str| name.chars().take(100).collect::<String>();
            text.split_once('/').map_or(media_type(text), |(top, subtype)| {
                media_type(&format!("{}/{}", start(top), start(subtype)))
            })
        }),
        bug("folds-the-repository", "takes a repository in upper case", reference, |text| {
            reference(&text.to_lowercase())
        }),
        bug("takes-an-empty-tag", "takes a colon without a tag", reference, |text| {
            reference(text.strip_suffix(':').unwrap_or(text))
        }),
        bug("takes-a-dash-first", "lets a reference name start with a dash", ref_name, |text| {
            ref_name(text.strip_prefix('-').unwrap_or(text))
        }),
        bug("takes-a-blank-in-a-date", "takes a blank in the place of the T", date, |text| {
            date(&text.replacen(' ', "T", 1))
        }),
        bug("refuses-leap-seconds", "takes a second of sixty for an error", date, |text| {
            date(text) && !text.contains(":60")
        }),
        bug("refuses-fractions", "takes a fraction of a second for an error", date, |text| {
            date(text) && !text.contains('.')
        }),
        bug("takes-blanks-in-addresses", "encodes blanks on its own", address, |text| {
            address(&text.replace(' ', "%20"))
        }),
        bug("takes-a-lone-percent-sign", "does not look behind a percent sign", address, |text| {
            address(&text.replace('%', "x"))
        }),
        bug("skips-line-breaks", "decodes base 64 across lines", encoded, |text| {
            encoded(&text.replace(['\n', '\r'], ""))
        }),
        bug("does-without-padding", "adds the padding of base 64 on its own", encoded, |text| {
            encoded(&format!("{text}{}", &"==="[..(4 - text.len() % 4) % 4]))
        }),
        bug("takes-any-port", "wraps ports round at 65536", port, |text| {
            let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { port(&format!("1/{protocol}")) } else { port(text) }
        }),
        bug("wraps-user-ids", "wraps a user's number round at 32 bits, to root", user, |text| {
            user(&text.replace("4294967296", "0"))
        }),
        bug("takes-a-group-alone", "takes a group without a user", user, |text| {
            user(text.strip_prefix(':').unwrap_or(text))
        }),
        bug("takes-a-nameless-variable", "takes a variable without a name", variable, |text| {
            variable(text.strip_prefix('=').map_or(text, |_| "x="))
        }),
    ],
};
