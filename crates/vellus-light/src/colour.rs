//! Colour: the sRGB transfer, CIELAB under D65, CIEDE2000 and the individual typology angle.
//!
//! Linear sRGB triples are `[r, g, b]` with 1 for white; CIELAB triples are `[L*, a*, b*]`.

/// White point D65, 2° observer, Y = 1. Source: CIE 15, as in IEC 61966-2-1.
pub const D65: [f64; 3] = [0.950_47, 1.0, 1.088_83];

/// Luminance weights of linear sRGB. Source: IEC 61966-2-1.
pub const LUMINANCE: [f64; 3] = [0.212_6, 0.715_2, 0.072_2];

/// Linear light to the sRGB code value, both 0 to 1. Source: IEC 61966-2-1.
#[must_use]
pub fn srgb_from_linear(x: f64) -> f64 {
    if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * libm::pow(x, 1.0 / 2.4) - 0.055 }
}

/// sRGB code value to linear light, both 0 to 1. Source: IEC 61966-2-1.
#[must_use]
pub fn linear_from_srgb(x: f64) -> f64 {
    if x <= 0.040_45 { x / 12.92 } else { libm::pow((x + 0.055) / 1.055, 2.4) }
}

/// Luminance Y of a linear sRGB colour.
#[must_use]
pub fn luminance(rgb: [f64; 3]) -> f64 {
    LUMINANCE[0] * rgb[0] + LUMINANCE[1] * rgb[1] + LUMINANCE[2] * rgb[2]
}

/// Linear sRGB to XYZ (Y = 1 for white). Source: IEC 61966-2-1.
#[must_use]
pub fn xyz_from_linear(c: [f64; 3]) -> [f64; 3] {
    [
        0.412_456_4 * c[0] + 0.357_576_1 * c[1] + 0.180_437_5 * c[2],
        0.212_672_9 * c[0] + 0.715_152_2 * c[1] + 0.072_175_0 * c[2],
        0.019_333_9 * c[0] + 0.119_192_0 * c[1] + 0.950_304_1 * c[2],
    ]
}

/// XYZ to linear sRGB; components may leave 0 to 1. Source: IEC 61966-2-1.
#[must_use]
pub fn linear_from_xyz(c: [f64; 3]) -> [f64; 3] {
    [
        3.240_454_2 * c[0] - 1.537_138_5 * c[1] - 0.498_531_4 * c[2],
        -0.969_266_0 * c[0] + 1.876_010_8 * c[1] + 0.041_556_0 * c[2],
        0.055_643_4 * c[0] - 0.204_025_9 * c[1] + 1.057_225_2 * c[2],
    ]
}

/// XYZ to linear Display P3; components may leave 0 to 1. Source: primaries of SMPTE EG 432-1 with [`D65`].
#[must_use]
pub fn linear_p3_from_xyz(c: [f64; 3]) -> [f64; 3] {
    [
        2.493_180_76 * c[0] - 0.931_265_53 * c[1] - 0.402_659_72 * c[2],
        -0.829_503_12 * c[0] + 1.762_694_12 * c[1] + 0.023_625_09 * c[2],
        0.035_853_63 * c[0] - 0.076_188_95 * c[1] + 0.957_092_62 * c[2],
    ]
}

/// Linear Display P3 to XYZ. Source: as [`linear_p3_from_xyz`].
#[must_use]
pub fn xyz_from_linear_p3(c: [f64; 3]) -> [f64; 3] {
    [
        0.486_632_65 * c[0] + 0.265_663_16 * c[1] + 0.198_174_19 * c[2],
        0.229_003_60 * c[0] + 0.691_726_73 * c[1] + 0.079_269_68 * c[2],
        0.045_112_61 * c[1] + 1.043_717_39 * c[2],
    ]
}

/// XYZ to CIELAB under [`D65`]. Source: CIE 15.
#[must_use]
pub fn lab_from_xyz(c: [f64; 3]) -> [f64; 3] {
    lab_from_xyz_white(c, D65)
}

