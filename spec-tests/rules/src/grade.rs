//! How strongly each version of the specification asks for something.

use std::fmt;

use seaworthy_image::spec::SpecVersion;

/// The strength of a requirement, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The specification leaves a choice, and both ways have to work.
    May,
    /// SHOULD, SHOULD NOT, RECOMMENDED: a breach is a warning.
    Should,
    /// The specification defines it so without one of RFC 2119's keywords: a property's type, for
    /// instance. A breach makes the content meaningless, so it is an error for a validator; but no
    /// program is scored by it.
    Implied,
    /// MUST, MUST NOT, REQUIRED.
    Must,
}

impl Level {
    /// The word used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::May => "MAY",
            Level::Should => "SHOULD",
            Level::Implied => "implied",
            Level::Must => "MUST",
        }
    }

    /// Whether a breach makes content non-conformant, rather than ill-advised.
    pub fn is_error(self) -> bool {
        self >= Level::Implied
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The level of a requirement in each version of the specification; none where it is silent.
///
/// ```
/// use seaworthy_image::spec::SpecVersion;
/// use seaworthy_rules::{Grade, Level};
///
/// // Said by implication at first, and with a MUST in the dev version.
/// let grade = Grade::implied().then(SpecVersion::Dev, Level::Must);
/// assert_eq!(grade.at(SpecVersion::V1_1_1), Some(Level::Implied));
/// assert_eq!(grade.at(SpecVersion::Dev), Some(Level::Must));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade([Option<Level>; SpecVersion::ALL.len()]);

impl Grade {
    /// A MUST in every version.
    pub const fn must() -> Grade {
        Grade::every(Level::Must)
    }

    /// Implied in every version.
    pub const fn implied() -> Grade {
        Grade::every(Level::Implied)
    }

    /// A SHOULD in every version.
    pub const fn should() -> Grade {
        Grade::every(Level::Should)
    }

    /// A MAY in every version.
    pub const fn may() -> Grade {
        Grade::every(Level::May)
    }

    const fn every(level: Level) -> Grade {
        Grade([Some(level); SpecVersion::ALL.len()])
    }

    /// The same from `version` on, and nothing before.
    pub const fn since(mut self, version: SpecVersion) -> Grade {
        let mut at = 0;
        while at < version as usize {
            self.0[at] = None;
            at += 1;
        }
        self
    }

    /// The same up to and including `version`, and nothing after.
    pub const fn until(mut self, version: SpecVersion) -> Grade {
        let mut at = version as usize + 1;
        while at < self.0.len() {
            self.0[at] = None;
            at += 1;
        }
        self
    }

    /// Another level from `version` on.
    pub const fn then(mut self, version: SpecVersion, level: Level) -> Grade {
        let mut at = version as usize;
        while at < self.0.len() {
            self.0[at] = Some(level);
            at += 1;
        }
        self
    }

    /// The level in `version`.
    pub const fn at(&self, version: SpecVersion) -> Option<Level> {
        self.0[version as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_words_and_errors_or_not() {
        let check = |level: Level, word: &str, is_error: bool| {
            assert_eq!((level.to_string().as_str(), level.is_error()), (word, is_error));
        };
        check(Level::May, "MAY", false);
        check(Level::Should, "SHOULD", false);
        check(Level::Implied, "implied", true);
        check(Level::Must, "MUST", true);
    }

    #[test]
    fn grades_follow_the_versions() {
        use SpecVersion::{Dev, V1_0_2, V1_1_1};
        let levels = |grade: Grade| SpecVersion::ALL.map(|version| grade.at(version));
        assert_eq!(levels(Grade::must().since(V1_1_1)), [None, Some(Level::Must), Some(Level::Must)]);
        assert_eq!(levels(Grade::should().until(V1_0_2)), [Some(Level::Should), None, None]);
        let changing = Grade::must().then(V1_1_1, Level::Should).until(V1_1_1);
        assert_eq!(levels(changing), [Some(Level::Must), Some(Level::Should), None]);
        assert_eq!(levels(Grade::may().since(Dev)), [None, None, Some(Level::May)]);
    }
}
