//! The working directory is copied to `process.cwd` as it is.
//!
//! To clean it or to resolve its links is the runtime's business, which has the root file system
//! before it; a converter that does so may leave it.

use seaworthy_generators::mutation::Mutation;

use super::edits::set;
use super::{CONFIG, execution, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#verbatim-fields",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("root", CONFIG, |config, _| set(config, "WorkingDir", "/")),
        Mutation::document("not-there", CONFIG, |config, _| set(config, "WorkingDir", "/home/alice/boat")),
        Mutation::document("two-slashes", CONFIG, |config, _| set(config, "WorkingDir", "/data//log")),
        Mutation::document("slash-at-the-end", CONFIG, |config, _| set(config, "WorkingDir", "/data/")),
        Mutation::document("dots", CONFIG, |config, _| set(config, "WorkingDir", "/data/../etc/.")),
        Mutation::document("blank", CONFIG, |config, _| set(config, "WorkingDir", "/two words ")),
        Mutation::document("not-ascii", CONFIG, |config, _| set(config, "WorkingDir", "/Flóð")),
        Mutation::document("reference-to-a-variable", CONFIG, |config, _| set(config, "WorkingDir", "/$HOME")),
    ],
    // A runtime takes absolute paths only: copied as they are, these make no container.
    unclear: &[
        Mutation::document("empty", CONFIG, |config, _| set(config, "WorkingDir", "")),
        Mutation::document("relative", CONFIG, |config, _| set(config, "WorkingDir", "data")),
        Mutation::document("out-of-the-root", CONFIG, |config, _| set(config, "WorkingDir", "../../etc")),
        Mutation::document("open-file-of-the-runtime", CONFIG, |config, _| {
            set(config, "WorkingDir", "/proc/self/fd/8");
        }),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let (found, wanted) = (&converted.found.cwd, &converted.wanted.cwd);
    if found != wanted {
        let say = |path: &Option<String>| path.as_ref().map_or("nothing".to_owned(), |path| format!("{path:?}"));
        let at = execution(converted).and_then(|execution| execution.working_dir);
        report(findings, at, format!("process.cwd {}", say(found)), say(wanted));
    }
}
