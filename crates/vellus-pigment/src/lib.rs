//! Scalp micropigmentation: hairline, density, dots, sessions, ageing.
//!
//! [`hairline`] is where the work begins; [`target`] how dense it should be where; [`dots`] places
//! every dot of a session clear of living follicles and of all earlier dots; [`ageing`] is what
//! becomes of them. How a dot looks is not decided here.

pub mod ageing;
pub mod audit;
pub mod dot_file;
pub mod dots;
pub mod error;
pub mod hairline;
pub mod ink;
pub mod needle;
pub mod target;

pub use audit::{Audit, AuditContext, audit};
pub use dot_file::{
    DotFile, DotFileError, ReadContext, check_dots, dots_csv, dots_ply, read_dots, read_dots_bytes,
};
pub use dots::{DotRequest, Dots, SessionSummary, plan_dots};
pub use error::PigmentError;
pub use ink::{Ink, PigmentBase};
pub use needle::Needle;
