//! The PDF as a printer draws it: rendered by another program, measured in the raster.

use std::collections::BTreeSet;

use glam::DVec2;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use vellus_head::flatten::{TileSpec, tile_scalp};
use vellus_report::stencil::{BAR_ACROSS_MM, BAR_UP_MM, Paper};
use vellus_report::{SheetLine, Stencil};

use crate::{classes, mean_head, points};

/// Pixels in a millimetre of the rasters: 508 dpi.
const PER_MM: f64 = 20.0;
/// Printers leave this much of the edge white, mm.
const SAFE_MM: f64 = 8.0;

/// A page in grey, 0 black to 1 white.
struct Raster {
    width: usize,
    height: usize,
    grey: Vec<f32>,
}

impl Raster {
    fn at(&self, x: usize, y: usize) -> f32 {
        self.grey[y * self.width + x]
    }

    /// Lengths and beginnings, mm, of dark runs along a row or column; the ends to a fraction of a pixel.
    fn runs(&self, column: bool, k: usize) -> Vec<(f64, f64)> {
        let n = if column { self.height } else { self.width };
        let ink = |i: usize| 1.0 - f64::from(if column { self.at(k, i) } else { self.at(i, k) });
        let mut out = Vec::new();
        let mut start = None;
        for i in 0..=n {
            let dark = i < n && ink(i) > 0.4;
            match (dark, start) {
                (true, None) => start = Some(i),
                (false, Some(s)) => {
                    let edge = |j: Option<usize>| j.filter(|j| *j < n).map_or(0.0, |j| ink(j).min(1.0));
                    let before = edge(s.checked_sub(1));
                    let length = (i - s) as f64 + before + edge(Some(i));
                    out.push((length / PER_MM, (s as f64 - before) / PER_MM));
                    start = None;
                }
                _ => {}
            }
        }
        out
    }

    /// The dark runs of about this length, one for each line: rows that touch count once.
    fn bars(&self, column: bool, about_mm: f64) -> Vec<f64> {
        let n = if column { self.width } else { self.height };
        let mut bars: Vec<(usize, f64, f64)> = Vec::new();
        for k in 0..n {
            for (length, from) in self.runs(column, k) {
                if (length - about_mm).abs() > 0.06 * about_mm {
                    continue;
                }
                match bars.iter_mut().find(|b| k - b.0 <= 2 && (b.2 - from).abs() < 1.0) {
                    Some(b) => *b = (k, b.1.max(length), from),
                    None => bars.push((k, length, from)),
                }
            }
        }
        bars.iter().map(|b| b.1).collect()
    }
}

