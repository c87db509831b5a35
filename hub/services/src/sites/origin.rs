//! Which pages may speak to the hub. Compared whole: scheme, host and port, as a browser
//! writes them. No suffixes, no wildcards, and `null` is nobody.

use super::file::Brand;
use serde::Deserialize;
use std::fmt;

/// An origin in its canonical form: lower case, without a port that is the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// An entry of a brand's list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum AllowedOrigin {
    /// The addresses that the hub itself is reached at.
    OwnAddresses,
    /// A page elsewhere.
    Page(Origin),
}

/// Why a text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no origin: write scheme://host[:port], without a path, or self")]
pub struct InvalidOrigin(String);

/// Whether a page of this origin may use the brand. `own` are the hub's own addresses;
/// a missing origin is a client that is no browser.
pub fn origin_allowed(brand: &Brand, origin: Option<&str>, own: &[Origin]) -> bool {
    let Some(text) = origin else {
        return brand.native_clients;
    };
    let Some(origin) = Origin::sent(text) else {
        return false;
    };

    brand.origins.iter().any(|allowed| match allowed {
        AllowedOrigin::OwnAddresses => own.contains(&origin),
        AllowedOrigin::Page(page) => *page == origin,
    })
}

impl Origin {
    /// Reads what people write in a file: any case, an optional port.
    ///
    /// # Errors
    /// Not `http` or `https`, no host, or anything behind the port.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        Self::sent(&text.to_ascii_lowercase()).ok_or_else(|| InvalidOrigin(text.into()))
    }

    /// Reads the `Origin` header. What a browser sends is in lower case already; whatever is
    /// not, is not a browser's.
    pub fn sent(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let own_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let (host, port) = split_port(rest)?;
        if !host_is_plain(host) {
            return None;
        }
        let port = port.filter(|port| *port != own_port);

        Some(Self(match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }

    /// The origins of a socket address as pages see it; an unspecified address (`0.0.0.0`) is
    /// reached as `localhost` and the loopback addresses.
    pub fn of_listener(address: std::net::SocketAddr) -> Vec<Self> {
        let port = address.port();
        let ip = address.ip();
        let mut hosts = Vec::new();
        if ip.is_loopback() || ip.is_unspecified() {
            hosts.extend(["localhost".to_owned(), "127.0.0.1".into(), "[::1]".into()]);
        }
        if !ip.is_unspecified() {
            hosts.push(if ip.is_ipv6() {
                format!("[{ip}]")
            } else {
                ip.to_string()
            });
        }

        let origin = |host: String| Self::sent(&format!("http://{host}:{port}"));
        let mut origins: Vec<Self> = hosts.into_iter().filter_map(origin).collect();
        origins.dedup();
        origins
    }

    /// As text, for the CORS header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AllowedOrigin {
    type Error = InvalidOrigin;

    fn try_from(text: String) -> Result<Self, InvalidOrigin> {
        if text == "self" {
            return Ok(Self::OwnAddresses);
        }
        Origin::parse(&text).map(Self::Page)
    }
}

/// Host and port; `None` when the port is none.
fn split_port(rest: &str) -> Option<(&str, Option<u16>)> {
    let colon = match rest.rfind(']') {
        Some(end) => rest[end..].find(':').map(|at| end + at),
        None => rest.find(':'),
    };
    let Some(colon) = colon else {
        return Some((rest, None));
    };
    let (host, port) = (&rest[..colon], &rest[colon + 1..]);
    let canonical = port.bytes().all(|b| b.is_ascii_digit()) && !port.starts_with('0');
    canonical
        .then(|| port.parse().ok())
        .flatten()
        .map(|port| (host, Some(port)))
}

fn host_is_plain(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']');
        return inner.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    (1..=253).contains(&host.len())
        && host.bytes().all(plain)
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(origins: &[&str], native_clients: bool) -> Brand {
        let allowed = |text: &&str| AllowedOrigin::try_from((*text).to_owned()).expect("right");
        Brand {
            key: "k".into(),
            origins: origins.iter().map(allowed).collect(),
            native_clients,
            locale: None,
        }
    }

    const HOSTILE: &[&str] = &[
        "",
        "null",
        "*",
        "self",
        "https://",
        "shop.example",
        "//shop.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "https://evil.example/shop.example",
        "https://evil.example#shop.example",
        "https://evil.example?https://shop.example",
        "https://shop.example@evil.example",
        "https://user@shop.example",
        "https://user:pass@shop.example",
        "https://shop.example/",
        "https://shop.example/path",
        "https://shop.example.",
        "https://SHOP.example",
        "HTTPS://shop.example",
        "https://shop.example:0443",
        "https://shop.example:",
        "https://shop.example:443x",
        "https://shop.example:99999",
        "https://shop.example https://evil.example",
        "https://shop.example,https://evil.example",
        "https://sub.shop.example",
        "https://shop.example\0",
        "https://shop.example%2eevil.example",
        "file://shop.example",
        "javascript:alert(1)",
        "https://shop\u{3002}example",
        "https://[::1",
        "https://xn--shop-.example",
    ];

    #[test]
    fn hostile_origins_are_refused() {
        let brand = brand(&["https://shop.example"], false);
        assert!(HOSTILE.len() >= 30);
        for origin in HOSTILE {
            assert!(!origin_allowed(&brand, Some(origin), &[]), "{origin:?}");
        }
        assert!(origin_allowed(&brand, Some("https://shop.example"), &[]));
        assert!(origin_allowed(
            &brand,
            Some("https://shop.example:443"),
            &[]
        ));
    }

    #[test]
    fn self_is_the_listener_and_nothing_else() {
        let own = Origin::of_listener("127.0.0.1:7080".parse().expect("valid"));
        let brand = brand(&["self"], false);
        for good in [
            "http://127.0.0.1:7080",
            "http://localhost:7080",
            "http://[::1]:7080",
        ] {
            assert!(origin_allowed(&brand, Some(good), &own), "{good}");
        }
        for bad in [
            "http://127.0.0.1:7081",
            "http://127.0.0.1",
            "https://localhost:7080",
        ] {
            assert!(!origin_allowed(&brand, Some(bad), &own), "{bad}");
        }
        let everywhere = Origin::of_listener("0.0.0.0:80".parse().expect("valid"));
        assert!(origin_allowed(
            &brand,
            Some("http://localhost"),
            &everywhere
        ));
        assert!(!origin_allowed(&brand, Some("http://0.0.0.0"), &everywhere));
        let outside = Origin::of_listener("192.0.2.7:7080".parse().expect("valid"));
        assert!(origin_allowed(
            &brand,
            Some("http://192.0.2.7:7080"),
            &outside
        ));
        assert!(!origin_allowed(
            &brand,
            Some("http://localhost:7080"),
            &outside
        ));
    }

    #[test]
    fn no_origin_is_for_native_clients() {
        assert!(origin_allowed(&brand(&[], true), None, &[]));
        assert!(!origin_allowed(&brand(&["self"], false), None, &[]));
    }

    #[test]
    fn files_may_be_written_in_any_case() {
        let origin = Origin::parse("HTTPS://Shop.Example:443").expect("right");
        assert_eq!(origin.as_str(), "https://shop.example");
        for bad in [
            "https://a.example/x",
            "ftp://a.example",
            "a.example",
            "https://*.example",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }
}
