//! One image, handed to a program: its calls, and what came of them.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use seaworthy_generators::battery::{FORGED, Place};
use seaworthy_image::conversion::RuntimeConfig;
use seaworthy_image::graph::read_file;
use seaworthy_image::json::{self, Document};
use seaworthy_image::layout::{Memory, OpenError};
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Role;

use super::definition::{ARCHIVE, DIFF_IDS, Definition, LAYERS, Need, Output, Protocol, uses};
use super::driver::{self, COMPLAINT};
use super::image::Image;
use super::install::Installed;
use super::place::place;
use super::plan::{Target, plan};
use super::words::Names;
use super::{Program, compare, image, lines};
use crate::conversion;
use crate::outcome::{Differences, Outcome};
use crate::process::{Exit, Limits, Program as Command, Ran, Stdin};
use crate::scratch::{Canary, Scratch};
use crate::storage::Directory;
use crate::unpacked::{self, Kept, Wanted};

/// The layout in the target folder.
const LAYOUT: &str = "layout";
/// The archive in the folder of the layout, for those who read it out of one.
const ARCHIVED: &str = "layout.tar";
/// The root file system in the target folder, for those who want one.
const ROOTFS: &str = "rootfs";
/// The start of the names of copies in the target folder.
const COPY: &str = "copy";
/// Every port is free in a network namespace of one's own.
const PORT: &str = "5000";

/// Has a program read the layout that `make` makes for a place, by as many calls as that takes, or read it out
/// of an archive. The first call that does not end in acceptance decides. Of an image that `is_aimed` at it,
/// what it prints and what it leaves behind count as well.
pub fn run<'m>(
    program: &Program,
    installed: &Installed,
    make: &dyn Fn(&Place) -> Cow<'m, Memory>,
    archive: Option<&[u8]>,
    version: SpecVersion,
    is_aimed: bool,
) -> Outcome {
    let failed = |what: &str, error: io::Error| Outcome::Failed(format!("{what}: {error}"));
    let scratch = match Scratch::new() {
        Ok(scratch) => scratch,
        Err(error) => return failed("making a folder", error),
    };
    let layout = &*make(&around(&program.definition, &scratch));
    let targets = match plan(&program.definition, layout, version) {
        Ok(targets) => targets,
        Err(reason) => return Outcome::Skipped(reason.into_owned()),
    };
    let target = scratch.target();
    let below = target.strip_prefix(scratch.path()).unwrap_or(&target).join(LAYOUT);
    let archive = archive.map(|bytes| {
        let files = [(ARCHIVED.to_owned(), bytes.to_vec())].into();
        Memory { files, ..Memory::default() }
    });
    let given = archive.as_ref().unwrap_or(layout);
    match place(given, &scratch, &below) {
        Ok(()) => {}
        // A digest can be longer than a name in a file system: then no program can be asked.
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => {
            return Outcome::Skipped(format!("the layout cannot be kept in files: {}", error.kind()));
        }
        Err(error) => return failed("writing the layout", error),
    }
    let root_files = program.definition.wants_root_files().then(|| conversion::root_files(layout, version));
    if let Some(files) = &root_files
        && let Err(error) = place(files, &scratch, &below.with_file_name(ROOTFS))
    {
        return failed("writing the root file system", error);
    }
    let canary = match Canary::plant(&scratch) {
        Ok(canary) => canary,
        Err(error) => return failed("planting the canary", error),
    };
    let root_files = root_files.as_ref();
    let (scratch, canary) = (&scratch, &canary);
    let is_archived = archive.is_some();
    let call = Call {
        program,
        installed,
        layout,
        given,
        is_archived,
        root_files,
        version,
        scratch,
        canary,
        is_aimed,
    };
    let mut accepted = Outcome::accepted();
    for (at, target) in targets.iter().enumerate() {
        match call.run(target, at) {
            Outcome::Accepted { .. } => {}
            // Of several images only one can be compared, and nothing tells which.
            Outcome::Converted(_) if targets.len() > 1 => {}
            outcome @ Outcome::Converted(_) => accepted = outcome,
            outcome => return outcome,
        }
    }
    accepted
}

/// What is around the folder that the first call of a program writes to.
fn around(definition: &Definition, scratch: &Scratch) -> Place {
    let canary = Canary::folder(scratch);
    let below = definition.tree.as_deref().map_or(0, |tree| Path::new(tree).components().count());
    let name = canary.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Place {
        from_root: format!("{}../../{name}", "../".repeat(below)).into_bytes(),
        canary: canary.into_os_string().into_vec(),
    }
}

