//! Measures the targets: `reports/fuzzing.md` and `reports/fuzzing.svg`.
//!
//! Executions a second from the committed seeds, beside those of bare loops around parsers of others; and for targets
//! whose inputs have a structure, what is reached in the same time by mutations of that and by those of bytes alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Instant, SystemTime};

use seaworthy_fuzz::targets::{ALL, Input, Target, feedback, find};

/// Bare loops, and the target that reads the same kind of input.
const BARE: [(&str, &str); 3] =
    [("bare_serde_json", "document_bytes"), ("bare_oci_spec", "oci_spec"), ("bare_tar", "tar_blocks")];
/// How many seeds a comparison starts from.
const FEW: usize = 8;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (binaries, seconds) = match &arguments[..] {
        [binaries] => (binaries, Ok(60)),
        [binaries, seconds] => (binaries, seconds.parse()),
        _ => {
            eprintln!("usage: measure FOLDER-OF-BINARIES [SECONDS]; fuzz/measure calls it");
            return ExitCode::from(2);
        }
    };
    let Ok(seconds) = seconds else {
        eprintln!("measure: {:?} is no number of seconds", arguments[1]);
        return ExitCode::from(2);
    };
    match measure(Path::new(binaries), seconds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("measure: {error}");
            ExitCode::from(3)
        }
    }
}

/// One run of libFuzzer.
struct Run {
    binary: String,
    target: &'static Target,
    mutator: &'static str,
    few: bool,
}

/// What came of it.
#[derive(Debug, Default)]
struct Reached {
    executions: u64,
    seconds: f64,
    /// Edges, by the time since the start.
    edges: Vec<(f64, f64)>,
    /// Requirements that fired, each at each level.
    rules: Vec<(f64, f64)>,
    /// Whether it ended before its time, since it found something.
    has_found: bool,
}

/// Each run by its binary, its mutator, and whether it began from a few seeds.
type Results = BTreeMap<(String, &'static str, bool), Reached>;

fn measure(binaries: &Path, seconds: u64) -> io::Result<()> {
    let of =
        |target: &'static Target, mutator, few| Run { binary: target.name.to_owned(), target, mutator, few };
    let mut runs: Vec<Run> = ALL.iter().map(|target| of(target, "structure", false)).collect();
    let bare = BARE.iter().filter_map(|(binary, target)| Some((binary, find(target)?)));
    runs.extend(
        bare.map(|(binary, target)| Run { binary: (*binary).to_owned(), ..of(target, "bytes", false) }),
    );
    for target in ALL.iter().filter(|target| !matches!(target.input, Input::Choices | Input::Text)) {
        runs.extend(["structure", "bytes"].map(|mutator| of(target, mutator, true)));
    }
    let queue = Mutex::new(runs.into_iter());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    let results: Mutex<Results> = Mutex::default();
    let failed: Mutex<Option<io::Error>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(run) = next() {
                    match perform(&run, binaries, seconds) {
                        Ok(reached) => {
                            println!("{} {}: {} executions", run.binary, run.mutator, reached.executions);
                            let key = (run.binary, run.mutator, run.few);
                            results.lock().map(|mut results| results.insert(key, reached)).ok();
                        }
                        Err(error) => {
                            let error = io::Error::other(format!("{}: {error}", run.binary));
                            failed.lock().map(|mut failed| *failed = Some(error)).ok();
                        }
                    }
                }
            });
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_default() {
        return Err(error);
    }
    let results = results.into_inner().unwrap_or_default();
    fs::write("reports/fuzzing.md", table(&results, seconds, workers))?;
    fs::write("reports/fuzzing.svg", charts(&results, seconds))
}

