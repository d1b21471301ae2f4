//! The parts of the JSON that hold geometry.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::bad;
use crate::HeadError;

type Extensions = BTreeMap<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct Document {
    asset: Option<Asset>,
    extensions_required: Vec<String>,
    scene: Option<usize>,
    scenes: Vec<SceneOf>,
    pub nodes: Vec<Node>,
    pub meshes: Vec<MeshOf>,
    pub accessors: Vec<Accessor>,
    pub buffer_views: Vec<BufferView>,
    pub buffers: Vec<Buffer>,
}

#[derive(Deserialize)]
struct Asset {
    version: String,
}

#[derive(Deserialize)]
struct SceneOf {
    #[serde(default)]
    nodes: Vec<usize>,
}

#[derive(Deserialize)]
pub(super) struct Node {
    #[serde(default)]
    pub children: Vec<usize>,
    pub mesh: Option<usize>,
    pub skin: Option<usize>,
    pub matrix: Option<[f64; 16]>,
    pub rotation: Option<[f64; 4]>,
    pub scale: Option<[f64; 3]>,
    pub translation: Option<[f64; 3]>,
    #[serde(default)]
    pub weights: Vec<f64>,
}

#[derive(Deserialize)]
pub(super) struct MeshOf {
    pub primitives: Vec<Primitive>,
    #[serde(default)]
    pub weights: Vec<f64>,
}

const fn triangles() -> u32 {
    4
}

#[derive(Deserialize)]
pub(super) struct Primitive {
    pub attributes: BTreeMap<String, usize>,
    pub indices: Option<usize>,
    #[serde(default = "triangles")]
    pub mode: u32,
    #[serde(default)]
    pub targets: Vec<Value>,
    #[serde(default)]
    pub extensions: Extensions,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accessor {
    pub buffer_view: Option<usize>,
    #[serde(default)]
    pub byte_offset: usize,
    pub component_type: u32,
    #[serde(default)]
    pub normalized: bool,
    pub count: usize,
    #[serde(rename = "type")]
    pub kind: String,
    pub sparse: Option<Sparse>,
}

#[derive(Deserialize)]
pub(super) struct Sparse {
    pub count: usize,
    pub indices: SparsePart,
    pub values: SparsePart,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SparsePart {
    pub buffer_view: usize,
    #[serde(default)]
    pub byte_offset: usize,
    /// Of the indices only.
    #[serde(default)]
    pub component_type: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BufferView {
    pub buffer: usize,
    #[serde(default)]
    pub byte_offset: usize,
    pub byte_length: usize,
    pub byte_stride: Option<usize>,
    #[serde(default)]
    pub extensions: Extensions,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Buffer {
    pub uri: Option<String>,
    pub byte_length: usize,
}

/// Extensions that pack the geometry.
const PACKED: [&str; 3] =
    ["KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression"];

/// Beginnings of the names of extensions that change no geometry.
const HARMLESS: [&str; 9] = [
    "KHR_mesh_quantization",
    "KHR_materials_",
    "KHR_texture_",
    "EXT_texture_",
    "MSFT_texture_",
    "KHR_lights_",
    "EXT_lights_",
    "KHR_xmp",
    "KHR_animation_",
];

pub(super) fn compressed(extension: &str) -> HeadError {
    bad(
        "extensions",
        format!(
            "the geometry is compressed ({extension}), which cannot be read; export it without compression \
             (in Blender: glTF export, Data, Compression off; with gltf-transform: \
             \"gltf-transform copy in.glb out.glb\")"
        ),
    )
}

impl Document {
    /// Version and required extensions.
    pub(super) fn check(&self) -> Result<(), HeadError> {
        let Some(asset) = &self.asset else {
            return Err(bad("asset", "there is no \"asset\"; it is no glTF file"));
        };
        if asset.version != "2" && !asset.version.starts_with("2.") {
            let v: String = asset.version.chars().take(20).collect();
            return Err(bad("asset", format!("version {v:?}; 2.0 is supported, export as that")));
        }
        for e in &self.extensions_required {
            if PACKED.contains(&e.as_str()) {
                return Err(compressed(e));
            }
            if !HARMLESS.iter().any(|h| e.starts_with(h)) {
                let e: String = e.chars().take(60).collect();
                return Err(bad(
                    "extensionsRequired",
                    format!("the extension {e:?} is required and not supported; export without it"),
                ));
            }
        }
        Ok(())
    }

    /// The nodes on top of the scene that is shown.
    pub(super) fn roots(&self) -> Result<Vec<usize>, HeadError> {
        if let Some(scene) = self.scenes.get(self.scene.unwrap_or(0)) {
            return Ok(scene.nodes.clone());
        }
        if let Some(s) = self.scene {
            return Err(bad("scene", format!("{s} is named, but there are {}", self.scenes.len())));
        }
        // A library of nodes without a scene: all are shown.
        let mut is_child = vec![false; self.nodes.len()];
        for c in self.nodes.iter().flat_map(|n| &n.children) {
            if let Some(c) = is_child.get_mut(*c) {
                *c = true;
            }
        }
        Ok((0..self.nodes.len()).filter(|n| !is_child[*n]).collect())
    }

    /// The extension that packs a view, if its bytes are nowhere else.
    pub(super) fn packing(&self, view: &BufferView) -> Option<&'static str> {
        let buffer_is_empty = self.buffers.get(view.buffer).is_some_and(|b| b.uri.is_none());
        PACKED.into_iter().find(|e| view.extensions.contains_key(*e) && (buffer_is_empty || view.buffer > 0))
    }
}
