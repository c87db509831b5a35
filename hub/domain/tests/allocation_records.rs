//! Stored facts and decisions of the first day: they decode for ever, and are written as then.

use domain::allocation::decision::{Decided, Decision};
use domain::allocation::fact::Fact;

const FACTS: &[&str] = &[
    r#"{"type":"enqueued","conversation":"c-1","round":2,"demand":{"department":"sales","customer":"c","weight":10,"enqueued_at":5,"priority":0,"front":false}}"#,
    r#"{"type":"enqueued","conversation":"c-1","round":3,"demand":{"department":"sales","customer":"c","skills":[{"skill":"zh","level":3}],"priority":9,"weight":3,"enqueued_at":5,"front":true,"sticky":{"agent":"ada","until":9},"return_to":"lin"}}"#,
    r#"{"type":"held","conversation":"c-1","round":4,"agent":"ada","department":"sales","weight":10}"#,
    r#"{"type":"held","conversation":"c-1","round":5,"agent":"ada","department":"sales","weight":10,"wrap_up_until":60}"#,
    r#"{"type":"transfer_requested","conversation":"c-1","round":6,"from":"ada","to":{"agent":"lin"},"demand":{"department":"sales","customer":"c","priority":0,"weight":10,"enqueued_at":5,"front":false}}"#,
    r#"{"type":"transfer_requested","conversation":"c-1","round":7,"from":"ada","to":{"department":"support"},"demand":{"department":"support","customer":"c","priority":0,"weight":10,"enqueued_at":5,"front":false}}"#,
    r#"{"type":"released","conversation":"c-1","round":8}"#,
    r#"{"type":"customer_present","conversation":"c-1","source":{"node":"n","incarnation":"i","counter":1},"present":false,"at":7}"#,
    r#"{"type":"agent_on","agent":"ada","source":{"node":"n","incarnation":"i","counter":2},"at":7}"#,
    r#"{"type":"agent_off","agent":"ada","source":{"node":"n","incarnation":"i","counter":3},"at":8}"#,
    r#"{"type":"node_started","node":"n","incarnation":"j","at":9}"#,
    r#"{"type":"agent_idle","agent":"ada","idle":true,"at":9}"#,
    r#"{"type":"availability_set","agent":"ada","availability":"on_break","reason":"lunch","at":9}"#,
    r#"{"type":"availability_set","agent":"ada","availability":"available","at":10}"#,
    r#"{"type":"profile_set","agent":"ada","version":1,"profile":{"departments":["sales"],"skills":[{"skill":"zh","level":3}],"capacity":40}}"#,
    r#"{"type":"profile_set","agent":"ada","version":2,"profile":null}"#,
    r#"{"type":"offer_shown","offer":"o1","agent":"ada"}"#,
    r#"{"type":"accepted","conversation":"c-1","offer":"o1","agent":"ada","ref":"r1","digest":18446744073709551615,"at":11}"#,
    r#"{"type":"declined","conversation":"c-1","offer":"o1","agent":"ada","ref":"r2","at":11}"#,
    r#"{"type":"claimed","conversation":"c-1","agent":"ada","ref":"r3","digest":7,"at":11}"#,
];

const DECISIONS: &[&str] = &[
    r#"{"type":"term","term":3}"#,
    r#"{"type":"offered","conversation":"c-1","offer":"o1","agent":"ada","transfer":false,"expires_at":20,"why":{"policy":1,"rules":["department"],"waited_ms":12,"candidates":2,"tie_break":"id","top":[["ada",100000],["lin",99999]],"filtered":[["skill",1]],"unreachable":["sam"]}}"#,
    r#"{"type":"offered","conversation":"c-1","offer":"o2","agent":"ada","transfer":true,"expires_at":20,"why":{"policy":1,"rules":["transfer"],"waited_ms":12,"candidates":1,"tie_break":"only"}}"#,
    r#"{"type":"assigned","conversation":"c-1","agent":"ada","department":"sales","by":"offer","offer":"o1","ref":"r1","digest":7,"over_capacity":false}"#,
    r#"{"type":"assigned","conversation":"c-1","agent":"lin","department":"sales","by":"transfer","offer":"o2","ref":"r1","digest":7,"from":"ada","over_capacity":true}"#,
    r#"{"type":"declined","conversation":"c-1","offer":"o1","agent":"ada","ref":"r2"}"#,
    r#"{"type":"expired","conversation":"c-1","offer":"o1","agent":"ada","missed":true}"#,
    r#"{"type":"revoked","conversation":"c-1","offer":"o1","agent":"ada","reason":"accepted_elsewhere"}"#,
    r#"{"type":"returned","conversation":"c-1","from":"ada","to":{"agent":"lin"},"reason":"unavailable"}"#,
    r#"{"type":"refused","agent":"ada","ref":"r3","code":"capacity_full"}"#,
    r#"{"type":"put_on_break","agent":"ada"}"#,
    r#"{"type":"went_offline","agent":"ada"}"#,
    r#"{"type":"place_held","conversation":"c-1"}"#,
    r#"{"type":"snapshot","part":0,"parts":2,"state":"{\"term\":3"}"#,
];

/// Decodes, and encodes to the same value.
fn holds<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) {
    let stored: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let read: T = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert_eq!(serde_json::to_value(read).expect("plain data"), stored);
}

#[test]
fn stored_facts_decode_for_ever() {
    FACTS.iter().for_each(|text| holds::<Fact>(text));
}

#[test]
fn stored_decisions_decode_for_ever() {
    DECISIONS.iter().for_each(|text| holds::<Decision>(text));
    let record = format!(
        r#"{{"term":3,"facts":9,"now":12,"decisions":[{}]}}"#,
        DECISIONS.join(",")
    );
    holds::<Decided>(&record);
}
