//! What a JSON number is worth where the specification wants an integer.

use crate::bytes;

/// A number where an integer is wanted. image-spec speaks of `int` and `int64`, JSON of numbers
/// only, so the ways to miss are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integer {
    /// Digits, perhaps after a minus sign, within the range of a 64-bit signed integer.
    Plain(i64),
    /// An integer that is written with a fraction or an exponent, like `2.0` or `1e3`: some
    /// readers take it, others refuse it.
    Disguised(i64),
    /// An integer beyond the range of a 64-bit signed integer.
    OutOfRange,
    /// No integer at all, like `2.5`.
    Fractional,
}

impl Integer {
    /// The value, however it is written.
    pub fn value(self) -> Option<i64> {
        match self {
            Integer::Plain(value) | Integer::Disguised(value) => Some(value),
            Integer::OutOfRange | Integer::Fractional => None,
        }
    }
}

/// Reads the raw text of a JSON number as an integer.
pub(super) fn integer(raw: &[u8]) -> Integer {
    if let Some(value) = few_digits(raw) {
        return Integer::Plain(value);
    }
    let text = std::str::from_utf8(raw).unwrap_or_default();
    if raw.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return disguised(text);
    }
    text.parse().map_or(Integer::OutOfRange, Integer::Plain)
}

/// A number that is nothing but digits, and too few to be out of range: nearly all are.
fn few_digits(raw: &[u8]) -> Option<i64> {
    const MOST: usize = i64::MAX.ilog10() as usize;
    let append =
        |value: i64, &digit: &u8| bytes::is_digit(digit).then(|| value * 10 + i64::from(digit - b'0'));
    if raw.len() > MOST { None } else { raw.iter().try_fold(0, append) }
}

/// An integer behind a fraction or an exponent, worked out on the digits: a double would round.
fn disguised(text: &str) -> Integer {
    // 10^18 still fits into 64 bits.
    const MOST: i64 = i64::MAX.ilog10() as i64;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let negative = whole.starts_with('-');
    let digits: String = whole.trim_start_matches('-').chars().chain(fraction.chars()).collect();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Integer::Disguised(0);
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    // The power of ten that belongs to the last significant digit.
    let Ok(exponent) = exponent.parse::<i64>() else {
        let tiny = exponent.starts_with('-');
        return if tiny { Integer::Fractional } else { Integer::OutOfRange };
    };
    let scale = exponent.saturating_sub(fraction.len() as i64).saturating_add(trailing as i64);
    if scale < 0 {
        return Integer::Fractional;
    }
    if scale > MOST {
        return Integer::OutOfRange;
    }
    let sign = if negative { "-" } else { "" };
    let zeros = "0".repeat(scale as usize);
    format!("{sign}{significant}{zeros}").parse().map_or(Integer::OutOfRange, Integer::Disguised)
}

/// Whether a double holds the number exactly as written (RFC 7493 section 2.2): an integer must
/// lie within ±(2^53 - 1); a fraction must be finite and carry no more than 17 digits.
pub(super) fn fits_double(raw: &[u8]) -> bool {
    const EXACT: i64 = (1 << 53) - 1;
    match integer(raw) {
        Integer::Plain(value) | Integer::Disguised(value) => (-EXACT..=EXACT).contains(&value),
        Integer::OutOfRange => false,
        Integer::Fractional => {
            let text = std::str::from_utf8(raw).unwrap_or_default();
            let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
            let digits =
                mantissa.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
            let value: f64 = text.parse().unwrap_or(f64::INFINITY);
            digits <= 17 && value.is_finite() && value != 0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_told_from_what_only_looks_like_one() {
        let check = |text: &str, wanted: Integer| assert_eq!(integer(text.as_bytes()), wanted, "{text}");
        check("0", Integer::Plain(0));
        check("-0", Integer::Plain(0));
        check("9223372036854775807", Integer::Plain(i64::MAX));
        check("-9223372036854775808", Integer::Plain(i64::MIN));
        check("9223372036854775808", Integer::OutOfRange);
        check("2.0", Integer::Disguised(2));
        check("1e0", Integer::Disguised(1));
        check("9e18", Integer::Disguised(9_000_000_000_000_000_000));
        check("1e19", Integer::OutOfRange);
        check("1e99999999999999", Integer::OutOfRange);
        check("1.5e1", Integer::Disguised(15));
        check("10e-1", Integer::Disguised(1));
        check("-25E2", Integer::Disguised(-2500));
        check("0.0e99999999999999999999", Integer::Disguised(0));
        check("922337203685477580.7e1", Integer::Disguised(i64::MAX));
        check("922337203685477580.8e1", Integer::OutOfRange);
        check("1e19", Integer::OutOfRange);
        check("1e99999999999999999999", Integer::OutOfRange);
        check("1e-99999999999999999999", Integer::Fractional);
        check("2.5", Integer::Fractional);
        check("15e-1", Integer::Fractional);
    }

    #[test]
    fn a_double_holds_integers_up_to_2_to_the_53() {
        let check = |text: &str, wanted: bool| assert_eq!(fits_double(text.as_bytes()), wanted, "{text}");
        check("9007199254740991", true);
        check("-9007199254740991", true);
        check("9007199254740992", false);
        check("9007199254740993", false);
        check("9223372036854775808", false);
        check("0.1", true);
        check("3.14159265358979323846", false);
        check("1e400", false);
        check("1e-400", false);
    }
}
