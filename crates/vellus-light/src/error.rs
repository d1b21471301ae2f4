//! What can be wrong with the input of a picture.

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LightError {
    /// The mesh has no triangles.
    #[error("the head mesh has no triangles")]
    EmptyMesh,
    /// A triangle names a vertex that is not there, or a coordinate is not a number.
    #[error("the head mesh is broken: {0}")]
    BrokenMesh(&'static str),
    /// Two arrays that belong together differ in length.
    #[error("{what}: {found} values where {expected} were expected")]
    Length {
        /// Which array.
        what: &'static str,
        /// How many values it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A number is outside the range in which it means something.
    #[error("{what} is {value}, allowed is {lo} to {hi}")]
    Range {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f64,
        /// Lowest allowed value.
        lo: f64,
        /// Highest allowed value.
        hi: f64,
    },
    /// A colour that skin cannot have.
    #[error(
        "L* {:.1}, a* {:.1}, b* {:.1} is no colour of skin: the nearest that skin can have is L* {:.1}, a* {:.1}, \
         b* {:.1}, {difference:.1} ΔE₀₀ away, where up to {limit} is taken as a tint; was the measurement in CIELAB under D65, on skin?",
        lab[0], lab[1], lab[2], nearest[0], nearest[1], nearest[2]
    )]
    NotSkin {
        /// The colour that was asked for, CIELAB D65.
        lab: [f64; 3],
        /// The nearest colour of skin, CIELAB D65.
        nearest: [f64; 3],
        /// Their difference, ΔE₀₀.
        difference: f64,
        /// Largest difference that is accepted.
        limit: f64,
    },
    /// The picture would need more memory than is allowed.
    #[error(
        "a picture of {width} × {height} pixels needs {mb} MB, allowed is {most_mb} MB; of this shape {} × {} is the most that fits",
        fitting(*width, *mb, *most_mb),
        fitting(*height, *mb, *most_mb)
    )]
    TooLarge {
        /// Width, pixels.
        width: usize,
        /// Height, pixels.
        height: usize,
        /// What it needs.
        mb: usize,
        /// What is allowed.
        most_mb: usize,
    },
    /// The layers could not be written as OpenEXR.
    #[error("the layers could not be written as OpenEXR: {0}")]
    Layers(String),
    /// The camera is inside the head.
    #[error("the camera is inside the head; move it at least 300 mm away from the middle of the head")]
    Inside,
    /// Nothing shines.
    #[error("the scene has no light: every lamp and the dome are black; give one lamp a colour above 0")]
    Dark,
    /// A picture could not be read, or not be written in the chosen format.
    #[error("the picture could not be read or written: {0}")]
    Encode(#[from] ::image::ImageError),
}

/// Fails when `value` is not a number or outside `lo..=hi`.
pub(crate) fn in_range(what: &'static str, value: f64, lo: f64, hi: f64) -> Result<(), LightError> {
    if value >= lo && value <= hi { Ok(()) } else { Err(LightError::Range { what, value, lo, hi }) }
}

/// A side of a picture made so much smaller that the picture fits.
fn fitting(side: usize, mb: usize, most_mb: usize) -> usize {
    (side as f64 * libm::sqrt(most_mb as f64 / (mb + 1) as f64)) as usize
}
