//! The colour appearance model CIECAM16, both ways, with the white that a coloured surround induces.
//!
//! # Sources
//! Li, Li, Wang, Xu, Luo, Cui, Melgosa, Brill and Pointer 2017, *Comprehensive color solutions: CAM16,
//! CAT16, and CAM16-UCS*, with their symbols. Induction: Hunt 1991 in the form of Fairchild 2013, *Color
//! Appearance Models*, chapter 12, taken over into the sharpened cones of CAT16.

use serde::{Deserialize, Serialize};

const M16: [[f64; 3]; 3] = [
    [0.401_288, 0.650_173, -0.051_461],
    [-0.250_268, 1.204_414, 0.045_854],
    [-0.002_079, 0.048_952, 0.953_127],
];

/// What a colour looks like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cam {
    /// Lightness J, 0 to 100 for the white.
    pub lightness: f64,
    /// Chroma C.
    pub chroma: f64,
    /// Hue angle h, degrees.
    pub hue_degrees: f64,
}

/// How one looks at it. XYZ with Y = 100 for the white.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// The white to which the eye is adapted, in the sharpened cones of CAT16.
    white: [f64; 3],
    /// Y of that white.
    y_w: f64,
    /// Luminance of the adapting field, cd/m².
    l_a: f64,
    /// Y of the background.
    y_b: f64,
}

/// An average surround: F, c, N_c.
const F: f64 = 1.0;
const C_SURROUND: f64 = 0.69;
const N_C: f64 = 1.0;

fn mul(m: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    m.map(|r| r[0] * v[0] + r[1] * v[1] + r[2] * v[2])
}

fn inverse(m: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    // Cramer's rule.
    let det = |a: [f64; 3], b: [f64; 3], c: [f64; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1])
            + c[0] * (a[1] * b[2] - a[2] * b[1])
    };
    let col = |j: usize| [m[0][j], m[1][j], m[2][j]];
    let (a, b, c) = (col(0), col(1), col(2));
    let d = det(a, b, c);
    [det(v, b, c) / d, det(a, v, c) / d, det(a, b, v) / d]
}

/// What follows from the conditions alone.
struct Derived {
    d: [f64; 3],
    f_l: f64,
    n: f64,
    n_bb: f64,
    z: f64,
    a_w: f64,
}

impl Conditions {
    /// White, luminance of the adapting field in cd/m², Y of the background (white 100), average surround.
    #[must_use]
    pub fn new(white_xyz: [f64; 3], l_a: f64, y_b: f64) -> Self {
        Self {
            white: mul(&M16, white_xyz),
            y_w: white_xyz[1],
            l_a: l_a.clamp(0.01, 1e6),
            y_b: y_b.clamp(0.5, 100.0),
        }
    }

    /// The same beside a proximal field of this colour, XYZ. `p` from −1 (the field is taken for white)
    /// over 0 (no effect) to 1 (assimilation). Only the hue of the field induces; its lightness is the
    /// background's.
    #[must_use]
    pub fn beside(self, field_xyz: [f64; 3], p: f64) -> Self {
        let p = p.clamp(-1.0, 1.0);
        let field = mul(&M16, field_xyz.map(|v| v * self.y_w / field_xyz[1].max(1e-9)));
        let white = std::array::from_fn(|i| {
            // Share of the cone's signal in the field against the background, which is a neutral one.
            let q = (field[i] / self.white[i]).clamp(0.05, 20.0);
            let num = (1.0 - p) * q + (1.0 + p) / q;
            let den = (1.0 + p) * q + (1.0 - p) / q;
            self.white[i] * libm::sqrt(num / den)
        });
        Self { white, ..self }
    }

    fn derive(&self) -> Derived {
        let adaptation = (F * (1.0 - libm::exp((-self.l_a - 42.0) / 92.0) / 3.6)).clamp(0.0, 1.0);
        let d = self.white.map(|w| adaptation * self.y_w / w + 1.0 - adaptation);
        let k = 1.0 / (5.0 * self.l_a + 1.0);
        let k4 = k * k * k * k;
        let f_l = k4 * self.l_a + 0.1 * (1.0 - k4) * (1.0 - k4) * libm::cbrt(5.0 * self.l_a);
        let n = self.y_b / self.y_w;
        let n_bb = 0.725 * libm::pow(1.0 / n, 0.2);
        let z = 1.48 + libm::sqrt(n);
        let w = std::array::from_fn(|i| compressed(d[i] * self.white[i], f_l));
        Derived { d, f_l, n, n_bb, z, a_w: achromatic(w) * n_bb }
    }

    /// What XYZ looks like.
    #[must_use]
    pub fn appearance(&self, xyz: [f64; 3]) -> Cam {
        let v = self.derive();
        let rgb = mul(&M16, xyz);
        let ra: [f64; 3] = std::array::from_fn(|i| compressed(v.d[i] * rgb[i], v.f_l));
        let a = ra[0] - 12.0 * ra[1] / 11.0 + ra[2] / 11.0;
        let b = (ra[0] + ra[1] - 2.0 * ra[2]) / 9.0;
        let mut h = libm::atan2(b, a).to_degrees();
        if h < 0.0 {
            h += 360.0;
        }
        let lightness = 100.0 * libm::pow((achromatic(ra) * v.n_bb / v.a_w).max(0.0), C_SURROUND * v.z);
        let t = 50_000.0 / 13.0 * N_C * v.n_bb * eccentricity(h) * libm::hypot(a, b)
            / (ra[0] + ra[1] + 1.05 * ra[2]);
        let chroma = libm::pow(t.max(0.0), 0.9)
            * libm::sqrt(lightness / 100.0)
            * libm::pow(1.64 - libm::pow(0.29, v.n), 0.73);
        Cam { lightness, chroma, hue_degrees: h }
    }

