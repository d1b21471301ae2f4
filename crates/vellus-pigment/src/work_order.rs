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
/// A millimetre back towards the front counts as so many more of the way: the hand works from front to
/// back once, since a head that is gone over twice is turned twice (assumption).
const BACK_AGAIN: f64 = 2.0;
/// Steps towards the front that are not counted, mm: fields of one row do not lie on a line.
const ROW_MM: f64 = 0.5 * FIELD_MM;
/// Millimetres of the map for a unit of the chart, for dots beyond the border of the map; they are
/// drawn about where they would lie if it went on (assumption: glabella and inion are some 150 mm of
/// skin from the top).
const BEYOND_MAP_MM: f64 = 150.0;

/// A field of the work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// In the order of work, from 1.
    pub number: usize,
    /// The zone with most of its dots.
    pub zone: Zone,
    /// Dots by zone: a field at a border, or one that a smaller one has joined, has several.
    pub by_zone: BTreeMap<Zone, usize>,
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

/// Dots that may become a field. Sums of places are over its own dots; strays are counted only.
struct Heap {
    place: DVec3,
    flat: DVec2,
    chart_x: f64,
    own: usize,
    zones: BTreeMap<Zone, usize>,
}

impl Heap {
    fn of(dots: &Dots, i: usize, place: DVec3, flat: DVec2) -> Self {
        Self {
            place,
            flat,
            chart_x: f64::from(dots.chart[i][0]),
            own: 1,
            zones: BTreeMap::from([(dots.zone[i], 1)]),
        }
    }

    fn join(&mut self, other: &Self) {
        self.place += other.place;
        self.flat += other.flat;
        self.own += other.own;
        self.chart_x += other.chart_x;
        for (z, n) in &other.zones {
            *self.zones.entry(*z).or_default() += n;
        }
    }

    fn dots(&self) -> usize {
        self.zones.values().sum()
    }

    fn middle(&self) -> DVec3 {
        self.place / self.own.max(1) as f64
    }

    fn middle_in_map(&self) -> DVec2 {
        self.flat / self.own.max(1) as f64
    }
}

/// Puts a heap into the cell of a lattice.
fn heap_up<K: Ord>(cells: &mut BTreeMap<K, Heap>, key: K, heap: Heap) {
    match cells.entry(key) {
        std::collections::btree_map::Entry::Vacant(e) => {
            e.insert(heap);
        }
        std::collections::btree_map::Entry::Occupied(mut e) => e.get_mut().join(&heap),
    }
}

