//! A dot as it heals, fades and spreads, for the optics.

use vellus_light::dot::Taken;
use vellus_light::shade::{Factors, PigmentOptics, ShadeOptics};
use vellus_pigment::ageing::{depth_rate, spread_mm, tone_seen};
use vellus_pigment::dots::{DEPOSIT_DEPTH_UM, FRESH_FACTOR, SET_DEPTH_UM, healed_um};

use crate::dot_worth::{SCATTER, column_um};

/// How dots are laid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe<'a> {
    /// The pigment, undiluted.
    pub pigment: &'a PigmentOptics,
    /// Strength of the healed deposit against undiluted pigment, 0 to 1.
    pub strength: f64,
    /// Median depth of the middle of the deposit, µm.
    pub depth_um: f64,
    /// Diameter of the needle, mm.
    pub needle_mm: f64,
}

/// Depth to which the needle is set for a deposit this deep, µm, and back: in proportion (assumption; reports of set
/// depths run from 0.5 to 2 mm for the same target).
#[must_use]
pub fn set_depth_um(deposit_depth_um: f64) -> f64 {
    deposit_depth_um * SET_DEPTH_UM / DEPOSIT_DEPTH_UM.0
}

/// As [`set_depth_um`], the other way.
#[must_use]
pub fn deposit_depth_um(set_depth_um: f64) -> f64 {
    set_depth_um * DEPOSIT_DEPTH_UM.0 / SET_DEPTH_UM
}

/// The mean dot of a work, `days` after it was set, in a person who fades `rate` times as fast as the median one.
#[must_use]
pub fn mean_dot(
    optics: &dyn ShadeOptics,
    recipe: &Recipe<'_>,
    factors: Factors,
    days: f64,
    rate: f64,
) -> Taken {
    let absorption = recipe.pigment.absorption(recipe.strength * factors.load);
    let swollen = 1.0 + (FRESH_FACTOR - 1.0) * 0.5 * libm::exp(-days.max(0.0) / 10.0);
    let ink = optics.ink(&absorption);
    let of = SCATTER.map(|(node, weight)| {
        let depth = recipe.depth_um * factors.depth * libm::exp(DEPOSIT_DEPTH_UM.1 * node);
        let diameter_um = healed_um(depth, recipe.needle_mm) * swollen;
        let [height_um, top_um] = column_um(depth);
        let one = ink
            .taken(diameter_um / 1000.0, height_um / 1000.0, top_um / 1000.0)
            .aged(tone_seen(days, rate * depth_rate(depth)), spread_mm(days, depth));
        (weight, one)
    });
    Taken::sum(&of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_light::shade::{AbsorptionShape, TracedOptics};
    use vellus_light::{Fitzpatrick, Skin, Undertone};

    #[test]
    fn deeper_is_fainter_and_years_take_from_it() {
        let o = TracedOptics::new(&Skin::fitzpatrick(Fitzpatrick::III, Undertone::Neutral));
        let pigment = PigmentOptics::new(25.0, AbsorptionShape::Power(1.0)).unwrap();
        let at = |depth_um: f64, days: f64| {
            let r = Recipe { pigment: &pigment, strength: 0.6, depth_um, needle_mm: 0.2 };
            mean_dot(&o, &r, Factors::ONE, days, 1.0)
        };
        let y = |a: Taken| a.luminance_mm2(o.reflectance());
        // A deeper dot is wider too, so that it may take as much in all; in its middle it takes less.
        let middle = |a: Taken| a.peak().at(550.0);
        assert!(middle(at(220.0, 200.0)) > middle(at(320.0, 200.0)));
        assert!(y(at(220.0, 200.0)) > y(at(220.0, 3650.0)));
        assert!(at(220.0, 3650.0).parts[0].sigma_mm > at(220.0, 200.0).parts[0].sigma_mm);
        // Red over blue rises with depth: the cast.
        let cast = |a: Taken| a.area_mm2().at(620.0) / a.area_mm2().at(450.0);
        assert!(cast(at(320.0, 200.0)) > cast(at(220.0, 200.0)));
        assert!((deposit_depth_um(set_depth_um(310.0)) - 310.0).abs() < 1e-9);
    }
}
