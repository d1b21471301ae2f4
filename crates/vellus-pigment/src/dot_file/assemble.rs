//! From the rows of a file to dots: what is missing is filled in and said.

use std::collections::HashMap;

use glam::{DVec2, DVec3};
use vellus_head::Zone;

use super::column::{Col, zone_key, zone_named};
use super::csv_rows::quoted;
use super::error::DotFileError;
use super::on_head::{OFF_SKIN_MM, lay};
use super::rows::{Rows, Table, checked};
use super::times::Times;
use super::{DotFile, ReadContext};
use crate::dots::{DEPOSIT_DEPTH_UM, Dots, FRESH_FACTOR, HEALED_UM, SET_DEPTH_UM};
use crate::ink::{Ink, PigmentBase};
use crate::needle::Needle;

/// The zone of a dot where none is known: pigment laid in front of the hair-bearing scalp belongs to a
/// lowered hairline, as in a plan.
const UNKNOWN_ZONE: Zone = Zone::FrontalHairline;
/// Share of dots that may lie exactly on another: a hand may hit a place twice, a file pasted
/// together twice has half of them (assumption).
const TWICE_SHARE: f64 = 0.01;
/// Middle that normals point away from when no head is known, mm above the ears (that of the chart on
/// a mean head).
const MIDDLE: DVec3 = DVec3::new(0.0, 33.0, 0.0);

/// # Errors
/// [`DotFileError`].
pub(super) fn assemble(mut rows: Rows, context: &ReadContext<'_>) -> Result<DotFile, DotFileError> {
    let mut dots = Dots::default();
    places(&mut rows, context, &mut dots)?;
    twice(&mut rows, &dots)?;
    let times = Times::of(&mut rows, context.today)?;
    (dots.session, dots.day) = (times.session, times.day);
    needles(&mut rows, context, &mut dots)?;
    inks(&mut rows, context, &mut dots)?;
    sizes(&mut rows, &mut dots);
    let contrast =
        rows.numbers.get(&Col::Contrast).map_or_else(Vec::new, |c| c.iter().map(|x| *x as f32).collect());
    Ok(DotFile { dots, contrast, assumed: rows.assumed, findings: rows.findings })
}

fn triple(rows: &Rows, cols: [Col; 3], i: usize) -> Option<[f32; 3]> {
    let [a, b, c] = cols.map(|col| rows.number(col, i));
    Some([a? as f32, b? as f32, c? as f32])
}

/// Positions, normals, chart positions and zones.
fn places(rows: &mut Rows, context: &ReadContext<'_>, dots: &mut Dots) -> Result<(), DotFileError> {
    let n = rows.len;
    let chart: Vec<Option<[f32; 2]>> = (0..n)
        .map(|i| Some([rows.number(Col::ChartX, i)? as f32, rows.number(Col::ChartY, i)? as f32]))
        .collect();
    let mut from_chart = 0;
    let mut position = Vec::with_capacity(n);
    for (i, q) in chart.iter().enumerate() {
        if let Some(p) = triple(rows, [Col::X, Col::Y, Col::Z], i) {
            position.push(p);
            continue;
        }
        let Some(q) = q else {
            return Err(DotFileError::Row {
                place: rows.place(i),
                what: "the dot has no position; it takes x_mm, y_mm and z_mm, or chart_x and chart_y".into(),
            });
        };
        let Some(head) = context.head else {
            return Err(DotFileError::NeedsHead { columns: "chart_x, chart_y" });
        };
        let at = DVec2::new(q[0].into(), q[1].into());
        let Some(p) = head.head_from_chart(at) else {
            return Err(DotFileError::Row {
                place: rows.place(i),
                what: format!("the chart position ({}, {}) is not on this head", q[0], q[1]),
            });
        };
        position.push(p.position.as_vec3().to_array());
        from_chart += 1;
    }
    if from_chart > 0 {
        rows.assumed.push(format!("Position of {from_chart} dots: from the chart, on this head."));
    }
    let mut normal: Vec<Option<[f32; 3]>> = Vec::with_capacity(n);
    for i in 0..n {
        let given = triple(rows, [Col::Nx, Col::Ny, Col::Nz], i).filter(|v| *v != [0.0; 3]);
        if let Some(v) = given {
            let length = DVec3::new(v[0].into(), v[1].into(), v[2].into()).length();
            if !(0.9..=1.1).contains(&length) {
                return Err(DotFileError::Value {
                    place: rows.place(i),
                    column: "nx, ny, nz",
                    value: format!("({}, {}, {}) has length {length:.3}", v[0], v[1], v[2]),
                    allowed: "a unit vector".into(),
                    fix: "Divide it by its length, or leave the three columns out".into(),
                });
            }
        }
        normal.push(given);
    }
    let zones = given_zones(rows)?;
    match context.head {
        Some(head) => on_head(rows, head, position, &normal, &chart, &zones, dots),
        None => {
            off_head(rows, position, &normal, &chart, &zones, dots);
            Ok(())
        }
    }
}

