//! The fold of all accounts, kept fresh by a tail, and the one way to change them.

use super::AccountError;
use super::account::{Account, AccountEvent, Agent};
use super::login::{LoginGuard, LoginLimits};
use super::password::Passwords;
use super::token::TokenDigest;
use crate::failure::Failure;
use crate::subject_log::{self, Landed};
use bytes::Bytes;
use domain::allocation::fact::Profile;
use domain::id::{AgentId, SiteId};
use domain::record::{Actor, Ordinals, Record, VERSION};
use domain::time::Time;
use journal::subject::Subject;
use journal::{Journal, Position, RecordId, Stored};
use runtime::clock::SharedClock;
use runtime::random::SharedRandom;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::broadcast;

const KIND: &str = "account";
/// Notices that a slow listener may be behind before it must look at the whole again.
const NOTICES: usize = 1024;
/// Decisions against a moving log before giving up.
const ATTEMPTS: usize = 16;

/// What an agent can do, as of the `version`th event of its account; `None`: nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileChange {
    /// Where it belongs.
    pub site: SiteId,
    /// Whose.
    pub agent: AgentId,
    /// Ordinal in the account's log: of two changes the higher one counts.
    pub version: u64,
    /// What allocation may give it.
    pub profile: Option<Profile>,
}

/// What others must know at once, on every node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields are named by their type")]
pub enum Notice {
    /// An account was made, disabled or enabled.
    Profile(ProfileChange),
    /// All tokens ended: sockets close for good. `disabled`: chats go back to the line at once.
    TokensEnded {
        site: SiteId,
        agent: AgentId,
        disabled: bool,
    },
    /// Signed out with this token: its sockets close for good.
    SignedOut {
        site: SiteId,
        agent: AgentId,
        token: TokenDigest,
    },
}

/// All accounts of the hub.
pub struct Accounts {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) clock: SharedClock,
    pub(super) random: SharedRandom,
    pub(super) passwords: Passwords,
    pub(super) guard: LoginGuard,
    directory: Arc<RwLock<Directory>>,
    notices: broadcast::Sender<Notice>,
}

#[derive(Debug, Default)]
pub(super) struct Directory {
    accounts: HashMap<AgentId, Account>,
    tokens: HashMap<TokenDigest, AgentId>,
}

impl Accounts {
    /// Folds all accounts; comes back when everything in the log has been seen.
    pub async fn open(
        journal: Arc<dyn Journal>,
        clock: SharedClock,
        random: SharedRandom,
        limits: LoginLimits,
    ) -> Arc<Self> {
        let accounts = Arc::new(Self {
            passwords: Passwords::new(random.clone()),
            guard: LoginGuard::new(limits),
            directory: Arc::default(),
            notices: broadcast::Sender::new(NOTICES),
            journal,
            clock,
            random,
        });
        let mark = (
            RecordId(accounts.random.u128()),
            encode(Time(0), Actor::System, 0, Vec::new()),
        );
        let (directory, notices) = (accounts.directory.clone(), accounts.notices.clone());
        subject_log::follow(&accounts.journal, "ac", mark, move |stored| {
            fold(&directory, &notices, stored);
        })
        .await;
        accounts
    }

    /// What happens from now on. A listener that lags must read [`Accounts::profiles`] again.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Everybody's profile, disabled accounts included.
    pub fn profiles(&self, site: &SiteId) -> Vec<ProfileChange> {
        let directory = self.read();
        let accounts = directory.accounts.values();
        accounts
            .filter(|a| a.agent.site == *site)
            .map(profile_of)
            .collect()
    }

