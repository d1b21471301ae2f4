//! What the page and the text of an SMP card say in the same words.

use jiff::ToSpan as _;
use jiff::civil::Date;
use vellus_head::Zone;
use vellus_pigment::dots::SINGLE_POINT_MM;
use vellus_pigment::work_order::Field;
use vellus_pigment::{Ink, Pattern};
use vellus_plan::ensemble::NOTICEABLE;
use vellus_plan::fit::Drift;
use vellus_plan::rules::Action;
use vellus_plan::sitting::Sitting;
use vellus_plan::smp_card::{SessionCard, SmpCard};
use vellus_plan::subject::zone_name;

use crate::words::{capital, number};

/// What a contraindication means for pigment.
pub(crate) fn action(a: Action) -> &'static str {
    match a {
        Action::Forbid => "No SMP",
        Action::Delay => "Wait",
        Action::Doctor => "Doctor first",
    }
}

/// A list in a sentence: "a", "a and b", "a, b and c".
pub(crate) fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What is laid, in a paragraph.
pub(crate) fn what(card: &SmpCard) -> String {
    let first: Vec<&SessionCard> = card.sessions.iter().filter(|s| !s.touch_up).collect();
    let later = card.sessions.len() - first.len();
    let mut t = format!(
        "{} dots over {} cm² of skin in {}{}.",
        number(card.dots as f64, 0),
        number(card.area_cm2, 0),
        counted(first.len(), "session"),
        if later > 0 { format!(" and {}", counted(later, "touch-up")) } else { String::new() },
    );
    if card.wanted != card.dots {
        t += &format!(" The density alone would come to {}.", number(card.wanted as f64, 0));
    }
    if card.earlier_dots > 0 {
        t += &format!(
            " {} dots of earlier work stay where they are; new ones go between them.",
            number(card.earlier_dots as f64, 0)
        );
    }
    t
}

/// How dense, against the fringe.
pub(crate) fn dense(card: &SmpCard) -> String {
    let mut t = format!(
        "Density {}: at most {} dots per cm²{}. The fringe has {} hairs per cm² of {} µm; a healed dot is as dark as {} of its shaved hairs, so {} dots per cm² alone would match it.",
        card.school.title(),
        number(if card.edge.is_some() { card.full_per_cm2 } else { card.densest_per_cm2 }, 0),
        if card.edge.is_some() || (card.full_per_cm2 - card.densest_per_cm2).abs() < 0.05 * card.full_per_cm2
        {
            ", where no hair is left".to_owned()
        } else {
            format!("; it would be {} where no hair is left", number(card.full_per_cm2, 0))
        },
        number(card.fringe_per_cm2, 0),
        number(card.fringe_calibre_um, 0),
        number(card.hairs_per_dot, 2),
        number(card.match_fringe_per_cm2, 0),
    );
    if let Some(edge) = &card.edge {
        t += &format!(
            " Along the line dots are finer and denser: the first {} mm take up to {} per cm² of {} hairs each, for the same tone without marks that are seen.",
            number(SINGLE_POINT_MM, 0),
            number(edge.full_per_cm2, 0),
            number(edge.hairs_per_dot, 2)
        );
    }
    if card.pattern == Pattern::Clustered {
        t += " Dots lie in groups of three, as tightly curled hair grows.";
    }
    t
}

/// How large dots are when they have healed.
pub(crate) fn healed(card: &SmpCard) -> String {
    let mm = |um: f64| number(1e-3 * um, 2);
    match card.healed_um.as_slice() {
        [] => "–".into(),
        [one] => format!("{} mm", mm(*one)),
        [edge, .., behind] => format!("{} mm along the line and {} mm behind it", mm(*edge), mm(*behind)),
    }
}

pub(crate) fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Millimetres of a depth in micrometres.
pub(crate) fn depth(um: f64) -> String {
    number(1e-3 * um, if um < 1000.0 { 2 } else { 1 })
}

/// Water in a cup, in words.
pub(crate) fn water(ink: &Ink) -> Option<String> {
    (ink.water_per_pigment > 0.0).then(|| number(ink.water_per_pigment, 1))
}

/// Why the cup of a session is as strong as it is.
pub(crate) fn ink_why(s: &SessionCard) -> String {
    if s.of_full_shade < 0.995 {
        format!(
            "{} % of the full shade: a shade lighter first, since more can be added and none taken away",
            number(100.0 * s.of_full_shade, 0)
        )
    } else {
        "the full shade".into()
    }
}

