//! A program as a reader: documents go to its standard input.

use std::io::Write;
use std::process::{Command, Stdio};

use seaworthy_image::views::DocumentKind;

use super::Reader;

/// A program that reads a document from standard input, and writes a line for each descriptor that it
/// would follow: the digest, a blank, the size. If it refuses, it ends with another status than 0.
///
/// The program is started anew for each document. It is not confined, and nothing ends it if it hangs:
/// that is for libFuzzer's `-timeout` to notice.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program and its arguments; the word for the kind of document follows them.
    pub command: Vec<String>,
}

impl Reader for Program {
    fn read(&self, kind: DocumentKind, bytes: &[u8]) -> Option<Vec<(String, i64)>> {
        let (program, arguments) = self.command.split_first()?;
        let mut child = Command::new(program)
            .args(arguments)
            .arg(kind.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
        let input = child.stdin.take();
        let bytes = bytes.to_vec();
        // A program that has seen enough closes its input: that is no fault.
        let writer = std::thread::spawn(move || input.map(|mut input| input.write_all(&bytes)));
        let output = child.wait_with_output().ok()?;
        let _ = writer.join();
        if !output.status.success() {
            return None;
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let descriptor = |line: &str| {
            let (digest, size) = line.rsplit_once(' ')?;
            Some((digest.to_owned(), size.parse().ok()?))
        };
        Some(text.lines().map(|line| descriptor(line).unwrap_or_default()).collect())
    }
}
