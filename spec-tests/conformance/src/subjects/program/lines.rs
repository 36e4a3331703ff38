//! The line protocol: a program that is asked, and answers, in JSON; `docs/protocol.md` tells how.

use std::collections::BTreeMap;
use std::path::Path;

use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;
use serde::{Deserialize, Serialize};

use super::plan::Target;
use crate::outcome::{Outcome, Reading};
use crate::printable::printable;

/// The version of the protocol.
const VERSION: u32 = 1;
/// The longest words that are shown, in characters.
const LONGEST: usize = 200;

#[derive(Serialize)]
struct Request<'r> {
    seaworthy: u32,
    request: &'static str,
    layout: &'r Path,
    #[serde(rename = "ref", skip_serializing_if = "str::is_empty")]
    name: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    digest: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'r Path>,
    spec: &'static str,
}

/// The line that asks a program in `role` about an image.
pub fn request(role: Role, target: &Target, layout: &Path, output: &Path, version: SpecVersion) -> Vec<u8> {
    let (request, has_output) = match role {
        Role::Validator => ("check", false),
        Role::Storer => ("copy", true),
        Role::Unpacker => ("unpack", true),
        Role::Converter => ("convert", true),
        _ => ("read", false),
    };
    let request = Request {
        seaworthy: VERSION,
        request,
        layout,
        name: &target.name,
        digest: &target.digest,
        output: has_output.then_some(output),
        spec: version.as_str(),
    };
    let mut line = serde_json::to_vec(&request).unwrap_or_default();
    line.push(b'\n');
    line
}

/// What a program has to answer.
#[derive(Deserialize)]
struct Answer {
    outcome: Word,
    #[serde(default)]
    warned: bool,
    #[serde(default)]
    words: String,
    read: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Accepted,
    Rejected,
    Skipped,
}

/// What the program's answer means. `ended` is how it ended, and `complaint` what it said to people.
pub fn outcome(stdout: &str, ended: &str, complaint: &str) -> Outcome {
    let mut lines = stdout.lines().filter(|line| !line.trim().is_empty());
    let Some(line) = lines.next() else {
        return Outcome::Crashed(short(&format!("it ended without an answer ({ended}): {complaint}")));
    };
    if lines.next().is_some() {
        return Outcome::Failed("it gave more than one answer to one request".to_owned());
    }
    match serde_json::from_str::<Answer>(line) {
        Err(error) => Outcome::Failed(short(&format!("its answer cannot be understood: {error}: {line}"))),
        Ok(Answer { outcome: Word::Accepted, warned, read, .. }) => {
            Outcome::Accepted { warned, read: read.map(Reading) }
        }
        Ok(Answer { outcome: Word::Rejected, words, .. }) => Outcome::Rejected(short(&words)),
        Ok(Answer { outcome: Word::Skipped, words, .. }) => Outcome::Skipped(short(&words)),
    }
}

fn short(text: &str) -> String {
    printable(text.trim()).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_one_meaning() {
        let check = |stdout: &str, wanted: &str| {
            let outcome = outcome(stdout, "exit status 1", "oops");
            assert_eq!(format!("{}: {}", outcome.as_str(), outcome.words()), wanted, "{stdout:?}");
        };
        check("{\"outcome\":\"accepted\"}\n", "accepted: ");
        check("\n{\"outcome\":\"accepted\",\"warned\":true}", "warned: ");
        check("{\"outcome\":\"rejected\",\"words\":\"no\\u001b\"}", "rejected: no\\u{1b}");
        check("{\"outcome\":\"skipped\",\"words\":\"no\"}", "skipped: no");
        check("", "crashed: it ended without an answer (exit status 1): oops");
        check("{\"outcome\":\"accepted\"}\n{}", "failed: it gave more than one answer to one request");
        assert!(matches!(outcome("yes", "", ""), Outcome::Failed(_)));
        assert!(matches!(outcome("{\"outcome\":\"maybe\"}", "", ""), Outcome::Failed(_)));
        let read = outcome("{\"outcome\":\"accepted\",\"read\":{\"a#/b\":\"1\"}}", "", "");
        assert!(matches!(read, Outcome::Accepted { read: Some(Reading(map)), .. } if map["a#/b"] == "1"));
    }
}
