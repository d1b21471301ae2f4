//! How soft the front edge is, and how straight.

use glam::DVec2;
use serde::Serialize;

use super::AuditContext;
use super::near::Around;
use crate::dots::Dots;

/// Half of the front that is looked at, chart x: from one vertical through the outer corner of the
/// eye to the other.
const HALF_WIDTH: f64 = 0.30;
/// The front lies before this chart y; dots behind it belong to the crown.
const BEHIND: f64 = 0.15;
/// Width of a strip across the front, mm.
const STRIP_MM: f64 = 4.0;
/// Reach of the smooth line that the front is measured against, mm: longer than the macro-irregularity
/// of a hairline (2–3 cm, Shapiro), shorter than its arch.
const SMOOTH_MM: f64 = 30.0;
/// The density behind the edge is that of the densest band of so many mm: where hair takes over behind the line, dots
/// grow fewer again, and it is the dots' own rise that is soft or sharp.
const PLATEAU_MM: usize = 6;
/// Depths that are looked at, mm.
const DEPTH_MM: [f64; 2] = [-12.0, 28.0];
/// Power of its diameter with which a dot darkens the skin: 1.92 times for one of 240 instead of 160 µm (the table of
/// dots in `docs/optics.md`). Dots along the line are finer and denser than those behind it; what softens is the tone.
const TONE_POWER: f64 = 1.6;
/// Fewest dots at the front that say anything.
const FEWEST: usize = 200;

/// The front edge.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EdgeSoftness {
    /// Depth over which the density rises from 10 % to 90 % of what it is behind, mm.
    pub rise_mm: f64,
    /// How far the front wanders about a smooth line, root mean square, mm.
    pub wobble_mm: f64,
    /// Density behind the edge over what random dots on a straight line would wander by, mm.
    pub wobble_of_chance_mm: f64,
    /// Whether the depth is that behind a designed hairline, not behind the dots' own front.
    pub behind_design: bool,
    /// Dots per cm² at each millimetre of depth, from −12 mm, in dots as dark as the median one of the front.
    pub profile_per_cm2: Vec<f64>,
}

impl EdgeSoftness {
    pub(super) fn of(dots: &Dots, around: &[Around], context: &AuditContext<'_>) -> Option<Self> {
        let front: Vec<usize> = (0..dots.len())
            .filter(|i| {
                let q = dots.chart[*i];
                f64::from(q[0]).abs() < HALF_WIDTH && f64::from(q[1]) > BEHIND
            })
            .collect();
        if front.len() < FEWEST {
            return None;
        }
        let mm = mm_per_unit(dots, around, &front)?;
        let strips = (2.0 * HALF_WIDTH * mm / STRIP_MM).floor().clamp(4.0, 400.0) as usize;
        let strip = |q: [f32; 2]| {
            (((f64::from(q[0]) / HALF_WIDTH + 1.0) * 0.5 * strips as f64) as usize).min(strips - 1)
        };
        let mut edge = vec![f64::NEG_INFINITY; strips];
        for i in &front {
            let q = dots.chart[*i];
            edge[strip(q)] = edge[strip(q)].max(f64::from(q[1]) * mm);
        }
        if edge.iter().filter(|y| y.is_finite()).count() < strips / 2 {
            return None;
        }
        let smooth = smooth_line(&edge, 2.0 * HALF_WIDTH * mm / strips as f64);
        let off: Vec<f64> =
            edge.iter().zip(&smooth).filter(|(e, _)| e.is_finite()).map(|(e, s)| e - s).collect();
        let wobble = (off.iter().map(|d| d * d).sum::<f64>() / off.len() as f64).sqrt();

        let bins = (DEPTH_MM[1] - DEPTH_MM[0]) as usize;
        let mut profile = vec![0.0; bins];
        // Counted over the strips' whole width: strips are as wide at every depth.
        let cm2 = 2.0 * HALF_WIDTH * mm * 1.0 / 100.0;
        let mut sizes: Vec<f64> = front.iter().map(|i| f64::from(dots.healed_um[*i])).collect();
        sizes.sort_by(f64::total_cmp);
        let median = super::spacing::quantile(&sizes, 0.5).max(1e-9);
        for i in &front {
            let q = dots.chart[*i];
            let depth = match context.hairline_depth_mm {
                Some(depth) => depth(DVec2::new(q[0].into(), q[1].into())),
                None => smooth[strip(q)] - f64::from(q[1]) * mm,
            };
            let bin = depth - DEPTH_MM[0];
            if bin >= 0.0 && bin < bins as f64 {
                profile[bin as usize] += libm::pow(f64::from(dots.healed_um[*i]) / median, TONE_POWER) / cm2;
            }
        }
        let bands = profile.windows(PLATEAU_MM).map(|w| w.iter().sum::<f64>() / PLATEAU_MM as f64);
        let (at, plateau) = bands.enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
        if plateau * cm2 * (PLATEAU_MM as f64) < 0.15 * FEWEST as f64 {
            return None;
        }
        let rising = isotonic(&profile[..at + PLATEAU_MM]);
        let rise_mm = (crossing(&rising, 0.9 * plateau) - crossing(&rising, 0.1 * plateau)).max(0.0);
        // The frontmost of dots of density λ in a strip of width b lies an exponential depth of mean
        // 1/(λ b) behind a straight line.
        let chance = 100.0 / (plateau * STRIP_MM);
        Some(Self {
            rise_mm,
            wobble_mm: wobble,
            wobble_of_chance_mm: chance,
            behind_design: context.hairline_depth_mm.is_some(),
            profile_per_cm2: profile,
        })
    }
}

