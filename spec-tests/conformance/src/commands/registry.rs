//! `seaworthy registry`: the requirements of distribution-spec against a live registry.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use docker_credential::DockerCredential;
use seaworthy_registry::client::{Client, Connection, Credentials};
use seaworthy_registry::exchange::{Excerpt, Exchange};
use seaworthy_registry::server::{Registry, Settings, serve};
use seaworthy_registry::suite::{self, Checked, Outcome, Plan, Report};
use seaworthy_registry::{Category, SpecVersion};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::check::Conclusion;
use crate::printable::{printable, printable_lines};

/// What to check, and how.
#[derive(Debug)]
pub struct Request {
    /// The registry; the reference registry if there is none.
    pub target: Option<reqwest::Url>,
    /// What the names of repositories begin with: empty, or a path that ends in a slash.
    pub prefix: String,
    /// The version of the specification to judge by.
    pub version: SpecVersion,
    /// Only requirements whose id begins so.
    pub only: Vec<String>,
    /// No requirements whose id begins so.
    pub except: Vec<String>,
    /// Only requirements of these categories.
    pub categories: Vec<Category>,
    /// Names repositories and makes content.
    pub seed: u64,
    /// How long one request may take.
    pub deadline: Duration,
    /// How many requirements are checked at the same time.
    pub jobs: usize,
    /// Who logs in.
    pub credentials: Option<Credentials>,
    /// Certificates to trust besides those of the system, in PEM.
    pub authorities: Vec<u8>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// How to write the report.
    pub format: Format,
    /// Whether to show every requirement.
    pub verbose: bool,
    /// Whether warnings count.
    pub strict: bool,
}

/// How to write the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// Checks a registry and writes the report.
///
/// # Errors
///
/// The client cannot be set up, or the output cannot be written.
pub fn registry(request: &Request, out: &mut dyn Write) -> anyhow::Result<Conclusion> {
    let plan = Plan {
        version: request.version,
        seed: request.seed,
        only: request.only.clone(),
        except: request.except.clone(),
        categories: request.categories.clone(),
        jobs: request.jobs,
        prefix: format!("{}seaworthy/", request.prefix),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (name, report) = runtime.block_on(async {
        let (base, name) = match &request.target {
            Some(url) => (url.clone(), url.as_str().trim_end_matches('/').to_owned()),
            None => (embedded(request.version).await?, "the reference registry".to_owned()),
        };
        let client = Client::new(Connection {
            deadline: request.deadline,
            authorities: request.authorities.clone(),
            insecure: request.insecure,
            credentials: request.credentials.clone(),
            ..Connection::new(base)
        })?;
        anyhow::Ok((name, suite::run(client, &plan).await))
    })?;
    match request.format {
        Format::Human => human(&name, request, &report, out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &document(&name, request, &report))?;
            writeln!(out)?;
        }
    }
    let has =
        |wanted: &[&str]| report.results.iter().any(|checked| wanted.contains(&checked.outcome.as_str()));
    Ok(match () {
        () if has(&["fail"]) || (request.strict && has(&["warn"])) => Conclusion::Findings,
        () if has(&["error", "inconclusive"]) => Conclusion::Unjudged,
        () if !has(&["pass", "recorded", "warn"]) => Conclusion::Unjudged,
        () => Conclusion::Conforms,
    })
}

/// Who docker or podman logged in to a registry.
pub fn stored_login(host: &str) -> Option<Credentials> {
    let found = docker_credential::get_credential(host)
        .or_else(|_| docker_credential::get_podman_credential(host))
        .ok()?;
    match found {
        DockerCredential::UsernamePassword(username, password) => Some(Credentials { username, password }),
        DockerCredential::IdentityToken(_) => None,
    }
}

