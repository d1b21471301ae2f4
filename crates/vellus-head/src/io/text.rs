//! Text as programs really write it.

use std::borrow::Cow;

use crate::LengthUnit;

/// The bytes as UTF-8: without a byte order mark, and from UTF-16 when they begin with its mark.
pub(super) fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    let wide = |big: bool| -> Cow<'_, [u8]> {
        let units = bytes[2..]
            .chunks_exact(2)
            .map(|b| if big { u16::from_be_bytes([b[0], b[1]]) } else { u16::from_le_bytes([b[0], b[1]]) });
        let text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Cow::Owned(text.into_bytes())
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, ..] => wide(false),
        [0xFE, 0xFF, ..] => wide(true),
        _ => Cow::Borrowed(bytes),
    }
}

/// The unit that comments name without doubt: one that says "unit" and a unit after it ("units: mm",
/// "File units = centimeters"), or is nothing but a unit in full ("millimetres"). Comments that
/// contradict each other say nothing.
pub(super) fn unit_in<'a>(comments: impl Iterator<Item = &'a str>) -> Option<LengthUnit> {
    let mut found = None;
    for comment in comments {
        let lower = comment.to_ascii_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty()).collect();
        let named = match words.iter().position(|w| matches!(*w, "unit" | "units")) {
            Some(at) => {
                let mut units = words[at + 1..].iter().filter_map(|w| unit(w));
                // "1 unit = 1 m in a scale of inches" is anybody's guess.
                match (units.next(), units.next()) {
                    (Some(u), None) => Some(u),
                    (Some(_), Some(_)) => return None,
                    _ => None,
                }
            }
            None if words.len() == 1 && words[0].len() > 4 => unit(words[0]),
            None => None,
        };
        match (found, named) {
            (Some(a), Some(b)) if a != b => return None,
            (None, Some(u)) => found = Some(u),
            _ => {}
        }
    }
    found
}

fn unit(word: &str) -> Option<LengthUnit> {
    Some(match word {
        "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => LengthUnit::Mm,
        "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" => LengthUnit::Cm,
        "dm" | "decimeter" | "decimeters" | "decimetre" | "decimetres" => LengthUnit::Dm,
        "m" | "meter" | "meters" | "metre" | "metres" => LengthUnit::M,
        "inch" | "inches" => LengthUnit::Inch,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_where_they_are_clear() {
        let of = |lines: &[&str]| unit_in(lines.iter().copied());
        assert_eq!(of(&["made by x", "File units = centimeters"]), Some(LengthUnit::Cm));
        assert_eq!(of(&["units: mm"]), Some(LengthUnit::Mm));
        assert_eq!(of(&["millimetres"]), Some(LengthUnit::Mm));
        assert_eq!(of(&["Units are Inches!", "unit inch"]), Some(LengthUnit::Inch));
        for unclear in
            [&["units: mm", "units: cm"][..], &["1 unit = 1 m or inches"], &["m"], &["scanned in m"], &[]]
        {
            assert_eq!(of(unclear), None, "{unclear:?}");
        }
    }

    #[test]
    fn wide_text_becomes_narrow() {
        let le: Vec<u8> =
            [0xFFu8, 0xFE].into_iter().chain("v 1".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let be: Vec<u8> =
            [0xFEu8, 0xFF].into_iter().chain("v 1".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        for bytes in [&le[..], &be, b"\xEF\xBB\xBFv 1", b"v 1"] {
            assert_eq!(&*plain(bytes), b"v 1");
        }
        assert_eq!(&*plain(&[0xFF, 0xFE, 0x41]), b"");
    }
}
