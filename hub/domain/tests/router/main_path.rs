//! Enqueue, offer, accept, release; expiry; decline; transfer; an agent drops off.

use crate::support::{Site, agent, conv, dept};
use domain::allocation::decision::{AssignedBy, Decision, RefusalCode, ReturnReason};
use domain::allocation::fact::Target;
use domain::router::Effect;

#[test]
fn a_conversation_is_offered_accepted_held_and_released() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    site.enqueue("c-2");
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"));
    assert_eq!(site.asked("c-2"), None, "capacity is one");
    let reference = site.accept("c-1", "ada");
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
    assert_eq!(site.names(), ["term", "offered", "assigned"]);
    assert_eq!(
        site.effects(),
        [Effect::Assign {
            conversation: conv("c-1"),
            agent: agent("ada"),
            department: dept("sales"),
            by: AssignedBy::Offer,
            from: None,
            reference: Some((reference, 7)),
        }]
    );
    site.held("c-1", "ada", None);
    site.release("c-1");
    assert_eq!(site.asked("c-2").as_deref(), Some("ada"), "free again");
}

#[test]
fn an_offer_expires_and_the_next_agent_is_asked() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    site.agent("lin", 1);
    let late = site.offered("c-1", "ada");
    site.pass(19);
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"));
    site.pass(1);
    assert_eq!(site.asked("c-1").as_deref(), Some("lin"));
    site.decisions();
    let reference = site.accept_offer("c-1", "ada", late);
    assert_eq!(
        site.decisions(),
        [Decision::Refused {
            agent: agent("ada"),
            reference,
            code: RefusalCode::OfferExpired,
        }]
    );
}

#[test]
fn who_declined_is_asked_after_everybody_else_and_not_at_once() {
    let mut site = Site::new();
    site.agent("ada", 2);
    site.enqueue("c-1");
    site.decline("c-1", "ada");
    assert_eq!(site.asked("c-1"), None);
    site.pass(29);
    assert_eq!(site.asked("c-1"), None);
    site.pass(1);
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"), "never starves");
    site.decline("c-1", "ada");
    site.pass(40);
    site.decline("c-1", "ada");
    site.agent("lin", 2);
    assert_eq!(site.asked("c-1").as_deref(), Some("lin"));
}

#[test]
fn a_transfer_to_an_agent_is_accepted_beyond_capacity() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.agent("lin", 1);
    site.held("c-1", "ada", None);
    site.held("c-2", "lin", None);
    site.transfer("c-1", "ada", Target::Agent(agent("lin")));
    assert_eq!(
        site.owner("c-1").as_deref(),
        Some("ada"),
        "until acceptance"
    );
    site.accept("c-1", "lin");
    assert_eq!(site.owner("c-1").as_deref(), Some("lin"));
    assert!(site.decisions().iter().any(|decision| matches!(
        decision,
        Decision::Assigned { by: AssignedBy::Transfer, over_capacity: true, from: Some(from), .. }
            if *from == agent("ada")
    )));
}

#[test]
fn a_declined_transfer_returns() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.agent("lin", 1);
    site.held("c-1", "ada", None);
    site.transfer("c-1", "ada", Target::Agent(agent("lin")));
    site.decline("c-1", "lin");
    assert_eq!(
        site.effects(),
        [Effect::ReturnTransfer {
            conversation: conv("c-1"),
            from: agent("ada"),
            to: Target::Agent(agent("lin")),
            reason: ReturnReason::Declined,
        }]
    );
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
}

#[test]
fn an_agent_that_drops_off_loses_its_offer_then_its_waiting_customers() {
    let mut site = Site::new();
    site.agent("ada", 2);
    site.held("c-1", "ada", None);
    site.enqueue("c-2");
    site.off("ada");
    assert_eq!(site.asked("c-2").as_deref(), Some("ada"), "grace of 5 s");
    site.pass(5);
    assert_eq!(site.asked("c-2"), None);
    site.pass(14);
    assert_eq!(site.effects(), []);
    site.pass(1);
    let (conversation, ada) = (conv("c-1"), agent("ada"));
    let unreachable = Effect::AgentUnreachable {
        conversation: conversation.clone(),
        agent: ada.clone(),
    };
    assert_eq!(site.effects(), [unreachable]);
    site.pass(40);
    let requeue = Effect::Requeue {
        conversation,
        agent: ada,
        only_if_waiting: true,
    };
    assert_eq!(site.effects(), [requeue]);
}
