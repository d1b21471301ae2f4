//! Hairlines on heads that were built and on real ones.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::path::PathBuf;
use std::sync::OnceLock;

use glam::{DVec2, DVec3};
use proptest::prelude::*;
use vellus_head::geodesic::Geodesics;
use vellus_head::io::read_mesh;
use vellus_head::parametric::ParametricSpec;
use vellus_head::{Curve, Head, KnownLength, Landmark, ScanSpec, Sex};
use vellus_pigment::PigmentError;
use vellus_pigment::hairline::{
    Context, Edge, Hairline, HairlineDetails, HairlineSpec, HairlineStyle, Population,
};
use vellus_units::Millimetres;
use vellus_units::random::Key;

fn built(sex: Sex) -> Head {
    let spec = ParametricSpec { sex, ..ParametricSpec::default() };
    Head::from_lengths(&spec, Some(Millimetres(66.0)), "built").unwrap()
}

fn man() -> &'static Head {
    static MAN: OnceLock<Head> = OnceLock::new();
    MAN.get_or_init(|| built(Sex::Male))
}

/// Built heads and, where the folder of test heads is at hand, real ones.
fn heads() -> &'static [(String, Head)] {
    static ALL: OnceLock<Vec<(String, Head)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = vec![("man".to_owned(), built(Sex::Male)), ("woman".to_owned(), built(Sex::Female))];
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
        if !folder.is_dir() {
            eprintln!("real heads skipped: none at {}", folder.display());
            return all;
        }
        let ict =
            std::iter::once("ict_generic".to_owned()).chain((0..8).map(|i| format!("ict_identity_{i:03}")));
        for name in ict {
            let path = folder.join(&name).with_extension("ply");
            let spec = std::fs::read_to_string(path.with_extension("toml")).unwrap();
            let spec = ScanSpec::from_toml(&spec).unwrap();
            let mesh = read_mesh(&path).unwrap();
            all.push((name.clone(), Head::from_scan(&mesh, &spec, Sex::Male, None, name).unwrap()));
        }
        let mesh = read_mesh(&folder.join("lee_perry_smith.obj")).unwrap();
        let spec = ScanSpec {
            known_length: Some(KnownLength::HeadCircumference(Millimetres(556.0))),
            ..ScanSpec::default()
        };
        all.push(("lee_perry_smith".into(), Head::from_scan(&mesh, &spec, Sex::Male, None, "lps").unwrap()));
        all
    })
}

fn lay(spec: HairlineSpec, head: &Head) -> Hairline {
    Hairline::new(spec, head, Key::new(7, 0)).unwrap()
}

fn of(height: f64, style: HairlineStyle) -> HairlineSpec {
    HairlineSpec::of_style(height, style)
}

/// A style without its irregularity.
fn smooth(height: f64, style: HairlineStyle) -> HairlineSpec {
    let details = HairlineDetails { macro_mm: Some(0.0), micro_mm: Some(0.0), ..HairlineDetails::default() };
    HairlineSpec { details, ..of(height, style) }
}

/// Distance from a place to a polyline.
fn to_line(p: DVec3, line: &[DVec3]) -> f64 {
    line.windows(2)
        .map(|w| {
            let leg = w[1] - w[0];
            let u = ((p - w[0]).dot(leg) / leg.length_squared().max(1e-12)).clamp(0.0, 1.0);
            p.distance(w[0] + leg * u)
        })
        .fold(f64::INFINITY, f64::min)
}

/// The greatest distance from the points of one line to another.
fn apart(a: &[DVec3], b: &[DVec3]) -> f64 {
    a.iter().map(|p| to_line(*p, b)).fold(0.0, f64::max)
}

fn curve<'a>(g: &Geodesics<'a>, line: &[DVec3], step: usize) -> Curve {
    let mut places: Vec<_> = line.iter().step_by(step).map(|p| g.nearest(*p).unwrap()).collect();
    places.push(g.nearest(*line.last().unwrap()).unwrap());
    g.curve_through(&places, false).unwrap()
}

