//! Decoding the inside of a JSON string.

/// Decodes escapes. The text between the quotes has passed the grammar; what still has no
/// meaning in Unicode becomes U+FFFD, as mainstream readers have it.
pub(super) fn decode(inside: &[u8]) -> String {
    let mut decoded = Vec::with_capacity(inside.len());
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        if byte != b'\\' {
            decoded.push(byte);
            at += 1;
            continue;
        }
        let (character, length) = escape(&inside[at..]);
        decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        at += length;
    }
    match String::from_utf8(decoded) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// The character that the escape at the start of `text` stands for, and the escape's length.
fn escape(text: &[u8]) -> (char, usize) {
    let short = |character| (character, 2);
    match text.get(1) {
        Some(b'b') => short('\u{8}'),
        Some(b'f') => short('\u{c}'),
        Some(b'n') => short('\n'),
        Some(b'r') => short('\r'),
        Some(b't') => short('\t'),
        Some(b'u') => match unit(text) {
            Some(unit) => unicode(unit, &text[6..]),
            None => (char::REPLACEMENT_CHARACTER, text.len()),
        },
        Some(&other) => short(char::from(other)),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// A UTF-16 unit and, where it is the first half of a pair, the second half after it.
fn unicode(first: u16, rest: &[u8]) -> (char, usize) {
    if let Some(second) = low_half(first, rest) {
        let code = 0x1_0000 + ((u32::from(first) - 0xd800) << 10) + (u32::from(second) - 0xdc00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

/// The second half of the surrogate pair that `first` opens, if `rest` starts with its escape.
pub(super) fn low_half(first: u16, rest: &[u8]) -> Option<u16> {
    let opens = (0xd800..0xdc00).contains(&first);
    unit(rest).filter(|second| opens && (0xdc00..0xe000).contains(second))
}

/// The unit of a `\uXXXX` at the start of `text`.
pub(super) fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit: u16, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some(unit << 4 | value as u16)
    })
}
