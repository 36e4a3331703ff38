//! The data file that describes a program; `programs/README.md` says what each key means.

use regex::Regex;
use seaworthy_rules::Role;
use serde::{Deserialize, Deserializer};

use crate::printable::toml_reason;

/// How a program is called, and what its answers mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What reports call it.
    pub name: String,
    /// What it does with images.
    #[serde(deserialize_with = "role")]
    pub role: Role,
    /// How to get it; printed when it is not available.
    pub install: Option<String>,
    /// The version that the definition was written against.
    pub tested: Option<String>,
    /// How it is asked, and answers.
    #[serde(default)]
    pub protocol: Protocol,
    /// Whether a reader that speaks in lines is asked to identify the image, instead of only reading it.
    #[serde(default)]
    pub identifies: bool,
    /// How to ask for its version.
    pub version: VersionCommand,
    /// One call.
    pub command: Vec<String>,
    /// Further commands of the same call, each only if the one before was accepted.
    #[serde(default)]
    pub then: Vec<Vec<String>>,
    /// The ref.names that can be given to the command; all of them without it.
    #[serde(default, deserialize_with = "pattern")]
    pub names: Option<Regex>,
    /// The command for a descriptor whose ref.name cannot be given.
    pub unnamed: Option<Vec<String>>,
    /// The command for a layout in a tar archive.
    pub archive: Option<Vec<String>>,
    /// What one call reads.
    pub scope: Scope,
    /// A program that must be running for the call.
    pub service: Option<Service>,
    /// Which parts of an image a call looks at.
    pub reads: Vec<Reads>,
    /// What a storer, an unpacker or a converter leaves behind.
    pub output: Option<Output>,
    /// Where below `{output}` the tree of an unpacker begins; `{output}` itself without it.
    pub tree: Option<String>,
    /// What a storer must preserve.
    pub root: Option<Root>,
    /// The exit statuses that mean it took the image.
    #[serde(default)]
    pub accepted: Vec<i32>,
    /// The exit statuses that mean it refused the image.
    #[serde(default)]
    pub refused: Vec<i32>,
    /// Texts on standard error that mean it ran out of something; they outrank all else.
    #[serde(default)]
    pub exhausted: Vec<String>,
    /// Texts on standard error that mean it crashed, whatever the exit status.
    #[serde(default)]
    pub crashed: Vec<String>,
    /// What must hold or be provided.
    #[serde(default)]
    pub needs: Vec<Need>,
}

/// How a program is asked, and answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// By arguments, and by its exit status.
    #[default]
    Exit,
    /// By lines of JSON.
    Lines,
}

/// How to ask a program for its version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionCommand {
    /// The command.
    pub command: Vec<String>,
    /// The text after which the version stands on its line; empty for the first line.
    #[serde(default)]
    pub after: String,
}

/// A program that must be running for a call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The command that starts it.
    pub command: Vec<String>,
    /// The text in a line of its output that says it can be used.
    pub ready: String,
}

/// What one call reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One descriptor of `index.json`.
    Ref,
    /// All of them.
    Layout,
}

/// A part of an image that a program looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// The file `oci-layout`.
    OciLayout,
    /// `index.json`, and the indexes below it.
    Index,
    /// Manifests.
    Manifest,
    /// Image configurations, for what they say.
    Config,
    /// The bytes of layers and configurations.
    Blobs,
}

impl Reads {
    /// For people.
    pub const fn describe(self) -> &'static str {
        match self {
            Reads::OciLayout => "the file oci-layout",
            Reads::Index => "indexes",
            Reads::Manifest => "manifests",
            Reads::Config => "configurations",
            Reads::Blobs => "layers",
        }
    }
}

/// What a storer, an unpacker or a converter leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// A layout in `{output}`: a storer's copy.
    Layout,
    /// The image's file system in `{output}`.
    Tree,
    /// The image's file system, as a tar archive in `{output}`.
    Archive,
    /// A runtime configuration in the file `{output}`.
    RuntimeConfig,
}

/// What a storer must preserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Root {
    /// The descriptor that was copied, in the `index.json` of the copy.
    Descriptor,
    /// The bytes of the source's `index.json`, as a blob.
    Index,
}

