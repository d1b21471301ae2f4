//! Drawings and pictures between the text.

use std::rc::Rc;

use krilla::Data;
use krilla::image::Image;
use usvg::Tree;

use super::element::Kind;
use super::flow::{Flow, SMALL};
use super::ink::{Mark, Op, Piece};
use crate::error::ReportError;
use crate::picture::Picture;

/// The colours of charts, which take theirs from the page on a screen. Text has a white edge where it
/// lies on lines.
const CHART_STYLE: &str = "
.chart text { font-family: 'Noto Sans'; font-size: 12px; fill: #566169; }
.chart text.note { font-size: 11.5px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.chart text.strong { font-weight: 700; fill: #1b2428; }
.chart path.grid, .chart path.base, .chart path.fringe, .chart path.hair-edge, .chart path.median, .chart path.mechanism, .chart path.unseen, .chart path.goal-line, .chart path.tone, .chart path.diameter { fill: none; }
.chart path.grid { stroke: #dedbd3; }
.chart path.base { stroke: #566169; }
.chart path.fringe { stroke: #566169; stroke-dasharray: 9 3 2 3; stroke-width: 1.5; }
.chart path.hair-area { fill: #c9dde6; }
.chart path.hair-edge { stroke: #14587a; stroke-width: 2; }
.chart .pigment-dot { fill: #a94a12; opacity: .75; }
.chart path.band { fill: #1b2428; fill-opacity: .14; }
.chart path.hair.band { fill: #14587a; fill-opacity: .2; }
.chart path.median { stroke: #1b2428; stroke-width: 2.6; stroke-linejoin: round; }
.chart path.hair.median { stroke: #14587a; }
.chart path.mechanism { stroke: #1b2428; stroke-width: 1.5; }
.chart path.m0 { stroke-dasharray: 1.5 3.5; stroke-linecap: round; stroke-width: 2; }
.chart path.m1 { stroke-dasharray: 6 3.5; }
.chart path.unseen { stroke: #566169; stroke-width: 1; }
.chart path.goal-line { stroke: #1b2428; stroke-dasharray: 2 3; }
.chart .goal { fill: #ffffff; stroke: #1b2428; stroke-width: 2; }
.ageing path.tone { stroke: #a94a12; stroke-width: 2.4; }
.ageing path.tone-band { fill: #a94a12; fill-opacity: .18; }
.ageing path.diameter { stroke: #1b2428; stroke-width: 1.5; stroke-dasharray: 6 3.5; }
";

/// How drawings are read.
pub(super) fn svg_options() -> usvg::Options<'static> {
    let mut options = usvg::Options { style_sheet: Some(CHART_STYLE.to_owned()), ..usvg::Options::default() };
    let fonts = options.fontdb_mut();
    for font in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        fonts.load_font_source(usvg::fontdb::Source::Binary(std::sync::Arc::new(font)));
    }
    fonts.set_sans_serif_family("Noto Sans");
    options
}

/// A picture that a row shows, what it is for those who cannot see it, and the words under it.
pub(super) struct Shown<'p> {
    pub(super) picture: Option<&'p Picture>,
    pub(super) alt: String,
    pub(super) caption: String,
}

fn image(p: &Picture) -> Result<Image, ReportError> {
    let data = Data::from(p.bytes.clone());
    let read = match p.mime {
        "image/png" => Image::from_png(data, true),
        _ => Image::from_jpeg(data, true),
    };
    read.map_err(|e| ReportError::Pdf(format!("the picture {} {} {}: {e}", p.strategy, p.view, p.moment)))
}

impl Flow<'_> {
    /// A drawing across a share of the column, at most `most` points high; nothing for an empty one.
    pub(super) fn drawing(&mut self, svg: &str, alt: &str, share: f32, most: f32) -> Result<(), ReportError> {
        if svg.trim().is_empty() {
            return Ok(());
        }
        // Inside of a page a drawing needs no name space.
        let svg = if svg.contains("xmlns=\"http://www.w3.org/2000/svg\"") {
            svg.to_owned()
        } else {
            svg.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1)
        };
        let tree =
            Tree::from_str(&svg, &self.press.svg).map_err(|e| ReportError::Pdf(format!("{alt}: {e}")))?;
        let size = tree.size();
        let mut w = self.width * share;
        let mut h = w * size.height() / size.width();
        if h > most {
            w *= most / h;
            h = most;
        }
        let element = Some(self.element(Kind::Figure(alt.to_owned())));
        let mark = Mark::Svg { x: 0.0, y: 0.0, w, h, tree: Rc::new(tree) };
        self.pieces.push(Piece {
            height: h,
            above: 6.0,
            ops: vec![Op { mark, element }],
            ..Piece::default()
        });
        Ok(())
    }

    /// Pictures side by side, as many to the row as `across`, each with words under it.
    pub(super) fn pictures(
        &mut self,
        shown: &[Shown<'_>],
        across: usize,
        gap: f32,
    ) -> Result<(), ReportError> {
        let across = across.max(1);
        let w = (self.width - gap * (across - 1) as f32) / across as f32;
        for row in shown.chunks(across) {
            let mut out = Piece { above: 7.0, ..Piece::default() };
            for (i, s) in row.iter().enumerate() {
                let x = (w + gap) * i as f32;
                let mut h = 0.0;
                if let Some(p) = s.picture {
                    h = w * p.height.max(1) as f32 / p.width.max(1) as f32;
                    let element = Some(self.element(Kind::Figure(s.alt.clone())));
                    let mark = Mark::Picture { x, y: 0.0, w, h, image: image(p)? };
                    out.ops.push(Op { mark, element });
                }
                if !s.caption.is_empty() {
                    let caption = self.aside(w, |f| f.text(&s.caption, SMALL.above(0.0)));
                    let caption = Piece::stack(caption);
                    let below = h + 3.0;
                    h = below + caption.height;
                    out.ops.extend(caption.ops.into_iter().map(|o| o.moved(x, below)));
                }
                out.height = out.height.max(h);
            }
            self.pieces.push(out);
        }
        Ok(())
    }
}
