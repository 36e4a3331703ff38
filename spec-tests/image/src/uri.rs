//! URIs by the exact grammar of RFC 3986, for the `urls` of descriptors (descriptor.md, section
//! "Properties") and for annotations that hold a URL.
//!
//! URL libraries repair what they read (blanks, backslashes, letters outside ASCII), each in its
//! own way, so two of them may fetch from two places. This repairs nothing.

use std::net::Ipv6Addr;

/// What a text is in RFC 3986, section 4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UriKind<'a> {
    /// A URI: it has a scheme.
    Absolute {
        /// The scheme, as it was written; its case carries no meaning.
        scheme: &'a str,
    },
    /// A relative reference, which means nothing without a base. The empty text is one.
    Relative,
}

/// Whether a text is a URI or a relative reference.
pub fn check(text: &str) -> Result<UriKind<'_>, UriError> {
    let (kind, start) = match text.find([':', '/', '?', '#']) {
        Some(colon) if text.as_bytes()[colon] == b':' => {
            // Without a valid scheme this is no relative reference either: the first segment of
            // one cannot have a colon.
            check_scheme(&text[..colon])?;
            let scheme = &text[..colon];
            (UriKind::Absolute { scheme }, colon + 1)
        }
        _ => (UriKind::Relative, 0),
    };

    let rest = Span::new(text, start, text.len());
    let (rest, fragment) = rest.split_at(b'#');
    let (rest, query) = rest.split_at(b'?');
    let path = match rest.as_str().strip_prefix("//") {
        Some(authority) => {
            let start = rest.start + 2;
            let end = authority.find('/').map_or(rest.end, |slash| start + slash);
            check_authority(Span::new(text, start, end))?;
            Span::new(text, end, rest.end)
        }
        None => rest,
    };
    path.check(b":@/")?;
    for part in [query, fragment].into_iter().flatten() {
        part.check(b":@/?")?;
    }
    Ok(kind)
}

/// What keeps a text from being a URI reference, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// What stands before the first colon is not a scheme.
    #[error("not a scheme (byte {offset})")]
    Scheme {
        /// The first character that a scheme cannot have there.
        offset: usize,
    },
    /// What stands in brackets is not an IP address, or a bracket is missing or misplaced.
    #[error("not an address in brackets (byte {offset})")]
    Address {
        /// The opening bracket.
        offset: usize,
    },
    /// A port with something else than digits.
    #[error("not a port (byte {offset})")]
    Port {
        /// The first byte that is no digit.
        offset: usize,
    },
    /// A percent sign without two hexadecimal digits after it.
    #[error("an incomplete percent-encoding (byte {offset})")]
    PercentEncoding {
        /// The percent sign.
        offset: usize,
    },
    /// A character that has to be percent-encoded: a blank, a control, anything not ASCII.
    #[error("a character that a URI cannot have here (byte {offset})")]
    Character {
        /// The character's first byte.
        offset: usize,
    },
}

impl UriError {
    /// The byte at which the text leaves the grammar.
    pub fn offset(&self) -> usize {
        match *self {
            UriError::Scheme { offset }
            | UriError::Address { offset }
            | UriError::Port { offset }
            | UriError::PercentEncoding { offset }
            | UriError::Character { offset } => offset,
        }
    }
}

/// A part of a text that knows where in the text it is.
#[derive(Clone, Copy)]
struct Span<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Span<'a> {
    fn new(text: &'a str, start: usize, end: usize) -> Self {
        Span { text, start, end }
    }

    fn as_str(&self) -> &'a str {
        &self.text[self.start..self.end]
    }

    /// Splits at the first of a sign, which belongs to neither side.
    fn split_at(self, sign: u8) -> (Self, Option<Self>) {
        match self.as_str().bytes().position(|byte| byte == sign) {
            Some(at) => (
                Span::new(self.text, self.start, self.start + at),
                Some(Span::new(self.text, self.start + at + 1, self.end)),
            ),
            None => (self, None),
        }
    }

    /// Whether all characters are unreserved, sub-delims, percent-encoded, or of a given set.
    fn check(self, also: &[u8]) -> Result<(), UriError> {
        let bytes = self.as_str().as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let offset = self.start + at;
            if byte == b'%' {
                let digits = bytes.get(at + 1..at + 3);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(UriError::PercentEncoding { offset });
                }
                at += 3;
            } else if is_plain(byte) || also.contains(&byte) {
                at += 1;
            } else {
                return Err(UriError::Character { offset });
            }
        }
        Ok(())
    }
}

