//! A bounded map: two generations, the older dropped when the younger is full. What is used
//! moves to the younger, so the hot half stays; no links, no clock, O(1).

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Holds between `capacity` and `2 × capacity` of the most recently used entries.
#[derive(Debug)]
pub(crate) struct Generations<K, V> {
    capacity: usize,
    maps: Mutex<(HashMap<K, V>, HashMap<K, V>)>,
}

impl<K: Hash + Eq + Clone, V: Clone> Generations<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            maps: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = maps.0.get(key) {
            return Some(value.clone());
        }
        let value = maps.1.remove(key)?;
        Self::put(&mut maps, self.capacity, key.clone(), value.clone());
        Some(value)
    }

    /// The value under the key, made first where there is none.
    pub(crate) fn get_or(&self, key: &K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.get(key) {
            return value;
        }
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = maps.0.get(key) {
            return value.clone();
        }
        let value = make();
        Self::put(&mut maps, self.capacity, key.clone(), value.clone());
        value
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        maps.1.remove(&key);
        Self::put(&mut maps, self.capacity, key, value);
    }

    fn put(maps: &mut (HashMap<K, V>, HashMap<K, V>), capacity: usize, key: K, value: V) {
        if maps.0.len() >= capacity && !maps.0.contains_key(&key) {
            maps.1 = std::mem::take(&mut maps.0);
        }
        maps.0.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let map = Generations::new(10);
        map.insert(0, "hot");
        for n in 1..1000 {
            map.insert(n, "cold");
            assert_eq!(map.get(&0), Some("hot"), "after {n}");
        }
        let kept = (1..1000).filter(|n| map.get(n).is_some()).count();
        assert!(kept <= 20, "{kept}");
    }
}
