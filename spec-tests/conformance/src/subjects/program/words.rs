//! The line of a program's output that tells the most, made fit for a report.

use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;

use crate::printable::printable;

/// Longer ones are cut.
const LONGEST: usize = 300;

/// What stands in the output in place of paths that are different in every run, longest path first.
pub struct Names(Vec<(String, &'static str)>);

impl Names {
    /// Names for these paths.
    pub fn new(paths: &[(&Path, &'static str)]) -> Names {
        let mut names: Vec<_> =
            paths.iter().map(|(path, name)| (path.to_string_lossy().into_owned(), *name)).collect();
        names.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Names(names)
    }

    /// The line that tells the most: the first that has one of `wanted`; else the first that speaks
    /// of an error, for some programs log what they do before they fail; else the first.
    pub fn telling(&self, output: &[&str], wanted: &[String]) -> Option<String> {
        const ERRORS: [&str; 5] = ["error", "fatal", "fail", "invalid", "panic"];
        let lines =
            || output.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty());
        let speaks = |line: &&str| {
            let line = line.to_lowercase();
            ERRORS.iter().any(|word| line.contains(word))
        };
        let line = lines()
            .find(|line| wanted.iter().any(|text| line.contains(text.trim_end())))
            .or_else(|| lines().find(speaks))
            .or_else(|| lines().next())?;
        Some(self.stable(line))
    }

    /// The text without what is different in every run, safe to print, and not too long.
    pub fn stable(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (path, name) in &self.0 {
            text = text.replace(path, name);
        }
        let changing = CHANGING.get_or_init(|| {
            [
                // Times, as logs start with them.
                (r#"(time=)?"?[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9:]{8}([.][0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?"? *"#, ""),
                // Names of temporary files: letters that are no digest's, and a number.
                (r#"/([A-Za-z._-]*[g-zG-Z._-][A-Za-z._-]*)[0-9]{6,}"#, "/$1*"),
                // The caller's port of a connexion.
                (r#"[0-9.]+:[0-9]+->"#, ""),
            ]
            .into_iter()
            .filter_map(|(pattern, name)| Some((Regex::new(pattern).ok()?, name)))
            .collect()
        });
        for (pattern, name) in changing {
            text = pattern.replace_all(&text, *name).into_owned();
        }
        let mut shown: String = printable(text.trim()).chars().take(LONGEST + 1).collect();
        if shown.chars().count() > LONGEST {
            shown.pop();
            shown.push('…');
        }
        shown
    }
}

static CHANGING: OnceLock<Vec<(Regex, &str)>> = OnceLock::new();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_every_run() {
        let names = Names::new(&[
            (Path::new("/tmp/s-1"), "{scratch}"),
            (Path::new("/tmp/s-1/target/layout"), "{layout}"),
        ]);
        let check = |output: &str, wanted: &str| {
            assert_eq!(names.telling(&[output], &[]).unwrap_or_default(), wanted);
        };
        check("copying\nError: open /tmp/s-1/target/layout/x: no\n", "Error: open {layout}/x: no");
        check("time=\"2026-01-02T03:04:05Z\" level=fatal msg=\"x\"", "level=fatal msg=\"x\"");
        check("2026/01/02 03:04:05 failed", "failed");
        check("fatal: /tmp/s-1/tmp/put-blob123456789", "fatal: {scratch}/tmp/put-blob*");
        check("no blobs/sha256/00123456789abc", "no blobs/sha256/00123456789abc");
        check("read tcp 127.0.0.1:4711->127.0.0.1:5000: failed", "read tcp 127.0.0.1:5000: failed");
        check(" \n\u{1b}[1mbad\n", "\\u{1b}[1mbad");
        check("", "");
        assert_eq!(names.stable(&"é".repeat(999)).chars().count(), LONGEST + 1);
        assert_eq!(names.telling(&["error\npanic: x"], &["panic: ".into()]).as_deref(), Some("panic: x"));
    }
}