/// The reference registry on a port of its own, for as long as the runtime lives.
async fn embedded(version: SpecVersion) -> anyhow::Result<reqwest::Url> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let registry = Registry::new(Settings { version, ..Settings::default() });
    tokio::spawn(serve::serve(Arc::new(registry), listener));
    Ok(format!("http://{address}").parse()?)
}

const OUTCOMES: [&str; 8] = ["pass", "fail", "warn", "recorded", "blocked", "skip", "inconclusive", "error"];

fn human(name: &str, request: &Request, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let consequences = report.consequences();
    for checked in &report.results {
        let is_wrong = matches!(checked.outcome, Outcome::Fail | Outcome::Warn | Outcome::Error(_));
        let is_cause = consequences.contains_key(checked.requirement.id.as_str());
        if is_wrong || is_cause && !matches!(checked.outcome, Outcome::Blocked { .. }) {
            explain(checked, &consequences, out)?;
        } else if request.verbose {
            line(checked, out)?;
        }
    }
    for (cause, blocked) in &consequences {
        if !report.results.iter().any(|checked| checked.requirement.id == *cause) {
            let ids: Vec<&str> = blocked.iter().map(|checked| checked.requirement.id.as_str()).collect();
            writeln!(out, "{cause} (not part of this run) keeps from being checked: {}\n", ids.join(", "))?;
        }
    }
    table(report, out)?;
    let per_second = report.requests as f64 / report.time.as_secs_f64().max(0.001);
    writeln!(
        out,
        "\n{}, by distribution-spec {}, seed {}: {} requests in {:.1} s ({per_second:.0} a second)",
        printable(name),
        request.version,
        request.seed,
        report.requests,
        report.time.as_secs_f64()
    )
}

/// One requirement in one line.
fn line(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let words = match checked.outcome.reason() {
        Some(reason) => format!(": {}", printable(reason)),
        None if checked.notes.is_empty() => String::new(),
        None => format!(": {}", printable(&checked.notes.join("; "))),
    };
    writeln!(out, "{:<12}  {}{words}", checked.outcome.as_str(), checked.requirement.id)
}

/// A requirement that is broken, with the exchanges that show it and what it keeps from being checked.
fn explain(
    checked: &Checked,
    consequences: &BTreeMap<&'static str, Vec<&Checked>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let requirement = checked.requirement;
    line(checked, out)?;
    writeln!(out, "  {} ({}, {})", requirement.says, checked.level, requirement.rule.section)?;
    for finding in &checked.findings {
        writeln!(out, "  found {}, wanted {}", printable(&finding.found), printable(&finding.wanted))?;
        show(&finding.exchange, out)?;
    }
    if checked.more > 0 {
        writeln!(out, "  and {} more answers like this", checked.more)?;
    }
    if let Some(blocked) = consequences.get(requirement.id.as_str()) {
        let ids: Vec<&str> = blocked.iter().map(|checked| checked.requirement.id.as_str()).collect();
        writeln!(out, "  keeps from being checked: {}", ids.join(", "))?;
    }
    writeln!(out)
}

fn show(exchange: &Exchange, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "    {} {}", printable(&exchange.method), printable(&exchange.url))?;
    match &exchange.outcome {
        Err(reason) => writeln!(out, "    no answer: {}", printable(reason))?,
        Ok(received) => {
            writeln!(out, "    {}", received.status)?;
            for (name, value) in &received.headers {
                writeln!(out, "    {}: {}", printable(name), printable(value))?;
            }
            if received.body.size > 0 {
                writeln!(out, "    {}", excerpt(&received.body))?;
            }
        }
    }
    writeln!(out, "    $ {}", printable(&exchange.curl()))
}

/// The start of a body, if it is text.
fn excerpt(body: &Excerpt) -> String {
    const SHOWN: usize = 400;
    match std::str::from_utf8(&body.start) {
        Ok(text) if body.size <= SHOWN => printable(text.trim_end()),
        Ok(text) => {
            let start: String = text.chars().take(SHOWN).collect();
            format!("{}… ({} bytes)", printable(&start), body.size)
        }
        Err(_) => format!("({} bytes)", body.size),
    }
}

