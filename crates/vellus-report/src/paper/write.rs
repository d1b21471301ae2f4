//! Pages as PDF, with outline, links, tags, running head and foot.

use std::rc::Rc;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::action::Action;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::{Destination, XyzDestination};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla_svg::{SurfaceExt, SvgSettings};

use super::face::{Faces, Shaped, Weight};
use super::flow::Press;
use super::ink::{Colour, LINE, Mark, Op, PIGMENT, SOFT};
use super::pages::{Book, Frame};
use crate::error::ReportError;

/// What stands in the margin of every page.
pub(super) struct Margin {
    pub(super) head_left: String,
    pub(super) foot_left: String,
    pub(super) foot_right: String,
    /// "page {n} of {m}" with both filled in.
    pub(super) page_of: Box<dyn Fn(usize, usize) -> String>,
}

/// What the document says of itself.
pub(super) struct About {
    pub(super) title: String,
    pub(super) subject: String,
    pub(super) language: String,
    pub(super) creator: String,
}

fn bad(text: impl std::fmt::Display) -> ReportError {
    ReportError::Pdf(text.to_string())
}

fn fill(c: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(c[0], c[1], c[2]).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn stroke(c: Colour, width: f32, dash: Option<f32>) -> Stroke {
    Stroke {
        paint: rgb::Color::new(c[0], c[1], c[2]).into(),
        width,
        dash: dash.map(|d| StrokeDash { array: vec![d, d], offset: 0.0 }),
        ..Stroke::default()
    }
}

/// Writes the book.
pub(super) fn write(
    book: &Book,
    mut press: Press,
    size: [f32; 2],
    frame: Frame,
    width: f32,
    margin: &Margin,
    about: &About,
    settings: SerializeSettings,
) -> Result<Vec<u8>, ReportError> {
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title(about.title.clone())
            .description(about.subject.clone())
            .creator(about.creator.clone())
            .language(about.language.clone()),
    );
    let n = book.pages.len();
    for (i, p) in book.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(size[0], size[1]).ok_or_else(|| bad("the page has no size"))?;
        let mut page = document.start_page_with(settings);
        for op in &p.ops {
            if let Mark::Link { x, y, w, h, place } = &op.mark
                && let Some((target, height)) = book.places.get(place)
                && let Some(rect) = Rect::from_xywh(*x, *y, *w, *h)
            {
                let to = XyzDestination::new(*target, Point::from_xy(0.0, (height - 12.0).max(0.0)));
                let action = Target::Action(Action::Goto(Destination::Xyz(to)));
                let annotation = Annotation::new_link(LinkAnnotation::new(rect, action), Some(place.clone()));
                let mark = page.add_tagged_annotation(annotation);
                press.elements.link(mark);
            }
        }
        let mut surface = page.surface();
        draw(&mut surface, &p.ops, book, &mut press)?;
        let words = (margin.page_of)(i + 1, n);
        edge(&mut surface, &press.faces, margin, &p.part, &words, size, frame, width);
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(book));
    let tree = press.elements.tree(&about.language);
    document.set_tag_tree(tree);
    document.finish().map_err(|e| bad(format!("{e:?}")))
}

/// Parts with their sections.
fn outline(book: &Book) -> Outline {
    let mut out = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for e in &book.outline {
        let to = XyzDestination::new(e.page, Point::from_xy(0.0, (e.y - 12.0).max(0.0)));
        let node = OutlineNode::new(e.title.clone(), to);
        match open.as_mut() {
            Some(part) if e.level > 1 => part.push_child(node),
            _ => {
                if let Some(part) = open.replace(node) {
                    out.push_child(part);
                }
            }
        }
    }
    if let Some(part) = open {
        out.push_child(part);
    }
    out
}

