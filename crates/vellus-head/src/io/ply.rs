//! Stanford PLY: ascii and both binary orders in, binary little endian out.
//!
//! The header and the rows are parsed by `ply-rs-bw`. The counts that the header claims are
//! checked against the length of the file first, because an element without properties takes no
//! bytes and would be read for ever.

use std::io::{BufReader, Write};

use glam::DVec3;
use ply_rs_bw::parser::{ParseError, Parser, Reader};
use ply_rs_bw::ply::{
    ElementDef, Encoding, Property, PropertyAccess, PropertyAccessResult, PropertyType, ScalarType,
};

use crate::{HeadError, Mesh, PointSet};

/// A vertex or a face: whichever properties the row has; all others are read and forgotten.
struct Row {
    position: [f64; 3],
    corners: Vec<i64>,
}

impl PropertyAccess for Row {
    fn new() -> Self {
        Self { position: [f64::NAN; 3], corners: Vec::new() }
    }

    fn set_property(&mut self, name: &str, value: Property) -> PropertyAccessResult {
        let axis = match name {
            "x" => Some(0),
            "y" => Some(1),
            "z" => Some(2),
            _ => None,
        };
        if let (Some(axis), Some(number)) = (axis, scalar(&value)) {
            self.position[axis] = number;
        } else if name == "vertex_indices" || name == "vertex_index" {
            self.corners = list(value);
        }
        PropertyAccessResult::Set
    }
}

fn scalar(value: &Property) -> Option<f64> {
    Some(match *value {
        Property::Char(v) => v.into(),
        Property::UChar(v) => v.into(),
        Property::Short(v) => v.into(),
        Property::UShort(v) => v.into(),
        Property::Int(v) => v.into(),
        Property::UInt(v) => v.into(),
        Property::Float(v) => v.into(),
        Property::Double(v) => v,
        _ => return None,
    })
}

fn list(value: Property) -> Vec<i64> {
    match value {
        Property::ListChar(v) => v.into_iter().map(i64::from).collect(),
        Property::ListUChar(v) => v.into_iter().map(i64::from).collect(),
        Property::ListShort(v) => v.into_iter().map(i64::from).collect(),
        Property::ListUShort(v) => v.into_iter().map(i64::from).collect(),
        Property::ListInt(v) => v.into_iter().map(i64::from).collect(),
        Property::ListUInt(v) => v.into_iter().map(i64::from).collect(),
        _ => Vec::new(),
    }
}

const fn width(scalar: &ScalarType) -> usize {
    match scalar {
        ScalarType::Char | ScalarType::UChar => 1,
        ScalarType::Short | ScalarType::UShort => 2,
        ScalarType::Int | ScalarType::UInt | ScalarType::Float => 4,
        ScalarType::Double => 8,
    }
}

/// The fewest bytes that a row of an element takes.
fn least_bytes(element: &ElementDef, encoding: Encoding) -> usize {
    let properties = element.properties.iter();
    match encoding {
        // A digit and a blank or line end each.
        Encoding::Ascii => 2 * properties.count(),
        _ => properties
            .map(|(_, p)| match &p.data_type {
                PropertyType::Scalar(s) => width(s),
                PropertyType::List(count, _) => width(count),
            })
            .sum(),
    }
}

fn parse_error(e: &ParseError) -> HeadError {
    let text = e.to_string();
    let text = text.split("\n\tString").next().unwrap_or("");
    let text = text.strip_prefix("Line ").and_then(|t| t.split_once(": ")).map_or(text, |t| t.1);
    HeadError::malformed(
        "PLY",
        e.line().map_or_else(|| "header".into(), |l| format!("line or row {l}")),
        text.lines().next().unwrap_or("").chars().take(200).collect::<String>(),
    )
}

