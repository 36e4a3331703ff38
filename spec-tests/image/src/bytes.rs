//! Looking at many bytes at once.

/// Whether every byte is of a kind. All of them are looked at, without a branch between one and the next:
/// that is code which compilers turn into code for sixteen at a time.
pub(crate) fn all(bytes: &[u8], is_of_kind: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(true, |all, &byte| all & is_of_kind(byte))
}

/// Whether a byte is an ASCII letter or digit, without a branch.
pub(crate) const fn is_letter_or_digit(byte: u8) -> bool {
    is_digit(byte) | ((byte | 0x20).wrapping_sub(b'a') < 26)
}

/// Whether a byte is an ASCII digit.
pub(crate) const fn is_digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_of_their_kind() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_letter_or_digit(byte), byte.is_ascii_alphanumeric(), "{byte}");
            assert_eq!(is_digit(byte), byte.is_ascii_digit(), "{byte}");
        }
        for length in 0..40 {
            let mut digits = vec![b'7'; length];
            assert!(all(&digits, is_digit));
            for at in 0..length {
                digits[at] = b'x';
                assert!(!all(&digits, is_digit), "{at} of {length}");
                digits[at] = b'7';
            }
        }
    }
}