#[test]
fn val_the_middle_is_at_its_height_along_the_skin_and_the_angles_on_the_vertical_of_the_eye() {
    for (name, head) in heads() {
        let g = Geodesics::new(head.surface()).unwrap();
        let glabella = g.nearest(head.landmarks().get(Landmark::Glabella)).unwrap();
        let exact = g.distances(&[glabella], 130.0).unwrap();
        for (height, style) in [
            (58.0, HairlineStyle::Rounded),
            (76.0, HairlineStyle::Natural),
            (80.0, HairlineStyle::WidowsPeak),
            (84.0, HairlineStyle::M),
            (100.0, HairlineStyle::Receded),
        ] {
            let l = lay(of(height, style), head);
            let p = l.points();
            let way = exact.at(&g.nearest(p.mid_frontal).unwrap()).unwrap();
            assert!((way - height).abs() < 0.2, "{name} {style:?}: {way} for {height}");
            assert!((l.figures().height_mm - height).abs() < 0.2);
            for (k, canthus) in
                [Landmark::LateralCanthusRight, Landmark::LateralCanthusLeft].into_iter().enumerate()
            {
                let off = p.angles[k].x - head.landmarks().get(canthus).x;
                assert!(off.abs() < 1.0, "{name} {style:?}: an angle {off} beside the vertical");
            }
            // The line as drawn goes through its named points, irregularity and all.
            for q in [p.mid_frontal, p.angles[0], p.angles[1], p.temporal_points[0], p.temporal_points[1]] {
                let off = to_line(q, l.curve_in_head());
                assert!(off < 0.35, "{name} {style:?}: the line passes {off} mm from a point of its own");
            }
            // And lies on the skin.
            for q in l.curve_in_head().iter().step_by(20) {
                assert!(head.surface().closest_point(*q).unwrap().distance < 1e-6, "{name}");
            }
        }
    }
}

#[test]
fn styles_are_told_apart_by_shape_zones_or_gaps() {
    let lines: Vec<Hairline> = HairlineStyle::ALL.into_iter().map(|s| lay(smooth(78.0, s), man())).collect();
    let mut fades: Vec<Vec<f64>> = Vec::new();
    for l in &lines {
        let q = man().chart().chart_from_head(l.points().mid_frontal);
        fades.push(
            (0..400)
                .map(|i| {
                    let (i, j) = (i % 20, i / 20);
                    l.fade_in(q + DVec2::new(0.01 * f64::from(i - 10), -0.004 * f64::from(j)))
                })
                .collect(),
        );
    }
    for a in 0..lines.len() {
        for b in 0..a {
            let shape = apart(lines[a].curve_in_head(), lines[b].curve_in_head());
            let fade = fades[a].iter().zip(&fades[b]).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
            assert!(
                shape > 1.5 || fade > 0.15,
                "{:?} {:?}: {shape} {fade}",
                HairlineStyle::ALL[a],
                HairlineStyle::ALL[b]
            );
        }
    }
    // Each looks like its name.
    let figure =
        |s: HairlineStyle| *lines[HairlineStyle::ALL.iter().position(|x| *x == s).unwrap()].figures();
    let natural = figure(HairlineStyle::Natural);
    assert!(natural.recess_mm[0] > 5.0 && natural.fall_mm < 0.5, "{natural:?}");
    assert!(figure(HairlineStyle::M).recess_mm[0] > natural.recess_mm[0] + 15.0);
    assert!(figure(HairlineStyle::Receded).recess_mm[0] > natural.recess_mm[0] + 6.0);
    assert!(figure(HairlineStyle::Receded).temporal_point_behind_mm[0] > 3.0);
    assert!(figure(HairlineStyle::Rounded).angle_rise_mm[0] < -1.0);
    for level in [HairlineStyle::Straight, HairlineStyle::EdgeUp] {
        assert!(figure(level).angle_rise_mm[0].abs() < 1.0 && figure(level).fall_mm < 1.0, "{level:?}");
    }
    // A peak: the line beside the middle lies higher than the middle.
    let peak = &lines[5];
    let m = peak.points().mid_frontal;
    let beside =
        peak.curve_in_head().iter().find(|p| (p.x - m.x).abs() < 13.0 && (p.x - m.x).abs() > 11.0).unwrap();
    assert!(beside.y > m.y + 3.0 && m.z > beside.z + 5.0, "{m} {beside}");
}

