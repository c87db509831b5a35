//! Sites: what a tenant's file says, read strictly, applied whole or not at all.

pub mod apply;
pub mod department;
pub mod file;
pub mod origin;
pub mod times;

pub use apply::{Sites, SitesError};
pub use department::Department;
pub use file::{Brand, CannedReply, Site};
pub use origin::origin_allowed;
