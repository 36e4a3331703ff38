//! Dates and times as RFC 3339, section 5.6, has them, for `created` in configurations, histories
//! and annotations (config.md, section "Properties"; annotations.md).
//!
//! Time libraries accept more (a blank for the `T`, offsets without a colon) and less (ten digits
//! of a fraction, a leap second). This reads exactly the RFC's grammar, and then the calendar.

/// What stands out in a date-time that is valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateTimeFlags {
    /// `t` or `z`: the same as upper case in the grammar, but refused by some readers, Go's
    /// among them.
    pub lower_case: bool,
    /// The second is 60.
    pub leap_second: bool,
    /// The second is 60, but not in the last minute of a month in UTC, where all leap seconds
    /// are (RFC 3339, section 5.7).
    pub misplaced_leap_second: bool,
    /// The offset is `-00:00`: the time in UTC is known, the local offset is not.
    pub unknown_offset: bool,
    /// How many digits the fraction of the second has. Many readers stop at nine.
    pub fraction_digits: usize,
}

/// Whether a text is a date-time, and what stands out in it.
pub fn check(text: &str) -> Result<DateTimeFlags, DateTimeError> {
    let mut input = Input { text: text.as_bytes(), offset: 0 };
    let mut flags = DateTimeFlags::default();

    let year = input.digits(4)?;
    input.sign(b"-")?;
    let month = input.field(Field::Month, 1, 12)?;
    input.sign(b"-")?;
    let last_day = days_in_month(year, month);
    let day = input.field(Field::Day, 1, last_day)?;
    if input.peek() == Some(b' ') {
        let offset = input.offset;
        return Err(DateTimeError::Blank { offset });
    }
    flags.lower_case |= input.sign(b"Tt")? == b't';
    let hour = input.field(Field::Hour, 0, 23)?;
    input.sign(b":")?;
    let minute = input.field(Field::Minute, 0, 59)?;
    input.sign(b":")?;
    let second = input.field(Field::Second, 0, 60)?;
    if input.peek() == Some(b'.') {
        input.offset += 1;
        input.digits(1)?;
        flags.fraction_digits = 1;
        while input.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            input.offset += 1;
            flags.fraction_digits += 1;
        }
    }

    let mut ahead_of_utc = 0;
    match input.sign(b"Zz+-")? {
        b'Z' => {}
        b'z' => flags.lower_case = true,
        sign => {
            let hours = input.field(Field::OffsetHour, 0, 23)?;
            input.sign(b":")?;
            let minutes = input.field(Field::OffsetMinute, 0, 59)?;
            ahead_of_utc = 60 * i32::from(hours) + i32::from(minutes);
            if sign == b'-' {
                flags.unknown_offset = ahead_of_utc == 0;
                ahead_of_utc = -ahead_of_utc;
            }
        }
    }
    if input.offset < text.len() {
        let offset = input.offset;
        return Err(DateTimeError::Unexpected { offset });
    }

    if second == 60 {
        flags.leap_second = true;
        let utc = 60 * i32::from(hour) + i32::from(minute) - ahead_of_utc;
        let ends_month = match utc.div_euclid(24 * 60) {
            -1 => day == 1,
            0 => day == last_day,
            // No offset is long enough to make the next day's last minute out of this one's.
            _ => false,
        };
        flags.misplaced_leap_second = !ends_month || utc.rem_euclid(24 * 60) != 24 * 60 - 1;
    }
    Ok(flags)
}

/// What keeps a text from being a date-time, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateTimeError {
    /// The text leaves the grammar, or ends too early.
    #[error("not what a date-time has here (byte {offset})")]
    Unexpected {
        /// The first byte that does not fit, or the end of the text.
        offset: usize,
    },
    /// A blank where `T` belongs. RFC 3339 mentions that applications may write it so for
    /// people to read; its grammar does not have it.
    #[error("a blank between date and time (byte {offset})")]
    Blank {
        /// The blank.
        offset: usize,
    },
    /// Two digits that are no such hour, or no such day of that month.
    #[error("a value that the calendar or the clock does not have (byte {offset})")]
    OutOfRange {
        /// Which of the numbers.
        field: Field,
        /// Its first digit.
        offset: usize,
    },
}

