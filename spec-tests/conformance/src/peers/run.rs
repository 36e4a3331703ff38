//! A registry that is running, and stops when it is dropped.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Definition, limits};
use crate::process::{Confiner, Error, Program, Ran};
use crate::scratch::Scratch;
use crate::subjects::Unavailable;
use crate::subjects::program::Installed;

/// How long a registry may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one attempt to ask it may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// A registry that was started here.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<Ran, Error>>>,
}

/// Why a registry cannot be tested.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It is not installed.
    #[error("{0}")]
    Unavailable(Unavailable),
    /// It ended instead of serving.
    #[error("it ended early: {0}")]
    Ended(String),
    /// It runs and does not answer.
    #[error("it did not answer within {} seconds", PATIENCE.as_secs())]
    Silent,
    /// The system failed us.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<Unavailable> for StartError {
    fn from(unavailable: Unavailable) -> StartError {
        StartError::Unavailable(unavailable)
    }
}

impl Running {
    /// Starts a registry and waits until it answers.
    pub(super) fn start(
        definition: &Definition,
        installed: &Installed,
        confiner: &Arc<Confiner>,
    ) -> Result<Running, StartError> {
        let scratch = Scratch::new()?;
        let data = scratch.target();
        let address = free_address()?;
        let fill = |text: &str| {
            let text = text.replace("{port}", &address.port().to_string());
            text.replace("{data}", &data.to_string_lossy())
        };
        for (name, text) in &definition.files {
            let path = data.join(name);
            std::fs::write(&path, fill(text))?;
            std::os::unix::fs::chown(&path, scratch.owner(), scratch.owner())?;
        }
        let name = definition.command.first().map(String::as_str).unwrap_or_default();
        let mut program = Program::new(installed.executable(name))
            .args(definition.command.iter().skip(1).map(|word| fill(word)))
            .listens_on(address.port());
        for (name, value) in &definition.environment {
            program = program.env(name, fill(value));
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (confiner, stopped) = (confiner.clone(), stop.clone());
        let run = move || confiner.run_until(&program, &scratch, &limits(), &stopped);
        let mut running = Running { address, stop, thread: Some(std::thread::spawn(run)) };
        running.wait_until_ready()?;
        Ok(running)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it, and tells how it was run and ended.
    ///
    /// # Errors
    ///
    /// It could not be run at all.
    pub fn stop(mut self) -> Result<Ran, Error> {
        self.end().unwrap_or(Err(Error::Lost))
    }

    fn wait_until_ready(&mut self) -> Result<(), StartError> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
                let words = match self.end() {
                    Some(Ok(ran)) => format!("{:?} {}", ran.exit, last_line(&ran)),
                    Some(Err(error)) => error.to_string(),
                    None => "nobody knows how".to_owned(),
                };
                return Err(StartError::Ended(words));
            }
            if answers(self.address).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(StartError::Silent)
    }

    fn end(&mut self) -> Option<Result<Ran, Error>> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().and_then(|thread| thread.join().ok())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// A port that nobody uses now. Somebody may take it before the registry does; then the registry
/// says so and ends.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// Asks for the base endpoint; any answer of HTTP will do.
fn answers(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, ATTEMPT)?;
    stream.set_read_timeout(Some(ATTEMPT))?;
    stream.set_write_timeout(Some(ATTEMPT))?;
    write!(stream, "GET /v2/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 5];
    stream.read_exact(&mut start)?;
    if &start == b"HTTP/" { Ok(()) } else { Err(io::Error::other("it speaks something else")) }
}

fn last_line(ran: &Ran) -> String {
    let text = format!("{}\n{}", ran.stdout.text(), ran.stderr.text());
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().chars().take(300).collect()
}
