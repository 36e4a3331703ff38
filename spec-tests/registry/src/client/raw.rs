//! Requests that no well-behaved client would send, on a connection of their own.

use std::fmt::Write as _;

use bytes::Bytes;
use reqwest::Url;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Connection, Reply, Request, tls};

/// The longest head of an answer that is read, in bytes.
const HEAD_LIMIT: usize = 64 << 10;
/// The most headers of an answer.
const HEADERS: usize = 256;
/// The most informational answers (1xx) before the one that counts.
const INFORMATIONAL: usize = 16;

/// Sends a request as it is written; `url` is the spelling of `parsed` that nobody has put right.
pub(super) async fn send(
    connection: &Connection,
    request: &Request,
    parsed: &Url,
    url: &str,
) -> Result<Reply, String> {
    let host = parsed.host_str().ok_or("a URL without a host")?.to_owned();
    let port = parsed.port_or_known_default().ok_or("a URL without a port")?;
    let address = (host.trim_start_matches('[').trim_end_matches(']'), port);
    let stream = TcpStream::connect(address).await.map_err(|error| format!("cannot connect: {error}"))?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    if parsed.scheme() != "https" {
        return exchange(stream, connection, request, parsed, url).await;
    }
    let config = tls::config(connection).map_err(|error| error.to_string())?;
    let name = address.0.to_owned().try_into().map_err(|_| "a host that no certificate can name")?;
    let stream = TlsConnector::from(std::sync::Arc::new(config)).connect(name, stream).await;
    let stream = stream.map_err(|error| format!("cannot connect: {error}"))?;
    exchange(stream, connection, request, parsed, url).await
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    connection: &Connection,
    request: &Request,
    parsed: &Url,
    url: &str,
) -> Result<Reply, String> {
    let is_cut = request.quirks.cut.is_some();
    // A server that has seen enough may answer and close while we still write.
    let sent = write(&mut stream, request, parsed, url).await;
    if is_cut {
        let _ = stream.shutdown().await;
    }
    let read = read(&mut stream, request.method == "HEAD", connection.body_limit).await;
    match (sent, read) {
        (_, Ok(reply)) => Ok(reply),
        (Err(error), Err(_)) => Err(format!("the connection broke while sending: {error}")),
        (Ok(()), Err(reason)) => Err(reason),
    }
}

