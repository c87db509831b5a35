//! Who may begin a session: the same answer before an upgrade and for the plain GET by which
//! a page finds out why its upgrade was refused.

use crate::config::Config;
use domain::time::Span;
use hyper::HeaderMap;
use hyper::header::ORIGIN;
use runtime::clock::SharedClock;
use runtime::metrics::{ConnectionReject, Metrics};
use services::limits::KeyedLimiter;
use services::sites::origin::Origin;
use services::sites::{Brand, Site, Sites, origin_allowed};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Addresses remembered at most.
const REMEMBERED: usize = 100_000;
/// When a hub that is full or ending may be asked again.
const BUSY: Span = Span::seconds(2);

/// Why there is no session. The status is the refused upgrade's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// 403: the page is not on the brand's list.
    #[error("this page may not use the widget key; the site's file lists those that may")]
    Origin,
    /// 404: no such widget key.
    #[error("there is no site with this widget key")]
    Site,
    /// 429: too many connects from the address.
    #[error("too many connects; come back later")]
    Rate(Span),
    /// 503: the hub is full, starting or ending.
    #[error("the hub takes no new sessions now; come back soon")]
    Busy(Span),
}

impl Refused {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Origin => 403,
            Self::Site => 404,
            Self::Rate(_) => 429,
            Self::Busy(_) => 503,
        }
    }

    /// When to come back, for 429 and 503.
    pub fn retry_after(self) -> Option<Span> {
        match self {
            Self::Rate(wait) | Self::Busy(wait) => Some(wait),
            Self::Origin | Self::Site => None,
        }
    }

    fn reason(self) -> ConnectionReject {
        match self {
            Self::Origin => ConnectionReject::Origin,
            Self::Site => ConnectionReject::Site,
            Self::Rate(_) => ConnectionReject::Rate,
            Self::Busy(_) => ConnectionReject::Busy,
        }
    }
}

/// Decides on connections.
pub struct Admission {
    config: Arc<Config>,
    sites: Arc<Sites>,
    clock: SharedClock,
    metrics: Arc<Metrics>,
    draining: CancellationToken,
    own: Vec<Origin>,
    connects: Mutex<KeyedLimiter<IpAddr>>,
    sessions: Arc<AtomicUsize>,
}

/// A session's place among those that this node may hold; given back when dropped.
#[derive(Debug)]
pub struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    /// `bound`: the public address as it was bound.
    pub fn new(
        config: Arc<Config>,
        bound: SocketAddr,
        sites: Arc<Sites>,
        clock: SharedClock,
        metrics: Arc<Metrics>,
        draining: CancellationToken,
    ) -> Self {
        let connects = KeyedLimiter::new(config.limits.connects(), REMEMBERED);
        Self {
            own: config.listen.own_origins(bound),
            connects: Mutex::new(connects),
            sessions: Arc::default(),
            config,
            sites,
            clock,
            metrics,
            draining,
        }
    }

    /// Whose connection this is, behind trusted proxies.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let values = headers.get_all("x-forwarded-for").iter();
        let hops: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        self.config
            .listen
            .client_address(peer, Some(&hops.join(",")))
    }

    /// Whether a customer's session may begin.
    ///
    /// # Errors
    /// Why not.
    pub fn customer(
        &self,
        key: &str,
        headers: &HeaderMap,
        address: IpAddr,
    ) -> Result<(Arc<Site>, Brand), Refused> {
        let admitted = self
            .brand(key, headers)
            .and_then(|brand| self.has_room(address).map(|()| brand));
        self.counted(admitted)
    }

    /// Whether an agent's session may begin: without an origin, or from the hub's own pages.
    ///
    /// # Errors
    /// Why not.
    pub fn agent(&self, headers: &HeaderMap, address: IpAddr) -> Result<(), Refused> {
        let known = match origin_of(headers) {
            Sent::Nothing => true,
            Sent::Origin(text) => Origin::sent(text).is_some_and(|o| self.own.contains(&o)),
            Sent::Junk => false,
        };
        let known = if known { Ok(()) } else { Err(Refused::Origin) };
        self.counted(known.and_then(|()| self.has_room(address)))
    }

    /// The site and brand of a widget key, if this page may use it.
    ///
    /// # Errors
    /// Unknown key or page.
    pub fn brand(&self, key: &str, headers: &HeaderMap) -> Result<(Arc<Site>, Brand), Refused> {
        let (site, brand) = self.sites.by_key(key).ok_or(Refused::Site)?;
        let allowed = match origin_of(headers) {
            Sent::Nothing => origin_allowed(&brand, None, &self.own),
            Sent::Origin(text) => origin_allowed(&brand, Some(text), &self.own),
            Sent::Junk => false,
        };
        if allowed {
            Ok((site, brand))
        } else {
            Err(Refused::Origin)
        }
    }

    /// A place for one session, held as long as its socket.
    ///
    /// # Errors
    /// The node is full.
    pub fn place(&self) -> Result<Place, Refused> {
        let most = self.config.limits.sessions as usize;
        let taken = self.sessions.fetch_add(1, Ordering::Relaxed);
        let place = Place(self.sessions.clone());
        if taken < most {
            return Ok(place);
        }
        self.counted(Err(Refused::Busy(BUSY)))
    }

    fn has_room(&self, address: IpAddr) -> Result<(), Refused> {
        let full = self.sessions.load(Ordering::Relaxed) >= self.config.limits.sessions as usize;
        if full || self.draining.is_cancelled() {
            return Err(Refused::Busy(BUSY));
        }
        let mut connects = self.connects.lock().unwrap_or_else(PoisonError::into_inner);
        connects
            .check(address, self.clock.steady())
            .map_err(Refused::Rate)
    }

    fn counted<T>(&self, result: Result<T, Refused>) -> Result<T, Refused> {
        result.inspect_err(|refused| {
            self.metrics.connection_rejects.get(refused.reason()).inc();
        })
    }
}