/// Draws the marks of a page; neighbours of one element are tagged together.
fn draw(surface: &mut Surface<'_>, ops: &[Op], book: &Book, press: &mut Press) -> Result<(), ReportError> {
    let mut i = 0;
    while i < ops.len() {
        let element = ops[i].element;
        let end = ops[i..].iter().position(|o| o.element != element).map_or(ops.len(), |n| i + n);
        let figure = |o: &Op| matches!(o.mark, Mark::Svg { .. } | Mark::Picture { .. });
        let tag = match element {
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            Some(_) if ops[i..end].iter().any(figure) => ContentTag::Other,
            Some(_) => ContentTag::Span(SpanTag::empty()),
        };
        let mark = surface.start_tagged(tag);
        for op in &ops[i..end] {
            one(surface, &op.mark, book, &press.faces)?;
        }
        surface.end_tagged();
        if let Some(e) = element {
            press.elements.mark(e, mark);
        }
        i = end;
    }
    Ok(())
}

fn letters(surface: &mut Surface<'_>, faces: &Faces, shaped: &Shaped, x: f32, y: f32, size: f32, c: Colour) {
    surface.set_fill(Some(fill(c)));
    surface.set_stroke(None);
    let font = faces.font(shaped.weight);
    surface.draw_glyphs(Point::from_xy(x, y), &shaped.glyphs, font, &shaped.text, size, false);
}

fn one(surface: &mut Surface<'_>, mark: &Mark, book: &Book, faces: &Faces) -> Result<(), ReportError> {
    match mark {
        Mark::Text { x, y, shaped, size, colour } => letters(surface, faces, shaped, *x, *y, *size, *colour),
        Mark::PageOf { right, y, place, size, colour } => {
            if let Some((page, _)) = book.places.get(place) {
                let shaped = faces.shape(&(page + 1).to_string(), Weight::Regular);
                letters(surface, faces, &shaped, right - size * shaped.width, *y, *size, *colour);
            }
        }
        Mark::Rect { x, y, w, h, radius, colour } => {
            if let Some(path) = rounded(*x, *y, *w, *h, *radius) {
                surface.set_fill(Some(fill(*colour)));
                surface.set_stroke(None);
                surface.draw_path(&path);
            }
        }
        Mark::Line { from, to, width, colour, dash } => {
            let mut b = PathBuilder::new();
            b.move_to(from[0], from[1]);
            b.line_to(to[0], to[1]);
            if let Some(path) = b.finish() {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(*colour, *width, *dash)));
                surface.draw_path(&path);
                surface.set_stroke(None);
            }
        }
        Mark::Dots { x, y, w, h } => dots(surface, *x, *y, *w, *h),
        Mark::Svg { x, y, w, h, tree } => {
            let size = Size::from_wh(*w, *h).ok_or_else(|| bad("a drawing has no size"))?;
            surface.push_transform(&Transform::from_translate(*x, *y));
            let drawn = surface.draw_svg(&Rc::clone(tree), size, SvgSettings::default());
            surface.pop();
            drawn.ok_or_else(|| bad("a drawing could not be drawn"))?;
        }
        Mark::Picture { x, y, w, h, image } => {
            let size = Size::from_wh(*w, *h).ok_or_else(|| bad("a picture has no size"))?;
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(image.clone(), size);
            surface.pop();
        }
        Mark::Link { .. } => {}
    }
    Ok(())
}

/// A rectangle with round corners; none when it has no size.
fn rounded(x: f32, y: f32, w: f32, h: f32, r: f32) -> Option<krilla::geom::Path> {
    // Control points of a quarter of a circle.
    const K: f32 = 0.447_715;
    if w <= 0.0 || h <= 0.0 {
        return None;
    }
    let r = r.min(0.5 * w).min(0.5 * h);
    let mut b = PathBuilder::new();
    if r <= 0.0 {
        b.push_rect(Rect::from_xywh(x, y, w, h)?);
        return b.finish();
    }
    let (x1, y1, k) = (x + w, y + h, r * K);
    b.move_to(x + r, y);
    b.line_to(x1 - r, y);
    b.cubic_to(x1 - k, y, x1, y + k, x1, y + r);
    b.line_to(x1, y1 - r);
    b.cubic_to(x1, y1 - k, x1 - k, y1, x1 - r, y1);
    b.line_to(x + r, y1);
    b.cubic_to(x + k, y1, x, y1 - k, x, y1 - r);
    b.line_to(x, y + r);
    b.cubic_to(x, y + k, x + k, y, x + r, y);
    b.close();
    b.finish()
}

