//! Where reports go: files, written beside their place and then renamed, and standard output.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use anyhow::Context;
use clap::ValueEnum;
use jiff::Timestamp;
use seaworthy_image::spec::SpecVersion;
use tempfile::NamedTempFile;

use super::model::{Counts, FORMAT, Kind, Report, Subject, TestResult};
use super::redact::redact_command;
use crate::interrupt::Temporary;

use super::{Format, format, human, jsonl, of_check, of_registry, of_test};

/// A format and where it goes, as on the command line: `FORMAT=FILE`, or `FORMAT=-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// The file; none for standard output.
    pub file: Option<PathBuf>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Target, String> {
        let names = || {
            let names: Vec<&str> = Format::value_variants().iter().map(|format| format.name()).collect();
            names.join(", ")
        };
        let (name, file) = text
            .split_once('=')
            .ok_or_else(|| format!("it has to be FORMAT=FILE; the formats are {}", names()))?;
        let format = Format::from_str(name, true)
            .map_err(|_| format!("there is no format {name:?}; the formats are {}", names()))?;
        match file {
            "" => Err(format!("the file is missing: {name}=FILE, or {name}=- for standard output")),
            "-" => Ok(Target { format, file: None }),
            file => Ok(Target { format, file: Some(PathBuf::from(file)) }),
        }
    }
}

/// A report of this run with everything that is known before it begins.
pub fn begin(kind: Kind, version: SpecVersion) -> Report {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let mut command = vec!["seaworthy".to_owned()];
    command.extend(redact_command(&arguments));
    Report {
        format: FORMAT,
        seaworthy: env!("CARGO_PKG_VERSION").to_owned(),
        kind,
        specifications: BTreeMap::from([("image-spec".to_owned(), version.as_str().to_owned())]),
        command,
        seed: None,
        plain: None,
        level: None,
        strict: false,
        shard: None,
        confinement: None,
        started: Some(
            source_date().unwrap_or_else(Timestamp::now).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ),
        seconds: None,
        counts: Counts::default(),
        requirements: BTreeMap::new(),
        subjects: Vec::new(),
    }
}

/// The time that `SOURCE_DATE_EPOCH` asks reports to carry, so that two runs make the same bytes.
pub fn source_date() -> Option<Timestamp> {
    let seconds = std::env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok()?;
    Timestamp::from_second(seconds).ok()
}

/// The reports that a run writes.
pub struct Outputs {
    list: Vec<Output>,
    started: Instant,
    verbose: bool,
    version: SpecVersion,
}

struct Output {
    format: Format,
    sink: Sink,
    path: Option<PathBuf>,
}

enum Sink {
    Stdout(Box<dyn Write + Send>),
    File(BufWriter<Beside>),
}

impl Outputs {
    /// Opens every target: a file that cannot be written is noticed before the run.
    ///
    /// # Errors
    ///
    /// A file's folder does not exist or cannot be written to, or standard output is named twice.
    pub fn open(
        targets: &[Target],
        stdout: impl FnMut() -> Box<dyn Write + Send>,
        version: SpecVersion,
        verbose: bool,
    ) -> anyhow::Result<Outputs> {
        let mut stdout = stdout;
        if targets.iter().filter(|target| target.file.is_none()).count() > 1 {
            let why = "only one report can go to standard output; name a file for the others: FORMAT=FILE";
            return Err(crate::cli::Usage(why.to_owned()).into());
        }
        let open = |target: &Target| -> anyhow::Result<Output> {
            let sink = match &target.file {
                None => Sink::Stdout(stdout()),
                // It tells of a run while that goes on, and by its last line whether it has ended.
                Some(path) if target.format == Format::Jsonl => {
                    Sink::File(BufWriter::new(Beside::itself(path)?))
                }
                Some(path) => Sink::File(BufWriter::new(Beside::new(path)?)),
            };
            Ok(Output { format: target.format, sink, path: target.file.clone() })
        };
        let list = targets.iter().map(open).collect::<anyhow::Result<_>>()?;
        Ok(Outputs { list, started: Instant::now(), verbose, version })
    }