/// What must hold of an image, or be provided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The descriptor has a ref.name.
    RefName,
    /// The descriptor leads to a manifest, not to an index.
    ImageManifest,
    /// The manifest's config is an image config.
    ImageConfig,
    /// From an index, only the image for linux/amd64 is read.
    Platform,
    /// The loopback interface is up.
    Loopback,
    /// It is root in a user namespace of its own, where that can be had.
    OwnRoot,
}

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct DefinitionError {
    /// The file.
    pub file: String,
    /// The key and what is wrong with it.
    pub reason: String,
}

const PLACEHOLDERS: [&str; 10] =
    ["{here}", "{layout}", ARCHIVE, "{output}", "{rootfs}", "{ref}", "{digest}", "{port}", LAYERS, DIFF_IDS];

/// The placeholder for the path of a layout's archive.
pub const ARCHIVE: &str = "{archive}";
/// The placeholder that becomes a word for each layer: the path of its blob.
pub const LAYERS: &str = "{layers}";
/// The placeholder that becomes a word for each diff id of the configuration.
pub const DIFF_IDS: &str = "{diffids}";

impl Definition {
    /// Reads a definition; `file` is for messages only.
    ///
    /// # Errors
    ///
    /// It is not TOML, a key is missing, unknown or of the wrong type, or two keys contradict
    /// each other.
    pub fn parse(file: &str, text: &str) -> Result<Definition, DefinitionError> {
        let error = |reason: String| DefinitionError { file: file.to_owned(), reason };
        let definition: Definition =
            toml::from_str(text).map_err(|reason| error(toml_reason(text, &reason)))?;
        match definition.contradiction() {
            Some((key, reason)) => Err(error(format!("`{key}` {reason}"))),
            None => Ok(definition),
        }
    }

    /// Puts a value in the place of a placeholder, wherever a command has it.
    pub fn fill_in(&mut self, placeholder: &str, value: &str) {
        let service = self.service.iter_mut().map(|service| &mut service.command);
        let others = [&mut self.command, &mut self.version.command].into_iter().chain(&mut self.then);
        for word in others.chain(&mut self.unnamed).chain(&mut self.archive).chain(service).flatten() {
            *word = word.replace(placeholder, value);
        }
    }

    /// Whether something must hold.
    pub fn needs(&self, need: Need) -> bool {
        self.needs.contains(&need)
    }

    /// Whether it is handed the accounts of the image, apart from its layers.
    pub fn wants_root_files(&self) -> bool {
        self.commands().any(|(_, command)| uses(command, "{rootfs}"))
    }

    /// Every command of a call, and the key that it stands under; not that of the version.
    pub fn commands(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let then = self.then.iter().map(|command| ("then", command));
        let unnamed = self.unnamed.iter().map(|command| ("unnamed", command));
        let archive = self.archive.iter().map(|command| ("archive", command));
        let service = self.service.iter().map(|service| ("service.command", &service.command));
        [("command", &self.command)].into_iter().chain(then).chain(unnamed).chain(archive).chain(service)
    }

