//! What a study measures, computed on simulated follicles: sampling error included.
//!
//! An instrument reads a [`Field`]: the follicles of a target area at one moment. Each is a small
//! file behind one trait, gives its results by name, and says which of them a trial's arms move
//! without any treatment ([`crate::model::TrialEffect`]).

mod biopsy;
mod fates;
mod photo;
mod phototrichogram;
mod pull;
mod shedding;
mod trichoscopy;
mod weight;

use std::collections::BTreeMap;

use vellus_head::Zone;
use vellus_units::random::{Key, Purpose, Stream};

use crate::course::{HairState, Runner};
use crate::cycle::Phase;
use crate::model::Model;
use crate::pattern::{Course, NEVER};
use crate::regime::{Progress, Regime, Setting};
use crate::response::Response;
use crate::scalp::{Ground, HairProfile, LossRules, Scalp};
use crate::treatment::{PrpMechanism, Schedule};

pub use biopsy::{Biopsy, PUNCH_CM2};
pub use fates::{Fates, follow};
pub use photo::{GlobalPhoto, PhotoRules, STEP as PHOTO_STEP};
pub use phototrichogram::Phototrichogram;
pub use pull::HairPull;
pub use shedding::{SCALP_CM2, Shedding};
pub use trichoscopy::Trichoscopy;
pub use weight::HairWeight;

/// One hair of a target area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hair {
    /// Its follicular unit.
    pub unit: u32,
    /// Anagen, catagen or telogen.
    pub phase: Phase,
    /// Calibre, µm.
    pub calibre_um: f64,
    /// Length it has grown to uncut, mm.
    pub length_mm: f64,
    /// Growth while in anagen, µm per day.
    pub growth_um_per_day: f64,
    /// Days until its phase ends.
    pub left_days: f64,
}

/// A target area at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// Day.
    pub day: f64,
    /// Area, cm².
    pub area_cm2: f64,
    /// Hairs that stand.
    pub hairs: Vec<Hair>,
    /// Follicles in kenogen.
    pub empty: usize,
    /// Follicles that will never hold a hair again.
    pub regressed: usize,
    /// Hairs shed per day in the weeks before.
    pub shed_per_day: f64,
    /// Factor of the trial-arm effect on what can be moved by it.
    pub trial_factor: f64,
}

/// Results by name.
pub type Readings = BTreeMap<&'static str, f64>;

/// Something that measures a target area.
pub trait Instrument: Sync {
    /// Name in files.
    fn id(&self) -> &'static str;
    /// What it is.
    fn title(&self) -> &'static str;
    /// Results it gives: name, in words, unit.
    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)];
    /// Reads a field; `before` is the same area at baseline.
    fn read(&self, model: &Model, now: &Field, before: &Field, error: &mut Stream) -> Readings;
}

/// Every instrument, with its usual settings.
pub const ALL: [&dyn Instrument; 7] =
    [&Phototrichogram::USUAL, &HairWeight::USUAL, &Trichoscopy, &Biopsy, &HairPull, &Shedding, &GlobalPhoto];

/// The instrument with this name in files.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Instrument> {
    ALL.into_iter().find(|i| i.id() == id)
}

/// The instrument that gives a result of this name.
#[must_use]
pub fn that_gives(result: &str) -> Option<&'static dyn Instrument> {
    ALL.into_iter().find(|i| i.results().iter().any(|r| r.0 == result))
}

/// Spread of a repeated count of the same area, share of the count (assumption: two readers of one
/// photograph differ by some per cent).
pub const COUNT_ERROR: f64 = 0.04;

/// A factor of reading error on a count.
pub(crate) fn count_error(s: &mut Stream) -> f64 {
    libm::exp(COUNT_ERROR * s.normal())
}

/// Days over which shedding is watched before a visit.
pub const SHED_WINDOW_DAYS: f64 = 28.0;

/// The follicular units of a target area: `area_cm2` of a zone about a chart point, a millimetre
/// apart, so that neighbours share local noise.
#[must_use]
pub fn target_ground(profile: &HairProfile, zone: Zone, at: [f64; 2], area_cm2: f64, key: Key) -> Ground {
    let wanted = profile.units_per_cm2(zone) * area_cm2;
    // Where the circle falls decides about the last unit.
    let mut s = key.stream(Purpose::Instrument, 0);
    let units = (wanted + s.uniform() - 0.5).round().max(1.0) as usize;
    let side = (units as f64).sqrt().ceil().max(1.0) as usize;
    // One chart unit is about 170 mm.
    let step = 1.0 / 170.0;
    let chart = (0..units)
        .map(|i| {
            let (a, b) = ((i % side) as f64, (i / side) as f64);
            [(at[0] + a * step) as f32, (at[1] + b * step) as f32]
        })
        .collect();
    Ground {
        position: (0..units).map(|i| [(i % side) as f32, 0.0, (i / side) as f32]).collect(),
        normal: vec![[0.0, 1.0, 0.0]; units],
        chart,
        zone: vec![zone; units],
    }
}

