//! Writing frames: their shared texts go to the kernel as they are, many in one call. The
//! WebSocket's own buffer, which never shrinks, stays for its pongs.

use super::outbox::Outgoing;
use super::stream::Metered;
use futures_util::SinkExt;
use protocol::CloseCode;
use std::io::{self, IoSlice};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::WebSocketStream;

/// A WebSocket over a plain connection.
pub(super) type Socket = WebSocketStream<Metered>;

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;

/// After a Close, input is thrown away this long and up to this many bytes: a connection that
/// is dropped with unread input is reset, and the code with it.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

/// Writes all of them.
///
/// # Errors
/// The connection broke, or it took no byte for `within`.
pub(super) async fn write(
    socket: &mut Socket,
    frames: &[Outgoing],
    within: Duration,
) -> io::Result<()> {
    // A pong that is half out must be whole before anything else.
    let flushed = tokio::time::timeout(within, socket.flush()).await;
    flushed?.map_err(io::Error::other)?;
    let headers: Vec<Header> = frames
        .iter()
        .map(|f| Header::new(TEXT, f.text.len()))
        .collect();
    let mut parts: Vec<IoSlice<'_>> = Vec::with_capacity(2 * frames.len());
    for (header, frame) in headers.iter().zip(frames) {
        parts.push(IoSlice::new(header.bytes()));
        parts.push(IoSlice::new(frame.text.as_bytes()));
    }
    let mut rest = parts.as_mut_slice();
    while !rest.is_empty() {
        let writing = socket.get_mut().inner().write_vectored(rest);
        let n = tokio::time::timeout(within, writing).await??;
        if n == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        IoSlice::advance_slices(&mut rest, n);
    }
    Ok(())
}

/// Sends the code and sees to it that it arrives.
pub(super) async fn close(mut socket: Socket, code: CloseCode) {
    let reason = code.reason().as_bytes();
    let mut frame = Header::new(CLOSE, reason.len() + 2).bytes().to_vec();
    frame.extend(code.number().to_be_bytes());
    frame.extend(reason);
    let farewell = async {
        if socket.flush().await.is_err() {
            return Ok(());
        }
        let raw = socket.get_mut().inner();
        raw.write_all(&frame).await?;
        raw.shutdown().await?;
        let (mut thrown, mut buffer) = (0, [0; 1024]);
        while thrown < LINGER_BYTES {
            match raw.read(&mut buffer).await? {
                0 => break,
                n => thrown += n,
            }
        }
        Ok::<(), io::Error>(())
    };
    // Whoever does not take the code in time goes without.
    let _ = tokio::time::timeout(LINGER, farewell).await;
}

/// The head of an unmasked, whole frame.
struct Header {
    bytes: [u8; 10],
    length: u8,
}

impl Header {
    fn new(first: u8, payload: usize) -> Self {
        let mut bytes = [0; 10];
        bytes[0] = first;
        let length = match payload {
            0..=125 => {
                bytes[1] = payload as u8;
                2
            }
            126..=0xffff => {
                bytes[1] = 126;
                bytes[2..4].copy_from_slice(&(payload as u16).to_be_bytes());
                4
            }
            _ => {
                bytes[1] = 127;
                bytes[2..].copy_from_slice(&(payload as u64).to_be_bytes());
                10
            }
        };
        Self { bytes, length }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::Role;

    #[tokio::test]
    async fn frames_of_every_size_arrive_whole_and_the_code_after_them() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let client = TcpStream::connect(address).await.expect("connected");
        let (served, _) = listener.accept().await.expect("accepted");
        let metered = Metered::new(served, 8, &[]).expect("nothing early");
        let mut socket = WebSocketStream::from_raw_socket(metered, Role::Server, None).await;
        let mut client = WebSocketStream::from_raw_socket(client, Role::Client, None).await;

        let sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000];
        let frames: Vec<Outgoing> = sizes
            .iter()
            .map(|n| Outgoing {
                text: "x".repeat(*n).into(),
                message: None,
            })
            .collect();
        let within = Duration::from_secs(30);
        let writing = async {
            write(&mut socket, &frames, within).await.expect("written");
            close(socket, CloseCode::Restarting).await;
        };
        let reading = async {
            for n in sizes {
                let message = client.next().await.expect("a frame").expect("whole");
                assert_eq!(message.into_text().expect("text").len(), n);
            }
            let Some(Ok(Message::Close(Some(frame)))) = client.next().await else {
                panic!("a Close with a code");
            };
            assert_eq!(u16::from(frame.code), CloseCode::Restarting.number());
            drop(client);
        };
        tokio::join!(writing, reading);
    }
}
