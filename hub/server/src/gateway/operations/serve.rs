//! The accept loop of the operations listener. It goes on while the hub drains, so that
//! whoever asks can see it.

use super::{OperationsContext, answer};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Connections at once; more wait in the kernel.
const CONNECTIONS: usize = 64;
/// For a request's head, and so for an idle connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// Serves until `end` is cancelled.
pub async fn serve_operations(
    listener: TcpListener,
    context: OperationsContext,
    end: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = places.clone().acquire_owned();
        let accepted = tokio::select! {
            accepted = async { (place.await, listener.accept().await) } => accepted,
            () = end.cancelled() => return,
        };
        let (place, stream) = match accepted {
            (place, Ok((stream, _))) => (place, stream),
            (_, Err(error)) => {
                tracing::warn!(%error, "the operations listener takes no connection now");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (context, end) = (context.clone(), end.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = connection(stream, context) => {}
                () = end.cancelled() => {}
            }
            drop(place);
        });
    }
}

async fn connection(stream: TcpStream, context: OperationsContext) {
    let service = service_fn(move |request: Request<Incoming>| {
        let response = answer(request.method(), request.uri().path(), &context);
        async move { Ok::<Response<Full<Bytes>>, Infallible>(response) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "an operations connection broke");
    }
}