struct Call<'c> {
    program: &'c Program,
    installed: &'c Installed,
    /// The layout that it has to see.
    layout: &'c Memory,
    /// What is in the folder that it is given: the layout, or an archive of it.
    given: &'c Memory,
    is_archived: bool,
    root_files: Option<&'c Memory>,
    version: SpecVersion,
    scratch: &'c Scratch,
    canary: &'c Canary,
    is_aimed: bool,
}

impl Call<'_> {
    fn run(&self, target: &Target, at: usize) -> Outcome {
        let definition = &self.program.definition;
        let image = image::of(self.layout, target.descriptor.as_deref(), self.version);
        let is_given_layers = definition.commands().any(|(_, command)| uses(command, LAYERS));
        if is_given_layers && image.is_none() {
            return Outcome::Skipped("there is no image whose layers could be given to it".into());
        }
        let (is_image, image) = (image.is_some(), image.unwrap_or_default());
        let wanted = match definition.role {
            Role::Unpacker => unpacked::of(self.layout, &image.layers).ok(),
            _ => None,
        };
        if definition.output == Some(Output::Tree)
            && let Some(reason) = wanted.as_ref().and_then(Wanted::beyond_reach)
        {
            return Outcome::Skipped(reason.into());
        }
        let paths = Paths {
            layout: self.scratch.target().join(LAYOUT),
            rootfs: self.scratch.target().join(ROOTFS),
            output: self.scratch.target().join(format!("{COPY}{at}")),
        };
        let mut command = self.command(target, &image, &paths, at);
        if definition.protocol == Protocol::Lines {
            let line = lines::request(definition, target, &paths.layout, &paths.output, self.version);
            command = command.stdin(Stdin::Bytes(line));
        }
        let began = SystemTime::now();
        let ran = match self.program.confiner.run(&command, self.scratch, &self.program.limits) {
            Ok(ran) => ran,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        if let Some(disturbed) = self.disturbed() {
            return Outcome::Escaped(disturbed);
        }
        let names = Names::new(&[
            (&paths.layout, "{layout}"),
            (&paths.output, "{output}"),
            (&paths.rootfs, "{rootfs}"),
            (self.scratch.path(), "{scratch}"),
        ]);
        if let Some(printed) = self.printed(&ran) {
            return Outcome::Printed(printed);
        }
        let outcome = classify(definition, &ran, &self.program.limits, &names);
        if !matches!(outcome, Outcome::Accepted { .. } | Outcome::Rejected(_)) {
            return outcome;
        }
        let mut altered = compare::source(self.given, &paths.layout);
        if let (Some(root), Outcome::Accepted { .. }) = (definition.root, &outcome) {
            let descriptor = target.descriptor.as_deref();
            altered =
                altered.or_else(|| compare::copy(self.layout, root, descriptor, &paths.output, self.version));
        }
        if let Some(files) = self.root_files {
            altered = altered.or_else(|| compare::source(files, &paths.rootfs));
        }
        if let Some(what) = altered {
            return Outcome::Altered(names.stable(&what));
        }
        match (&outcome, wanted) {
            (Outcome::Accepted { .. }, Some(wanted)) => {
                let kept = Kept { owners: ran.in_force.own_root, began: Some(began) };
                self.unpacked(&paths.output, &wanted, kept)
            }
            (Outcome::Accepted { .. }, None) if definition.output == Some(Output::RuntimeConfig) => {
                converted(&paths.output)
            }
            (Outcome::Accepted { .. }, None) if definition.identifies => {
                lines::identified(&ran.stdout.text(), is_image.then_some(&image))
            }
            _ => match outcome {
                Outcome::Rejected(words) if self.is_aimed && self.is_left(&paths.output) => {
                    Outcome::Left(words)
                }
                outcome => outcome,
            },
        }
    }

    /// Whether there is a tree, or an archive, where that of the image was to be.
    fn is_left(&self, output: &Path) -> bool {
        let definition = &self.program.definition;
        let root = definition.tree.as_ref().map_or(output.to_owned(), |tree| output.join(tree));
        definition.role == Role::Unpacker && root.symlink_metadata().is_ok()
    }

    /// What it printed of an image that acts on a terminal, or reads like a line of somebody else's.
    fn printed(&self, ran: &Ran) -> Option<String> {
        let acts = |it: &char| it.is_ascii_control() && !matches!(it, '\n' | '\t' | '\r');
        [ran.stdout.text(), ran.stderr.text()].iter().filter(|_| self.is_aimed).find_map(|text| {
            let control = text.chars().find(acts).map(|it| format!("the character {}", it.escape_unicode()));
            control.or_else(|| {
                let forged = text.lines().any(|line| line.starts_with(FORGED));
                forged.then(|| format!("a line that begins with {FORGED}"))
            })
        })
    }

    /// Whether what an unpacker made is what the layers describe.
    fn unpacked(&self, output: &Path, wanted: &Wanted, kept: Kept) -> Outcome {
        let definition = &self.program.definition;
        let found = match definition.output {
            Some(Output::Archive) => unpacked::read_archive(output),
            _ => {
                let root = definition.tree.as_ref().map_or(output.to_owned(), |tree| output.join(tree));
                unpacked::capture(&root, kept.owners.then_some(self.scratch))
            }
        };
        let differences = match found {
            Ok(found) => wanted.differences(&found, kept),
            Err(error) => {
                Differences::new([format!("it reports success, and there is no tree: {}", error.kind())])
            }
        };
        if differences.is_empty() { Outcome::accepted() } else { Outcome::Wrong(differences) }
    }

    /// The call as one program: the command itself, or a script if there is more to do.
    fn command(&self, target: &Target, image: &Image, paths: &Paths, at: usize) -> Command {
        let definition = &self.program.definition;
        let filled = |command: &[String]| -> Vec<String> {
            let (name, args) =
                command.split_first().map_or((None, command), |(name, args)| (Some(name), args));
            let name = name.map(|name| self.installed.executable(name).to_string_lossy().into_owned());
            let words = args.iter().flat_map(|word| match word.as_str() {
                LAYERS => image.layers.iter().map(|layer| path(&paths.layout.join(layer))).collect(),
                DIFF_IDS => image.diff_ids.clone(),
                word => vec![fill(word, target, paths)],
            });
            name.into_iter().chain(words).collect()
        };
        let first = match (&definition.archive, &definition.unnamed) {
            (Some(archive), _) if self.is_archived => archive,
            (_, Some(unnamed)) if target.unnamed => unnamed,
            _ => &definition.command,
        };
        let first = filled(first);
        let service = definition.service.as_ref().map(|service| (filled(&service.command), &service.ready));
        let command = if definition.then.is_empty() && service.is_none() {
            let (name, args) =
                first.split_first().map_or(("", &first[..]), |(name, args)| (name.as_str(), args));
            Command::new(name).args(args)
        } else {
            let mut commands = vec![first];
            commands.extend(definition.then.iter().map(|command| filled(command)));
            let service = service.as_ref().map(|(command, ready)| driver::Service { command, ready });
            let pipe = self.scratch.tmp().join(format!("service{at}"));
            let script =
                driver::script(&commands, &definition.accepted, service.as_ref(), &pipe.to_string_lossy());
            Command::new("/bin/sh").args(["-c", &script])
        };
        let command = if definition.needs(Need::OwnRoot) { command.own_root() } else { command };
        if definition.needs(Need::Loopback) { command.loopback() } else { command }
    }

    /// What was disturbed beside the layout and the copies.
    fn disturbed(&self) -> Option<String> {
        let mut disturbed: Vec<String> =
            self.canary.check(self.scratch).iter().map(ToString::to_string).collect();
        for entry in fs::read_dir(self.scratch.target()).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Beside its copy a program may keep a temporary one, under a name that is its own.
            let is_given = name == LAYOUT || (name == ROOTFS && self.root_files.is_some());
            if !is_given && !name.starts_with(COPY) && !name.starts_with(&format!(".{COPY}")) {
                disturbed.push(format!("target/{}: appeared", name.escape_debug()));
            }
        }
        disturbed.sort();
        disturbed.truncate(3);
        (!disturbed.is_empty()).then(|| disturbed.join("; "))
    }
}

