//! Wavefront OBJ.
//!
//! Only positions and faces matter here. They are read by hand instead of with `tobj`, because
//! `tobj` does not say in which line a file is broken, rounds to single precision, and splits the
//! mesh at every group and material, which would open seams. A test compares the two.

use glam::DVec3;

use crate::{HeadError, Mesh};

/// Reads positions and faces of an OBJ file; polygons become fans, everything else is skipped.
///
/// # Errors
/// [`HeadError::Malformed`] with the line.
pub fn read_obj(bytes: &[u8]) -> Result<Mesh, HeadError> {
    let bytes = super::text::plain(bytes);
    let text = String::from_utf8_lossy(&bytes);
    let mut mesh = Mesh::default();
    let mut corners: Vec<u32> = Vec::new();
    // Faces may name vertices that come later, so the range is checked at the end.
    let mut highest: (usize, usize) = (0, 0);
    let mut continued = String::new();
    for (i, raw) in text.lines().enumerate() {
        let line = i + 1;
        let bad = |what: String| HeadError::malformed("OBJ", format!("line {line}"), what);
        if let Some(start) = raw.trim_end().strip_suffix('\\') {
            continued.push_str(start);
            continued.push(' ');
            continue;
        }
        let joined;
        let content = if continued.is_empty() {
            raw
        } else {
            joined = std::mem::take(&mut continued) + raw;
            &joined
        };
        let content = content.split('#').next().unwrap_or("");
        let mut words = content.split_ascii_whitespace();
        match words.next() {
            Some("v") => {
                let mut p = [0.0f64; 3];
                for (x, axis) in p.iter_mut().zip(["x", "y", "z"]) {
                    let word = words.next().ok_or_else(|| bad(format!("the vertex has no {axis}")))?;
                    *x = word
                        .parse()
                        .ok()
                        .filter(|x: &f64| x.is_finite())
                        .ok_or_else(|| bad(format!("{axis} of the vertex is {}", quoted(word))))?;
                }
                mesh.positions.push(DVec3::from_array(p));
            }
            Some("f") => {
                corners.clear();
                for word in words {
                    let n = mesh.positions.len();
                    let index: i64 = word
                        .split('/')
                        .next()
                        .unwrap_or("")
                        .parse()
                        .map_err(|_| bad(format!("a corner of the face is {}", quoted(word))))?;
                    let v = match index {
                        1.. => usize::try_from(index - 1).ok(),
                        0 => None,
                        _ => usize::try_from(index.unsigned_abs()).ok().and_then(|k| n.checked_sub(k)),
                    };
                    let v = v.filter(|&v| v < u32::MAX as usize).ok_or_else(|| {
                        bad(format!("the face names vertex {index}; there are {n} so far, from 1"))
                    })?;
                    if v > highest.0 {
                        highest = (v, line);
                    }
                    corners.push(v as u32);
                }
                if corners.len() < 3 {
                    return Err(bad(format!("the face has {} corners; at least 3", corners.len())));
                }
                mesh.triangles.extend(super::fan(&corners));
            }
            _ => {}
        }
    }
    if mesh.triangles.is_empty() {
        return Err(HeadError::malformed(
            "OBJ",
            "end of file",
            if mesh.positions.is_empty() {
                "no vertices and no faces (lines that start with \"v\" and \"f\"); is it an OBJ file?"
            } else {
                "no faces (lines that start with \"f\"): a point cloud; export the scan as a surface"
            },
        ));
    }
    if highest.0 >= mesh.positions.len() {
        return Err(HeadError::malformed(
            "OBJ",
            format!("line {}", highest.1),
            format!(
                "the face names vertex {}, but the file has {}; is it cut short?",
                highest.0 + 1,
                mesh.positions.len()
            ),
        ));
    }
    Ok(mesh)
}

/// The unit that a comment before the first vertices names.
pub(super) fn stated_unit(bytes: &[u8]) -> Option<crate::LengthUnit> {
    let start = super::text::plain(&bytes[..bytes.len().min(8192)]).into_owned();
    let start = String::from_utf8_lossy(&start);
    super::text::unit_in(start.lines().filter_map(|l| l.trim_start().strip_prefix('#')).take(64))
}

/// The start of a word in quotes: broken files can have very long ones.
fn quoted(word: &str) -> String {
    format!("{:?}, a finite number expected", word.chars().take(24).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_polygons_negative_indices_and_textures() {
        let m = read_obj(
            b"# c\nmtllib x.mtl\no head\nv 0 0 0\nv 1 0 0 0.5 0.5 0.5\nv 1 1 0\nv 0 1 0\nvt 0 0\n\
              vn 0 0 1\ng a\nf 1/1/1 2/1/1 3//1 4\ng b\nf -4 -3 \\\n-2\n",
        )
        .unwrap();
        assert_eq!(m.positions.len(), 4);
        assert_eq!(m.triangles, vec![[0, 1, 2], [0, 2, 3], [0, 1, 2]]);
    }

    #[test]
    fn errors_name_the_line() {
        let e = read_obj(b"v 0 0 0\nv 1 x 0\n").unwrap_err().to_string();
        assert!(e.contains("OBJ") && e.contains("line 2") && e.contains("\"x\""), "{e}");
        let e = read_obj(b"v 0 0 0\nv 1 0 0\nf 1 2 9\n").unwrap_err().to_string();
        assert!(e.contains("line 3") && e.contains('9'), "{e}");
        assert!(read_obj(b"f 0 1 2").unwrap_err().to_string().contains("line 1"));
    }

    #[test]
    fn val_agrees_with_tobj() {
        let bytes = b"v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0.5\nf 1 2 3 4\nf 4 3 1\n";
        let ours = read_obj(bytes).unwrap();
        let options = tobj::LoadOptions { triangulate: true, ..Default::default() };
        let (models, _) =
            tobj::load_obj_buf(&mut &bytes[..], &options, |_| Ok((Vec::new(), Default::default()))).unwrap();
        let theirs = &models[0].mesh;
        let indices: Vec<u32> = ours.triangles.iter().flatten().copied().collect();
        assert_eq!(indices, theirs.indices);
        for (p, q) in ours.positions.iter().zip(theirs.positions.chunks(3)) {
            assert_eq!(p.as_vec3().to_array(), q);
        }
    }
}