/// A line for each category.
fn table(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{:<12}", "category")?;
    for outcome in OUTCOMES {
        write!(out, "  {outcome:>8}")?;
    }
    writeln!(out)?;
    for category in Category::ALL {
        let of_category = || report.results.iter().filter(|checked| checked.requirement.category == category);
        if of_category().next().is_none() {
            continue;
        }
        write!(out, "{:<12}", category.as_str())?;
        for outcome in OUTCOMES {
            let count = of_category().filter(|checked| checked.outcome.as_str() == outcome).count();
            let count = if count == 0 { "-".to_owned() } else { count.to_string() };
            write!(out, "  {count:>width$}", width = outcome.len().max(8))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn document(name: &str, request: &Request, report: &Report) -> Value {
    let counts: serde_json::Map<String, Value> = OUTCOMES
        .iter()
        .map(|&outcome| {
            let count = report.results.iter().filter(|checked| checked.outcome.as_str() == outcome).count();
            (outcome.to_owned(), json!(count))
        })
        .collect();
    json!({
        "seaworthy": env!("CARGO_PKG_VERSION"),
        "registry": name,
        "distribution_spec": request.version.as_str(),
        "seed": request.seed,
        "requests": report.requests,
        "seconds": report.time.as_secs_f64(),
        "counts": counts,
        "results": report.results.iter().map(result).collect::<Vec<Value>>(),
    })
}

fn result(checked: &Checked) -> Value {
    let mut value = json!({
        "id": checked.requirement.id,
        "category": checked.requirement.category.as_str(),
        "level": checked.level.as_str(),
        "section": checked.requirement.rule.section,
        "outcome": checked.outcome.as_str(),
    });
    if let Some(reason) = checked.outcome.reason() {
        value["reason"] = json!(reason);
    }
    if let Outcome::Blocked { by, .. } = checked.outcome {
        value["blocked_by"] = json!(by);
    }
    if !checked.notes.is_empty() {
        value["notes"] = json!(checked.notes);
    }
    if !checked.findings.is_empty() {
        let finding = |finding: &seaworthy_registry::session::Finding| {
            let exchange = &finding.exchange;
            json!({
                "found": finding.found,
                "wanted": finding.wanted,
                "request": { "method": exchange.method, "url": exchange.url, "headers": exchange.request_headers },
                "answer": answer(exchange),
                "curl": exchange.curl(),
            })
        };
        value["findings"] = checked.findings.iter().map(finding).collect();
    }
    value
}

fn answer(exchange: &Exchange) -> Value {
    match &exchange.outcome {
        Err(reason) => json!({ "none": reason }),
        Ok(received) => json!({
            "status": received.status,
            "headers": received.headers,
            "body": String::from_utf8_lossy(&received.body.start),
            "body_size": received.body.size,
        }),
    }
}

/// Everything about a requirement on registries.
///
/// # Errors
///
/// The output cannot be written.
pub fn explain_requirement(
    requirement: &'static seaworthy_registry::Requirement,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = requirement.rule;
    writeln!(out, "{}\n\n{}\n", requirement.id, requirement.says)?;
    if !requirement.why.is_empty() {
        writeln!(out, "{}\n", printable_lines(&requirement.why))?;
    }
    let by_version = SpecVersion::ALL.map(|version| {
        format!("{version}: {}", rule.grade.at(version).map_or("silent", |level| level.as_str()))
    });
    writeln!(out, "Level    {} (distribution-spec)", by_version.join(", "))?;
    writeln!(out, "Section  {}", rule.section)?;
    writeln!(out, "Binds    registries")?;
    if !rule.faults.is_empty() {
        writeln!(out, "\nCaught in the reference registry with --fault:")?;
    }
    rule.faults.iter().try_for_each(|fault| writeln!(out, "  {}", fault.0))
}
