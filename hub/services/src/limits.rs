//! How fast is too fast. Pure: `now` is an argument, on any clock that does not go back.

use domain::id::{CustomerId, SiteId};
use domain::time::Span;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// A steady rate with a burst, by the generic cell rate algorithm: one number of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Microseconds that one event takes.
    interval: u64,
    /// Microseconds that may be taken in advance.
    tolerance: u64,
}

impl Rate {
    /// `events` per `per`, with up to `burst` at once (at least 1). Zero `events` allows the
    /// burst and then nothing for a long time.
    pub fn new(events: u32, per: Span, burst: u32) -> Self {
        let interval = per.0.saturating_mul(1000) / u64::from(events.max(1));
        let interval = if events == 0 {
            u64::MAX / 4
        } else {
            interval.max(1)
        };
        Self {
            interval,
            tolerance: interval.saturating_mul(u64::from(burst.max(1) - 1)),
        }
    }
}

/// One thing's account of a rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gcra {
    /// When the events so far are paid off, in microseconds.
    paid: u64,
}

impl Gcra {
    /// Counts one event at `now`.
    ///
    /// # Errors
    /// Too fast: how long until the next one is allowed. The event is not counted.
    pub fn check(&mut self, rate: Rate, now: Span) -> Result<(), Span> {
        let now = now.0.saturating_mul(1000);
        let from = self.paid.max(now);
        let ahead = from - now;
        if ahead > rate.tolerance {
            return Err(Span((ahead - rate.tolerance).div_ceil(1000)));
        }
        self.paid = from.saturating_add(rate.interval);
        Ok(())
    }

    /// Whether forgetting it changes nothing at `now`.
    fn is_idle(self, now: Span) -> bool {
        self.paid <= now.0.saturating_mul(1000)
    }
}

/// A rate per key, bounded in memory: idle keys are forgotten, and when `capacity` busy keys
/// are there, new ones are refused for a second, since an attacker with many keys must not
/// push out the ones that are being slowed down.
#[derive(Debug)]
pub struct KeyedLimiter<K> {
    rate: Rate,
    capacity: usize,
    accounts: HashMap<K, Gcra>,
}

impl<K: Hash + Eq> KeyedLimiter<K> {
    /// The same rate for every key; at most `capacity` keys in memory.
    pub fn new(rate: Rate, capacity: usize) -> Self {
        Self {
            rate,
            capacity: capacity.max(1),
            accounts: HashMap::new(),
        }
    }

    /// Counts one event of `key` at `now`.
    ///
    /// # Errors
    /// Too fast: how long until the next one is allowed.
    pub fn check(&mut self, key: K, now: Span) -> Result<(), Span> {
        if !self.accounts.contains_key(&key) && self.accounts.len() >= self.capacity {
            self.accounts.retain(|_, account| !account.is_idle(now));
            if self.accounts.len() >= self.capacity {
                return Err(Span::seconds(1));
            }
        }
        self.accounts.entry(key).or_default().check(self.rate, now)
    }

    /// Gives a key its whole burst back.
    pub fn forgive(&mut self, key: &K) {
        self.accounts.remove(key);
    }

    /// Keys in memory.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether no key is in memory.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }
}

/// How many conversations may be begun.
#[derive(Debug, Clone, Copy)]
pub struct OpeningLimits {
    /// By one customer.
    pub per_customer: Rate,
    /// From one address.
    pub per_address: Rate,
}

/// Counts conversations that are begun. Writing into one that is open is never counted.
#[derive(Debug)]
pub struct Openings {
    customers: Mutex<KeyedLimiter<(SiteId, CustomerId)>>,
    addresses: Mutex<KeyedLimiter<IpAddr>>,
}

/// Customers and addresses remembered at most.
const REMEMBERED: usize = 100_000;

impl Openings {
    /// Nothing begun yet.
    pub fn new(limits: OpeningLimits) -> Self {
        Self {
            customers: Mutex::new(KeyedLimiter::new(limits.per_customer, REMEMBERED)),
            addresses: Mutex::new(KeyedLimiter::new(limits.per_address, REMEMBERED)),
        }
    }

