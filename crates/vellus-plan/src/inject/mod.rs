//! Where PRP is injected in one session, how much at each point, and whether what is prepared is
//! enough.
//!
//! Points stand in rows on skin that holds live but thinning follicles ([`thinning`]), as forecast
//! for the day of the first session; not on bald skin, whose follicles are gone, and not on healthy
//! hair. What is prepared is spread evenly up to the most that is recommended per cm²
//! ([`VOLUME_PER_CM2`]). When it is less than the least recommended, it goes first where most live
//! thinning follicles stand, at the least recommended; the other points wait.

pub mod thinning;

mod lay;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_blood::{Preparation, Protocol, VOLUME_PER_CM2, tubes_for};
use vellus_head::Zone;
use vellus_units::{Cm2, Millilitres};

use crate::outcome::Band;
pub(crate) use lay::lay;
use thinning::Place;

/// Distance between points, mm (facts S98: 1 cm).
pub const SPACING_MM: f64 = 10.0;
/// Depth of the needle's tip, mm (facts S98: 2 to 4).
pub const DEPTH_MM: [f64; 2] = [2.0, 4.0];

/// How it is injected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Technique {
    /// Distance between points along the skin, mm.
    pub spacing_mm: f64,
    /// Depth, mm: least, most.
    pub depth_mm: [f64; 2],
    /// The needle.
    pub needle: String,
    /// Angle to the skin, degrees.
    pub angle_deg: f64,
    /// Source.
    pub source: String,
    /// Grade of the source: A paper or society, B textbook or clinician, C clinic page, D weaker.
    pub grade: String,
}

impl Default for Technique {
    fn default() -> Self {
        Self {
            spacing_mm: SPACING_MM,
            depth_mm: DEPTH_MM,
            needle: "30G × 4 mm".into(),
            angle_deg: 90.0,
            source: "facts S98, a machine-written page that cites a guideline".into(),
            grade: "D".into(),
        }
    }
}

/// One injection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectionPoint {
    /// Number, from 1, row by row.
    pub id: u32,
    /// Zone.
    pub zone: Zone,
    /// Place in the head, mm.
    pub in_head: [f64; 3],
    /// Place in the chart.
    pub in_chart: [f64; 2],
    /// Place on the flat map of the plan ([`crate::scalp_outline::ScalpOutline`]), mm.
    pub in_map: [f64; 2],
    /// Row; 0 is the midline, negative to the right.
    pub row: i32,
    /// Skin with live thinning follicles to which it is the nearest point, cm².
    pub area_cm2: f64,
    /// Live thinning follicles per cm² about it.
    pub live_thinning_per_cm2: f64,
    /// 1: with what is prepared; 2: only when more is prepared.
    pub turn: u8,
    /// Volume, mL; 0 for points that wait.
    pub volume_ml: f64,
    /// Depth, mm: the middle of what the technique allows.
    pub depth_mm: f64,
}

/// A zone that is injected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectionZone {
    /// Which.
    pub zone: Zone,
    /// Skin with live thinning follicles that its points serve, cm².
    pub area_cm2: f64,
    /// Live thinning follicles there, per cm².
    pub live_thinning_per_cm2: f64,
    /// Points.
    pub points: usize,
    /// Those that are injected with what is prepared.
    pub points_now: usize,
    /// Volume with what is prepared, mL.
    pub volume_ml: f64,
    /// Platelets with what is prepared, 10⁶ per cm² of the skin that is injected; zeros when none is.
    pub platelets_per_cm2_million: Band,
}

/// Skin that is not injected.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotInjected {
    /// Zone.
    pub zone: Zone,
    /// Area, cm².
    pub area_cm2: f64,
    /// Why.
    pub why: Place,
}

/// How many tubes would be enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnoughTubes {
    /// Tubes.
    pub tubes: u32,
    /// Blood, mL.
    pub blood_ml: f64,
    /// The most blood that one session takes, mL.
    pub limit_ml: f64,
    /// Whether one session may draw it.
    pub within_limit: bool,
    /// Tubes that the limit allows.
    pub most_tubes: u32,
}