/// When a drift is seen.
pub(crate) fn when(d: &Drift, today: Date) -> String {
    let at = |m: Option<f64>| {
        let months = m.filter(|m| m.is_finite() && *m >= 0.0 && *m < 12_000.0)?;
        let day = today.checked_add((months.round() as i64).months()).ok()?;
        Some(day.strftime("%b\u{a0}%Y").to_string())
    };
    match (at(d.first_month), at(d.median_month)) {
        (None, _) => "fewer than one in ten".into(),
        (Some(first), None) => format!("one in ten by {first}"),
        (Some(first), Some(half)) => format!("one in ten by {first}, half by {half}"),
    }
}

pub(crate) fn session_title(s: &SessionCard) -> String {
    if s.touch_up { format!("Session {}, a touch-up", s.number) } else { format!("Session {}", s.number) }
}

/// The way of the hand against rows.
pub(crate) fn travel(s: &SessionCard) -> String {
    let m = |mm: f64| number(1e-3 * mm, 2);
    let (way, rows) = (s.order.travel_mm, s.order.rows_mm);
    let fields = counted(s.order.fields.len(), "field");
    if rows > way && way > 0.0 {
        format!(
            "{fields}; {} m from field to field, {} % less than in rows ({} m)",
            m(way),
            number(100.0 * (1.0 - way / rows), 0),
            m(rows)
        )
    } else {
        format!("{fields}; {} m from field to field, as in rows", m(way))
    }
}

/// Why the first session is smaller somewhere.
pub(crate) fn uncertain(card: &SmpCard) -> Option<String> {
    let zones: Vec<String> = card.uncertain.iter().map(|z| zone_name(*z).to_owned()).collect();
    (!zones.is_empty()).then(|| {
        format!(
            "{}: hair may come or go here by more than {} % of the fringe within two years, so the first session is half as large there and the rest waits until more is known.",
            capital(&and(&zones)),
            number(100.0 * NOTICEABLE, 1)
        )
    })
}

/// Share of a field's dots that the zones in its name hold at least.
const NAMED_SHARE: f64 = 0.95;

/// The zones of a field: one that holds nearly all of its dots, two that do, or one and others.
pub(crate) fn field_zones(f: &Field) -> String {
    let mut zones: Vec<(Zone, usize)> =
        f.by_zone.iter().filter(|z| *z.0 != f.zone && *z.1 > 0).map(|(z, n)| (*z, *n)).collect();
    zones.sort_by_key(|(z, n)| (std::cmp::Reverse(*n), *z));
    let others: usize = zones.iter().map(|z| z.1).sum();
    let enough = |left: usize| (f.dots - left.min(f.dots)) as f64 >= NAMED_SHARE * f.dots as f64;
    let first = zone_name(f.zone);
    match zones.first() {
        Some((second, n)) if !enough(others) && enough(others - n) => {
            format!("{first} and {}", zone_name(*second))
        }
        Some(_) if !enough(others) => format!("{first} and others"),
        _ => first.to_owned(),
    }
}

/// The fields of a sitting, with the part of a field that is split between two.
pub(crate) fn sitting_fields(s: &SessionCard, x: &Sitting) -> String {
    let (first, last) = x.fields;
    let of = |number: usize| s.order.fields.iter().find(|f| f.number == number).map_or(0, |f| f.dots);
    let mut t = if first == last { format!("field {first}") } else { format!("fields {first} to {last}") };
    let n = |dots: usize| number(dots as f64, 0);
    if x.first_from > 0 {
        t += &format!(", of field {first} what is left after {} of {} dots", n(x.first_from), n(of(first)));
    }
    if x.last_to < of(last) {
        t += &format!(", of field {last} from its front until {} of {} dots", n(x.last_to), n(of(last)));
    }
    t
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_field_is_named_by_all_zones_that_matter_in_it() {
        let field = |zones: &[(Zone, usize)]| Field {
            number: 1,
            zone: zones[0].0,
            by_zone: BTreeMap::from_iter(zones.iter().copied()),
            centre_in_head: [0.0; 3],
            centre_in_map: [0.0; 2],
            chart_x: 0.0,
            dots: zones.iter().map(|z| z.1).sum(),
        };
        let name = |zones: &[(Zone, usize)]| field_zones(&field(zones));
        assert_eq!(name(&[(Zone::Frontal, 97), (Zone::MidScalp, 3)]), "frontal");
        assert_eq!(name(&[(Zone::Frontal, 60), (Zone::MidScalp, 40)]), "frontal and mid-scalp");
        assert_eq!(
            name(&[(Zone::Frontal, 60), (Zone::MidScalp, 20), (Zone::Vertex, 20)]),
            "frontal and others"
        );
    }
}
