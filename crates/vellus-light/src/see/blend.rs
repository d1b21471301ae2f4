//! How one texture goes over into another: a treated zone beside the person's own fringe.
//!
//! # Equations
//! *Tone* is ΔE₀₀ of the mean light of both. *Texture* compares the root mean square luminance contrast
//! c_k of each octave k of frequencies as the eye weighs it, x_k = S(f_k) c_k: above threshold the eye
//! compresses contrast, R(x) = x up to 1 and 1 + (x^p − 1)/p beyond with p = 0.4, and the texture
//! difference is J = (Σ_k |R(a_k) − R(b_k)|^β)^{1/β}.
//!
//! # Sources
//! Compression: exponent of about 0.4 in contrast discrimination (Kontsevich, Chen and Tyler 2002). S and
//! β: Watson and Ahumada 2005. For noise that fills the fovea the pooled response of that model is 1.08
//! times S·c; this factor is within a tenth of one and left out.

use serde::{Deserialize, Serialize};

use super::fft::Field;
use super::patch::Patch;
use super::sensitivity::{POOLING, luminance};
use super::viewing::Viewing;
use crate::colour::{ciede2000, xyz_from_linear};
use crate::error::LightError;

/// Exponent of suprathreshold contrast, no unit.
const COMPRESSION: f64 = 0.4;
/// Centres of the octaves, cycles per degree.
pub const OCTAVES: [f64; 7] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
/// ΔE₀₀ between two tones side by side that half of the people see. Source: Paravina and others 2015, on
/// teeth (0.8; acceptable to half: 1.8). That skin is no different is an assumption.
pub const TONE_SEEN: f64 = 0.8;
/// ΔE₀₀ that half of the people accept. As [`TONE_SEEN`].
pub const TONE_ACCEPTED: f64 = 1.8;

/// One octave of frequencies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Octave {
    /// Its middle, cycles per degree.
    pub cycles_per_degree: f64,
    /// Root mean square contrast of the treated zone, no unit.
    pub treated: f64,
    /// The same of the fringe.
    pub fringe: f64,
    /// Difference as the eye weighs it, treated less fringe, just noticeable differences.
    pub difference_jnd: f64,
}

/// How a treated zone goes over into the fringe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// ΔE₀₀ of the mean tones.
    pub tone_de00: f64,
    /// Mean tone of the treated zone, CIELAB.
    pub treated_lab: [f64; 3],
    /// Mean tone of the fringe.
    pub fringe_lab: [f64; 3],
    /// Contrast by octave, those that the patches and the eye resolve.
    pub octaves: Vec<Octave>,
    /// Difference of texture, just noticeable differences.
    pub texture_jnd: f64,
    /// The worse of tone and texture in units of what half of the people see: below 1 the two zones are
    /// one to most eyes.
    pub noticed: f64,
}

/// Compares a treated zone with the fringe beside it, seen from a distance. The patches may differ in size
/// but not in scale.
///
/// # Errors
/// Patches of different scale.
pub fn blend(treated: &Patch, fringe: &Patch, viewing: Viewing) -> Result<Blend, LightError> {
    if (treated.mm_per_pixel() / fringe.mm_per_pixel() - 1.0).abs() > 1e-6 {
        return Err(LightError::Range {
            what: "millimetres per pixel of the second patch, which must be those of the first",
            value: fringe.mm_per_pixel(),
            lo: treated.mm_per_pixel(),
            hi: treated.mm_per_pixel(),
        });
    }
    let (a, b) = (contrasts(treated, viewing), contrasts(fringe, viewing));
    let ppd = viewing.pixels_per_degree(treated.mm_per_pixel());
    // An octave counts when both patches hold at least two of its waves and two samples of each.
    let side =
        [treated.width(), treated.height(), fringe.width(), fringe.height()].into_iter().min().unwrap_or(0);
    let holds = |f: f64| 2.0 * f <= ppd && f * side as f64 / ppd >= 2.0;
    let octaves: Vec<Octave> = OCTAVES
        .iter()
        .zip(a.iter().zip(&b))
        .filter(|(f, _)| holds(**f))
        .map(|(&f, (&treated, &fringe))| {
            let s = luminance(f);
            let difference_jnd = response(s * treated) - response(s * fringe);
            Octave { cycles_per_degree: f, treated, fringe, difference_jnd }
        })
        .collect();
    Ok(Blend::from_parts(treated.tone_lab(), fringe.tone_lab(), octaves))
}

impl Blend {
    /// From mean tones and octaves that are known already, such as from a model of the pattern.
    #[must_use]
    pub fn from_parts(treated_lab: [f64; 3], fringe_lab: [f64; 3], octaves: Vec<Octave>) -> Self {
        let sum: f64 = octaves.iter().map(|o| libm::pow(o.difference_jnd.abs(), POOLING)).sum();
        let texture_jnd = libm::pow(sum, 1.0 / POOLING);
        let tone_de00 = ciede2000(treated_lab, fringe_lab);
        let noticed = (tone_de00 / TONE_SEEN).max(texture_jnd);
        Self { tone_de00, treated_lab, fringe_lab, octaves, texture_jnd, noticed }
    }
}