fn check_scheme(scheme: &str) -> Result<(), UriError> {
    let fits = |(at, byte): (usize, u8)| match byte {
        b'+' | b'-' | b'.' | b'0'..=b'9' => at > 0,
        _ => byte.is_ascii_alphabetic(),
    };
    match scheme.bytes().enumerate().position(|entry| !fits(entry)) {
        Some(offset) => Err(UriError::Scheme { offset }),
        None if scheme.is_empty() => Err(UriError::Scheme { offset: 0 }),
        None => Ok(()),
    }
}

/// Checks `[userinfo "@"] host [":" port]`, where the host may be empty, and the port too.
fn check_authority(authority: Span<'_>) -> Result<(), UriError> {
    let host = match authority.split_at(b'@') {
        (userinfo, Some(host)) => {
            userinfo.check(b":")?;
            host
        }
        (host, None) => host,
    };
    let port = if host.as_str().starts_with('[') {
        let offset = host.start;
        let bracket = host.as_str().find(']').ok_or(UriError::Address { offset })?;
        if !is_address(&host.as_str()[1..bracket]) {
            return Err(UriError::Address { offset });
        }
        let rest = Span::new(host.text, host.start + bracket + 1, host.end);
        match rest.split_at(b':') {
            (before, _) if before.start < before.end => {
                let offset = before.start;
                return Err(UriError::Character { offset });
            }
            (_, port) => port,
        }
    } else {
        let (name, port) = host.split_at(b':');
        // An IPv4 address is also a name by this grammar, and so is a wrong one.
        name.check(b"")?;
        port
    };
    if let Some(port) = port
        && let Some(at) = port.as_str().bytes().position(|byte| !byte.is_ascii_digit())
    {
        let offset = port.start + at;
        return Err(UriError::Port { offset });
    }
    Ok(())
}

/// Whether this is what may stand in brackets.
///
/// The standard library reads IPv6 addresses exactly as RFC 3986 writes them, without zones.
fn is_address(text: &str) -> bool {
    let Some(future) = text.strip_prefix(['v', 'V']) else {
        return text.parse::<Ipv6Addr>().is_ok();
    };
    future.split_once('.').is_some_and(|(version, address)| {
        !version.is_empty()
            && version.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !address.is_empty()
            && address.bytes().all(|byte| is_plain(byte) || byte == b':')
    })
}

