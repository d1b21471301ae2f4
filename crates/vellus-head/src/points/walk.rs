//! Straight walks over a triangle mesh.

use glam::DVec3;

use crate::Mesh;

/// A place on a mesh: a triangle and the weights of its second and third corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Foot {
    pub triangle: u32,
    pub v: f64,
    pub w: f64,
}

impl Foot {
    /// Position, mm.
    #[inline]
    pub(super) fn position(&self, mesh: &Mesh) -> DVec3 {
        let [a, b, c] = mesh.corners(self.triangle);
        a * (1.0 - self.v - self.w) + b * self.v + c * self.w
    }
}

/// Which triangle lies across each side.
pub(super) struct Sheet<'a> {
    mesh: &'a Mesh,
    /// The triangle across the side that faces corner k; `NONE` at a border and where three or more
    /// triangles meet.
    across: Vec<[u32; 3]>,
}

const NONE: u32 = u32::MAX;
/// A walk ends after this many triangles, wherever it is: only slivers make one that long.
const MOST_TRIANGLES: usize = 512;

impl<'a> Sheet<'a> {
    pub(super) fn new(mesh: &'a Mesh) -> Self {
        let mut across = vec![[NONE; 3]; mesh.triangles.len()];
        // Sides by their lower vertex: short lists, searched from end to end.
        let n = mesh.positions.len();
        let sides = |t: &[u32; 3]| [(t[1], t[2]), (t[2], t[0]), (t[0], t[1])];
        let mut start = vec![0u32; n + 1];
        for t in &mesh.triangles {
            for (a, b) in sides(t) {
                start[a.min(b) as usize + 1] += 1;
            }
        }
        let mut sum = 0;
        for s in &mut start {
            sum += *s;
            *s = sum;
        }
        let mut fill = start.clone();
        let mut list = vec![(0u32, 0u32); mesh.triangles.len() * 3];
        for (i, t) in mesh.triangles.iter().enumerate() {
            for (k, (a, b)) in sides(t).into_iter().enumerate() {
                let at = &mut fill[a.min(b) as usize];
                list[*at as usize] = (a.max(b), 3 * i as u32 + k as u32);
                *at += 1;
            }
        }
        for v in 0..n {
            let row = &mut list[start[v] as usize..start[v + 1] as usize];
            row.sort_unstable();
            for pair in row.chunk_by(|a, b| a.0 == b.0) {
                if let [(_, s), (_, t)] = *pair
                    && s / 3 != t / 3
                {
                    across[s as usize / 3][s as usize % 3] = t / 3;
                    across[t as usize / 3][t as usize % 3] = s / 3;
                }
            }
        }
        Self { mesh, across }
    }