    /// Writes what can be said before the first result.
    ///
    /// # Errors
    ///
    /// An output cannot be written.
    pub fn begin(&mut self, report: &Report) -> io::Result<()> {
        self.each(Format::Jsonl, |out| jsonl::begin(report, out))
    }

    /// Writes an image that was checked, where that is done at once.
    ///
    /// # Errors
    ///
    /// An output cannot be written.
    pub fn image(&mut self, report: &Report, subject: &Subject) -> io::Result<()> {
        self.each(Format::Human, |out| human::image(report, subject, out))?;
        self.each(Format::Jsonl, |out| {
            subject.results.iter().try_for_each(|result| jsonl::result(&subject.name, result, out))
        })
    }

    /// Writes a result of a subject, where that is done at once.
    ///
    /// # Errors
    ///
    /// An output cannot be written.
    pub fn result(&mut self, subject: &str, result: &TestResult) -> io::Result<()> {
        self.each(Format::Jsonl, |out| jsonl::result(subject, result, out))
    }

    /// Completes the report and writes it everywhere; files take their places.
    ///
    /// # Errors
    ///
    /// An output cannot be written.
    pub fn finish(self, report: &mut Report) -> anyhow::Result<()> {
        complete(report, self.version);
        if source_date().is_none() {
            report.seconds = Some((self.started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0);
        }
        for mut output in self.list {
            let shown = output.path.as_ref().map_or("-".into(), |path| path.display().to_string());
            write_end(report, output.format, self.verbose, &mut output.sink)
                .and_then(|()| output.sink.close())
                .with_context(|| format!("the report {}={shown} cannot be written", output.format.name()))?;
        }
        Ok(())
    }

    /// Writes a report that is complete already.
    ///
    /// # Errors
    ///
    /// An output cannot be written.
    pub fn write_all(
        report: &Report,
        targets: &[Target],
        stdout: impl FnMut() -> Box<dyn Write + Send>,
    ) -> anyhow::Result<()> {
        let outputs = Outputs::open(targets, stdout, report.image_spec(), false)?;
        for mut output in outputs.list {
            format::write(report, output.format, &mut output.sink)
                .and_then(|()| output.sink.close())
                .with_context(|| format!("the report in {} cannot be written", output.format.name()))?;
        }
        Ok(())
    }

    fn each(
        &mut self,
        format: Format,
        mut act: impl FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        for output in self.list.iter_mut().filter(|output| output.format == format) {
            act(&mut output.sink)?;
            output.sink.flush()?;
        }
        Ok(())
    }
}

/// Counts what a report holds, and adds the requirements that it names and this program knows.
pub fn complete(report: &mut Report, version: SpecVersion) {
    report.counts = Counts::default();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for subject in &report.subjects {
        report.counts.add(&subject.counts);
        for result in &subject.results {
            named.extend(result.requirement.as_deref());
            named.extend(result.findings.iter().map(|finding| finding.requirement.as_str()));
        }
    }
    let of_registries = report.specifications.get("distribution-spec").and_then(|text| text.parse().ok());
    let requirement = |id: &str| match of_registries {
        Some(version) if report.kind == Kind::Registry => of_registry::requirement(id, version),
        _ => of_check::requirement(id, version).or_else(|| of_test::family(id)),
    };
    let known = named.into_iter().filter_map(|id| Some((id.to_owned(), requirement(id)?)));
    let known: Vec<_> = known.collect();
    for (id, requirement) in known {
        report.requirements.entry(id).or_insert(requirement);
    }
}

/// Writes what is left to write at the end.
fn write_end(report: &Report, format: Format, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    match (format, report.kind) {
        // Every image is on it already.
        (Format::Human, Kind::Check) => Ok(()),
        (Format::Human, _) => human::write(report, verbose, out),
        (Format::Jsonl, _) => jsonl::end(report, out),
        (format, _) => format::write(report, format, out),
    }
}

/// Writes one file, beside its place first.
///
/// # Errors
///
/// The file cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = Beside::new(path)?;
    file.write_all(bytes).and_then(|()| file.place()).with_context(|| path.display().to_string())
}

