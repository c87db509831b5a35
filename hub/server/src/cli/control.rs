//! The control socket: a Unix socket for the store's owner, one JSON line each way.

use super::administration::{Administration, Answer, Refusal, Request};
use async_trait::async_trait;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// The longest line: an import of many thousand accounts.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// Listens at `path` with mode 0600. Whoever calls holds the store's lock, so a socket that is
/// there already was left by a hub that is gone.
///
/// # Errors
/// The socket cannot be made.
pub fn bind_control(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Made in a folder of its own, so that it is nobody else's at any moment.
    let folder = path.with_extension("making");
    std::fs::create_dir_all(&folder)?;
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    let inner = folder.join("s");
    let bound = UnixListener::bind(&inner).and_then(|listener| {
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&inner, path)?;
        Ok(listener)
    });
    std::fs::remove_dir_all(&folder)?;
    bound
}

/// Answers requests until the task is dropped.
pub async fn serve_control(listener: UnixListener, administration: Arc<dyn Administration>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let administration = administration.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &*administration).await {
                        tracing::debug!(%error, "a control connection broke");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket takes no connection now");
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn answer(stream: UnixStream, administration: &dyn Administration) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(MAX_LINE))
        .read_line(&mut line)
        .await?;
    let result = match serde_json::from_str::<Request>(&line) {
        Ok(request) => {
            tracing::info!(?request, "control request");
            administration.carry_out(request).await
        }
        Err(_) => Err(Refusal::new(
            "this hub does not know the request; use its own version of the command",
        )),
    };
    let mut text = serde_json::to_vec(&result).map_err(io::Error::other)?;
    text.push(b'\n');
    write.write_all(&text).await
}

/// The other end: asks a running hub.
#[derive(Debug)]
pub struct Remote(PathBuf);

impl Remote {
    /// The hub at this socket, if one listens.
    pub async fn connect(path: &Path) -> Option<Self> {
        UnixStream::connect(path).await.ok()?;
        Some(Self(path.to_owned()))
    }

    async fn ask(&self, request: &Request) -> io::Result<Result<Answer, Refusal>> {
        let mut stream = UnixStream::connect(&self.0).await?;
        let mut text = serde_json::to_vec(request).map_err(io::Error::other)?;
        text.push(b'\n');
        stream.write_all(&text).await?;
        let mut line = String::new();
        BufReader::new(stream.take(MAX_LINE))
            .read_line(&mut line)
            .await?;
        serde_json::from_str(&line).map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }
}

#[async_trait]
impl Administration for Remote {
    async fn carry_out(&self, request: Request) -> Result<Answer, Refusal> {
        match self.ask(&request).await {
            Ok(result) => result,
            Err(error) => Err(Refusal::new(format!(
                "the running hub did not answer ({error}); look whether it was done, and try again"
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