impl DateTimeError {
    /// The byte at which the text goes wrong.
    pub fn offset(&self) -> usize {
        match *self {
            DateTimeError::Unexpected { offset }
            | DateTimeError::Blank { offset }
            | DateTimeError::OutOfRange { offset, .. } => offset,
        }
    }
}

/// The numbers of a date-time that have a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// 01 to 12.
    Month,
    /// 01 to the last of the month.
    Day,
    /// 00 to 23.
    Hour,
    /// 00 to 59.
    Minute,
    /// 00 to 60.
    Second,
    /// 00 to 23.
    OffsetHour,
    /// 00 to 59.
    OffsetMinute,
}

struct Input<'a> {
    text: &'a [u8],
    offset: usize,
}

impl Input<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.offset).copied()
    }

    /// Takes one of the given signs.
    fn sign(&mut self, signs: &[u8]) -> Result<u8, DateTimeError> {
        match self.peek() {
            Some(byte) if signs.contains(&byte) => {
                self.offset += 1;
                Ok(byte)
            }
            _ => Err(DateTimeError::Unexpected { offset: self.offset }),
        }
    }

    /// Takes exactly so many digits, at most four.
    fn digits(&mut self, count: usize) -> Result<u16, DateTimeError> {
        let mut value = 0;
        for _ in 0..count {
            value = value * 10 + u16::from(self.sign(b"0123456789")? - b'0');
        }
        Ok(value)
    }

    /// Takes a number of two digits that has a range.
    fn field(&mut self, field: Field, first: u16, last: u16) -> Result<u16, DateTimeError> {
        let offset = self.offset;
        let value = self.digits(2)?;
        if (first..=last).contains(&value) {
            Ok(value)
        } else {
            Err(DateTimeError::OutOfRange { field, offset })
        }
    }
}

