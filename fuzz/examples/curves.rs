//! Two curves from what `fuzz/measure` recorded: edges and rules over time, with our mutators and with those of
//! libFuzzer.
//!
//! `fuzz/measure document_bytes 300 >edges.tsv`, then `cargo run -p seaworthy-fuzz --example curves -- rules
//! target/fuzz/measured >rules.tsv`, and `cargo run -p seaworthy-fuzz --example curves -- plot edges.tsv rules.tsv`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use seaworthy_fuzz::documents::judged;
use seaworthy_image::spec::SpecVersion;
use seaworthy_image::views::DocumentKind;

/// What was reached by each mutator, by seconds.
type Curves = BTreeMap<String, BTreeMap<u64, usize>>;

const MUTATORS: [(&str, &str); 2] = [("structure", "#0b6e4f"), ("bytes", "#b3541e")];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["rules", folder] => rules(Path::new(folder)),
        ["plot", edges, rules] => print!("{}", plot(&read(edges), &read(rules))),
        _ => {
            eprintln!("usage: curves rules FOLDER | curves plot EDGES.tsv RULES.tsv");
            std::process::exit(2);
        }
    }
}

/// Prints how many requirements, at how many levels, the inputs in a folder had broken after how many seconds.
fn rules(folder: &Path) {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let modified =
        |path: &Path| seconds(fs::metadata(path).and_then(|file| file.modified()).expect("it can be read"));
    let start = modified(&folder.with_file_name("measured-start"));
    for (mutator, _) in MUTATORS {
        let files = fs::read_dir(folder.join(mutator)).expect("fuzz/measure has run");
        let mut files: Vec<_> = files.map(|file| file.expect("it can be read").path()).collect();
        files.sort_by_key(|path| modified(path));
        let mut reached = BTreeSet::new();
        for path in files {
            let bytes = fs::read(&path).expect("it can be read");
            let before = reached.len();
            for kind in DocumentKind::ALL {
                let findings = judged(&bytes, kind, SpecVersion::Dev).findings;
                reached.extend(findings.into_iter().map(|one| (one.requirement.id.clone(), one.level as u8)));
            }
            if reached.len() > before {
                println!("{mutator}\t{}\t{}", modified(&path).saturating_sub(start), reached.len());
            }
        }
    }
}

fn read(path: &str) -> Curves {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut curves = Curves::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [mutator, seconds, count] = columns[..] else { panic!("{path}: not three columns: {line}") };
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{path}: no number: {line}"));
        curves.entry(mutator.to_owned()).or_default().insert(number(seconds) as u64, number(count));
    }
    curves
}

/// Two plots side by side.
fn plot(edges: &Curves, rules: &Curves) -> String {
    let mut text = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 300\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Edges and rules that a target reaches over time, with two kinds of mutators</title>\n\
         <rect width=\"760\" height=\"300\" fill=\"#fff\"/>\n",
    );
    text += &panel(60, "edges", edges);
    text += &panel(440, "requirements broken, by level", rules);
    text + "</svg>\n"
}

fn panel(left: usize, title: &str, curves: &Curves) -> String {
    const WIDTH: usize = 280;
    const HEIGHT: usize = 200;
    const BOTTOM: usize = 250;
    let all = || curves.values().flatten();
    let last = all().map(|(seconds, _)| *seconds).max().unwrap_or(1).max(1);
    let most = all().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let x = |seconds: u64| left + seconds as usize * WIDTH / last as usize;
    let y = |count: usize| BOTTOM - count * HEIGHT / most;
    let mut text = format!(
        "<text x=\"{left}\" y=\"30\">{title}</text>\n<path d=\"M{left} 50V{BOTTOM}H{}\" fill=\"none\" stroke=\"#444\"/>\n\
         <text x=\"{}\" y=\"54\" text-anchor=\"end\">{most}</text>\n<text x=\"{}\" y=\"{BOTTOM}\" text-anchor=\"end\">0</text>\n\
         <text x=\"{}\" y=\"268\" text-anchor=\"end\">{last} s</text>\n",
        left + WIDTH,
        left - 6,
        left - 6,
        left + WIDTH
    );
    for (mutator, color) in MUTATORS {
        let Some(points) = curves.get(mutator) else { continue };
        let mut path = String::new();
        let mut count = 0;
        for (seconds, reached) in points {
            let sign = if path.is_empty() { "M" } else { "L" };
            if !path.is_empty() {
                // What is reached stays reached until there is more.
                path += &format!("L{} {}", x(*seconds), y(count));
            }
            count = *reached;
            path += &format!("{sign}{} {}", x(*seconds), y(count));
        }
        path += &format!("H{}", left + WIDTH);
        text += &format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{color}\">{mutator}: {count}</text>\n",
            left + WIDTH,
            y(count) - 6
        );
    }
    text
}
