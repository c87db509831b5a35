//! `hub healthcheck`: for containers and scripts.

use super::CommandError;
use super::addresses::Addresses;
use crate::config::Config;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(3);
/// More than any answer of these two paths.
const MAX_ANSWER: u64 = 64 * 1024;

/// Asks the running hub.
pub(super) fn check(config: &Config, ready: bool) -> Result<(), CommandError> {
    let path = if ready { "/readyz" } else { "/healthz" };
    // Port 0 is only known from the file that the hub wrote.
    let written = Addresses::read(&config.store.addresses()).map(|a| a.operations);
    let address = reachable(written.unwrap_or(config.listen.operations));
    let answer = get(address, path).map_err(|source| CommandError::Io {
        what: format!("no hub answers at {address}"),
        source,
    })?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let good = head.split_whitespace().nth(1) == Some("200");
    if good {
        println!("{}", body.trim());
        return Ok(());
    }
    Err(CommandError::Failed(format!(
        "the hub says: {}",
        body.trim()
    )))
}

fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, WITHIN)?;
    stream.set_read_timeout(Some(WITHIN))?;
    stream.set_write_timeout(Some(WITHIN))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(MAX_ANSWER).read_to_string(&mut answer)?;
    Ok(answer)
}

/// A listener on every address is reached at the loopback one.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