/// Compressed response to a contrast in units of its threshold, no unit.
#[must_use]
pub fn response(x: f64) -> f64 {
    let x = x.max(0.0);
    if x <= 1.0 { x } else { 1.0 + (libm::pow(x, COMPRESSION) - 1.0) / COMPRESSION }
}

/// Root mean square luminance contrast in each of the [`OCTAVES`].
fn contrasts(patch: &Patch, viewing: Viewing) -> [f64; OCTAVES.len()] {
    let (w, h) = (patch.width(), patch.height());
    let y0 = xyz_from_linear(patch.mean())[1].max(1e-9);
    let (fw, fh) = (w.next_power_of_two(), h.next_power_of_two());
    let mut f = Field::zeros(fw, fh);
    // A Hann window keeps the edges of the patch out of its spectrum.
    let hann =
        |i: usize, n: usize| 0.5 - 0.5 * libm::cos(2.0 * std::f64::consts::PI * (i as f64 + 0.5) / n as f64);
    let mut weight = 0.0;
    for y in 0..h {
        for x in 0..w {
            let g = hann(x, w) * hann(y, h);
            f.re[y * fw + x] = g * (xyz_from_linear(patch.pixels()[y * w + x])[1] / y0 - 1.0);
            weight += g * g;
        }
    }
    let f = f.transform(false);
    let ppd = viewing.pixels_per_degree(patch.mm_per_pixel());
    let freq = |k: usize, n: usize| if 2 * k <= n { k as f64 / n as f64 } else { k as f64 / n as f64 - 1.0 };
    let mut power = [0.0; OCTAVES.len()];
    for v in 0..fh {
        for u in 0..fw {
            let r = libm::hypot(freq(u, fw), freq(v, fh)) * ppd;
            let i = v * fw + u;
            if let Some(k) = octave_of(r) {
                power[k] += f.re[i] * f.re[i] + f.im[i] * f.im[i];
            }
        }
    }
    power.map(|p| libm::sqrt(p / (fw * fh) as f64 / weight.max(1e-12)))
}

/// The octave in which a frequency in cycles per degree lies.
fn octave_of(f: f64) -> Option<usize> {
    let k = libm::floor(libm::log2((f / OCTAVES[0]).max(1e-9)) + 0.5);
    (k >= 0.0 && k < OCTAVES.len() as f64).then_some(k as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waves(n: usize, mm: f64, period_mm: f64, contrast: f64) -> Patch {
        let pixels = (0..n * n)
            .map(|i| {
                let x = (i % n) as f64 * mm;
                let v = 0.3 * (1.0 + contrast * (2.0 * std::f64::consts::PI * x / period_mm).sin());
                [v; 3]
            })
            .collect();
        Patch::new(n, n, mm, pixels).unwrap()
    }

    #[test]
    fn a_wave_is_found_in_its_octave_with_its_contrast() {
        let v = Viewing::CONVERSATION;
        let period = v.mm_per_degree() / 4.0;
        let p = waves(256, 0.25, period, 0.2);
        let flat = p.flat();
        let b = blend(&p, &flat, v).unwrap();
        let best = b.octaves.iter().max_by(|x, y| x.treated.total_cmp(&y.treated)).unwrap();
        assert!((best.cycles_per_degree - 4.0).abs() < 1e-9);
        // A sine of amplitude 0.2 has a root mean square of 0.141.
        assert!((best.treated - 0.2 / 2f64.sqrt()).abs() < 0.004, "{best:?}");
        assert!(b.tone_de00 < 0.05 && b.texture_jnd > 2.0 && b.noticed > 2.0);
        // A patch is one with itself.
        let same = blend(&p, &p, v).unwrap();
        assert!(same.texture_jnd == 0.0 && same.tone_de00 == 0.0 && same.noticed == 0.0);
    }

    #[test]
    fn far_away_only_the_tone_is_left() {
        let p = waves(256, 0.25, 1.0, 0.2);
        let near = blend(&p, &p.flat(), Viewing::CONVERSATION).unwrap();
        let far = blend(&p, &p.flat(), Viewing::new(8.0).unwrap()).unwrap();
        assert!(near.texture_jnd > 1.0 && far.texture_jnd < 0.1, "{} {}", near.texture_jnd, far.texture_jnd);
        assert!(blend(&p, &waves(256, 0.2, 1.0, 0.2), Viewing::CLOSE).is_err());
    }

    #[test]
    fn prop_the_response_rises_and_is_smooth_at_threshold() {
        let mut last = -1.0;
        for i in 0..400 {
            let r = response(0.05 * f64::from(i));
            assert!(r > last);
            last = r;
        }
        assert!((response(1.0 + 1e-6) - response(1.0 - 1e-6) - 2e-6).abs() < 1e-9);
    }
}
