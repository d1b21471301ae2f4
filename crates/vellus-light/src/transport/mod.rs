//! Light in layers of tissue: photon by photon, and as a whole ([`adding_doubling`]).
//!
//! # Concepts
//! Layered Monte Carlo after Wang, Jacques and Zheng (1995): a photon packet of weight 1 arrives, walks
//! free paths, leaves a share of its weight at each interaction, is turned after Henyey and
//! Greenstein, is reflected or refracted as a whole at boundaries (Fresnel), and plays for its life
//! when it has become faint. [`simulate`] gives where the light went, each figure with its standard
//! error.
//!
//! Eight photons (on a machine with AVX2; one on any other) walk in the lanes of a vector at once, in
//! `f32`, and a lane that is done takes the next photon. Every photon has its own random numbers,
//! Philox4x32-7 (Salmon et al. 2011) of (key, photon, step), and weights are added as whole numbers:
//! results are the same bytes for any number of threads and of lanes.
//!
//! # Limits of validity
//! Plane layers, smooth boundaries, no polarisation, no interference. Free paths are multiples of
//! 2⁻²³ in their distribution function (the farthest is 16.6 mean paths), single precision: the
//! standard errors of 10⁹ photons, 10⁻⁵, are above both.
//!
//! # Sources
//! L. Wang, S. L. Jacques, L. Zheng, *MCML: Monte Carlo modeling of light transport in multi-layered
//! tissues*, Comput. Methods Programs Biomed. 47 (1995) 131–146.

pub mod adding_doubling;
mod boundary;
mod error;
mod lanes;
mod layer_table;
mod packet;
mod slab;
mod tally;
mod vector;

#[cfg(test)]
mod tests;

pub use error::TransportError;
pub use slab::{Beam, Layer, MAX_BINS, MAX_LAYERS, Slab, Tallies, fresnel};
pub use tally::{Estimate, Profile, Tally};

use layer_table::Table;
use packet::Trace;
use pulp::WithSimd;
use rayon::prelude::*;
use tally::{Chunk, Total};
use vellus_units::random::{Key, Purpose};

/// Most photons of a run: sums then stay below 2⁶⁴.
const MOST_PHOTONS: u64 = 1 << 31;
/// Photons of a chunk of work, and least number of chunks, from whose spread errors over depth come.
const CHUNK: u64 = 1 << 14;
const CHUNKS: u64 = 64;
/// Chunks that are held at once.
const HELD: usize = 64;

/// Traces `photons` through a slab.
///
/// The same key gives the same photons, so that two slabs can be compared on common random numbers.
///
/// # Errors
/// [`TransportError`] when the slab, the tallies or the number of photons cannot be.
pub fn simulate(slab: &Slab, photons: u64, key: Key, tallies: &Tallies) -> Result<Tally, TransportError> {
    slab.validate()?;
    tallies.validate()?;
    if photons == 0 || photons > MOST_PHOTONS {
        return Err(TransportError::Photons { photons });
    }
    let mut stream = key.stream(Purpose::Photon, 0);
    let keys = vector::round_keys([stream.word(), stream.word()]);
    let table = Table::new(slab);
    let surface = match tallies.beam {
        Beam::Normal => fresnel(slab.above, slab.layers[0].n, 1.0),
        Beam::Diffuse => 0.0,
    };
    let size = photons.div_ceil(CHUNKS).clamp(1, CHUNK);
    let chunks: Vec<(u64, u64)> =
        (0..photons.div_ceil(size)).map(|i| (i * size, size.min(photons - i * size))).collect();
    let trace = |(first, count): (u64, u64)| {
        let mut chunk = Chunk::new(slab, tallies);
        trace_chunk(&table, &keys, (first, count), surface as f32, tallies, true, &mut chunk);
        (count, chunk)
    };
    let mut total = Total::new(slab, tallies);
    for held in chunks.chunks(HELD) {
        let done: Vec<(u64, Chunk)> = held.par_iter().map(|c| trace(*c)).collect();
        for (count, chunk) in &done {
            total.join(*count, chunk);
        }
    }
    Ok(total.finish(tallies, surface))
}

/// Traces the photons (first, how many); `wide` with what the machine has, else lane by lane.
fn trace_chunk(
    table: &Table,
    keys: &[[u32; 2]; vector::ROUNDS],
    (first, count): (u64, u64),
    specular: f32,
    tallies: &Tallies,
    wide: bool,
    chunk: &mut Chunk,
) {
    macro_rules! run {
        ($radial:literal, $diffuse:literal) => {{
            let trace =
                Trace::<$radial, $diffuse> { table, keys, first, photons: count as u32, specular, chunk };
            if wide { pulp::Arch::new().dispatch(trace) } else { trace.with_simd(pulp::Scalar::new()) }
        }};
    }
    match (tallies.radius.is_some(), tallies.beam) {
        (false, Beam::Normal) => run!(false, false),
        (false, Beam::Diffuse) => run!(false, true),
        (true, Beam::Normal) => run!(true, false),
        (true, Beam::Diffuse) => run!(true, true),
    }
}
