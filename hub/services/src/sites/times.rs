//! What the rules ask of a site: its departments and their times.

use super::{Department, Sites};
use domain::id::{DepartmentId, SiteId};
use domain::time::Span;

/// The times of a department that conversations need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// After-work time.
    pub wrap_up: Span,
    /// How long the last agent is preferred.
    pub sticky: Span,
    /// How long after the close writing reopens.
    pub reopen: Span,
    /// A customer is answered within this.
    pub response_target: Span,
}

/// For a department that its site no longer lists.
const GONE: Times = Times {
    wrap_up: Span::seconds(60),
    sticky: Span::seconds(60),
    reopen: Span::minutes(24 * 60),
    response_target: Span::seconds(60),
};

impl From<&Department> for Times {
    fn from(d: &Department) -> Self {
        Self {
            wrap_up: d.wrap_up,
            sticky: d.sticky,
            reopen: d.reopen,
            response_target: d.response_target,
        }
    }
}

impl Sites {
    /// The department's times; `None`: the default department's.
    pub fn times(&self, site: &SiteId, department: Option<&DepartmentId>) -> Times {
        let Some(site) = self.site(site) else {
            return GONE;
        };
        match department {
            Some(id) => site.department(id).map_or(GONE, Times::from),
            None => Times::from(site.default_department()),
        }
    }

    /// The department meant: the one named, where the site lists it, or the default.
    pub fn department(&self, site: &SiteId, wish: Option<&DepartmentId>) -> Option<DepartmentId> {
        let site = self.site(site)?;
        match wish {
            Some(id) => site.department(id).map(|d| d.id.clone()),
            None => Some(site.default_department().id.clone()),
        }
    }
}
