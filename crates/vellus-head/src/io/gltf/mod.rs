//! glTF 2.0 and its binary form GLB.
//!
//! Only nodes, meshes, accessors and buffers matter here. They are read by hand instead of with the
//! crate `gltf`, which refuses files that require `KHR_mesh_quantization`, trusts the length in the
//! header, and needs `lazy_static`, which this repository does without.
//!
//! # Sources
//! Khronos, *glTF 2.0 Specification*: metres, +Y up, +Z forward (section 3.4); transforms (3.5.3);
//! accessors (3.6); primitives (3.7.2).

mod accessor;
mod buffers;
mod document;

use std::path::Path;

use glam::{DAffine3, DMat4, DQuat, DVec3};

use crate::{HeadError, Mesh};
use accessor::Data;
use document::{Document, Node, Primitive};

/// Reads all triangles of the scene of a glTF or GLB file, placed by its nodes: metres, +Y up, +Z
/// forward, as the format has it. Strips and fans become triangles; points and lines are skipped.
///
/// Buffers may lie in the file, in data URIs, or in files beside it: those are looked for in
/// `folder` and below, nowhere else; without a folder they are refused.
///
/// # Errors
/// [`HeadError::Malformed`] with the part that is broken; also for compressed geometry (Draco,
/// meshopt), skeletons and morphs, each with how to export without.
pub fn read_gltf(bytes: &[u8], folder: Option<&Path>) -> Result<Mesh, HeadError> {
    let (json, inner) = buffers::open(bytes)?;
    let text = super::text::plain(json);
    let document: Document = serde_json::from_slice(&text).map_err(|e| {
        let place = format!("line {}, column {}", e.line(), e.column());
        let what = e.to_string().chars().take(200).collect::<String>();
        bad(place, format!("{what}; is it a glTF 2.0 file, and whole?"))
    })?;
    document.check()?;
    let buffers = buffers::load(&document, inner, folder)?;
    let mut out = Scene {
        data: Data { document: &document, buffers: &buffers },
        mesh: Mesh::default(),
        seen: vec![false; document.nodes.len()],
        other: 0,
        // Sixty-four bytes of mesh for each byte of the file is more than any honest file makes: one
        // that names the same part a thousand times would fill the memory.
        room: 64 * (bytes.len() + buffers.iter().map(|b| b.len()).sum::<usize>()) + (1 << 20),
    };
    for root in document.roots()? {
        out.walk(root)?;
    }
    if out.mesh.triangles.is_empty() {
        let hint = if out.other > 0 { "only points or lines" } else { "no geometry" };
        return Err(bad(
            "meshes",
            format!("there is {hint} in its scene; export the scan as a surface of triangles"),
        ));
    }
    Ok(out.mesh)
}

fn bad(place: impl Into<String>, what: impl Into<String>) -> HeadError {
    HeadError::malformed("glTF", place, what)
}

/// The scene as it is put together.
struct Scene<'a> {
    data: Data<'a>,
    mesh: Mesh,
    /// Nodes that were met: a node has one parent at most.
    seen: Vec<bool>,
    /// Primitives that are no triangles.
    other: usize,
    /// Bytes that the mesh may take.
    room: usize,
}

