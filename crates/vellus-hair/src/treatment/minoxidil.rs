//! Minoxidil: 2 % and 5 % on the scalp, and by mouth.

use crate::model::Model;
use crate::response::Response;

use super::{Effect, Kinetics, PrpMechanism, Spread, Treatment};

/// A form of minoxidil.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minoxidil {
    id: &'static str,
    title: &'static str,
    strength: Strength,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Strength {
    Two,
    Five,
    Oral,
}

/// Minoxidil 2 % on the scalp, twice a day.
pub const MINOXIDIL_2: Minoxidil =
    Minoxidil { id: "minoxidil_2", title: "minoxidil 2 %", strength: Strength::Two };

/// Minoxidil 5 % on the scalp, twice a day.
pub const MINOXIDIL_5: Minoxidil =
    Minoxidil { id: "minoxidil_5", title: "minoxidil 5 %", strength: Strength::Five };

/// Low-dose minoxidil by mouth: as 5 % on the scalp (assumption).
pub const MINOXIDIL_ORAL: Minoxidil =
    Minoxidil { id: "minoxidil_oral", title: "oral minoxidil", strength: Strength::Oral };

impl Treatment for Minoxidil {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn mechanism(&self) -> &'static str {
        "Resting follicles begin to grow sooner, anagen lasts longer and hairs thicken somewhat; the progress of loss itself is not slowed. Sizes are fitted to Olsen 2002, the loss of all gain within 24 weeks of stopping to Price 1999."
    }

    fn effect(&self, model: &Model, _: PrpMechanism) -> Effect {
        let size = match self.strength {
            Strength::Two => model.sizes.minoxidil_2,
            Strength::Five | Strength::Oral => model.sizes.minoxidil_5,
        };
        Effect {
            pace_prevented: 0.0,
            shift_stages: 0.07 * size,
            kenogen_rate: 1.0 + 1.0 * size,
            kenogen_chance: 1.0,
            telogen_rate: 1.0 + 0.15 * size,
            anagen_factor: 1.0 + 0.25 * size,
        }
    }

    fn kinetics(&self, _: &Response) -> Kinetics {
        // Onset within four months is an assumption; the drug itself is gone from the skin within days,
        // and what it held is shed soon after (Price 1999: nothing is left at 24 weeks).
        Kinetics::Daily { onset_days: 75.0, offset_days: 20.0 }
    }

    fn answer(&self, response: &Response) -> f64 {
        response.minoxidil
    }

    fn spread(&self) -> Spread {
        // Assumption, with the spread of single answers in Olsen 2002 (SD 25 of a mean of 19/cm²).
        Spread { non_responders: 0.25, log_sd: 0.6 }
    }
}
