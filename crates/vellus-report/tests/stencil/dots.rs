//! Which sheet a dot is on, and what is said of those that are on none.

use glam::DVec3;
use vellus_pigment::Dots;
use vellus_report::{ReportError, SessionSpec, SheetDot, SheetLine, Stencil, session_dots};

use crate::{classes, mean_head, points};

#[test]
fn prop_each_dot_is_on_one_tile_where_the_tile_s_map_puts_it_or_counted_as_off() {
    let case = mean_head();
    let (dots, classes) = (points(&case.head, 12_000), classes());
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &dots, &classes).unwrap();
    let mut seen = vec![0u32; dots.len()];
    for (tile, own) in case.tiling.tiles.iter().zip(stencil.dots_on_tiles()) {
        for d in own {
            seen[d.dot] += 1;
            assert_eq!(d.class, dots[d.dot].class);
            let p = dots[d.dot].point;
            assert_eq!(tile.flat.flat_from_surface(&p), Some(d.flat));
            // And the way back: the place on the sheet is above the dot on the skin.
            let back = tile.flat.surface_from_flat(d.flat).unwrap();
            assert!(back.position.distance(p.position) < 0.02, "{} mm", back.position.distance(p.position));
        }
    }
    assert!(seen.iter().all(|n| *n <= 1));
    let off = seen.iter().filter(|n| **n == 0).count();
    assert_eq!(off, stencil.off_tiles().count());
    assert_eq!(off, stencil.off_tiles().by_nearest_tile.values().sum::<usize>());
    for (i, n) in seen.iter().enumerate().filter(|(_, n)| **n == 0) {
        assert!(case.tiling.tiles.iter().all(|t| t.flat.flat_from_surface(&dots[i].point).is_none()), "{n}");
    }
    // What is counted is drawn: a piece of path each, and two for a ring.
    for (sheet, own) in stencil.sheets().iter().zip(stencil.dots_on_tiles()) {
        let rings = own.iter().filter(|d| d.class == 1).count();
        assert_eq!(sheet.svg.matches("h.01").count(), own.len() + rings, "tile {}", sheet.number);
        assert_eq!(sheet.dots, own.len());
    }
}

#[test]
fn dots_beyond_the_tiles_are_said_on_the_first_page() {
    let case = mean_head();
    let classes = classes();
    let nose = case.head.surface().closest_point(DVec3::new(0.0, 0.0, 200.0)).unwrap().point;
    let mut dots: Vec<SheetDot> =
        case.tiling.tiles.iter().map(|t| SheetDot { point: t.centre, class: 0 }).collect();
    let whole = Stencil::new(&case.head, &case.tiling, &case.map, &dots, &classes).unwrap();
    assert_eq!(whole.off_tiles().count(), 0);
    assert!(!whole.overview().contains("on no sheet"));
    dots.extend([SheetDot { point: nose, class: 0 }; 3]);
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &dots, &classes).unwrap();
    assert_eq!(stencil.off_tiles().by_class, [3, 0]);
    assert!(stencil.overview().contains("3 dots lie on no sheet"));
}

#[test]
fn sheets_say_their_neighbours_their_size_and_their_step() {
    let case = mean_head();
    let classes = classes();
    let dots: Vec<SheetDot> =
        case.tiling.tiles.iter().take(5).map(|t| SheetDot { point: t.centre, class: 0 }).collect();
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &dots, &classes)
        .unwrap()
        .titled("Session <2> & more")
        .with_lines(&[SheetLine::midline(&case.head)])
        .with_order(&[4, 2])
        .unwrap();
    let sheets = stencil.sheets();
    assert_eq!(sheets.len(), case.tiling.tiles.len());
    for (s, t) in sheets.iter().zip(&case.tiling.tiles) {
        assert!(s.svg.starts_with("<svg") && s.svg.ends_with("</svg>\n") && !s.svg.contains("NaN"));
        assert!(s.svg.contains("viewBox=\"0 0 148.0 210.0\" width=\"148.0mm\" height=\"210.0mm\""));
        assert!(s.svg.contains("Session &lt;2&gt; &amp; more"));
        assert!(s.svg.contains("Dots are drawn 0.35 mm"));
        for n in t.neighbours.iter().filter(|n| n.seam_mm > 20.0) {
            assert!(s.svg.contains(&format!(">{}</text>", n.number)), "{} lacks {}", t.number, n.number);
        }
    }
    assert!(sheets[3].svg.contains("step 1 of 5") && sheets[1].svg.contains("step 2 of 5"));
    assert!(sheets[0].svg.contains("step 3 of 5") && !sheets[9].svg.contains("step"));
    let cover = stencil.overview();
    assert!(cover.contains("Order of work: 4, 2, 1, 3, 5.") && cover.contains("tiles 6, 7,"));
}

