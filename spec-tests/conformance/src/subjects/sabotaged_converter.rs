//! Sabotaged converters: the reference with one fault each. They prove that the suite bites
//! converters: each has to be caught by the requirement that it breaks.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use seaworthy_image::conversion::{self, Limits, Reason, RootFiles, RuntimeConfig, User};
use seaworthy_image::json::{self, Document};
use seaworthy_image::layout::Memory;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::{Config, Execution, Manifest, text};
use seaworthy_rules::{Case, Role};

use super::{Subject, Unavailable, converter};
use crate::conversion::{accounts, only};
use crate::image::Image;
use crate::outcome::Outcome;

mod faults;

pub use faults::{FAULTS, LIBERAL};

/// A mistake that programs make when they convert images.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// The requirement that it breaks, if no other.
    pub breaks: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// It writes something else than it should.
    Writes(fn(&mut RuntimeConfig, &Seen<'_>)),
    /// It sees other accounts than the image has: the path of a file, and what is in it.
    Sees(fn(&str, String) -> String),
    /// It goes on as this user, where the image has to be refused.
    Takes(fn(&Reason) -> Option<User>),
    /// It refuses an image that it has to take: for its user, or for its accounts.
    Refuses(fn(&Seen<'_>) -> bool),
}

/// What a converter has before it.
struct Seen<'s> {
    config: Config<'s>,
    execution: Option<Execution<'s>>,
    manifest: Manifest<'s>,
    passwd: String,
}

impl Seen<'_> {
    fn user(&self) -> String {
        text(self.execution.and_then(|execution| execution.user)).unwrap_or_default().into_owned()
    }

    fn labels(&self) -> BTreeSet<String> {
        let labels = self.execution.and_then(|execution| execution.labels);
        let members = labels.into_iter().flat_map(|labels| labels.members());
        members.map(|label| label.name().into_owned()).collect()
    }
}

/// The reference with a fault.
#[derive(Debug, Clone, Copy)]
pub struct SabotagedConverter(pub &'static Fault);

impl Subject for SabotagedConverter {
    fn name(&self) -> &str {
        self.0.name
    }

    fn role(&self) -> Role {
        Role::Converter
    }

    fn version(&self) -> Result<String, Unavailable> {
        Ok("sabotaged".to_owned())
    }

    fn skips(&self, case: &Case) -> Option<Cow<'static, str>> {
        converter::skips(case)
    }

    fn run(&self, layout: &Memory, version: SpecVersion) -> Outcome {
        let image = match only(layout, version) {
            Ok(image) => image,
            Err(error) => return Outcome::Rejected(error.to_string()),
        };
        match convert(self.0.kind, layout, &image, version) {
            Ok(runtime) => Outcome::Converted(Box::new(runtime)),
            Err(reason) => Outcome::Rejected(reason),
        }
    }
}

fn convert(
    kind: Kind,
    layout: &Memory,
    image: &Image,
    version: SpecVersion,
) -> Result<RuntimeConfig, String> {
    let limits = Limits::default();
    let files = accounts(layout, image);
    let read = |path: &str| -> Option<String> {
        let mut bytes = Vec::new();
        files.open(path).ok()??.read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut seen_files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for path in ["etc/passwd", "etc/group"] {
        match (kind, read(path)) {
            (Kind::Sees(sees), text) => {
                seen_files.insert(path.to_owned(), sees(path, text.unwrap_or_default()).into_bytes());
            }
            (_, Some(text)) => drop(seen_files.insert(path.to_owned(), text.into_bytes())),
            (_, None) => {}
        }
    }
    let parse = |document: &Document<'_>| conversion::convert(document.root(), &seen_files, &limits, version);
    let (config, manifest) = (document(&image.config)?, document(&image.manifest)?);
    let view = Config::of(config.root());
    let seen = Seen {
        config: view,
        execution: view.config.map(Execution::of),
        manifest: Manifest::of(manifest.root()),
        passwd: read("etc/passwd").unwrap_or_default(),
    };
    let mut runtime = match (parse(&config), kind) {
        (Ok(_), Kind::Refuses(refuses)) if refuses(&seen) => return Err("it refuses that".to_owned()),
        (Ok(converted), _) => converted.runtime,
        (Err(error), Kind::Takes(takes)) => {
            let user = takes(&error.reason).ok_or_else(|| error.to_string())?;
            let anonymous = without_user(&image.config);
            let converted = parse(&document(&anonymous)?).map_err(|error| error.to_string())?;
            RuntimeConfig { user, ..converted.runtime }
        }
        (Err(error), _) => return Err(error.to_string()),
    };
    if let Kind::Writes(write) = kind {
        write(&mut runtime, &seen);
    }
    Ok(runtime)
}

fn document(bytes: &[u8]) -> Result<Document<'_>, String> {
    Document::parse(bytes, &json::Limits::default()).map_err(|anomaly| anomaly.kind.to_string())
}

fn without_user(config: &[u8]) -> Vec<u8> {
    let mut value: serde_json::Value = serde_json::from_slice(config).unwrap_or_default();
    if let Some(execution) = value.get_mut("config").and_then(|value| value.as_object_mut()) {
        execution.remove("User");
    }
    serde_json::to_vec(&value).unwrap_or_default()
}
