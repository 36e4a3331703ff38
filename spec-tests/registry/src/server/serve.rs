//! A registry on a socket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::Registry;

/// The most connections at a time: a file descriptor each, of which a process commonly has 1024.
const CONNECTIONS: usize = 512;
/// How long the header of a request may take to arrive.
const HEADER_TIME: Duration = Duration::from_secs(30);

/// Answers every connection that a listener accepts, until the future is dropped.
pub async fn serve(registry: Arc<Registry>, listener: TcpListener) -> Infallible {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // The semaphore is never closed, so there is always a permit in the end.
        let permit = connections.clone().acquire_owned().await.ok();
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            // The peer has gone again, or we are out of something for now.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        // Answers are small, and whoever asked waits for them.
        let _ = stream.set_nodelay(true);
        let registry = registry.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let registry = registry.clone();
                async move { Ok::<_, Infallible>(registry.handle(request).await) }
            });
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
            // A connection that breaks is the peer's affair.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            drop(permit);
        });
    }
}
