//! `seaworthy serve`: the reference registry on a socket.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use seaworthy_registry::server::access::Access;
use seaworthy_registry::server::{Disk, Registry, Settings, serve as server};
use seaworthy_registry::{Fault, SpecVersion, faults};
use tokio::net::TcpListener;

/// What to serve, and where.
#[derive(Debug)]
pub struct Request {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the content is kept; in memory if nowhere.
    pub folder: Option<PathBuf>,
    /// The version of the specification that is followed.
    pub version: SpecVersion,
    /// In which ways to misbehave.
    pub faults: Vec<Fault>,
    /// Who may do what; everybody everything if nothing is said.
    pub access: Option<Access>,
    /// Whether anything is deleted.
    pub deletes: bool,
    /// Whether referrers are listed.
    pub referrers: bool,
}

/// Serves until the process is ended.
///
/// # Errors
///
/// The directory or the address cannot be used.
pub fn serve(request: &Request) -> anyhow::Result<()> {
    let settings = Settings {
        version: request.version,
        faults: request.faults.iter().copied().collect(),
        access: request.access.clone(),
        delete_tags: request.deletes,
        delete_manifests: request.deletes,
        delete_blobs: request.deletes,
        referrers: request.referrers,
        ..Settings::default()
    };
    let registry = match &request.folder {
        None => Registry::new(settings),
        Some(folder) => {
            let disk = Disk::open(folder).with_context(|| format!("cannot use {}", folder.display()))?;
            Registry::with_store(settings, Box::new(disk))
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(request.listen).await;
        let listener = listener.with_context(|| format!("cannot listen on {}", request.listen))?;
        // Whoever starts us may wait for this line, and read the port from it.
        println!("serving distribution-spec {} on http://{}", request.version, listener.local_addr()?);
        io::stdout().flush()?;
        match server::serve(Arc::new(registry), listener).await {}
    })
}

/// Lists the ways to misbehave, each under the requirement that it breaks.
///
/// # Errors
///
/// The output cannot be written.
pub fn list_faults(out: &mut dyn Write) -> io::Result<()> {
    let width = faults().map(|(_, fault)| fault.0.len()).max().unwrap_or(0);
    for (requirement, fault) in faults() {
        writeln!(out, "{:<width$}  against: {}", fault.0, requirement.says)?;
    }
    Ok(())
}
