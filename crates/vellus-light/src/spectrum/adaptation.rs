//! White balance.

use serde::{Deserialize, Serialize};

/// How colours under one white are taken to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adaptation {
    /// Not at all: the picture keeps the tint of the lamp.
    None,
    /// Bradford cones. Source: Lam 1985, as in ICC.1.
    Bradford,
    /// CAT16 cones, complete adaptation. Source: Li et al. 2017, *Comprehensive color solutions: CAM16, CAT16
    /// and CAM16-UCS*.
    #[default]
    Cat16,
}

type Matrix = [[f64; 3]; 3];

const BRADFORD: Matrix = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
const CAT16: Matrix = [
    [0.401_288, 0.650_173, -0.051_461],
    [-0.250_268, 1.204_414, 0.045_854],
    [-0.002_079, 0.048_952, 0.953_127],
];

/// XYZ seen under white `from`, as it looks under white `to`; all on the scale Y = 1 for white.
#[must_use]
pub fn adapt(xyz: [f64; 3], from: [f64; 3], to: [f64; 3], method: Adaptation) -> [f64; 3] {
    let cones = match method {
        Adaptation::None => return xyz,
        Adaptation::Bradford => BRADFORD,
        Adaptation::Cat16 => CAT16,
    };
    let (c, a, b) = (apply(&cones, xyz), apply(&cones, from), apply(&cones, to));
    let scaled = std::array::from_fn(|i| if a[i].abs() > 1e-12 { c[i] * b[i] / a[i] } else { c[i] });
    apply(&inverse(&cones), scaled)
}

fn apply(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2])
}

fn inverse(m: &Matrix) -> Matrix {
    let c = |i: usize, j: usize| {
        let (a, b, d, e) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3);
        m[a][d] * m[b][e] - m[a][e] * m[b][d]
    };
    let det = m[0][0] * c(0, 0) + m[0][1] * c(0, 1) + m[0][2] * c(0, 2);
    std::array::from_fn(|i| std::array::from_fn(|j| c(j, i) / det))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_bradford_from_a_to_d65() {
        // colour-science 0.4.7, chromatic_adaptation_VonKries, Bradford, A to D65.
        let a = [1.098_50, 1.0, 0.355_85];
        let got = adapt([0.3, 0.25, 0.1], a, [0.950_47, 1.0, 1.088_83], Adaptation::Bradford);
        let want = [0.263_409_40, 0.247_958_74, 0.309_469_79];
        for i in 0..3 {
            assert!((got[i] - want[i]).abs() < 1e-6, "{got:?}");
        }
        let got = adapt([0.3, 0.25, 0.1], a, [0.950_47, 1.0, 1.088_83], Adaptation::Cat16);
        let want = [0.264_641_79, 0.249_221_16, 0.303_182_32];
        for i in 0..3 {
            assert!((got[i] - want[i]).abs() < 1e-6, "{got:?}");
        }
    }

    #[test]
    fn prop_there_and_back() {
        let (a, b) = ([1.0985, 1.0, 0.3558], [0.9505, 1.0, 1.0888]);
        for m in [Adaptation::None, Adaptation::Bradford, Adaptation::Cat16] {
            let back = adapt(adapt([0.2, 0.3, 0.1], a, b, m), b, a, m);
            for (x, y) in back.iter().zip([0.2, 0.3, 0.1]) {
                assert!((x - y).abs() < 1e-12);
            }
        }
    }
}