#[test]
fn lines_are_even_and_without_kinks() {
    for style in HairlineStyle::ALL {
        for head in [man(), &heads()[1].1] {
            let l = lay(smooth(76.0, style), head);
            let line = l.curve_in_head();
            let mirrored: Vec<DVec3> = line.iter().rev().map(|p| DVec3::new(-p.x, p.y, p.z)).collect();
            let uneven = apart(&mirrored, line);
            assert!(uneven < 0.3, "{style:?}: left and right differ by {uneven}");
            // Over 2.4 mm to either side no turn is that of a corner, but for the angles and a peak.
            for i in 4..line.len() - 4 {
                let turn = (line[i] - line[i - 4]).angle_between(line[i + 4] - line[i]).to_degrees();
                assert!(turn < 45.0, "{style:?}: a kink of {turn} degrees at {}", line[i]);
            }
        }
    }
}

#[test]
fn val_depth_is_the_distance_of_an_offset_curve() {
    let mut worst: f64 = 0.0;
    for (name, head) in
        heads().iter().filter(|h| ["man", "ict_identity_002", "lee_perry_smith"].contains(&h.0.as_str()))
    {
        let g = Geodesics::new(head.surface()).unwrap();
        for spec in [of(76.0, HairlineStyle::Natural), of(82.0, HairlineStyle::WidowsPeak)] {
            let l = lay(spec, head);
            let line = curve(&g, l.curve_in_head(), 1);
            for mm in [2.0, 6.5, 12.0, 25.0, 40.0] {
                let mut seen = 0;
                for c in g.offset(&line, mm).unwrap() {
                    let n = (c.length() / 2.0).ceil().max(2.0) as usize;
                    for p in c.resample(head.surface(), n).unwrap() {
                        let p = p.point.position;
                        // Where the ear stands over the skin the chart shows the ear.
                        let q = head.chart().chart_from_head(p);
                        let shown = head.head_from_chart(q).unwrap().position;
                        if shown.distance(p) > 0.5 || p.y < l.points().temporal_points[0].y {
                            continue;
                        }
                        let error = (l.depth_mm(q) - mm).abs();
                        assert!(error < 0.3, "{name}: {} instead of {mm} at {p}", l.depth_mm(q));
                        worst = worst.max(error);
                        seen += 1;
                    }
                }
                assert!(seen > 60, "{name} {mm}: {seen}");
            }
            for c in g.offset(&line, -4.0).unwrap() {
                for p in c.resample(head.surface(), 50).unwrap() {
                    let d = l.depth_mm(head.chart().chart_from_head(p.point.position));
                    assert!((d + 4.0).abs() < 0.3, "{name}: {d} in front");
                }
            }
        }
    }
    println!("worst error of depth {worst:.3} mm");
}

#[test]
fn prop_depth_and_density_rise_straight_back_from_the_line() {
    for (name, head) in heads().iter().step_by(5) {
        for style in HairlineStyle::ALL {
            let l = lay(of(78.0, style), head);
            let g = Geodesics::new(head.surface()).unwrap();
            let m = l.behind_middle_in_chart(head, 0.0);
            assert!(l.depth_mm(m).abs() < 0.01);
            let start = head.head_from_chart(m).unwrap();
            let (mut depth, mut fade) = (-1.0, 0.0);
            for k in 0..104 {
                let p = g.straight_on(
                    &start,
                    DVec3::NEG_Z.reject_from(start.normal).normalize() * 0.5 * f64::from(k),
                );
                let q = head.chart().chart_from_head(p.position);
                let d = l.depth_mm(q);
                assert!(d >= depth - 1e-6, "{name} {style:?}: {d} after {depth}");
                let f = l.fade_in(q);
                if style != HairlineStyle::Broken {
                    assert!(f >= fade - 1e-6, "{name} {style:?}: {f} after {fade}");
                }
                assert!((0.0..=1.0).contains(&f));
                (depth, fade) = (d, f);
            }
            assert!(fade == 1.0 && depth > 38.0, "{name} {style:?} {fade} {depth}");
        }
    }
}

