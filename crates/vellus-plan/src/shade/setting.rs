//! What the person brings to the question of shade.

use vellus_hair::norms;
use vellus_head::Zone;
use vellus_light::shade::{
    AbsorptionShape, Arrangement, Field, PigmentOptics, ShadeOptics, TracedOptics, WeighedLamp, shaved_hair,
};
use vellus_light::spectrum::{Lamp, LampKind, Observer};
use vellus_pigment::PigmentRecord;
use vellus_pigment::pigment::Hue;

use crate::case::Case;
use crate::error::PlanError;
use crate::person::{Assumption, Person};

/// Longest stub that shaved hair is compared with, mm: hair worn longer is shaved for the comparison.
const LONGEST_STUB_MM: f64 = 0.5;

/// A pigment of the cupboard, ready for the optics.
#[derive(Clone, Debug)]
pub struct Bottle {
    /// Its record, completed.
    pub record: PigmentRecord,
    /// Its optics, undiluted.
    pub optics: PigmentOptics,
}

/// Everything that does not change between candidates.
#[derive(Debug)]
pub struct Setting {
    /// Light in this person's skin.
    pub optics: TracedOptics,
    /// The lamps with weights that sum to one.
    pub lamps: Vec<WeighedLamp>,
    /// The pigments.
    pub bottles: Vec<Bottle>,
    /// Terminal hairs per cm² of the fringe.
    pub fringe_per_cm2: f64,
    /// Their calibre, µm.
    pub calibre_um: f64,
    /// Length of the stubs, mm.
    pub stub_mm: f64,
    /// What was assumed for all this.
    pub assumptions: Vec<Assumption>,
}

impl Setting {
    /// Reads it off a case and the person that it fills out.
    ///
    /// # Errors
    /// A pigment without strength, lamps without weight, or a colour that skin cannot have.
    pub fn new(case: &Case, person: &Person) -> Result<Self, PlanError> {
        let mut assumptions: Vec<Assumption> = person
            .assumptions
            .iter()
            .filter(|a| {
                [
                    "hair.",
                    "skin.",
                    "smp.sun",
                    "site.pigments",
                    "site.needles",
                    "smp.school",
                    "person.ancestry",
                ]
                .iter()
                .any(|k| a.key.starts_with(k))
            })
            .cloned()
            .collect();
        let lamps = match &case.smp.lamps {
            Some(given) => given.iter().map(|l| lamp(l.lamp, l.weight.unwrap_or(1.0))).collect(),
            None => {
                assumptions.push(Assumption {
                    key: "smp.lamps".into(),
                    value: "half daylight, a third warm LED, the rest bulbs".into(),
                    why: "assumption".into(),
                });
                vec![lamp(LampKind::D65, 3.0), lamp(LampKind::LedB2, 2.0), lamp(LampKind::A, 1.0)]
            }
        };
        let lamps = WeighedLamp::normalised(lamps)?;
        let records = if case.site.pigments.is_empty() {
            vec![person.pigment.clone()]
        } else {
            case.site.pigments.clone()
        };
        let bottles = records.iter().map(bottle).collect::<Result<_, _>>()?;
        let profile = &person.profile;
        let back = Zone::OccipitalDonor;
        let fringe_per_cm2 = person.measured.get(&back).copied().unwrap_or_else(|| {
            profile.density_per_cm2 * norms::zone_density_factor(back) * (1.0 - norms::VELLUS_SHARE)
        });
        let calibre_um = profile.calibre_um * norms::zone_calibre_factor(back);
        let stub_mm = person.length_worn_mm.min(LONGEST_STUB_MM);
        let optics = TracedOptics::new(&person.skin);
        Ok(Self { optics, lamps, bottles, fringe_per_cm2, calibre_um, stub_mm, assumptions })
    }

    /// The person's own shaved fringe, so many years from now: it greys.
    #[must_use]
    pub fn own_hair(&self, person: &Person, years: f64) -> Field {
        let share = person.greying().share(person.age_years + years).max(person.grey_share);
        // A preset that is grey has its white hairs already.
        let white = (share as f32).max(person.hair_colour.white_share);
        let colour = person.hair_colour.greyed(white);
        let arrangement =
            Arrangement { per_cm2: self.fringe_per_cm2, in_a_unit: person.profile.hairs_per_unit };
        shaved_hair(&self.optics, self.calibre_um, self.stub_mm, &colour, arrangement)
    }

    /// Bare skin.
    #[must_use]
    pub fn bare(&self) -> Field {
        Field::bare(&self.optics)
    }

    /// Dots per cm² that would look as dark as the fringe, one of which takes `dot_mm2` of luminance.
    #[must_use]
    pub fn matching_per_cm2(&self, own: &Field, dot_mm2: f64) -> f64 {
        let hair: f64 = own.parts.iter().map(|p| p.luminance_mm2).sum();
        if dot_mm2 > 1e-9 { (own.arrangement.per_cm2 * hair / dot_mm2).max(0.0) } else { f64::INFINITY }
    }

    /// The optics as the finder sees them.
    #[must_use]
    pub fn light(&self) -> &dyn ShadeOptics {
        &self.optics
    }
}

fn lamp(kind: LampKind, weight: f64) -> WeighedLamp {
    WeighedLamp { name: kind.name().into(), lamp: Lamp::new(kind, Observer::Cie1931), weight }
}

/// A record made ready.
///
/// # Errors
/// A record without strength or hue.
pub fn bottle(record: &PigmentRecord) -> Result<Bottle, PlanError> {
    let shape = match record.hue()? {
        Hue::Power(k) => AbsorptionShape::Power(k),
        Hue::Table(rows) => AbsorptionShape::Table(rows),
    };
    let optics = PigmentOptics::new(record.deposit_per_mm()?, shape)?;
    Ok(Bottle { record: record.completed(), optics })
}
