//! The designed hairline: a curve on the skin, from numbers that a practitioner can edit or from a line
//! that was drawn.
//!
//! The line runs from the right sideburn over the temporal point, the lateral hump and the frontotemporal
//! angle to the middle of the forehead and down the left side again. Heights are measured along the skin
//! (geodesics), the place of the angles on the vertical through the outer corner of the eye and straight
//! back from the middle, as on a profile photograph. Between these places it is a smooth curve on the
//! surface; its irregularity moves it along the skin at right angles to itself.
//!
//! [`Hairline::depth_mm`] is the question that the rest of the plan asks: how far behind the line a place
//! lies, along the skin. It is answered from a raster over the chart, exact to about 0.2 mm as far as
//! 40 mm behind the line.
//!
//! # Limits
//! Distances end at 50 mm. The natural border ([`vellus_head::ScalpMap`]) closes the area behind the ears
//! and at the nape; it is a norm, not the person's.

mod depth;
mod details;
mod drawn;
mod figures;
mod forehead;
mod line;
mod rules;
mod skin;
mod spec;
mod style;

use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_head::geodesic::Geodesics;
use vellus_units::maths::{lerp, smoothstep};
use vellus_units::random::Key;

use crate::PigmentError;
use depth::DepthMap;
pub use details::{HairlineDetails, Ranged};
pub use figures::HairlineFigures;
use forehead::Forehead;
pub use line::HairlinePoints;
use line::{Design, Line};
pub use rules::{Context, HairlineFinding, HeightNorm, Population, Severity, height_norm, judge};
use skin::{cut, on};
pub use spec::{HEIGHTS_MM, HairlineSpec};
pub use style::{Edge, HairlineStyle};

use details::refused;
use spec::Shape;

/// Skin this far about the line is kept for distances, mm: the reach of depths and a detour.
const SKIN_MM: f64 = depth::REACH_MM + 12.0;
/// The line itself needs skin this far about it, mm.
const LINE_SKIN_MM: f64 = 32.0;
/// The middle lies within this of the height that was asked for, mm.
const HEIGHT_ERROR_MM: f64 = 0.002;
/// Within this angle of its ends, radians, the line strays from the natural border by at most so many mm.
const END_ANGLE: f64 = 0.12;
const END_SLACK_MM: f64 = 6.0;
/// Length of a gap of a broken line with the stretch before it, mm (assumption).
const GAP_MM: f64 = 11.0;
/// Behind the line by this much stands what would leave the edge alone, mm.
const STRAND_MM: f64 = 10.0;

/// A hairline laid on a head.
#[derive(Clone, Debug)]
pub struct Hairline {
    spec: HairlineSpec,
    shape: Shape,
    points: HairlinePoints,
    figures: HairlineFigures,
    in_head: Vec<DVec3>,
    smooth_in_head: Vec<DVec3>,
    in_chart: Vec<DVec2>,
    depth: DepthMap,
    border: vellus_head::ScalpMap,
    gap_phase: f64,
}

impl Hairline {
    /// Lays a hairline on a head. Its irregularity follows the key and the spec's own seed.
    ///
    /// # Errors
    /// [`PigmentError::Hairline`] when a number is out of range, numbers make no line on this head, or a
    /// drawn line leaves the scalp, crosses itself or does not span the forehead;
    /// [`PigmentError::Skin`] when the head has no usable skin there.
    pub fn new(spec: HairlineSpec, head: &Head, key: Key) -> Result<Self, PigmentError> {
        Self::lay(spec, head, key).map_err(|e| match e {
            // No dot is placed here: what fails on a head is its skin.
            PigmentError::Place(e) => PigmentError::Skin(e),
            e => e,
        })
    }