fn days_in_month(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    const PLAIN: DateTimeFlags = DateTimeFlags {
        lower_case: false,
        leap_second: false,
        misplaced_leap_second: false,
        unknown_offset: false,
        fraction_digits: 0,
    };
    const LOWER: DateTimeFlags = DateTimeFlags { lower_case: true, ..PLAIN };
    const LEAP: DateTimeFlags = DateTimeFlags { leap_second: true, ..PLAIN };
    const MISPLACED: DateTimeFlags = DateTimeFlags { misplaced_leap_second: true, ..LEAP };

    fn check(text: &str, wanted: Result<DateTimeFlags, DateTimeError>) {
        assert_eq!(super::check(text), wanted, "{text:?}");
    }

    fn fraction(fraction_digits: usize) -> DateTimeFlags {
        DateTimeFlags { fraction_digits, ..PLAIN }
    }

    #[test]
    fn valid() {
        check("2015-10-31T22:22:56Z", Ok(PLAIN));
        check("2015-10-31T22:22:56+01:00", Ok(PLAIN));
        check("2015-10-31T22:22:56+00:00", Ok(PLAIN));
        check("2015-10-31T22:22:56-23:59", Ok(PLAIN));
        check("0000-01-01T00:00:00Z", Ok(PLAIN));
        check("0001-01-01T00:00:00Z", Ok(PLAIN));
        check("9999-12-31T23:59:59Z", Ok(PLAIN));
        check("2024-02-29T00:00:00Z", Ok(PLAIN));
        check("2000-02-29T00:00:00Z", Ok(PLAIN));
        check("2015-10-31T22:22:56.5+01:00", Ok(fraction(1)));
        check("2015-10-31T22:22:56.0123456789Z", Ok(fraction(10)));
        check("2015-10-31t22:22:56Z", Ok(LOWER));
        check("2015-10-31T22:22:56z", Ok(LOWER));
        let unknown_offset = DateTimeFlags { unknown_offset: true, ..PLAIN };
        check("2015-10-31T22:22:56-00:00", Ok(unknown_offset));
    }

    #[test]
    fn leap_seconds() {
        check("2016-12-31T23:59:60Z", Ok(LEAP));
        check("1990-12-31T15:59:60-08:00", Ok(LEAP));
        check("2017-01-01T08:59:60+09:00", Ok(LEAP));
        check("2017-01-01T05:29:60+05:30", Ok(LEAP));
        check("2016-02-29T23:59:60Z", Ok(LEAP));
        check("2016-12-30T00:29:60-23:30", Ok(MISPLACED));
        check("2016-12-30T23:59:60-23:59", Ok(MISPLACED));
        check("2016-12-31T23:58:60Z", Ok(MISPLACED));
        check("2016-12-30T23:59:60Z", Ok(MISPLACED));
        check("2017-01-02T08:59:60+09:00", Ok(MISPLACED));
        check("2017-01-01T23:59:60+00:01", Ok(MISPLACED));
        check("2016-12-31T23:59:60-08:00", Ok(MISPLACED));
    }

    #[test]
    fn invalid() {
        fn unexpected(text: &str, offset: usize) {
            check(text, Err(DateTimeError::Unexpected { offset }));
        }
        fn out_of_range(text: &str, field: Field, offset: usize) {
            check(text, Err(DateTimeError::OutOfRange { field, offset }));
        }
        unexpected("", 0);
        unexpected("yesterday", 0);
        unexpected("1446330176", 4);
        unexpected("2015-10-31", 10);
        unexpected("2015-10-31T22:22:56", 19);
        unexpected("2015-10-31T22:22Z", 16);
        unexpected("2015-10-31T22:22:56+0100", 22);
        unexpected("2015-10-31T22:22:56+01", 22);
        unexpected("2015-10-31T22:22:56,5Z", 19);
        unexpected("2015-10-31T22:22:56.Z", 20);
        unexpected("2015-10-31T2:22:56Z", 12);
        unexpected("2015-10-31T22:22:56ZZ", 20);
        unexpected("2015-10-31T22:22:56Z\n", 20);
        unexpected("2015-10-31T22:22:56 Z", 19);
        unexpected(" 2015-10-31T22:22:56Z", 0);
        unexpected("+2015-10-31T22:22:56Z", 0);
        unexpected("12015-10-31T22:22:56Z", 4);
        unexpected("2015/10/31T22:22:56Z", 4);
        unexpected("2015-10-31_22:22:56Z", 10);
        unexpected("2015-10-3١T22:22:56Z", 9);
        check("2015-10-31 22:22:56Z", Err(DateTimeError::Blank { offset: 10 }));
        out_of_range("2015-00-10T00:00:00Z", Field::Month, 5);
        out_of_range("2015-13-10T00:00:00Z", Field::Month, 5);
        out_of_range("2015-10-00T00:00:00Z", Field::Day, 8);
        out_of_range("2015-10-32T00:00:00Z", Field::Day, 8);
        out_of_range("2015-04-31T00:00:00Z", Field::Day, 8);
        out_of_range("2015-02-29T00:00:00Z", Field::Day, 8);
        out_of_range("1900-02-29T00:00:00Z", Field::Day, 8);
        out_of_range("2015-10-31T24:00:00Z", Field::Hour, 11);
        out_of_range("2015-10-31T22:60:00Z", Field::Minute, 14);
        out_of_range("2015-10-31T22:22:61Z", Field::Second, 17);
        out_of_range("2015-10-31T22:22:56+24:00", Field::OffsetHour, 20);
        out_of_range("2015-10-31T22:22:56+23:60", Field::OffsetMinute, 23);
        assert_eq!(super::check("2015").unwrap_err().offset(), 4);
    }

    proptest! {
        /// The pattern decides the grammar, jiff the calendar. Jiff on its own accepts more: a
        /// blank, offsets without minutes or colon, a comma, dates of other shapes.
        #[test]
        fn agrees_with_a_pattern_and_jiff(
            text in "[012][09]([0-9]{2})-[01][0-9]-[0-3][0-9][Tt ]?[012][0-9]:[0-6][0-9]:[0-6][0-9]([.,][0-9]{0,11})?([Zz]|[+-][0-2][0-9]:?[0-6][0-9])?"
        ) {
            static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
                let time = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?";
                let offset = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
                let pattern = format!(r"\A([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]{time}{offset}\z");
                Regex::new(&pattern).unwrap()
            });
            let wanted = SHAPE
                .captures(&text)
                .is_some_and(|parts| parts[1].parse::<jiff::civil::Date>().is_ok());
            let found = super::check(&text);
            prop_assert_eq!(found.is_ok(), wanted);
            // Jiff reads nine digits of a fraction and no more.
            if found.is_ok_and(|flags| flags.fraction_digits <= 9) {
                prop_assert!(text.parse::<jiff::Timestamp>().is_ok());
            }
        }
    }
}