async fn write<S: AsyncWrite + Unpin>(
    stream: &mut S,
    request: &Request,
    parsed: &Url,
    url: &str,
) -> std::io::Result<()> {
    // The target is what follows the authority, as it was written.
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = rest.find(['/', '?']).map_or("/", |at| &rest[at..]);
    let target = if target.starts_with('?') { format!("/{target}") } else { target.to_owned() };
    let mut head = format!("{} {target} HTTP/1.1\r\n", request.method);
    let is_named = |wanted: &str| request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if !is_named("host") {
        let host = parsed.host_str().unwrap_or_default();
        let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
        let _ = write!(head, "Host: {host}{port}\r\n");
    }
    for (name, value) in &request.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    match (&request.quirks.content_length, request.quirks.chunked) {
        (Some(length), _) => write!(head, "Content-Length: {length}\r\n").unwrap_or_default(),
        (None, Some(_)) => head.push_str("Transfer-Encoding: chunked\r\n"),
        (None, None) if is_named("transfer-encoding") => {}
        (None, None) => write!(head, "Content-Length: {}\r\n", request.body.len()).unwrap_or_default(),
    }
    head.push_str("Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let end = request.quirks.cut.unwrap_or(usize::MAX).min(request.body.len());
    let body = &request.body[..end];
    match request.quirks.chunked {
        None => stream.write_all(body).await?,
        Some((size, pause)) => {
            for piece in body.chunks(size) {
                stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
                stream.write_all(piece).await?;
                stream.write_all(b"\r\n").await?;
                stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
            if request.quirks.cut.is_none() {
                stream.write_all(b"0\r\n\r\n").await?;
            }
        }
    }
    stream.flush().await
}

/// How long the body of an answer is.
enum Length {
    Known(usize),
    Chunked,
    UntilClosed,
}

/// Reads one answer, with a bound on everything.
pub(super) async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    is_head: bool,
    limit: usize,
) -> Result<Reply, String> {
    let mut buffer = Vec::new();
    let mut informational = 0;
    let (status, headers) = loop {
        let mut fields = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut fields);
        match response.parse(&buffer).map_err(|error| format!("no HTTP answer: {error}"))? {
            httparse::Status::Partial if buffer.len() > HEAD_LIMIT => {
                return Err(format!("a head of more than {HEAD_LIMIT} bytes"));
            }
            httparse::Status::Partial => fill(stream, &mut buffer).await?,
            httparse::Status::Complete(length) => {
                let status = response.code.unwrap_or_default();
                let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
                let headers: Vec<(String, String)> = response
                    .headers
                    .iter()
                    .map(|field| (field.name.to_ascii_lowercase(), text(field.value)))
                    .collect();
                buffer.drain(..length);
                if !(100..200).contains(&status) {
                    break (status, headers);
                }
                informational += 1;
                if informational > INFORMATIONAL {
                    return Err("no end of informational answers".to_owned());
                }
            }
        }
    };
    let body = match length(status, &headers, is_head)? {
        Length::Known(size) if size > limit => return Err(format!("a body of more than {limit} bytes")),
        Length::Known(size) => {
            while buffer.len() < size {
                fill(stream, &mut buffer).await?;
            }
            buffer.truncate(size);
            buffer
        }
        Length::Chunked => chunks(stream, buffer, limit).await?,
        Length::UntilClosed => {
            while stream.read_buf(&mut buffer).await.map_err(|error| error.to_string())? > 0 {
                if buffer.len() > limit {
                    return Err(format!("a body of more than {limit} bytes"));
                }
            }
            buffer
        }
    };
    Ok(Reply { status, headers, body: Bytes::from(body) })
}

fn length(status: u16, headers: &[(String, String)], is_head: bool) -> Result<Length, String> {
    if is_head || matches!(status, 204 | 304) {
        return Ok(Length::Known(0));
    }
    let named = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
    if named("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return Ok(Length::Chunked);
    }
    match named("content-length") {
        None => Ok(Length::UntilClosed),
        Some(value) => value.parse().map(Length::Known).map_err(|_| format!("a Content-Length of {value:?}")),
    }
}

/// Reads a body in chunks; `buffer` holds what has arrived already.
async fn chunks<S: AsyncRead + Unpin>(
    stream: &mut S,
    mut buffer: Vec<u8>,
    limit: usize,
) -> Result<Vec<u8>, String> {
    const LINE: usize = 1024;
    let mut body = Vec::new();
    loop {
        let end = loop {
            match buffer.windows(2).position(|pair| pair == b"\r\n") {
                Some(end) => break end,
                None if buffer.len() > LINE => return Err("a chunk without a size".to_owned()),
                None => fill(stream, &mut buffer).await?,
            }
        };
        let line = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| format!("a chunk of size {size:?}"))?;
        buffer.drain(..end + 2);
        // Trailers do not matter: the connection is not used again.
        if size == 0 {
            return Ok(body);
        }
        if size > limit.saturating_sub(body.len()) {
            return Err(format!("a body of more than {limit} bytes"));
        }
        while buffer.len() < size + 2 {
            fill(stream, &mut buffer).await?;
        }
        body.extend_from_slice(&buffer[..size]);
        buffer.drain(..size + 2);
    }
}

/// Reads some more.
async fn fill<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> Result<(), String> {
    match stream.read_buf(buffer).await {
        Ok(0) => Err("the connection was closed before the answer was complete".to_owned()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the connection broke: {error}")),
    }
}