#[test]
fn what_cannot_be_drawn_is_refused_with_the_reason() {
    let case = mean_head();
    let new = |dots: &[SheetDot], classes: &'static [vellus_report::DotClass]| {
        Stencil::new(&case.head, &case.tiling, &case.map, dots, classes)
    };
    let point = case.tiling.tiles[0].centre;
    let e = new(&[SheetDot { point, class: 0 }], &[]).unwrap_err().to_string();
    assert!(e.contains("class 0") && e.contains("0 classes"), "{e}");
    let mut wide = classes().to_vec();
    wide[0].diameter_mm = f64::NAN;
    assert!(new(&[], wide.leak()).unwrap_err().to_string().contains("0.02 to 5 mm"));
    let plain = || new(&[], &[]).unwrap();
    assert!(plain().with_order(&[0]).unwrap_err().to_string().contains("tile 0"));
    assert!(plain().with_order(&[1000]).is_err());
    assert!(plain().with_order(&[3, 3]).unwrap_err().to_string().contains("twice"));
    // A point without a place lies on no tile.
    let mut nowhere = point;
    nowhere.position = DVec3::NAN;
    let lost = Stencil::new(
        &case.head,
        &case.tiling,
        &case.map,
        &[SheetDot { point: nowhere, class: 0 }],
        wide_ok(),
    )
    .unwrap();
    assert_eq!(lost.off_tiles().count(), 1);
}

fn wide_ok() -> &'static [vellus_report::DotClass] {
    classes().to_vec().leak()
}

#[test]
fn a_session_is_taken_from_the_record_with_rings_for_what_was_there() {
    let case = mean_head();
    let mut dots = Dots::default();
    for (i, d) in points(&case.head, 300).iter().enumerate() {
        dots.position.push(d.point.position.as_vec3().to_array());
        dots.session.push(1 + (i % 3) as u8);
        dots.healed_um.push(150.0 + (i % 3) as f32);
    }
    let spec = SessionSpec::new(2);
    let (points, classes) = session_dots(&case.head, &dots, &spec).unwrap();
    assert_eq!(points.iter().filter(|p| p.class == 0).count(), 100);
    assert_eq!(points.iter().filter(|p| p.class == 1).count(), 100);
    assert!(!classes[0].open && classes[1].open);
    assert!((classes[0].healed_mm.unwrap() - 0.151).abs() < 1e-6 && classes[0].diameter_mm > 0.3);
    let (only, one) =
        session_dots(&case.head, &dots, &SessionSpec { earlier: false, true_size: true, ..spec }).unwrap();
    assert_eq!((only.len(), one.len()), (100, 1));
    assert!((one[0].diameter_mm - 0.151).abs() < 1e-6);
    let e = session_dots(&case.head, &dots, &SessionSpec::new(9)).unwrap_err();
    assert!(matches!(&e, ReportError::Stencil(t) if t.contains("session 9") && t.contains('3')), "{e}");
    dots.position[1] = [f32::NAN; 3];
    assert!(session_dots(&case.head, &dots, &spec).is_err());
    dots.session.pop();
    let e = session_dots(&case.head, &dots, &spec).unwrap_err();
    assert!(matches!(&e, ReportError::Stencil(t) if t.contains("session")), "{e}");
}
