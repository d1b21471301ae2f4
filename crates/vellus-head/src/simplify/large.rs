//! Scans with more triangles than a head needs.

use glam::DVec3;

use super::{Deviation, SimplifySpec, contract, deviation_where};
use crate::repair::drop_unused;
use crate::{HeadError, Mesh, RepairOptions, repair};

/// A scan with more triangles is simplified before it is worked on.
const LARGE: usize = 150_000;
/// Triangles of the sketch of the whole scan in which the head is looked for. A head that is a tenth
/// of what was scanned still has 15,000 of them.
const SKETCH: usize = 150_000;
/// Triangles between the scan and the head, from which the neighbourhood of the head is taken: the
/// way from millions to here takes most of the time and is gone once.
const HALFWAY: usize = 600_000;
/// Triangles of what is worked on. On a head with neck (2,000 cm²) their edges are 2.7 mm long in
/// the mean.
const WORKING: usize = 60_000;
/// No edge of what is worked on is longer than this part of the head's length: 8 mm, which keeps
/// lines that are drawn on the triangles smooth.
const LONGEST_EDGE: f64 = 0.04;

/// A mended scan and its sketch, in the file's units.
pub(crate) struct Large {
    pub whole: Mesh,
    /// With fewer triangles; the scan itself when it has few enough.
    half: Option<Mesh>,
    /// With so few that a head is found in it quickly.
    pub sketch: Mesh,
}

impl Large {
    /// `None` for scans that are small enough to be worked on as they are.
    pub(crate) fn of(mesh: &Mesh) -> Result<Option<Self>, HeadError> {
        if mesh.triangles.len() <= LARGE {
            return Ok(None);
        }
        let whole = repair(mesh, &RepairOptions::UNSCALED)?.mesh;
        let half = if whole.triangles.len() > HALFWAY {
            Some(contract(&whole, &SimplifySpec::to(HALFWAY))?.0)
        } else {
            None
        };
        let sketch = contract(half.as_ref().unwrap_or(&whole), &SimplifySpec::to(SKETCH))?.0;
        Ok(Some(Self { whole, half, sketch }))
    }

    /// What lies near a place, simplified, and how far it strays from the scan.
    pub(crate) fn near(&self, middle: DVec3, radius: f64) -> Result<(Mesh, Deviation), HeadError> {
        let around = |m: &Mesh| {
            let mut part = m.clone();
            part.triangles.retain(|t| {
                t.iter().any(|v| m.positions[*v as usize].distance_squared(middle) < radius * radius)
            });
            drop_unused(&mut part);
            part
        };
        let half = around(self.half.as_ref().unwrap_or(&self.whole));
        // 1.6 head lengths all around; see the caller.
        let longest_edge = LONGEST_EDGE * radius / 1.6;
        let (simple, _) = contract(&half, &SimplifySpec { longest_edge, ..SimplifySpec::to(WORKING) })?;
        // Where the neighbourhood ends the two end in different places.
        let inside = |p: DVec3| p.distance_squared(middle) < 0.81 * radius * radius;
        let off = deviation_where(&around(&self.whole), &simple, inside)?;
        Ok((simple, off))
    }
}
