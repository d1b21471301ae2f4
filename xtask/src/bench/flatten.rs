//! Laying the scalp flat.

use vellus_head::Head;
use vellus_head::flatten::{MapMiddle, Projection, ScalpProjection, TileSpec, tile_scalp};

use super::{Limit, Line, cheapest};

/// Times tiles and map, and says how true they are.
pub(crate) fn run(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let (seconds, tiling) = cheapest(2, || tile_scalp(head, &TileSpec::default()));
    let tiling = tiling?;
    let (radius, error) = tiling.worst();
    lines.push(Line::new("the scalp in tiles, all laid flat", seconds, "core s", Some(Limit::Most(5.0))));
    lines.push(Line::new("tiles", tiling.tiles.len() as f64, "", None));
    lines.push(Line::new("largest radius of a tile", radius, "mm", Some(Limit::Most(30.0))));
    lines.push(Line::new(
        "largest 99th percentile of length error of a tile",
        100.0 * error,
        "%",
        Some(Limit::Most(2.0)),
    ));
    let (seconds, map) = cheapest(2, || ScalpProjection::new(head, Projection::EqualArea, MapMiddle::Scalp));
    let map = map?;
    lines.push(Line::new("the whole scalp as one map", seconds, "core s", Some(Limit::Most(1.0))));
    lines.push(Line::new(
        "its 99th percentile of length error",
        100.0 * map.distortion().length_p99,
        "%",
        None,
    ));
    Ok(())
}
