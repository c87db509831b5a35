//! Bodies of requests: a size and a deadline.

use super::HttpContext;
use crate::gateway::respond::{Response, error};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::Body;
use protocol::ErrorCode;
use serde::de::DeserializeOwned;

/// Reads a JSON body, or says why it cannot be read.
pub(super) async fn read<T, B>(body: B, context: &HttpContext) -> Result<T, Response>
where
    T: DeserializeOwned,
    B: Body<Data = Bytes> + Send,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let limits = &context.config.limits;
    let body = Limited::new(body, limits.http_body_bytes);
    // Pinned here: bodies need not be movable.
    let collected = tokio::time::timeout(limits.http_body_ms.std(), Box::pin(body).collect());
    let bytes = match collected.await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(problem)) if problem.is::<LengthLimitError>() => {
            let message = format!("a body has at most {} bytes", limits.http_body_bytes);
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(error(status, ErrorCode::TooLarge, message, None));
        }
        Ok(Err(_)) => return Err(invalid("the body broke off")),
        Err(_) => {
            let message = "the body did not come in time";
            let status = StatusCode::REQUEST_TIMEOUT;
            return Err(error(status, ErrorCode::InvalidField, message, None));
        }
    };

    serde_json::from_slice(&bytes)
        .map_err(|_| invalid("the body is not the JSON that this path takes"))
}

fn invalid(message: &str) -> Response {
    error(
        StatusCode::BAD_REQUEST,
        ErrorCode::InvalidField,
        message,
        None,
    )
}
