//! Subjects: dotted paths of our own ids, and the filters over them.

use domain::id::{AgentId, ConversationId, CustomerId, NodeId, SiteId};
use domain::record::fnv1a;
use std::fmt;
use std::sync::Arc;

/// Where a record lives. Built from validated ids only, so a dot or a wildcard never slips in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(Arc<str>);

impl Subject {
    /// Events of one conversation: `ev.<shard>.<site>.<conversation>`.
    pub fn events(site: &SiteId, customer: &CustomerId, conversation: &ConversationId) -> Self {
        Self(format!("ev.{:02x}.{site}.{conversation}", shard(customer)).into())
    }

    /// What is known of one customer: `cu.<site>.<customer>`.
    pub fn customer(site: &SiteId, customer: &CustomerId) -> Self {
        Self(format!("cu.{site}.{customer}").into())
    }

    /// Input of a site's allocation: `al.<site>.f`.
    pub fn facts(site: &SiteId) -> Self {
        Self(format!("al.{site}.f").into())
    }

    /// Output of a site's allocation: `al.<site>.d`.
    pub fn decisions(site: &SiteId) -> Self {
        Self(format!("al.{site}.d").into())
    }

    /// One agent's account: `ac.<site>.<agent>`.
    pub fn account(site: &SiteId, agent: &AgentId) -> Self {
        Self(format!("ac.{site}.{agent}").into())
    }

    /// A configuration document: `cf.<site>.<doc>`. `doc` must be an id.
    pub fn config(site: &SiteId, doc: &AgentId) -> Self {
        Self(format!("cf.{site}.{doc}").into())
    }

    /// A lease slot: `ls.<kind>.<slot>`.
    pub fn lease(kind: &'static str, slot: u8) -> Self {
        Self(format!("ls.{kind}.{slot}").into())
    }

    /// Incarnations of a node: `nd.<node>`.
    pub fn node(node: &NodeId) -> Self {
        Self(format!("nd.{node}").into())
    }

    /// A node's presence beat, cast only: `pr.<node>`.
    pub fn presence(node: &NodeId) -> Self {
        Self(format!("pr.{node}").into())
    }

    /// Fleeting frames of one conversation, cast only: `eph.<site>.<conversation>`.
    pub fn ephemeral(site: &SiteId, conversation: &ConversationId) -> Self {
        Self(format!("eph.{site}.{conversation}").into())
    }

    /// A subject read back from a store.
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path's tokens.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which subjects to hear: all below a prefix of whole tokens (`ev`, `al.demo`), or everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Filter(Option<Arc<str>>);

impl Filter {
    /// Every subject.
    pub const EVERYTHING: Filter = Filter(None);

    /// Every subject that is, or begins with the tokens of, `prefix`.
    pub fn below(prefix: &str) -> Self {
        Self(Some(prefix.into()))
    }

    /// Exactly one subject (and what is below it).
    pub fn only(subject: &Subject) -> Self {
        Self(Some(subject.0.clone()))
    }

    /// The prefix, unless it is everything.
    pub fn prefix(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Whether the subject passes.
    pub fn matches(&self, subject: &Subject) -> bool {
        let Some(prefix) = &self.0 else { return true };
        subject
            .0
            .strip_prefix(prefix.as_ref())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// The customer's shard: FNV-1a, folded to 0..=15.
pub fn shard(customer: &CustomerId) -> u8 {
    (fnv1a(customer.as_str().as_bytes()) % 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_cuts_at_whole_tokens() {
        let subject = Subject::stored("al.demo.f");
        assert!(Filter::below("al").matches(&subject));
        assert!(Filter::below("al.demo").matches(&subject));
        assert!(!Filter::below("al.de").matches(&subject));
        assert!(!Filter::below("al.demo.f.x").matches(&subject));
        assert!(Filter::EVERYTHING.matches(&subject));
    }
}
