//! Estimated waits of a site, learned from its own assignments.

use super::Site;
use crate::readmodel::Estimate;
use domain::id::DepartmentId;
use domain::time::Time;

/// Per department.
#[derive(Debug, Default)]
pub(super) struct Estimates {}

impl Estimates {
    pub(super) fn estimate(
        &self,
        _site: &Site,
        _department: &DepartmentId,
        _position: u32,
        _now: Time,
    ) -> Option<Estimate> {
        None
    }
}
