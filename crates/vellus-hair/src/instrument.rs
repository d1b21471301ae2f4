//! What a study measures, computed on simulated follicles: sampling error included.

use std::collections::BTreeMap;

use vellus_head::Zone;
use vellus_units::random::{Key, Purpose};

use crate::course::{HairState, TERMINAL_UM, run_follicle};
use crate::cycle::{CycleRules, Phase};
use crate::pattern::{Course, NEVER};
use crate::regime::{Progress, Regime};
use crate::response::Response;
use crate::scalp::{Ground, HairProfile, Scalp};
use crate::treatment::{PrpMechanism, Schedule};

/// One target area, as a phototrichogram and a trichoscope read it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Hairs per cm².
    pub hairs_per_cm2: f64,
    /// Share of hairs that do not grow (catagen and telogen).
    pub resting_share: f64,
    /// Mean growth of growing hairs, µm per day.
    pub growth_um_per_day: f64,
    /// Mean calibre of the hairs, µm.
    pub calibre_um: f64,
    /// Share of hairs thinner than 30 µm.
    pub thin_share: f64,
    /// Share of follicular units that show one hair.
    pub single_units: f64,
}

/// Spread of a repeated calibre measurement of one hair, µm (assumption: one step of a 20×
/// trichoscope).
const CALIBRE_ERROR_UM: f64 = 2.0;

/// A healthy patch of skin of a person: `area_cm2` of a zone, without pattern loss.
#[must_use]
pub fn healthy_patch(profile: &HairProfile, zone: Zone, area_cm2: f64, key: Key) -> Scalp {
    let wanted = profile.units_per_cm2(zone) * area_cm2;
    // Where the circle falls decides about the last unit.
    let mut s = key.stream(Purpose::Instrument, 0);
    let units = (wanted + s.uniform() - 0.5).round().max(1.0) as usize;
    let ground = Ground {
        position: vec![[0.0; 3]; units],
        normal: vec![[0.0, 1.0, 0.0]; units],
        chart: vec![[0.0; 2]; units],
        zone: vec![zone; units],
    };
    Scalp::grow(ground, profile.clone(), Course::None, &|_, _| NEVER, key)
}

/// Reads a patch of `area_cm2` as it is today.
#[must_use]
pub fn read(scalp: &Scalp, area_cm2: f64, rules: &CycleRules, key: Key) -> Reading {
    let still = Progress { course: Course::None, stage: 0.0, pace_per_year: 0.0 };
    let regime =
        Regime::new(still, &Schedule::default(), &Response::median(), PrpMechanism::Reactivate, 30.0);
    let mut error = key.stream(Purpose::Instrument, 1);
    let (mut hairs, mut resting, mut thin, mut calibre, mut growth) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut of_unit: BTreeMap<u32, u32> = BTreeMap::new();
    for i in 0..scalp.follicles.len() {
        let factor = scalp.profile.anagen_factor;
        let mut seen = None;
        run_follicle(&scalp.follicles, i, factor, &regime, rules, key, &[0.0], |_, state: HairState| {
            seen = Some(state)
        });
        let Some(state) = seen else { continue };
        if matches!(state.phase, Phase::Kenogen | Phase::Regressed) {
            continue;
        }
        hairs += 1.0;
        *of_unit.entry(scalp.follicles.unit[i]).or_default() += 1;
        let measured = (f64::from(state.calibre_um) + CALIBRE_ERROR_UM * error.normal()).max(5.0);
        calibre += measured;
        if measured < f64::from(TERMINAL_UM) {
            thin += 1.0;
        }
        if state.phase == Phase::Anagen {
            growth += scalp.profile.growth_um_per_day;
        } else {
            resting += 1.0;
        }
    }
    let n: f64 = f64::max(hairs, 1.0);
    let singles = of_unit.values().filter(|k| **k == 1).count() as f64;
    Reading {
        hairs_per_cm2: hairs / area_cm2,
        resting_share: resting / n,
        growth_um_per_day: growth / f64::max(hairs - resting, 1.0),
        calibre_um: calibre / n,
        thin_share: thin / n,
        single_units: singles / of_unit.len().max(1) as f64,
    }
}
