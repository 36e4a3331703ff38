//! The versions of the image specification that Seaworthy knows.

use std::fmt;
use std::str::FromStr;

/// A version of the OCI image specification.
///
/// Versions are ordered by age, so `version >= SpecVersion::V1_1_1` reads as "since 1.1.1".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// Release 1.0.2 (November 2021).
    V1_0_2,
    /// Release 1.1.1 (February 2025), the default.
    #[default]
    V1_1_1,
    /// The main branch after 1.1.1.
    Dev,
}

impl SpecVersion {
    /// Every version, oldest first.
    pub const ALL: [SpecVersion; 3] = [SpecVersion::V1_0_2, SpecVersion::V1_1_1, SpecVersion::Dev];

    /// The name used on the command line and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            SpecVersion::V1_0_2 => "1.0.2",
            SpecVersion::V1_1_1 => "1.1.1",
            SpecVersion::Dev => "dev",
        }
    }
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A version name that is none of [`SpecVersion::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no image-spec version {0:?}; known are 1.0.2, 1.1.1 and dev")]
pub struct UnknownVersion(pub String);

impl FromStr for SpecVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        SpecVersion::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_names() {
        for (version, name) in SpecVersion::ALL.into_iter().zip(["1.0.2", "1.1.1", "dev"]) {
            assert_eq!(version.to_string(), name);
            assert_eq!(name.parse(), Ok(version));
        }
        assert_eq!("1.1".parse::<SpecVersion>(), Err(UnknownVersion("1.1".into())));
    }
}
