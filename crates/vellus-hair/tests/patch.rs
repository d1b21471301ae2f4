//! A patch of scalp at the edge of thinning, as trials choose their target areas.

use vellus_hair::course::{Groups, Sample, Tally, tally_parallel};
use vellus_hair::cycle::CycleRules;
use vellus_hair::norms::Ancestry;
use vellus_hair::pattern::Course;
use vellus_hair::regime::{Progress, Regime};
use vellus_hair::response::Response;
use vellus_hair::scalp::{Ground, HairProfile, Scalp};
use vellus_hair::treatment::{Drug, DrugCourse, PrpMechanism, PrpSession, Schedule};
use vellus_head::Zone;
use vellus_units::Days;
use vellus_units::random::Key;

const YEAR: f64 = 365.25;

/// 100 cm² of vertex whose loss boundary is at stage `boundary`.
fn patch(boundary: f64) -> Scalp {
    let profile = HairProfile::norm(Ancestry::European, false);
    let n = (profile.units_per_cm2(Zone::Vertex) * 100.0) as usize;
    let ground = Ground {
        position: vec![[0.0; 3]; n],
        normal: vec![[0.0, 1.0, 0.0]; n],
        chart: (0..n).map(|i| [(i % 100) as f32 * 0.004, (i / 100) as f32 * 0.004]).collect(),
        zone: vec![Zone::Vertex; n],
    };
    Scalp::grow(ground, profile, Course::NorwoodVertex, &move |_, _| boundary, Key::new(1, 0))
}

fn run(scalp: &Scalp, stage: f64, schedule: &Schedule, mechanism: PrpMechanism, days: &[f64]) -> Vec<Tally> {
    let progress = Progress { course: Course::NorwoodVertex, stage, pace_per_year: 0.15 };
    let response = Response { prp: 1.0, ..Response::median() };
    let regime = Regime::new(progress, schedule, &response, mechanism, 11.0 * YEAR);
    let t = tally_parallel(scalp, &Groups::zones(scalp), &Sample::whole(scalp), &regime, &CycleRules::default(), Key::new(1, 0), days);
    (0..days.len()).map(|f| *t.get(f, Zone::Vertex as usize)).collect()
}

fn drug(drug: Drug, until: Option<f64>) -> Schedule {
    Schedule { drugs: vec![DrugCourse { drug, from: Days(0.0), until: until.map(Days), adherence: 1.0 }], prp: vec![] }
}

fn prp() -> Schedule {
    let session = |m: f64| PrpSession { day: Days(m * 30.4), platelets_k_per_ul: 1000.0 };
    Schedule { drugs: vec![], prp: [0.0, 1.0, 2.0].map(session).to_vec() }
}

#[test]
fn print_the_trials() {
    let days = [0.0, 180.0, 336.0, 2.0 * YEAR, 5.0 * YEAR, 10.0 * YEAR];
    let scalp = patch(3.0);
    for (name, schedule, mech) in [
        ("nothing", Schedule::default(), PrpMechanism::Enlarge),
        ("finasteride", drug(Drug::Finasteride, None), PrpMechanism::Enlarge),
        ("minoxidil5", drug(Drug::Minoxidil5, None), PrpMechanism::Enlarge),
        ("minoxidil5 stop 1y", drug(Drug::Minoxidil5, Some(YEAR)), PrpMechanism::Enlarge),
        ("prp reactivate", prp(), PrpMechanism::Reactivate),
        ("prp enlarge", prp(), PrpMechanism::Enlarge),
    ] {
        println!("{name}");
        for stage in [2.8, 3.2] {
            for (t, d) in run(&scalp, stage, &schedule, mech, &days).iter().zip(days) {
                print!(
                    "  s{stage} d{d:.0}: {:.0} hairs {:.0} term {:.0} anagen {:.1}um ken {:.0} reg {:.0} |",
                    t.hairs / 100.0, t.terminal / 100.0, t.anagen / 100.0, t.calibre_um / t.hairs, t.kenogen / 100.0, t.regressed / 100.0
                );
            }
            println!();
        }
    }
}
