//! The grammar of `ref.name` (annotations.md, section "Pre-Defined Annotation Keys").

/// Whether a text is a `ref.name` by its grammar, to the last byte.
///
/// The grammar is the same in all versions. In 1.0.2 a name "must" match it, in lower case; since
/// then the text only says that what matches is valid, so a mismatch is worth a warning.
pub fn check_ref_name(text: &str) -> Result<(), RefNameError> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        let ran = at > start;
        at += match bytes.get(at) {
            None if ran => return Ok(()),
            None => return Err(RefNameError::MissingAlphanumeric { offset: at }),
            Some(&byte) if !is_ref_name_byte(byte) => {
                return Err(RefNameError::Character { offset: at });
            }
            Some(_) if !ran => return Err(RefNameError::MissingAlphanumeric { offset: at }),
            Some(b'-') if bytes.get(at + 1) == Some(&b'-') => 2,
            Some(_) => 1,
        };
    }
}

/// The first byte of a `ref.name` that is outside the advised character set, if there is one.
///
/// The empty text has none, although the grammar refuses it.
pub fn outside_ref_name_charset(text: &str) -> Option<usize> {
    text.bytes().position(|byte| !is_ref_name_byte(byte))
}

/// What keeps a text from being a `ref.name`, and at which byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefNameError {
    /// A separator or the end where a letter or a digit has to be.
    #[error("a letter or a digit is missing (byte {offset})")]
    MissingAlphanumeric {
        /// Where it is missing.
        offset: usize,
    },
    /// A character outside the set that is also the advised one.
    #[error("a character that a reference name cannot have (byte {offset})")]
    Character {
        /// The character's first byte.
        offset: usize,
    },
}

impl RefNameError {
    /// The byte at which the text leaves the grammar.
    pub fn offset(&self) -> usize {
        match *self {
            RefNameError::MissingAlphanumeric { offset } | RefNameError::Character { offset } => offset,
        }
    }
}

/// Letters, digits, separators, and the slash between components.
fn is_ref_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'@' | b'/' | b'+')
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    #[test]
    fn ref_names() {
        fn check(text: &str, wanted: Result<(), RefNameError>, outside: Option<usize>) {
            assert_eq!(check_ref_name(text), wanted, "{text:?}");
            assert_eq!(outside_ref_name_charset(text), outside, "{text:?}");
        }
        for text in [
            "v1",
            "1",
            "A",
            "a--b",
            "a-b.c_d:e@f+g",
            "a/b/c",
            "v1.0.0-vendor.0",
            "registry.example.com:5000/a/b:v1",
            "sha256:abc@x",
        ] {
            check(text, Ok(()), None);
        }
        for (text, offset) in [
            ("", 0),
            ("-v1", 0),
            ("v1-", 3),
            ("v1..2", 3),
            ("v1---2", 4),
            ("a//b", 2),
            ("/a", 0),
            ("a/", 2),
            ("a_-b", 2),
            ("a-_b", 2),
            ("a--", 3),
            ("latest:", 7),
            ("a/-b", 2),
        ] {
            check(text, Err(RefNameError::MissingAlphanumeric { offset }), None);
        }
        for (text, offset) in
            [("my tag", 2), ("tag#1", 3), ("täg", 1), ("v1 ", 2), ("v1\n", 2), ("a-~", 2), ("~", 0)]
        {
            check(text, Err(RefNameError::Character { offset }), Some(offset));
        }
        assert_eq!(check_ref_name("a~").unwrap_err().offset(), 1);
        assert_eq!(check_ref_name("a//b").unwrap_err().offset(), 2);
    }

    proptest! {
        #[test]
        fn ref_names_agree_with_the_grammar_as_a_pattern(
            text in "(a|Z|0|-|--|[._:@+]|/|é|~|\n){0,8}"
        ) {
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
                let component = "[A-Za-z0-9]+(?:(?:--|[-._:@+])[A-Za-z0-9]+)*";
                Regex::new(&format!(r"\A{component}(?:/{component})*\z")).unwrap()
            });
            prop_assert_eq!(check_ref_name(&text).is_ok(), PATTERN.is_match(&text));
        }
    }
}
