//! Injections: points where follicles live and are thinning, volumes that add up, the dose by hand.

use std::path::Path;
use std::sync::OnceLock;

use glam::{DVec2, DVec3};
use jiff::civil::date;
use vellus_hair::course::snapshots;
use vellus_hair::response::Response;
use vellus_hair::treatment::PrpMechanism;
use vellus_head::Zone;
use vellus_plan::case::read;
use vellus_plan::forecast::Effort;
use vellus_plan::inject::InjectionPlan;
use vellus_plan::inject::thinning::{LEAST_SHARE, Thinning};
use vellus_plan::schedule::days_between;
use vellus_plan::{Case, Planned, Request, make, strategy};

fn example(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("case.toml");
    read::read(&path).unwrap()
}

fn plan(case: &Case) -> Planned {
    let mut strategies = strategy::built_in().unwrap();
    strategies.retain(|s| s.id == "prp_alone");
    let request = Request {
        case,
        case_text: "test",
        folder: Path::new("."),
        clock: date(2026, 11, 23),
        seed: 1,
        effort: Effort { responses: 8, sample_per_group: 40 },
        quick: true,
        strategies,
        detail: true,
        search: None,
    };
    make(&request, &mut |_| ()).unwrap()
}

fn man() -> &'static Planned {
    static PLANNED: OnceLock<Planned> = OnceLock::new();
    PLANNED.get_or_init(|| plan(&example("01_tandem")))
}

fn injection(p: &Planned) -> &InjectionPlan {
    &p.plan.bench_strategy().unwrap().prp.as_ref().unwrap().injection
}

#[test]
fn points_stand_where_follicles_live_and_are_thinning() {
    let p = man();
    let i = injection(p);
    assert!(i.points.len() > 30, "{}", i.points.len());
    let s = &p.subject;
    let day = days_between(p.plan.today, i.made_for);
    let regime = s.regime(&s.ongoing(), &Response::median(), PrpMechanism::Reactivate, 400.0);
    let seen = snapshots(&s.scalp, &regime, s.model, s.key, &[day]).remove(0);
    let thinning = Thinning::new(&s.scalp, &seen, regime.stage(day), s.model);
    for point in &i.points {
        let about = thinning.about(DVec3::from_array(point.in_head));
        assert!(about.share() >= LEAST_SHARE, "point {}: {about:?}", point.id);
        assert_ne!(point.zone, Zone::OccipitalDonor);
        assert!(s.reached(point.in_chart[0], point.in_chart[1]));
        assert_eq!(s.head.scalp().zone_at(DVec2::from_array(point.in_chart)), Some(point.zone));
        assert!((2.0..=4.0).contains(&point.depth_mm));
    }
    // The core of this vertex is bald; the points stand around it.
    assert!(i.not_injected.iter().any(|n| n.zone == Zone::Vertex && n.area_cm2 > 5.0));
    // A point for each square centimetre, and more at the edges of a narrow region.
    let per_cm2 = i.points.len() as f64 / i.area_cm2;
    assert!((0.85..1.35).contains(&per_cm2), "{per_cm2}");
}

#[test]
fn volumes_areas_and_platelets_add_up() {
    let i = injection(man());
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} {b}");
    let sum = |f: &dyn Fn(&vellus_plan::inject::InjectionPoint) -> f64| i.points.iter().map(f).sum::<f64>();
    close(sum(&|p| p.volume_ml), i.injected_ml);
    close(sum(&|p| p.area_cm2), i.area_cm2);
    close(i.zones.iter().map(|z| z.volume_ml).sum(), i.injected_ml);
    close(i.zones.iter().map(|z| z.area_cm2).sum(), i.area_cm2);
    assert_eq!(i.zones.iter().map(|z| z.points).sum::<usize>(), i.points.len());
    close(i.needed_ml[0], 0.05 * i.area_cm2);
    close(i.needed_ml[1], 0.10 * i.area_cm2);
    // All platelets that are injected, once by points and once by area.
    let share = i.injected_ml / i.prepared_ml.median;
    let n = i.points.iter().filter(|p| p.turn == 1).count() as f64;
    close(n * i.platelets_per_point_million.median, share * 1000.0 * i.platelets_billion.median);
    close(i.area_now_cm2 * i.platelets_per_cm2_million.median, share * 1000.0 * i.platelets_billion.median);
    assert!(i.platelets_per_cm2_million.lo < i.platelets_per_cm2_million.median);
}