/// One session of injections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InjectionPlan {
    /// How.
    pub technique: Technique,
    /// Day for which the follicles were looked at: the first session.
    pub made_for: Date,
    /// All sessions.
    pub sessions: Vec<Date>,
    /// Zones, those with most live thinning follicles per cm² first.
    pub zones: Vec<InjectionZone>,
    /// Skin that loss reaches and that is not injected.
    pub not_injected: Vec<NotInjected>,
    /// Points, row by row.
    pub points: Vec<InjectionPoint>,
    /// Skin with live thinning follicles, cm².
    pub area_cm2: f64,
    /// Skin that is injected with what is prepared, cm².
    pub area_now_cm2: f64,
    /// Volume that the whole area needs, mL: at the least and the most that is recommended.
    pub needed_ml: [f64; 2],
    /// Volume that is prepared in a session, mL.
    pub prepared_ml: Band,
    /// Volume that is injected at the median, mL.
    pub injected_ml: f64,
    /// Volume per cm² of what is injected, mL.
    pub ml_per_cm2: f64,
    /// Volume at each point that is injected, mL.
    pub ml_per_point: f64,
    /// Platelets prepared in a session, 10⁹.
    pub platelets_billion: Band,
    /// Platelets per cm² of what is injected, 10⁶.
    pub platelets_per_cm2_million: Band,
    /// Platelets at each point, 10⁶.
    pub platelets_per_point_million: Band,
    /// Volume that is lacking for the whole area at the least recommended, mL; 0 when it is enough.
    pub short_ml: f64,
    /// Volume that is prepared above the most recommended, mL.
    pub left_over_ml: f64,
    /// Tubes that would be enough for the whole area.
    pub enough: Option<EnoughTubes>,
}

/// What is known of a point before volumes are given out.
#[derive(Clone, Debug)]
pub(crate) struct Laid {
    pub(crate) points: Vec<InjectionPoint>,
    /// Zone, area, live thinning follicles per cm².
    pub(crate) zones: Vec<(Zone, f64, f64)>,
    pub(crate) not_injected: Vec<NotInjected>,
}

/// Gives out what is prepared.
///
/// `tubes` tubes are spun; one session draws at most `limit`. Volumes of the points add up to what is
/// injected, at the median.
pub(crate) fn give_out(
    laid: Laid,
    protocol: &Protocol,
    preparation: &Preparation,
    tubes: u32,
    limit: Millilitres,
    sessions: Vec<Date>,
    made_for: Date,
) -> InjectionPlan {
    let Laid { mut points, mut zones, not_injected } = laid;
    let times =
        |e: &vellus_blood::Estimate, k: f64| Band { lo: e.lo * k, median: e.median * k, hi: e.hi * k };
    let n_tubes = f64::from(tubes);
    let prepared_ml = times(&preparation.volume_ml, n_tubes);
    let platelets_billion = times(&preparation.platelets_total, n_tubes);
    let area: f64 = zones.iter().map(|z| z.1).sum();
    let [least, most] = [VOLUME_PER_CM2.0 * area, VOLUME_PER_CM2.1 * area];
    let have = prepared_ml.median;
    zones.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));

    // Whole zones in order, and in each the points about which most follicles may answer.
    let rank = |z: Zone| zones.iter().position(|k| k.0 == z).unwrap_or(usize::MAX);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| {
        let (p, q) = (&points[*a], &points[*b]);
        rank(p.zone)
            .cmp(&rank(q.zone))
            .then(q.live_thinning_per_cm2.total_cmp(&p.live_thinning_per_cm2))
            .then(p.id.cmp(&q.id))
    });
    let n = points.len() as f64;
    let now = if have >= least { points.len() } else { (n * have / least.max(1e-9)).floor() as usize };
    let injected_ml = if now == 0 { 0.0 } else { have.min(most) };
    let ml_per_point = injected_ml / (now.max(1)) as f64;
    for (k, i) in order.iter().enumerate() {
        points[*i].turn = if k < now { 1 } else { 2 };
        points[*i].volume_ml = if k < now { ml_per_point } else { 0.0 };
    }

    let share = injected_ml / have.max(1e-9);
    let per_point = |b: Band| scale(b, share * 1000.0 / (now.max(1)) as f64);
    let platelets_per_point_million = if now == 0 { Band::default() } else { per_point(platelets_billion) };
    let zones: Vec<InjectionZone> = zones
        .into_iter()
        .map(|(zone, area_cm2, live)| {
            let own: Vec<&InjectionPoint> = points.iter().filter(|p| p.zone == zone).collect();
            let points_now = own.iter().filter(|p| p.turn == 1).count();
            let area_now: f64 = own.iter().filter(|p| p.turn == 1).map(|p| p.area_cm2).sum();
            let k = if area_now > 0.0 { points_now as f64 / area_now } else { 0.0 };
            InjectionZone {
                zone,
                area_cm2,
                live_thinning_per_cm2: live,
                points: own.len(),
                points_now,
                volume_ml: points_now as f64 * ml_per_point,
                platelets_per_cm2_million: scale(platelets_per_point_million, k),
            }
        })
        .collect();
    let area_now_cm2: f64 = points.iter().filter(|p| p.turn == 1).map(|p| p.area_cm2).sum();
    let enough = (area >= 1.0)
        .then(|| {
            let area = Cm2(area.min(1000.0));
            tubes_for(protocol, preparation, area, VOLUME_PER_CM2.0, limit).ok()
        })
        .flatten()
        .map(|t| EnoughTubes {
            tubes: t.tubes,
            blood_ml: t.blood_ml,
            limit_ml: t.limit_ml,
            within_limit: t.one_draw_is_enough,
            most_tubes: (t.limit_ml / (t.blood_ml / f64::from(t.tubes)).max(1e-9)).floor() as u32,
        });
    InjectionPlan {
        technique: Technique::default(),
        made_for,
        sessions,
        zones,
        not_injected,
        points,
        area_cm2: area,
        area_now_cm2,
        needed_ml: [least, most],
        prepared_ml,
        injected_ml,
        ml_per_cm2: if area_now_cm2 > 0.0 { injected_ml / area_now_cm2 } else { 0.0 },
        ml_per_point: if now == 0 { 0.0 } else { ml_per_point },
        platelets_billion,
        platelets_per_cm2_million: scale(
            platelets_billion,
            if area_now_cm2 > 0.0 { share * 1000.0 / area_now_cm2 } else { 0.0 },
        ),
        platelets_per_point_million,
        short_ml: (least - have).max(0.0),
        left_over_ml: (have - most).max(0.0),
        enough,
    }
}

