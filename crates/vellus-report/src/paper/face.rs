//! The letters of the paper: Noto Sans, shaped and measured.

use krilla::Data;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};

use crate::error::ReportError;

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

struct Face {
    font: Font,
    buzz: rustybuzz::Face<'static>,
}

/// The two faces.
pub(super) struct Faces([Face; 2]);

/// A stretch of text of one face, ready to be drawn.
#[derive(Clone, Debug)]
pub(super) struct Shaped {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Width for a size of 1.
    pub(super) width: f32,
    pub(super) weight: Weight,
}

/// Stands for a letter that the fonts do not have.
const UNKNOWN: char = '?';

impl Faces {
    pub(super) fn new() -> Result<Self, ReportError> {
        let face = |bytes: &'static [u8]| {
            let font = Font::new(Data::from(bytes), 0);
            let buzz = rustybuzz::Face::from_slice(bytes, 0);
            font.zip(buzz)
                .map(|(font, buzz)| Face { font, buzz })
                .ok_or_else(|| ReportError::Pdf("the font cannot be read".into()))
        };
        Ok(Self([face(notosans::REGULAR_TTF)?, face(notosans::BOLD_TTF)?]))
    }

    fn face(&self, weight: Weight) -> &Face {
        &self.0[weight as usize]
    }

    pub(super) fn font(&self, weight: Weight) -> Font {
        self.face(weight).font.clone()
    }

    /// The text with what the font has: no letter may be left without a shape, since it could then
    /// neither be read nor be searched for.
    fn readable(face: &Face, text: &str) -> String {
        text.chars()
            .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
            .map(|c| match c {
                _ if c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}' && c != '\u{2009}' => ' ',
                _ if c.is_control() => UNKNOWN,
                _ if face.buzz.glyph_index(c).is_some_and(|g| g.0 != 0) => c,
                '\u{202f}' | '\u{2009}' => '\u{a0}',
                '→' => '›',
                '☐' | '□' => '–',
                _ => UNKNOWN,
            })
            .collect()
    }

    /// Shapes text from left to right.
    pub(super) fn shape(&self, text: &str, weight: Weight) -> Shaped {
        let face = self.face(weight);
        let text = Self::readable(face, text);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let output = rustybuzz::shape(&face.buzz, &[], buffer);
        let em = face.font.units_per_em();
        let (infos, positions) = (output.glyph_infos(), output.glyph_positions());
        let mut glyphs = Vec::with_capacity(infos.len());
        let mut width = 0.0;
        for (i, (info, p)) in infos.iter().zip(positions).enumerate() {
            let start = info.cluster as usize;
            let end =
                infos[i..].iter().map(|x| x.cluster as usize).find(|c| *c > start).unwrap_or(text.len());
            width += p.x_advance as f32 / em;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                p.x_advance as f32 / em,
                p.x_offset as f32 / em,
                p.y_offset as f32 / em,
                p.y_advance as f32 / em,
                start..end,
                None,
            ));
        }
        Shaped { text, glyphs, width, weight }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_add_up_and_no_letter_is_lost() {
        let faces = Faces::new().unwrap();
        let whole = faces.shape("hair", Weight::Regular);
        assert!(whole.width > 1.0 && whole.width < 3.0, "{}", whole.width);
        assert!(faces.shape("hair", Weight::Bold).width > whole.width);
        assert_eq!(faces.shape("a\u{1f600}b\nc", Weight::Regular).text, "a?b c");
        let n = faces.shape("12\u{202f}345 − 1 ≥ € µ ½ “”", Weight::Regular);
        assert!(!n.text.contains(UNKNOWN), "{}", n.text);
        assert!(n.glyphs.iter().all(|g| g.glyph_id.to_u32() != 0));
    }
}
