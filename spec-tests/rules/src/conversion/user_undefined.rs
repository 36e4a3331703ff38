//! Without a user in the image, that of the runtime configuration is up to the converter.
//!
//! Most take root. To refuse such an image is no choice: it is the commonest of all.

use seaworthy_generators::mutation::Mutation;
use seaworthy_generators::tree::Tree;

use super::edits::{set, set_accounts};
use super::CONFIG;
use crate::{Grade, Rule};

pub const RULE: Rule = Rule {
    grade: Grade::may(),
    section: "conversion.md#configuser",
    valid: &[
        Mutation::document("absent", CONFIG, |config, _| drop(config.member("config").remove("User"))),
        Mutation::document("null", CONFIG, |config, _| set(config, "User", Tree::Null)),
        Mutation::document("no-parameters", CONFIG, |config, _| drop(config.remove("config"))),
        Mutation::draft("empty-without-accounts", CONFIG, |draft, _| set_accounts(draft, "", &[])),
    ],
    ..Rule::BASE
};
