//! The hub's own accept loop: plain HTTP/1 connections, each with a deadline for its head; what
//! asks for a WebSocket becomes a session, everything else is answered by the HTTP gateway.

use super::http::{self, HttpContext};
use super::websocket::{Context, upgrade};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// After the process ran out of descriptors.
const BREATH: Duration = Duration::from_millis(100);
/// Connections that are no session yet, or plain HTTP, at once.
const PLAIN: usize = 2_048;

/// Binds with a backlog that takes a storm of reconnects.
///
/// # Errors
/// The address cannot be had.
pub fn bind(address: SocketAddr, backlog: u32) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(backlog)
}

/// What a connection may ask for.
pub struct Public {
    /// Sessions.
    pub sockets: Arc<Context>,
    /// Everything else.
    pub http: HttpContext,
}

/// Accepts until cancelled; connections that are no session end with it.
pub async fn serve(listener: TcpListener, public: Arc<Public>, cancel: CancellationToken) {
    let places = Arc::new(Semaphore::new(PLAIN));
    while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            continue;
        };
        let (public, cancel) = (public.clone(), cancel.clone());
        tokio::spawn(async move {
            connection(stream, peer.ip(), public, cancel).await;
            drop(place);
        });
    }
}

/// Ends when its socket was handed over, when the peer leaves, or when its head is late.
async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    public: Arc<Public>,
    cancel: CancellationToken,
) {
    // Frames are batched before they are written: what is written should go.
    let _ = stream.set_nodelay(true);
    let deadline = public.sockets.config.limits.handshake_ms.std();
    let service = service_fn(move |request| answer(request, peer, public.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(deadline)
        .max_buf_size(32 * 1024)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let _ = cancel.run_until_cancelled(connection).await;
}

async fn answer(
    request: Request<Incoming>,
    peer: IpAddr,
    public: Arc<Public>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if !upgrade::is_socket(request.uri().path()) || !upgrade::wants_upgrade(&request) {
        return Ok(http::handle(request, &public.http, peer).await);
    }
    Ok(upgrade::answer(
        &public.sockets,
        &public.http.admission,
        request,
        peer,
    ))
}
