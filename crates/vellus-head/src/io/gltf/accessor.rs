//! Numbers out of buffers.

use std::borrow::Cow;

use glam::DVec3;

use super::bad;
use super::document::{Accessor, Document, SparsePart, compressed};
use crate::HeadError;

/// Component types of the specification (5.1.3).
const BYTE: u32 = 5120;
const UNSIGNED_BYTE: u32 = 5121;
const SHORT: u32 = 5122;
const UNSIGNED_SHORT: u32 = 5123;
const UNSIGNED_INT: u32 = 5125;
const FLOAT: u32 = 5126;

const fn width(component: u32) -> Option<usize> {
    match component {
        BYTE | UNSIGNED_BYTE => Some(1),
        SHORT | UNSIGNED_SHORT => Some(2),
        UNSIGNED_INT | FLOAT => Some(4),
        _ => None,
    }
}

/// A document with its bytes.
pub(super) struct Data<'a> {
    pub document: &'a Document,
    pub buffers: &'a [Cow<'a, [u8]>],
}

/// Rows of equal length in a buffer.
struct Rows<'a> {
    bytes: &'a [u8],
    stride: usize,
    size: usize,
}

impl<'a> Rows<'a> {
    fn get(&self, i: usize) -> &'a [u8] {
        &self.bytes[i * self.stride..][..self.size]
    }
}

impl<'a> Data<'a> {
    /// `count` rows of `size` bytes of a view.
    fn rows(
        &self,
        view: usize,
        offset: usize,
        count: usize,
        size: usize,
        place: &str,
    ) -> Result<Rows<'a>, HeadError> {
        let views = &self.document.buffer_views;
        let v = views.get(view).ok_or_else(|| {
            bad(place, format!("it needs buffer view {view}, but there are {}", views.len()))
        })?;
        let whole: &[u8] = self.buffers.get(v.buffer).ok_or_else(|| {
            bad(place, format!("it needs buffer {}, but there are {}", v.buffer, self.buffers.len()))
        })?;
        let end = v.byte_offset.checked_add(v.byte_length);
        let Some(bytes) = end.and_then(|e| whole.get(v.byte_offset..e)) else {
            return Err(match self.document.packing(v) {
                Some(e) => compressed(e),
                None => bad(
                    place,
                    format!("buffer view {view} reaches beyond its buffer of {} bytes", whole.len()),
                ),
            });
        };
        let stride = v.byte_stride.filter(|s| *s > 0).unwrap_or(size);
        if stride < size {
            return Err(bad(place, format!("rows of {size} bytes stand {stride} bytes apart")));
        }
        let need = count
            .checked_sub(1)
            .and_then(|n| n.checked_mul(stride))
            .and_then(|n| n.checked_add(size))
            .map_or(if count == 0 { Some(0) } else { None }, Some);
        let bytes = bytes.get(offset..).filter(|b| need.is_some_and(|n| n <= b.len())).ok_or_else(|| {
            bad(
                place,
                format!(
                    "{count} rows of {stride} bytes are announced, buffer view {view} has {} bytes; is the \
                     file cut short?",
                    bytes.len()
                ),
            )
        })?;
        Ok(Rows { bytes, stride, size })
    }

    fn accessor(&self, i: usize, place: &str) -> Result<&'a Accessor, HeadError> {
        let all = &self.document.accessors;
        all.get(i).ok_or_else(|| bad(place, format!("it needs accessor {i}, but there are {}", all.len())))
    }

    pub(super) fn indices(&self, i: usize, place: &str) -> Result<Vec<u32>, HeadError> {
        let a = self.accessor(i, place)?;
        let component = a.component_type;
        if a.kind != "SCALAR" || !matches!(component, UNSIGNED_BYTE | UNSIGNED_SHORT | UNSIGNED_INT) {
            return Err(bad(place, format!("accessor {i} holds no indices (SCALAR, unsigned)")));
        }
        let Some(view) = a.buffer_view.filter(|_| a.sparse.is_none()) else {
            return Err(bad(place, format!("the indices of accessor {i} are sparse or nowhere")));
        };
        let rows = self.rows(view, a.byte_offset, a.count, width(component).unwrap_or(1), place)?;
        Ok((0..a.count).map(|k| unsigned(rows.get(k))).collect())
    }

    pub(super) fn positions(&self, i: usize, place: &str) -> Result<Vec<DVec3>, HeadError> {
        let a = self.accessor(i, place)?;
        let component = a.component_type;
        let Some(width) = width(component).filter(|_| a.kind == "VEC3" && component != UNSIGNED_INT) else {
            return Err(bad(
                place,
                format!("accessor {i} holds no positions (VEC3 of floats, or quantised to 8 or 16 bits)"),
            ));
        };
        let read = |row: &[u8]| {
            DVec3::from_array(std::array::from_fn(|k| {
                number(&row[k * width..][..width], component, a.normalized)
            }))
        };
        let mut out: Vec<DVec3> = match a.buffer_view {
            Some(view) => {
                let rows = self.rows(view, a.byte_offset, a.count, 3 * width, place)?;
                (0..a.count).map(|k| read(rows.get(k))).collect()
            }
            None if a.sparse.is_some() => {
                // Zeros take no bytes in the file; a count beyond all bytes is no honest one.
                if a.count > self.buffers.iter().map(|b| b.len()).sum() {
                    return Err(bad(place, format!("accessor {i} announces {} rows of nothing", a.count)));
                }
                vec![DVec3::ZERO; a.count]
            }
            None => return Err(bad(place, format!("the positions of accessor {i} are nowhere in the file"))),
        };
        if let Some(sparse) = &a.sparse {
            let SparsePart { buffer_view, byte_offset, component_type } = sparse.indices;
            let Some(size) = (match component_type {
                UNSIGNED_BYTE => Some(1),
                UNSIGNED_SHORT => Some(2),
                UNSIGNED_INT => Some(4),
                _ => None,
            }) else {
                return Err(bad(place, format!("the sparse indices of accessor {i} are not unsigned")));
            };
            let at = self.rows(buffer_view, byte_offset, sparse.count, size, place)?;
            let values = &sparse.values;
            let rows = self.rows(values.buffer_view, values.byte_offset, sparse.count, 3 * width, place)?;
            for k in 0..sparse.count {
                let v = unsigned(at.get(k)) as usize;
                let n = out.len();
                let to = out
                    .get_mut(v)
                    .ok_or_else(|| bad(place, format!("sparse index {k} names row {v} of {n}")))?;
                *to = read(rows.get(k));
            }
        }
        Ok(out)
    }
}

/// A little endian number of one, two or four bytes.
fn unsigned(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))
}

/// One component; normalised integers after section 3.6.2.2.
fn number(bytes: &[u8], component: u32, normalized: bool) -> f64 {
    let raw = unsigned(bytes);
    let (value, most) = match component {
        FLOAT => return f64::from(f32::from_bits(raw)),
        BYTE => (f64::from(raw as u8 as i8), 127.0),
        SHORT => (f64::from(raw as u16 as i16), 32767.0),
        UNSIGNED_BYTE => (f64::from(raw), 255.0),
        _ => (f64::from(raw), 65535.0),
    };
    if normalized { (value / most).max(-1.0) } else { value }
}