struct Paths {
    layout: PathBuf,
    rootfs: PathBuf,
    output: PathBuf,
}

/// What a converter that took the image wrote.
fn converted(output: &Path) -> Outcome {
    let wrong = |what: String| Outcome::Wrong(Differences::new([what]));
    let limits = json::Limits::default();
    let folder = output.parent().map(Directory::open);
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let bytes = match folder {
        Some(Ok(folder)) => read_file(&folder, &name, limits.bytes),
        _ => Err(OpenError::Missing),
    };
    match bytes {
        Ok(bytes) => match Document::parse(&bytes, &limits) {
            Ok(document) => Outcome::Converted(Box::new(RuntimeConfig::read(document.root()))),
            Err(anomaly) => wrong(format!("the runtime configuration: {}", anomaly.kind)),
        },
        Err(error) => wrong(format!("it reports success, and of the runtime configuration: {error}")),
    }
}

/// Puts the values in place of the placeholders, once: what is put in is not looked at again.
fn fill(word: &str, target: &Target, paths: &Paths) -> String {
    let mut filled = String::new();
    let mut rest = word;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        filled.push_str(before);
        let length = from.find('}').map_or(from.len(), |end| end + 1);
        let (placeholder, after) = from.split_at(length);
        match placeholder {
            "{layout}" => filled.push_str(&path(&paths.layout)),
            ARCHIVE => filled.push_str(&path(&paths.layout.join(ARCHIVED))),
            "{output}" => filled.push_str(&path(&paths.output)),
            "{rootfs}" => filled.push_str(&path(&paths.rootfs)),
            "{ref}" => filled.push_str(&target.name),
            "{digest}" => filled.push_str(&target.digest),
            "{port}" => filled.push_str(PORT),
            _ => {
                filled.push('{');
                rest = &from[1..];
                continue;
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What the end of a run means.
fn classify(definition: &Definition, ran: &Ran, limits: &Limits, names: &Names) -> Outcome {
    const MIB: u64 = 1 << 20;
    let (stderr, stdout) = (ran.stderr.text(), ran.stdout.text());
    let has_script = definition.service.is_some() || !definition.then.is_empty();
    let words = |wanted: &[String]| {
        let words = names.telling(&[&stderr, &stdout], wanted);
        words.unwrap_or_else(|| format!("{:?} without a word", ran.exit))
    };
    let code = match ran.exit {
        Exit::TimedOut => return Outcome::Hung,
        Exit::Stopped => return Outcome::Failed("it was stopped".to_owned()),
        Exit::TooMuchOutput => {
            return Outcome::Exhausted(format!("more than {} MiB of output", limits.output / MIB));
        }
        Exit::TooMuchMemory => {
            return Outcome::Exhausted(format!("more than {} MiB of memory", limits.memory / MIB));
        }
        Exit::TooMuchDisk => {
            return Outcome::Exhausted(format!(
                "more than {} MiB or {} files on disk",
                limits.disk / MIB,
                limits.files
            ));
        }
        Exit::TooManyTasks => return Outcome::Exhausted(format!("more than {} tasks", limits.tasks)),
        Exit::Exited(code) => Some(code),
        Exit::Signalled(_) => None,
    };
    // In a script, the output of the service is standard output, and its crash is one too.
    let tells = |texts: &[String]| {
        texts.iter().any(|text| stderr.contains(text) || (has_script && stdout.contains(text)))
    };
    if tells(&definition.exhausted) {
        return Outcome::Exhausted(words(&definition.exhausted));
    }
    if tells(&definition.crashed) {
        return Outcome::Crashed(words(&definition.crashed));
    }
    let complaint = stderr.lines().find(|line| line.starts_with(COMPLAINT)).filter(|_| has_script);
    if definition.protocol == Protocol::Lines && code.is_some() {
        return match lines::outcome(&stdout, &format!("{:?}", ran.exit), &words(&[])) {
            Outcome::Rejected(words) => Outcome::Rejected(names.stable(&words)),
            outcome => outcome,
        };
    }
    match (code, ran.exit) {
        (None, Exit::Signalled(signal)) => Outcome::Crashed(format!("signal {signal} ended it")),
        _ if complaint.is_some() => Outcome::Failed(names.stable(complaint.unwrap_or_default())),
        (Some(code), _) if definition.accepted.contains(&code) => Outcome::accepted(),
        (Some(code), _) if definition.refused.contains(&code) => Outcome::Rejected(words(&[])),
        (code, _) => {
            let status = code
                .map_or_else(String::new, |code| format!("exit status {code}, which has no meaning here: "));
            Outcome::Failed(format!("{status}{}", words(&[])))
        }
    }
}