/// Dots in rows that are offset by half a step, whole dots only.
fn dots(surface: &mut Surface<'_>, x: f32, y: f32, w: f32, h: f32) {
    const STEP: f32 = 3.4;
    const SIZE: f32 = 1.5;
    let mut b = PathBuilder::new();
    let rows = (h / STEP * 2.0) as usize;
    for row in 0..rows {
        let cy = y + 0.25 * STEP + 0.5 * STEP * row as f32;
        let from = if row % 2 == 0 { 0.25 } else { 0.75 };
        for column in 0..(w / STEP) as usize + 1 {
            let cx = x + STEP * (from + column as f32);
            let inside = cx + 0.5 * SIZE <= x + w && cy + 0.5 * SIZE <= y + h;
            if inside && let Some(r) = Rect::from_xywh(cx - 0.5 * SIZE, cy - 0.5 * SIZE, SIZE, SIZE) {
                b.push_rect(r);
            }
        }
    }
    if let Some(path) = b.finish() {
        surface.set_fill(Some(fill(PIGMENT)));
        surface.set_stroke(None);
        surface.draw_path(&path);
    }
}

/// Text on one line of at most `most` for a size of 1: a long label ends in dots before it runs into what
/// stands beside it.
fn fitted(faces: &Faces, text: &str, weight: Weight, most: f32) -> Shaped {
    // Nothing of a margin is longer than this many letters.
    const LONGEST: usize = 300;
    let short: String = text.chars().take(LONGEST).collect();
    let whole = faces.shape(&short, weight);
    if short.len() == text.len() && whole.width <= most {
        return whole;
    }
    let mut room = most - faces.shape("…", weight).width;
    let mut kept = String::new();
    for c in short.chars() {
        room -= faces.shape(c.encode_utf8(&mut [0; 4]), weight).width;
        if room < 0.0 {
            break;
        }
        kept.push(c);
    }
    faces.shape(&format!("{}…", kept.trim_end()), weight)
}

/// Running head and foot.
fn edge(
    surface: &mut Surface<'_>,
    faces: &Faces,
    margin: &Margin,
    part: &str,
    page_of: &str,
    size: [f32; 2],
    frame: Frame,
    width: f32,
) {
    const TEXT: f32 = 7.5;
    let (left, right) = (frame.left, frame.left + width);
    let top = frame.top - 20.0;
    let bottom = size[1] - 34.0;
    let line = |surface: &mut Surface<'_>, y: f32| {
        let mut b = PathBuilder::new();
        b.move_to(left, y);
        b.line_to(right, y);
        if let Some(path) = b.finish() {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(LINE, 0.6, None)));
            surface.draw_path(&path);
            surface.set_stroke(None);
        }
    };
    let at =
        |surface: &mut Surface<'_>, text: &str, weight: Weight, x: f32, to_right: bool, y: f32, most: f32| {
            let shaped = fitted(faces, text, weight, most / TEXT);
            let x = if to_right { x - TEXT * shaped.width } else { x };
            letters(surface, faces, &shaped, x, y, TEXT, SOFT);
        };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
    at(surface, &margin.head_left, Weight::Regular, left, false, top, 0.62 * width);
    at(surface, part, Weight::Bold, right, true, top, 0.36 * width);
    line(surface, top + 6.0);
    surface.end_tagged();
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    line(surface, bottom - 11.0);
    at(surface, &margin.foot_left, Weight::Regular, left, false, bottom, 0.8 * width);
    at(surface, page_of, Weight::Bold, right, true, bottom, 0.2 * width);
    at(surface, &margin.foot_right, Weight::Regular, left, false, bottom + 10.0, width);
    surface.end_tagged();
}
