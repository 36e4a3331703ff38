//! How strongly each version of the distribution specification asks for something.

use seaworthy_rules::Level;

use crate::spec::SpecVersion;

/// The level of a requirement in each version; none where the version is silent.
///
/// ```
/// use seaworthy_registry::{Grade, SpecVersion};
/// use seaworthy_rules::Level;
///
/// // Advised at first, and obligatory in the dev version.
/// let grade = Grade::should().then(SpecVersion::Dev, Level::Must);
/// assert_eq!(grade.at(SpecVersion::V1_1_1), Some(Level::Should));
/// assert_eq!(grade.at(SpecVersion::Dev), Some(Level::Must));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade([Option<Level>; SpecVersion::ALL.len()]);

impl Grade {
    /// A MUST in every version.
    pub const fn must() -> Grade {
        Grade([Some(Level::Must); SpecVersion::ALL.len()])
    }

    /// Implied in every version: it follows from the table of endpoints or from a definition.
    pub const fn implied() -> Grade {
        Grade([Some(Level::Implied); SpecVersion::ALL.len()])
    }

    /// A SHOULD in every version.
    pub const fn should() -> Grade {
        Grade([Some(Level::Should); SpecVersion::ALL.len()])
    }

    /// A MAY in every version, or something on which the specification is silent.
    pub const fn may() -> Grade {
        Grade([Some(Level::May); SpecVersion::ALL.len()])
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
