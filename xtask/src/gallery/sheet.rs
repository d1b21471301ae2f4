//! A labelled sheet of pictures as JPEG.

use anyhow::{Context, anyhow};
use resvg::{tiny_skia, usvg};
use std::fmt::Write as _;
use std::sync::Arc;
use vellus_light::Image;

use super::patch::TILE;

/// Fonts of the sheets: Noto Sans, SIL Open Font License 1.1.
const FONTS: [&[u8]; 2] = [notosans::REGULAR_TTF, notosans::BOLD_TTF];
/// Largest file, bytes, and the qualities that are tried.
const MOST_BYTES: usize = 300_000;
const QUALITIES: [u8; 9] = [92, 88, 84, 80, 76, 70, 64, 56, 48];
// Colours of the pages.
const PAPER: &str = "#faf9f6";
const INK: &str = "#1b2428";
const SOFT: &str = "#566169";
// Lengths in pixels.
const MARGIN: usize = 36;
const LABEL: usize = 132;
const HEAD: usize = 112;
const COLUMN_LINE: usize = 20;
const GAP: usize = 12;
const CAPTION: usize = 26;

/// A picture and what stands under it.
pub(super) struct Tile {
    pub(super) picture: Image,
    pub(super) caption: String,
}

/// A sheet: rows of pictures with labels, the first line of which is bold.
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) columns: Vec<Vec<String>>,
    pub(super) rows: Vec<(Vec<String>, Vec<Tile>)>,
}

impl Sheet {
    fn top(&self) -> usize {
        HEAD + COLUMN_LINE * self.columns.iter().map(Vec::len).max().unwrap_or(0)
    }

    fn place(&self, row: usize, column: usize) -> [usize; 2] {
        [MARGIN + LABEL + column * (TILE[0] + GAP), self.top() + row * (TILE[1] + CAPTION + GAP)]
    }

    fn size(&self) -> [usize; 2] {
        let [right, foot] = self.place(self.rows.len(), self.columns.len());
        [right - GAP + MARGIN, foot - GAP + MARGIN]
    }

    /// Everything but the pictures.
    fn svg(&self) -> String {
        let [w, h] = self.size();
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" font-family=\"Noto Sans\">\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{PAPER}\"/>"
        );
        let mut say = |x: usize, y: usize, size: usize, bold: bool, fill: &str, words: &str| {
            let weight = if bold { " font-weight=\"bold\"" } else { "" };
            let words = words.replace('&', "&amp;").replace('<', "&lt;");
            let _ = write!(
                out,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\"{weight}>{words}</text>"
            );
        };
        say(MARGIN, 54, 30, true, INK, &self.title);
        say(MARGIN, 82, 16, false, SOFT, &self.note);
        for (c, lines) in self.columns.iter().enumerate() {
            for (k, line) in lines.iter().enumerate() {
                let [x, _] = self.place(0, c);
                say(
                    x,
                    HEAD + COLUMN_LINE * k + 10,
                    16 - 2 * k.min(1),
                    k == 0,
                    if k == 0 { INK } else { SOFT },
                    line,
                );
            }
        }
        for (r, (label, tiles)) in self.rows.iter().enumerate() {
            for (k, line) in label.iter().enumerate() {
                let [_, y] = self.place(r, 0);
                say(
                    MARGIN,
                    y + 18 + 22 * k,
                    17 - 3 * k.min(1),
                    k == 0,
                    if k == 0 { INK } else { SOFT },
                    line,
                );
            }
            for (c, tile) in tiles.iter().enumerate() {
                let [x, y] = self.place(r, c);
                say(x, y + TILE[1] + 18, 13, false, SOFT, &tile.caption);
            }
        }
        out + "</svg>"
    }

    /// The sheet, in the best quality that keeps it small.
    pub(super) fn to_jpeg(&self) -> anyhow::Result<Vec<u8>> {
        let mut options = usvg::Options::default();
        for font in FONTS {
            options.fontdb_mut().load_font_source(usvg::fontdb::Source::Binary(Arc::new(font)));
        }
        let tree = usvg::Tree::from_str(&self.svg(), &options).context("the sheet's lettering")?;
        let [w, h] = self.size();
        let mut page = tiny_skia::Pixmap::new(w as u32, h as u32)
            .ok_or_else(|| anyhow!("a sheet of {w} × {h} pixels"))?;
        resvg::render(&tree, tiny_skia::Transform::identity(), &mut page.as_mut());
        let mut rgb: Vec<u8> = page.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        for (r, (_, tiles)) in self.rows.iter().enumerate() {
            for (c, tile) in tiles.iter().enumerate() {
                let [x, y] = self.place(r, c);
                let bytes = tile.picture.to_srgb8();
                let across = 3 * tile.picture.width.min(TILE[0]);
                for (j, line) in bytes.chunks_exact(3 * tile.picture.width).take(TILE[1]).enumerate() {
                    let at = 3 * ((y + j) * w + x);
                    rgb[at..at + across].copy_from_slice(&line[..across]);
                }
            }
        }
        let mut last = Vec::new();
        for quality in QUALITIES {
            last.clear();
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut last, quality)
                .encode(&rgb, w as u32, h as u32, image::ExtendedColorType::Rgb8)
                .context("encoding a sheet")?;
            if last.len() <= MOST_BYTES {
                break;
            }
        }
        Ok(last)
    }
}
