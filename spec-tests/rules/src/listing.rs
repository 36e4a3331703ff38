//! How much of what is found in a layout is listed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::finding::Finding;

/// How many breaches of one requirement are listed for a layout. An archive of a few megabytes can
/// unpack to a million documents that break many rules a hundred times each: a list of it all takes
/// more memory than there is, and nobody reads it.
const LISTED: usize = 1000;

/// What is listed of each requirement, for all documents together. They are judged on several
/// threads, so which of too many breaches are listed is a matter of chance.
#[derive(Debug, Default)]
pub(crate) struct Listing(Mutex<HashMap<&'static str, Count>>);

#[derive(Debug, Default)]
struct Count {
    listed: usize,
    left_out: usize,
}

impl Listing {
    /// Leaves out of a document's findings what is too much.
    pub fn limit(&self, findings: &mut Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        findings.retain(|finding| {
            let count = counts.entry(&finding.requirement.id).or_default();
            let has_room = count.listed < LISTED;
            if has_room {
                count.listed += 1;
            } else {
                count.left_out += 1 + finding.more;
            }
            has_room
        });
        findings.shrink_to_fit();
    }

    /// Tells with the last finding of each requirement how many were left out.
    pub fn settle(self, findings: &mut [Finding]) {
        let mut counts = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        for finding in findings.iter_mut().rev() {
            if let Some(count) = counts.remove(finding.requirement.id.as_str()) {
                finding.more += count.left_out;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use seaworthy_image::spec::SpecVersion;

    use super::*;
    use crate::{Findings, Level, find};

    fn findings(ids: &[&str], count: usize) -> Vec<Finding> {
        let mut findings = Findings::new("index.json", b"", SpecVersion::Dev);
        for id in ids {
            findings.begin(find(id).unwrap(), Level::Must);
            (0..count).for_each(|_| findings.report_file("this", "that"));
        }
        findings.into_list()
    }

    #[test]
    fn a_thousand_findings_of_one_requirement_are_listed_and_the_rest_counted() {
        let listing = Listing::default();
        let mut all = Vec::new();
        // A document lists a hundred, and counts five more.
        for _ in 0..12 {
            let mut some = findings(&["json/syntax"], 105);
            listing.limit(&mut some);
            all.append(&mut some);
        }
        let mut other = findings(&["json/syntax", "json/utf8"], 1);
        listing.limit(&mut other);
        all.append(&mut other);
        listing.settle(&mut all);
        assert_eq!(all.len(), LISTED + 1);
        let of = |id: &str| {
            let of = all.iter().filter(|finding| finding.requirement.id == id);
            of.map(|finding| 1 + finding.more).sum::<usize>()
        };
        assert_eq!((of("json/syntax"), of("json/utf8")), (12 * 105 + 1, 1));
        assert_eq!((all[LISTED - 1].more, all[LISTED].more), (5 + 2 * 105 + 1, 0));
    }
}
