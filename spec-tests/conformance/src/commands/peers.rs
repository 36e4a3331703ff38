//! `seaworthy peers`: the registries that can be started here.

use std::io::{self, Write};

use crate::peers::Peer;
use crate::printable::printable;

/// Says which registries are here, in which version, and how to get the others.
///
/// # Errors
///
/// The output cannot be written.
pub fn list(peers: &[Peer], out: &mut dyn Write) -> io::Result<()> {
    let width = peers.iter().map(|peer| peer.name().len()).max().unwrap_or(0);
    for peer in peers {
        let name = peer.name();
        let tested = peer.definition().tested.as_deref();
        match peer.version() {
            Ok(version) => {
                let version = printable(&version);
                let other = match tested {
                    Some(tested) if !version.contains(tested) => format!(" (known is {tested})"),
                    Some(_) => String::new(),
                    None => " (not tried yet)".to_owned(),
                };
                writeln!(out, "{name:<width$}  {version}{other}")?;
            }
            Err(unavailable) => {
                writeln!(out, "{name:<width$}  {}", printable(&unavailable.reason))?;
                if let Some(install) = unavailable.install {
                    writeln!(out, "{:<width$}  to install it: {}", "", printable(&install))?;
                }
            }
        }
    }
    Ok(())
}