    fn lay(spec: HairlineSpec, head: &Head, key: Key) -> Result<Self, PigmentError> {
        spec.check()?;
        let f = Forehead::new(head);
        let shape = spec.shape(head.sex());
        let seed = u64::from(spec.details.seed.unwrap_or(0));
        let drawn = spec.details.is_drawn();

        let too_high = || {
            refused(
                "hairline_height_mm",
                spec.height_mm,
                "a height at which this head has skin",
                "lower the line, or check the scan above the forehead",
            )
        };
        // Where skin is needed, then the line on that skin.
        let (skin, mut design) = if drawn {
            let row = drawn::places(&f, &spec.details)?;
            // The middle of the line and the glabella belong together, for the height.
            let off = |p: &DVec3| (p.x - f.middle_x).abs();
            let middle = row.iter().copied().min_by(|a, b| off(a).total_cmp(&off(b)));
            let mut about = row.clone();
            about.extend(middle);
            about.push(f.glabella);
            // Between far places the way along the skin may stray further.
            let longest = row.windows(2).map(|w| w[0].distance(w[1])).fold(0.0, f64::max);
            (cut(head.surface(), &filled_in(head, &about), LINE_SKIN_MM + 0.3 * longest)?, Err(row))
        } else {
            let middle = f.middle(spec.height_mm).ok_or_else(too_high)?;
            let design = Design::new(&f, &shape, middle)?;
            let mut about = design.places();
            about.push(f.glabella);
            about.push(0.5 * (f.glabella + middle));
            (cut(head.surface(), &filled_in(head, &about), LINE_SKIN_MM)?, Ok(design))
        };
        let g = Geodesics::new(&skin)?;
        let (holds, pins) = match &mut design {
            Err(row) => {
                let holds = row.iter().map(|p| on(&skin, *p)).collect::<Result<Vec<_>, _>>()?;
                (holds, Vec::new())
            }
            Ok(design) => {
                let middle = at_height(&f, &g, spec.height_mm).ok_or_else(too_high)??;
                *design = Design::new(&f, &shape, middle)?;
                let holds = design.holds(&g, shape.hump_mm)?;
                let p = &design.points;
                (
                    holds,
                    vec![p.mid_frontal, p.angles[0], p.angles[1], p.temporal_points[0], p.temporal_points[1]],
                )
            }
        };
        let line = Line::new(&g, &holds, &pins, &shape, key, seed)?;
        let in_head: Vec<DVec3> = line.drawn.iter().map(|p| p.position).collect();
        let in_chart: Vec<DVec2> = in_head.iter().map(|p| head.chart().chart_from_head(*p)).collect();
        if let Some((i, _)) = drawn::crossing(&in_chart) {
            let p = in_head[i];
            return Err(refused(
                if drawn { "polyline" } else { "hairline" },
                format!("a line that crosses itself near [{:.0}, {:.0}, {:.0}] mm", p.x, p.y, p.z),
                "a line that does not cross itself",
                "bring angle_behind_mm, lateral_hump_mm and the temporal points closer to their presets, or lower macro_mm and micro_mm",
            ));
        }
        let points = match design {
            Ok(design) => design.points,
            Err(_) => drawn::named(&f, &line.smooth, &line.along).ok_or_else(|| {
                refused(
                    "polyline",
                    "a line without a middle or without temples",
                    "a line from temple to temple over the forehead",
                    "draw it across the middle of the forehead and beyond the outer corners of the eyes",
                )
            })?,
        };
        let set = libm::hypot(shape.macro_mm, shape.micro_mm);
        let irregularity =
            if drawn { libm::hypot(set, figures::roughness(&line.smooth, line::STEP_MM)) } else { set };
        let figures = HairlineFigures::measure(&f, &g, &points, &line.smooth, &line.along, irregularity)?;
        let about: Vec<DVec3> = in_head.iter().step_by(16).copied().collect();
        let wide = cut(head.surface(), &about, SKIN_MM)?;
        let wide = Geodesics::new(&wide)?;
        let sources = in_head.iter().map(|p| on(wide.surface(), *p)).collect::<Result<Vec<_>, _>>()?;
        let depth = DepthMap::new(head, &wide, &sources, &in_chart, &line.along)?;
        let gap_phase = key
            .stream(vellus_units::random::Purpose::Hairline, seed ^ (1 << 40))
            .between(0.0, std::f64::consts::TAU);
        Ok(Self {
            spec,
            shape,
            points,
            figures,
            in_head,
            smooth_in_head: line.smooth,
            in_chart,
            depth,
            border: head.scalp().clone(),
            gap_phase,
        })
    }

