//! The connection to a registry.

use anyhow::bail;
use seaworthy_registry::client::{Answer, Client, Connection, Request};

/// A client for a registry, and Ctrl-C from here on.
///
/// That a registry cannot be connected to is said once, and not for each thing that is asked of it. So is that what
/// answers may be no registry: somebody has mistaken the address, and would read of it as a hundred failures.
///
/// # Errors
///
/// The client cannot be set up, or no connection can be made.
pub async fn connect(connection: Connection) -> anyhow::Result<(Client, impl Future<Output = ()>)> {
    let base = connection.base.clone();
    let client = Client::new(connection)?;
    let mut interrupted = Box::pin(interrupted());
    let is_interrupted = tokio::select! {
        reached = reach(&client, &base) => reached.map(|()| false)?,
        () = &mut interrupted => true,
    };
    let from_here = async move {
        if !is_interrupted {
            interrupted.await;
        }
    };
    Ok((client, from_here))
}

/// Sees whether somebody answers, and who.
async fn reach(client: &Client, base: &reqwest::Url) -> anyhow::Result<()> {
    if let Some(why) = client.no_connection().await {
        bail!("cannot connect to {base}: {why}{}", advice(base, &why));
    }
    if let Ok(answer) = client.send(Request::new("GET", "/v2/")).await
        && let Some(doubt) = doubt(&answer)
    {
        eprintln!("seaworthy: note: {base} may be no registry: {doubt}");
    }
    Ok(())
}

/// What a registry would not answer to `GET /v2/` (distribution-spec, end-1), even one that is to be tested.
fn doubt(answer: &Answer) -> Option<String> {
    let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    match answer.status {
        200 if is_page => Some("/v2/ is a web page".to_owned()),
        // Busy, or in trouble: that is for the run to find out.
        200 | 204 | 401 | 403 | 429 | 500.. => None,
        status => Some(format!("GET /v2/ has status {status}")),
    }
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
