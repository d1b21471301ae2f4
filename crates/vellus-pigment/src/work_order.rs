//! The way of the hand: fields of a square inch, in the order with the shortest travel.

use std::collections::BTreeMap;

use glam::{DVec2, DVec3};
use serde::{Deserialize, Serialize};
use vellus_head::Zone;
use vellus_head::flatten::ScalpProjection;

use crate::dots::Dots;

/// Side of a field, mm: the trade works and counts by the square inch.
pub const FIELD_MM: f64 = 25.4;
/// A field with fewer dots than this share of the mean joins its nearest neighbour.
const LEAST_SHARE: f64 = 0.2;

/// A field of the work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// In the order of work, from 1.
    pub number: usize,
    /// The zone with most of its dots.
    pub zone: Zone,
    /// Mean place of its dots, mm, head space.
    pub centre_in_head: [f64; 3],
    /// The same on the map, mm.
    pub centre_in_map: [f64; 2],
    /// Mean chart `x`: positive to the person's left.
    pub chart_x: f64,
    /// Dots of the session.
    pub dots: usize,
}

/// The order of one session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkOrder {
    /// Fields in the order of work.
    pub fields: Vec<Field>,
    /// Way of the hand from middle to middle, mm.
    pub travel_mm: f64,
    /// The same if the fields were taken in rows from the front, mm.
    pub rows_mm: f64,
}

struct Heap {
    place: DVec3,
    flat: DVec2,
    dots: usize,
    chart_x: f64,
    zones: BTreeMap<Zone, usize>,
}

impl Heap {
    fn join(&mut self, other: &Self) {
        self.place += other.place;
        self.flat += other.flat;
        self.dots += other.dots;
        self.chart_x += other.chart_x;
        for (z, n) in &other.zones {
            *self.zones.entry(*z).or_default() += n;
        }
    }

    fn middle(&self) -> DVec3 {
        self.place / self.dots.max(1) as f64
    }
}

/// Orders the dots of one session into fields; dots off the map belong to no field of their own and
/// join the nearest.
#[must_use]
pub fn work_order(dots: &Dots, session: u8, map: &ScalpProjection) -> WorkOrder {
    let mut cells: BTreeMap<(i32, i32), Heap> = BTreeMap::new();
    let mut lost: Vec<usize> = Vec::new();
    for i in (0..dots.len()).filter(|i| dots.session[*i] == session) {
        let p = DVec3::from_array(dots.position[i].map(f64::from));
        let Some(q) = map.map_from_head(p) else {
            lost.push(i);
            continue;
        };
        let cell = (-(q.y / FIELD_MM).floor() as i32, (q.x / FIELD_MM).floor() as i32);
        let heap = Heap {
            place: p,
            flat: q,
            dots: 1,
            chart_x: f64::from(dots.chart[i][0]),
            zones: BTreeMap::from([(dots.zone[i], 1)]),
        };
        match cells.entry(cell) {
            std::collections::btree_map::Entry::Vacant(e) => {
                e.insert(heap);
            }
            std::collections::btree_map::Entry::Occupied(mut e) => e.get_mut().join(&heap),
        }
    }
    // In rows from the front, each from the person's right to the left.
    let mut heaps: Vec<Heap> = cells.into_values().collect();
    let mean = heaps.iter().map(|h| h.dots).sum::<usize>() as f64 / heaps.len().max(1) as f64;
    while heaps.len() > 1 {
        let Some((i, _)) = heaps
            .iter()
            .enumerate()
            .filter(|(_, h)| (h.dots as f64) < LEAST_SHARE * mean)
            .min_by_key(|(i, h)| (h.dots, *i))
        else {
            break;
        };
        let small = heaps.remove(i);
        if let Some(j) = nearest(&heaps, small.middle()) {
            heaps[j].join(&small);
        }
    }
    for i in lost {
        let p = DVec3::from_array(dots.position[i].map(f64::from));
        if let Some(j) = nearest(&heaps, p) {
            heaps[j].dots += 1;
            *heaps[j].zones.entry(dots.zone[i]).or_default() += 1;
            let (place, flat) = (heaps[j].place, heaps[j].flat);
            let n = (heaps[j].dots - 1).max(1) as f64;
            heaps[j].place += place / n;
            heaps[j].flat += flat / n;
            heaps[j].chart_x *= 1.0 + 1.0 / n;
        }
    }
    let middles: Vec<DVec3> = heaps.iter().map(Heap::middle).collect();
    let rows: Vec<usize> = (0..heaps.len()).collect();
    let route = shortest(&middles);
    let fields = route
        .iter()
        .enumerate()
        .map(|(k, i)| {
            let h = &heaps[*i];
            let n = h.dots.max(1) as f64;
            Field {
                number: k + 1,
                zone: h
                    .zones
                    .iter()
                    .max_by_key(|(z, n)| (**n, std::cmp::Reverse(**z)))
                    .map_or(Zone::Frontal, |(z, _)| *z),
                centre_in_head: middles[*i].to_array(),
                centre_in_map: (h.flat / n).to_array(),
                chart_x: h.chart_x / n,
                dots: h.dots,
            }
        })
        .collect();
    WorkOrder { fields, travel_mm: length(&middles, &route), rows_mm: length(&middles, &rows) }
}

