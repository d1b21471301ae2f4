//! The keys of scalp micropigmentation.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_pigment::ageing::Sun;
use vellus_pigment::session::{LEAST_INTERVAL_DAYS, MOST_SESSIONS};
use vellus_pigment::target::{MOST_PER_CM2, School};
use vellus_pigment::{MarkKind, Pattern};

use super::Case;
use super::range::Checked;
use super::read::wrong;
use super::shade::{LampKeys, TestDotKeys};
use crate::error::PlanError;

/// How pigment is laid on this person; all of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmpKeys {
    /// How dense the finished work should be. Left out: matched to the fringe, and shading for hair worn
    /// longer than 12 mm.
    #[serde(default)]
    pub school: Option<School>,
    /// Density where no hair is left, dots per cm², instead of the school's; 20 to 650.
    #[serde(default)]
    pub density_per_cm2: Option<f64>,
    /// Dots of the first course, exactly; 100 to 400000. Left out: what the density comes to.
    #[serde(default)]
    pub dots: Option<u32>,
    /// Share of the whole that has been laid after each session, per cent, rising to 100; 1 to 6
    /// sessions. Left out: 30, 70, 100.
    #[serde(default)]
    pub session_targets_percent: Option<Vec<f64>>,
    /// Days between sessions; 7 to 90. Left out: 14.
    #[serde(default)]
    pub session_interval_days: Option<f64>,
    /// Whether dots run thinly into hair that is nearly whole.
    #[serde(default)]
    pub feather: Option<bool>,
    /// Pattern of the dots. Left out: even, and clustered for hair of African ancestry.
    #[serde(default)]
    pub pattern: Option<Pattern>,
    /// Chart x of a part line from which the skin shows between longer hairs, −0.6 (person's right) to
    /// 0.6.
    #[serde(default)]
    pub part_x: Option<f64>,
    /// How much sun the scalp gets.
    #[serde(default)]
    pub sun: Option<Sun>,
    /// Record of the dots that are there already (CSV or PLY), relative to the case file.
    #[serde(default)]
    pub earlier: Option<PathBuf>,
    /// Scars, moles and places to leave alone.
    #[serde(default)]
    pub marks: Vec<MarkKeys>,
    /// Millilitres of water to one of pigment in the last session's cup; 0 to 40. Left out: by the lightness of
    /// the hair; `vellus shade` finds a better one.
    #[serde(default)]
    pub water_per_pigment: Option<f64>,
    /// The lamps that the person lives under. Left out: daylight half of the time, warm LEDs and bulbs the rest.
    #[serde(default)]
    pub lamps: Option<Vec<LampKeys>>,
    /// Healed test dots that were read.
    #[serde(default)]
    pub test_dots: Vec<TestDotKeys>,
}

/// A mark on the skin: a point, or a line of points, in one of the two spaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkKeys {
    /// What it is.
    pub kind: MarkKind,
    /// Its middle, or the points of its middle line, in the chart.
    #[serde(default)]
    pub in_chart: Vec<[f64; 2]>,
    /// The same in head space, mm.
    #[serde(default)]
    pub in_head_mm: Vec<[f64; 3]>,
    /// Radius of a round one, mm; 0.2 to 60.
    #[serde(default)]
    pub radius_mm: Option<f64>,
    /// Width of a line, mm; 0.5 to 40.
    #[serde(default)]
    pub width_mm: Option<f64>,
    /// How far dots run out of a scar into the hair beside it, mm; 0 to 60. Left out: 12.
    #[serde(default)]
    pub blend_mm: Option<f64>,
}

