//! `pushed.json`: where cases are in a registry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the file, beside the index.
pub const FILE: &str = "pushed.json";

/// What was pushed to a registry, and what it did with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Seaworthy's test vectors in a registry")]
pub struct Pushed {
    /// The version of this form: 1.
    pub format: u32,
    /// The registry's URL.
    pub registry: String,
    /// The controls, and then the cases.
    pub images: Vec<Image>,
}

/// An image, and what the registry did with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// The case's id; `controls/NAME` for a control.
    pub id: String,
    /// Its repository, which holds nothing else. What comes first in its `index.json` has the tag `image`,
    /// and the `index.json` has the tag `index`.
    pub repository: String,
    /// The id of the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What a registry did with an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It took all of it.
    Accepted,
    /// It refused a part, so that the image is not there as it should be.
    Refused {
        /// `blob`, `manifest` or `index`.
        part: String,
        /// The status of the answer.
        status: u16,
        /// The codes in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        codes: Vec<String>,
    },
    /// There was no answer.
    Unanswered,
    /// Nothing in it can be sent to a registry.
    Nothing,
    /// The run ended before it.
    NotPushed,
}

impl Outcome {
    /// The word used in the file.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Refused { .. } => "refused",
            Outcome::Unanswered => "unanswered",
            Outcome::Nothing => "nothing",
            Outcome::NotPushed => "not-pushed",
        }
    }
}
