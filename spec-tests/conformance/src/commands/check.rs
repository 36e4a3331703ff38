//! `seaworthy check`: is an image correct, and if not, what and where?

use std::ffi::{OsStr, OsString};
use std::io;

use seaworthy_image::graph;
use seaworthy_image::layer;
use seaworthy_image::spec::SpecVersion;
use seaworthy_rules::Level;
use seaworthy_rules::judge::{self, Judged};

use crate::commands::report::known;
use crate::input::{self, Content, Input, InputError};
use crate::printable::printable;
use crate::progress::Busy;
use crate::report::Report;

/// What to check, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The images, as named on the command line.
    pub images: Vec<OsString>,
    /// The version of the specification.
    pub version: SpecVersion,
    /// Findings below this level are left out.
    pub level: Level,
    /// Whether warnings count as findings.
    pub strict: bool,
    /// How input is taken.
    pub input: input::Options,
    /// The bounds of a single layer.
    pub layer: layer::Limits,
    /// An earlier report, whose findings are known.
    pub baseline: Option<Report>,
}

/// What became of one image.
pub struct Checked {
    /// Its name on the command line.
    pub name: String,
    /// The verdict, or why there is none.
    pub outcome: Result<Judged, InputError>,
    /// What stands before the path of a file in it, to name that file to a person.
    pub prefix: String,
    /// What a person should know besides.
    pub notes: Vec<String>,
    /// Whether the baseline has findings that are gone, and so is not true any more.
    pub is_outdated: bool,
}

/// How a check ends, as the process's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// Everything conforms.
    Conforms,
    /// There are findings.
    Findings,
    /// Something could not be judged, or not in full.
    Unjudged,
}

impl Conclusion {
    /// The process's exit status.
    pub const fn exit_status(self) -> u8 {
        match self {
            Conclusion::Conforms => 0,
            Conclusion::Findings => 1,
            Conclusion::Unjudged => 3,
        }
    }
}

/// Checks every image in turn, handing each to `each` as soon as it is judged. The conclusion is
/// the gravest of all.
///
/// # Errors
///
/// What `each` returns; nothing else stops the run.
pub fn check(request: &Request, mut each: impl FnMut(Checked) -> io::Result<()>) -> io::Result<Conclusion> {
    let mut conclusion = Conclusion::Conforms;
    for name in &request.images {
        let mut checked = check_one(name, request);
        if let Ok(judged) = &mut checked.outcome {
            judged.findings.retain(|finding| finding.level >= request.level);
        }
        if let Some(baseline) = &request.baseline {
            known::leave_out(&mut checked, baseline);
        }
        conclusion = conclusion.max(checked.conclusion(request.strict));
        each(checked)?;
    }
    Ok(conclusion)
}

fn check_one(name: &OsStr, request: &Request) -> Checked {
    let limits = graph::Limits { json: request.input.json, layer: request.layer, ..graph::Limits::default() };
    let shown = name.to_string_lossy().into_owned();
    let _busy = Busy::new(format!("checking {}", printable(&shown)));
    let Input { content, prefix, notes } = match input::open(name, &request.input) {
        Ok(input) => input,
        Err(error) => {
            let (prefix, notes) = (String::new(), Vec::new());
            return Checked { name: shown, outcome: Err(error), prefix, notes, is_outdated: false };
        }
    };
    let outcome = match content {
        // The prefix names the document: there is no file in it.
        Content::Document { bytes, kind } => Ok(judge::document("", &bytes, kind, request.version, &limits)),
        Content::Layout { storage, reference } => {
            judge::layout(&*storage, reference.as_deref(), request.version, &limits).map_err(InputError::from)
        }
    };
    Checked { name: shown, outcome, prefix, notes, is_outdated: false }
}

impl Checked {
    /// What the image's findings come to.
    pub fn conclusion(&self, strict: bool) -> Conclusion {
        let Ok(judged) = &self.outcome else { return Conclusion::Unjudged };
        if self.is_outdated || judged.findings.iter().any(|finding| strict || finding.level.is_error()) {
            Conclusion::Findings
        } else if judged.unjudged.is_empty() {
            Conclusion::Conforms
        } else {
            Conclusion::Unjudged
        }
    }
}