    /// Every account, by login.
    pub fn list(&self) -> Vec<Agent> {
        let directory = self.read();
        let mut all: Vec<Agent> = directory
            .accounts
            .values()
            .map(|a| a.agent.clone())
            .collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// One account.
    pub fn agent(&self, id: &AgentId) -> Option<Agent> {
        self.read().accounts.get(id).map(|a| a.agent.clone())
    }

    /// Decides on the newest state and appends; `decide` may run several times. `Ok(None)`
    /// from it means that there is nothing to do.
    pub(super) async fn change(
        &self,
        site: &SiteId,
        agent: &AgentId,
        by: &Actor,
        decide: impl Fn(Option<&Account>, Time) -> Result<Option<AccountEvent>, AccountError>,
    ) -> Result<(), AccountError> {
        let subject = Subject::account(site, agent);
        for _ in 0..ATTEMPTS {
            let (event, at, last, version) = {
                let directory = self.read();
                let account = directory.accounts.get(agent);
                if account.is_some_and(|account| account.unreadable) {
                    return Err(AccountError::Unreadable(agent.clone()));
                }
                let at = self.clock.now().max(account.map_or(Time(0), |a| a.at));
                let Some(event) = decide(account, at)? else {
                    return Ok(());
                };
                let (last, version) = account.map_or((Position(0), 0), |a| (a.last, a.version));
                (event, at, last, version)
            };
            let id = RecordId(self.random.u128());
            let body = encode(at, by.clone(), version + 1, vec![event]);
            let landed = subject_log::commit(&*self.journal, &subject, last, id, body.clone());
            match landed.await? {
                Landed::At(position) => {
                    let stored = Stored {
                        position,
                        prev: last,
                        subject,
                        id,
                        body,
                    };
                    fold(&self.directory, &self.notices, &stored);
                    return Ok(());
                }
                Landed::Conflict => self.refold(&subject, last).await?,
            }
        }
        Err(Failure::from(journal::AppendError::Unavailable).into())
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Directory> {
        self.directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn refold(&self, subject: &Subject, after: Position) -> Result<(), AccountError> {
        let missed = subject_log::records_after(&*self.journal, subject, after).await;
        for stored in missed.map_err(Failure::from)? {
            fold(&self.directory, &self.notices, &stored);
        }
        Ok(())
    }
}

impl Directory {
    pub(super) fn account(&self, id: &AgentId) -> Option<&Account> {
        self.accounts.get(id)
    }

    pub(super) fn holder(&self, token: &TokenDigest) -> Option<&Account> {
        self.account(self.tokens.get(token)?)
    }

    /// Folds a record once, however often it comes.
    fn fold(&mut self, stored: &Stored) -> Vec<Notice> {
        let Some((site, agent)) = owner(&stored.subject) else {
            return Vec::new();
        };
        let known = self.accounts.get(&agent);
        if known.is_some_and(|a| a.last >= stored.position || a.agent.site != site) {
            return Vec::new();
        }
        let Ok(record) = serde_json::from_slice::<Record<AccountEvent>>(&stored.body) else {
            tracing::error!("an account was written by a newer hub and is frozen here");
            if let Some(account) = self.accounts.get_mut(&agent) {
                account.unreadable = true;
            }
            return Vec::new();
        };

        let mut notices = Vec::new();
        for event in &record.events {
            self.fold_event(&site, &agent, event, record.at);
            notices.extend(self.notice(&site, &agent, event));
        }
        if let Some(account) = self.accounts.get_mut(&agent) {
            account.last = stored.position;
            account.at = record.at;
        }
        notices
    }

    fn fold_event(&mut self, site: &SiteId, agent: &AgentId, event: &AccountEvent, at: Time) {
        if !self.accounts.contains_key(agent) {
            let Some(account) = Account::created(site, agent, event) else {
                return;
            };
            self.accounts.insert(agent.clone(), account);
        }
        let account = self
            .accounts
            .get_mut(agent)
            .expect("it is there or was just put there");
        let before: Vec<TokenDigest> = account.tokens.keys().copied().collect();
        account.version += 1;
        account.apply(event, at);
        for token in before
            .iter()
            .filter(|token| !account.tokens.contains_key(token))
        {
            self.tokens.remove(token);
        }
        if let AccountEvent::TokenIssued { token, .. } = event {
            self.tokens.insert(*token, agent.clone());
        }
    }

    fn notice(&self, site: &SiteId, agent: &AgentId, event: &AccountEvent) -> Vec<Notice> {
        let profile = || {
            self.accounts
                .get(agent)
                .map(|a| Notice::Profile(profile_of(a)))
        };
        let ended = |disabled| Notice::TokensEnded {
            site: site.clone(),
            agent: agent.clone(),
            disabled,
        };
        match event {
            AccountEvent::Created { .. } | AccountEvent::Enabled => profile().into_iter().collect(),
            AccountEvent::Disabled => profile().into_iter().chain([ended(true)]).collect(),
            AccountEvent::PasswordSet { .. } => vec![ended(false)],
            AccountEvent::TokenRevoked { token } => vec![Notice::SignedOut {
                site: site.clone(),
                agent: agent.clone(),
                token: *token,
            }],
            AccountEvent::TokenIssued { .. } | AccountEvent::TokenRenewed { .. } => Vec::new(),
        }
    }
}

fn fold(directory: &RwLock<Directory>, notices: &broadcast::Sender<Notice>, stored: &Stored) {
    // Sent while the lock is held, so that two folders cannot turn the order around.
    let mut directory = directory.write().unwrap_or_else(PoisonError::into_inner);
    for notice in directory.fold(stored) {
        // Nobody listening is no error.
        let _ = notices.send(notice);
    }
}

fn profile_of(account: &Account) -> ProfileChange {
    ProfileChange {
        site: account.agent.site.clone(),
        agent: account.agent.id.clone(),
        version: account.version,
        profile: account.allocatable(),
    }
}

fn owner(subject: &Subject) -> Option<(SiteId, AgentId)> {
    let mut tokens = subject.tokens().skip(1);
    let site = SiteId::new(tokens.next()?).ok()?;
    let agent = AgentId::new(tokens.next()?).ok()?;
    Some((site, agent))
}

fn encode(at: Time, by: Actor, first: u64, events: Vec<AccountEvent>) -> Bytes {
    let record = Record {
        v: VERSION,
        kind: KIND.into(),
        at,
        by,
        reference: None,
        digest: None,
        events,
        first: Ordinals {
            all: first,
            public: first,
        },
    };
    serde_json::to_vec(&record)
        .expect("records are always JSON")
        .into()
}