/// XYZ to CIELAB under a white of Y = 1. Source: CIE 15.
#[must_use]
pub fn lab_from_xyz_white(c: [f64; 3], white: [f64; 3]) -> [f64; 3] {
    const E: f64 = 216.0 / 24_389.0;
    const K: f64 = 24_389.0 / 27.0;
    let f = |t: f64| {
        if t > E { libm::cbrt(t) } else { (K * t + 16.0) / 116.0 }
    };
    let (x, y, z) = (f(c[0] / white[0]), f(c[1] / white[1]), f(c[2] / white[2]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIELAB under [`D65`] to XYZ. Source: CIE 15.
#[must_use]
pub fn xyz_from_lab(lab: [f64; 3]) -> [f64; 3] {
    let fy = (lab[0] + 16.0) / 116.0;
    let (fx, fz) = (fy + lab[1] / 500.0, fy - lab[2] / 200.0);
    let g = |t: f64| {
        if t > 6.0 / 29.0 { t * t * t } else { 3.0 * (6.0 / 29.0) * (6.0 / 29.0) * (t - 4.0 / 29.0) }
    };
    [D65[0] * g(fx), D65[1] * g(fy), D65[2] * g(fz)]
}

/// Linear sRGB to CIELAB.
#[must_use]
pub fn lab_from_linear(c: [f64; 3]) -> [f64; 3] {
    lab_from_xyz(xyz_from_linear(c))
}

/// CIELAB to linear sRGB; components may leave 0 to 1.
#[must_use]
pub fn linear_from_lab(lab: [f64; 3]) -> [f64; 3] {
    linear_from_xyz(xyz_from_lab(lab))
}

/// Individual typology angle in degrees: atan((L* − 50) / b*). Above 55 very light, 41 light,
/// 28 intermediate, 10 tan, −30 brown, below that dark.
///
/// # Sources
/// Chardon, Cretois and Hourseau 1991; class limits as in Del Bino and Bernerd 2013.
#[must_use]
pub fn ita_degrees(lab: [f64; 3]) -> f64 {
    libm::atan2(lab[0] - 50.0, lab[2].max(1e-9)).to_degrees()
}

/// Colour difference ΔE₀₀ (CIEDE2000, k_L = k_C = k_H = 1).
///
/// # Sources
/// Sharma, Wu and Dalal 2005, *The CIEDE2000 color-difference formula*, equations 2 to 22.
#[must_use]
pub fn ciede2000(a: [f64; 3], b: [f64; 3]) -> f64 {
    let c_bar = 0.5 * (libm::hypot(a[1], a[2]) + libm::hypot(b[1], b[2]));
    let c7 = libm::pow(c_bar, 7.0);
    let g = 0.5 * (1.0 - libm::sqrt(c7 / (c7 + 6_103_515_625.0)));
    let (a1, a2) = ((1.0 + g) * a[1], (1.0 + g) * b[1]);
    let (c1, c2) = (libm::hypot(a1, a[2]), libm::hypot(a2, b[2]));
    let hue = |x: f64, y: f64| {
        if x == 0.0 && y == 0.0 {
            0.0
        } else {
            let h = libm::atan2(y, x).to_degrees();
            if h < 0.0 { h + 360.0 } else { h }
        }
    };
    let (h1, h2) = (hue(a1, a[2]), hue(a2, b[2]));
    let grey = c1 * c2 == 0.0;
    let dh = if grey {
        0.0
    } else if (h2 - h1).abs() <= 180.0 {
        h2 - h1
    } else if h2 > h1 {
        h2 - h1 - 360.0
    } else {
        h2 - h1 + 360.0
    };
    let (dl, dc) = (b[0] - a[0], c2 - c1);
    let dhh = 2.0 * libm::sqrt(c1 * c2) * libm::sin((0.5 * dh).to_radians());
    let (l_bar, cc) = (0.5 * (a[0] + b[0]), 0.5 * (c1 + c2));
    let h_bar = if grey {
        h1 + h2
    } else if (h1 - h2).abs() <= 180.0 {
        0.5 * (h1 + h2)
    } else if h1 + h2 < 360.0 {
        0.5 * (h1 + h2 + 360.0)
    } else {
        0.5 * (h1 + h2 - 360.0)
    };
    let cosd = |d: f64| libm::cos(d.to_radians());
    let t = 1.0 - 0.17 * cosd(h_bar - 30.0) + 0.24 * cosd(2.0 * h_bar) + 0.32 * cosd(3.0 * h_bar + 6.0)
        - 0.20 * cosd(4.0 * h_bar - 63.0);
    let q = (h_bar - 275.0) / 25.0;
    let theta = 30.0 * libm::exp(-q * q);
    let cc7 = libm::pow(cc, 7.0);
    let rc = 2.0 * libm::sqrt(cc7 / (cc7 + 6_103_515_625.0));
    let m = (l_bar - 50.0) * (l_bar - 50.0);
    let sl = 1.0 + 0.015 * m / libm::sqrt(20.0 + m);
    let (sc, sh) = (1.0 + 0.045 * cc, 1.0 + 0.015 * cc * t);
    let rt = -libm::sin((2.0 * theta).to_radians()) * rc;
    let (l, c, h) = (dl / sl, dc / sc, dhh / sh);
    libm::sqrt(l * l + c * c + h * h + rt * c * h)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_ciede2000_against_sharma() {
        let pairs = [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, 3.1571, -77.2803], [50.0, 0.0, -82.7485], 2.8615),
            ([50.0, 2.8361, -74.0200], [50.0, 0.0, -82.7485], 3.4412),
            ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
            ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
            ([50.0, -0.001, 2.49], [50.0, 0.001, -2.49], 4.8045),
            ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0009], 7.1792),
            ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
            ([50.0, 2.5, 0.0], [56.0, -27.0, -3.0], 31.9030),
            ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ];
        for (a, b, want) in pairs {
            assert!((ciede2000(a, b) - want).abs() < 1e-4, "{a:?} {b:?} {}", ciede2000(a, b));
            assert!((ciede2000(b, a) - want).abs() < 1e-4);
        }
    }

    #[test]
    fn prop_round_trips() {
        for lab in [[59.2, 11.6, 15.1], [35.3, 12.7, 26.3], [95.0, -2.0, 3.0], [5.0, 0.5, -1.0]] {
            let back = lab_from_linear(linear_from_lab(lab));
            for i in 0..3 {
                assert!((back[i] - lab[i]).abs() < 1e-2, "{lab:?} {back:?}");
            }
        }
        let c = [0.3, 0.5, 0.1];
        let back = xyz_from_linear_p3(linear_p3_from_xyz(c));
        for i in 0..3 {
            assert!((back[i] - c[i]).abs() < 1e-6, "{back:?}");
        }
        for x in [0.0, 0.002, 0.2, 1.0] {
            assert!((linear_from_srgb(srgb_from_linear(x)) - x).abs() < 1e-7);
        }
    }
}
