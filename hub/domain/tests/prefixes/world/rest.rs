//! The end of a script: faults stop, what was lost is repaired, all agree.

use super::World;
use crate::dialogue::Dialogue;
use domain::allocation::decision::{Decided, Decision};
use domain::allocation::snapshot::{Assembler, parts};

impl World {
    /// Names of everything that was decided (with the way of assignment and the reason of a
    /// revocation or refusal) and caused.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let decisions = self.records.iter().flat_map(|record| &record.decisions);
        let name = |decision: &Decision| {
            let value = serde_json::to_value(decision).unwrap();
            let word = |key: &str| value[key].as_str().map(|text| format!(" {text}"));
            let kind = value["type"].as_str().unwrap();
            let detail = word("by").or(word("reason")).or(word("code"));
            format!("{kind}{}", detail.unwrap_or_default())
        };
        decisions
            .map(name)
            .chain(self.caused.iter().cloned())
            .collect()
    }

    pub(crate) fn owners(&self) -> usize {
        let owned = |d: &&Dialogue| d.owner().is_some();
        self.dialogues.iter().filter(owned).count()
    }

    /// Faults end; what was lost is repaired; then all agree.
    pub(crate) fn come_to_rest(&mut self) {
        (self.holding, self.dropping) = (false, false);
        self.flush();
        self.lease(0, true);
        self.settle();
        for _ in 0..25 {
            self.pass(1_000);
            self.settle();
        }
        self.settle();
        self.agree();
    }

    fn agree(&mut self) {
        let view = self.nodes[0].router.view();
        for dialogue in &self.dialogues {
            let owner = view.owner(&dialogue.id);
            assert_eq!(owner, dialogue.owner(), "{dialogue:?}");
        }
        let state = self.checker.state();
        assert_eq!(self.follower.state(), state, "a follower differs");
        for node in &self.nodes {
            assert_eq!(node.router.replica().state(), state, "a node differs");
        }
        let mut assembler = Assembler::default();
        let mut read = None;
        for part in parts(state) {
            let record = Decided {
                term: state.term,
                facts: state.facts,
                now: state.now,
                decisions: vec![part],
            };
            read = assembler.push(&record).expect("readable");
        }
        let mut read = read.expect("whole");
        read.decisions = state.decisions;
        assert_eq!(read, *state, "a snapshot differs");
    }
}
