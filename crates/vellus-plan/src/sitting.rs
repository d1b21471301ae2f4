//! Sittings of a session that is too long for one.

use serde::{Deserialize, Serialize};
use vellus_pigment::work_order::WorkOrder;

/// A sitting ends with a whole field when that is no farther from an even share than this part of the
/// longest sitting (assumption); otherwise the field is split.
const WHOLE_FIELD_SHARE: f64 = 0.20;

/// One sitting of a session that is too long for one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sitting {
    /// Number, from 1.
    pub number: usize,
    /// First and last field of the order of work.
    pub fields: (usize, usize),
    /// Dots of its first field that the sitting before has set, from the field's front; 0 unless that
    /// field is split.
    pub first_from: usize,
    /// Dots of its last field that are set when it ends: all of them unless that field is split.
    pub last_to: usize,
    /// Dots.
    pub dots: usize,
    /// Hours of needle time.
    pub hours: f64,
}

/// Most dots of one sitting.
#[must_use]
pub fn longest_dots(per_hour: f64, longest_hours: f64) -> usize {
    ((per_hour * longest_hours + 1e-9) as usize).max(1)
}

/// How many sittings dots need at least.
#[must_use]
pub fn needed(dots: usize, longest: usize) -> usize {
    dots.div_ceil(longest.max(1)).max(1)
}

/// Splits the work into as few sittings as none is longer than `longest` dots, of about the same number:
/// between fields where one ends near an even share, within a field otherwise.
#[must_use]
pub fn split(order: &WorkOrder, longest: usize, per_hour: f64) -> Vec<Sitting> {
    let longest = longest.max(1);
    let mut ends = Vec::with_capacity(order.fields.len());
    let mut whole = 0;
    for f in &order.fields {
        whole += f.dots;
        ends.push(whole);
    }
    let n = needed(whole, longest);
    let mut out = Vec::new();
    let mut begin = 0;
    for k in 1..=n {
        let due = (whole as u128 * k as u128 / n as u128) as usize;
        // Not longer than the longest, and not so short that what is left would not fit.
        let least = whole.saturating_sub((n - k) * longest).max(begin + 1);
        let most = (begin + longest).min(whole);
        let near = ends
            .iter()
            .copied()
            .filter(|e| (least..=most).contains(e))
            .min_by_key(|e| (e.abs_diff(due), *e))
            .filter(|e| e.abs_diff(due) as f64 <= WHOLE_FIELD_SHARE * longest as f64);
        let end = if k == n { whole } else { near.unwrap_or(due.clamp(least, most.max(least))) };
        let (Some(first), Some(last)) =
            (ends.iter().position(|e| *e > begin), ends.iter().position(|e| *e >= end && *e > begin))
        else {
            break;
        };
        let before = |field: usize| ends[field] - order.fields[field].dots;
        out.push(Sitting {
            number: k,
            fields: (first + 1, last + 1),
            first_from: begin - before(first),
            last_to: end - before(last),
            dots: end - begin,
            hours: (end - begin) as f64 / per_hour.max(1.0),
        });
        begin = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;
    use vellus_head::Zone;
    use vellus_pigment::work_order::Field;

    fn order(dots: &[usize]) -> WorkOrder {
        WorkOrder {
            fields: dots
                .iter()
                .enumerate()
                .map(|(k, n)| Field {
                    number: k + 1,
                    zone: Zone::Frontal,
                    by_zone: BTreeMap::from([(Zone::Frontal, *n)]),
                    centre_in_head: [0.0; 3],
                    centre_in_map: [0.0; 2],
                    chart_x: 0.0,
                    dots: *n,
                })
                .collect(),
            travel_mm: 0.0,
            rows_mm: 0.0,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn prop_sittings_cover_every_dot_once_and_none_is_too_long(
            dots in proptest::collection::vec(1usize..4000, 1..40), longest in 1usize..9000,
        ) {
            let order = order(&dots);
            let whole: usize = dots.iter().sum();
            let longest = longest.max(whole.div_ceil(300));
            let s = split(&order, longest, 1000.0);
            prop_assert_eq!(s.len(), needed(whole, longest));
            prop_assert_eq!(s.iter().map(|s| s.dots).sum::<usize>(), whole);
            prop_assert!(s.iter().all(|s| (1..=longest).contains(&s.dots)), "{:?}", s);
            prop_assert_eq!((s[0].fields.0, s[0].first_from), (1, 0));
            let last = s[s.len() - 1];
            prop_assert_eq!((last.fields.1, last.last_to), (dots.len(), dots[dots.len() - 1]));
            for w in s.windows(2) {
                if w[1].first_from > 0 {
                    prop_assert_eq!((w[0].fields.1, w[0].last_to), (w[1].fields.0, w[1].first_from));
                } else {
                    prop_assert_eq!(w[1].fields.0, w[0].fields.1 + 1);
                    prop_assert_eq!(w[0].last_to, dots[w[0].fields.1 - 1]);
                }
            }
        }
    }

    #[test]
    fn a_field_is_split_only_where_it_must_be() {
        // Seventeen small fields: whole ones suffice.
        let small: Vec<usize> = (1..=17).map(|k| 100 + 37 * (k % 5)).collect();
        for longest in [1200, 1700] {
            let s = split(&order(&small), longest, 1000.0);
            assert!(s.len() > 1 && s.iter().all(|x| x.first_from == 0), "{longest}: {s:?}");
        }
        // One large field holds more than a sitting.
        let s = split(&order(&[500, 21_000, 300]), 18_800, 4700.0);
        assert_eq!(s.len(), 2);
        assert!(s.iter().all(|x| x.hours <= 4.0), "{s:?}");
        assert_eq!((s[0].fields, s[1].fields), ((1, 2), (2, 3)));
        assert!(s[0].last_to == s[1].first_from && s[1].first_from > 9000);
        assert!(split(&order(&[]), 100, 1000.0).is_empty());
    }
}
