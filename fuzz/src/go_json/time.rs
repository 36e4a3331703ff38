//! Which texts Go's `time.Time` reads: RFC 3339, and what its general parser lets through besides.

/// Whether the text between the quotes is read.
///
/// Beyond RFC 3339 that is an hour of one digit, a comma before the fraction, and offsets of 24
/// hours and of 60 minutes. Less than RFC 3339 are letters in lower case and leap seconds.
pub(super) fn is_read(text: &[u8]) -> bool {
    read(text).is_some()
}

fn read(text: &[u8]) -> Option<()> {
    let mut at = Reader(text);
    let year = at.number(4, 4)?;
    at.sign(b"-")?;
    let month = at.number(2, 2)?;
    at.sign(b"-")?;
    let day = at.number(2, 2)?;
    at.sign(b"T")?;
    let hour = at.number(1, 2)?;
    at.sign(b":")?;
    let minute = at.number(2, 2)?;
    at.sign(b":")?;
    let second = at.number(2, 2)?;
    at.fraction();
    let is_time = hour < 24 && minute < 60 && second < 60;
    let is_date = (1..=12).contains(&month) && day >= 1 && day <= days(year, month);
    at.offset()?;
    (is_time && is_date && at.0.is_empty()).then_some(())
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What is left to read.
struct Reader<'t>(&'t [u8]);

impl Reader<'_> {
    /// A number of as many digits as there are, within bounds.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        Some(digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    }

    fn sign(&mut self, any_of: &[u8]) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        any_of.contains(first).then_some(())
    }

    fn fraction(&mut self) {
        if let [b'.' | b',', digit, ..] = self.0
            && digit.is_ascii_digit()
        {
            let count = self.0[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = &self.0[1 + count..];
        }
    }

    fn offset(&mut self) -> Option<()> {
        if let [b'Z', rest @ ..] = self.0 {
            self.0 = rest;
            return Some(());
        }
        self.sign(b"+-")?;
        let hours = self.number(2, 2)?;
        self.sign(b":")?;
        let minutes = self.number(2, 2)?;
        (hours <= 24 && minutes <= 60).then_some(())
    }
}