/// Fuzzes with a corpus of its own.
fn perform(run: &Run, binaries: &Path, seconds: u64) -> io::Result<Reached> {
    let folder = tempfile::tempdir()?;
    let (seeds, corpus) = (folder.path().join("seeds"), folder.path().join("corpus"));
    fs::create_dir(&seeds)?;
    fs::create_dir(&corpus)?;
    for (name, bytes) in if run.few { few(run.target)? } else { all(run.target)? } {
        fs::write(seeds.join(name), bytes)?;
    }
    let options = fs::read_to_string(format!("fuzz/fuzz_targets/{}.options", run.target.name))?;
    let options =
        options.lines().filter(|line| line.contains('=')).map(|line| format!("-{}", line.replace(' ', "")));
    let artifacts = format!("target/fuzz/artifacts/{}", run.binary);
    fs::create_dir_all(&artifacts)?;
    let start = SystemTime::now();
    let clock = Instant::now();
    let mut process = Command::new(binaries.join(&run.binary))
        .args(options)
        // An input keeps the time at which it was found.
        .args(["-reduce_inputs=0", "-print_final_stats=1", "-reload=0", "-seed=1"])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={artifacts}/"))
        .args([&corpus, &seeds])
        .env("FUZZ_MUTATOR", run.mutator)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut reached = Reached::default();
    let Some(said) = process.stderr.take() else { return Err(io::Error::other("it says nothing")) };
    let mut last = Vec::new();
    for line in BufReader::new(said).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        let now = clock.elapsed().as_secs_f64();
        if let Some(edges) = number_after(&line, " cov: ").filter(|_| line.starts_with('#')) {
            reached.edges.push((now, edges as f64));
        }
        if let Some(executions) = number_after(&line, "stat::number_of_executed_units:") {
            (reached.executions, reached.seconds) = (executions, now);
        }
        last.push(line);
        last.drain(..last.len().saturating_sub(20));
    }
    if !process.wait()?.success() {
        let Some(line) = last.iter().find(|line| line.contains("Test unit written to")) else {
            return Err(io::Error::other(last.join("\n")));
        };
        eprintln!("{} {}: {line}", run.binary, run.mutator);
        reached.has_found = true;
    }
    if run.few {
        reached.rules = rules(run.target, &corpus, start)?;
    }
    Ok(reached)
}

fn number_after(line: &str, words: &str) -> Option<u64> {
    let (_, rest) = line.split_once(words)?;
    rest.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn all(target: &Target) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut seeds = Vec::new();
    for file in fs::read_dir(format!("corpus/seeds/{}", target.name))? {
        let path: PathBuf = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        seeds.push((name, fs::read(&path)?));
    }
    seeds.sort();
    Ok(seeds)
}

/// A few seeds that break no requirement, so that each that is broken later was found.
fn few(target: &Target) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut seeds = all(target)?;
    seeds.retain(|(_, bytes)| {
        feedback::take();
        (target.run)(bytes);
        feedback::take().is_empty()
    });
    seeds.truncate(FEW);
    Ok(seeds)
}

/// How many requirements had fired when each input was found that broke another one.
fn rules(target: &Target, corpus: &Path, start: SystemTime) -> io::Result<Vec<(f64, f64)>> {
    let mut found = Vec::new();
    for file in fs::read_dir(corpus)? {
        let file = file?;
        let time = file.metadata()?.modified()?.duration_since(start).unwrap_or_default();
        found.push((time, file.path()));
    }
    found.sort();
    let (mut fired, mut curve) = (BTreeSet::new(), vec![(0.0, 0.0)]);
    feedback::take();
    for (time, path) in found {
        (target.run)(&fs::read(path)?);
        let before = fired.len();
        fired.append(&mut feedback::take());
        if fired.len() > before {
            curve.push((time.as_secs_f64(), fired.len() as f64));
        }
    }
    Ok(curve)
}

fn table(results: &Results, seconds: u64, workers: usize) -> String {
    let mut text = format!(
        "# Fuzzing, measured\n\nMade by `fuzz/measure {seconds}`: {seconds} seconds for each run, {workers} at the same \
         time on as many cores. Other machines come to other numbers.\n\n## Executions a second\n\nFrom the committed \
         seeds. A bare loop only parses, with a parser of others and libFuzzer's own mutations.\n\n\
         | target | executions a second | bare loop |\n|---|--:|--:|\n"
    );
    let rate = |reached: &Reached| reached.executions as f64 / reached.seconds.max(0.001);
    for ((name, ..), reached) in results.iter().filter(|((name, _, few), _)| !few && find(name).is_some()) {
        let bare = BARE.iter().filter(|(_, target)| target == name).find_map(|(bare, _)| {
            let reached = results.get(&((*bare).to_owned(), "bytes", false))?;
            Some(format!("{:.0} ({})", rate(reached), bare.trim_start_matches("bare_")))
        });
        let _ = writeln!(text, "| `{name}` | {:.0} | {} |", rate(reached), bare.unwrap_or_default());
    }
    let found: BTreeSet<String> = results
        .iter()
        .filter(|(_, reached)| reached.has_found)
        .map(|((name, ..), _)| format!("`{name}`"))
        .collect();
    if !found.is_empty() {
        let found: Vec<String> = found.into_iter().collect();
        let _ =
            writeln!(text, "\nEnded before their time, since they found something: {}.", found.join(", "));
    }
    let _ = write!(
        text,
        "\n## Mutations of structure and of bytes\n\nWhat is reached in the same time from at most {FEW} seeds that break no \
         requirement: edges of the code, and requirements that fire, each at each level. Targets whose input is choices \
         make everything from bytes anyhow.\n\n![Edges and requirements over time](fuzzing.svg)\n\n\
         | target | edges, structure | edges, bytes | requirements, structure | requirements, bytes |\n\
         |---|--:|--:|--:|--:|\n"
    );
    let last = |curve: &[(f64, f64)]| curve.last().map_or(0.0, |point| point.1);
    for (target, structure, bytes) in pairs(results) {
        let requirements = |reached: &Reached| match last(&reached.rules) {
            0.0 => "-".to_owned(),
            count => count.to_string(),
        };
        let _ = writeln!(
            text,
            "| `{target}` | {} | {} | {} | {} |",
            last(&structure.edges),
            last(&bytes.edges),
            requirements(structure),
            requirements(bytes)
        );
    }
    text
}

