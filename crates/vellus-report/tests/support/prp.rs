//! PRP made up for tests: a square scalp, four points, one spin of a tube of ten millimetres.

use jiff::civil::date;
use vellus_head::Zone;
use vellus_plan::bench::{
    AssumedInput, Bench, Counted, Expected, SpinCard, Swing, Take, TubeLook, TubePicture,
};
use vellus_plan::checks::{Answer, Check};
use vellus_plan::inject::thinning::Place;
use vellus_plan::inject::{
    EnoughTubes, InjectionPlan, InjectionPoint, InjectionZone, NotInjected, Technique,
};
use vellus_plan::outcome::Band;
use vellus_plan::rules::Action;
use vellus_plan::scalp_outline::{ScalpOutline, ZoneOutline};

fn band(lo: f64, median: f64, hi: f64) -> Band {
    Band { lo, median, hi }
}

pub(crate) fn outline() -> ScalpOutline {
    let square = |a: f64, b: f64| vec![[-40.0, a], [40.0, a], [40.0, b], [-40.0, b]];
    ScalpOutline {
        zones: vec![
            ZoneOutline { zone: Zone::Frontal, outlines: vec![square(0.0, 60.0)] },
            ZoneOutline { zone: Zone::Vertex, outlines: vec![square(-60.0, 0.0)] },
        ],
        border: square(-60.0, 60.0),
        landmarks: vec![("vertex".into(), [0.0, -10.0])],
    }
}

pub(crate) fn injection() -> InjectionPlan {
    let point = |id: u32, zone, x: f64, y: f64, turn: u8| InjectionPoint {
        id,
        zone,
        in_head: [x, 120.0, y],
        in_chart: [x / 100.0, y / 100.0],
        in_map: [x, y],
        row: 0,
        area_cm2: 1.0,
        live_thinning_per_cm2: 70.0,
        turn,
        volume_ml: if turn == 1 { 0.07 } else { 0.0 },
        depth_mm: 3.0,
    };
    InjectionPlan {
        technique: Technique::default(),
        made_for: date(2026, 6, 1),
        sessions: vec![date(2026, 6, 1), date(2026, 7, 1)],
        zones: vec![
            InjectionZone {
                zone: Zone::Vertex,
                area_cm2: 2.0,
                live_thinning_per_cm2: 75.0,
                points: 2,
                points_now: 2,
                volume_ml: 0.14,
                platelets_per_cm2_million: band(52.0, 66.0, 80.0),
            },
            InjectionZone {
                zone: Zone::Frontal,
                area_cm2: 2.0,
                live_thinning_per_cm2: 60.0,
                points: 2,
                points_now: 0,
                volume_ml: 0.0,
                platelets_per_cm2_million: Band::default(),
            },
        ],
        not_injected: vec![NotInjected { zone: Zone::MidScalp, area_cm2: 31.0, why: Place::Bald }],
        points: vec![
            point(1, Zone::Frontal, -5.0, 20.0, 2),
            point(2, Zone::Frontal, 5.0, 20.0, 2),
            point(3, Zone::Vertex, -5.0, -20.0, 1),
            point(4, Zone::Vertex, 5.0, -20.0, 1),
        ],
        area_cm2: 4.0,
        area_now_cm2: 2.0,
        needed_ml: [0.2, 0.4],
        prepared_ml: band(0.12, 0.14, 0.16),
        injected_ml: 0.14,
        ml_per_cm2: 0.07,
        ml_per_point: 0.07,
        platelets_billion: band(0.1, 0.13, 0.16),
        platelets_per_cm2_million: band(52.0, 66.0, 80.0),
        platelets_per_point_million: band(52.0, 66.0, 80.0),
        short_ml: 0.06,
        left_over_ml: 0.0,
        enough: Some(EnoughTubes {
            tubes: 5,
            blood_ml: 45.0,
            limit_ml: 140.0,
            within_limit: true,
            most_tubes: 15,
        }),
    }
}

pub(crate) fn bench() -> Bench {
    let look = |minutes: f64, red: [f64; 4]| TubeLook {
        spin: 1,
        minutes,
        row_mm: 2.5,
        surface_radius_mm: 150.0,
        rbc_fraction: red.to_vec(),
        platelets_k_per_ul: vec![300.0, 320.0, 340.0, 250.0],
        wbc_k_per_ul: vec![1.0, 1.0, 9.0, 8.0],
    };
    Bench {
        title: "One spin".into(),
        source: "made up".into(),
        asked: false,
        checks: vec![Check {
            id: "nsaid".into(),
            ask: "Ibuprofen in the last 7 days?".into(),
            answer: Answer::AskAgain,
            found: String::new(),
            action: Action::Delay,
            then: "Wait.".into(),
            source: "a leaflet".into(),
            grade: "C".into(),
        }],
        counted: Counted { platelets_k_per_ul: Some(240.0), ..Counted::default() },
        tubes: 3,
        blood_ml_per_tube: 9.0,
        blood_ml: 27.0,
        limit_ml: 140.0,
        anticoagulant: "ACD-A, 1 part to 9 parts of blood".into(),
        anticoagulant_ml_per_tube: Some(1.0),
        tube: "plain tube of 10 mL".into(),
        gel: false,
        rotor: "swing-out, 160 mm from the axis to the bottom of the tube".into(),
        spins: vec![SpinCard {
            spin: 1,
            radius_mm: Some(160.0),
            rpm: Some(820.0),
            rpm_if_middle: None,
            rcf_given: Some(120.0),
            rcf_bottom: Some(120.0),
            rcf_middle: None,
            rcf_interface: None,
            rcf_surface: Some(112.0),
            minutes: Some(10.0),
            brake: "soft".into(),
            temperature_c: None,
        }],
        take: Take {
            layer: "plasma".into(),
            margin_mm: Some(3.0),
            fraction_of_plasma: None,
            taken_ml: Some(2.1),
            final_ml: None,
            final_fraction: None,
        },
        counts: 0,
        expected: Expected {
            recovery: band(0.55, 0.66, 0.75),
            concentration_factor: band(3.2, 3.9, 4.6),
            platelets_k_per_ul: band(780.0, 940.0, 1120.0),
            platelets_billion: band(0.1, 0.13, 0.16),
            rbc_k_per_ul: band(10.0, 20.0, 40.0),
            wbc_k_per_ul: band(0.5, 1.0, 2.0),
            volume_ml_per_tube: band(0.04, 0.05, 0.06),
            volume_ml: band(0.12, 0.14, 0.16),
            wanted_k_per_ul: [1000.0, 1500.0],
            paw: "P3".into(),
            depa: "DCA".into(),
            leukocyte_poor: true,
        },
        picture: TubePicture {
            looks: vec![
                look(0.0, [0.4; 4]),
                look(4.5, [0.0, 0.1, 0.6, 0.8]),
                look(9.0, [0.0, 0.0, 0.8, 0.9]),
            ],
            ml_per_mm: 0.13,
            cut_mm: Some(2.0),
            keep_from_mm: None,
        },
        sensitivity: vec![Swing {
            input: "margin".into(),
            unit: "mm".into(),
            range: [1.8, 4.8],
            factor: [4.4, 3.1],
            stated: true,
        }],
        assumed: vec![AssumedInput {
            input: "wbc".into(),
            unit: "×10³/µL".into(),
            value: band(4.5, 6.5, 9.0),
        }],
    }
}
