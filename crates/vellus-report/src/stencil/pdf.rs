//! The stencil as PDF, through the same SVG sheets.

use std::sync::Arc;

use glam::DVec2;
use krilla::geom::{Size, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt, SvgSettings};
use rayon::prelude::*;
use usvg::{Options, Tree, fontdb};

use super::sheet::{self, RIGHT, SIZE};
use super::{Stencil, TileSheet};
use crate::error::ReportError;
use crate::scalp_map::QUIET;

/// Points of PDF in a millimetre: 72 in an inch.
const POINTS: f64 = 72.0 / 25.4;
/// Fonts of the sheets, embedded as subsets: Noto Sans, SIL Open Font License 1.1.
const FONTS: [&[u8]; 2] = [notosans::REGULAR_TTF, notosans::BOLD_TTF];

/// A drawing ready for a page: its size and where its upper left corner lies, mm.
struct Placed {
    tree: Tree,
    size: DVec2,
    at: DVec2,
}

/// Writes all pages.
pub(super) fn pdf(stencil: &Stencil<'_>) -> Result<Vec<u8>, ReportError> {
    let mut options = Options::default();
    let fonts = options.fontdb_mut();
    for font in FONTS {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font)));
    }
    fonts.set_sans_serif_family("Noto Sans");
    let read = |svg: &str| Tree::from_str(svg, &options).map_err(|e| ReportError::Pdf(e.to_string()));

    let upright = DVec2::from_array(stencil.paper.size_mm());
    let drawn: Vec<(TileSheet, Tree)> = stencil
        .printed()
        .into_par_iter()
        .map(|place| {
            let s = sheet::sheet(stencil, place);
            read(&s.svg).map(|tree| (s, tree))
        })
        .collect::<Result<_, ReportError>>()?;

    let settings = SerializeSettings { ascii_compatible: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title("Stencil of the scalp, 1 : 1".into())
            .creator(concat!("Vellus ", env!("CARGO_PKG_VERSION")).into())
            .language("en".into()),
    );
    let first = Placed { tree: read(&stencil.overview())?, size: upright, at: DVec2::ZERO };
    page(&mut document, upright, &[first])?;

    let mut waiting: Option<Placed> = None;
    for (s, tree) in drawn {
        let size = DVec2::from_array(s.size_mm);
        if size.x > SIZE.x || size.y > SIZE.y {
            // Too large for half a page: a page of its own, wider than the paper where it must be.
            let sheet = size.max(upright);
            page(&mut document, sheet, &[Placed { tree, size, at: 0.5 * (sheet - size) }])?;
            continue;
        }
        let half = DVec2::new(0.5 * upright.y, upright.x);
        let at = 0.5 * (half - SIZE);
        match waiting.take() {
            None => waiting = Some(Placed { tree, size, at }),
            Some(left) => {
                let right = Placed { tree, size, at: at + DVec2::new(half.x, 0.0) };
                pair(&mut document, upright, vec![left, right], &read)?;
            }
        }
    }
    if let Some(left) = waiting {
        pair(&mut document, upright, vec![left], &read)?;
    }
    document.finish().map_err(|e| ReportError::Pdf(format!("{e:?}")))
}

/// A page on its side with one or two sheets, and where to cut between them.
fn pair(
    document: &mut Document,
    upright: DVec2,
    mut sheets: Vec<Placed>,
    read: &impl Fn(&str) -> Result<Tree, ReportError>,
) -> Result<(), ReportError> {
    let size = DVec2::new(upright.y, upright.x);
    let x = 0.5 * size.x;
    let cut = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}mm\" height=\"{1}mm\"><path \
         d=\"M{x} 9V{2}\" stroke=\"{QUIET}\" stroke-width=\"0.2\" stroke-dasharray=\"2 2\"/></svg>",
        size.x,
        size.y,
        size.y - 9.0
    );
    debug_assert!(RIGHT + 1.0 < x, "sheets overlap in their margins only");
    sheets.push(Placed { tree: read(&cut)?, size, at: DVec2::ZERO });
    page(document, size, &sheets)
}

fn page(document: &mut Document, size_mm: DVec2, drawings: &[Placed]) -> Result<(), ReportError> {
    let mut page = document.start_page_with(PageSettings::new(in_points(size_mm)?));
    let mut surface = page.surface();
    for d in drawings {
        draw(&mut surface, d)?;
    }
    surface.finish();
    page.finish();
    Ok(())
}

fn draw(surface: &mut Surface<'_>, d: &Placed) -> Result<(), ReportError> {
    let at = (d.at * POINTS).as_vec2();
    surface.push_transform(&Transform::from_translate(at.x, at.y));
    let drawn = surface.draw_svg(&d.tree, in_points(d.size)?, SvgSettings::default());
    surface.pop();
    drawn.ok_or_else(|| ReportError::Pdf("a sheet could not be drawn".into()))
}

fn in_points(size_mm: DVec2) -> Result<Size, ReportError> {
    let s = (size_mm * POINTS).as_vec2();
    Size::from_wh(s.x, s.y).ok_or_else(|| ReportError::Pdf(format!("a page of {size_mm} mm is no page")))
}
