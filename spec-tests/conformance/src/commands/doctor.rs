//! `seaworthy doctor`: what there is to work with on this machine.

use std::io::{self, Write};

use seaworthy_image::spec::SpecVersion;

use crate::printable::printable;
use crate::process::Confiner;
use crate::subjects::Subject;

/// Says what is here and what is not, and how to get it. True if programs can be tested at all.
///
/// # Errors
///
/// The output cannot be written.
pub fn examine(subjects: &[Box<dyn Subject>], confiner: &Confiner, out: &mut dyn Write) -> io::Result<bool> {
    let versions = SpecVersion::ALL.map(SpecVersion::as_str).join(", ");
    let (requirements, cases) = (seaworthy_rules::all().len(), seaworthy_rules::case::cases().len());
    writeln!(out, "seaworthy {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "image-spec {versions}: {requirements} requirements, {cases} cases\n")?;
    let confined = confiner.probe();
    match &confined {
        Ok(in_force) => writeln!(out, "Programs under test run confined by {in_force}.")?,
        Err(error) => writeln!(
            out,
            "Programs cannot be tested, for want of confinement: {}\nIt takes Linux with unprivileged user \
             namespaces, or with Landlock (5.13); in a container, run it with --security-opt seccomp=unconfined. \
             Images can be checked all the same.",
            printable(&error.to_string())
        )?,
    }
    let (mut there, mut absent) = (Vec::new(), Vec::new());
    for subject in subjects {
        match subject.version() {
            Ok(version) => there.push((subject, version)),
            Err(unavailable) => absent.push((subject, unavailable)),
        }
    }
    let width = subjects.iter().map(|subject| subject.name().len()).max().unwrap_or(0);
    writeln!(out, "\nSubjects that can be tested:")?;
    for (subject, version) in there {
        let role = subject.role().as_str();
        writeln!(out, "  {:<width$}  {role:<9}  {}", subject.name(), printable(&version))?;
    }
    if !absent.is_empty() {
        writeln!(out, "\nNot available:")?;
    }
    for (subject, unavailable) in absent {
        let role = subject.role().as_str();
        writeln!(out, "  {:<width$}  {role:<9}  {}", subject.name(), printable(&unavailable.reason))?;
        if let Some(install) = unavailable.install {
            writeln!(out, "  {:<width$}  to install it: {}", "", printable(&install))?;
        }
    }
    Ok(confined.is_ok())
}
