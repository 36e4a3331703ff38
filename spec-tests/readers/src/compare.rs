//! Where a reader and the reference part ways.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::listing::{Listed, Listing, is_file};
use crate::reference::Reference;

/// How a reader's listing differs from the reference's, where they first part ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// It refuses what the reference reads.
    Refuses,
    /// It comes to an end that suits it where the reference refuses to read on.
    Accepts,
    /// It lists an entry less, and carries on or ends.
    Fewer,
    /// It lists an entry more.
    More,
    /// An entry has another path.
    Path,
    /// An entry has another type.
    Kind,
    /// A file has another size.
    Size,
    /// A link has another target.
    Link,
    /// A file has another content.
    Content,
}

impl Difference {
    /// The word that the ledger uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Difference::Refuses => "refuses",
            Difference::Accepts => "accepts",
            Difference::Fewer => "fewer",
            Difference::More => "more",
            Difference::Path => "path",
            Difference::Kind => "kind",
            Difference::Size => "size",
            Difference::Link => "link",
            Difference::Content => "content",
        }
    }

    /// For people: what a reader does, with the reference on the other side.
    pub const fn describe(self) -> &'static str {
        match self {
            Difference::Refuses => "refuses the archive",
            Difference::Accepts => "takes an archive that has to be refused",
            Difference::Fewer => "lists fewer entries",
            Difference::More => "lists more entries",
            Difference::Path => "sees another path",
            Difference::Kind => "sees another type",
            Difference::Size => "sees another size",
            Difference::Link => "sees another target of a link",
            Difference::Content => "sees another content",
        }
    }
}

/// A reader that does not list what the reference lists: what became of one archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// How they differ.
    pub difference: Difference,
    /// At which entry, counted from zero.
    pub entry: usize,
    /// What the reference lists there; `None` if it is at the end.
    pub ours: Option<Listed>,
    /// What the reader lists there.
    pub theirs: Option<Listed>,
    /// In the reader's own words, why it goes no further.
    pub refusal: Option<String>,
    /// What is odd about the archive: at that entry, or if nothing is, anywhere before it. Sorted.
    pub signature: Vec<String>,
    /// All that is odd about the archive up to there, the nearest first.
    pub oddities: Vec<String>,
}

impl fmt::Display for Disagreement {
    /// One line of plain ASCII.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line =
            |listed: &Option<Listed>| listed.as_ref().map_or("the end".to_owned(), ToString::to_string);
        let theirs = match (&self.theirs, &self.refusal) {
            (None, Some(words)) => words.as_bytes().escape_ascii().to_string(),
            (theirs, _) => line(theirs),
        };
        write!(f, "{} at entry {}: ", self.difference.describe(), self.entry)?;
        write!(f, "{theirs}; the reference: {}", line(&self.ours))
    }
}

/// Compares what a reader lists with what the reference does; `None` if that is the same, or if both
/// refuse the archive and agree on what comes before.
///
/// Of a [`Reference`] that stopped at a limit nothing follows, and it agrees with everything.
pub fn compare(reference: &Reference, theirs: &Listing) -> Option<Disagreement> {
    let ours = &reference.listing;
    if reference.is_limited {
        return None;
    }
    let same = |(ours, theirs): &(&Listed, &Listed)| differs(ours, theirs).is_none();
    let entry = ours.entries.iter().zip(&theirs.entries).take_while(same).count();
    let difference = match (ours.entries.get(entry), theirs.entries.get(entry)) {
        (Some(our), Some(their)) => match differs(our, their)? {
            Difference::Path => shifted(&ours.entries[entry..], &theirs.entries[entry..]),
            difference => difference,
        },
        (our, their) => match (&ours.refusal, &theirs.refusal) {
            (Some(_), Some(_)) => return None,
            (Some(_), None) => Difference::Accepts,
            (None, Some(_)) if their.is_none() => Difference::Refuses,
            (None, None) if our.is_some() => Difference::Fewer,
            (None, _) if their.is_some() => Difference::More,
            (None, _) => return None,
        },
    };
    let here = reference.oddities_at(entry);
    let all = reference.oddities_until(entry);
    let mut signature: Vec<String> =
        (if here.is_empty() { &all } else { &here }).iter().map(|&name| name.to_owned()).collect();
    signature.sort();
    signature.dedup();
    Some(Disagreement {
        difference,
        entry,
        ours: ours.entries.get(entry).cloned(),
        theirs: theirs.entries.get(entry).cloned(),
        refusal: theirs.refusal.clone(),
        signature,
        oddities: all.into_iter().map(str::to_owned).collect(),
    })
}

/// What first tells two entries apart.
fn differs(ours: &Listed, theirs: &Listed) -> Option<Difference> {
    let same_kind = ours.kind == theirs.kind || (is_file(ours.kind) && is_file(theirs.kind));
    let same_content = ours.content.is_none() || theirs.content.is_none() || ours.content == theirs.content;
    if ours.path != theirs.path {
        Some(Difference::Path)
    } else if !same_kind {
        Some(Difference::Kind)
    } else if ours.size != theirs.size {
        Some(Difference::Size)
    } else if ours.link != theirs.link {
        Some(Difference::Link)
    } else {
        (!same_content).then_some(Difference::Content)
    }
}

/// Another path in the place of ours: an entry more or less, if what follows continues on the other
/// side.
fn shifted(ours: &[Listed], theirs: &[Listed]) -> Difference {
    let follows = |rest: &[Listed], one: &Listed| rest[1..].iter().any(|other| differs(other, one).is_none());
    if follows(theirs, &ours[0]) {
        Difference::More
    } else if follows(ours, &theirs[0]) {
        Difference::Fewer
    } else {
        Difference::Path
    }
}