/// A healthy patch of skin of a person: `area_cm2` of a zone, without pattern loss.
#[must_use]
pub fn healthy_patch(profile: &HairProfile, zone: Zone, area_cm2: f64, key: Key) -> Scalp {
    let ground = target_ground(profile, zone, [0.0, 0.0], area_cm2, key);
    Scalp::grow(ground, profile.clone(), Course::None, &|_, _| NEVER, &LossRules::default(), key)
}

/// What stands in a target area on the given days (rising): the zone of the scalp's first unit.
#[must_use]
pub fn fields(
    scalp: &Scalp,
    area_cm2: f64,
    regime: &Regime,
    model: &Model,
    key: Key,
    days: &[f64],
) -> Vec<Field> {
    // Units of a donor area that feed a transplant stand elsewhere.
    let zone = scalp.ground.zone.first().copied();
    // Each visit is watched twice: at the beginning of its shedding window and on the day.
    let mut watched = Vec::with_capacity(2 * days.len());
    for d in days {
        watched.push((d - SHED_WINDOW_DAYS).max(regime.begin()));
        watched.push(*d);
    }
    let mut order: Vec<usize> = (0..watched.len()).collect();
    order.sort_by(|a, b| watched[*a].total_cmp(&watched[*b]).then(a.cmp(b)));
    let sorted: Vec<f64> = order.iter().map(|i| watched[*i]).collect();
    let mut out: Vec<Field> =
        days.iter().map(|d| Field { day: *d, area_cm2, trial_factor: 1.0, ..Field::default() }).collect();
    let mut shed = vec![0.0f64; watched.len()];
    let runner = Runner::new(model, scalp, regime, key);
    for i in (0..scalp.follicles.len()).filter(|i| Some(scalp.follicles.zone[*i]) == zone) {
        let unit = scalp.follicles.unit[i];
        // A native follicle that left as a graft stands elsewhere; one not yet planted is not here.
        let planted = f64::from(scalp.follicles.from_day[i]);
        runner.run(i, &sorted, |frame, state: HairState| {
            let which = order[frame];
            shed[which] += f64::from(state.shed);
            if which.is_multiple_of(2) {
                return;
            }
            let field = &mut out[which / 2];
            match state.phase {
                Phase::Kenogen if planted > field.day => {}
                Phase::Kenogen => field.empty += 1,
                Phase::Regressed => field.regressed += 1,
                phase => {
                    let calibre_um = f64::from(state.calibre_um);
                    let growth = scalp.profile.growth_of(calibre_um);
                    field.hairs.push(Hair {
                        unit,
                        phase,
                        calibre_um,
                        length_mm: growth * f64::from(state.grown_days) * 1e-3,
                        growth_um_per_day: growth,
                        left_days: f64::from(state.left_days),
                    });
                }
            }
        });
    }
    for (k, field) in out.iter_mut().enumerate() {
        let span = (watched[2 * k + 1] - watched[2 * k]).max(1.0);
        field.shed_per_day = (shed[2 * k + 1] - shed[2 * k]) / span;
    }
    out
}

/// A patch as it is today, without any loss or treatment.
#[must_use]
pub fn still(scalp: &Scalp, area_cm2: f64, model: &Model, key: Key) -> Field {
    let setting = Setting {
        model,
        progress: Progress { course: Course::None, stage: 0.0, pace_per_year: 0.0 },
        season: None,
        schedule: &Schedule::default(),
        response: &Response::median(),
        mechanism: PrpMechanism::Reactivate,
    };
    let regime = Regime::new(&setting, 0.0, 30.0);
    fields(scalp, area_cm2, &regime, model, key, &[0.0]).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::Ancestry;

    #[test]
    fn every_instrument_gives_what_it_says() {
        let profile = HairProfile::norm(Ancestry::European, false);
        let key = Key::new(3, 0);
        let scalp = healthy_patch(&profile, Zone::Vertex, 1.0, key);
        let field = still(&scalp, 1.0, Model::fitted(), key);
        for i in ALL {
            let read = i.read(Model::fitted(), &field, &field, &mut key.stream(Purpose::Instrument, 9));
            let names: Vec<&str> = i.results().iter().map(|r| r.0).collect();
            for name in &names {
                assert!(read.get(name).is_some_and(|v| v.is_finite()), "{} {name}", i.id());
                assert_eq!(that_gives(name).map(Instrument::id), Some(i.id()), "{name} is given twice");
            }
            assert_eq!(read.len(), names.len(), "{}", i.id());
        }
    }

    #[test]
    fn an_empty_field_reads_as_nothing() {
        let field = Field { area_cm2: 1.0, trial_factor: 1.0, ..Field::default() };
        for i in ALL {
            let mut s = Key::new(1, 0).stream(Purpose::Instrument, 1);
            for (name, v) in i.read(Model::fitted(), &field, &field, &mut s) {
                assert!(v.is_finite(), "{} {name}", i.id());
            }
        }
    }
}
