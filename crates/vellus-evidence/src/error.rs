//! What can be wrong with evidence.

/// An error of the evidence room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// An experiment file is not one.
    #[error("the experiment {name}: {message}")]
    File {
        /// Which file.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A head could not be built.
    #[error("the experiment {name}: {source}")]
    Head {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_head::HeadError,
    },
    /// A blood preparation could not be run.
    #[error("the preparation {name}: {source}")]
    Blood {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_blood::BloodError,
    },
}
