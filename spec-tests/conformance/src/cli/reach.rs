//! How a registry is reached: what every command takes that talks to one.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use seaworthy_registry::client::Credentials;

use super::Usage;
use crate::commands::registry::stored_login;
use crate::report::redact::redact;

#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Reach {
    /// How long one request may take, in seconds [default: 30]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// How much is asked of the registry at the same time [default: 8]
    #[arg(long, short, value_name = "COUNT")]
    jobs: Option<NonZeroUsize>,
    /// The user to log in as, instead of the one that docker or podman logged in
    #[arg(long, value_name = "NAME", requires = "password_stdin")]
    username: Option<String>,
    /// Read the password from standard input
    #[arg(long, requires = "username")]
    password_stdin: bool,
    /// Trust the certificates in this file, too
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// Trust any certificate
    #[arg(long)]
    pub insecure: bool,
}

impl Reach {
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.timeout.unwrap_or(30).max(1))
    }

    pub fn jobs(&self) -> usize {
        self.jobs.map_or(8, NonZeroUsize::get)
    }

    /// The certificates to trust besides those of the system, in PEM.
    pub fn authorities(&self) -> anyhow::Result<Vec<u8>> {
        let read =
            |path: &PathBuf| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        self.tls_ca.as_ref().map_or(Ok(Vec::new()), read)
    }

    /// Who logs in: whoever is named, these others, or whoever docker or podman logged in.
    pub fn credentials(
        &self,
        target: Option<&reqwest::Url>,
        others: Option<Credentials>,
    ) -> anyhow::Result<Option<Credentials>> {
        if let Some(username) = self.username.clone() {
            let mut password = String::new();
            io::stdin().read_to_string(&mut password).context("cannot read the password")?;
            let password = password.trim_end_matches(['\r', '\n']).to_owned();
            return Ok(Some(Credentials { username, password }));
        }
        if others.is_some() {
            return Ok(others);
        }
        let Some(host) = target.and_then(reqwest::Url::host_str) else { return Ok(None) };
        let port = target.and_then(reqwest::Url::port).map(|port| format!(":{port}")).unwrap_or_default();
        Ok(stored_login(&format!("{host}{port}")))
    }
}

/// A registry's URL, and the prefix of repositories that follows it.
pub fn target(text: &str, scheme: &str) -> anyhow::Result<(reqwest::Url, String)> {
    let full = if text.contains("://") { text.to_owned() } else { format!("{scheme}://{text}") };
    let wrong = |error: &str| Usage(format!("{:?} is no registry: {error}", redact(text)));
    let mut url = reqwest::Url::parse(&full).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("not a URL of http or https").into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("log in with --username and --password-stdin").into());
    }
    let path = url.path().trim_matches('/');
    let is_whole = |rest: &&str| rest.is_empty() || rest.starts_with('/');
    let prefix = path.strip_prefix("v2").filter(is_whole).unwrap_or(path).trim_matches('/').to_owned();
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    Ok((url, if prefix.is_empty() { prefix } else { format!("{prefix}/") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_registry_and_a_prefix() {
        let prefix = |text: &str| target(text, "https").expect(text).1;
        assert_eq!(prefix("localhost:5000"), "");
        assert_eq!(prefix("localhost:5000/v2/"), "");
        assert_eq!(prefix("http://localhost/v2/team/app/"), "team/app/");
        assert_eq!(prefix("localhost/team"), "team/");
        // Names that only begin like the path of the interface.
        assert_eq!(prefix("localhost/v2fly/core"), "v2fly/core/");
        assert_eq!(prefix("localhost/v2/v2fly"), "v2fly/");
        assert_eq!(prefix("localhost/v2v2"), "v2v2/");
        let (url, _) = target("localhost:5000/team", "http").expect("a target");
        assert_eq!(url.as_str(), "http://localhost:5000/");
        for wrong in ["ftp://localhost", "http://me:secret@localhost", "http://"] {
            let error = target(wrong, "https").expect_err(wrong).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