    /// Walks straight on from a place: `step` is laid into the plane of the triangle and unfolded
    /// across each side. Gives the end, the direction of arrival (unit) and what was left of the
    /// length when a border or a triangle without area ended the walk, mm.
    ///
    /// # Sources
    /// Polthier and Schmies 1998, *Straightest geodesics on polyhedral surfaces*.
    pub(super) fn walk(&self, from: Foot, step: DVec3) -> (Foot, DVec3, f64) {
        let mut foot = from;
        let mut d = step;
        let mut entry = 3;
        for crossed in 0..MOST_TRIANGLES {
            let t = self.mesh.triangles[foot.triangle as usize];
            let [a, b, c] = self.mesh.corners(foot.triangle);
            let (e1, e2) = (b - a, c - a);
            let n = e1.cross(e2);
            let n2 = n.length_squared();
            if !(n2 > 1e-300 && n2.is_finite()) {
                break;
            }
            if crossed == 0 {
                d -= n * (d.dot(n) / n2);
            }
            let dv = d.cross(e2).dot(n) / n2;
            let dw = e1.cross(d).dot(n) / n2;
            let rate = [-dv - dw, dv, dw];
            let at = [1.0 - foot.v - foot.w, foot.v, foot.w];
            let (mut until, mut exit) = (1.0, 3);
            for k in 0..3 {
                // The side that was just crossed is not crossed back by rounding.
                if rate[k] < 0.0 && k != entry {
                    let reach = at[k].max(0.0) / -rate[k];
                    if reach < until {
                        (until, exit) = (reach, k);
                    }
                }
            }
            if !(until * rate[1]).is_finite() {
                break;
            }
            foot.v = (foot.v + until * dv).clamp(0.0, 1.0);
            foot.w = (foot.w + until * dw).clamp(0.0, 1.0 - foot.v);
            if exit == 3 {
                return (foot, d.normalize_or_zero(), 0.0);
            }
            d *= 1.0 - until;
            let next = self.across[foot.triangle as usize][exit];
            if next == NONE {
                break;
            }
            let (i, j) = (t[(exit + 1) % 3], t[(exit + 2) % 3]);
            let (p, q) = (self.mesh.positions[i as usize], self.mesh.positions[j as usize]);
            let s = self.mesh.triangles[next as usize];
            let Some(third) = (0..3).find(|&k| s[k] != i && s[k] != j) else { break };
            // Share of the way from p to q along the side.
            let weights = [1.0 - foot.v - foot.w, foot.v, foot.w];
            let sum = weights[(exit + 1) % 3] + weights[(exit + 2) % 3];
            let share = if sum > 0.0 { weights[(exit + 2) % 3] / sum } else { 0.5 };
            let mut inside = [0.0; 3];
            for k in 0..3 {
                if s[k] == i {
                    inside[k] = 1.0 - share;
                } else if s[k] == j {
                    inside[k] = share;
                }
            }
            let Some(e) = (q - p).try_normalize() else { break };
            let along = d.dot(e);
            let out = (d - e * along).length();
            let m = self.mesh.positions[s[third] as usize] - p;
            let Some(m) = (m - e * m.dot(e)).try_normalize() else { break };
            d = e * along + m * out;
            foot = Foot { triangle: next, v: inside[1], w: inside[2] };
            entry = third;
        }
        (foot, d.normalize_or_zero(), d.length())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;
    use proptest::prelude::*;

    #[test]
    fn a_walk_around_a_ball_comes_home() {
        let mesh = sphere(50.0, 5);
        let sheet = Sheet::new(&mesh);
        let start = Foot { triangle: 100, v: 0.3, w: 0.3 };
        let begin = start.position(&mesh);
        // Half way round in small steps, straight on: the far side of the ball.
        let (mut foot, mut d) = (start, DVec3::new(0.3, -0.4, 0.8));
        let steps = 400;
        for _ in 0..steps {
            let (f, arrived, left) = sheet.walk(foot, d.normalize() * (50.0 * std::f64::consts::PI / 400.0));
            assert_eq!(left, 0.0);
            (foot, d) = (f, arrived);
        }
        assert!((foot.position(&mesh) + begin).length() < 2.0, "{}", foot.position(&mesh) + begin);
    }

    #[test]
    fn a_border_ends_a_walk() {
        let mesh = Mesh {
            positions: vec![DVec3::ZERO, DVec3::X, DVec3::Y, DVec3::new(1.0, 1.0, 0.0)],
            triangles: vec![[0, 1, 2], [3, 2, 1]],
        };
        let sheet = Sheet::new(&mesh);
        let (foot, _, left) = sheet.walk(Foot { triangle: 0, v: 0.25, w: 0.25 }, DVec3::new(0.5, 0.5, 7.0));
        assert_eq!(foot.triangle, 1);
        assert!(foot.position(&mesh).distance(DVec3::new(0.75, 0.75, 0.0)) < 1e-12 && left == 0.0);
        let (foot, _, left) = sheet.walk(foot, DVec3::new(2.0, 0.0, 0.0));
        assert!(foot.position(&mesh).distance(DVec3::new(1.0, 0.75, 0.0)) < 1e-12);
        assert!((left - 1.75).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn prop_a_walk_never_fails(
            p in prop::collection::vec(prop::array::uniform3(-1i8..2), 5),
            t in prop::collection::vec(prop::array::uniform3(0u32..5), 1..8),
            step in prop::array::uniform3(-9.0f64..9.0),
        ) {
            let mesh = Mesh {
                positions: p.iter().map(|p| DVec3::from_array(p.map(f64::from))).collect(),
                triangles: t,
            };
            let (foot, _, left) =
                Sheet::new(&mesh).walk(Foot { triangle: 0, v: 0.2, w: 0.2 }, DVec3::from_array(step));
            prop_assert!(foot.position(&mesh).is_finite() && left >= 0.0);
            prop_assert!(foot.v >= 0.0 && foot.w >= 0.0 && foot.v + foot.w <= 1.0 + 1e-12);
        }
    }
}
