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
    /// A study file says something that cannot be.
    #[error("{file}: {key}: {message}")]
    Study {
        /// Which file.
        file: String,
        /// Which key.
        key: String,
        /// What is wrong, with what is allowed.
        message: String,
        /// The likely fix.
        hint: String,
    },
    /// A study file is not TOML, or has a key that studies do not have.
    #[error("{file}: {message}")]
    StudyToml {
        /// Which file.
        file: String,
        /// What is wrong, with the line.
        message: String,
    },
    /// Nobody like that can be enrolled.
    #[error("{file}: enrol: nobody in the model's population has this age, course and stage together")]
    Nobody {
        /// Which file.
        file: String,
    },
    /// A head could not be built.
    #[error("the experiment {name}: {source}")]
    Head {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_head::HeadError,
    },
    /// A work of dots could not be laid.
    #[error("the experiment {name}: {source}")]
    Pigment {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_pigment::PigmentError,
    },
    /// Light could not be traced.
    #[error("the experiment {name}: {source}")]
    Light {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_light::transport::TransportError,
    },
    /// Skin, hair, colour or pictures refused a number.
    #[error("the experiment {name}: {source}")]
    Picture {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_light::LightError,
    },
    /// A dot has no profile.
    #[error("the experiment {name}: {source}")]
    Dot {
        /// Which file.
        name: String,
        /// Why.
        source: vellus_light::dot::DotError,
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

impl EvidenceError {
    /// The likely fix, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Study { hint, .. } => Some(hint.clone()),
            Self::StudyToml { .. } => {
                Some("docs/studies.md describes the format; `vellus study --schema` prints every key".into())
            }
            Self::Nobody { .. } => Some(
                "widen enrol.age_years or enrol.stages, or leave enrol.courses out; stages are ranges such as [\"norwood_3\", \"norwood_5\"]".into(),
            ),
            _ => None,
        }
    }
}