impl Scene<'_> {
    /// Adds a node and all below it. A list instead of recursion: chains may be long.
    fn walk(&mut self, root: usize) -> Result<(), HeadError> {
        let mut todo = vec![(root, DAffine3::IDENTITY)];
        while let Some((n, above)) = todo.pop() {
            let nodes = &self.data.document.nodes;
            let place = || format!("node {n}");
            let node = nodes
                .get(n)
                .ok_or_else(|| bad(place(), format!("it is named, but there are {}, from 0", nodes.len())))?;
            if std::mem::replace(&mut self.seen[n], true) {
                return Err(bad(place(), "it hangs under two nodes or under itself; nodes must be a tree"));
            }
            let world = above * local(node, n)?;
            if let Some(m) = node.mesh {
                if node.skin.is_some() {
                    return Err(bad(
                        place(),
                        "its mesh is moved by a skeleton; export it with the pose applied and without a rig",
                    ));
                }
                self.add(m, &node.weights, &world)?;
            }
            todo.extend(node.children.iter().rev().map(|c| (*c, world)));
        }
        Ok(())
    }

    fn add(&mut self, m: usize, weights: &[f64], world: &DAffine3) -> Result<(), HeadError> {
        let meshes = &self.data.document.meshes;
        let mesh = meshes.get(m).ok_or_else(|| {
            bad(format!("mesh {m}"), format!("it is named, but there are {}", meshes.len()))
        })?;
        let weights = if weights.is_empty() { &mesh.weights } else { weights };
        for (p, primitive) in mesh.primitives.iter().enumerate() {
            let place = format!("mesh {m}, primitive {p}");
            if !primitive.targets.is_empty() && weights.iter().any(|w| *w != 0.0) {
                return Err(bad(place, "it is morphed; export it with the shape applied"));
            }
            if (4..=6).contains(&primitive.mode) {
                self.add_triangles(primitive, world, &place)?;
            } else {
                self.other += 1;
            }
        }
        Ok(())
    }

    fn add_triangles(&mut self, p: &Primitive, world: &DAffine3, place: &str) -> Result<(), HeadError> {
        let Some(&position) = p.attributes.get("POSITION") else {
            return Err(bad(place, "it has no positions (attribute POSITION)"));
        };
        if p.extensions.contains_key("KHR_draco_mesh_compression")
            && self.data.document.accessors.get(position).is_some_and(|a| a.buffer_view.is_none())
        {
            return Err(document::compressed("KHR_draco_mesh_compression"));
        }
        let positions = self.data.positions(position, place)?;
        let n = positions.len();
        let indices: Vec<u32> = match p.indices {
            Some(i) => self.data.indices(i, place)?,
            None => (0..n as u32).collect(),
        };
        self.room = (24 * n + 12 * indices.len())
            .checked_add(1)
            .and_then(|need| self.room.checked_sub(need))
            .ok_or_else(|| bad(place, "the file repeats its parts so often that the scene would be huge"))?;
        if let Some(i) = indices.iter().position(|v| *v as usize >= n) {
            return Err(bad(
                place,
                format!("index {i} names vertex {}, but there are {n}, from 0", indices[i]),
            ));
        }
        let base = self.mesh.positions.len();
        if u32::try_from(base + n).is_err() {
            return Err(bad(place, "more than 4 billion vertices"));
        }
        let base = base as u32;
        for (i, q) in positions.iter().enumerate() {
            let q = world.transform_point3(*q);
            if !q.is_finite() {
                return Err(bad(place, format!("vertex {i} has a coordinate that is not a finite number")));
            }
            self.mesh.positions.push(q);
        }
        // A node that mirrors turns its triangles inside out.
        let mirrored = world.matrix3.determinant() < 0.0;
        let mut push = |t: [u32; 3]| {
            let t = t.map(|v| v + base);
            self.mesh.triangles.push(if mirrored { [t[0], t[2], t[1]] } else { t });
        };
        match p.mode {
            5 => {
                for (i, w) in indices.windows(3).enumerate() {
                    push(if i % 2 == 0 { [w[0], w[1], w[2]] } else { [w[1], w[0], w[2]] });
                }
            }
            6 => super::fan(&indices).for_each(&mut push),
            _ => {
                if !indices.len().is_multiple_of(3) {
                    return Err(bad(
                        place,
                        format!("{} corners make no whole number of triangles", indices.len()),
                    ));
                }
                indices.chunks_exact(3).for_each(|t| push([t[0], t[1], t[2]]));
            }
        }
        Ok(())
    }
}

/// A node's own transform.
fn local(node: &Node, n: usize) -> Result<DAffine3, HeadError> {
    let t = match node.matrix {
        Some(m) => DAffine3::from_mat4(DMat4::from_cols_array(&m)),
        None => {
            let q = DQuat::from_array(node.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]));
            let q = if q.length() > 0.0 { q.normalize() } else { q };
            DAffine3::from_scale_rotation_translation(
                DVec3::from_array(node.scale.unwrap_or([1.0; 3])),
                q,
                DVec3::from_array(node.translation.unwrap_or_default()),
            )
        }
    };
    if t.is_finite() { Ok(t) } else { Err(bad(format!("node {n}"), "its transform is not finite")) }
}
