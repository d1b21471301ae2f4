//! What can go wrong with a report.

/// An error of the report room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A picture could not be drawn.
    #[error("drawing a picture: {0}")]
    Light(#[from] vellus_light::LightError),
}