#[test]
fn what_is_contained_is_behind_the_line_and_within_the_natural_border() {
    let head = man();
    let l = lay(of(76.0, HairlineStyle::Natural), head);
    for (q, inside) in [
        (DVec2::ZERO, true),
        (DVec2::new(0.0, 0.95), false),
        (DVec2::new(0.0, -0.8), true),
        (DVec2::new(0.0, -1.4), false),
        (DVec2::new(0.9, 0.5), false),
        (DVec2::new(0.5, 0.0), true),
        (DVec2::new(3.0, 3.0), false),
        (DVec2::new(-3.0, -3.0), false),
    ] {
        assert_eq!(l.contains(q), inside, "{q}");
    }
    // The area that is pigmented at most is a scalp's: about what lies inside the natural border, less
    // what the line gives up at the front.
    let mesh = head.surface().mesh();
    let (mut ours, mut natural) = (0.0, 0.0);
    for t in 0..mesh.triangles.len() as u32 {
        let c = mesh.corners(t).iter().sum::<DVec3>() / 3.0;
        if head.is_ear(c) {
            continue;
        }
        let q = head.chart().chart_from_head(c);
        let area = mesh.triangle_area(t) / 100.0;
        ours += if l.contains(q) { area } else { 0.0 };
        natural += if head.scalp().zone_at(q).is_some() { area } else { 0.0 };
    }
    assert!((-60.0..=5.0).contains(&(ours - natural)), "{ours} of {natural} cm²");
    // The edge is a step in depth from nothing to something, nowhere else.
    for f in l.polyline_in_chart().iter().step_by(9) {
        assert!(l.depth_mm(*f).abs() < 0.35, "{}", l.depth_mm(*f));
    }
}

#[test]
fn a_line_drawn_after_another_is_that_line_in_both_spaces() {
    for (name, head) in
        heads().iter().filter(|h| ["man", "ict_identity_004", "lee_perry_smith"].contains(&h.0.as_str()))
    {
        for (style, step) in
            [(HairlineStyle::Natural, 6), (HairlineStyle::M, 4), (HairlineStyle::WidowsPeak, 4)]
        {
            let l = lay(smooth(78.0, style), head);
            let last = l.curve_in_head().len() - 1;
            let kept: Vec<usize> = (0..last).step_by(step).chain([last]).collect();
            let in_chart = kept.iter().map(|i| l.polyline_in_chart()[*i].to_array()).collect();
            let in_head = kept.iter().map(|i| l.curve_in_head()[*i].to_array()).collect();
            for details in [
                HairlineDetails { polyline_in_chart: Some(in_chart), ..HairlineDetails::default() },
                HairlineDetails { polyline_in_head_mm: Some(in_head), ..HairlineDetails::default() },
            ] {
                let drawn = lay(HairlineSpec { details, ..of(0.0, style) }, head);
                let off = apart(drawn.curve_in_head(), l.curve_in_head())
                    .max(apart(l.curve_in_head(), drawn.curve_in_head()));
                assert!(off < 0.25, "{name} {style:?}: {off}");
                let (a, b) = (drawn.figures(), l.figures());
                assert!(
                    (a.height_mm - b.height_mm).abs() < 0.2,
                    "{name} {style:?}: {} {}",
                    a.height_mm,
                    b.height_mm
                );
                assert!((a.length_mm - b.length_mm).abs() < 1.0);
                for k in 0..2 {
                    // The angle is found again from the shape.
                    let angle = drawn.points().angles[k].distance(l.points().angles[k]);
                    assert!(angle < 6.0, "{name} {style:?}: the angle was found {angle} mm off");
                    // The temporal point is rounded: where it stands forward is what can be found.
                    let point = a.temporal_point_behind_mm[k] - b.temporal_point_behind_mm[k];
                    assert!(
                        point.abs() < 2.5,
                        "{name} {style:?}: the temporal point was found {point} mm off"
                    );
                }
            }
        }
    }
}