/// The runs of both kinds of mutation on each target.
fn pairs(results: &Results) -> Vec<(&str, &Reached, &Reached)> {
    let of = |name: &str, mutator: &'static str| results.get(&(name.to_owned(), mutator, true));
    let both = |target: &'static Target| {
        Some((target.name, of(target.name, "structure")?, of(target.name, "bytes")?))
    };
    ALL.iter().filter_map(both).collect()
}

/// A chart for each target and what it counts.
fn charts(results: &Results, seconds: u64) -> String {
    const WIDTH: f64 = 360.0;
    const HEIGHT: f64 = 190.0;
    let mut all = Vec::new();
    for (target, structure, bytes) in pairs(results) {
        all.push((format!("{target}: edges"), &structure.edges, &bytes.edges));
        if structure.rules.len() > 1 {
            all.push((format!("{target}: requirements"), &structure.rules, &bytes.rules));
        }
    }
    let rows = all.len().div_ceil(2);
    let (width, height) = (2.0 * WIDTH + 20.0, rows as f64 * HEIGHT + 40.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\" role=\"img\" aria-label=\"What mutations of structure and of bytes reach over {seconds} \
         seconds\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (at, (title, structure, bytes)) in all.into_iter().enumerate() {
        let (left, top) = ((at % 2) as f64 * WIDTH + 60.0, (at / 2) as f64 * HEIGHT + 30.0);
        let (wide, high) = (WIDTH - 80.0, HEIGHT - 60.0);
        let top_value = [structure, bytes].into_iter().flatten().map(|point| point.1).fold(1.0, f64::max);
        let _ = writeln!(
            svg,
            "<text x=\"{left}\" y=\"{:.0}\" font-weight=\"bold\">{title}</text>\n<path d=\"M{left} {top}v{high}h{wide}\" \
             fill=\"none\" stroke=\"#888\"/>\n<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{top_value}</text>\n<text \
             x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">0</text>\n<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{seconds} \
             s</text>",
            top - 8.0,
            left - 6.0,
            top + 10.0,
            left - 6.0,
            top + high,
            left + wide,
            top + high + 16.0
        );
        for (name, curve, colour, dash) in
            [("bytes", bytes, "#b35900", "5 3"), ("structure", structure, "#0550ae", "none")]
        {
            let mut path = String::new();
            let scale = |value: f64| top + high - value / top_value * high;
            for (index, &(time, value)) in curve.iter().enumerate() {
                let x = left + (time / seconds as f64).min(1.0) * wide;
                // Nothing is reached gradually.
                let _ = match index {
                    0 => write!(path, "M{x:.1} {:.1}", scale(value)),
                    _ => write!(path, "H{x:.1}V{:.1}", scale(value)),
                };
            }
            let last = curve.last().map_or(0.0, |point| point.1);
            let below = if name == "bytes" { 14.0 } else { -4.0 };
            let _ = writeln!(
                svg,
                "<path d=\"{path}H{:.1}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
                 stroke-dasharray=\"{dash}\"/>\n<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\" \
                 fill=\"{colour}\">{name}</text>",
                left + wide,
                left + wide,
                scale(last) + below
            );
        }
    }
    svg + "</svg>\n"
}
