//! How often somebody may ask: an allowance that fills up again, for so many askers at a time.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use serde::Deserialize;

/// The most askers that are remembered; of more, the one who asked longest ago is forgotten.
pub const MAX_ASKERS: NonZero<usize> = NonZero::new(16_384).unwrap();

/// How often accounts and addresses may ask. What is here holds the tests' load, an import of a city and the benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestLimits {
    /// Requests of one account a second, in the long run.
    pub account_per_second: NonZero<u32>,
    /// Requests that an account may send at once after a pause.
    pub account_burst: NonZero<u32>,
    /// Requests of one address a second, in the long run: a whole county may stand behind one.
    pub address_per_second: NonZero<u32>,
    /// Requests that an address may send at once after a pause.
    pub address_burst: NonZero<u32>,
    /// Wrong tokens and sign-in codes of one address a minute.
    pub failures_per_minute: NonZero<u32>,
}

impl Default for RequestLimits {
    fn default() -> Self {
        let of = |count| NonZero::new(count).unwrap_or(NonZero::<u32>::MIN);
        Self {
            account_per_second: of(1_000),
            account_burst: of(30_000),
            address_per_second: of(2_000),
            address_burst: of(60_000),
            failures_per_minute: of(10),
        }
    }
}

/// Allowances of many askers, each filling up at the same pace.
pub struct Allowances<K> {
    /// How long one request takes to be made up for.
    pace: Duration,
    /// How far ahead an asker may be.
    ahead: Duration,
    /// When each will have made up for all it has asked; who is not here has.
    made_up: Mutex<LruCache<K, Instant>>,
}

impl<K: Hash + Eq> Allowances<K> {
    /// So many requests a period, and so many at once.
    pub fn new(period: Duration, count: NonZero<u32>, burst: NonZero<u32>) -> Self {
        let pace = period / count.get();
        Self { pace, ahead: pace * burst.get(), made_up: Mutex::new(LruCache::new(MAX_ASKERS)) }
    }

    /// Takes one, or says how long to wait for it.
    pub fn take(&self, asker: K, now: Instant) -> Result<(), Duration> {
        let mut made_up = self.made_up.lock().unwrap_or_else(PoisonError::into_inner);
        let before = made_up.get(&asker).copied().unwrap_or(now).max(now);
        let after = before + self.pace;
        match after.duration_since(now).checked_sub(self.ahead) {
            Some(over) if !over.is_zero() => Err(over),
            _ => {
                made_up.put(asker, after);
                Ok(())
            }
        }
    }
}

/// Who asks from an address: of the sixth version whoever has the network of 64 bits has all of its addresses.
pub fn asker_at(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.into(),
            None => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowances(count: u32, burst: u32) -> Allowances<u64> {
        let [count, burst] = [count, burst].map(|number| NonZero::new(number).unwrap());
        Allowances::new(Duration::from_secs(60), count, burst)
    }

    #[test]
    fn who_asks_too_often_waits_and_nobody_else_does() {
        let (allowances, start) = (allowances(10, 10), Instant::now());
        assert!((0..10).all(|_| allowances.take(1, start).is_ok()));
        assert_eq!(allowances.take(1, start), Err(Duration::from_secs(6)));
        // What is refused is not held against them.
        assert_eq!(allowances.take(1, start), Err(Duration::from_secs(6)));
        assert!(allowances.take(2, start).is_ok());
        assert!(allowances.take(1, start + Duration::from_secs(6)).is_ok());
        assert!(allowances.take(1, start + Duration::from_secs(6)).is_err());
        assert!((0..10).all(|_| allowances.take(1, start + Duration::from_secs(600)).is_ok()));
    }

    #[test]
    fn the_number_of_askers_is_bounded() {
        let (allowances, now) = (allowances(1, 1), Instant::now());
        for asker in 0..2 * MAX_ASKERS.get() as u64 {
            allowances.take(asker, now).unwrap();
        }
        assert_eq!(allowances.made_up.lock().unwrap().len(), MAX_ASKERS.get());
        assert!(allowances.take(2 * MAX_ASKERS.get() as u64 - 1, now).is_err());
    }

    #[test]
    fn addresses_of_one_network_are_one_asker() {
        let asker = |text: &str| asker_at(text.parse().unwrap()).to_string();
        assert_eq!(asker("2001:db8:1:2:3:4:5:6"), asker("2001:db8:1:2:ffff::1"));
        assert_ne!(asker("2001:db8:1:2::1"), asker("2001:db8:1:3::1"));
        assert_eq!(asker("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