    /// Every word of every command, that of the version too.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let commands = self.commands().map(|(_, command)| command).chain([&self.version.command]);
        commands.flatten().map(String::as_str)
    }

    /// A key, and what is wrong with it.
    fn contradiction(&self) -> Option<(&'static str, String)> {
        let version = ("version.command", &self.version.command);
        for (key, command) in self.commands().chain([version]) {
            if command.first().is_none_or(String::is_empty) {
                return Some((key, "names no program".into()));
            }
        }
        for (key, command) in self.commands() {
            if let Some(unknown) = command.iter().find_map(|word| unknown_placeholder(word)) {
                let known = PLACEHOLDERS.join(" ");
                return Some((key, format!("has {unknown}, which is none of {known}")));
            }
        }
        let used_in =
            |placeholder: &str| self.commands().find(|(_, command)| uses(command, placeholder)).map(|c| c.0);
        if let Some(key) = used_in("{port}").filter(|_| !self.needs(Need::Loopback)) {
            return Some((key, "has {port}, but `needs` lacks \"loopback\"".into()));
        }
        if self.scope == Scope::Layout
            && let Some(key) = used_in("{ref}").or(used_in("{digest}"))
        {
            return Some((key, "names a descriptor, but `scope` is \"layout\"".into()));
        }
        if self.identifies && (self.protocol, self.role) != (Protocol::Lines, Role::Reader) {
            return Some(("identifies", "is for readers whose `protocol` is \"lines\"".into()));
        }
        if self.protocol == Protocol::Lines {
            let is_plain = self.then.is_empty()
                && self.unnamed.is_none()
                && self.archive.is_none()
                && self.service.is_none();
            if self.role == Role::Storer && (self.output.is_none() || self.root.is_none()) {
                return Some(("output or root", "is missing: a storer needs it".into()));
            }
            let plain = "is for programs that are asked by arguments, and `protocol` is \"lines\"";
            return (!is_plain).then(|| ("then, unnamed, archive or service", plain.into()));
        }
        for (key, command) in self.commands() {
            match (key, uses(command, ARCHIVE)) {
                ("archive", false) => {
                    return Some((key, format!("has no {ARCHIVE}, so it is given no image")));
                }
                ("archive", true) | (_, false) => {}
                (_, true) => return Some((key, format!("has {ARCHIVE}, which is for the key `archive`"))),
            }
            for list in [LAYERS, DIFF_IDS] {
                if command.iter().any(|word| word.contains(list) && word != list) {
                    return Some((key, format!("has {list} within a word: it becomes a word for each")));
                }
            }
        }
        if used_in("{layout}").or(used_in(LAYERS)).is_none() {
            return Some(("command", "has no {layout}, so it cannot be given an image".into()));
        }
        if self.service.as_ref().is_some_and(|service| service.ready.is_empty()) {
            return Some(("service.ready", "is empty: it would be ready before it starts".into()));
        }
        if self.role == Role::Storer {
            for (key, missing) in [("output", self.output.is_none()), ("root", self.root.is_none())] {
                if missing {
                    return Some((key, "is missing: a storer needs it".into()));
                }
            }
        } else if self.root.is_some() {
            return Some(("root", "is for storers".into()));
        }
        let (is_kept, makes) = match self.role {
            Role::Storer => (self.output == Some(Output::Layout), "a \"layout\""),
            Role::Unpacker => {
                (matches!(self.output, Some(Output::Tree | Output::Archive)), "a \"tree\" or an \"archive\"")
            }
            Role::Converter => (self.output == Some(Output::RuntimeConfig), "a \"runtime-config\""),
            _ => (self.output.is_none(), "nothing"),
        };
        if !is_kept {
            return Some((
                "output",
                format!("does not suit the role: a {} makes {makes}", self.role.as_str()),
            ));
        }
        if self.output.is_some() && used_in("{output}").is_none() {
            return Some(("command", "has no {output}, where what it makes goes".into()));
        }
        if self.tree.is_some() && self.output != Some(Output::Tree) {
            return Some(("tree", "is for unpackers whose output is a tree".into()));
        }
        if self.root == Some(Root::Descriptor) && self.scope == Scope::Layout {
            return Some(("root", "is one descriptor, but `scope` is \"layout\"".into()));
        }
        if self.accepted.is_empty() {
            return Some(("accepted", "is empty: nothing would be accepted".into()));
        }
        if let Some(both) = self.accepted.iter().find(|status| self.refused.contains(status)) {
            return Some(("refused", format!("has {both}, and so has `accepted`")));
        }
        if self.exhausted.iter().chain(&self.crashed).any(String::is_empty) {
            return Some(("crashed", "or `exhausted` has an empty text, which is in every output".into()));
        }
        None
    }
}

/// Whether a command has a placeholder.
pub fn uses(command: &[String], placeholder: &str) -> bool {
    command.iter().any(|word| word.contains(placeholder))
}