#[test]
fn a_line_drawn_from_angle_to_angle_in_either_direction_is_completed_down_the_temples() {
    let head = man();
    let l = lay(smooth(78.0, HairlineStyle::Natural), head);
    let x = l.points().angles.map(|p| p.x);
    let front: Vec<[f64; 3]> = l
        .curve_in_head()
        .iter()
        .filter(|p| p.x >= x[0] && p.x <= x[1] && p.y > l.points().humps[0].y)
        .step_by(5)
        .map(|p| p.to_array())
        .collect();
    let mut backwards = front.clone();
    backwards.reverse();
    let lines: Vec<Hairline> = [front, backwards]
        .into_iter()
        .map(|line| {
            let details = HairlineDetails { polyline_in_head_mm: Some(line), ..HairlineDetails::default() };
            lay(HairlineSpec { details, ..of(0.0, HairlineStyle::Natural) }, head)
        })
        .collect();
    assert_eq!(lines[0].curve_in_head(), lines[1].curve_in_head());
    assert!(to_line(l.points().temporal_points[1], lines[0].curve_in_head()) < 0.5);
    assert!(lines[0].points().ends[0].distance(l.points().ends[0]) < 0.5);
}

/// The key and the words of a refusal.
fn refusal(details: HairlineDetails, head: &Head) -> (String, String) {
    let spec = HairlineSpec { details, ..of(76.0, HairlineStyle::Natural) };
    match Hairline::new(spec.clone(), head, Key::new(1, 0)) {
        Err(e @ PigmentError::Hairline { .. }) => {
            let words = e.to_string();
            let PigmentError::Hairline { key, hint, .. } = e else { unreachable!() };
            assert!(!hint.is_empty());
            (key, words)
        }
        Err(e) => panic!("{e} for {spec:?}"),
        Ok(_) => panic!("was taken: {spec:?}"),
    }
}

#[test]
fn lines_that_cannot_be_are_refused_with_the_place() {
    let head = man();
    let chart = |line: &[[f64; 2]]| HairlineDetails {
        polyline_in_chart: Some(line.to_vec()),
        ..HairlineDetails::default()
    };
    let space = |line: &[[f64; 3]]| HairlineDetails {
        polyline_in_head_mm: Some(line.to_vec()),
        ..HairlineDetails::default()
    };
    let fine = [[-0.45, 0.3], [-0.2, 0.5], [0.0, 0.55], [0.2, 0.5], [0.45, 0.3]];
    lay(HairlineSpec { details: chart(&fine), ..of(0.0, HairlineStyle::Natural) }, head);
    for (details, key, word) in [
        (
            chart(&[[-0.45, 0.3], [0.3, 0.5], [0.0, 0.7], [-0.1, 0.3], [0.45, 0.4]]),
            "polyline_in_chart",
            "cross",
        ),
        (chart(&[[0.0, 0.5]]), "polyline_in_chart", "places"),
        (chart(&[]), "polyline_in_chart", "places"),
        (chart(&[[0.0, 0.5], [0.0, 0.5]]), "polyline_in_chart", "one place"),
        (chart(&[[-0.1, 0.5], [0.1, 0.5]]), "polyline_in_chart", "from x ="),
        (chart(&[[-0.45, 0.3], [f64::NAN, 0.5], [0.45, 0.3]]), "polyline_in_chart[1]", "finite"),
        (chart(&[[-45.0, 30.0], [0.0, 50.0], [45.0, 30.0]]), "polyline_in_chart[0]", "1.5"),
        (chart(&[[-0.45, 0.3], [0.0, 1.1], [0.45, 0.3]]), "polyline_in_chart[1]", "face"),
        (chart(&[[-0.45, 0.3], [0.0, -0.6], [0.45, 0.3]]), "polyline_in_chart[1]", "behind"),
        (chart(&[[-0.98, 0.05], [0.0, 0.5], [0.45, 0.3]]), "polyline_in_chart[0]", "ear"),
        (
            space(&[[-60.0, 90.0, 90.0], [0.0, 100.0, 70.0], [50.0, 90.0, 40.0]]),
            "polyline_in_head_mm[0]",
            "from the skin",
        ),
        (space(&[[f64::INFINITY, 0.0, 0.0], [0.0, 0.0, 0.0]]), "polyline_in_head_mm[0]", "finite"),
        (
            HairlineDetails { polyline_in_head_mm: Some(vec![[0.0; 3]; 3]), ..chart(&fine) },
            "polyline_in_head_mm",
            "one of the two",
        ),
        (HairlineDetails { angle_behind_mm: Some(30.0), ..chart(&fine) }, "angle_behind_mm", "left out"),
        (
            HairlineDetails { temporal_point_forward_mm: Some(99.0), ..HairlineDetails::default() },
            "temporal_point_forward_mm",
            "-35 to 15",
        ),
    ] {
        let (at, words) = refusal(details, head);
        assert_eq!(at, key, "{words}");
        assert!(words.contains(word), "{words}");
    }
}