/// A file that is written, and how it comes to its name.
#[derive(Debug)]
pub(crate) enum Beside {
    /// A temporary file in the folder of what it is to become.
    New {
        /// The file.
        file: NamedTempFile,
        /// What it is to become.
        path: PathBuf,
        /// Its guard against an interrupt.
        _temporary: Temporary,
    },
    /// The file itself.
    Itself(File),
}

impl Beside {
    /// What is there already and is no regular file, as a pipe or a device, is written to as it is; a link stays one.
    ///
    /// # Errors
    ///
    /// It cannot be made: the error names the file that it was meant for.
    pub fn new(path: &Path) -> anyhow::Result<Beside> {
        let path = match std::fs::metadata(path) {
            Ok(there) if there.is_file() => std::fs::canonicalize(path)?,
            Ok(_) => return Beside::itself(path),
            Err(_) => path.to_owned(),
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A temporary file is its owner's alone; a report is what any other new file would be.
        let permissions = std::fs::Permissions::from_mode(0o666);
        let file =
            tempfile::Builder::new().prefix(".seaworthy-").permissions(permissions).tempfile_in(folder);
        // The name that a temporary file would have had tells nobody anything.
        let file = file.map_err(|error| {
            let text = error.to_string();
            let cause = text.rsplit_once(" at path ").map_or(text.as_str(), |(cause, _)| cause);
            io::Error::new(error.kind(), cause)
        });
        let file = file.with_context(|| {
            format!("{} cannot be written in the folder {}", path.display(), folder.display())
        })?;
        let _temporary = Temporary::new(file.path());
        Ok(Beside::New { file, path, _temporary })
    }

    /// A file that others may read while it is written.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn itself(path: &Path) -> anyhow::Result<Beside> {
        let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Beside::Itself(file))
    }

    /// The file while it is written.
    pub fn file(&self) -> &File {
        match self {
            Beside::New { file, .. } => file.as_file(),
            Beside::Itself(file) => file,
        }
    }

    /// Gives it its name.
    pub fn place(self) -> io::Result<()> {
        match self {
            Beside::New { file, path, .. } => file.persist(path).map(drop).map_err(|error| error.error),
            Beside::Itself(_) => Ok(()),
        }
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Sink {
    fn close(self) -> io::Result<()> {
        match self {
            Sink::Stdout(mut out) => out.flush(),
            Sink::File(out) => out.into_inner()?.place(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Stdout(out) => out.write(bytes),
            Sink::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Stdout(out) => out.flush(),
            Sink::File(out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, symlink};

    use super::*;

    fn opened(target: &str) -> Outputs {
        let stdout = || -> Box<dyn Write + Send> { Box::new(io::sink()) };
        Outputs::open(&[target.parse().unwrap()], stdout, SpecVersion::default(), false).unwrap()
    }

    #[test]
    fn lines_can_be_read_while_the_run_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("run.jsonl");
        let mut report = begin(Kind::Test, SpecVersion::default());
        let mut outputs = opened(&format!("jsonl={}", place.display()));
        outputs.begin(&report).unwrap();
        let text = std::fs::read_to_string(&place).unwrap();
        assert!(text.ends_with("}\n") && !text.contains("\"end\""), "{text}");
        outputs.finish(&mut report).unwrap();
        assert!(std::fs::read_to_string(&place).unwrap().contains("{\"type\":\"end\""));
    }

    #[test]
    fn links_and_pipes_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let write = |name: &str| {
            let outputs = opened(&format!("json={}", at(name).display()));
            outputs.finish(&mut begin(Kind::Test, SpecVersion::default())).unwrap();
        };
        std::fs::write(at("real"), "old").unwrap();
        symlink("real", at("link")).unwrap();
        write("link");
        assert!(at("link").is_symlink());
        let written = std::fs::read_to_string(at("real")).unwrap();
        assert!(written.starts_with('{'), "{written}");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        let pipe = at("pipe");
        let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
        write("pipe");
        assert!(at("pipe").metadata().unwrap().file_type().is_fifo());
        assert!(reader.join().unwrap().starts_with('{'));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing else is left");
    }
}
