//! Marks of one seam on two sheets.

use std::collections::BTreeMap;

use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_head::flatten::Part;
use vellus_report::stencil::{Mark, MarkKind};
use vellus_report::{SheetLine, Stencil};

use crate::{Case, mean_head};

/// The largest relative difference of distances between marks of a seam on the two sheets that show it,
/// among distances of a centimetre and more; how many there are; and the largest difference in mm.
pub(crate) fn incongruence(case: &Case, marks: &[Mark]) -> (f64, usize, f64) {
    let (mut worst, mut count, mut worst_mm): (f64, usize, f64) = (0.0, 0, 0.0);
    for a in &case.tiling.tiles {
        for b in a.neighbours.iter().filter(|b| b.number > a.number) {
            let both: Vec<(DVec2, DVec2)> = marks
                .iter()
                .filter_map(|m| {
                    let on = |n: u32| m.on.iter().find(|o| o.tile == n).map(|o| o.flat);
                    Some((on(a.number)?, on(b.number)?))
                })
                .collect();
            assert!(
                both.len() > 1 || b.seam_mm < 12.0,
                "tiles {} and {}: {} marks",
                a.number,
                b.number,
                both.len()
            );
            for (i, p) in both.iter().enumerate() {
                for q in &both[..i] {
                    let (here, there) = (p.0.distance(q.0), p.1.distance(q.1));
                    worst_mm = worst_mm.max((here - there).abs());
                    if here > 10.0 {
                        worst = worst.max((here / there - 1.0).abs());
                        count += 1;
                    }
                }
            }
        }
    }
    (worst, count, worst_mm)
}

#[test]
fn prop_marks_of_two_neighbours_are_congruent_within_two_per_cent() {
    let case = mean_head();
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &[], &[]).unwrap();
    let (worst, count, mm) = incongruence(case, stencil.marks());
    eprintln!("{count} distances, worst {:.2} %, {mm:.2} mm", 100.0 * worst);
    assert!(count > 200 && worst < 0.02, "{count} distances, worst {:.2} %", 100.0 * worst);
}

#[test]
fn prop_a_mark_is_the_same_place_of_the_skin_on_each_of_its_sheets() {
    let case = mean_head();
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &[], &[]).unwrap();
    let sheets = stencil.sheets();
    let mut labels = BTreeMap::new();
    for m in stencil.marks() {
        assert!(labels.insert(m.label.clone(), ()).is_none(), "{} stands twice", m.label);
        assert!(m.on.len() >= 2, "{}", m.label);
        let three = m.on.len() > 2;
        assert!(!three || m.kind == MarkKind::Corner);
        for on in &m.on {
            let tile = &case.tiling.tiles[on.tile as usize - 1];
            let (d, _) = tile.flat.flat().iter().zip(&tile.flat.mesh().positions).fold(
                (f64::INFINITY, DVec3::ZERO),
                |best, (q, p)| {
                    if q.distance(on.flat) < best.0 { (q.distance(on.flat), *p) } else { best }
                },
            );
            // A corner is a vertex; a mark of a seam lies on an edge of at most 3 mm.
            assert!(d < if m.kind == MarkKind::Corner { 1e-12 } else { 1.6 }, "{}: {d}", m.label);
            // A hair's breadth inside the border it is the skin below the mark.
            let inside = tile.flat.surface_from_flat(on.flat - 1e-3 * on.outward);
            if let Some(p) = inside {
                assert!(p.position.distance(m.position_in_head) < 0.1, "{}", m.label);
            }
            assert!((on.outward.length() - 1.0).abs() < 1e-9 && (on.arm.length() - 1.0).abs() < 1e-9);
            // Both sheets show the letters.
            let svg = &sheets[on.tile as usize - 1].svg;
            assert!(svg.contains(&format!(">{}</text>", m.label)), "tile {} lacks {}", on.tile, m.label);
        }
    }
    assert!(stencil.marks().iter().filter(|m| m.on.len() == 3).count() > 20);
}

#[test]
fn a_line_across_tiles_leaves_one_where_it_enters_the_next() {
    let head = Head::from_lengths(&Default::default(), None, "side part").unwrap();
    let case = Case::new(head, Part::Side(0.3));
    let plain = Stencil::new(&case.head, &case.tiling, &case.map, &[], &[]).unwrap();
    let with = plain.clone().with_lines(&[SheetLine::midline(&case.head)]);
    let count = |s: &Stencil<'_>, what: &str| -> usize {
        s.sheets().iter().map(|s| usize::from(s.svg.contains(what))).sum()
    };
    let (drawn, named) = ("stroke-dasharray=\"4 1 0.8 1\"", ">midline</text>");
    // In front the part is no midline here, and the midline crosses the tiles beside it.
    assert_eq!(count(&plain, drawn), 0);
    assert!(count(&with, drawn) >= 2, "{}", count(&with, drawn));
    assert!(count(&with, named) > count(&plain, named));
    assert!(count(&plain, ">part</text>") >= 2);
    // With the cut along the midline the line is the border and bears its name.
    let mid = mean_head();
    let s = Stencil::new(&mid.head, &mid.tiling, &mid.map, &[], &[]).unwrap();
    let lined = s.clone().with_lines(&[SheetLine::midline(&mid.head)]);
    assert!(count(&s, named) > 4 && count(&s, ">part</text>") == 0);
    assert_eq!(count(&lined, drawn), 0);
    // Nonsense is no line.
    let none = SheetLine { name: "x".into(), points_in_head: vec![DVec3::NAN, DVec3::splat(1e300)] };
    let _ = s.with_lines(&[none]).sheets();
}