/// Orders the dots of one session into fields. Dots off the map join the nearest field; when all are off
/// it, they have fields of their own, so that none is ever lost.
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
        heap_up(&mut cells, cell, Heap::of(dots, i, p, q));
    }
    if cells.is_empty() {
        let mut boxes = BTreeMap::new();
        for i in lost.drain(..) {
            let p = DVec3::from_array(dots.position[i].map(f64::from));
            let chart = dots.chart[i].map(f64::from);
            let cell = [-p.z, -p.y, -p.x].map(|x| (x / FIELD_MM).floor() as i32);
            let flat = BEYOND_MAP_MM * DVec2::new(-chart[0], chart[1]);
            heap_up(&mut boxes, cell, Heap::of(dots, i, p, flat));
        }
        cells = boxes.into_values().enumerate().map(|(k, heap)| ((0, k as i32), heap)).collect();
    }
    // In rows from the front, each from the person's right to the left.
    let mut heaps: Vec<Heap> = cells.into_values().collect();
    let mean = heaps.iter().map(Heap::dots).sum::<usize>() as f64 / heaps.len().max(1) as f64;
    while heaps.len() > 1 {
        let Some((i, _)) = heaps
            .iter()
            .enumerate()
            .filter(|(_, h)| (h.dots() as f64) < LEAST_SHARE * mean)
            .min_by_key(|(i, h)| (h.dots(), *i))
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
            *heaps[j].zones.entry(dots.zone[i]).or_default() += 1;
        }
    }
    let middles: Vec<DVec3> = heaps.iter().map(Heap::middle).collect();
    let rows: Vec<usize> = (0..heaps.len()).collect();
    let forward: Vec<f64> = heaps.iter().map(|h| h.middle_in_map().y).collect();
    let route = shortest(&middles, &forward);
    let fields = route
        .iter()
        .enumerate()
        .map(|(k, i)| {
            let h = &heaps[*i];
            Field {
                number: k + 1,
                zone: h
                    .zones
                    .iter()
                    .max_by_key(|(z, n)| (**n, std::cmp::Reverse(**z)))
                    .map_or(Zone::Frontal, |(z, _)| *z),
                by_zone: h.zones.clone(),
                centre_in_head: middles[*i].to_array(),
                centre_in_map: h.middle_in_map().to_array(),
                chart_x: h.chart_x / h.own.max(1) as f64,
                dots: h.dots(),
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

/// What a way costs, mm: its length, and more for what leads back to the front.
fn cost(p: &[DVec3], forward: &[f64], route: &[usize]) -> f64 {
    let back = |w: &[usize]| (forward[w[1]] - forward[w[0]] - ROW_MM).max(0.0);
    length(p, route) + BACK_AGAIN * route.windows(2).map(back).sum::<f64>()
}

/// A short open path through all places that begins at the first and does not lead back to the front
/// without need: the cheaper of two, improved from the nearest next one each time, and from rows taken
/// to and fro.
fn shortest(p: &[DVec3], forward: &[f64]) -> Vec<usize> {
    let [a, b] = [nearest_next(p, forward), to_and_fro(forward)].map(|r| improved(p, forward, r));
    if cost(p, forward, &b) + 1e-9 < cost(p, forward, &a) { b } else { a }
}

/// From the first place to the cheapest next one each time.
fn nearest_next(p: &[DVec3], forward: &[f64]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..p.len()).collect();
    let mut route = Vec::with_capacity(p.len());
    let mut next = (!left.is_empty()).then_some(0);
    while let Some(k) = next {
        let here = left.remove(k);
        route.push(here);
        let step = |to: usize| cost(p, forward, &[here, to]);
        next = (0..left.len()).min_by(|a, b| step(left[*a]).total_cmp(&step(left[*b])));
    }
    route
}

/// Rows of a field's depth from the front, each in the direction in which the one before ended; places
/// come in rows from one side to the other.
fn to_and_fro(forward: &[f64]) -> Vec<usize> {
    let mut rows: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (i, y) in forward.iter().enumerate().skip(1) {
        rows.entry(-(y / FIELD_MM).floor() as i64).or_default().push(i);
    }
    let first = (!forward.is_empty()).then_some(0);
    let rows = rows.into_values().enumerate().flat_map(|(k, mut row)| {
        if k % 2 == 1 {
            row.reverse();
        }
        row
    });
    first.into_iter().chain(rows).collect()
}

/// A path with stretches turned round (2-opt) and moved (or-opt) while that makes it cheaper; its first
/// place stays.
fn improved(p: &[DVec3], forward: &[f64], mut route: Vec<usize>) -> Vec<usize> {
    let n = route.len();
    let mut best = cost(p, forward, &route);
    for _ in 0..60 {
        let before = best;
        for i in 1..n {
            for j in i + 1..n {
                route[i..=j].reverse();
                let now = cost(p, forward, &route);
                if now + 1e-9 < best {
                    best = now;
                } else {
                    route[i..=j].reverse();
                }
            }
        }
        for len in 1..=3usize {
            for i in 1..(n + 1).saturating_sub(len) {
                for at in (1..=n - len).filter(|at| *at != i) {
                    let mut tried = route.clone();
                    let piece: Vec<usize> = tried.drain(i..i + len).collect();
                    tried.splice(at..at, piece);
                    let now = cost(p, forward, &tried);
                    if now + 1e-9 < best {
                        best = now;
                        route = tried;
                    }
                }
            }
        }
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
        let forward: Vec<f64> = p.iter().map(|p| -p.y).collect();
        let route = shortest(&p, &forward);
        let mut sorted = route.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..p.len()).collect::<Vec<_>>());
        assert_eq!(route[0], 0);
        // Nothing on a lattice is shorter than a step for each field.
        let least = 25.4 * (p.len() - 1) as f64;
        assert!(length(&p, &route) < 1.06 * least, "{} {least}", length(&p, &route));
        assert!(shortest(&[], &[]).is_empty() && shortest(&[DVec3::ZERO], &[0.0]) == [0]);
    }

    #[test]
    fn the_head_is_gone_over_once() {
        // Rows that lie nearer to each other than their fields: the nearest next field is behind.
        let p: Vec<DVec3> =
            (0..24).map(|i| DVec3::new(f64::from(i % 4) * 25.4, 0.0, -f64::from(i / 4) * 24.0)).collect();
        let forward: Vec<f64> = p.iter().map(|p| p.z).collect();
        let route = shortest(&p, &forward);
        let back: f64 = route.windows(2).map(|w| (forward[w[1]] - forward[w[0]]).max(0.0)).sum();
        assert!(back < 25.0, "{back} mm towards the front: {route:?}");
        assert!(length(&p, &route) < 1.1 * 25.4 * 23.0);
    }

    #[test]
    fn prop_no_dot_is_lost_even_when_all_are_off_the_map() {
        let head = vellus_head::Head::from_lengths(&Default::default(), None, "a mean head").unwrap();
        let map = ScalpProjection::new(
            &head,
            vellus_head::flatten::Projection::EqualArea,
            vellus_head::flatten::MapMiddle::default(),
        )
        .unwrap();
        let chin = [0.0f32, -110.0, 80.0];
        assert!(map.map_from_head(DVec3::from_array(chin.map(f64::from))).is_none());
        let top = head.head_from_chart(DVec2::ZERO).unwrap().position.to_array().map(|x| x as f32);
        for (on, off) in [(0, 1), (0, 40), (3, 40), (40, 3), (40, 0)] {
            let mut dots = Dots::default();
            for k in 0..on + off {
                let at = if k < on { top } else { chin };
                dots.position.push([at[0] + k as f32, at[1], at[2]]);
                dots.normal.push([0.0, 1.0, 0.0]);
                dots.chart.push(if k < on { [0.0, 0.0] } else { [0.0, 1.4] });
                dots.zone.push(if k < on { Zone::Vertex } else { Zone::FrontalHairline });
                dots.session.push(1);
                dots.day.push(0.0);
                dots.needle.push(0);
                dots.ink.push(0);
                dots.set_depth_um.push(1000.0);
                dots.deposit_depth_um.push(220.0);
                dots.fresh_um.push(250.0);
                dots.healed_um.push(160.0);
            }
            let order = work_order(&dots, 1, &map);
            assert_eq!(order.fields.iter().map(|f| f.dots).sum::<usize>(), on + off);
            let by_zone = |z: Zone| -> usize {
                order.fields.iter().map(|f| f.by_zone.get(&z).copied().unwrap_or(0)).sum()
            };
            assert_eq!((by_zone(Zone::Vertex), by_zone(Zone::FrontalHairline)), (on, off));
            for f in &order.fields {
                assert_eq!(f.by_zone.values().sum::<usize>(), f.dots);
                assert!(f.centre_in_map.iter().chain(&f.centre_in_head).all(|x| x.is_finite()));
            }
        }
    }
}
