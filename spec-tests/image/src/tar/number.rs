//! Numbers as headers and records write them.

use super::Time;

/// A number in a field of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value; a field has at most 12 bytes, so 95 bits.
    pub(super) value: i128,
    /// What is odd about how it is written.
    pub(super) oddity: Option<Oddity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    /// There is nothing but blanks and NULs.
    Blank,
    /// There is something else than octal digits.
    Junk,
    /// Base 256, with another first byte than 0x80 and 0xff.
    ReservedLeadByte,
}

/// Reads the field of a header: octal digits between blanks, or base 256.
pub(super) fn field(bytes: &[u8]) -> Number {
    if bytes.first().is_some_and(|lead| lead & 0x80 != 0) {
        return base_256(bytes);
    }
    let start = bytes.iter().position(|&byte| byte != b' ').unwrap_or(bytes.len());
    let digits = bytes[start..].iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let (digits, rest) = bytes[start..].split_at(digits);
    let value = digits.iter().fold(0, |value, digit| value << 3 | i128::from(digit - b'0'));
    let is_blank = rest.iter().all(|&byte| byte == 0 || byte == b' ');
    let oddity = match (is_blank, digits.is_empty()) {
        (false, _) => Some(Oddity::Junk),
        (true, true) => Some(Oddity::Blank),
        (true, false) => None,
    };
    Number { value, oddity }
}

/// GNU's form for what does not fit: two's complement after a bit that marks it. GNU tar writes and
/// takes only 0x80 and 0xff as the first byte.
fn base_256(bytes: &[u8]) -> Number {
    let sign = i128::from(bytes[0] & 0x40 != 0);
    let first = i128::from(bytes[0] & 0x3f) - (sign << 6);
    let value = bytes[1..].iter().fold(first, |value, byte| value << 8 | i128::from(*byte));
    let oddity = (!matches!(bytes[0], 0x80 | 0xff)).then_some(Oddity::ReservedLeadByte);
    Number { value, oddity }
}

/// Reads a decimal number of a PAX record: digits and nothing else.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    text.iter().try_fold(0u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

/// Reads a time of a PAX record: seconds, with a sign and a fraction if need be. What is finer than
/// nanoseconds is cut off.
pub(super) fn time(text: &[u8]) -> Option<Time> {
    let (is_negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let dot = text.iter().position(|&byte| byte == b'.');
    let (whole, fraction) = dot.map_or((text, &b""[..]), |dot| (&text[..dot], &text[dot + 1..]));
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds = i64::try_from(decimal(whole)?).ok()?;
    let digit = |at| fraction.get(at).map_or(0, |digit| u32::from(digit - b'0'));
    let nanoseconds = (0..9).fold(0, |value, at| value * 10 + digit(at));
    Some(match (is_negative, nanoseconds) {
        (false, _) => Time { seconds, nanoseconds },
        (true, 0) => Time { seconds: -seconds, nanoseconds: 0 },
        (true, _) => Time { seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let check = |bytes: &[u8], value, oddity| {
            assert_eq!(field(bytes), Number { value, oddity }, "{}", bytes.escape_ascii());
        };
        check(b"0000644\0", 0o644, None);
        check(b"  644 \0", 0o644, None);
        check(b"77777777", 0o77777777, None);
        check(b"644 \0\0  ", 0o644, None);
        check(b"\0\0\0\0\0\0\0\0", 0, Some(Oddity::Blank));
        check(b"        ", 0, Some(Oddity::Blank));
        check(b"0000648\0", 0o64, Some(Oddity::Junk));
        check(b"-000644\0", 0, Some(Oddity::Junk));
        check(b"644\0 5\0\0", 0o644, Some(Oddity::Junk));
        check(b"\0 000644", 0, Some(Oddity::Junk));
        check(b"\x80\0\0\0\0\0\x01\0", 256, None);
        check(b"\xff\xff\xff\xff\xff\xff\xff\xfe", -2, None);
        check(b"\xff\0\0\0\0\0\0\0", -(1 << 56), None);
        check(b"\x8e\0\0\0\0\0\0\x01", (14 << 56) + 1, Some(Oddity::ReservedLeadByte));
        check(
            b"\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            (1 << 94) - 1,
            Some(Oddity::ReservedLeadByte),
        );
        check(b"", 0, Some(Oddity::Blank));
    }

    #[test]
    fn decimals() {
        let check = |text: &[u8], wanted| assert_eq!(decimal(text), wanted, "{}", text.escape_ascii());
        check(b"0", Some(0));
        check(b"007", Some(7));
        check(b"18446744073709551615", Some(u64::MAX));
        for text in [&b""[..], b"+4", b" 4", b"4 ", b"0x4", b"4.0", b"-1", b"18446744073709551616"] {
            check(text, None);
        }
    }

    #[test]
    fn times() {
        let check = |text: &[u8], wanted: Option<(i64, u32)>| {
            let wanted = wanted.map(|(seconds, nanoseconds)| Time { seconds, nanoseconds });
            assert_eq!(time(text), wanted, "{}", text.escape_ascii());
        };
        check(b"0", Some((0, 0)));
        check(b"12.", Some((12, 0)));
        check(b"12.5", Some((12, 500_000_000)));
        check(b"12.0000000019", Some((12, 1)));
        check(b"-1", Some((-1, 0)));
        check(b"-1.25", Some((-2, 750_000_000)));
        check(b"9223372036854775807", Some((i64::MAX, 0)));
        for text in [&b""[..], b"-", b".5", b"+1", b"1e3", b"1.-5", b"1.5.5", b"9223372036854775808"] {
            check(text, None);
        }
    }
}