fn given_zones(rows: &Rows) -> Result<Vec<Option<Zone>>, DotFileError> {
    let Some(words) = rows.words.get(&Col::Zone) else { return Ok(vec![None; rows.len]) };
    let known: Vec<Option<Zone>> = words.table().iter().map(|w| zone_named(w)).collect();
    let mut out = Vec::with_capacity(rows.len);
    for (row, w) in words.of().iter().enumerate() {
        let (w, word) = (*w as usize, &words.table()[*w as usize]);
        if known[w].is_none() && !word.trim().is_empty() {
            return Err(DotFileError::Value {
                place: rows.place(row),
                column: "zone",
                value: quoted(word),
                allowed: Zone::ALL.map(zone_key).join(", "),
                fix: "Leave the cell empty where the zone is not known".into(),
            });
        }
        out.push(known[w]);
    }
    Ok(out)
}

fn on_head(
    rows: &mut Rows,
    head: &vellus_head::Head,
    position: Vec<[f32; 3]>,
    normal: &[Option<[f32; 3]>],
    chart: &[Option<[f32; 2]>],
    zones: &[Option<Zone>],
    dots: &mut Dots,
) -> Result<(), DotFileError> {
    let laid = lay(head, &position, normal, chart, &|row| rows.place(row))?;
    let (mut off_scalp, mut filled_zones) = (0, 0);
    for (l, given) in laid.iter().zip(zones) {
        dots.position.push(l.position);
        dots.normal.push(l.normal);
        dots.chart.push(l.chart);
        off_scalp += usize::from(l.zone.is_none());
        filled_zones += usize::from(given.is_none());
        dots.zone.push(given.or(l.zone).unwrap_or(UNKNOWN_ZONE));
    }
    let moved: Vec<f64> = laid.iter().map(|l| l.moved_mm).filter(|d| *d > 0.0).collect();
    if !moved.is_empty() {
        rows.findings.push(format!(
            "{} of {} dots were moved onto the skin, by {:.2} mm on average and {:.2} mm at most ({OFF_SKIN_MM} mm allowed).",
            moved.len(),
            laid.len(),
            moved.iter().sum::<f64>() / moved.len() as f64,
            moved.iter().copied().fold(0.0, f64::max)
        ));
    }
    let replaced = laid.iter().filter(|l| l.normal_replaced).count();
    if replaced > 0 {
        rows.findings
            .push(format!("{replaced} normals point more than 25° away from this head's and were replaced."));
    }
    let replaced = laid.iter().filter(|l| l.chart_replaced).count();
    if replaced > 0 {
        rows.findings.push(format!(
            "{replaced} chart positions are not those of this head (another hairline or other landmarks?) and were replaced."
        ));
    }
    if off_scalp > 0 {
        rows.findings.push(format!("{off_scalp} dots lie off the hair-bearing scalp of this head."));
    }
    let without = |all: usize| rows.len - all;
    for (what, missing) in [
        ("Normal", without(normal.iter().flatten().count())),
        ("Chart position", without(chart.iter().flatten().count())),
        ("Zone", filled_zones),
    ] {
        if missing > 0 {
            rows.assumed.push(format!("{what} of {missing} dots: from the head."));
        }
    }
    Ok(())
}