/// The first `{word}` that is no placeholder.
fn unknown_placeholder(word: &str) -> Option<&str> {
    word.match_indices('{').find_map(|(start, _)| {
        let length = word[start..].find('}')?;
        let found = &word[start..=start + length];
        let name = &found[1..found.len() - 1];
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_name && !PLACEHOLDERS.contains(&found)).then_some(found)
    })
}

fn role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Role, D::Error> {
    /// The roles that a program can have so far.
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Name {
        Validator,
        Reader,
        Storer,
        Unpacker,
        Converter,
    }
    Ok(match Name::deserialize(deserializer)? {
        Name::Validator => Role::Validator,
        Name::Reader => Role::Reader,
        Name::Storer => Role::Storer,
        Name::Unpacker => Role::Unpacker,
        Name::Converter => Role::Converter,
    })
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Regex::new(&text).map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
name = "x"
role = "reader"
version = { command = ["x", "-v"] }
command = ["x", "{layout}:{ref}"]
scope = "ref"
reads = ["index"]
accepted = [0]
refused = [1]
"#;

    #[test]
    fn an_error_names_the_file_the_key_and_the_reason() {
        assert!(Definition::parse("x.toml", TEXT).is_ok());
        let check = |from: &str, to: &str, wanted: &[&str]| {
            assert!(TEXT.contains(from), "{from}");
            let error = Definition::parse("x.toml", &TEXT.replace(from, to)).unwrap_err().to_string();
            for wanted in ["x.toml: "].iter().chain(wanted) {
                assert!(error.contains(wanted), "{error}");
            }
        };
        check("refused", "protocol = \"lines\"\nthen = [[\"y\"]]\nrefused", &["then", "protocol"]);
        check("refused", "identifies = true\nrefused", &["identifies", "lines"]);
        check("refused", "colour = 1\nrefused", &["unknown field `colour`"]);
        check("accepted = [0]", "", &["`accepted` is empty"]);
        check("\"reader\"", "\"cook\"", &["role", "`cook`"]);
        check("[\"index\"]", "[\"entrails\"]", &["reads", "`entrails`"]);
        check("refused = [1]", "refused = [0]", &["`refused` has 0"]);
        check("{ref}", "{tag}", &["`command` has {tag}"]);
        check("{ref}", "{port}", &["`command` has {port}", "loopback"]);
        check("{layout}:{ref}", "{ref}", &["`command` has no {layout}"]);
        check("[\"x\", \"-v\"]", "[]", &["`version.command` names no program"]);
        check("\"ref\"", "\"layout\"", &["`command` names a descriptor"]);
        check("\"reader\"", "\"storer\"", &["`output` is missing"]);
        check("\"reader\"", "\"converter\"", &["`output` does not suit", "a \"runtime-config\""]);
        check("\"reader\"", "\"converter\"\noutput = \"layout\"", &["`output` does not suit"]);
        check("\"reader\"", "\"converter\"\noutput = \"runtime-config\"", &["`command` has no {output}"]);
        check("refused", "output = \"layout\"\nrefused", &["`output` does not suit", "nothing"]);
        check("refused", "root = \"index\"\nrefused", &["`root` is for storers"]);
        check("refused", "names = '('\nrefused", &["names", "unclosed group"]);
        check("\"reader\"", "\"unpacker\"", &["`output` does not suit", "a \"tree\""]);
        check("refused", "output = 'tree'\nrefused", &["`output` does not suit", "nothing"]);
        check("{layout}:{ref}", "{layout}:{layers}", &["{layers} within a word"]);
        check("{layout}:{ref}", "{archive}:{ref}", &["`command` has {archive}"]);
        check("refused", "archive = ['x', '{layout}']\nrefused", &["`archive` has no {archive}"]);
        check("refused", "protocol = \"lines\"\narchive = [\"y\"]\nrefused", &["archive", "protocol"]);
        assert!(Definition::parse("x", &format!("archive = ['x', '{{archive}}']\n{TEXT}")).is_ok());
    }

    #[test]
    fn braces_of_other_languages_are_left_alone() {
        assert_eq!(unknown_placeholder("{{.Tag}} {layout} {} {A}"), None);
        assert_eq!(unknown_placeholder("a{layout}{where}"), Some("{where}"));
    }
}
