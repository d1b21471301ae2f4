//! What cannot be traced.

/// Why light is not traced.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// A value is out of range.
    #[error("{what} is {value}; it must lie between {lo} and {hi}")]
    Range {
        /// Which value.
        what: &'static str,
        /// The value.
        value: f64,
        /// Least value allowed.
        lo: f64,
        /// Greatest value allowed.
        hi: f64,
    },
    /// Too few or too many layers.
    #[error("a slab has 1 to {max} layers, not {count}", max = super::MAX_LAYERS)]
    Layers {
        /// How many there are.
        count: usize,
    },
    /// A layer without end lies above another.
    #[error("layer {layer} is infinitely thick but not the last; give it a thickness in mm")]
    Endless {
        /// Which one, from 1.
        layer: usize,
    },
    /// An endless layer that absorbs nothing keeps light for ever.
    #[error(
        "layer {layer} is infinitely thick and absorbs almost nothing; give it a thickness or an absorption above 10⁻⁶ of its scattering"
    )]
    Lossless {
        /// Which one, from 1.
        layer: usize,
    },
    /// No photons, or too many to add up.
    #[error("{photons} photons; 1 to 2,147,483,648 can be traced in one run")]
    Photons {
        /// How many were asked for.
        photons: u64,
    },
}