fn raster(pdf: &Pdf, page: usize) -> Raster {
    // Anti-aliased, without hinting: a printer's own grid is no matter of the file.
    let scale = (PER_MM * 25.4 / 72.0) as f32;
    let pixels = render(
        &pdf.pages()[page],
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings { hinting: false, ..RenderSettings::default() },
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let grey = pixels.data_as_u8_slice().chunks_exact(4);
    Raster {
        width: usize::from(pixels.width()),
        height: usize::from(pixels.height()),
        grey: grey.map(|p| (f32::from(p[0]) + f32::from(p[1]) + f32::from(p[2])) / 765.0).collect(),
    }
}

fn stencil_pdf(paper: Paper, dots: usize) -> Vec<u8> {
    let case = mean_head();
    let (dots, classes) = (points(&case.head, dots), classes());
    Stencil::new(&case.head, &case.tiling, &case.map, &dots, &classes)
        .unwrap()
        .titled("Session 2")
        .with_lines(&[SheetLine::midline(&case.head)])
        .on_paper(paper)
        .pdf()
        .unwrap()
}

fn open(bytes: Vec<u8>) -> Pdf {
    Pdf::new(bytes).unwrap_or_else(|e| panic!("{e:?}"))
}

#[test]
fn val_the_printed_bars_are_50_and_100_mm_long_within_a_tenth() {
    for (paper, size) in [(Paper::A4, [210.0, 297.0]), (Paper::Letter, [215.9, 279.4])] {
        let pdf = open(stencil_pdf(paper, 2_000));
        for page in [0, 1, pdf.pages().len() / 2] {
            let r = raster(&pdf, page);
            let (w, h) = (r.width as f64 / PER_MM, r.height as f64 / PER_MM);
            let [across, up] = if page == 0 { size } else { [size[1], size[0]] };
            assert!((w - across).abs() < 0.1 && (h - up).abs() < 0.1, "page {page} is {w} by {h} mm");
            let sheets = if page == 0 { 1 } else { 2 };
            for (column, want) in [(false, BAR_ACROSS_MM), (true, BAR_UP_MM)] {
                let bars = r.bars(column, want);
                assert_eq!(bars.len(), sheets, "{paper:?} page {page}: {bars:?}");
                for bar in bars {
                    eprintln!("{paper:?} page {page}: {bar:.3} mm for {want}");
                    assert!((bar - want).abs() < 0.1, "{paper:?} page {page}: {bar} mm for {want}");
                }
            }
            // Nothing in the edge that a printer cannot reach.
            let edge = (SAFE_MM * PER_MM) as usize;
            let clear = |x: usize, y: usize| {
                (x >= edge && y >= edge && x < r.width - edge && y < r.height - edge) || r.at(x, y) > 0.99
            };
            let bad =
                (0..r.height).flat_map(|y| (0..r.width).map(move |x| (x, y))).find(|p| !clear(p.0, p.1));
            assert_eq!(bad, None, "{paper:?} page {page}: ink in the margin");
        }
    }
}

#[test]
fn val_dots_are_printed_where_the_tile_has_them() {
    let case = mean_head();
    let class = [vellus_report::DotClass {
        name: "Test".into(),
        // Nothing else is of this colour.
        colour: "#00ff00".into(),
        diameter_mm: 0.4,
        healed_mm: None,
        open: false,
    }];
    let dots: Vec<_> = points(&case.head, 600)
        .into_iter()
        .map(|d| vellus_report::SheetDot { class: 0, ..d })
        .filter(|d| case.tiling.locate(&d.point).is_some_and(|t| t.0 == 0))
        .collect();
    let stencil = Stencil::new(&case.head, &case.tiling, &case.map, &dots, &class).unwrap();
    let pdf = open(stencil.pdf().unwrap());
    assert_eq!(pdf.pages().len(), 2, "one page for the one tile with dots");
    let scale = (PER_MM * 25.4 / 72.0) as f32;
    let pixels = render(
        &pdf.pages()[1],
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let width = usize::from(pixels.width());
    let green = |p: &[u8]| p[1] > 200 && p[0] < 90 && p[2] < 90;
    // The legend below has one, too.
    let drawn = pixels.data_as_u8_slice()[..4 * width * (145.0 * PER_MM) as usize].chunks_exact(4);
    let mut left: BTreeSet<(i64, i64)> = drawn
        .enumerate()
        .filter(|(_, p)| green(p))
        .map(|(i, _)| ((i % width) as i64, (i / width) as i64))
        .collect();
    // Blobs of pixels that touch.
    let mut blobs: Vec<(f64, f64)> = Vec::new();
    while let Some(first) = left.pop_first() {
        let (mut edge, mut own) = (vec![first], Vec::new());
        while let Some((x, y)) = edge.pop() {
            own.push(((x as f64 + 0.5) / PER_MM, (y as f64 + 0.5) / PER_MM));
            edge.extend(
                [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)].into_iter().filter(|p| left.remove(p)),
            );
        }
        let n = own.len() as f64;
        blobs.push((own.iter().map(|q| q.0).sum::<f64>() / n, own.iter().map(|q| q.1).sum::<f64>() / n));
    }
    let flat: Vec<_> = stencil.dots_on_tiles()[0].iter().map(|d| d.flat).collect();
    // Where the sheet says that its flat coordinates begin, in the left half of the page.
    let sheet = &stencil.sheets()[0];
    let origin = sheet.svg.split("<g transform=\"translate(").nth(1).unwrap().split(')').next().unwrap();
    let origin: Vec<f64> = origin.split(' ').map(|x| x.parse().unwrap()).collect();
    let half_mm = 297.0 / 2.0;
    let edge = 0.5 * (half_mm - sheet.size_mm[0]);
    let tile = &case.tiling.tiles[0];
    // The border and the marks are drawn over the dots.
    let covered = |q: DVec2| {
        let close = |p: &DVec2| p.distance(q) < 2.0;
        tile.border
            .iter()
            .flat_map(|r| r.points.windows(2))
            .any(|w| (0..=8).any(|k| close(&w[0].lerp(w[1], f64::from(k) / 8.0))))
            || stencil.marks().iter().flat_map(|m| &m.on).any(|o| o.tile == 1 && o.flat.distance(q) < 3.0)
    };
    let hidden = flat.iter().filter(|q| covered(**q)).count();
    assert!(blobs.len() <= flat.len() && blobs.len() + hidden >= flat.len(), "{} {hidden}", blobs.len());
    let mut checked = 0;
    for q in flat.iter().filter(|q| !covered(**q)) {
        let at = (edge + origin[0] + q.x, origin[1] - q.y);
        let off = blobs.iter().map(|b| f64::hypot(b.0 - at.0, b.1 - at.1)).fold(f64::INFINITY, f64::min);
        assert!(off < 0.03, "a dot is printed {off} mm off");
        checked += 1;
    }
    assert!(checked > 8, "{checked}");
}

#[test]
fn prop_the_same_stencil_is_the_same_bytes_on_any_number_of_threads() {
    let first = stencil_pdf(Paper::A4, 1_500);
    assert!(first == stencil_pdf(Paper::A4, 1_500));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert!(first == one.install(|| stencil_pdf(Paper::A4, 1_500)));
}

#[test]
fn text_is_text_and_the_file_names_nobody() {
    let bytes = stencil_pdf(Paper::A4, 1_500);
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("/FontFile2") && text.contains("/ToUnicode") && text.contains("NotoSans"));
    assert!(text.contains("Stencil of the scalp, 1 : 1"));
    assert!(
        !text.contains("CreationDate") && !text.contains("Session 2") && !text.contains("/Subtype/Image")
    );
}

#[test]
fn tiles_larger_than_half_a_page_have_pages_of_their_own() {
    let case = mean_head();
    let spec = TileSpec { most_radius: 80.0, most_error: 0.2, ..TileSpec::default() };
    let tiling = tile_scalp(&case.head, &spec).unwrap();
    let stencil = Stencil::new(&case.head, &tiling, &case.map, &[], &[]).unwrap();
    let large = stencil.sheets().iter().filter(|s| s.size_mm != [148.0, 210.0]).count();
    assert!(large > 0);
    let pdf = open(stencil.pdf().unwrap());
    let small = tiling.tiles.len() - large;
    assert!(pdf.pages().len() >= 1 + large + small.div_ceil(2));
    let r = raster(&pdf, 1);
    assert!(r.bars(false, BAR_ACROSS_MM).iter().all(|b| (b - BAR_ACROSS_MM).abs() < 0.1));
}
