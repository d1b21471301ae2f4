//! A bar of visible density: hair solid, pigment dotted, the band as a line, today and the goal as
//! ticks. All bars of a page share one axis.

use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;

use crate::channels::after_two_years;
use crate::words::number;

/// Where the parts of a bar begin and how long they are, per cent of the axis.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) hair: f64,
    pub(crate) pigment: f64,
    pub(crate) lo: f64,
    pub(crate) span: f64,
    pub(crate) today: f64,
    pub(crate) full: f64,
    pub(crate) goal: Option<f64>,
    /// The bar in words.
    pub(crate) label: String,
}

/// The end of the axis, per cent of the fringe: at least the whole fringe, in steps of 20.
pub(crate) fn axis(plan: &Plan) -> f64 {
    let most =
        plan.strategies.iter().map(|s| s.visible_percent.hi).filter(|x| x.is_finite()).fold(100.0, f64::max);
    ((most / 20.0).ceil() * 20.0).clamp(100.0, 200.0)
}

/// The bar of a strategy.
pub(crate) fn bar(plan: &Plan, o: &StrategyOutcome, axis: f64, goal: Option<f64>) -> Bar {
    let at = |percent: f64| {
        if percent.is_finite() { (1000.0 * (percent / axis).clamp(0.0, 1.0)).round() / 10.0 } else { 0.0 }
    };
    let split = after_two_years(o);
    let v = o.visible_percent;
    let (lo, hi) = (at(v.lo), at(v.hi));
    let channels = if split.pigment >= 0.5 {
        format!(
            ", of which about {} from hair and {} from pigment",
            number(split.hair, 0),
            number(split.pigment, 0)
        )
    } else {
        ", all of it from hair".into()
    };
    Bar {
        hair: at(split.hair),
        pigment: (at(split.hair + split.pigment) - at(split.hair)).max(0.0),
        lo,
        span: (hi - lo).max(0.0),
        today: at(plan.today_visible_percent),
        full: at(100.0),
        goal: goal.map(at),
        label: format!(
            "Visible density after two years: {} % of the fringe{channels}; eight in ten futures lie between {} and {} %; today {} %",
            number(v.median, 0),
            number(v.lo, 0),
            number(v.hi, 0),
            number(plan.today_visible_percent, 0)
        ),
    }
}
