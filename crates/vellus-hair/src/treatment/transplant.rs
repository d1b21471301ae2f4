//! Transplant: follicular units are moved from the back of the head.

use std::collections::BTreeSet;

use vellus_units::random::{Key, Purpose};

use crate::model::Model;
use crate::pattern::NEVER;
use crate::response::Response;
use crate::scalp::{Ground, Scalp};

use super::{Effect, Kinetics, PrpMechanism, Spread, Treatment};

/// Share of grafts that grow: 95.6 and 98.6 % at 23 and 72 grafts per cm² (Nakatsui 2008, one
/// patient); the lower of the two.
pub const SURVIVAL: f64 = 0.956;
/// Days from the operation to the first growth: the grafts shed and rest for three to four months.
pub const REST_DAYS: f64 = 110.0;
/// Share of growing native hairs beside grafts that the operation throws into rest (assumption;
/// clinics tell of it without counting). Follicles that are nearly lost come back thinner or not.
pub const SHOCK_SHARE: f64 = 0.15;
/// How far from a graft shock reaches, mm (assumption: the nearest units).
pub const SHOCK_REACH_MM: f32 = 2.0;
/// Days from the operation to the shock.
pub const SHOCK_DELAY_DAYS: f64 = 21.0;
/// Share of the donor's units that may be taken before it shows (assumption, cautious; studios and
/// clinics say a half).
pub const DONOR_SHARE: f64 = 1.0 / 3.0;

/// Transplanted follicular units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transplant;

impl Treatment for Transplant {
    fn id(&self) -> &'static str {
        "transplant"
    }

    fn title(&self) -> &'static str {
        "transplant"
    }

    fn mechanism(&self) -> &'static str {
        "Units from the back keep their immunity to the pattern where they are put. They shed and grow from the third or fourth month; some native hairs beside them are shocked into rest; the donor area is spent by what is taken. Native hair goes on being lost."
    }

    fn effect(&self, _: &Model, _: PrpMechanism) -> Effect {
        Effect::NONE
    }

    fn kinetics(&self, _: &Response) -> Kinetics {
        Kinetics::Once
    }

    fn answer(&self, _: &Response) -> f64 {
        1.0
    }

    fn spread(&self) -> Spread {
        Spread { non_responders: 0.0, log_sd: 0.0 }
    }
}

/// What a transplant came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GraftReport {
    /// Units moved.
    pub grafts: usize,
    /// Follicles moved.
    pub follicles: usize,
    /// Follicles that will grow.
    pub grown: usize,
    /// Native follicles beside them that are shocked if they grow.
    pub shocked: usize,
    /// Share of the donor zone's units that were taken.
    pub donor_share: f64,
}

/// Moves whole units to given places: the follicles leave on `day`, and stand at their new place
/// with their first hair after [`REST_DAYS`], keeping the donor's immunity. A share `survival`
/// grows. Donors beyond the number of places are left alone.
pub fn graft(
    scalp: &mut Scalp,
    donors: &[u32],
    recipients: &Ground,
    day: f64,
    survival: f64,
    key: Key,
) -> GraftReport {
    let mut report = GraftReport::default();
    let mut first_of_unit = vec![u32::MAX; scalp.ground.len() + 1];
    for (i, u) in scalp.follicles.unit.iter().enumerate().rev() {
        first_of_unit[*u as usize] = i as u32;
    }
    let native = scalp.follicles.len();
    let native_units = scalp.ground.len();
    let cell = |p: [f32; 3]| p.map(|x| (x / SHOCK_REACH_MM).floor() as i32);
    let mut near = BTreeSet::new();
    for (nth, (donor, place)) in donors.iter().zip(0..recipients.len()).enumerate() {
        let unit = scalp.ground.len() as u32;
        scalp.ground.position.push(recipients.position[place]);
        scalp.ground.normal.push(recipients.normal[place]);
        scalp.ground.chart.push(recipients.chart[place]);
        scalp.ground.zone.push(recipients.zone[place]);
        near.insert(cell(recipients.position[place]));
        let mut s = key.stream(Purpose::Choice, nth as u64);
        let lives = s.uniform() < survival;
        let start = REST_DAYS * s.lognormal(1.0, 0.25);
        report.grafts += 1;
        let mut i = first_of_unit[*donor as usize] as usize;
        while i < native && scalp.follicles.unit[i] == *donor {
            scalp.follicles.until_day[i] = day as f32;
            report.follicles += 1;
            if lives {
                report.grown += 1;
                let (stream, calibre) = (scalp.follicles.stream[i], scalp.follicles.calibre_um[i]);
                scalp.follicles.push(
                    unit,
                    stream ^ 0x8000_0000,
                    calibre,
                    NEVER as f32,
                    60.0,
                    recipients.zone[place],
                );
                let last = scalp.follicles.len() - 1;
                scalp.follicles.from_day[last] = (day + start) as f32;
            }
            i += 1;
        }
    }
    // Native hair within reach of a graft.
    for i in 0..native {
        let c = cell(scalp.ground.position[scalp.follicles.unit[i] as usize]);
        let beside = (-1..=1)
            .any(|x| (-1..=1).any(|y| (-1..=1).any(|z| near.contains(&[c[0] + x, c[1] + y, c[2] + z]))));
        if !beside {
            continue;
        }
        let mut s = key.stream(Purpose::Choice, 0x4000_0000 + u64::from(scalp.follicles.stream[i]));
        if s.uniform() < SHOCK_SHARE {
            scalp.follicles.shock_day[i] = (day + SHOCK_DELAY_DAYS * s.lognormal(1.0, 0.3)) as f32;
            report.shocked += 1;
        }
    }
    if let Some(zone) = donors.first().map(|d| scalp.ground.zone[*d as usize]) {
        let of_zone = scalp.ground.zone[..native_units].iter().filter(|z| **z == zone).count();
        report.donor_share = report.grafts as f64 / of_zone.max(1) as f64;
    }
    report
}