#[test]
fn an_angle_in_front_of_all_skin_is_refused_with_what_the_head_allows() {
    let details = HairlineDetails { angle_behind_mm: Some(-9.0), ..HairlineDetails::default() };
    let spec = HairlineSpec { details, ..of(45.0, HairlineStyle::Natural) };
    let e = Hairline::new(spec, man(), Key::new(1, 0)).unwrap_err();
    assert!(matches!(&e, PigmentError::Hairline { key, .. } if key == "angle_behind_mm"), "{e}");
    assert!(e.to_string().contains("on this head"), "{e}");
}

#[test]
fn the_same_line_twice_for_any_number_of_threads_and_another_for_another_seed() {
    let run = |threads: usize, seed: u32| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let details = HairlineDetails { seed: Some(seed), ..HairlineDetails::default() };
            let l = lay(HairlineSpec { details, ..of(76.0, HairlineStyle::Broken) }, man());
            let depth: Vec<u64> = (0..4000)
                .map(|i| DVec2::new(f64::from(i % 80) * 0.02 - 0.8, f64::from(i / 80) * 0.02))
                .flat_map(|q| [l.depth_mm(q).to_bits(), l.fade_in(q).to_bits()])
                .collect();
            (l.curve_in_head().to_vec(), depth)
        })
    };
    let once = run(1, 0);
    assert!(once == run(1, 0) && once == run(3, 0));
    let other = run(1, 1);
    let off = apart(&once.0, &other.0);
    assert!((0.5..8.0).contains(&off), "{off}");
}

#[test]
fn a_line_for_whom_loss_goes_on_says_that_it_will_be_stranded() {
    let head = man();
    let l = lay(of(80.0, HairlineStyle::Natural), head);
    let rules = |loss: &dyn Fn(DVec2) -> bool, crease: Option<f64>| -> Vec<&'static str> {
        let context = Context {
            sex: Sex::Male,
            population: Population::European,
            age_years: 30.0,
            future_loss: Some(loss),
            brow_crease_mm: crease,
        };
        l.findings(head, &context).into_iter().map(|f| f.rule).collect()
    };
    assert_eq!(rules(&|_| false, None), Vec::<&str>::new());
    assert_eq!(rules(&|_| true, None), ["stranded_edge"]);
    // A quarter of the front at each side: the recesses.
    assert_eq!(rules(&|q| q.x.abs() > 0.12, None), ["stranded_edge"]);
    assert_eq!(rules(&|q| q.x.abs() < 0.005, None), Vec::<&str>::new());
    assert_eq!(rules(&|_| false, Some(64.5)), Vec::<&str>::new());
    assert_eq!(rules(&|_| false, Some(65.5)), ["brow_crease"]);
}

#[test]
fn rules_hear_what_was_asked() {
    let context = |sex| Context {
        sex,
        population: Population::European,
        age_years: 40.0,
        future_loss: None,
        brow_crease_mm: None,
    };
    let said = |spec: HairlineSpec| -> Vec<&'static str> {
        lay(spec, man()).findings(man(), &context(Sex::Male)).into_iter().map(|f| f.rule).collect()
    };
    let with = |details: HairlineDetails| HairlineSpec { details, ..of(78.0, HairlineStyle::Natural) };
    for style in [
        HairlineStyle::Natural,
        HairlineStyle::Soft,
        HairlineStyle::M,
        HairlineStyle::WidowsPeak,
        HairlineStyle::Receded,
        HairlineStyle::Broken,
    ] {
        assert_eq!(said(of(78.0, style)), Vec::<&str>::new(), "{style:?}");
    }
    assert_eq!(said(of(55.0, HairlineStyle::Natural)), ["below_natural"]);
    assert_eq!(said(of(65.0, HairlineStyle::Natural)), ["low_design"]);
    assert_eq!(said(of(78.0, HairlineStyle::EdgeUp)), ["flattened_angle", "straight_edge"]);
    assert_eq!(said(of(78.0, HairlineStyle::Rounded)), ["flattened_angle", "slopes_down"]);
    assert_eq!(
        said(HairlineSpec { edge: Edge::Sharp, ..of(78.0, HairlineStyle::Natural) }),
        ["straight_edge"]
    );
    assert_eq!(
        said(with(HairlineDetails { angle_lateral_mm: Some(6.0), ..HairlineDetails::default() })),
        ["angle_off_vertical"]
    );
    assert_eq!(
        said(with(HairlineDetails { angle_lateral_mm: Some(-4.9), ..HairlineDetails::default() })),
        Vec::<&str>::new()
    );
    assert_eq!(
        said(with(HairlineDetails { temporal_point_forward_mm: Some(-11.0), ..HairlineDetails::default() })),
        ["temporal_point_back"]
    );
    assert_eq!(
        said(with(HairlineDetails { temporal_point_forward_mm: Some(-9.0), ..HairlineDetails::default() })),
        Vec::<&str>::new()
    );
}

