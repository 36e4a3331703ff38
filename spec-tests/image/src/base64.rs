//! Base 64 as RFC 4648, section 4, has it, for the `data` member of descriptors
//! (descriptor.md, section "Properties").
//!
//! Decoders are forgiving in different ways: some skip line breaks, some do without padding, some
//! take either alphabet. Content that one reader sees and another does not is content that
//! escapes verification, so this decoder takes one spelling only and says what is wrong with
//! every other.

/// What a text decodes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The content.
    pub bytes: Vec<u8>,
    /// Whether bits that stand for nothing, in the last character, are not zero. An encoder must
    /// not do that, while a decoder may refuse it or not (RFC 4648, section 3.5).
    pub trailing_bits: bool,
}

/// Decodes a text strictly: this alphabet, all of the padding, and nothing else.
pub fn decode(text: &str) -> Result<Decoded, Base64Error> {
    let text = text.as_bytes();
    let symbols = check(text)?;
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    for (at, &byte) in symbols.iter().enumerate() {
        bits = (bits << 6) | u32::from(sextet(byte).unwrap_or_default());
        // Every character but the first of each four completes a byte.
        match at % 4 {
            1 => bytes.push((bits >> 4) as u8),
            2 => bytes.push((bits >> 2) as u8),
            3 => bytes.push(bits as u8),
            _ => {}
        }
    }
    let unused = match symbols.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => 0,
    };
    Ok(Decoded { bytes, trailing_bits: bits & unused != 0 })
}

/// What keeps a text from being Base 64, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Base64Error {
    /// A carriage return or a line feed, which many decoders skip.
    #[error("a line break (byte {offset})")]
    LineBreak {
        /// The line break.
        offset: usize,
    },
    /// Any other character outside the alphabet, those of the URL-safe one among them.
    #[error("a character outside the alphabet (byte {offset})")]
    Alphabet {
        /// The character's first byte.
        offset: usize,
    },
    /// A last group of one character, whose six bits are too few for a byte.
    #[error("a single character in the last group (byte {offset})")]
    Incomplete {
        /// The lone character.
        offset: usize,
    },
    /// Fewer `=` than the last group needs.
    #[error("padding is missing (byte {offset})")]
    MissingPadding {
        /// The end of the text.
        offset: usize,
    },
    /// More `=` than the last group needs.
    #[error("too much padding (byte {offset})")]
    ExcessPadding {
        /// The first `=` that is too many.
        offset: usize,
    },
    /// Characters of the alphabet after an `=`, as when two encoded texts are joined.
    #[error("characters after the padding (byte {offset})")]
    AfterPadding {
        /// The first of them.
        offset: usize,
    },
}

impl Base64Error {
    /// The byte at which the text goes wrong.
    pub fn offset(&self) -> usize {
        match *self {
            Base64Error::LineBreak { offset }
            | Base64Error::Alphabet { offset }
            | Base64Error::Incomplete { offset }
            | Base64Error::MissingPadding { offset }
            | Base64Error::ExcessPadding { offset }
            | Base64Error::AfterPadding { offset } => offset,
        }
    }
}

/// Finds the characters that carry data, and checks everything but the trailing bits.
fn check(text: &[u8]) -> Result<&[u8], Base64Error> {
    let mut symbols = text.len();
    for (offset, &byte) in text.iter().enumerate() {
        match byte {
            b'=' => symbols = symbols.min(offset),
            b'\r' | b'\n' => return Err(Base64Error::LineBreak { offset }),
            _ if sextet(byte).is_none() => return Err(Base64Error::Alphabet { offset }),
            _ if offset > symbols => return Err(Base64Error::AfterPadding { offset }),
            _ => {}
        }
    }
    let wanted = match symbols % 4 {
        0 => 0,
        1 => {
            return Err(Base64Error::Incomplete { offset: symbols - 1 });
        }
        2 => 2,
        _ => 1,
    };
    let padding = text.len() - symbols;
    if padding > wanted {
        let offset = symbols + wanted;
        return Err(Base64Error::ExcessPadding { offset });
    }
    if padding < wanted {
        let offset = text.len();
        return Err(Base64Error::MissingPadding { offset });
    }
    Ok(&text[..symbols])
}

/// The six bits that a character stands for.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::alphabet::STANDARD as ALPHABET;
    use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD};
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, wanted: Result<(&[u8], bool), Base64Error>) {
        let found = decode(text);
        let found =
            found.as_ref().map(|decoded| (&decoded.bytes[..], decoded.trailing_bits)).map_err(|error| *error);
        assert_eq!(found, wanted, "{text:?}");
    }

    #[test]
    fn spellings() {
        use Base64Error::*;
        check("", Ok((b"", false)));
        check("e30=", Ok((b"{}", false)));
        check("Zg==", Ok((b"f", false)));
        check("Zm9v", Ok((b"foo", false)));
        check("Zm9vYg==", Ok((b"foob", false)));
        check("+/8=", Ok((&[0xfb, 0xff], false)));
        check("////", Ok((&[0xff; 3], false)));
        check("e31=", Ok((b"{}", true)));
        check("Zh==", Ok((b"f", true)));
        check("Zo==", Ok((b"f", true)));

        check("e30", Err(MissingPadding { offset: 3 }));
        check("Zg", Err(MissingPadding { offset: 2 }));
        check("Zg=", Err(MissingPadding { offset: 3 }));
        check("e30==", Err(ExcessPadding { offset: 4 }));
        check("Zg===", Err(ExcessPadding { offset: 4 }));
        check("Zm9v=", Err(ExcessPadding { offset: 4 }));
        check("=", Err(ExcessPadding { offset: 0 }));
        check("====", Err(ExcessPadding { offset: 0 }));
        check("e", Err(Incomplete { offset: 0 }));
        check("e===", Err(Incomplete { offset: 0 }));
        check("Zm9ve", Err(Incomplete { offset: 4 }));
        check("e30=e30=", Err(AfterPadding { offset: 4 }));
        check("e3=0", Err(AfterPadding { offset: 3 }));
        check("=e30", Err(AfterPadding { offset: 1 }));
        check("e3\n0=", Err(LineBreak { offset: 2 }));
        check("e30=\n", Err(LineBreak { offset: 4 }));
        check("e30=\r\n", Err(LineBreak { offset: 4 }));
        check("e3 0=", Err(Alphabet { offset: 2 }));
        check("-_8=", Err(Alphabet { offset: 0 }));
        check("e3!0", Err(Alphabet { offset: 2 }));
        check("e30é", Err(Alphabet { offset: 3 }));
        assert_eq!(decode("Zm9ve").unwrap_err().offset(), 4);
    }

    proptest! {
        #[test]
        fn agrees_with_the_base64_crate(text in "[AQgwz9+/]{0,7}(=|\n|-|é|A){0,3}") {
            let lenient = GeneralPurpose::new(&ALPHABET, PAD.with_decode_allow_trailing_bits(true));
            let found = decode(&text);
            let bytes = found.as_ref().ok().map(|decoded| &decoded.bytes);
            let other = lenient.decode(&text).ok();
            prop_assert_eq!(bytes, other.as_ref());
            let strict = found.as_ref().is_ok_and(|decoded| !decoded.trailing_bits);
            prop_assert_eq!(strict, STANDARD.decode(&text).is_ok());
        }

        #[test]
        fn reads_back_what_was_encoded(bytes: Vec<u8>) {
            let wanted = Decoded { bytes, trailing_bits: false };
            prop_assert_eq!(decode(&STANDARD.encode(&wanted.bytes)), Ok(wanted));
        }
    }
}
