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

    /// How what it made differs from what is wanted: nothing, unless that is what is wrong.
    pub fn differences(&self) -> Differences {
        match self {
            Outcome::Wrong(differences) => differences.clone(),
            _ => Differences::default(),
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

/// One way in which the result of a program differs from the one that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In words, with its place. Two differences are the same if they are put the same: what a program
    /// gets wrong in two images may have other values in each of them.
    pub line: String,
    /// The same in parts; none where words are all there is.
    pub parts: Option<Parts>,
}

/// What is different about one attribute of one file, or one member of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The file, or the member.
    pub path: String,
    /// The attribute, in one word.
    pub aspect: &'static str,
    /// What it should be.
    pub wanted: String,
    /// What it is.
    pub found: String,
}

impl From<String> for Difference {
    fn from(line: String) -> Difference {
        Difference { line, parts: None }
    }
}

/// How the result of a program differs from the one that is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    list: Vec<Difference>,
    more: usize,
    words: String,
    is_own: bool,
}

/// More differences than these tell a person nothing; they are only counted.
pub const LISTED: usize = 100;
/// As many are put into words.
pub const IN_WORDS: usize = 3;

impl Differences {
    /// One line for each, in a stable order, the same in every run.
    pub fn new(differences: impl IntoIterator<Item = impl Into<Difference>>) -> Self {
        let mut differences = differences.into_iter();
        let list = differences.by_ref().take(LISTED).map(Into::into).collect();
        Differences::listed(list, differences.count())
    }

    fn listed(list: Vec<Difference>, more: usize) -> Self {
        let first = list.iter().take(IN_WORDS).map(|difference| difference.line.as_str());
        let mut words = first.collect::<Vec<_>>().join("; ");
        let untold = (list.len() + more).saturating_sub(IN_WORDS);
        if untold > 0 {
            words.push_str(&format!("; and {untold} more"));
        }
        Differences { list, more, words, is_own: false }
    }

    /// Those between what a program says of an image and what is so. Unlike files, which come out
    /// wrong where a machine or its user cannot make them, an answer is the program's own: it counts
    /// also where the unbroken twin of the case gets it.
    pub fn of_answer(differences: impl IntoIterator<Item = impl Into<Difference>>) -> Self {
        Differences { is_own: true, ..Differences::new(differences) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Those that are not in `other`. What a program gets wrong in the unbroken twin of a case says
    /// nothing of the case. Of those that are only counted, as many as the twin has are its own.
    pub fn beyond(&self, other: &Outcome) -> Self {
        match other {
            Outcome::Wrong(known) if !self.is_own => {
                let is_known = |one: &&Difference| known.list.iter().any(|it| it.line == one.line);
                let list = self.list.iter().filter(|one| !is_known(one)).cloned().collect();
                Differences::listed(list, self.more.saturating_sub(known.more))
            }
            _ => self.clone(),
        }
    }

    /// The first of them, one by one.
    pub fn list(&self) -> &[Difference] {
        &self.list
    }

    /// How many there are besides, at least.
    pub fn more(&self) -> usize {
        self.more
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(range: std::ops::Range<usize>) -> Differences {
        Differences::new(range.map(|at| format!("file{at}: is missing")))
    }

    #[test]
    fn three_are_told_a_hundred_listed_and_the_rest_counted() {
        let check = |count: usize, listed: usize, more: usize, end: &str| {
            let differences = lines(0..count);
            assert_eq!((differences.list().len(), differences.more()), (listed, more), "{count}");
            assert!(differences.words().ends_with(end), "{count}: {}", differences.words());
        };
        check(0, 0, 0, "");
        check(3, 3, 0, "file2: is missing");
        check(5, 5, 0, "file2: is missing; and 2 more");
        check(LISTED, LISTED, 0, "file2: is missing; and 97 more");
        check(LISTED + 54, LISTED, 54, "file2: is missing; and 151 more");
    }

    #[test]
    fn what_the_twin_has_too_is_left_out() {
        let twin = Outcome::Wrong(lines(0..4));
        let beyond = lines(0..9).beyond(&twin);
        assert_eq!(beyond, lines(4..9));
        // It is known by its words; the values may be those of the twin.
        let content = |found: &str| Difference {
            line: "a: holds other bytes".to_owned(),
            parts: Some(Parts {
                path: "a".to_owned(),
                aspect: "content",
                wanted: "1 byte".to_owned(),
                found: found.to_owned(),
            }),
        };
        let twin = Outcome::Wrong(Differences::new([content("2 bytes")]));
        assert!(Differences::new([content("3 bytes")]).beyond(&twin).is_empty());
        // Those that are only counted are no more than there are.
        let twin = Outcome::Wrong(lines(0..LISTED + 10));
        let beyond =
            Differences::new((50..LISTED + 80).map(|at| format!("file{at}: is missing"))).beyond(&twin);
        assert_eq!((beyond.list().len(), beyond.more()), (50, 20));
    }
}