/// Numbers of the keys with their ranges.
pub(super) fn numbers(smp: &SmpKeys, out: &mut Vec<Checked>) {
    let mut check = |key: String, value: Option<f64>, least: f64, most: f64, hint: &'static str| {
        if let Some(value) = value {
            out.push(Checked { key, value, least, most, hint: hint.into() });
        }
    };
    check(
        "smp.density_per_cm2".into(),
        smp.density_per_cm2,
        20.0,
        MOST_PER_CM2,
        "dots per cm²: 80 to 100 for follicular units, 190 to 310 for hairs; divide a density per square inch by 6.45. Beyond 650 dots do not stay apart",
    );
    check(
        "smp.dots".into(),
        smp.dots.map(f64::from),
        100.0,
        400_000.0,
        "dots of the whole course: about 14000 a session, 40000 to 50000 for a bald head",
    );
    for (i, t) in smp.session_targets_percent.iter().flatten().enumerate() {
        check(
            format!("smp.session_targets_percent[{i}]"),
            Some(*t),
            1.0,
            100.0,
            "write per cent of the whole that has been laid after each session, such as [30, 70, 100]",
        );
    }
    check(
        "smp.session_interval_days".into(),
        smp.session_interval_days,
        LEAST_INTERVAL_DAYS,
        90.0,
        "the surface heals in 7 to 10 days",
    );
    check(
        "smp.part_x".into(),
        smp.part_x,
        -0.6,
        0.6,
        "0 is the midline, 0.3 above the outer third of the left brow",
    );
    for (i, m) in smp.marks.iter().enumerate() {
        let key = |name: &str| format!("smp.marks[{i}].{name}");
        check(key("radius_mm"), m.radius_mm, 0.2, 60.0, "write millimetres");
        check(key("width_mm"), m.width_mm, 0.5, 40.0, "write millimetres");
        check(key("blend_mm"), m.blend_mm, 0.0, 60.0, "write millimetres");
    }
}

/// What no single range says.
pub(super) fn check(case: &Case, text: &str) -> Result<(), PlanError> {
    let smp = &case.smp;
    if let Some(targets) = &smp.session_targets_percent {
        let key = "smp.session_targets_percent";
        if targets.is_empty() || targets.len() > MOST_SESSIONS {
            return Err(wrong(
                text,
                key,
                format!("{} sessions", targets.len()),
                format!("1 to {MOST_SESSIONS} sessions"),
                "one number for each session, such as [30, 70, 100]",
            ));
        }
        let rises = targets.windows(2).all(|w| w[1] > w[0] + 1.0);
        if !rises || targets.last().is_some_and(|l| (l - 100.0).abs() > 1e-9) {
            return Err(wrong(
                text,
                key,
                format!("{targets:?}"),
                "numbers that rise to 100",
                "each is the share of the whole that has been laid after that session: [30, 70, 100]",
            ));
        }
    }
    if smp.dots.is_some() && smp.density_per_cm2.is_some() {
        return Err(wrong(
            text,
            "smp.dots",
            "set together with smp.density_per_cm2",
            "one of the two",
            "a number of dots fixes the density, and a density the number",
        ));
    }
    for (i, m) in smp.marks.iter().enumerate() {
        let key = |name: &str| format!("smp.marks[{i}].{name}");
        let points = m.in_chart.len().max(m.in_head_mm.len());
        if m.in_chart.is_empty() == m.in_head_mm.is_empty() {
            return Err(wrong(
                text,
                &key("in_chart"),
                if points == 0 { "left out" } else { "set together with in_head_mm" },
                "one of in_chart and in_head_mm",
                "give the middle of the mark in the chart, [[x, y]], or on the head in millimetres, [[x, y, z]]",
            ));
        }
        let finite = m.in_chart.iter().flatten().chain(m.in_head_mm.iter().flatten()).all(|x| x.is_finite());
        let place = if m.in_chart.is_empty() { "in_head_mm" } else { "in_chart" };
        if !finite || points > 500 {
            return Err(wrong(
                text,
                &key(place),
                if finite { format!("{points} points") } else { "a number that is not finite".into() },
                "1 to 500 points of finite numbers",
                "a line needs a point every centimetre or so",
            ));
        }
        if points == 1 && m.width_mm.is_some() {
            let line = m.kind == MarkKind::StripScar;
            return Err(wrong(
                text,
                &key(place),
                "1 point, with a width_mm",
                "two points or more for a line, which has a width_mm",
                if line {
                    "a strip scar is a line: give its two ends, and points between them where it bends"
                } else {
                    "a round mark has one point and a radius_mm: write radius_mm instead of width_mm, or give the ends of the line"
                },
            ));
        }
        let size = if points == 1 { "radius_mm" } else { "width_mm" };
        let (given, other) = if points == 1 { (m.radius_mm, m.width_mm) } else { (m.width_mm, m.radius_mm) };
        if given.is_none() || other.is_some() {
            return Err(wrong(
                text,
                &key(size),
                if given.is_none() { "left out" } else { "set together with the other size" },
                "one point has a radius_mm, a line of points a width_mm",
                format!("write {size}"),
            ));
        }
        if m.blend_mm.is_some() && !m.kind.is_scar() {
            return Err(wrong(
                text,
                &key("blend_mm"),
                m.blend_mm.unwrap_or_default(),
                "only for scars",
                "nothing is laid into a mole or a place to leave alone",
            ));
        }
    }
    Ok(())
}
