//! The fold.

use super::life::Life;
use super::observation::Observation;
use crate::conversation::Event;
use crate::conversation::event::Resolution;
use crate::id::DepartmentId;
use crate::record::Record;

/// Measures one conversation. Total: a stored record is never refused.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    stage: Stage,
}

#[derive(Debug, Clone, Default)]
enum Stage {
    #[default]
    Unopened,
    Running(Life),
    Finished {
        department: DepartmentId,
        counts: bool,
    },
}

impl Meter {
    /// Folds the conversation's next record; gives what it made certain.
    pub fn apply(&mut self, record: &Record<Event>) -> Vec<Observation> {
        let mut observed = Vec::new();
        for event in &record.events {
            self.event(event, record, &mut observed);
        }
        self.finish(record, &mut observed);
        observed
    }

    /// Whether nothing more comes, unless it is reopened or rated.
    pub fn is_finished(&self) -> bool {
        matches!(self.stage, Stage::Finished { .. })
    }

    fn event(&mut self, event: &Event, record: &Record<Event>, observed: &mut Vec<Observation>) {
        match (&mut self.stage, event) {
            (Stage::Unopened, Event::ConversationOpened { department, .. }) => {
                self.stage = Stage::Running(Life::new(department.clone()));
            }
            (Stage::Finished { department, .. }, Event::Reopened { .. }) => {
                let department = department.clone();
                observed.push(Observation::Reopened {
                    department: department.clone(),
                });
                self.stage = Stage::Running(Life::new(department));
            }
            (Stage::Finished { counts: true, .. }, Event::Rated { score, .. }) => {
                observed.push(Observation::Rated { score: *score });
            }
            (Stage::Running(life), Event::Reopened { .. }) => {
                observed.push(Observation::Reopened {
                    department: life.department().clone(),
                });
                life.reopen();
            }
            (Stage::Running(life), event) => life.event(event, record.at),
            _ => {}
        }
    }

    fn finish(&mut self, record: &Record<Event>, observed: &mut Vec<Observation>) {
        let Stage::Running(life) = &mut self.stage else {
            return;
        };
        let Some(resolution) = life.finished(record.at) else {
            return;
        };
        let counts = !matches!(resolution, Some(Resolution::Spam | Resolution::Duplicate));
        if counts {
            observed.append(&mut life.held);
        }
        self.stage = Stage::Finished {
            department: life.department().clone(),
            counts,
        };
    }
}