fn nearest(heaps: &[Heap], p: DVec3) -> Option<usize> {
    (0..heaps.len()).min_by(|a, b| heaps[*a].middle().distance(p).total_cmp(&heaps[*b].middle().distance(p)))
}

fn length(p: &[DVec3], route: &[usize]) -> f64 {
    route.windows(2).map(|w| p[w[0]].distance(p[w[1]])).sum()
}

/// A short open path through all places that begins at the first: the nearest next one each time, then
/// stretches turned round (2-opt) and moved (or-opt) while that shortens it.
fn shortest(p: &[DVec3]) -> Vec<usize> {
    if p.is_empty() {
        return Vec::new();
    }
    let mut left: Vec<usize> = (1..p.len()).collect();
    let mut route = vec![0];
    while !left.is_empty() {
        let here = p[route[route.len() - 1]];
        let k = (0..left.len())
            .min_by(|a, b| p[left[*a]].distance(here).total_cmp(&p[left[*b]].distance(here)))
            .unwrap_or(0);
        route.push(left.remove(k));
    }
    let n = route.len();
    let mut best = length(p, &route);
    for _ in 0..60 {
        let before = best;
        for i in 1..n {
            for j in i + 1..n {
                let d = |a: usize, b: usize| p[route[a]].distance(p[route[b]]);
                let old = d(i - 1, i) + if j + 1 < n { d(j, j + 1) } else { 0.0 };
                let new = d(i - 1, j) + if j + 1 < n { d(i, j + 1) } else { 0.0 };
                if new + 1e-9 < old {
                    route[i..=j].reverse();
                }
            }
        }
        for len in 1..=3usize {
            for i in 1..n.saturating_sub(len) {
                let piece: Vec<usize> = route[i..i + len].to_vec();
                let mut rest = route.clone();
                rest.drain(i..i + len);
                let now = length(p, &route);
                let mut found: Option<(f64, usize)> = None;
                for at in 1..=rest.len() {
                    let a = p[rest[at - 1]];
                    let add = a.distance(p[piece[0]])
                        + rest.get(at).map_or(0.0, |b| p[piece[len - 1]].distance(p[*b]) - a.distance(p[*b]));
                    if found.is_none_or(|f| add < f.0) {
                        found = Some((add, at));
                    }
                }
                if let Some((_, at)) = found {
                    let mut tried = rest;
                    for (k, x) in piece.iter().enumerate() {
                        tried.insert(at + k, *x);
                    }
                    if length(p, &tried) + 1e-9 < now {
                        route = tried;
                    }
                }
            }
        }
        best = length(p, &route);
        if best + 1e-6 >= before {
            break;
        }
    }
    route
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_the_way_visits_each_field_once_and_is_short() {
        let mut p = Vec::new();
        for y in 0..7 {
            for x in 0..9 {
                p.push(DVec3::new(f64::from(x) * 25.4, f64::from(y) * 25.4, 0.0));
            }
        }
        let route = shortest(&p);
        let mut sorted = route.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..p.len()).collect::<Vec<_>>());
        assert_eq!(route[0], 0);
        // Nothing on a lattice is shorter than a step for each field.
        let least = 25.4 * (p.len() - 1) as f64;
        assert!(length(&p, &route) < 1.06 * least, "{} {least}", length(&p, &route));
        assert!(shortest(&[]).is_empty() && shortest(&[DVec3::ZERO]) == [0]);
    }
}