/// Reads the elements `vertex` (x, y, z of any number type) and `face` (a list `vertex_indices` or
/// `vertex_index`) of a PLY file; polygons become fans, everything else is skipped.
///
/// # Errors
/// [`HeadError::Malformed`] with the line of the header or the row of the data.
pub fn read_ply(bytes: &[u8]) -> Result<Mesh, HeadError> {
    let bytes = &*super::text::plain(bytes);
    let parser = Parser::<Row>::new();
    let mut reader = Reader::new(BufReader::new(bytes));
    let header = parser.read_header(&mut reader).map_err(|e| parse_error(&e))?;
    let mut mesh = Mesh::default();
    for (name, element) in &header.elements {
        let least = least_bytes(element, header.encoding);
        if element.count > 0 && least == 0 {
            return Err(HeadError::malformed(
                "PLY",
                format!("header, element {name:?}"),
                "it has rows but no properties",
            ));
        }
        // One byte of slack: the last line of an ascii file may lack its end.
        if element.count.checked_mul(least.max(1)).is_none_or(|n| n > bytes.len() + 1) {
            return Err(HeadError::malformed(
                "PLY",
                format!("header, element {name:?}"),
                format!(
                    "{} rows are announced, more than a file of {} bytes can hold; it is cut short \
                     or its header is wrong",
                    element.count,
                    bytes.len()
                ),
            ));
        }
        let rows =
            parser.read_payload_for_element(&mut reader, element, &header).map_err(|e| parse_error(&e))?;
        match name.as_str() {
            "vertex" => {
                for (i, row) in rows.into_iter().enumerate() {
                    let p = DVec3::from_array(row.position);
                    if !p.is_finite() {
                        return Err(HeadError::malformed(
                            "PLY",
                            format!("vertex {i}"),
                            "x, y and z must be there and finite numbers",
                        ));
                    }
                    mesh.positions.push(p);
                }
            }
            "face" => {
                for (i, row) in rows.into_iter().enumerate() {
                    let corners: Option<Vec<u32>> =
                        row.corners.iter().map(|&v| u32::try_from(v).ok()).collect();
                    let Some(corners) = corners else {
                        return Err(HeadError::malformed(
                            "PLY",
                            format!("face {i}"),
                            "a corner has a negative vertex number",
                        ));
                    };
                    mesh.triangles.extend(super::fan(&corners));
                }
            }
            _ => {}
        }
    }
    if mesh.triangles.is_empty() {
        return Err(HeadError::malformed(
            "PLY",
            "header",
            "no faces (element \"face\" with a list \"vertex_indices\"); point clouds are not \
             supported: export the scan as a surface",
        ));
    }
    let n = mesh.positions.len();
    if let Some((i, v)) = mesh
        .triangles
        .iter()
        .enumerate()
        .find_map(|(i, t)| t.iter().find(|v| **v as usize >= n).map(|v| (i, *v)))
    {
        return Err(HeadError::malformed(
            "PLY",
            format!("triangle {i}"),
            format!("it names vertex {v}, but there are {n}, from 0"),
        ));
    }
    Ok(mesh)
}

/// The unit that a comment of the header names.
pub(super) fn stated_unit(bytes: &[u8]) -> Option<crate::LengthUnit> {
    let bytes = super::text::plain(&bytes[..bytes.len().min(16384)]).into_owned();
    let start = String::from_utf8_lossy(&bytes);
    let header = start.split("end_header").next().unwrap_or("");
    let comment = |l: &'_ str| -> Option<usize> {
        ["comment ", "obj_info "].iter().find(|w| l.starts_with(**w)).map(|w| w.len())
    };
    super::text::unit_in(header.lines().filter_map(|l| comment(l).map(|n| &l[n..])).take(64))
}

/// One number per vertex, written beside x, y, z.
#[derive(Clone, Copy, Debug)]
pub struct VertexAttribute<'a> {
    /// Property name: letters, digits and underscores; carry the unit (`density_per_cm2`).
    pub name: &'a str,
    /// One value per vertex.
    pub values: &'a [f32],
}

