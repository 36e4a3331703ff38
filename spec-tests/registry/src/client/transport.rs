//! What carries a request: the network, or a script that answers in its place.

use reqwest::Url;

use super::{Connection, Reply, Request, ordinary, raw};

/// Answers a request that goes to a URL: the bytes of an answer of HTTP/1.1 as a server would send them, well
/// formed or not. Where they end, the connection is closed.
pub type Script = dyn Fn(&Request, &Url) -> Vec<u8> + Send + Sync;

pub(super) enum Transport {
    Network(reqwest::Client),
    Script(Box<Script>),
}

impl Transport {
    /// Sends a request as it is written; `url` is the spelling of `parsed` that nobody has put right.
    pub async fn transmit(
        &self,
        connection: &Connection,
        request: &Request,
        parsed: &Url,
        url: &str,
    ) -> Result<Reply, String> {
        match self {
            // What a URL parser would put right has to go out as it is.
            Transport::Network(_) if !request.is_ordinary() || parsed.as_str() != url => {
                raw::send(connection, request, parsed, url).await
            }
            Transport::Network(client) => {
                match ordinary::send(client, request, parsed, connection.body_limit).await {
                    // The registry may close a connection that is kept just when we use it again, or answer
                    // and close while we still send. On a connection of its own a request sees neither.
                    Err(lost) if lost.is_broken => raw::send(connection, request, parsed, url).await,
                    result => result.map_err(|lost| lost.reason),
                }
            }
            Transport::Script(script) => answer(script, request, parsed, connection.body_limit).await,
        }
    }

    /// Why no connection can be made to where this request goes, if none can.
    pub async fn no_connection(&self, request: &Request, url: &Url, limit: usize) -> Option<String> {
        match self {
            Transport::Network(client) => {
                ordinary::send(client, request, url, limit).await.err().and_then(|lost| lost.no_connection)
            }
            Transport::Script(_) => None,
        }
    }

    /// Sends a request that any client might send, and reads an answer of up to `limit` bytes.
    pub async fn send(&self, request: &Request, url: &Url, limit: usize) -> Result<Reply, String> {
        match self {
            Transport::Network(client) => {
                ordinary::send(client, request, url, limit).await.map_err(|lost| lost.reason)
            }
            Transport::Script(script) => answer(script, request, url, limit).await,
        }
    }
}

async fn answer(script: &Script, request: &Request, url: &Url, limit: usize) -> Result<Reply, String> {
    raw::read(&mut &script(request, url)[..], request.method == "HEAD", limit).await
}
