//! Texts by every grammar that we have written by hand, each against a second way of deciding it.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};
use regex::Regex;
use seaworthy_image::annotations::is_reverse_domain;
use seaworthy_image::config_values::{EnvEntry, ExposedPort, StopSignal, User};
use seaworthy_image::digest::{Algorithm, Digest, digest_of};
use seaworthy_image::layout::{blob_digest, blob_path};
use seaworthy_image::media_type::MediaType;
use seaworthy_image::reference::{ImageReference, check_ref_name, outside_ref_name_charset};
use seaworthy_image::uri::UriKind;
use seaworthy_image::{base64 as ours, date_time, uri};

/// Reads a text as a digest, a media type, a reference, and whatever else has a grammar.
///
/// # Panics
///
/// If a hand-written grammar and its second way disagree, or an error lies outside the text.
pub fn strings(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    digest(text);
    media_type(text);
    reference(text);
    ref_name(text);
    date(text);
    uri_reference(text);
    encoded(text);
    config_values(text);
    annotation_key(text);
}

/// A pattern that has to match the whole of a text.
fn pattern(pattern: &str) -> Regex {
    Regex::new(&format!(r"\A(?:{pattern})\z")).expect("the patterns here are correct")
}

fn place(text: &str, offset: usize) {
    assert!(text.is_char_boundary(offset), "an error at byte {offset} of {text:?}");
}

fn digest(text: &str) {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+"));
    let found = Digest::parse(text);
    assert_eq!(found.is_ok(), PATTERN.is_match(text), "the digest {text:?}");
    match found {
        Err(error) => place(text, error.offset()),
        Ok(digest) => {
            assert_eq!(format!("{}:{}", digest.algorithm(), digest.encoded()), text);
            let path = blob_path(&digest);
            assert!(
                !path.contains("..") && path.matches('/').count() == 2,
                "{path:?} could leave the layout"
            );
            assert_eq!(blob_digest(&path).as_deref(), Some(text));
        }
    }
    for algorithm in Algorithm::ALL {
        let hex =
            |length| text.len() == length && text.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
        assert_eq!(algorithm.check_encoded(text).is_ok(), hex(algorithm.encoded_len()), "{text:?}");
        assert!(Digest::parse(&digest_of(algorithm, text.as_bytes())).is_ok());
    }
}

fn media_type(text: &str) {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        let name = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
        pattern(&format!("{name}/{name}"))
    });
    let found = MediaType::parse(text);
    assert_eq!(found.is_ok(), PATTERN.is_match(text), "the media type {text:?}");
    match found {
        Err(error) => place(text, error.offset()),
        Ok(found) => assert_eq!(format!("{}/{}", found.top_level(), found.subtype()), text),
    }
}

fn reference(text: &str) {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
        let host = format!(r"(?:{label}(?:\.{label})*|\[[0-9a-fA-F:]+\])");
        let component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
        let path = format!("({component}(?:/{component})*)");
        let tag = "([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})";
        let digest = "([a-z][a-z0-9]*(?:[+._-][a-z][a-z0-9]*)*:[0-9a-fA-F]{32,})";
        pattern(&format!(r"(?:({host}(?::[0-9]+)?)/)?{path}(?::{tag})?(?:@{digest})?"))
    });
    let found = ImageReference::parse(text);
    // The bound on the length of a name is no part of the grammar.
    let wanted = PATTERN.captures(text).filter(|parts| {
        let domain = parts.get(1).map_or(0, |domain| domain.len() + 1);
        domain + parts[2].len() <= ImageReference::NAME_LIMIT
    });
    assert_eq!(found.is_ok(), wanted.is_some(), "the reference {text:?}: {found:?}");
    match (found, wanted) {
        (Ok(found), Some(wanted)) => {
            let group = |at| wanted.get(at).map(|group| group.as_str());
            let parts = (found.domain(), Some(found.path()), found.tag());
            assert_eq!(parts, (group(1), group(2), group(3)), "the reference {text:?}");
            assert_eq!(found.digest().map(|digest| digest.as_str()), group(4), "the reference {text:?}");
        }
        (Err(error), _) => place(text, error.offset()),
        (Ok(_), None) => unreachable!("compared above"),
    }
}