/// Writes a mesh as binary little endian PLY: x, y, z as doubles, the attributes as floats. The
/// same mesh gives the same bytes.
///
/// # Errors
/// [`HeadError::Mesh`] for a bad mesh, an attribute whose length differs from the number of
/// vertices or whose name is no PLY name; [`HeadError::File`] (with an empty path) when the writer
/// fails.
pub fn write_ply(
    mut to: impl Write,
    mesh: &Mesh,
    attributes: &[VertexAttribute<'_>],
) -> Result<(), HeadError> {
    mesh.check()?;
    let mut bytes = Vec::with_capacity(
        512 + mesh.positions.len() * (24 + 4 * attributes.len()) + 13 * mesh.triangles.len(),
    );
    let mut header = format!(
        "ply\nformat binary_little_endian 1.0\ncomment millimetres\nelement vertex {}\n\
         property double x\nproperty double y\nproperty double z\n",
        mesh.positions.len()
    );
    for a in attributes {
        if a.values.len() != mesh.positions.len() {
            return Err(HeadError::Mesh(format!(
                "attribute {:?} has {} values for {} vertices",
                a.name,
                a.values.len(),
                mesh.positions.len()
            )));
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if a.name.is_empty() || !a.name.chars().all(word) || ["x", "y", "z"].contains(&a.name) {
            return Err(HeadError::Mesh(format!(
                "attribute name {:?}: use letters, digits and underscores, not x, y or z",
                a.name
            )));
        }
        header.push_str(&format!("property float {}\n", a.name));
    }
    header.push_str(&format!(
        "element face {}\nproperty list uchar uint vertex_indices\nend_header\n",
        mesh.triangles.len()
    ));
    bytes.extend_from_slice(header.as_bytes());
    for (i, p) in mesh.positions.iter().enumerate() {
        for x in p.to_array() {
            bytes.extend_from_slice(&x.to_le_bytes());
        }
        for a in attributes {
            bytes.extend_from_slice(&a.values[i].to_le_bytes());
        }
    }
    for t in &mesh.triangles {
        bytes.push(3);
        for v in t {
            bytes.extend_from_slice(&v.to_le_bytes());
        }
    }
    to.write_all(&bytes).and_then(|()| to.flush()).map_err(|source| HeadError::File {
        doing: "write",
        path: std::path::PathBuf::new(),
        source,
    })
}

/// Writes placed points as binary little endian PLY: position (doubles) in the space of the surface,
/// normal, chart position and triangle. The same points give the same bytes.
///
/// # Errors
/// [`HeadError::File`] (with an empty path) when the writer fails.
pub fn write_points(mut to: impl Write, points: &PointSet) -> Result<(), HeadError> {
    let mut bytes = format!(
        "ply\nformat binary_little_endian 1.0\nelement vertex {}\nproperty double x\nproperty double y\n\
         property double z\nproperty float nx\nproperty float ny\nproperty float nz\n\
         property float chart_x\nproperty float chart_y\nproperty uint triangle\nend_header\n",
        points.len()
    )
    .into_bytes();
    bytes.reserve(48 * points.len());
    for i in 0..points.len() {
        points.position[i].iter().for_each(|x| bytes.extend_from_slice(&f64::from(*x).to_le_bytes()));
        points.normal[i].iter().for_each(|x| bytes.extend_from_slice(&x.to_le_bytes()));
        points.in_chart[i].iter().for_each(|x| bytes.extend_from_slice(&x.to_le_bytes()));
        bytes.extend_from_slice(&points.triangle[i].to_le_bytes());
    }
    to.write_all(&bytes).map_err(|source| HeadError::File {
        doing: "write",
        path: std::path::PathBuf::new(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn written_meshes_read_back_the_same() {
        let s = sphere(80.0, 2);
        let values: Vec<f32> = s.positions.iter().map(|p| p.x as f32).collect();
        let mut bytes = Vec::new();
        write_ply(&mut bytes, &s, &[VertexAttribute { name: "left_mm", values: &values }]).unwrap();
        assert_eq!(read_ply(&bytes).unwrap(), s);
        let e = write_ply(&mut bytes, &s, &[VertexAttribute { name: "a b", values: &values }]);
        assert!(e.is_err());
    }

    #[test]
    fn reads_ascii_with_polygons_and_extras() {
        let m = read_ply(
            b"ply\nformat ascii 1.0\ncomment hi\nelement vertex 4\nproperty double x\n\
              property float y\nproperty float z\nproperty uchar red\nelement face 1\n\
              property list uchar int vertex_index\nend_header\n0 0 0 9\n1 0 0 9\n1 1 0 9\n0 1 0 9\n\
              4 0 1 2 3\n",
        )
        .unwrap();
        assert_eq!(m.triangles, vec![[0, 1, 2], [0, 2, 3]]);
    }

    #[test]
    fn reads_big_endian() {
        let mut b = b"ply\nformat binary_big_endian 1.0\nelement vertex 3\nproperty float x\n\
            property float y\nproperty float z\nelement face 1\n\
            property list uchar int vertex_indices\nend_header\n"
            .to_vec();
        for x in [0.0f32, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.5, 0.0] {
            b.extend_from_slice(&x.to_be_bytes());
        }
        b.push(3);
        for v in [0i32, 1, 2] {
            b.extend_from_slice(&v.to_be_bytes());
        }
        let m = read_ply(&b).unwrap();
        assert_eq!(m.positions[2], DVec3::new(0.0, 2.5, 0.0));
        let e = read_ply(&b[..b.len() - 3]).unwrap_err().to_string();
        assert!(e.contains("PLY") && e.contains("face"), "{e}");
    }

    #[test]
    fn absurd_counts_are_refused_at_once() {
        for count in ["4000000000", "18446744073709551615"] {
            let text = format!(
                "ply\nformat binary_little_endian 1.0\nelement vertex {count}\nproperty float x\n\
                 end_header\n"
            );
            let e = read_ply(text.as_bytes()).unwrap_err().to_string();
            assert!(e.contains("cut short"), "{e}");
            let text = format!("ply\nformat ascii 1.0\nelement vertex {count}\nend_header\n");
            assert!(read_ply(text.as_bytes()).is_err());
        }
    }
}