/// Millimetres of skin in a chart unit at the front: the median over neighbouring dots.
fn mm_per_unit(dots: &Dots, around: &[Around], front: &[usize]) -> Option<f64> {
    let mut all: Vec<f64> = front
        .iter()
        .filter_map(|i| {
            let (j, d, _) = around[*i].closest[0];
            let (p, q) = (dots.chart[*i], dots.chart[j as usize]);
            let apart = libm::hypot(f64::from(p[0] - q[0]), f64::from(p[1] - q[1]));
            (around[*i].count > 0 && apart > 1e-5 && d > 0.05).then(|| f64::from(d) / apart)
        })
        .collect();
    all.sort_by(f64::total_cmp);
    let middle = super::spacing::quantile(&all, 0.5);
    // A chart unit at the front is 120 to 220 mm on heads of all sizes.
    (60.0..400.0).contains(&middle).then_some(middle)
}

/// Local straight lines through the front (least squares with a triangular weight).
fn smooth_line(edge: &[f64], step: f64) -> Vec<f64> {
    (0..edge.len())
        .map(|i| {
            let [mut s0, mut s1, mut s2, mut t0, mut t1] = [0.0; 5];
            for (j, y) in edge.iter().enumerate().filter(|(_, y)| y.is_finite()) {
                let x = (j as f64 - i as f64) * step;
                let w = (1.0 - x.abs() / SMOOTH_MM).max(0.0);
                s0 += w;
                s1 += w * x;
                s2 += w * x * x;
                t0 += w * y;
                t1 += w * x * y;
            }
            let det = s0 * s2 - s1 * s1;
            if det.abs() > 1e-9 { (t0 * s2 - t1 * s1) / det } else { t0 / s0.max(1e-9) }
        })
        .collect()
}

/// The closest rising sequence (pool adjacent violators).
fn isotonic(values: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for v in values {
        let mut block = (*v, 1);
        while let Some((mean, n)) = blocks.last().copied().filter(|b| b.0 > block.0) {
            block = ((mean * n as f64 + block.0 * block.1 as f64) / (n + block.1) as f64, n + block.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks.into_iter().flat_map(|(mean, n)| std::iter::repeat_n(mean, n)).collect()
}

/// Where a rising sequence passes a level, in steps; its end when it does not.
fn crossing(rising: &[f64], level: f64) -> f64 {
    let at = rising.partition_point(|v| *v < level);
    match at {
        0 => 0.0,
        n if n == rising.len() => n as f64,
        n => {
            let (a, b) = (rising[n - 1], rising[n]);
            n as f64 - 1.0 + (level - a) / (b - a).max(1e-9)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rising_sequences_are_the_closest() {
        assert_eq!(isotonic(&[1.0, 3.0, 2.0, 4.0]), [1.0, 2.5, 2.5, 4.0]);
        assert_eq!(isotonic(&[3.0, 2.0, 1.0]), [2.0; 3]);
        assert_eq!(crossing(&[0.0, 0.0, 1.0, 1.0], 0.5), 1.5);
        assert_eq!(crossing(&[0.0, 0.1], 0.5), 2.0);
    }

    #[test]
    fn a_straight_front_is_its_own_smooth_line() {
        let line: Vec<f64> = (0..30).map(|i| 100.0 - 0.3 * f64::from(i)).collect();
        for (a, b) in smooth_line(&line, 4.0).iter().zip(&line) {
            assert!((a - b).abs() < 1e-9);
        }
    }
}
