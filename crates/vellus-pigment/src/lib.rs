//! Scalp micropigmentation: hairline, density, dots, sessions, ageing.
//!
//! [`hairline`] is where the work begins; [`target`] how dense it should be where, and [`mark`] the
//! scars and moles on the way; [`dots`] places every dot of a [`session`] clear of living follicles and
//! of all earlier dots, with a [`needle`] and an [`ink`] of a [`pigment`]; [`work_order`] is the way of the hand and
//! [`supply`] what it needs; [`ageing`] is what becomes of the dots. [`dot_file`] keeps their record and
//! [`audit`](mod@audit) judges finished work. How a dot looks is not decided here.

pub mod ageing;
pub mod audit;
mod cluster;
pub mod dot_file;
pub mod dots;
pub mod error;
mod free_skin;
pub mod hairline;
pub mod ink;
pub mod mark;
pub mod needle;
pub mod pigment;
pub mod session;
pub mod supply;
pub mod target;
pub mod work_order;

pub use audit::{Audit, AuditContext, audit};
pub use dot_file::{
    DotFile, DotFileError, ReadContext, check_dots, dots_csv, dots_ply, read_dots, read_dots_bytes,
};
pub use dots::{DotRequest, Dots, Pattern, SessionSummary, plan_dots};
pub use error::PigmentError;
pub use ink::{Ink, PigmentBase};
pub use mark::{Mark, MarkKind};
pub use needle::Needle;
pub use pigment::PigmentRecord;
