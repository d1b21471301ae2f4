//! Where follicles live and are thinning: what PRP may help, and what it leaves alone.

use std::collections::BTreeMap;

use glam::DVec3;
use vellus_hair::course::Snapshot;
use vellus_hair::model::Model;
use vellus_hair::scalp::Scalp;

/// Miniaturisation from which a living follicle counts as thinning: its hair is visibly thinner than
/// it was (assumption).
pub const THINNING_FROM: f64 = 0.1;
/// Miniaturisation from which a follicle, though alive, is past what PRP is known to help: the edge of
/// baldness on Norwood's plates ([`vellus_hair::scalp::LossRules::edge`]), beyond which skin is seen as
/// bald (assumption; "not helpful" for bald patches, facts S102).
pub const THINNING_TO: f64 = 0.8;
/// Share of lost follicles from which a place is bald: fewer than three in ten still grow a hair that is
/// seen (assumption).
pub const BALD_SHARE: f64 = 0.7;
/// Share of the follicles about a place that must live and be thinning for a point to stand there
/// (assumption).
pub const LEAST_SHARE: f64 = 0.2;
/// How far about a place follicles are counted, mm: what a point serves at the usual spacing, and
/// enough units to count (about 250; assumption).
pub const REACH_MM: f64 = 10.0;

/// Follicles about a place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct About {
    /// Native follicles, whatever their state.
    pub follicles: u32,
    /// Those that live and are thinning.
    pub live_thinning: u32,
    /// Those that are gone for good or as good as bald.
    pub lost: u32,
    /// Skin that they stand on, cm².
    pub area_cm2: f64,
}

impl About {
    /// Share that lives and is thinning, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        f64::from(self.live_thinning) / f64::from(self.follicles.max(1))
    }

    /// Follicles that live and are thinning, per cm².
    #[must_use]
    pub fn per_cm2(&self) -> f64 {
        if self.area_cm2 > 0.0 { f64::from(self.live_thinning) / self.area_cm2 } else { 0.0 }
    }

    /// What a place with these follicles is to PRP.
    #[must_use]
    pub fn kind(&self) -> Place {
        let lost = f64::from(self.lost) / f64::from(self.follicles.max(1));
        if lost >= BALD_SHARE {
            Place::Bald
        } else if self.share() >= LEAST_SHARE {
            Place::Thinning
        } else {
            Place::Healthy
        }
    }
}

/// What a place is to PRP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Enough follicles live and are thinning.
    Thinning,
    /// Most follicles are lost: PRP makes no new ones.
    Bald,
    /// Nothing is thinning.
    Healthy,
}

/// Follicles by place on the head, on one day.
#[derive(Clone, Debug)]
pub struct Thinning {
    cells: BTreeMap<[i32; 3], Vec<u32>>,
    position: Vec<DVec3>,
    own: Vec<About>,
}

impl Thinning {
    /// The follicles of a scalp at a moment at which loss has reached this stage. Grafts are left
    /// out: they do not thin.
    #[must_use]
    pub fn new(scalp: &Scalp, snapshot: &Snapshot, stage: f64, model: &Model) -> Self {
        let mut own = vec![About::default(); scalp.ground.len()];
        let f = &scalp.follicles;
        for i in 0..f.len() {
            if f.from_day[i] != f32::NEG_INFINITY || f64::from(f.until_day[i]) <= snapshot.day {
                continue;
            }
            let about = &mut own[f.unit[i] as usize];
            let m = model.loss.miniaturisation(stage, f64::from(f.threshold[i]));
            about.follicles += 1;
            if !snapshot.alive[i] || m > THINNING_TO {
                about.lost += 1;
            } else if m >= THINNING_FROM {
                about.live_thinning += 1;
            }
        }
        let position: Vec<DVec3> =
            scalp.ground.position.iter().map(|p| DVec3::from_array(p.map(f64::from))).collect();
        let mut cells: BTreeMap<[i32; 3], Vec<u32>> = BTreeMap::new();
        for (u, p) in position.iter().enumerate() {
            if own[u].follicles > 0 {
                own[u].area_cm2 = 1.0 / scalp.profile.units_per_cm2(scalp.ground.zone[u]);
                cells.entry(cell(*p)).or_default().push(u as u32);
            }
        }
        Self { cells, position, own }
    }

    /// The follicles within [`REACH_MM`] of a place of the head.
    #[must_use]
    pub fn about(&self, p_in_head: DVec3) -> About {
        let mut sum = About::default();
        let [x, y, z] = cell(p_in_head);
        for k in 0..27 {
            let near = [x + k % 3 - 1, y + k / 3 % 3 - 1, z + k / 9 - 1];
            for u in self.cells.get(&near).into_iter().flatten() {
                let u = *u as usize;
                if self.position[u].distance_squared(p_in_head) <= REACH_MM * REACH_MM {
                    let o = &self.own[u];
                    sum.follicles += o.follicles;
                    sum.live_thinning += o.live_thinning;
                    sum.lost += o.lost;
                    sum.area_cm2 += o.area_cm2;
                }
            }
        }
        sum
    }
}

fn cell(p: DVec3) -> [i32; 3] {
    (p / REACH_MM).floor().as_ivec3().to_array()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_thinning_bald_or_healthy() {
        let about = |live_thinning, lost| About { follicles: 100, live_thinning, lost, area_cm2: 0.5 };
        assert_eq!(about(20, 69).kind(), Place::Thinning);
        assert_eq!(about(25, 70).kind(), Place::Bald);
        assert_eq!(about(19, 69).kind(), Place::Healthy);
        assert!((about(30, 0).per_cm2() - 60.0).abs() < 1e-12);
    }
}
