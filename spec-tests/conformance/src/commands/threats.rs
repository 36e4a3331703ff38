//! `seaworthy list` and `seaworthy explain`: the families of the safety battery, for people.

use std::io::{self, Write};

use seaworthy_generators::battery::{Case, Expect, FAMILIES, Family, Place};
use seaworthy_image::tar::{Entry, EntryKind};

use super::list::window;

/// The line of each family in the list: its id, what stands in the place of a level, and what is tried.
pub(super) fn lines() -> impl Iterator<Item = (String, String, &'static str)> {
    FAMILIES.iter().map(|family| (family.name(), "safety".to_owned(), family.says))
}

/// Says everything about one family.
///
/// # Errors
///
/// The output cannot be written.
pub fn explain(family: &Family, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n\n{}\n", family.name(), family.says)?;
    writeln!(out, "Level    none: a program may conform to the specification, and be unsafe")?;
    if !family.references.is_empty() {
        writeln!(out, "Seen in  {}", family.references.join(", "))?;
    }
    for (expect, title) in [
        (Expect::Reject, "Has to be refused, and leaves nothing behind that looks complete"),
        (Expect::Contain, "May be taken or refused, and has no effect outside the root"),
        (Expect::Bounded, "Is done with within bounds of time, memory and output"),
        (Expect::Agree, "Is the same image to all who take it"),
        (Expect::Inert, "Does nothing to who prints it"),
        (Expect::Preserve, "Does no harm: has to be taken, and nothing of it lost"),
    ] {
        let mut cases = family.cases.iter().filter(|case| case.expect == expect).peekable();
        if cases.peek().is_some() {
            writeln!(out, "\n{title}:")?;
        }
        cases.try_for_each(|case| example(family, case, out))?;
    }
    Ok(())
}

/// A case with the entries of its layers, where it is made of such: what it aims at stands as `{{CANARY}}`.
fn example(family: &Family, case: &Case, out: &mut dyn Write) -> io::Result<()> {
    const MOST: usize = 6;
    let flags: Vec<&str> = case.flags.iter().map(|flag| flag.as_str()).collect();
    let flags = if flags.is_empty() { String::new() } else { format!(" ({})", flags.join(", ")) };
    writeln!(out, "  {}{flags}", family.case_id(case))?;
    let layers = case.layers(&Place::placeholder()).unwrap_or_default();
    let several = layers.len() > 1;
    let entries =
        layers.iter().enumerate().flat_map(|(at, layer)| layer.iter().map(move |one| (at + 1, one)));
    for (layer, member) in entries.clone().take(MOST) {
        let of = if several { format!("layer {layer}: ") } else { String::new() };
        writeln!(out, "    {of}{}", in_words(&member.entry))?;
    }
    match entries.count().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more"),
    }
}

fn in_words(entry: &Entry) -> String {
    let shown = |bytes: &[u8]| window(&String::from_utf8_lossy(bytes), 0);
    let (path, what) = (shown(&entry.path), entry.kind.describe());
    match entry.kind {
        EntryKind::Symlink | EntryKind::HardLink => format!("{path}: {what} to {}", shown(&entry.link)),
        _ => format!("{path}: {what}, mode {:o}", entry.mode),
    }
}
