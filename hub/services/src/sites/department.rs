//! A department's part of a site file. Every field has a default; times are those of the
//! service's rules.

use domain::allocation::fact::SkillLevel;
use domain::id::{DepartmentId, SkillId};
use domain::time::Span;
use serde::Deserialize;

/// A group of agents with its own line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its id in records, metrics and on the wire.
    pub id: DepartmentId,
    /// What people read.
    pub name: String,
    /// Where a conversation goes that names no department; exactly one per site.
    #[serde(default)]
    pub default: bool,
    /// Skills that every conversation here requires, with the least level (1 to 5).
    #[serde(default)]
    pub skills: Vec<RequiredSkill>,
    /// What a chat weighs against an agent's capacity: 1.0 is one chat; steps of a tenth.
    #[serde(default = "one")]
    pub weight: f64,
    /// Accepted within this time counts as on target; also the target of each answer. In ms.
    #[serde(rename = "response_target_ms", default = "minute")]
    pub response_target: Span,
    /// How long an offer stands, in ms.
    #[serde(rename = "offer_ms", default = "twenty_seconds")]
    pub offer: Span,
    /// Offers are accepted by themselves.
    #[serde(default)]
    pub auto_accept: bool,
    /// Agents may take waiting conversations by hand.
    #[serde(default = "yes")]
    pub claim: bool,
    /// How long only the agent of the last conversation is asked, in ms.
    #[serde(rename = "sticky_ms", default = "minute")]
    pub sticky: Span,
    /// Time to finish after a close, in ms; it can be extended once by as much.
    #[serde(rename = "wrap_up_ms", default = "minute")]
    pub wrap_up: Span,
    /// Writing within this time after the close reopens, in ms.
    #[serde(rename = "reopen_ms", default = "day")]
    pub reopen: Span,
}

/// A skill with its least level.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredSkill {
    /// Which.
    pub skill: SkillId,
    /// 1 to 5.
    #[serde(default = "lowest")]
    pub level: u8,
}

impl Department {
    /// The weight of a chat in tenths, as allocation counts.
    pub fn weight_tenths(&self) -> u32 {
        (self.weight * 10.0).round() as u32
    }

    /// The skills as allocation counts them.
    pub fn skill_levels(&self) -> Vec<SkillLevel> {
        let level = |required: &RequiredSkill| SkillLevel {
            skill: required.skill.clone(),
            level: required.level,
        };
        self.skills.iter().map(level).collect()
    }

    /// What is wrong with it, in the words of the file.
    pub(super) fn fault(&self) -> Option<String> {
        let id = &self.id;
        if self.name.trim().is_empty() {
            return Some(format!("department {id} has no name"));
        }
        if let Some(wrong) = self.skills.iter().find(|s| !(1..=5).contains(&s.level)) {
            return Some(format!(
                "department {id}: level {} of skill {} is not 1 to 5",
                wrong.level, wrong.skill
            ));
        }
        if !(0.1..=100.0).contains(&self.weight) {
            return Some(format!(
                "department {id}: weight {} is not 0.1 to 100",
                self.weight
            ));
        }
        if !(Span::seconds(3)..=Span::minutes(10)).contains(&self.offer) {
            return Some(format!("department {id}: offer_ms is not 3000 to 600000"));
        }
        (self.response_target == Span(0))
            .then(|| format!("department {id}: response_target_ms must be above 0"))
    }
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

fn lowest() -> u8 {
    1
}

fn minute() -> Span {
    Span::minutes(1)
}

fn twenty_seconds() -> Span {
    Span::seconds(20)
}

fn day() -> Span {
    Span::minutes(24 * 60)
}