#[test]
fn too_little_goes_where_most_follicles_may_answer() {
    let mut case = example("01_tandem");
    case.site.prp.as_mut().unwrap().tubes = Some(1);
    let p = plan(&case);
    let i = injection(&p);
    assert!(i.short_ml > 0.5, "{}", i.short_ml);
    let now = i.points.iter().filter(|p| p.turn == 1).count();
    assert!(now > 0 && now < i.points.len());
    assert!(i.points.iter().all(|p| (p.turn == 1) == (p.volume_ml > 0.0)));
    // What is injected gets at least what is recommended, within a point's share.
    assert!(i.ml_per_point >= i.needed_ml[0] / i.points.len() as f64 - 1e-12);
    assert!((i.injected_ml - i.prepared_ml.median).abs() < 1e-9);
    // No zone begins before the one ahead of it is done.
    for w in i.zones.windows(2) {
        assert!(w[0].live_thinning_per_cm2 >= w[1].live_thinning_per_cm2);
        assert!(w[1].points_now == 0 || w[0].points_now == w[0].points, "{:?}", i.zones);
    }
    let enough = i.enough.unwrap();
    let per_tube = i.prepared_ml.median;
    assert!(f64::from(enough.tubes) * per_tube >= i.needed_ml[0] - 1e-9);
    assert!(f64::from(enough.tubes - 1) * per_tube < i.needed_ml[0]);
}

#[test]
fn a_largely_bald_head_is_injected_at_its_rim_only() {
    let mut case = example("02_straight_to_smp");
    case.wishes.refuses.clear();
    let p = plan(&case);
    let i = injection(&p);
    let bald: f64 = i.not_injected.iter().map(|n| n.area_cm2).sum();
    assert!(bald > 120.0, "{bald}");
    assert!(i.area_cm2 < bald, "{} {bald}", i.area_cm2);
}

#[test]
fn the_bench_knows_what_the_case_says_and_what_nobody_asked() {
    use vellus_plan::checks::Answer;
    let bench = man().plan.bench.as_ref().unwrap();
    assert!(bench.asked);
    // Four tubes of 9 mL.
    assert!((bench.blood_ml - 36.0).abs() < 1e-9);
    assert!((bench.anticoagulant_ml_per_tube.unwrap() - 1.0).abs() < 1e-9);
    let check = |id: &str| bench.checks.iter().find(|c| c.id == id).unwrap().answer;
    assert_eq!(check("platelets"), Answer::Clear);
    assert_eq!(check("infection"), Answer::AskAgain);
    // 120 g at 160 mm: n = √(120 / (1.118·10⁻⁶ · 160)).
    let by_hand = (120.0f64 / (1.118e-6 * 160.0)).sqrt();
    assert!((bench.spins[0].rpm.unwrap() - by_hand).abs() < 0.5);
    assert!(bench.spins[0].rpm_if_middle.unwrap() > by_hand);
    // The cannula stops 3 mm above the red cells.
    let end = bench.picture.looks.iter().rfind(|l| l.spin == 1).unwrap();
    let red = end.red_cells_from_mm().unwrap();
    assert!((bench.picture.cut_mm.unwrap() - (red - 3.0)).abs() < 1e-9);
    // A tube of blood and anticoagulant, 10 mL, over its height.
    assert!((bench.picture.ml_per_mm * end.height_mm() - 10.0).abs() < 1e-6);
    let e = &bench.expected;
    assert!(e.platelets_k_per_ul.lo < e.platelets_k_per_ul.median);
}
