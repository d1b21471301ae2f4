//! What the lanes of a packet hold, and how they are booked and filled.

use pulp::Simd;

use super::slab::MAX_LAYERS;
use super::vector::{F, LANES, U};

/// State of a photon in each lane.
pub(super) struct Packet<S: Simd> {
    pub(super) x: F<S>,
    pub(super) y: F<S>,
    pub(super) z: F<S>,
    pub(super) ux: F<S>,
    pub(super) uy: F<S>,
    pub(super) uz: F<S>,
    pub(super) w: F<S>,
    pub(super) mean_path: F<S>,
    pub(super) top: F<S>,
    pub(super) bottom: F<S>,
    pub(super) drop: F<S>,
    pub(super) g: F<S>,
    pub(super) layer: U<S>,
    /// Number within the run.
    pub(super) id: U<S>,
    /// Blocks of random words used.
    pub(super) block: U<S>,
    /// 1 once scattered.
    pub(super) scattered: U<S>,
    pub(super) absorbed: [F<S>; MAX_LAYERS],
}

/// Where lanes are laid out to be booked one by one.
#[derive(Default)]
pub(super) struct Book {
    pub(super) bin: [u32; LANES],
    pub(super) taken: [f32; LANES],
    pub(super) done: [u32; LANES],
    pub(super) out: [u32; LANES],
    pub(super) late: [u32; LANES],
    pub(super) scattered: [u32; LANES],
    pub(super) w: [f32; LANES],
    pub(super) uz: [f32; LANES],
    pub(super) r: [f32; LANES],
    pub(super) absorbed: [[f32; LANES]; MAX_LAYERS],
}

/// Lanes that take part, and the next photon.
pub(super) struct Queue {
    pub(super) next: u32,
    pub(super) end: u32,
    pub(super) busy: u32,
}
