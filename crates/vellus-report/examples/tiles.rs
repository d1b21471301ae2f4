//! Writes the tile sheets, the page of all tiles and the scalp map of a mean head into a folder:
//! `cargo run --example tiles -- FOLDER`.

use vellus_head::flatten::{MapMiddle, Projection, ScalpProjection, TileSpec, tile_scalp};
use vellus_head::{Head, PlaceSpec, Spot, place};
use vellus_report::{DotClass, SheetDot, scalp_map, tile_map, tile_sheets};
use vellus_units::{Purpose, random::Key};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "tiles".into()));
    std::fs::create_dir_all(&folder)?;
    let head = Head::from_lengths(&Default::default(), None, "mean head, men")?;
    let tiling = tile_scalp(&head, &TileSpec::default())?;
    let map = ScalpProjection::new(&head, Projection::EqualArea, MapMiddle::Scalp)?;
    let on_scalp = |s: &Spot| f64::from(u8::from(head.zone_at_spot(s).is_some()));
    let mut spec = PlaceSpec::new(20_000, Key::new(1, 0), Purpose::Placement);
    spec.chart = Some(head.chart());
    spec.density = Some(&on_scalp);
    let points = place(head.surface(), &spec)?;
    let dots: Vec<SheetDot> = points
        .position
        .iter()
        .enumerate()
        .filter_map(|(i, p)| {
            let p = glam::DVec3::new(f64::from(p[0]), f64::from(p[1]), f64::from(p[2]));
            Some(SheetDot { point: head.surface().closest_point(p)?.point, class: i % 3 })
        })
        .collect();
    let classes = [("Session 1", "#0d3b54"), ("Session 2", "#b54a2a"), ("Session 3", "#6a8f3a")]
        .map(|(name, colour)| DotClass { name: name.into(), colour: colour.into(), diameter_mm: 0.3 });
    std::fs::write(folder.join("scalp.svg"), scalp_map(&head, &map))?;
    std::fs::write(folder.join("tiles.svg"), tile_map(&head, &tiling, &map))?;
    for s in tile_sheets(&head, &tiling, &map, &[], &[]) {
        std::fs::write(folder.join(format!("tile_{:02}.svg", s.number)), s.svg)?;
    }
    for s in tile_sheets(&head, &tiling, &map, &dots, &classes) {
        std::fs::write(folder.join(format!("stencil_{:02}.svg", s.number)), s.svg)?;
    }
    Ok(())
}
