//! STL, ascii and binary.

use std::io::Cursor;

use glam::DVec3;

use crate::{HeadError, Mesh, repair::weld};

/// Bytes before the triangles of a binary file, and of each triangle.
const HEADER: usize = 84;
const TRIANGLE: usize = 50;

/// Reads an STL file and joins the corners that share a position.
///
/// # Errors
/// [`HeadError::Malformed`] with the byte or the facet.
pub fn read_stl(bytes: &[u8]) -> Result<Mesh, HeadError> {
    let bytes = &*super::text::plain(bytes);
    let announced =
        bytes.get(80..HEADER).and_then(|b| b.try_into().ok()).map(|b| u32::from_le_bytes(b) as usize);
    let exact = announced.and_then(|n| n.checked_mul(TRIANGLE)).is_some_and(|n| n + HEADER == bytes.len());
    let starts_solid = bytes.trim_ascii_start().starts_with(b"solid");
    let ascii = starts_solid && !exact;
    let mut owned;
    let content: &[u8] = if ascii {
        // The library wants "solid" and a blank at the very start, which many files lack.
        let rest = bytes.trim_ascii_start();
        owned = b"solid ".to_vec();
        owned.extend_from_slice(&rest[5..]);
        &owned
    } else {
        let Some(n) = announced else {
            return Err(HeadError::malformed(
                "STL",
                format!("byte {}", bytes.len()),
                "too short for a binary file (84 bytes) and no ascii file (does not start with \
                 \"solid\")",
            ));
        };
        if n.checked_mul(TRIANGLE).is_none_or(|need| need > bytes.len() - HEADER) {
            return Err(HeadError::malformed(
                "STL",
                "byte 80",
                format!(
                    "{n} triangles are announced, {} fit into the file; it is cut short or not an \
                     STL file",
                    (bytes.len() - HEADER) / TRIANGLE
                ),
            ));
        }
        // Exporters write "solid" into binary headers too, which the library takes for ascii.
        owned = bytes.to_vec();
        owned[..80].fill(0);
        &owned
    };
    let mut cursor = Cursor::new(content);
    let broken = |facet: usize, e: &std::io::Error| {
        HeadError::malformed(
            "STL",
            format!("facet {facet}"),
            e.to_string().chars().take(200).collect::<String>(),
        )
    };
    let triangles = stl_io::create_stl_reader(&mut cursor).map_err(|e| broken(0, &e))?;
    let mut soup = Mesh::default();
    for (i, t) in triangles.enumerate() {
        let t = t.map_err(|e| broken(i, &e))?;
        for v in t.vertices {
            let p = DVec3::from_array(v.0.map(f64::from));
            if !p.is_finite() {
                return Err(HeadError::malformed(
                    "STL",
                    format!("facet {i}"),
                    "a coordinate is not a finite number",
                ));
            }
            soup.positions.push(p);
        }
        let n = soup.positions.len() as u32;
        soup.triangles.push([n - 3, n - 2, n - 1]);
    }
    if soup.triangles.is_empty() {
        return Err(HeadError::malformed("STL", "end of file", "no triangles"));
    }
    Ok(weld(&soup, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    pub(super) fn binary(m: &Mesh, header: &[u8]) -> Vec<u8> {
        let mut b = header.to_vec();
        b.resize(80, 0);
        b.extend_from_slice(&(m.triangles.len() as u32).to_le_bytes());
        for t in 0..m.triangles.len() as u32 {
            b.extend_from_slice(&[0; 12]);
            for p in m.corners(t) {
                for x in p.as_vec3().to_array() {
                    b.extend_from_slice(&x.to_le_bytes());
                }
            }
            b.extend_from_slice(&[0; 2]);
        }
        b
    }

    #[test]
    fn reads_and_welds_binary_files() {
        let s = sphere(80.0, 2);
        for header in [&b"made by a scanner"[..], b"solid but binary"] {
            let m = read_stl(&binary(&s, header)).unwrap();
            assert!(m.is_watertight());
            assert_eq!(m.positions.len(), s.positions.len());
        }
    }

    #[test]
    fn reads_ascii_files() {
        for start in ["solid", "solid x y", "  solid "] {
            let text = format!(
                "{start}\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\n\
                 vertex 0 1 0\nendloop\nendfacet\nendsolid\n"
            );
            assert_eq!(read_stl(text.as_bytes()).unwrap().triangles.len(), 1);
            let cut = &text.as_bytes()[..text.len() - 30];
            let e = read_stl(cut).unwrap_err().to_string();
            assert!(e.contains("STL") && e.contains("facet 0"), "{e}");
        }
    }

    #[test]
    fn cut_files_are_told() {
        let b = binary(&sphere(80.0, 1), b"");
        let e = read_stl(&b[..b.len() - 1]).unwrap_err().to_string();
        assert!(e.contains("cut short"), "{e}");
        assert!(read_stl(b"").is_err());
    }
}