    /// Counts one at `now`.
    ///
    /// # Errors
    /// Too many: how long until the next one is allowed.
    pub fn check(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        address: IpAddr,
        now: Span,
    ) -> Result<(), Span> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.check(address, now)?;
        let mut customers = self
            .customers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        customers.check((site.clone(), customer.clone()), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_A_SECOND: fn(u32) -> Rate = |burst| Rate::new(10, Span::seconds(1), burst);

    #[test]
    fn a_burst_then_the_steady_rate() {
        let rate = TEN_A_SECOND(3);
        let mut account = Gcra::default();
        for _ in 0..3 {
            assert_eq!(account.check(rate, Span(5_000)), Ok(()));
        }
        assert_eq!(account.check(rate, Span(5_000)), Err(Span(100)));
        assert_eq!(account.check(rate, Span(5_099)), Err(Span(1)));
        assert_eq!(account.check(rate, Span(5_100)), Ok(()));
        assert_eq!(account.check(rate, Span(5_100)), Err(Span(100)));
    }

    #[test]
    fn waiting_as_told_always_succeeds() {
        let rate = Rate::new(7, Span::seconds(3), 2);
        let (mut account, mut now) = (Gcra::default(), Span(17));
        for _ in 0..50 {
            if let Err(wait) = account.check(rate, now) {
                now = Span(now.0 + wait.0);
                assert_eq!(account.check(rate, now), Ok(()));
            }
        }
    }

    #[test]
    fn a_long_pause_earns_no_more_than_the_burst() {
        let rate = TEN_A_SECOND(2);
        let mut account = Gcra::default();
        let now = Span::minutes(60);
        assert!(account.check(rate, now).is_ok());
        assert!(account.check(rate, now).is_ok());
        assert!(account.check(rate, now).is_err());
    }

    #[test]
    fn no_events_means_the_burst_only() {
        let rate = Rate::new(0, Span::seconds(1), 1);
        let mut account = Gcra::default();
        assert!(account.check(rate, Span(0)).is_ok());
        assert!(account.check(rate, Span::minutes(60 * 24 * 365)).is_err());
    }

    #[test]
    fn keys_are_apart_and_idle_ones_are_forgotten() {
        let mut limiter = KeyedLimiter::new(TEN_A_SECOND(1), 2);
        assert!(limiter.check("a", Span(0)).is_ok());
        assert!(limiter.check("b", Span(0)).is_ok());
        assert!(limiter.check("a", Span(0)).is_err());
        assert!(limiter.check("c", Span(50)).is_err(), "both keys are busy");
        assert!(limiter.check("c", Span(100)).is_ok());
        assert_eq!(limiter.len(), 1);
        limiter.forgive(&"c");
        assert!(limiter.is_empty());
    }
    #[test]
    fn conversations_are_counted_per_customer_and_per_address() {
        let openings = Openings::new(OpeningLimits {
            per_customer: Rate::new(1, Span::minutes(60), 1),
            per_address: Rate::new(1, Span::minutes(1), 2),
        });
        let site = SiteId::new("s").expect("valid");
        let check = |customer: &str, address: &str, now| {
            let customer = CustomerId::new(customer).expect("valid");
            openings.check(&site, &customer, address.parse().expect("an address"), now)
        };
        assert_eq!(check("a", "192.0.2.1", Span(0)), Ok(()));
        let again = check("a", "192.0.2.9", Span(0));
        assert_eq!(again, Err(Span::minutes(60)), "the customer, from anywhere");
        assert_eq!(check("b", "192.0.2.1", Span(0)), Ok(()));
        let third = check("c", "192.0.2.1", Span(0));
        assert_eq!(third, Err(Span::minutes(1)), "the address, for anybody");
        assert_eq!(check("c", "192.0.2.2", Span(0)), Ok(()));
    }
}
