//! The whole report as one JSON document.

use std::io::{self, Write};

use super::escaped;
use super::model::{FORMAT, Report};

/// Writes a report as JSON.
///
/// # Errors
///
/// The output cannot be written.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    escaped::pretty(report, out)
}

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no report.
    #[error("it is no report of seaworthy ({0}); make one with the option --report json=FILE")]
    Form(#[from] serde_json::Error),
    /// It is of a form that this version does not know.
    #[error("it is a report of form {0}, and this version of seaworthy reads form {FORMAT}")]
    Version(u64),
}

/// Reads a report.
///
/// # Errors
///
/// It is none, or one of another form.
pub fn read(bytes: &[u8]) -> Result<Report, ReadError> {
    #[derive(serde::Deserialize)]
    struct Form {
        format: u64,
    }
    let Form { format } = serde_json::from_slice(bytes)?;
    if format != u64::from(FORMAT) {
        return Err(ReadError::Version(format));
    }
    Ok(serde_json::from_slice(bytes)?)
}

/// The JSON Schema of the form.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}
