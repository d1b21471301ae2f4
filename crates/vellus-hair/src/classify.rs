//! Reading the stage back from a scalp: which pattern and stage look most like the density seen.
//!
//! The scalp is cut into cells of the chart; in each, the share of follicles that still hold a
//! terminal hair is compared with what each course predicts at each stage from its threshold field.
//! The stage with the least weighted squares is the reading.

use vellus_units::maths::normal_cdf;

use crate::course::{Snapshot, TERMINAL_UM};
use crate::pattern::{Course, NEVER, Stage, boundary_stage};
use crate::scalp::{LossRules, Scalp};

/// Side of a cell, chart units (about 1.7 cm).
const CELL: f64 = 0.10;
/// Fewest follicles in a cell that is used.
const LEAST: usize = 12;

/// A stage read from a scalp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageRead {
    /// The course.
    pub course: Course,
    /// The stage number.
    pub stage: f64,
    /// The stage as a clinician writes it.
    pub named: Stage,
    /// Root of the mean squared difference of shares, 0 to 1.
    pub misfit: f64,
}

struct Cell {
    x: f64,
    y: f64,
    follicles: f64,
    share: f64,
}

/// Reads course and stage from what stands on a head; none when there are too few follicles.
///
/// `trichion_y` is the chart y of the middle of the juvenile hairline. Women are read on the central
/// course, men on all: a man may have the female pattern.
#[must_use]
pub fn read_stage(
    scalp: &Scalp,
    seen: &Snapshot,
    trichion_y: f64,
    female: bool,
    loss: &LossRules,
) -> Option<StageRead> {
    let cells = cells(scalp, seen);
    if cells.len() < 20 {
        return None;
    }
    // The densest fifth of the cells says what is full for this person: some follicles rest empty,
    // and some are vellus on any head.
    let mut shares: Vec<f64> = cells.iter().map(|c| c.share).collect();
    let full = vellus_units::maths::quantile(&mut shares, 0.85).max(0.05);
    let courses: &[Course] = if female {
        &[Course::Central]
    } else {
        &[Course::Norwood, Course::NorwoodVertex, Course::NorwoodA, Course::Central]
    };
    let mut best: Option<(f64, Course, f64)> = None;
    for &course in courses {
        let at: Vec<f64> = cells.iter().map(|c| boundary_stage(course, c.x, c.y, trichion_y)).collect();
        let (first, last) = (course.first_stage(), course.last_stage());
        let steps = ((last - first) / 0.1).round() as usize;
        for k in 0..=steps {
            let stage = first + k as f64 * 0.1;
            let (mut sum, mut weight) = (0.0, 0.0);
            for (c, boundary) in cells.iter().zip(&at) {
                let d = c.share / full - expected(course, *boundary, stage, loss);
                sum += c.follicles * d * d;
                weight += c.follicles;
            }
            let misfit = sum / weight;
            // Of two courses that fit alike the commoner one, which stands first, is kept.
            if best.is_none_or(|b| misfit < b.0 - 1e-9) {
                best = Some((misfit, course, stage));
            }
        }
    }
    best.map(|(misfit, course, stage)| StageRead {
        course,
        stage,
        named: name(course, stage),
        misfit: misfit.sqrt(),
    })
}

/// Share of follicles with a terminal hair relative to a healthy place.
fn expected(course: Course, boundary: f64, stage: f64, loss: &LossRules) -> f64 {
    if boundary >= NEVER {
        return 1.0;
    }
    // A hair of usual calibre falls below 30 µm at this miniaturisation.
    const VELLUS_AT: f64 = 0.73;
    let noise = libm::hypot(loss.noise(course), loss.field_stages);
    let threshold = loss.threshold(course, boundary);
    1.0 - normal_cdf((stage - threshold - VELLUS_AT * loss.span_stages) / noise)
}

fn cells(scalp: &Scalp, seen: &Snapshot) -> Vec<Cell> {
    let mut grid: std::collections::BTreeMap<(i32, i32), [f64; 4]> = std::collections::BTreeMap::new();
    for (i, unit) in scalp.follicles.unit.iter().enumerate() {
        let q = scalp.ground.chart[*unit as usize].map(f64::from);
        let key = ((q[0] / CELL).floor() as i32, (q[1] / CELL).floor() as i32);
        let cell = grid.entry(key).or_default();
        cell[0] += 1.0;
        cell[1] += f64::from(u8::from(seen.calibre_um[i] >= TERMINAL_UM));
        cell[2] += q[0];
        cell[3] += q[1];
    }
    grid.into_values()
        .filter(|c| c[0] >= LEAST as f64)
        .map(|c| Cell { x: c[2] / c[0], y: c[3] / c[0], follicles: c[0], share: c[1] / c[0] })
        .collect()
}

/// The nearest stage that a clinician has a name for.
#[must_use]
pub fn name(course: Course, stage: f64) -> Stage {
    let mut best = (f64::INFINITY, Stage::None);
    for named in Stage::ALL {
        let (of, number) = named.course();
        let same = match course {
            // Norwood's vertex variant has a name of its own at stage III only.
            Course::NorwoodVertex => of == Course::NorwoodVertex || (of == Course::Norwood && number != 3.0),
            Course::NorwoodA => {
                of == Course::NorwoodA
                    || (of == Course::Norwood
                        && matches!(named, Stage::Norwood1 | Stage::Norwood6 | Stage::Norwood7))
            }
            // Ludwig's names; Sinclair's are the same course on a finer scale.
            Course::Central => matches!(named, Stage::Ludwig1 | Stage::Ludwig2 | Stage::Ludwig3),
            Course::Norwood => of == Course::Norwood,
            Course::None => of == Course::None,
        };
        let distance = (number - stage).abs();
        if same && distance < best.0 {
            best = (distance, named);
        }
    }
    if course == Course::Central && stage < 0.5 { Stage::None } else { best.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_course() {
        assert_eq!(name(Course::NorwoodVertex, 3.1), Stage::Norwood3Vertex);
        assert_eq!(name(Course::NorwoodVertex, 5.2), Stage::Norwood5);
        assert_eq!(name(Course::NorwoodA, 4.1), Stage::Norwood4a);
        assert_eq!(name(Course::NorwoodA, 6.4), Stage::Norwood6);
        assert_eq!(name(Course::Central, 0.2), Stage::None);
        assert_eq!(name(Course::Central, 1.8), Stage::Ludwig2);
    }
}
