//! PRP at the bench: the page, the tube, the map and the table of points, from a plan.

mod support;

use support::{balance, prp};
use vellus_plan::bench::TubePicture;
use vellus_plan::checks::Answer;
use vellus_report::{PictureSet, bench_page, injection_map, injections_csv, page, tube_motion, tube_row};

fn bench() -> String {
    bench_page(&support::plan()).unwrap().unwrap()
}

#[test]
fn the_page_is_whole_and_safety_stands_before_the_draw() {
    let html = bench();
    balance(&html).unwrap();
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(at("Nobody has asked") < at("Draw</h3>"));
    assert!(at("Ibuprofen in the last 7 days?") < at("Draw</h3>"));
    // In the order of the hands.
    let order = ["Draw</h3>", "First spin, then", "stop 3.0 mm above", "What to expect", "Inject</h3>"];
    assert!(order.windows(2).all(|w| at(w[0]) < at(w[1])), "{order:?}");
    assert!(at("No study shows that a higher dose grows more hair") > 0);
    for number in
        ["820</strong> rpm", "27 mL</strong>", "stop 3.0 mm above", "940</strong> thousand", "780 to 1120"]
    {
        assert!(html.contains(number), "{number}");
    }
    assert!(html.contains("2 of 4</strong> points") && html.contains("Short by 0.1 mL"));
    assert!(html.contains("5 tubes (45 mL of blood) would be enough"));
    assert!(html.contains("mid-scalp 31 cm²"), "bald skin is named");
    assert!(!html.contains("<script"));
    assert_eq!(html, bench());
}

#[test]
fn a_hit_is_told_and_a_plan_without_prp_has_no_bench() {
    let mut plan = support::plan();
    let b = plan.bench.as_mut().unwrap();
    b.asked = true;
    b.checks[0].answer = Answer::Hit;
    b.checks[0].found = "<b>two days ago</b>".into();
    let html = bench_page(&plan).unwrap().unwrap();
    assert!(!html.contains("Nobody has asked"));
    assert!(html.contains("Wait: &lt;b&gt;two days ago"));
    assert!(page(&plan, &PictureSet::default()).unwrap().contains("id=\"bench\""));

    plan.bench = None;
    for s in &mut plan.strategies {
        s.prp = None;
    }
    assert!(bench_page(&plan).unwrap().is_none());
    let html = page(&plan, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    assert!(!html.contains("id=\"bench\""));
}

#[test]
fn no_point_is_said_and_not_drawn() {
    let mut plan = support::plan();
    for s in &mut plan.strategies {
        if let Some(p) = &mut s.prp {
            p.injection.points.clear();
            p.injection.zones.clear();
        }
    }
    let html = bench_page(&plan).unwrap().unwrap();
    balance(&html).unwrap();
    assert!(html.contains("inject nothing") && !html.contains("class=\"injection-map\""));
}

#[test]
fn each_point_is_a_disc_and_waiting_ones_are_open() {
    let svg = injection_map(&prp::outline(), &prp::injection());
    balance(&svg).unwrap();
    // Two more are the key.
    assert_eq!(svg.matches("<circle").count(), 4 + 2);
    assert_eq!(svg.matches(" fill=\"#fff\"").count(), 2 + 1);
}

#[test]
fn the_table_adds_up_to_what_is_injected() {
    let injection = prp::injection();
    let bytes = injections_csv(&injection).unwrap();
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let head: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(head, ["id", "zone", "x_mm", "y_mm", "z_mm", "volume_ml", "depth_mm", "turn"]);
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), injection.points.len());
    let sum: f64 = rows.iter().map(|r| r[5].parse::<f64>().unwrap()).sum();
    assert!((sum - injection.injected_ml).abs() < 1e-3, "{sum}");
    assert_eq!(&rows[3][2], "5.00");
    assert_eq!(&rows[0][7], "2");
}

#[test]
fn the_tube_has_its_layers_scales_times_and_the_cannula() {
    let picture = prp::bench().picture;
    let row = tube_row(&picture, "t");
    balance(&row).unwrap();
    for text in [
        "First spin",
        "Plasma with",
        "Buffy coat",
        "Red cells",
        "stops here",
        ">mm<",
        ">mL<",
        ">0<",
        ">4.5<",
        ">9<",
    ] {
        assert!(row.contains(text), "{text}");
    }
    assert_eq!(row.matches("<linearGradient").count(), 3);
    assert!(!row.contains("<animate"));

    let motion = tube_motion(&picture, "m");
    balance(&motion).unwrap();
    assert!(motion.contains("<animate") && !motion.contains("<script"));
    assert_eq!(motion.matches("<linearGradient").count(), 3);

    let unstated = TubePicture { cut_mm: None, ..picture };
    assert!(tube_row(&unstated, "t").contains("not stated"));
    balance(&tube_row(&TubePicture::default(), "t")).unwrap();
    balance(&tube_motion(&TubePicture::default(), "t")).unwrap();
}

#[test]
fn red_cells_begin_where_their_fraction_passes_half() {
    let picture = prp::bench().picture;
    // 0, 0, 0.8, 0.9 in rows of 2.5 mm: half of 0.9 lies between the middles of rows two and three.
    let from = picture.looks[2].red_cells_from_mm().unwrap();
    let by_hand = 2.5 * (1.5 + 0.45 / 0.8);
    assert!((from - by_hand).abs() < 1e-9, "{from} {by_hand}");
}
