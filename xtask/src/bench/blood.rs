//! The spin: a column of blood in a rotor, and the searches that run it many times.

use vellus_blood::{
    Anticoagulant, Blood, Goal, Layer, Protocol, Rotor, Spin, Tube, Withdrawal, inverse, median_outcome,
    prepare,
};
use vellus_units::{Millilitres, Millimetres, Minutes, Rcf, ThousandsPerUl};

use super::{Limit, Line, cheapest};

/// Grid cells of the first spin.
const CELLS: f64 = 400.0;

/// 9 mL of blood with ACD-A in a tube of 13 mm, spun twice.
fn two_spins() -> Protocol {
    Protocol {
        title: "bench".into(),
        blood: Blood::new(ThousandsPerUl(240.0), 0.42),
        anticoagulant: Anticoagulant::AcdA,
        tube: Tube {
            volume_ml: Some(Millilitres(10.0)),
            inner_diameter_mm: Some(Millimetres(13.0)),
            blood_ml: Some(Millilitres(9.0)),
            ..Tube::default()
        },
        rotor: Rotor { radius_max_mm: Some(Millimetres(160.0)), ..Rotor::default() },
        spins: vec![Spin::at_rcf(Rcf(150.0), Minutes(10.0)), Spin::at_rcf(Rcf(450.0), Minutes(10.0))],
        withdrawal: Withdrawal {
            layer: Layer::Plasma,
            margin_mm: Some(Millimetres(1.0)),
            ..Withdrawal::default()
        },
        ..Protocol::default()
    }
}

pub(crate) fn run(lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let p = two_spins();
    let length_mm = median_outcome(&p, 1.0)?.length_mm;
    let (seconds, made) = cheapest(7, || median_outcome(&p, length_mm / CELLS));
    made?;
    lines.push(Line::new(
        "two spins, 12 kinds of cells, 400 grid cells, one core",
        1000.0 * seconds,
        "core ms",
        Some(Limit::Most(50.0)),
    ));
    lines.push(Line::new(
        "memory of a spin",
        vellus_blood::column::working_bytes(CELLS as usize) as f64 / 1024.0,
        "KiB",
        Some(Limit::Most(1024.0)),
    ));
    let (seconds, made) = cheapest(2, || prepare(&p, 1));
    made?;
    lines.push(Line::new(
        "a forecast with its interval, 128 draws",
        seconds,
        "core s",
        Some(Limit::Most(6.0)),
    ));
    let goal = Goal {
        count: ThousandsPerUl(1000.0),
        volume_ml: Millilitres(6.0),
        draw_limit_ml: Millilitres(200.0),
    };
    let (seconds, found) = cheapest(1, || inverse(&p, goal, 1, &|_| ()));
    let found = found?;
    lines.push(Line::new(
        "the inverse: spins a second and core",
        found.runs as f64 / seconds,
        "1/s",
        Some(Limit::Least(50.0)),
    ));
    lines.push(Line::new("the inverse in all", seconds, "core s", Some(Limit::Most(40.0))));
    Ok(())
}
