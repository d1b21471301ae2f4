//! The layers of a slab as the kernel reads them.

use super::slab::{MAX_LAYERS, Slab};

/// Free path of a layer that neither absorbs nor scatters, mm.
const CLEAR_MM: f32 = 1e12;
/// What stands for the end of an endless layer, mm.
const FAR_MM: f32 = 1e15;

/// The layers as the kernel reads them, mm.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) count: usize,
    pub(super) mean_path: [f32; MAX_LAYERS],
    pub(super) top: [f32; MAX_LAYERS],
    pub(super) bottom: [f32; MAX_LAYERS],
    /// Share of the weight that an interaction takes.
    pub(super) drop: [f32; MAX_LAYERS],
    pub(super) g: [f32; MAX_LAYERS],
    pub(super) eta_up: [f32; MAX_LAYERS],
    pub(super) eta_down: [f32; MAX_LAYERS],
    /// Index of what lies above over that of the first layer.
    pub(super) eta_in: f32,
}

impl Table {
    pub(super) fn new(slab: &Slab) -> Self {
        let mut t = Self {
            count: slab.layers.len(),
            mean_path: [CLEAR_MM; MAX_LAYERS],
            top: [0.0; MAX_LAYERS],
            bottom: [FAR_MM; MAX_LAYERS],
            drop: [1.0; MAX_LAYERS],
            g: [0.0; MAX_LAYERS],
            eta_up: [1.0; MAX_LAYERS],
            eta_down: [1.0; MAX_LAYERS],
            eta_in: (slab.above / slab.layers[0].n) as f32,
        };
        let mut z = 0.0;
        for (i, l) in slab.layers.iter().enumerate() {
            let mut_per_mm = l.mua_per_mm + l.mus_per_mm;
            if mut_per_mm > 0.0 {
                t.mean_path[i] = (1.0 / mut_per_mm).min(f64::from(CLEAR_MM)) as f32;
                t.drop[i] = (l.mua_per_mm / mut_per_mm) as f32;
            }
            t.top[i] = z as f32;
            z += l.thickness_mm;
            t.bottom[i] = if z.is_finite() { z as f32 } else { FAR_MM };
            t.g[i] = l.g as f32;
            let above = if i == 0 { slab.above } else { slab.layers[i - 1].n };
            let below = slab.layers.get(i + 1).map_or(slab.below, |l| l.n);
            t.eta_up[i] = (l.n / above) as f32;
            t.eta_down[i] = (l.n / below) as f32;
        }
        t
    }
}
