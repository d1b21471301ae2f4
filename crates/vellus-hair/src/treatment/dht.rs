//! Blockers of 5α-reductase: finasteride by mouth and on the scalp, dutasteride.

use crate::model::Model;
use crate::response::Response;

use super::{Effect, Kinetics, PrpMechanism, Spread, Treatment};

/// A blocker of 5α-reductase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DhtBlocker {
    id: &'static str,
    title: &'static str,
    /// Share of the yearly progress that is prevented.
    pace_prevented: f64,
    /// Size relative to oral finasteride.
    relative: f64,
}

/// Finasteride 1 mg a day by mouth. That nearly all progress stops in those who answer is an
/// *assumption*, after Rossi 2011 (most of 118 men held over ten years).
pub const FINASTERIDE: DhtBlocker =
    DhtBlocker { id: "finasteride", title: "finasteride 1 mg", pace_prevented: 0.85, relative: 1.0 };

/// Finasteride on the scalp: somewhat less than by mouth (assumption).
pub const FINASTERIDE_TOPICAL: DhtBlocker = DhtBlocker {
    id: "finasteride_topical",
    title: "topical finasteride",
    pace_prevented: 0.7,
    relative: 0.75,
};

/// Dutasteride 0.5 mg a day: before finasteride in the ranks of Gupta 2020; by how much is an
/// *assumption*.
pub const DUTASTERIDE: DhtBlocker =
    DhtBlocker { id: "dutasteride", title: "dutasteride 0.5 mg", pace_prevented: 0.95, relative: 1.35 };

impl Treatment for DhtBlocker {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn mechanism(&self) -> &'static str {
        "Less dihydrotestosterone in the scalp: loss goes on more slowly, hairs grow for longer, and part of the miniaturisation is won back. Sizes are fitted to Van Neste 2000 and Kaufman 1998; loss of the gain within a year of stopping is an assumption."
    }

    fn effect(&self, model: &Model, _: PrpMechanism) -> Effect {
        let size = model.sizes.finasteride_return * self.relative;
        Effect {
            pace_prevented: self.pace_prevented,
            shift_stages: 0.20 * size,
            kenogen_rate: 1.0 + 0.9 * size,
            kenogen_chance: 1.0,
            telogen_rate: 1.0 + 0.15 * size,
            anagen_factor: 1.0 + model.sizes.finasteride_anagen * self.relative,
        }
    }

    fn kinetics(&self, _: &Response) -> Kinetics {
        // Assumptions: gains are read from the sixth month, and gone a year after stopping.
        Kinetics::Daily { onset_days: 120.0, offset_days: 150.0 }
    }

    fn answer(&self, response: &Response) -> f64 {
        response.dht
    }

    fn spread(&self) -> Spread {
        // Rossi 2011: 42.8 % of young men not better on photographs over ten years, most of them
        // held; who does not answer at all is an assumption.
        Spread { non_responders: 0.14, log_sd: 0.45 }
    }
}
