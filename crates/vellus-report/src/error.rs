//! What can go wrong while a report is written.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A page could not be filled from its template.
    #[error("the page could not be written: {0}")]
    Page(#[from] minijinja::Error),
    /// A document could not be turned into JSON.
    #[error("the plan could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A table could not be written.
    #[error("a table could not be written: {0}")]
    Table(#[from] csv::Error),
    /// A strategy was asked for that the plan does not hold.
    #[error("the plan has no strategy {id:?}; it has {known}")]
    Strategy {
        /// What was asked for.
        id: String,
        /// What there is.
        known: String,
    },
    /// A moment was asked for that the course does not have.
    #[error("the course has no moment {name:?}; it has {known}")]
    Moment {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A stencil was asked for that cannot be drawn.
    #[error("the stencil: {0}")]
    Stencil(String),
    /// A PDF could not be written.
    #[cfg(feature = "pdf")]
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The texts of a language cannot be used.
    #[error("the texts: {0}")]
    Texts(String),
    /// A picture could not be drawn.
    #[error("drawing a picture: {0}")]
    Light(#[from] vellus_light::LightError),
    /// A head could not be written.
    #[error(transparent)]
    Head(#[from] vellus_head::HeadError),
}