/// The direction in which positions do not spread at all, where there is one among the axes.
fn flat_normal(position: &[[f32; 3]]) -> Option<[f32; 3]> {
    let spread = |k: usize| {
        let (lo, hi) = position
            .iter()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(lo, hi), p| (lo.min(p[k]), hi.max(p[k])));
        hi - lo
    };
    let s = [spread(0), spread(1), spread(2)];
    let widest = s.iter().copied().fold(0.0, f32::max);
    let k = (0..3).find(|k| s[*k] <= 1e-3 * widest && widest > 0.0)?;
    let mut normal = [0.0; 3];
    normal[k] = 1.0;
    Some(normal)
}

fn off_head(
    rows: &mut Rows,
    position: Vec<[f32; 3]>,
    normal: &[Option<[f32; 3]>],
    chart: &[Option<[f32; 2]>],
    zones: &[Option<Zone>],
    dots: &mut Dots,
) {
    let reach = position.iter().flatten().fold(0.0f32, |a, x| a.max(x.abs()));
    if reach < 30.0 && rows.len > 1 {
        rows.findings.push(format!(
            "No dot lies farther than {reach:.1} mm from the middle of the head, where no skin is: are the positions centimetres? Millimetres are expected."
        ));
    }
    let flat = flat_normal(&position);
    if flat.is_some() && normal.iter().all(Option::is_none) {
        rows.findings.push(
            "All dots lie in one plane, as on a photograph: normals are taken upright to it.".to_owned(),
        );
    }
    for (i, p) in position.iter().enumerate() {
        let away = DVec3::new(p[0].into(), p[1].into(), p[2].into()) - MIDDLE;
        let away = away.try_normalize().unwrap_or(DVec3::Y).as_vec3().to_array();
        dots.normal.push(normal[i].or(flat).unwrap_or(away));
        dots.chart.push(chart[i].unwrap_or_default());
        dots.zone.push(zones[i].unwrap_or(UNKNOWN_ZONE));
    }
    dots.position = position;
    for (what, there, filled) in [
        ("Normal", normal.iter().flatten().count(), "away from the middle of the head"),
        ("Chart position", chart.iter().flatten().count(), "(0, 0), since no head was given"),
        ("Zone", zones.iter().flatten().count(), "frontal hairline, since no head was given"),
    ] {
        if there < rows.len {
            rows.assumed.push(format!("{what} of {} dots: {filled}.", rows.len - there));
        }
    }
}

/// Dots that lie exactly on another.
fn twice(rows: &mut Rows, dots: &Dots) -> Result<(), DotFileError> {
    let mut order: Vec<u32> = (0..dots.len() as u32).collect();
    let key = |i: u32| dots.position[i as usize].map(|x| (f64::from(x) * 1000.0).round() as i64);
    order.sort_unstable_by_key(|i| (key(*i), *i));
    let again: Vec<u32> = order.windows(2).filter(|w| key(w[0]) == key(w[1])).map(|w| w[1]).collect();
    let Some(first) = again.iter().min().map(|i| rows.place(*i as usize)) else { return Ok(()) };
    if again.len() as f64 > TWICE_SHARE * dots.len() as f64 && again.len() > 1 {
        return Err(DotFileError::Twice { twice: again.len(), dots: dots.len(), place: first });
    }
    rows.findings.push(format!(
        "{} {} exactly where another dot does (first: {first}); counted as they are.",
        again.len(),
        if again.len() == 1 { "dot lies" } else { "dots lie" }
    ));
    Ok(())
}