fn details() -> impl Strategy<Value = HairlineDetails> {
    let some = |lo: f64, hi: f64| prop::option::of(lo..hi);
    (
        some(-10.0, 90.0),
        some(-15.0, 15.0),
        some(-10.0, 20.0),
        some(-35.0, 15.0),
        some(-15.0, 20.0),
        some(0.0, 20.0),
        some(0.5, 20.0),
        some(0.0, 2.5),
        some(0.0, 1.5),
        some(-15.0, 15.0),
    )
        .prop_map(|(back, lateral, hump, forward, up, peak, transition, big, small, uneven)| {
            HairlineDetails {
                angle_behind_mm: back,
                angle_lateral_mm: lateral,
                lateral_hump_mm: hump,
                temporal_point_forward_mm: forward,
                temporal_point_up_mm: up,
                peak_mm: peak,
                transition_mm: transition,
                macro_mm: big,
                micro_mm: small,
                asymmetry_mm: uneven,
                ..HairlineDetails::default()
            }
        })
}

/// Heads at the ends of what lengths allow.
fn extreme() -> &'static [Head] {
    static ALL: OnceLock<Vec<Head>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        for (length, breadth, arc, forehead) in [
            (150.0, 150.0, None, 45.0),
            (240.0, 150.0, None, 90.0),
            (195.0, 115.0, None, 60.0),
            (195.0, 190.0, None, 60.0),
            (200.0, 155.0, Some(390.0), 110.0),
            (200.0, 155.0, Some(330.0), 35.0),
        ] {
            let spec = ParametricSpec {
                head_length: Some(Millimetres(length)),
                head_breadth: Some(Millimetres(breadth)),
                bitragion_coronal_arc: arc.map(Millimetres),
                ..ParametricSpec::default()
            };
            if let Ok(head) = Head::from_lengths(&spec, Some(Millimetres(forehead)), "extreme") {
                all.push(head);
            }
        }
        assert!(all.len() >= 2, "{}", all.len());
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn prop_any_numbers_give_a_line_or_a_refusal(
        which in any::<prop::sample::Index>(), style in any::<prop::sample::Index>(), height in 40.0..120.0f64, details in details(),
    ) {
        let head = &extreme()[which.index(extreme().len())];
        let style = HairlineStyle::ALL[style.index(9)];
        match Hairline::new(HairlineSpec { details, ..of(height, style) }, head, Key::new(2, 0)) {
            Ok(l) => {
                prop_assert!((l.figures().height_mm - height).abs() < 0.2);
                prop_assert!(l.curve_in_head().iter().all(|p| p.is_finite()));
                prop_assert!(l.depth_mm(DVec2::new(0.0, 0.99)) < 0.0);
                prop_assert!(!l.contains(DVec2::new(f64::NAN, 0.0)) && l.fade_in(DVec2::splat(1e300)) >= 0.0);
            }
            Err(e @ PigmentError::Hairline { .. }) => prop_assert!(e.to_string().contains("allowed")),
            Err(e) => prop_assert!(false, "{e}"),
        }
    }
}

#[test]
fn plain_numbers_give_lines_on_extreme_heads() {
    for head in extreme() {
        for style in HairlineStyle::ALL {
            lay(of(75.0, style), head);
        }
    }
}
