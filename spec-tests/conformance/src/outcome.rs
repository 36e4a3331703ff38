//! What a subject did with an image.

use std::collections::BTreeMap;

use seaworthy_image::conversion::RuntimeConfig;

/// What a subject did with an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It took the image.
    Accepted {
        /// Whether it warned of something.
        warned: bool,
        /// What it read, if it tells.
        read: Option<Reading>,
    },
    /// It took the image and made this runtime configuration of it.
    Converted(Box<RuntimeConfig>),
    /// It refused the image, in its own words.
    Rejected(String),
    /// It refused the image, and left a tree where a whole one is looked for: its words.
    Left(String),
    /// It took the image and made something else of it than the specification says, like a tree with
    /// a file that should be gone.
    Wrong(Differences),
    /// It took the image and kept something else: what differs.
    Altered(String),
    /// It panicked, or a signal ended it.
    Crashed(String),
    /// It did not end in time.
    Hung,
    /// It wrote or deleted outside its folder: what was disturbed.
    Escaped(String),
    /// It printed text of the image as it is, with what acts on terminals and logs: what.
    Printed(String),
    /// It wanted more memory, disk, output or processes than it was given.
    Exhausted(String),
    /// It cannot be asked about this image: why.
    Skipped(String),
    /// The run itself failed: nothing is known of the subject.
    Failed(String),
}

impl Outcome {
    /// Accepted without a warning, and without telling what was read.
    pub const fn accepted() -> Outcome {
        Outcome::Accepted { warned: false, read: None }
    }

    /// The word used in reports.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Outcome::Accepted { warned: false, .. } => "accepted",
            Outcome::Accepted { warned: true, .. } => "warned",
            Outcome::Converted(_) => "converted",
            Outcome::Rejected(_) => "rejected",
            Outcome::Left(_) => "left",
            Outcome::Printed(_) => "printed",
            Outcome::Wrong(_) => "wrong",
            Outcome::Altered(_) => "altered",
            Outcome::Crashed(_) => "crashed",
            Outcome::Hung => "hung",
            Outcome::Escaped(_) => "escaped",
            Outcome::Exhausted(_) => "exhausted",
            Outcome::Skipped(_) => "skipped",
            Outcome::Failed(_) => "failed",
        }
    }

    /// The subject's own words, or ours, where there are any.
    pub fn words(&self) -> &str {
        match self {
            Outcome::Accepted { .. } | Outcome::Converted(_) | Outcome::Hung => "",
            Outcome::Wrong(differences) => differences.words(),
            Outcome::Rejected(words)
            | Outcome::Left(words)
            | Outcome::Printed(words)
            | Outcome::Altered(words)
            | Outcome::Crashed(words)
            | Outcome::Escaped(words)
            | Outcome::Exhausted(words)
            | Outcome::Skipped(words)
            | Outcome::Failed(words) => words,
        }
    }
}

/// How the result of a program differs from the one that is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    list: Vec<String>,
    words: String,
    is_own: bool,
}

/// More differences than these tell a person nothing.
const LISTED: usize = 100;
/// As many are put into words.
const IN_WORDS: usize = 3;

impl Differences {
    /// One line for each, in a stable order, the same in every run.
    pub fn new(differences: impl IntoIterator<Item = String>) -> Self {
        let list: Vec<String> = differences.into_iter().take(LISTED).collect();
        let mut words = list.iter().take(IN_WORDS).cloned().collect::<Vec<_>>().join("; ");
        if list.len() > IN_WORDS {
            words.push_str(&format!("; and {} more", list.len() - IN_WORDS));
        }
        Differences { list, words, is_own: false }
    }

    /// Those between what a program says of an image and what is so. Unlike files, which come out
    /// wrong where a machine or its user cannot make them, an answer is the program's own: it counts
    /// also where the unbroken twin of the case gets it.
    pub fn of_answer(differences: impl IntoIterator<Item = String>) -> Self {
        Differences { is_own: true, ..Differences::new(differences) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Those that are not in `other`. What a program gets wrong in the unbroken twin of a case says
    /// nothing of the case.
    pub fn beyond(&self, other: &Outcome) -> Self {
        match other {
            Outcome::Wrong(known) if !self.is_own => {
                Differences::new(self.list.iter().filter(|line| !known.list.contains(line)).cloned())
            }
            _ => self.clone(),
        }
    }

    /// The first of them, for people.
    pub fn words(&self) -> &str {
        &self.words
    }
}

/// What a reader made of an image: the value of every member that the specification names, in
/// every document that it reached. Keys are `PATH#POINTER`; absent and null members are left out.
///
/// Two readers that accept an image and have different readings disagree about what the image is,
/// and nobody would notice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading(pub BTreeMap<String, String>);

impl Reading {
    /// The first difference from what should have been read, for people.
    pub fn difference(&self, wanted: &Reading) -> Option<String> {
        let missing = wanted.0.iter().find(|(place, value)| self.0.get(*place) != Some(value));
        if let Some((place, value)) = missing {
            return Some(match self.0.get(place) {
                Some(other) => format!("{place} is {value}, and was read as {other}"),
                None => format!("{place} is {value}, and was not read"),
            });
        }
        let extra = self.0.iter().find(|(place, _)| !wanted.0.contains_key(*place))?;
        Some(format!("{} was read as {}, and is not there", extra.0, extra.1))
    }
}