/// The unreserved characters and the sub-delims, which every part allows.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, wanted: Result<UriKind<'_>, UriError>) {
        assert_eq!(super::check(text), wanted, "{text:?}");
    }

    #[test]
    fn absolute() {
        for (text, scheme) in [
            ("https://example.com/a?b=c#d", "https"),
            ("http://[2001:db8::1]:5000/x", "http"),
            ("http://[::ffff:192.0.2.1]", "http"),
            ("http://[v1.a:b]/", "http"),
            ("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "urn"),
            ("data:text/plain,hi", "data"),
            ("mailto:a@example.com", "mailto"),
            ("file:///etc/passwd", "file"),
            ("HTTP://user:pass@h:", "HTTP"),
            ("http://h:99999999999/", "http"),
            ("http://256.1.1.1/", "http"),
            ("http://a%20b/%41//?/?#/?", "http"),
            ("a+b-c.1:", "a+b-c.1"),
            ("a:b:c@d", "a"),
            ("http:///", "http"),
            ("http:a", "http"),
        ] {
            check(text, Ok(UriKind::Absolute { scheme }));
        }
    }

    #[test]
    fn relative() {
        for text in ["", "/x", "//host/x", "x/y:z", "./a:b", "?a:b", "#a:b", "//a:1", "//", "..", "a//b"] {
            check(text, Ok(UriKind::Relative));
        }
    }

    #[test]
    fn invalid() {
        use UriError::*;
        check("http://a b/", Err(Character { offset: 8 }));
        check("http://a/b c", Err(Character { offset: 10 }));
        check(" http://a/", Err(Scheme { offset: 0 }));
        check("http://a/%zz", Err(PercentEncoding { offset: 9 }));
        check("http://a/%4", Err(PercentEncoding { offset: 9 }));
        check("http://a/%", Err(PercentEncoding { offset: 9 }));
        check("http://a%4/41", Err(PercentEncoding { offset: 8 }));
        check("http://a/?%4#1", Err(PercentEncoding { offset: 10 }));
        check("http://a/%é", Err(PercentEncoding { offset: 9 }));
        check("http://[::1", Err(Address { offset: 7 }));
        check("http://[::1%25eth0]/", Err(Address { offset: 7 }));
        check("http://[]/", Err(Address { offset: 7 }));
        check("http://[1.2.3.4]/", Err(Address { offset: 7 }));
        check("http://[v.a]/", Err(Address { offset: 7 }));
        check("http://[v1.]/", Err(Address { offset: 7 }));
        check("http://[vg.a]/", Err(Address { offset: 7 }));
        check("http://[v1.a@b]/", Err(Character { offset: 7 }));
        check("http://[::1]a/", Err(Character { offset: 12 }));
        check("http://[::1]a:1/", Err(Character { offset: 12 }));
        check("http://::1/", Err(Port { offset: 8 }));
        check("http://a:80x/", Err(Port { offset: 11 }));
        check("http://a:-1/", Err(Port { offset: 9 }));
        check("http://a@b@c/", Err(Character { offset: 10 }));
        check("http://exämple.com/", Err(Character { offset: 9 }));
        check("http://a/\0", Err(Character { offset: 9 }));
        check("http://a/\\b", Err(Character { offset: 9 }));
        check("http://a/[b]", Err(Character { offset: 9 }));
        check("http://a/#b#c", Err(Character { offset: 11 }));
        check("http://a/{b}", Err(Character { offset: 9 }));
        check("http://a/\n", Err(Character { offset: 9 }));
        check("1a:b", Err(Scheme { offset: 0 }));
        check("a_b:c", Err(Scheme { offset: 1 }));
        check(":a", Err(Scheme { offset: 0 }));
        check("://a", Err(Scheme { offset: 0 }));
        for (text, offset) in
            [("a_b:c", 1), ("http://[]/", 7), ("http://::1/", 8), ("http://a/%", 9), ("http://a@b@c/", 10)]
        {
            assert_eq!(super::check(text).unwrap_err().offset(), offset, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_fluent_uri(
            text in "(a|Z|1|[.+-]|:|:|/|//|\\?|#|\\[|\\]|@|%|%4f|::1|v1|f|é| |\\||_|~|!|'){0,9}"
        ) {
            let found = super::check(&text);
            let other = fluent_uri::UriRef::parse(text.as_str());
            prop_assert_eq!(found.is_ok(), other.is_ok());
            if let (Ok(kind), Ok(other)) = (found, other) {
                let scheme = other.scheme().map(|scheme| scheme.as_str());
                let kind_scheme = match kind {
                    UriKind::Absolute { scheme } => Some(scheme),
                    UriKind::Relative => None,
                };
                prop_assert_eq!(kind_scheme, scheme);
            }
            if let Err(error) = found {
                prop_assert!(text.is_char_boundary(error.offset()));
            }
        }

        #[test]
        fn agrees_with_fluent_uri_on_addresses(
            address in "(0|1|ffff|12345|:|:|::|1\\.2\\.3\\.4|01|\\.|v1\\.|%25){0,9}"
        ) {
            let text = format!("//[{address}]");
            let other = fluent_uri::UriRef::parse(text.as_str()).is_ok();
            prop_assert_eq!(super::check(&text).is_ok(), other);
        }
    }
}
