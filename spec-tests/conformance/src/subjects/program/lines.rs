//! The line protocol: a program that is asked, and answers, in JSON; `docs/protocol.md` tells how.

use std::collections::BTreeMap;
use std::path::Path;

use seaworthy_image::identity::chain_ids;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::image::Image;
use super::plan::Target;
use crate::outcome::{Difference, Differences, Outcome, Parts, Reading};
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

/// The line that asks a program about an image.
pub fn request(
    definition: &Definition,
    target: &Target,
    layout: &Path,
    output: &Path,
    version: SpecVersion,
) -> Vec<u8> {
    let (request, has_output) = match definition.role {
        Role::Reader if definition.identifies => ("identify", false),
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
    identity: Option<Identity>,
}

/// What a program says of which image it is.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Identity {
    image_id: String,
    diff_ids: Vec<String>,
    chain_ids: Vec<String>,
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

/// What a program that was asked to identify an image made of it, where it took it. An image without a
/// configuration of its own, like an artifact, has no identity that could be wrong.
pub fn identified(stdout: &str, image: Option<&Image>) -> Outcome {
    let Some(image) = image else { return Outcome::accepted() };
    let answer = stdout.lines().find_map(|line| serde_json::from_str::<Answer>(line).ok());
    let Some(said) = answer.and_then(|answer| answer.identity) else {
        return Outcome::Failed(
            "it was asked to identify the image, and its answer has no `identity`".to_owned(),
        );
    };
    let mut differences = Vec::new();
    let mut compare = |what: String, said: Option<&String>, is: Option<&String>| {
        if said != is {
            let shown = |value: Option<&String>| value.map_or("none".to_owned(), |value| short(value));
            let (wanted, found) = (shown(is), shown(said));
            differences.push(Difference {
                line: format!("{what} is {wanted}, and it says {found}"),
                parts: Some(Parts { path: what, aspect: "answer", wanted, found }),
            });
        }
    };
    compare("image_id".to_owned(), Some(&said.image_id), Some(&image.id));
    let chain_ids = chain_ids(image.diff_ids.iter().map(String::as_str));
    for (name, said, is) in
        [("diff_ids", &said.diff_ids, &image.diff_ids), ("chain_ids", &said.chain_ids, &chain_ids)]
    {
        for at in 0..said.len().max(is.len()) {
            compare(format!("{name}/{at}"), said.get(at), is.get(at));
        }
    }
    if differences.is_empty() {
        Outcome::accepted()
    } else {
        Outcome::Wrong(Differences::of_answer(differences))
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
    #[test]
    fn an_identity_is_that_of_the_image() {
        let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let image =
            Image { id: "sha256:a".to_owned(), diff_ids: ids(&["sha256:b", "sha256:c"]), ..Image::default() };
        let chain = chain_ids(["sha256:b", "sha256:c"]);
        let check = |identity: &str, wanted: &str| {
            let outcome = identified(&format!("{{\"outcome\":\"accepted\"{identity}}}"), Some(&image));
            assert!(format!("{}: {}", outcome.as_str(), outcome.words()).starts_with(wanted), "{outcome:?}");
        };
        let rest = format!(r#""diff_ids":["sha256:b","sha256:c"],"chain_ids":["sha256:b","{}"]}}"#, chain[1]);
        check(&format!(r#","identity":{{"image_id":"sha256:a",{rest}"#), "accepted: ");
        check(
            &format!(r#","identity":{{"image_id":"sha256:b",{rest}"#),
            "wrong: image_id is sha256:a, and it says sha256:b",
        );
        let no_chain = r#","identity":{"image_id":"sha256:a","diff_ids":["sha256:b","sha256:c"],"chain_ids":["sha256:b","sha256:c"]}"#;
        check(no_chain, "wrong: chain_ids/1 is sha256:");
        check(r#","identity":{"image_id":"sha256:a"}"#, "wrong: diff_ids/0 is sha256:b, and it says none; ");
        check("", "failed: it was asked to identify");
        assert_eq!(identified("", None), Outcome::accepted());
    }
}
