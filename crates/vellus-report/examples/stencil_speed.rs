//! Times the stencil of 50,000 points over the whole scalp of a mean head on one core:
//! `cargo run -p vellus-report --example stencil_speed`.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use vellus_head::flatten::{ScalpProjection, TileSpec, tile_scalp};
use vellus_head::{Head, PlaceSpec, Spot, place};
use vellus_pigment::Dots;
use vellus_report::{SessionSpec, SheetLine, Stencil, session_dots};
use vellus_units::{Purpose, random::Key};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let head = Head::from_lengths(&Default::default(), None, "mean head, men")?;
    let tiling = tile_scalp(&head, &TileSpec::default())?;
    let map = ScalpProjection::new(&head, Default::default(), Default::default())?;
    let on_scalp = |s: &Spot| f64::from(u8::from(head.zone_at_spot(s).is_some()));
    let mut spec = PlaceSpec::new(50_000, Key::new(1, 0), Purpose::Placement);
    spec.chart = Some(head.chart());
    spec.density = Some(&on_scalp);
    let points = place(head.surface(), &spec)?;
    let mut dots = Dots { position: points.position, ..Dots::default() };
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    for (name, sessions) in [("one session", 1), ("two sessions, the first as rings", 2)] {
        dots.session = (0..dots.len()).map(|i| 1 + (i % sessions) as u8).collect();
        dots.healed_um = vec![160.0; dots.len()];
        one.install(|| -> Result<(), vellus_report::ReportError> {
            let begun = Instant::now();
            let (list, classes) = session_dots(&head, &dots, &SessionSpec::new(sessions as u8))?;
            let found = begun.elapsed();
            let stencil = Stencil::new(&head, &tiling, &map, &list, &classes)?
                .titled("Speed")
                .with_lines(&[SheetLine::midline(&head)]);
            let laid = begun.elapsed();
            let sheets: usize = stencil.sheets().iter().map(|s| s.svg.len()).sum();
            let drawn = begun.elapsed();
            let pdf = stencil.pdf()?.len();
            println!(
                "{name}: {} dots, {} off; triangles {:.2} s, tiles {:.2} s, sheets {:.2} s ({} kB), PDF {:.2} s ({} kB)",
                list.len(),
                stencil.off_tiles().count(),
                found.as_secs_f64(),
                (laid - found).as_secs_f64(),
                (drawn - laid).as_secs_f64(),
                sheets / 1000,
                (begun.elapsed() - drawn).as_secs_f64(),
                pdf / 1000
            );
            Ok(())
        })?;
    }
    Ok(())
}