/// What a request says of its origin.
enum Sent<'a> {
    Nothing,
    Origin(&'a str),
    /// Several, or not text.
    Junk,
}

fn origin_of(headers: &HeaderMap) -> Sent<'_> {
    let mut sent = headers.get_all(ORIGIN).iter();
    match (sent.next(), sent.next()) {
        (None, _) => Sent::Nothing,
        (Some(value), None) => value.to_str().map_or(Sent::Junk, Sent::Origin),
        (Some(_), Some(_)) => Sent::Junk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::BUILD;
    use runtime::clock::ManualClock;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn admission(
        change: impl FnOnce(&mut Config),
    ) -> (Admission, Arc<ManualClock>, CancellationToken) {
        let mut config = Config::default();
        change(&mut config);
        let (clock, draining) = (Arc::new(ManualClock::default()), CancellationToken::new());
        let admission = Admission::new(
            Arc::new(config),
            "127.0.0.1:7080".parse().expect("an address"),
            Arc::new(Sites::demo()),
            clock.clone(),
            Arc::new(Metrics::new(BUILD)),
            draining.clone(),
        );
        (admission, clock, draining)
    }

    fn from(origins: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(ORIGIN, origin.parse().expect("a header"));
        }
        headers
    }

    const OWN: &str = "http://127.0.0.1:7080";

    #[test]
    fn customers_come_from_listed_pages_and_agents_from_the_desk() {
        let (admission, _, _) = admission(|_| {});
        let customer = |key, origins: &[&str]| admission.customer(key, &from(origins), HERE).err();
        assert_eq!(customer("demo", &[OWN]), None);
        assert_eq!(customer("demo", &[]), None, "the demo takes native clients");
        assert_eq!(customer("nobody", &[OWN]), Some(Refused::Site));
        assert_eq!(
            customer("demo", &["https://evil.example"]),
            Some(Refused::Origin)
        );
        assert_eq!(customer("demo", &[OWN, OWN]), Some(Refused::Origin));

        let agent = |origins: &[&str]| admission.agent(&from(origins), HERE).err();
        assert_eq!(agent(&[]), None);
        assert_eq!(agent(&[OWN]), None);
        for bad in ["null", "https://evil.example", "http://127.0.0.1:7081"] {
            assert_eq!(agent(&[bad]), Some(Refused::Origin), "{bad}");
        }
    }

    #[test]
    fn an_address_that_connects_too_fast_is_told_when_to_come_back() {
        let (admission, clock, _) = admission(|config| {
            config.limits.connects_per_second = 1;
            config.limits.connects_burst = 2;
        });
        let connect = || admission.agent(&HeaderMap::new(), HERE);
        assert_eq!([connect(), connect()], [Ok(()), Ok(())]);
        assert_eq!(connect(), Err(Refused::Rate(Span::seconds(1))));
        clock.advance(Span::seconds(1));
        assert_eq!(connect(), Ok(()));
    }

    #[test]
    fn a_full_or_ending_hub_is_busy() {
        let (admission, _, draining) = admission(|config| config.limits.sessions = 1);
        let place = admission.place().expect("the first");
        assert!(admission.place().is_err());
        assert!(matches!(
            admission.agent(&HeaderMap::new(), HERE),
            Err(Refused::Busy(_))
        ));
        drop(place);
        assert_eq!(admission.agent(&HeaderMap::new(), HERE), Ok(()));
        draining.cancel();
        let refused = admission.customer("demo", &HeaderMap::new(), HERE).err();
        assert_eq!(refused.map(Refused::status), Some(503));
        assert_eq!(
            admission
                .metrics
                .connection_rejects
                .get(ConnectionReject::Busy)
                .get(),
            3
        );
    }

    #[test]
    fn the_address_is_the_last_one_that_no_trusted_proxy_added() {
        let (admission, _, _) = admission(|config| {
            config.listen.trusted_proxies =
                vec![String::from("127.0.0.1").try_into().expect("an address")];
        });
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.1.1.1".parse().expect("a header"));
        headers.append("x-forwarded-for", "198.51.100.9".parse().expect("a header"));
        let expected: IpAddr = "198.51.100.9".parse().expect("an address");
        assert_eq!(admission.client_address(HERE, &headers), expected);
    }
}