/// Builds a table of at most 256 different things and the entry of each row.
fn tabled<K: std::hash::Hash + Eq, T>(
    len: usize,
    what: &str,
    mut key: impl FnMut(usize) -> K,
    mut make: impl FnMut(usize) -> Result<T, DotFileError>,
) -> Result<Table<T>, DotFileError> {
    let mut known: HashMap<K, u8> = HashMap::new();
    let mut table = Table { items: Vec::new(), of: Vec::with_capacity(len) };
    for i in 0..len {
        let k = key(i);
        let index = match known.get(&k) {
            Some(index) => *index,
            None => {
                let Ok(index) = u8::try_from(table.items.len()) else {
                    return Err(DotFileError::Header(format!(
                        "the dots have more than 256 different {what}s; is a number that differs from dot to dot in its columns?"
                    )));
                };
                table.items.push(make(i)?);
                known.insert(k, index);
                index
            }
        };
        table.of.push(index);
    }
    Ok(table)
}

fn needles(rows: &mut Rows, context: &ReadContext<'_>, dots: &mut Dots) -> Result<(), DotFileError> {
    let mut missing = 0;
    let table = match rows.needles.take() {
        Some(t) => {
            for n in &t.items {
                let place = || "PLY header, needle".to_owned();
                checked(Col::NeedlePoints as usize, f64::from(n.points), place)?;
                checked(Col::NeedleMm as usize, n.diameter_mm, place)?;
            }
            t
        }
        None => {
            let bits = |col, i| rows.number(col, i).map(f64::to_bits);
            let index = |i: usize| rows.words.get(&Col::Needle).map_or(0, |w| w.of()[i]);
            tabled(
                rows.len,
                "needle",
                |i| {
                    let key = (index(i), bits(Col::NeedlePoints, i), bits(Col::NeedleMm, i));
                    missing += usize::from(key.0 == 0 || key.1.is_none() || key.2.is_none());
                    key
                },
                |i| {
                    let points = rows.number(Col::NeedlePoints, i).map(|p| p as u8);
                    let name = rows.word(Col::Needle, i).map(str::to_owned);
                    let same = points.is_none_or(|p| p == context.needle.points);
                    Ok(Needle {
                        name: name.unwrap_or_else(|| match points {
                            Some(p) if !same => format!("{p} points"),
                            _ => context.needle.name.clone(),
                        }),
                        points: points.unwrap_or(context.needle.points),
                        diameter_mm: rows.number(Col::NeedleMm, i).unwrap_or(context.needle.diameter_mm),
                    })
                },
            )?
        }
    };
    if missing > 0 {
        rows.assumed.push(format!(
            "Needle of {missing} dots, where the file does not say all of it: {}, {} mm.",
            context.needle.name, context.needle.diameter_mm
        ));
    }
    (dots.needles, dots.needle) = (table.items, table.of);
    Ok(())
}

