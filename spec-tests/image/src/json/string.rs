//! Decoding the inside of a JSON string.

/// How many bytes from the start of `text` on stand for themselves in a string: those before the next
/// quote, backslash or control character, or all of them.
pub(super) fn plain(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return at * size_of::<u64>() + special.trailing_zeros() as usize / 8;
        }
    }
    let plain = rest.iter().take_while(|&&byte| byte != b'"' && byte != b'\\' && byte >= 0x20).count();
    text.len() - rest.len() + plain
}

/// The high bit of each of eight bytes that is a quote, a backslash or a control character. Above the
/// lowest of them others may be set wrongly, as the subtraction borrows from the byte that follows.
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const fn below(word: u64, least: u8) -> u64 {
        word.wrapping_sub(ONES * least as u64) & !word
    }
    const QUOTES: u64 = ONES * b'"' as u64;
    const BACKSLASHES: u64 = ONES * b'\\' as u64;
    (below(word ^ QUOTES, 1) | below(word ^ BACKSLASHES, 1) | below(word, 0x20)) & (ONES * 0x80)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_itself_ends_where_something_else_begins() {
        // Each byte at each place of up to three words, among those that are hardest to tell from it.
        for neighbour in *b" !#[]\x7f\x80\xff" {
            for byte in 0..=u8::MAX {
                for length in 1..=20 {
                    for at in 0..length {
                        let mut text = vec![neighbour; length];
                        text[at] = byte;
                        let is_special = byte == b'"' || byte == b'\\' || byte < 0x20;
                        let wanted = if is_special { at } else { length };
                        assert_eq!(plain(&text), wanted, "{text:?}");
                    }
                }
            }
        }
        assert_eq!(plain(b""), 0);
        assert_eq!(plain(b"ab\x1f\x20\"cd\\"), 2);
    }
}
