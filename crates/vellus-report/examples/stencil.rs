//! Plans a case quickly and writes the stencil of each session of its dots into a folder, with the
//! scalp map: `cargo run -p vellus-report --example stencil -- FOLDER [CASE.toml]`.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use vellus_head::flatten::{MapMiddle, Projection, ScalpProjection, TileSpec, tile_scalp};
use vellus_plan::case::read;
use vellus_plan::forecast::Effort;
use vellus_plan::{Request, make, strategy};
use vellus_report::{SessionSpec, SheetLine, Stencil, scalp_map, session_dots};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let folder = args.next().unwrap_or_else(|| "stencil".into());
    let tandem = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/01_tandem/case.toml");
    let path = args.next().unwrap_or(tandem);
    std::fs::create_dir_all(&folder)?;

    let text = std::fs::read_to_string(&path)?;
    let case = read::parse(&text)?;
    let mut strategies = strategy::built_in()?;
    strategies.retain(|s| s.id == "smp_now");
    let planned = make(
        &Request {
            case: &case,
            case_text: &text,
            folder: path.parent().unwrap_or(Path::new(".")),
            clock: jiff::civil::date(2026, 11, 23),
            seed: 1,
            effort: Effort::QUICK,
            quick: true,
            strategies,
        },
        &mut |_| (),
    )?;
    let (head, dots) = (&planned.subject.head, &planned.courses[0].dots);
    let tiling = tile_scalp(head, &TileSpec::default())?;
    let map = ScalpProjection::new(head, Projection::EqualArea, MapMiddle::Scalp)?;
    std::fs::write(folder.join("scalp.svg"), scalp_map(head, &map))?;
    let lines = [
        SheetLine::midline(head),
        SheetLine::from_chart(head, "new hairline", &planned.subject.hairline.polyline(200)),
    ];
    for session in 1..=dots.last_session() {
        let begun = Instant::now();
        let (points, classes) = session_dots(head, dots, &SessionSpec::new(session))?;
        let stencil = Stencil::new(head, &tiling, &map, &points, &classes)?
            .titled(&format!("Session {session}"))
            .with_lines(&lines);
        let work: Vec<u32> = (1..=tiling.tiles.len() as u32)
            .filter(|n| !stencil.dots_on_tiles()[*n as usize - 1].is_empty())
            .collect();
        let stencil = stencil.with_order(&work)?;
        let pdf = stencil.pdf()?;
        let off = stencil.off_tiles().count();
        println!(
            "session {session}: {} points, {off} on no tile, {} marks, {} kB in {:.2} s",
            points.len(),
            stencil.marks().len(),
            pdf.len() / 1000,
            begun.elapsed().as_secs_f64()
        );
        std::fs::write(folder.join(format!("session-{session}.pdf")), pdf)?;
        std::fs::write(folder.join(format!("session-{session}.svg")), stencil.overview())?;
        for s in stencil.sheets() {
            std::fs::write(folder.join(format!("session-{session}-tile-{:02}.svg", s.number)), s.svg)?;
        }
    }
    Ok(())
}