    /// The XYZ that looks like this.
    #[must_use]
    pub fn xyz(&self, cam: Cam) -> [f64; 3] {
        let v = self.derive();
        let j = cam.lightness.clamp(1e-6, 200.0);
        let root = libm::sqrt(j / 100.0) * libm::pow(1.64 - libm::pow(0.29, v.n), 0.73);
        let t = libm::pow(cam.chroma.max(0.0) / root, 1.0 / 0.9);
        let a = v.a_w * libm::pow(j / 100.0, 1.0 / (C_SURROUND * v.z));
        let p2 = a / v.n_bb + 0.305;
        let h = cam.hue_degrees.to_radians();
        let (cos, sin) = (libm::cos(h), libm::sin(h));
        // t = p1 · ρ / (R + G + 1.05 B) with R, G and B linear in ρ, solved for ρ.
        let p1 = 50_000.0 / 13.0 * N_C * v.n_bb * eccentricity(cam.hue_degrees);
        let rho =
            if t < 1e-12 { 0.0 } else { 23.0 * p2 * t / (23.0 * p1 + 11.0 * t * cos + 108.0 * t * sin) };
        let (ca, cb) = (rho * cos, rho * sin);
        let ra = [
            (460.0 * p2 + 451.0 * ca + 288.0 * cb) / 1403.0,
            (460.0 * p2 - 891.0 * ca - 261.0 * cb) / 1403.0,
            (460.0 * p2 - 220.0 * ca - 6300.0 * cb) / 1403.0,
        ];
        let rgb: [f64; 3] = std::array::from_fn(|i| expanded(ra[i], v.f_l) / v.d[i]);
        inverse(&M16, rgb)
    }
}

fn achromatic(ra: [f64; 3]) -> f64 {
    2.0 * ra[0] + ra[1] + 0.05 * ra[2] - 0.305
}

fn eccentricity(h_degrees: f64) -> f64 {
    0.25 * (libm::cos(h_degrees.to_radians() + 2.0) + 3.8)
}

fn compressed(x: f64, f_l: f64) -> f64 {
    let t = libm::pow(f_l * x.abs() / 100.0, 0.42);
    x.signum() * 400.0 * t / (t + 27.13) + 0.1
}

fn expanded(ra: f64, f_l: f64) -> f64 {
    let u = (ra - 0.1).clamp(-399.9, 399.9);
    u.signum() * 100.0 / f_l * libm::pow(27.13 * u.abs() / (400.0 - u.abs()), 1.0 / 0.42)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_against_colour_science() {
        for (xyz, w, la, j, c, h) in [
            ([19.01, 20.0, 21.78], [95.05, 100.0, 108.88], 318.31, 41.731_208, 0.103_356, 217.067_96),
            ([57.06, 43.06, 31.96], [95.05, 100.0, 108.88], 31.83, 65.428_281, 49.679_564, 17.486_592),
            ([3.53, 6.56, 2.14], [109.85, 100.0, 35.58], 318.31, 21.360_529, 50.993_819, 178.867_243),
            ([19.01, 20.0, 21.78], [109.85, 100.0, 35.58], 31.83, 41.065_618, 49.085_994, 259.033_702),
        ] {
            let cam = Conditions::new(w, la, 20.0).appearance(xyz);
            assert!((cam.lightness - j).abs() < 1e-4, "{cam:?}");
            assert!((cam.chroma - c).abs() < 1e-4, "{cam:?}");
            assert!((cam.hue_degrees - h).abs() < 1e-3, "{cam:?}");
        }
    }

    #[test]
    fn prop_there_and_back() {
        let plain = Conditions::new([95.05, 100.0, 108.88], 60.0, 30.0);
        for cond in [plain, plain.beside([33.0, 30.0, 20.0], -0.5)] {
            for xyz in [[19.0, 20.0, 21.8], [30.0, 25.0, 10.0], [2.0, 2.1, 3.5], [80.0, 85.0, 70.0]] {
                let back = cond.xyz(cond.appearance(xyz));
                for i in 0..3 {
                    assert!((back[i] - xyz[i]).abs() < 1e-6, "{xyz:?} {back:?}");
                }
            }
        }
    }

    #[test]
    fn prop_the_ends_of_induction() {
        let plain = Conditions::new([95.05, 100.0, 108.88], 60.0, 30.0);
        let field = [33.0, 30.0, 20.0];
        let none = plain.beside(field, 0.0);
        for i in 0..3 {
            assert!((none.white[i] - plain.white[i]).abs() < 1e-9);
        }
        // Fully taken for white, the field itself looks all but neutral.
        let seen = Conditions::new([95.05, 100.0, 108.88], 1e4, 30.0).beside(field, -1.0).appearance(field);
        assert!(seen.chroma < 0.5, "{seen:?}");
        // A neutral field induces nothing.
        let grey = plain.beside([19.01, 20.0, 21.776], -0.8);
        for i in 0..3 {
            assert!((grey.white[i] - plain.white[i]).abs() < 1e-3);
        }
    }
}
