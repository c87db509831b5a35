//! `[listen]`: the addresses.

use super::ConfigError;
use super::problem::require;
use serde::{Deserialize, Serialize};
use services::sites::origin::Origin;
use std::net::{IpAddr, SocketAddr};

/// Where the hub listens and how it is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// For customers and agents. Port 0: a free one, told in `addresses.json`.
    pub public: SocketAddr,
    /// For metrics and health; keep it off the internet.
    pub operations: SocketAddr,
    /// How people reach the hub when something stands before it: `https://chat.example`.
    /// Empty: at the public address.
    pub public_url: String,
    /// Addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Connections that the kernel keeps while they wait to be accepted.
    pub backlog: u32,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            public: SocketAddr::from(([127, 0, 0, 1], 7080)),
            operations: SocketAddr::from(([127, 0, 0, 1], 7081)),
            public_url: String::new(),
            trusted_proxies: Vec::new(),
            backlog: 4096,
        }
    }
}

impl Listen {
    /// Whose connection this is: the socket's peer, or, where that is a trusted proxy, the last
    /// address of `X-Forwarded-For` that no trusted proxy added.
    pub fn client_address(&self, peer: IpAddr, forwarded_for: Option<&str>) -> IpAddr {
        let trusted = |ip: IpAddr| self.trusted_proxies.iter().any(|n| n.contains(ip));
        let mut client = peer.to_canonical();
        let hops = forwarded_for.unwrap_or_default().rsplit(',');
        for hop in hops {
            if !trusted(client) {
                break;
            }
            let Ok(next) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            client = next.to_canonical();
        }
        client
    }

    /// The hub's own origins: of the bound public address, and of `public_url`.
    pub fn own_origins(&self, bound: SocketAddr) -> Vec<Origin> {
        let mut origins = Origin::of_listener(bound);
        origins.extend(Origin::parse(&self.public_url));
        origins
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let same = self.public == self.operations && self.public.port() != 0;
        require(
            !same,
            "listen.operations",
            "must be another address than listen.public",
        )?;
        require(
            self.public_url.is_empty() || Origin::parse(&self.public_url).is_ok(),
            "listen.public_url",
            "must be scheme://host[:port] without a path, or empty",
        )?;
        require(
            (1..=65_535).contains(&self.backlog),
            "listen.backlog",
            "must be 1 to 65535",
        )
    }
}

/// An address, or all that share its first bits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether the address is in it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let shift = 32 - u32::from(self.bits);
                let cut = |ip: u32| ip.checked_shr(shift).unwrap_or(0);
                cut(net.to_bits()) == cut(ip.to_bits())
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let shift = 128 - u32::from(self.bits);
                let cut = |ip: u128| ip.checked_shr(shift).unwrap_or(0);
                cut(net.to_bits()) == cut(ip.to_bits())
            }
            _ => false,
        }
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither an address nor a network such as 10.0.0.0/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.as_str(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|b| *b <= most).ok_or_else(wrong)?,
            None => most,
        };
        Ok(Self { address, bits })
    }
}

impl From<Network> for String {
    fn from(network: Network) -> String {
        format!("{}/{}", network.address, network.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn network(text: &str) -> Result<Network, String> {
        Network::try_from(text.to_owned())
    }

    #[test]
    fn a_network_holds_what_shares_its_bits() {
        let ten = network("10.1.0.0/16").expect("right");
        assert!(ten.contains(ip("10.1.255.255")) && !ten.contains(ip("10.2.0.0")));
        assert!(ten.contains(ip("::ffff:10.1.2.3")));
        assert!(network("0.0.0.0/0").expect("right").contains(ip("8.8.8.8")));
        assert!(network("fd00::/8").expect("right").contains(ip("fdff::1")));
        let one = network("192.0.2.1").expect("right");
        assert!(one.contains(ip("192.0.2.1")) && !one.contains(ip("192.0.2.2")));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/-1"] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn forwarded_addresses_count_from_trusted_proxies_only() {
        let mut listen = Listen::default();
        let forged = Some("1.1.1.1, 198.51.100.9");
        assert_eq!(
            listen.client_address(ip("10.0.0.1"), forged),
            ip("10.0.0.1")
        );

        listen.trusted_proxies = vec![network("10.0.0.0/8").expect("right")];
        let client = |forwarded| listen.client_address(ip("10.0.0.1"), forwarded);
        assert_eq!(client(forged), ip("198.51.100.9"));
        assert_eq!(client(Some("198.51.100.9, 10.0.0.7")), ip("198.51.100.9"));
        assert_eq!(client(Some("1.1.1.1, junk")), ip("10.0.0.1"));
        assert_eq!(client(None), ip("10.0.0.1"));
        assert_eq!(listen.client_address(ip("8.8.8.8"), forged), ip("8.8.8.8"));
    }
}
