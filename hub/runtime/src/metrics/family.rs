//! How families are made: every one is registered and its name remembered, so that the
//! documentation can be checked against what exists.

use prometheus::core::Collector;
use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts};
use prometheus::{Registry, TextEncoder};
use std::marker::PhantomData;

/// A closed set of label values.
pub trait Label: Copy + 'static {
    /// Every value, in order of `index`.
    const ALL: &'static [Self];
    /// The value in the exposition.
    fn word(self) -> &'static str;
    /// Its place in `ALL`.
    fn index(self) -> usize;
}

/// One cached handle per value of a label: no look-up by text when counting.
#[derive(Debug)]
pub struct PerLabel<L, M>(Vec<M>, PhantomData<fn(L)>);

impl<L: Label, M> PerLabel<L, M> {
    /// Makes the handle of every value, so that each shows as 0 from the start.
    pub(super) fn new(make: impl FnMut(L) -> M) -> Self {
        Self(L::ALL.iter().copied().map(make).collect(), PhantomData)
    }

    /// The handle of one value.
    pub fn get(&self, label: L) -> &M {
        &self.0[label.index()]
    }
}

/// A registry under construction.
#[derive(Debug, Default)]
pub(super) struct Builder {
    registry: Registry,
    names: Vec<&'static str>,
}

const VALID: &str = "families have valid names of their own";

impl Builder {
    fn add<C: Collector + Clone + 'static>(&mut self, name: &'static str, family: C) -> C {
        self.registry
            .register(Box::new(family.clone()))
            .expect(VALID);
        self.names.push(name);
        family
    }

    pub(super) fn counter(
        &mut self,
        name: &'static str,
        help: &str,
        labels: &[&str],
    ) -> IntCounterVec {
        let family = IntCounterVec::new(Opts::new(name, help), labels).expect(VALID);
        self.add(name, family)
    }

    pub(super) fn gauge(&mut self, name: &'static str, help: &str, labels: &[&str]) -> IntGaugeVec {
        let family = IntGaugeVec::new(Opts::new(name, help), labels).expect(VALID);
        self.add(name, family)
    }

    pub(super) fn seconds_gauge(
        &mut self,
        name: &'static str,
        help: &str,
        labels: &[&str],
    ) -> GaugeVec {
        let family = GaugeVec::new(Opts::new(name, help), labels).expect(VALID);
        self.add(name, family)
    }

    pub(super) fn histogram(
        &mut self,
        name: &'static str,
        help: &str,
        labels: &[&str],
        buckets: &[f64],
    ) -> HistogramVec {
        let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
        let family = HistogramVec::new(options, labels).expect(VALID);
        self.add(name, family)
    }

    pub(super) fn finish(self) -> Exposition {
        Exposition {
            registry: self.registry,
            names: self.names,
        }
    }
}

/// What Prometheus reads.
#[derive(Debug)]
pub(super) struct Exposition {
    registry: Registry,
    names: Vec<&'static str>,
}

impl Exposition {
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        TextEncoder::new()
            .encode_utf8(&self.registry.gather(), &mut text)
            .expect("text is always written to a string");
        text
    }

    pub(super) fn names(&self) -> &[&'static str] {
        &self.names
    }
}