    /// As wished.
    #[must_use]
    pub const fn spec(&self) -> &HairlineSpec {
        &self.spec
    }

    /// The named places, mm, head space.
    #[must_use]
    pub const fn points(&self) -> &HairlinePoints {
        &self.points
    }

    /// What is measured on it.
    #[must_use]
    pub const fn figures(&self) -> &HairlineFigures {
        &self.figures
    }

    /// Depths of the transition zone and of the defined zone behind it, mm.
    #[must_use]
    pub const fn zones_mm(&self) -> [f64; 2] {
        [self.shape.transition_mm, self.shape.defined_mm]
    }

    /// How far behind the line a chart position lies along the skin, mm: negative in front, -50 to 50.
    /// Within about 0.2 mm as far as 40 mm behind the line.
    #[must_use]
    pub fn depth_mm(&self, in_chart: DVec2) -> f64 {
        self.depth.at(in_chart)
    }

    /// Share of full density at a chart position that the line allows: 0 in front of it, rising over the
    /// transition and the defined zone, 1 behind them.
    #[must_use]
    pub fn fade_in(&self, in_chart: DVec2) -> f64 {
        let depth = self.depth.at(in_chart);
        if depth <= 0.0 {
            return 0.0;
        }
        let s = &self.shape;
        if depth >= s.transition_mm + s.defined_mm {
            return 1.0;
        }
        if depth >= s.transition_mm {
            return lerp(s.at_defined, 1.0, (depth - s.transition_mm) / s.defined_mm);
        }
        let soft = lerp(s.at_line, s.at_defined, smoothstep(0.0, s.transition_mm, depth));
        if s.gap <= 0.0 {
            return soft;
        }
        // Gaps close towards the defined zone.
        let along = self.depth.along(in_chart).unwrap_or(0.0);
        let open = smoothstep(
            -0.1,
            0.6,
            libm::sin(along * std::f64::consts::TAU / GAP_MM + self.gap_phase)
                + 0.5 * libm::sin(along * std::f64::consts::TAU / (2.7 * GAP_MM)),
        );
        soft * (1.0 - s.gap * open * (1.0 - depth / s.transition_mm))
    }

    /// Whether a chart position belongs to the area to be pigmented: behind the line in the directions
    /// that it covers, inside the natural border behind its ends. Ears are not looked at
    /// ([`Head::is_ear`]).
    #[must_use]
    pub fn contains(&self, in_chart: DVec2) -> bool {
        if !in_chart.is_finite() {
            return false;
        }
        match self.depth.between_ends(in_chart) {
            inside if inside <= 0.0 => self.border.border_distance(in_chart) > 0.0,
            // Beyond the very ends the line says nothing of what lies below it.
            inside if inside < END_ANGLE && self.border.border_distance(in_chart) < -END_SLACK_MM => false,
            _ => self.depth.at(in_chart) > 0.0,
        }
    }

    /// The line in the chart, from the person's right to the left.
    #[must_use]
    pub fn polyline_in_chart(&self) -> &[DVec2] {
        &self.in_chart
    }

    /// The line on the skin, mm, head space, from the person's right to the left; points about 0.6 mm
    /// apart.
    #[must_use]
    pub fn curve_in_head(&self) -> &[DVec3] {
        &self.in_head
    }

    /// The line without its irregularity.
    #[must_use]
    pub fn smooth_curve_in_head(&self) -> &[DVec3] {
        &self.smooth_in_head
    }

    /// The line seen from the side: (z, y), mm, from the person's right to the left.
    #[must_use]
    pub fn side_profile(&self) -> Vec<DVec2> {
        self.in_head.iter().map(|p| DVec2::new(p.z, p.y)).collect()
    }

