//! Agents' commands about offers, the line and themselves.

use super::waiters::Turn;
use super::{Allocations, Site};
use crate::conversations::{Done, Ticket};
use crate::failure::Failure;
use domain::allocation::fact::{Availability, Fact};
use domain::conversation::event::Person;
use domain::id::{AgentId, ConversationId, OfferId, SiteId};
use domain::limits::MAX_REMARK;
use domain::rejection::Rejection;
use domain::time::Span;
use std::sync::Arc;
use std::time::Duration;

/// A decision takes milliseconds; after this long the client is asked to try again.
const DECIDED_WITHIN: Duration = Duration::from_secs(10);
const LATER: Failure = Failure::Unavailable {
    retry_after: Span::seconds(1),
};

impl Allocations {
    /// Takes the offer. `Ok` when the conversation is the agent's.
    ///
    /// # Errors
    /// `OfferExpired`, `AlreadyAssigned`, `CapacityFull`, or the store's state.
    pub async fn accept(
        &self,
        site: &SiteId,
        person: &Person,
        conversation: ConversationId,
        offer: OfferId,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        let (agent, reference, digest) =
            (person.id.clone(), ticket.reference.clone(), ticket.digest);
        let at = self.now(site)?;
        let fact = Fact::Accepted {
            conversation: conversation.clone(),
            offer,
            agent,
            reference,
            digest,
            at,
        };
        self.decided(site, person, &conversation, ticket, fact)
            .await
    }

    /// Refuses the offer.
    ///
    /// # Errors
    /// `OfferExpired`, or the store's state.
    pub async fn decline(
        &self,
        site: &SiteId,
        person: &Person,
        conversation: ConversationId,
        offer: OfferId,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        let (agent, reference) = (person.id.clone(), ticket.reference.clone());
        let at = self.now(site)?;
        let fact = Fact::Declined {
            conversation: conversation.clone(),
            offer,
            agent,
            reference,
            at,
        };
        self.decided(site, person, &conversation, ticket, fact)
            .await
    }

    /// Takes a waiting conversation by hand.
    ///
    /// # Errors
    /// `AlreadyAssigned`, `CapacityFull`, `NotFound`, or the store's state.
    pub async fn claim(
        &self,
        site: &SiteId,
        person: &Person,
        conversation: ConversationId,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        let (agent, reference, digest) =
            (person.id.clone(), ticket.reference.clone(), ticket.digest);
        let at = self.now(site)?;
        let fact = Fact::Claimed {
            conversation: conversation.clone(),
            agent,
            reference,
            digest,
            at,
        };
        self.decided(site, person, &conversation, ticket, fact)
            .await
    }

    /// A desk shows the offer: from now on missing it counts.
    pub fn offer_shown(&self, site: &SiteId, agent: &AgentId, offer: OfferId) {
        self.fact(
            site,
            Fact::OfferShown {
                offer,
                agent: agent.clone(),
            },
        );
    }

    /// The agent's choice, on all devices.
    ///
    /// # Errors
    /// The reason is too long, or the store's state.
    pub async fn set_availability(
        &self,
        site: &SiteId,
        agent: &AgentId,
        availability: Availability,
        reason: Option<String>,
        _ticket: Ticket,
    ) -> Result<Done, Failure> {
        if reason
            .as_ref()
            .is_some_and(|r| r.chars().count() > MAX_REMARK)
        {
            return Err(Rejection::InvalidField("reason").into());
        }
        let at = self.now(site)?;
        let site = self.site(site).ok_or(Rejection::NotFound)?;
        // Choosing the same again changes nothing, so a retry needs no memory of its own.
        let fact = Fact::AvailabilitySet {
            agent: agent.clone(),
            availability,
            reason,
            at,
        };
        let durable = site.facts.send_durably(fact);
        match tokio::time::timeout(DECIDED_WITHIN, durable).await {
            Ok(Ok(())) => Ok(Done {
                conversation: None,
                seq: None,
                at,
            }),
            _ => Err(LATER),
        }
    }

    async fn decided(
        &self,
        site: &SiteId,
        person: &Person,
        conversation: &ConversationId,
        ticket: Ticket,
        fact: Fact,
    ) -> Result<Done, Failure> {
        let site: &Arc<Site> = self.site(site).ok_or(Rejection::NotFound)?;
        if let Some(done) = self
            .conversations
            .answered_for(&site.id, conversation, person, &ticket)
            .await?
        {
            return Ok(done);
        }
        let wait = match site
            .waiters
            .join(&person.id, &ticket.reference, ticket.digest)
        {
            Turn::Answered(answer) => return answer,
            Turn::Joined(wait) => wait,
            Turn::First(wait) => {
                site.facts.send(fact);
                wait
            }
        };
        match tokio::time::timeout(DECIDED_WITHIN, wait).await {
            Ok(Ok(answer)) => answer,
            _ => Err(LATER),
        }
    }

    fn now(&self, site: &SiteId) -> Result<domain::time::Time, Failure> {
        let site = self.site(site).ok_or(Rejection::NotFound)?;
        Ok(site.parts.clock.now())
    }
}
