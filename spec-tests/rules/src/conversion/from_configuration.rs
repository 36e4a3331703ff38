//! A converter makes the runtime configuration from the image's configuration.
//!
//! One that writes its own template and leaves the image aside makes containers that run something
//! else than what was built.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::{CONFIG, lost_variable, report};
use crate::rule::Converted;
use crate::{Check, Findings, Grade, Rule};

/// Whether each member arrives is for the other rules: this one speaks where none does.
pub const RULE: Rule = Rule {
    grade: Grade::must(),
    section: "conversion.md#conversion-to-oci-runtime-configuration",
    check: Check::Conversion(check),
    valid: &[
        Mutation::document("as-it-is", CONFIG, |_, _| ()),
        Mutation::document("every-member", CONFIG, |config, _| {
            let execution = config.member("config");
            execution.set("User", "65534:65533");
            execution.set("Env", Tree::strings(&["TIDE=low", "MOON="]));
            execution.set("Entrypoint", Tree::strings(&["/bin/sail"]));
            execution.set("Cmd", Tree::strings(&["--west"]));
            execution.set("WorkingDir", "/bridge");
            execution.set("Labels", Tree::object([("com.example.tide", "low".into())]));
            execution.set("StopSignal", "SIGINT");
            execution.set("ExposedPorts", Tree::object([("80/tcp", Tree::object([]))]));
            execution.set("Volumes", Tree::object([("/data", Tree::object([]))]));
        }),
    ],
    ..Rule::BASE
};

fn check(converted: &Converted<'_>, findings: &mut Findings<'_>) {
    let (found, wanted) = (converted.found, converted.wanted);
    let is_lost = lost_variable(converted).is_some() || wanted.env.is_empty();
    if found.cwd != wanted.cwd && found.args != wanted.args && is_lost {
        let wanted = format!("process.args {:?}, process.cwd {:?}", wanted.args, wanted.cwd);
        report(findings, converted.config.config, "nothing of the image's configuration".to_owned(), wanted);
    }
}
