//! What changes about accounts becomes facts for allocation and the end of sockets.

use crate::accounts::{Accounts, Notice, ProfileChange};
use crate::conversations::FactSink;
use crate::ports::Delivery;
use crate::sites::Sites;
use domain::allocation::fact::{Availability, Fact};
use domain::id::{AgentId, SiteId};
use runtime::clock::SharedClock;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

pub(crate) struct Staff {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) sites: Arc<Sites>,
    pub(crate) clock: SharedClock,
    pub(crate) delivery: Arc<dyn Delivery>,
    pub(crate) facts: FactSink,
}

impl Staff {
    /// Tells everything known, then what changes, until cancelled.
    pub(crate) async fn run(self, cancel: CancellationToken) {
        let mut notices = self.accounts.notices();
        self.tell_all();
        while let Some(notice) = cancel.run_until_cancelled(notices.recv()).await {
            match notice {
                Ok(notice) => self.tell(notice),
                Err(RecvError::Lagged(_)) => self.tell_all(),
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Facts with a version that allocation knows change nothing.
    fn tell_all(&self) {
        for site in self.sites.snapshot().all() {
            self.accounts
                .profiles(&site.id)
                .into_iter()
                .for_each(|change| self.profile(change));
        }
    }

    fn tell(&self, notice: Notice) {
        match notice {
            Notice::Profile(change) => self.profile(change),
            Notice::TokensEnded {
                site,
                agent,
                disabled,
            } => {
                if disabled {
                    self.offline(&site, &agent);
                }
                self.delivery.sign_out(&site, &agent, None);
            }
            Notice::SignedOut { site, agent, token } => {
                self.offline(&site, &agent);
                self.delivery.sign_out(&site, &agent, Some(&token));
            }
        }
    }

    fn profile(&self, change: ProfileChange) {
        let ProfileChange {
            site,
            agent,
            version,
            profile,
        } = change;
        (self.facts)(
            &site,
            Fact::ProfileSet {
                agent,
                version,
                profile,
            },
        );
    }

    /// Chats go back to the line at once.
    fn offline(&self, site: &SiteId, agent: &AgentId) {
        let (agent, at) = (agent.clone(), self.clock.now());
        let availability = Availability::Offline;
        (self.facts)(
            site,
            Fact::AvailabilitySet {
                agent,
                availability,
                reason: None,
                at,
            },
        );
    }
}
