//! Two fields as an eye would compare them.

use serde::{Deserialize, Serialize};

use crate::colour::ciede2000;
use crate::error::{LightError, in_range};
use crate::see::blend::{Blend, OCTAVES, Octave, TONE_SEEN, response};
use crate::see::sensitivity::luminance;
use crate::see::viewing::Viewing;
use crate::spectrum::Lamp;

use super::field::Field;

/// A lamp and how much of the time is spent under it.
#[derive(Clone, Debug)]
pub struct WeighedLamp {
    /// Its name, for people.
    pub name: String,
    /// The light.
    pub lamp: Lamp,
    /// Weight, any unit, not negative.
    pub weight: f64,
}

impl WeighedLamp {
    /// Scales weights to a sum of one.
    ///
    /// # Errors
    /// No lamp at all, a weight that is negative or not a number, or no weight above zero.
    pub fn normalised(mut lamps: Vec<Self>) -> Result<Vec<Self>, LightError> {
        in_range("number of lamps", lamps.len() as f64, 1.0, 40.0)?;
        for l in &lamps {
            in_range("weight of a lamp", l.weight, 0.0, 1e6)?;
        }
        let sum: f64 = lamps.iter().map(|l| l.weight).sum();
        in_range("sum of the weights of the lamps", sum, 1e-9, 1e9)?;
        for l in &mut lamps {
            l.weight /= sum;
        }
        Ok(lamps)
    }
}

/// How far a treated field is from the person's own hair.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// ΔE₀₀ of the tones, mean over the lamps by weight.
    pub tone_de00: f64,
    /// L* of the treated field less that of the own hair, mean over the lamps: below zero it is too dark.
    pub lightness: f64,
    /// The same for b*: below zero it is too blue.
    pub blue_yellow: f64,
    /// Difference of texture, just noticeable differences.
    pub texture_jnd: f64,
    /// Both together in units of what half of the people see: √(tone² + texture²), tone counted
    /// [`DARKER_IS_WORSE`] times where it is too dark.
    pub cost: f64,
}

/// Weight of a tone that is too dark over one that is too light: pigment is added easily and hardly taken back (the
/// rule of the trade; the figure is an assumption).
pub const DARKER_IS_WORSE: f64 = 1.5;

/// Compares a treated field with the person's own hair under their lamps at a distance.
#[must_use]
pub fn difference(treated: &Field, own: &Field, lamps: &[WeighedLamp], viewing: Viewing) -> Difference {
    let (a, b) = (treated.contrasts(viewing), own.contrasts(viewing));
    let octaves = OCTAVES
        .iter()
        .zip(a.iter().zip(&b))
        .map(|(&f, (&treated, &fringe))| {
            let s = luminance(f);
            let difference_jnd = response(s * treated) - response(s * fringe);
            Octave { cycles_per_degree: f, treated, fringe, difference_jnd }
        })
        .collect();
    let d65 = Lamp::d65();
    let texture_jnd = Blend::from_parts(treated.lab(d65), own.lab(d65), octaves).texture_jnd;
    let mut out = Difference { tone_de00: 0.0, lightness: 0.0, blue_yellow: 0.0, texture_jnd, cost: 0.0 };
    for l in lamps {
        let (t, o) = (treated.lab(&l.lamp), own.lab(&l.lamp));
        let de = ciede2000(t, o);
        let worse = if t[0] < o[0] { DARKER_IS_WORSE } else { 1.0 };
        out.tone_de00 += l.weight * de;
        out.lightness += l.weight * (t[0] - o[0]);
        out.blue_yellow += l.weight * (t[2] - o[2]);
        out.cost += l.weight * libm::hypot(worse * de / TONE_SEEN, texture_jnd);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hair_colour::{HairColour, HairTone};
    use crate::shade::field::{Arrangement, shaved_hair};
    use crate::shade::optics::TracedOptics;
    use crate::skin::{Fitzpatrick, Skin, Undertone};
    use crate::spectrum::{LampKind, Observer};

    fn lamps() -> Vec<WeighedLamp> {
        let of = |k: LampKind, weight: f64| WeighedLamp {
            name: k.name().into(),
            lamp: Lamp::new(k, Observer::Cie1931),
            weight,
        };
        WeighedLamp::normalised(vec![of(LampKind::D65, 2.0), of(LampKind::LedB2, 1.0), of(LampKind::A, 1.0)])
            .unwrap()
    }

    #[test]
    fn hair_is_one_with_itself_and_twice_as_much_is_too_dark() {
        let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Cool);
        let o = TracedOptics::new(&skin);
        let hair = HairColour::preset(HairTone::Brown);
        let field = |n: f64| shaved_hair(&o, 70.0, 0.4, &hair, Arrangement { per_cm2: n, in_a_unit: 2.0 });
        let same = difference(&field(150.0), &field(150.0), &lamps(), Viewing::CONVERSATION);
        assert!(same.cost == 0.0 && same.tone_de00 == 0.0);
        let more = difference(&field(300.0), &field(150.0), &lamps(), Viewing::CONVERSATION);
        let less = difference(&field(150.0), &field(300.0), &lamps(), Viewing::CONVERSATION);
        assert!(more.lightness < -3.0 && less.lightness > 3.0);
        assert!(more.cost > less.cost);
    }

    #[test]
    fn lamps_are_needed_and_weights_are_weights() {
        assert!(WeighedLamp::normalised(Vec::new()).is_err());
        let l = lamps().remove(0);
        let with = |w: f64| WeighedLamp { weight: w, ..l.clone() };
        for bad in [vec![with(-1.0)], vec![with(0.0), with(0.0)], vec![with(f64::NAN)]] {
            assert!(WeighedLamp::normalised(bad).is_err());
        }
        let ok = WeighedLamp::normalised(vec![with(3.0), with(1.0)]).unwrap();
        assert!((ok[0].weight - 0.75).abs() < 1e-12);
    }
}
