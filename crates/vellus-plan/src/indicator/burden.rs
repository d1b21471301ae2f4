//! What it asks of the person: visits, hours, money.

use super::{Better, Indicator};
use crate::ensemble::{Ensemble, Future};
use crate::schedule::HORIZON_YEARS;
use crate::sitting::{longest_dots, needed};

/// Visits.
pub const VISITS: Indicator = Indicator {
    id: "visits_two_years",
    title: "Visits in two years",
    unit: "1",
    definition: "Days at the practice in the first two years, one for each sitting of SMP",
    source: "the plan's own dates",
    better: Better::Less,
};

/// Hours.
pub const HOURS: Indicator = Indicator {
    id: "hours_two_years",
    title: "Hours in two years",
    unit: "h",
    definition: "Hours in the chair in the first two years; SMP by dots an hour",
    source: "the site's pace, or about 14,000 dots in 2–4 hours (studios)",
    better: Better::Less,
};

/// Cost of the first two years.
pub const COST_TWO_YEARS: Indicator = Indicator {
    id: "cost_two_years",
    title: "Cost, two years",
    unit: "currency",
    definition: "All fees and drugs of the first two years at the prices of the case",
    source: "the site's prices, or clinic pages",
    better: Better::Less,
};

/// Cost per year after that.
pub const COST_PER_YEAR: Indicator = Indicator {
    id: "cost_per_year",
    title: "Cost, each later year",
    definition: "The same of years three to ten, per year",
    ..COST_TWO_YEARS
};

/// Cost of ten years.
pub const COST_TEN_YEARS: Indicator = Indicator {
    id: "cost_ten_years",
    title: "Cost, ten years",
    definition: "All fees and drugs of ten years at the prices of the case",
    ..COST_TWO_YEARS
};

const TWO_YEARS: f64 = 2.0 * 365.25;

/// Sittings, hours and price of so many dots in one session.
fn session(e: &Ensemble<'_>, dots: f64) -> (f64, f64, f64) {
    let p = &e.subject.person;
    if dots < 1.0 {
        return (0.0, 0.0, 0.0);
    }
    let longest = longest_dots(p.dots_per_hour, p.longest_sitting_hours);
    let sittings = needed(dots.round() as usize, longest) as f64;
    (sittings, dots / p.dots_per_hour, p.prices.smp_session(dots, sittings))
}

/// What a future costs until a day.
pub(crate) fn spent(e: &Ensemble<'_>, f: &Future, until: f64) -> f64 {
    let booked = &e.paths[f.path].booked;
    let single: f64 = booked.events.iter().filter(|x| x.day <= until).map(|x| x.cost).sum();
    let running: f64 = booked.running.iter().map(|r| r.spent(until)).sum();
    let dots: f64 = f.laid.iter().filter(|l| l.weight.day <= until).map(|l| session(e, l.dots).2).sum();
    single + running + dots
}

pub(super) fn visits(e: &Ensemble<'_>, f: &Future) -> f64 {
    let events = e.paths[f.path].booked.events.iter().filter(|x| x.hours > 0.0 && x.day <= TWO_YEARS).count();
    let sittings: f64 =
        f.laid.iter().filter(|l| l.weight.day <= TWO_YEARS).map(|l| session(e, l.dots).0).sum();
    events as f64 + sittings
}

pub(super) fn hours(e: &Ensemble<'_>, f: &Future) -> f64 {
    let events: f64 =
        e.paths[f.path].booked.events.iter().filter(|x| x.day <= TWO_YEARS).map(|x| x.hours).sum();
    let needles: f64 =
        f.laid.iter().filter(|l| l.weight.day <= TWO_YEARS).map(|l| session(e, l.dots).1).sum();
    events + needles
}

pub(super) fn cost_two_years(e: &Ensemble<'_>, f: &Future) -> f64 {
    spent(e, f, TWO_YEARS)
}

pub(super) fn cost_ten_years(e: &Ensemble<'_>, f: &Future) -> f64 {
    spent(e, f, HORIZON_YEARS * 365.25)
}

pub(super) fn cost_per_year(e: &Ensemble<'_>, f: &Future) -> f64 {
    (cost_ten_years(e, f) - cost_two_years(e, f)) / (HORIZON_YEARS - 2.0)
}
