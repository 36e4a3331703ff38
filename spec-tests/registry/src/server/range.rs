//! Ranges of bytes: those that are asked for, and those of chunks.

/// What a `Range` header asks for (RFC 9110, section 14.1.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Everything: there is no header, or one that may be ignored.
    All,
    /// The bytes from the first to the last, both included.
    Part(u64, u64),
    /// Nothing that exists.
    Nothing,
}

/// Reads a `Range` header. Units other than bytes, and several ranges at once, are ignored, as
/// RFC 9110 allows.
pub(super) fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some((first, last)) = header
        .and_then(|header| header.strip_prefix("bytes="))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let end = size.saturating_sub(1);
    match (number(first), number(last)) {
        // It may be ignored, too; whoever sent it learns more from a refusal.
        (Some(first), Some(last)) if first > last => Wanted::Nothing,
        (Some(first), _) if first >= size && (last.is_empty() || number(last).is_some()) => Wanted::Nothing,
        (Some(first), Some(last)) => Wanted::Part(first, last.min(end)),
        (Some(first), None) if last.is_empty() => Wanted::Part(first, end),
        (None, Some(0)) if first.is_empty() => Wanted::Nothing,
        (None, Some(_)) if first.is_empty() && size == 0 => Wanted::Nothing,
        (None, Some(length)) if first.is_empty() => Wanted::Part(size.saturating_sub(length), end),
        _ => Wanted::All,
    }
}

/// Reads the `Content-Range` of a chunk: `first-last`, both included, digits only.
pub(super) fn chunk(header: &str) -> Option<(u64, u64)> {
    let (first, last) = header.split_once('-')?;
    let range = (number(first)?, number(last)?);
    (range.0 <= range.1).then_some(range)
}

fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_blob() {
        use Wanted::*;
        for (header, size, found) in [
            ("bytes=0-3", 10, Part(0, 3)),
            ("bytes=0-99", 10, Part(0, 9)),
            ("bytes=4-", 10, Part(4, 9)),
            ("bytes=-4", 10, Part(6, 9)),
            ("bytes=-40", 10, Part(0, 9)),
            ("bytes=10-", 10, Nothing),
            ("bytes=99999999999999999999-", 10, Nothing),
            ("bytes=-0", 10, Nothing),
            ("bytes=0-", 0, Nothing),
            ("bytes=-1", 0, Nothing),
            ("bytes=3-1", 10, Nothing),
            ("bytes=0-1,3-4", 10, All),
            ("bytes=a-b", 10, All),
            ("lines=0-3", 10, All),
            ("bytes=-", 10, All),
        ] {
            assert_eq!(wanted(Some(header), size), found, "{header}");
        }
        assert_eq!(wanted(None, 10), All);
    }

    #[test]
    fn ranges_of_a_chunk() {
        assert_eq!(chunk("0-9"), Some((0, 9)));
        assert_eq!(chunk("5-5"), Some((5, 5)));
        for header in ["", "abc", "bytes 0-9/10", "9-0", "-5-4", "0-", "+0-9", " 0-9", "0-9/10"] {
            assert_eq!(chunk(header), None, "{header}");
        }
    }
}
