//! Telling formats apart: by the ending of the name, and by how the content begins.

use std::path::Path;

use crate::HeadError;

/// Formats that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Obj,
    Ply,
    Stl,
    Gltf,
    Glb,
    Usd,
}

impl Format {
    /// By the ending of the name.
    pub(super) fn of(path: &Path) -> Result<Self, HeadError> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        Ok(match ending.as_deref() {
            Some("obj") => Self::Obj,
            Some("ply") => Self::Ply,
            Some("stl") => Self::Stl,
            Some("gltf") => Self::Gltf,
            Some("glb") => Self::Glb,
            Some("usd" | "usda" | "usdc" | "usdz") => Self::Usd,
            other => {
                return Err(HeadError::UnsupportedFormat {
                    path: path.to_path_buf(),
                    found: other.map_or_else(|| "no ending".into(), |e| format!("\".{e}\"")),
                });
            }
        })
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Obj => "OBJ",
            Self::Ply => "PLY",
            Self::Stl => "STL",
            Self::Gltf | Self::Glb => "glTF",
            Self::Usd => "USD",
        }
    }

    /// In words, for reports.
    pub(super) const fn scan(self) -> &'static str {
        match self {
            Self::Obj => "a scan (OBJ)",
            Self::Ply => "a scan (PLY)",
            Self::Stl => "a scan (STL)",
            Self::Gltf => "a scan (glTF)",
            Self::Glb => "a scan (GLB)",
            Self::Usd => "a scan (USD)",
        }
    }

    /// Refuses content that is plainly something else, with what it is.
    pub(super) fn check(self, bytes: &[u8]) -> Result<(), HeadError> {
        let bad = |what: String| Err(HeadError::malformed(self.name(), "byte 0", what));
        if self == Self::Usd {
            return bad(
                "USD files (.usdz, .usdc, .usda) cannot be read; export the scan as GLB, OBJ, PLY or STL \
                 (phone apps offer at least one of them beside USDZ)"
                    .into(),
            );
        }
        if bytes.is_empty() {
            return bad("the file is empty; copy or export it again".into());
        }
        if bytes.iter().take(4096).all(|b| *b == 0) {
            return bad("the file begins with nothing but zeros; copy or export it again".into());
        }
        match content(bytes) {
            Some(Content::Mesh(other)) if other.name() != self.name() => {
                let ending = match other {
                    Self::Obj => ".obj",
                    Self::Ply => ".ply",
                    Self::Stl => ".stl",
                    Self::Gltf => ".gltf",
                    Self::Glb => ".glb",
                    Self::Usd => {
                        return bad(
                            "the content is USD, which cannot be read; export the scan as GLB, OBJ, PLY or STL"
                                .into(),
                        );
                    }
                };
                bad(format!("the content is {}; rename the file to end in {ending}", other.name()))
            }
            Some(Content::Else(what, fix)) => bad(format!("the content is {what}; {fix}")),
            _ => Ok(()),
        }
    }
}

enum Content {
    Mesh(Format),
    /// What it is, and what to do.
    Else(&'static str, &'static str),
}

/// What content is, when its beginning leaves no doubt.
fn content(bytes: &[u8]) -> Option<Content> {
    const EXPORT: &str = "export the scan as GLB, OBJ, PLY or STL";
    const UNPACK: &str = "unpack it first";
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let start = super::text::plain(&bytes[..bytes.len().min(400)]).trim_ascii_start().to_ascii_lowercase();
    let says = |text: &str| start.starts_with(text.as_bytes());
    let names = |text: &str| start.windows(text.len()).any(|w| w == text.as_bytes());
    Some(if begins(b"glTF") {
        Content::Mesh(Format::Glb)
    } else if says("ply\n") || says("ply\r") {
        Content::Mesh(Format::Ply)
    } else if begins(b"PXR-USDC") || says("#usda") {
        Content::Mesh(Format::Usd)
    } else if says("{") && names("\"asset\"") {
        Content::Mesh(Format::Gltf)
    } else if says("solid") && names("facet") {
        Content::Mesh(Format::Stl)
    } else if begins(b"PK\x03\x04") {
        Content::Else(
            "a zip archive (or USDZ)",
            "unpack it first, or export the scan as GLB, OBJ, PLY or STL",
        )
    } else if says("<!doctype") || says("<html") {
        Content::Else("a web page", "the download failed: fetch the file again")
    } else if says("<?xml") {
        Content::Else("XML (COLLADA, 3MF or the like)", EXPORT)
    } else if begins(b"Kaydara FBX") {
        Content::Else("FBX", EXPORT)
    } else if begins(&[0x1F, 0x8B]) {
        Content::Else("a gzip archive", UNPACK)
    } else if begins(b"7z\xBC\xAF") || begins(b"Rar!") {
        Content::Else("an archive", UNPACK)
    } else if begins(b"\x89PNG") || begins(&[0xFF, 0xD8, 0xFF]) {
        Content::Else("a picture", EXPORT)
    } else if begins(b"%PDF") {
        Content::Else("a PDF", EXPORT)
    } else {
        return None;
    })
}
