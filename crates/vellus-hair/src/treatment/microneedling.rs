//! Microneedling without anything else: the pricks alone.

use crate::model::Model;
use crate::response::Response;

use super::{Effect, Kinetics, PrpMechanism, Spread, Treatment};

/// Microneedling in weekly to monthly sessions.
///
/// No controlled trial of needling alone was read: every size here is an *assumption*, a third of
/// what minoxidil does at most, fading within weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Microneedling;

impl Treatment for Microneedling {
    fn id(&self) -> &'static str {
        "microneedling"
    }

    fn title(&self) -> &'static str {
        "microneedling"
    }

    fn mechanism(&self) -> &'static str {
        "Small wounds wake resting follicles for some weeks. No controlled trial of needling alone was read: all sizes are assumptions, a third of those of minoxidil."
    }

    fn effect(&self, _: &Model, _: PrpMechanism) -> Effect {
        Effect { kenogen_rate: 1.25, telogen_rate: 1.15, anagen_factor: 1.05, ..Effect::NONE }
    }

    fn kinetics(&self, _: &Response) -> Kinetics {
        Kinetics::Sessions { delay_days: 21.0, decay_days: 60.0, scale: 3.0 }
    }

    fn answer(&self, response: &Response) -> f64 {
        response.needling
    }

    fn spread(&self) -> Spread {
        Spread { non_responders: 0.3, log_sd: 0.5 }
    }
}