fn ref_name(text: &str) {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        let component = "[A-Za-z0-9]+(?:(?:--|[-._:@+])[A-Za-z0-9]+)*";
        pattern(&format!("{component}(?:/{component})*"))
    });
    static CHARACTERS: LazyLock<Regex> = LazyLock::new(|| pattern("[-A-Za-z0-9._:@/+]*"));
    let found = check_ref_name(text);
    assert_eq!(found.is_ok(), PATTERN.is_match(text), "the reference name {text:?}");
    if let Err(error) = found {
        place(text, error.offset());
    }
    let outside = outside_ref_name_charset(text);
    assert_eq!(outside.is_none(), CHARACTERS.is_match(text), "the characters of {text:?}");
    if let Some(offset) = outside {
        place(text, offset);
    }
}

/// A pattern decides the form, jiff the calendar: on its own it takes more than RFC 3339.
fn date(text: &str) {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        let time = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?";
        pattern(&format!(
            r"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]{time}([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
        ))
    });
    let wanted = SHAPE.captures(text).is_some_and(|parts| parts[1].parse::<jiff::civil::Date>().is_ok());
    let found = date_time::check(text);
    assert_eq!(found.is_ok(), wanted, "the date {text:?}");
    match found {
        Err(error) => place(text, error.offset()),
        // Jiff reads nine digits of a fraction and no more, and no times beyond the year 9999 of
        // universal time, or before -9999.
        Ok(flags) if flags.fraction_digits <= 9 && !text.starts_with("9999-12-31") => {
            assert!(text.parse::<jiff::Timestamp>().is_ok(), "jiff refuses {text:?}");
        }
        Ok(_) => {}
    }
}

fn uri_reference(text: &str) {
    let found = uri::check(text);
    let other = fluent_uri::UriRef::parse(text);
    assert_eq!(found.is_ok(), other.is_ok(), "the URI {text:?}");
    if let (Ok(kind), Ok(other)) = (&found, &other) {
        let scheme = match kind {
            UriKind::Absolute { scheme } => Some(*scheme),
            UriKind::Relative => None,
        };
        assert_eq!(scheme, other.scheme().map(|scheme| scheme.as_str()), "the URI {text:?}");
    }
    if let Err(error) = found {
        place(text, error.offset());
    }
}

fn encoded(text: &str) {
    let lenient = GeneralPurpose::new(&base64::alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));
    let found = ours::decode(text);
    let bytes = found.as_ref().ok().map(|decoded| &decoded.bytes);
    assert_eq!(bytes, lenient.decode(text).ok().as_ref(), "the base 64 {text:?}");
    let is_strict = found.as_ref().is_ok_and(|decoded| !decoded.trailing_bits);
    assert_eq!(is_strict, STANDARD.decode(text).is_ok(), "the base 64 {text:?}");
    if let Err(error) = found {
        place(text, error.offset());
    }
    let again = ours::decode(&STANDARD.encode(text));
    assert!(again.is_ok_and(|again| again.bytes == text.as_bytes() && !again.trailing_bits));
}

fn config_values(text: &str) {
    static PORT: LazyLock<Regex> = LazyLock::new(|| pattern("([0-9]{1,5})(?:/(?:tcp|udp))?"));
    static USER: LazyLock<Regex> = LazyLock::new(|| pattern("(?s)([^:]+)(?::([^:]+))?"));
    let is_port = PORT.captures(text).is_some_and(|parts| parts[1].parse::<u16>().is_ok());
    assert_eq!(ExposedPort::parse(text).is_ok(), is_port, "the port {text:?}");

    let fits = |name: &str| !name.bytes().all(|byte| byte.is_ascii_digit()) || name.parse::<u32>().is_ok();
    let is_user = USER
        .captures(text)
        .is_some_and(|parts| fits(&parts[1]) && parts.get(2).is_none_or(|group| fits(group.as_str())));
    assert_eq!(User::parse(text).is_ok(), is_user, "the user {text:?}");

    let assignment = text.find('=').filter(|at| *at > 0);
    let found = EnvEntry::parse(text).ok().map(|entry| entry.name.len());
    assert_eq!(found, assignment, "the variable {text:?}");
    // Total, and not to be told by a pattern: any text is some kind of signal.
    let _ = StopSignal::classify(text);
}

fn annotation_key(text: &str) {
    static PATTERN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?s)[a-z][a-z0-9-]*(?:\.[A-Za-z0-9_-]+)+(?:/.+)?"));
    assert_eq!(is_reverse_domain(text), PATTERN.is_match(text), "the key {text:?}");
}
