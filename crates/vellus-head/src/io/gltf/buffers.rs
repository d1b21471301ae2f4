//! Where the bytes are: in the container, in data URIs, in files beside it.

use std::borrow::Cow;
use std::path::Path;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::bad;
use super::document::Document;
use crate::HeadError;

/// Bytes of the header of a GLB file, and of each chunk.
const HEADER: usize = 12;
const CHUNK: usize = 8;

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// The JSON, and the binary chunk of a GLB file.
pub(super) fn open(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), HeadError> {
    if !bytes.starts_with(b"glTF") {
        return Ok((bytes, None));
    }
    let (Some(version), Some(length)) = (word(bytes, 4), word(bytes, 8)) else {
        return Err(bad("byte 4", "the file ends in its header"));
    };
    if version != 2 {
        return Err(bad("byte 4", format!("version {version}; 2 is supported, export as glTF 2.0")));
    }
    let length = length as usize;
    if length > bytes.len() || length < HEADER {
        return Err(bad(
            "byte 8",
            format!("a length of {length} bytes is announced, the file has {}; it is cut short", bytes.len()),
        ));
    }
    let (mut json, mut binary) = (None, None);
    let mut at = HEADER;
    while at + CHUNK <= length {
        let (size, kind) = (word(bytes, at).unwrap_or(0) as usize, word(bytes, at + 4).unwrap_or(0));
        let start = at + CHUNK;
        let Some(content) = start.checked_add(size).filter(|e| *e <= length).map(|e| &bytes[start..e]) else {
            return Err(bad(
                format!("byte {at}"),
                format!("a chunk of {size} bytes is announced, {} are left", length - start),
            ));
        };
        match &kind.to_le_bytes() {
            b"JSON" if json.is_none() => json = Some(content),
            b"BIN\0" if binary.is_none() => binary = Some(content),
            _ => {}
        }
        at = start + size;
    }
    json.map(|j| (j, binary)).ok_or_else(|| bad("byte 12", "there is no JSON chunk"))
}

/// All buffers, each as long as it says.
pub(super) fn load<'a>(
    document: &Document,
    inner: Option<&'a [u8]>,
    folder: Option<&Path>,
) -> Result<Vec<Cow<'a, [u8]>>, HeadError> {
    let mut all = Vec::with_capacity(document.buffers.len());
    let mut budget = MOST_FROM_FILES;
    for (i, buffer) in document.buffers.iter().enumerate() {
        let place = format!("buffer {i}");
        let bytes: Cow<'a, [u8]> = match &buffer.uri {
            // A fallback of a compressed view has neither; nothing can be read from it.
            None if i == 0 => Cow::Borrowed(inner.unwrap_or_default()),
            None => Cow::Borrowed(&[]),
            Some(uri) if uri.starts_with("data:") => Cow::Owned(inline(uri, &place)?),
            Some(uri) => Cow::Owned(beside(uri, folder, &place, &mut budget)?),
        };
        let whole = bytes.len() >= buffer.byte_length;
        if !whole && (buffer.uri.is_some() || (i == 0 && inner.is_some())) {
            return Err(bad(
                place,
                format!(
                    "{} bytes are announced, there are {}; it is cut short",
                    buffer.byte_length,
                    bytes.len()
                ),
            ));
        }
        all.push(bytes);
    }
    Ok(all)
}

/// Bytes of a data URI.
fn inline(uri: &str, place: &str) -> Result<Vec<u8>, HeadError> {
    let Some((head, content)) = uri.split_once(',') else {
        return Err(bad(place, "its data URI has no comma"));
    };
    if !head.ends_with(";base64") {
        return Err(bad(place, "its data URI is not in base64"));
    }
    let options = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&base64::alphabet::STANDARD, options)
        .decode(content)
        .map_err(|e| bad(place, format!("its data URI is broken: {e}")))
}

/// Files beside the scan together may be this long: the same file named a thousand times would fill
/// the memory.
const MOST_FROM_FILES: u64 = 8 << 30;

/// Bytes of a file in the folder of the scan or below.
fn beside(uri: &str, folder: Option<&Path>, place: &str, budget: &mut u64) -> Result<Vec<u8>, HeadError> {
    let name = percent_decoded(uri).ok_or_else(|| bad(place, "its URI is no text"))?;
    let short: String = name.chars().take(100).collect();
    let Some(folder) = folder else {
        return Err(bad(place, format!("it is in another file ({short:?}); export as one file (.glb)")));
    };
    let outside = || {
        bad(
            place,
            format!(
                "it is in {short:?}; only files beside the scan or in folders below are read: put it there, \
                 or export as one file (.glb)"
            ),
        )
    };
    let relative = Path::new(&name);
    let plain = relative
        .components()
        .all(|c| matches!(c, std::path::Component::Normal(_) | std::path::Component::CurDir));
    if !plain || name.is_empty() || name.contains([':', '\\', '\0']) {
        return Err(outside());
    }
    let path = folder.join(relative);
    let failed = |source| HeadError::File { doing: "read", path: path.clone(), source };
    // Links may lead elsewhere.
    let home = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (real, home) = (path.canonicalize().map_err(failed)?, home.canonicalize().map_err(failed)?);
    let about = std::fs::metadata(&real).map_err(failed)?;
    if !real.starts_with(&home) || !about.is_file() {
        return Err(outside());
    }
    *budget = budget
        .checked_sub(about.len())
        .ok_or_else(|| bad(place, "the files that it names hold more than 8 GiB"))?;
    std::fs::read(&real).map_err(failed)
}

/// RFC 3986, section 2.1; `None` when the result is not UTF-8.
fn percent_decoded(uri: &str) -> Option<String> {
    let bytes = uri.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        match hex.filter(|_| bytes[i] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(b) => {
                out.push(b);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}