fn inks(rows: &mut Rows, context: &ReadContext<'_>, dots: &mut Dots) -> Result<(), DotFileError> {
    let (mut unnamed, mut undiluted) = (0, 0);
    let table = match rows.inks.take() {
        Some(t) => {
            for ink in &t.items {
                checked(Col::Water as usize, ink.water_per_pigment, || "PLY header, ink".to_owned())?;
            }
            t
        }
        None => {
            let index = |col, i: usize| rows.words.get(&col).map_or(0, |w| w.of()[i]);
            tabled(
                rows.len,
                "pigment",
                |i| {
                    let water = rows.number(Col::Water, i).map(f64::to_bits);
                    let key = (index(Col::Pigment, i), index(Col::PigmentBase, i), index(Col::Lot, i), water);
                    unnamed += usize::from(key.0 == 0);
                    undiluted += usize::from(water.is_none());
                    key
                },
                |i| {
                    let base = match rows.word(Col::PigmentBase, i).map(|w| w.trim().to_lowercase()) {
                        None => context.ink.base,
                        Some(w) if w.is_empty() => context.ink.base,
                        Some(w) if w == "carbon" => PigmentBase::Carbon,
                        Some(w) if w == "iron_oxides" => PigmentBase::IronOxides,
                        Some(w) if w == "mixed" => PigmentBase::Mixed,
                        Some(w) => {
                            return Err(DotFileError::Value {
                                place: rows.place(i),
                                column: "pigment_base",
                                value: quoted(&w),
                                allowed: "carbon, iron_oxides, mixed".into(),
                                fix: "Leave the cell empty where it is not known".into(),
                            });
                        }
                    };
                    Ok(Ink {
                        pigment: rows
                            .word(Col::Pigment, i)
                            .map_or_else(|| context.ink.pigment.clone(), str::to_owned),
                        base,
                        lot: rows.word(Col::Lot, i).map(str::to_owned),
                        water_per_pigment: rows
                            .number(Col::Water, i)
                            .unwrap_or(context.ink.water_per_pigment),
                    })
                },
            )?
        }
    };
    if unnamed > 0 {
        rows.assumed.push(format!("Pigment of {unnamed} dots: {}.", context.ink.pigment));
    }
    if undiluted > 0 {
        rows.assumed
            .push(format!("Dilution of {undiluted} dots: {} parts of water.", context.ink.water_per_pigment));
    }
    (dots.inks, dots.ink) = (table.items, table.of);
    Ok(())
}

/// Depths and diameters.
fn sizes(rows: &mut Rows, dots: &mut Dots) {
    let n = rows.len;
    let column =
        |col, norm: f64| -> Vec<f32> { (0..n).map(|i| rows.number(col, i).unwrap_or(norm) as f32).collect() };
    dots.set_depth_um = column(Col::SetDepth, SET_DEPTH_UM);
    dots.deposit_depth_um = column(Col::DepositDepth, DEPOSIT_DEPTH_UM.0);
    let (mut healed_from_fresh, mut healed_from_norm, mut fresh_from_healed) = (0, 0, 0);
    let mut wider = 0;
    for i in 0..n {
        let (fresh, healed) = (rows.number(Col::Fresh, i), rows.number(Col::Healed, i));
        let h = healed.unwrap_or_else(|| match fresh {
            Some(f) => {
                healed_from_fresh += 1;
                f / FRESH_FACTOR
            }
            None => {
                healed_from_norm += 1;
                HEALED_UM.0
            }
        });
        fresh_from_healed += usize::from(fresh.is_none());
        let f = fresh.unwrap_or(h * FRESH_FACTOR);
        wider += usize::from(h > f);
        dots.healed_um.push(h as f32);
        dots.fresh_um.push(f as f32);
    }
    let set = n - rows.count(Col::SetDepth);
    let deposit = n - rows.count(Col::DepositDepth);
    for (count, text) in [
        (set, format!("Depth that the needle is set to of {set} dots: {SET_DEPTH_UM} µm.")),
        (deposit, format!("Depth of the deposit of {deposit} dots: {} µm.", DEPOSIT_DEPTH_UM.0)),
        (healed_from_norm, format!("Healed diameter of {healed_from_norm} dots: {} µm.", HEALED_UM.0)),
        (
            healed_from_fresh,
            format!("Healed diameter of {healed_from_fresh} dots: the fresh one over {FRESH_FACTOR}."),
        ),
        (
            fresh_from_healed,
            format!("Fresh diameter of {fresh_from_healed} dots: {FRESH_FACTOR} times the healed one."),
        ),
    ] {
        if count > 0 {
            rows.assumed.push(text);
        }
    }
    if wider > 0 {
        rows.findings.push(format!(
            "{wider} dots are wider healed than fresh; dots shrink as they heal. Are the columns exchanged?"
        ));
    }
}