    /// The chart position straight behind the middle of the line at a depth, mm; 0 to 50.
    #[must_use]
    pub fn behind_middle_in_chart(&self, head: &Head, depth_mm: f64) -> DVec2 {
        let from = head.chart().chart_from_head(self.points.mid_frontal);
        // The line itself strays to both sides of its middle point.
        let (mut lo, mut hi) = (from + DVec2::new(0.0, 0.03), from - DVec2::new(0.0, 0.6));
        for _ in 0..40 {
            let mid = 0.5 * (lo + hi);
            if self.depth.at(mid) < depth_mm {
                lo = mid;
            } else {
                hi = mid;
            }
        }
        hi
    }

    /// Share of the line between its angles, per cent, 10 mm behind which a test of chart positions
    /// holds.
    #[must_use]
    pub fn share_of_front(&self, head: &Head, test: impl Fn(DVec2) -> bool) -> f64 {
        let chart = head.chart();
        let line: Vec<DVec2> = self.smooth_in_head.iter().map(|p| chart.chart_from_head(*p)).collect();
        let x = self.points.angles.map(|p| chart.chart_from_head(p).x);
        let (mut hit, mut all) = (0u32, 0u32);
        for w in line.windows(2).step_by(3) {
            let way = (w[1] - w[0]).perp().normalize_or_zero();
            if w[0].x < x[0] || w[0].x > x[1] || way.y >= 0.0 && w[0].y < 0.0 {
                continue;
            }
            // To the left of someone who walks from right to left lies the hair.
            let back = -way;
            let back = if self.depth.at(w[0] + 0.03 * back) > self.depth.at(w[0] - 0.03 * back) {
                back
            } else {
                -back
            };
            let q = (1..60)
                .map(|k| w[0] + back * (0.002 * f64::from(k)))
                .find(|q| self.depth.at(*q) >= STRAND_MM);
            if let Some(q) = q {
                all += 1;
                hit += u32::from(test(q));
            }
        }
        if all == 0 { 0.0 } else { 100.0 * f64::from(hit) / f64::from(all) }
    }

    /// What the rules of hairline design have to say, with their figures; warnings first.
    #[must_use]
    pub fn findings(&self, head: &Head, context: &Context<'_>) -> Vec<HairlineFinding> {
        let stranded = context.future_loss.map(|loss| self.share_of_front(head, loss));
        judge(&self.figures, context, stranded)
    }
}

/// The place of the middle at a geodesic distance above the glabella.
fn at_height(f: &Forehead<'_>, g: &Geodesics<'_>, height_mm: f64) -> Option<Result<DVec3, PigmentError>> {
    let skin = g.surface();
    let glabella = match on(skin, f.glabella) {
        Ok(p) => p,
        Err(e) => return Some(Err(e.into())),
    };
    // The tape is never shorter than the way along the skin, and hardly longer.
    let mut tape = height_mm;
    let mut place = f.middle(tape)?;
    for _ in 0..6 {
        let way = match on(skin, place).and_then(|p| g.path(&glabella, &p)) {
            Ok(way) => way.length(),
            Err(e) => return Some(Err(e.into())),
        };
        if (way - height_mm).abs() < HEIGHT_ERROR_MM {
            break;
        }
        tape += height_mm - way;
        place = f.middle(tape)?;
    }
    Some(Ok(place))
}

/// Places of the skin between far ones, so that it is kept all along.
fn filled_in(head: &Head, row: &[DVec3]) -> Vec<DVec3> {
    let mut out = row.to_vec();
    for w in row.windows(2) {
        let n = (w[0].distance(w[1]) / 20.0).floor() as usize;
        let [a, b] = [w[0], w[1]].map(|p| head.chart().chart_from_head(p));
        out.extend(
            (1..=n)
                .filter_map(|i| head.head_from_chart(a.lerp(b, i as f64 / (n + 1) as f64)))
                .map(|p| p.position),
        );
    }
    out
}
