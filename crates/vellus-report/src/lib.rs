//! Pictures, pages and files from a finished plan.

pub mod error;
pub mod picture;
pub mod pictures;

pub use error::ReportError;
pub use picture::{Picture, PictureSet};