fn scale(b: Band, k: f64) -> Band {
    Band { lo: k * b.lo, median: k * b.median, hi: k * b.hi }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_blood::{Blood, Estimate, Protocol, Spin, prepare};
    use vellus_units::{Minutes, Rcf, ThousandsPerUl};

    fn point(id: u32) -> InjectionPoint {
        InjectionPoint {
            id,
            zone: Zone::Vertex,
            in_head: [0.0; 3],
            in_chart: [0.0; 2],
            in_map: [0.0; 2],
            row: 0,
            area_cm2: 1.0,
            live_thinning_per_cm2: 80.0,
            turn: 1,
            volume_ml: 0.0,
            depth_mm: 3.0,
        }
    }

    /// A million per µL, this volume a tube.
    fn given(volume_ml: f64, tubes: u32) -> InjectionPlan {
        let protocol = Protocol {
            blood: Blood::new(ThousandsPerUl(250.0), 0.42),
            spins: vec![Spin::at_rcf(Rcf(200.0), Minutes(10.0))],
            ..Protocol::default()
        };
        let exact = |x: f64| Estimate { median: x, lo: x, hi: x };
        let mut preparation = prepare(&protocol, 1).unwrap();
        preparation.platelets_per_ul = exact(1000.0);
        preparation.volume_ml = exact(volume_ml);
        preparation.platelets_total = exact(volume_ml);
        let laid = Laid {
            points: (1..=50).map(point).collect(),
            zones: vec![(Zone::Vertex, 50.0, 80.0)],
            not_injected: Vec::new(),
        };
        let day = jiff::civil::date(2026, 12, 7);
        give_out(laid, &protocol, &preparation, tubes, Millilitres(200.0), vec![day], day)
    }

    #[test]
    fn a_million_per_microlitre_times_five_millilitres_is_five_billion() {
        // 10⁶/µL · 5 mL = 10⁶ · 5000 µL = 5·10⁹; over 50 cm² 10⁸, 100 million, per cm².
        let i = given(1.25, 4);
        assert!((i.platelets_billion.median - 5.0).abs() < 1e-9);
        assert!((i.platelets_per_cm2_million.median - 100.0).abs() < 1e-9);
        assert!((i.ml_per_cm2 - 0.1).abs() < 1e-12 && (i.ml_per_point - 0.1).abs() < 1e-12);
        assert!((i.platelets_per_point_million.median - 100.0).abs() < 1e-9);
        assert!(i.short_ml == 0.0 && i.left_over_ml < 1e-9);
    }

    #[test]
    fn more_than_recommended_is_left_over_and_less_leaves_points_waiting() {
        let much = given(2.0, 4);
        assert!((much.left_over_ml - 3.0).abs() < 1e-9 && (much.injected_ml - 5.0).abs() < 1e-9);
        let little = given(1.0, 1);
        // 1 mL at 0.05 mL for each of them is twenty points; 1.5 mL are lacking for fifty.
        assert_eq!(little.points.iter().filter(|p| p.turn == 1).count(), 20);
        assert!((little.short_ml - 1.5).abs() < 1e-9 && (little.area_now_cm2 - 20.0).abs() < 1e-9);
        assert_eq!(little.enough.unwrap().tubes, 3);
        let none = given(0.0, 1);
        assert!(none.points.iter().all(|p| p.volume_ml == 0.0) && none.ml_per_cm2 == 0.0);
    }
}
