//! The raw connection below a WebSocket. It counts the fragments of a message: the WebSocket
//! above only shows whole ones, and empty fragments are below any limit of size.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection whose messages have a bounded number of fragments.
#[derive(Debug)]
pub(super) struct Metered {
    inner: TcpStream,
    meter: Meter,
}

/// A message of too many fragments.
#[derive(Debug, thiserror::Error)]
#[error("a message has more than {0} fragments")]
pub(super) struct TooManyFragments(u32);

impl Metered {
    /// `early` was read from the connection before.
    pub(super) fn new(inner: TcpStream, fragments: u32, early: &[u8]) -> io::Result<Self> {
        let mut meter = Meter::new(fragments);
        meter.feed(early).map_err(io::Error::other)?;
        Ok(Self { inner, meter })
    }

    /// The connection itself.
    pub(super) fn inner(&mut self) -> &mut TcpStream {
        &mut self.inner
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buffer))?;
        let fed = this.meter.feed(&buffer.filled()[before..]);
        Poll::Ready(fed.map_err(io::Error::other))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

/// Longest frame header of a client: two bytes, eight of length, four of mask.
const HEADER: usize = 14;

/// Follows the frame headers in what is read (RFC 6455, 5.2).
#[derive(Debug)]
struct Meter {
    most: u32,
    fragments: u32,
    skip: u64,
    header: [u8; HEADER],
    have: u8,
}

impl Meter {
    fn new(most: u32) -> Self {
        Self {
            most,
            fragments: 0,
            skip: 0,
            header: [0; HEADER],
            have: 0,
        }
    }

    fn feed(&mut self, mut bytes: &[u8]) -> Result<(), TooManyFragments> {
        while !bytes.is_empty() {
            if self.skip > 0 {
                let n = usize::try_from(self.skip).map_or(bytes.len(), |s| s.min(bytes.len()));
                self.skip -= n as u64;
                bytes = &bytes[n..];
                continue;
            }
            self.header[usize::from(self.have)] = bytes[0];
            self.have += 1;
            bytes = &bytes[1..];
            if let Some(payload) = self.complete() {
                self.skip = payload;
                self.have = 0;
                self.count()?;
            }
        }
        Ok(())
    }

    /// The payload's length, once the header is whole.
    fn complete(&self) -> Option<u64> {
        let have = usize::from(self.have);
        if have < 2 {
            return None;
        }
        let extended = match self.header[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if self.header[1] & 0x80 == 0 { 0 } else { 4 };
        if have < 2 + extended + mask {
            return None;
        }
        let long = self.header[2..2 + extended].iter();
        Some(match extended {
            0 => u64::from(self.header[1] & 0x7f),
            _ => long.fold(0, |length, byte| (length << 8) | u64::from(*byte)),
        })
    }

    fn count(&mut self) -> Result<(), TooManyFragments> {
        let (last, control) = (self.header[0] & 0x80 != 0, self.header[0] & 0x08 != 0);
        if control {
            return Ok(());
        }
        self.fragments = if last { 0 } else { self.fragments + 1 };
        if self.fragments > self.most {
            return Err(TooManyFragments(self.most));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame of a client; the mask is zero, so the payload stays as it is.
    fn frame(first: u8, payload: usize) -> Vec<u8> {
        let mut bytes = vec![first];
        match payload {
            0..=125 => bytes.push(0x80 | payload as u8),
            126..=0xffff => {
                bytes.push(0x80 | 126);
                bytes.extend((payload as u16).to_be_bytes());
            }
            _ => {
                bytes.push(0x80 | 127);
                bytes.extend((payload as u64).to_be_bytes());
            }
        }
        bytes.extend([0; 4]);
        // A payload that looks like headers of unfinished fragments.
        bytes.extend(std::iter::repeat_n(0x00, payload));
        bytes
    }

    #[test]
    fn whole_messages_of_any_size_pass_however_they_are_cut() {
        for cut in [1, 2, 3, 7, 1000] {
            let mut meter = Meter::new(2);
            for size in [0, 1, 125, 126, 5_000, 70_000] {
                for chunk in frame(0x81, size).chunks(cut) {
                    meter.feed(chunk).expect("one frame is one message");
                }
            }
        }
    }

    #[test]
    fn fragments_count_and_control_frames_between_them_do_not() {
        let mut meter = Meter::new(2);
        let message = [
            frame(0x01, 3),
            frame(0x89, 0),
            frame(0x00, 0),
            frame(0x80, 1),
        ]
        .concat();
        for _ in 0..3 {
            meter.feed(&message).expect("two fragments and an end");
        }
        meter.feed(&frame(0x01, 0)).expect("the first");
        meter.feed(&frame(0x00, 0)).expect("the second");
        assert!(meter.feed(&frame(0x00, 0)).is_err());
    }
}
