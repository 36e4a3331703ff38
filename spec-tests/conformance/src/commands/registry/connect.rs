//! The connection to a registry.

use anyhow::bail;
use seaworthy_registry::client::{Client, Connection};

/// A client for a registry, and Ctrl-C from here on.
///
/// That a registry cannot be connected to is said once, and not for each thing that is asked of it.
///
/// # Errors
///
/// The client cannot be set up, or no connection can be made.
pub async fn connect(connection: Connection) -> anyhow::Result<(Client, impl Future<Output = ()>)> {
    let base = connection.base.clone();
    let client = Client::new(connection)?;
    let mut interrupted = Box::pin(interrupted());
    let is_interrupted = tokio::select! {
        why = client.no_connection() => match why {
            Some(why) => bail!("cannot connect to {base}: {why}{}", advice(&base, &why)),
            None => false,
        },
        () = &mut interrupted => true,
    };
    let from_here = async move {
        if !is_interrupted {
            interrupted.await;
        }
    };
    Ok((client, from_here))
}

/// What may help where no connection can be made.
fn advice(base: &reqwest::Url, why: &str) -> String {
    match base.as_str().strip_prefix("https://") {
        Some(rest) if why.contains("corrupt message") => {
            format!("; if it does without TLS, name it http://{}", rest.trim_end_matches('/'))
        }
        Some(_) if why.contains("certificate") => "; --tls-ca FILE or --insecure make it trusted".to_owned(),
        _ => String::new(),
    }
}

/// Waits for Ctrl-C.
async fn interrupted() {
    // Where it cannot be caught, it ends the run the hard way.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
