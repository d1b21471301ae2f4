//! A small Fourier transform of two dimensions. Twiddle factors come from `libm` and the order of sums is
//! fixed, so that the last bit is the same on every machine; a planner that picks instructions at run
//! time would not keep that.

use rayon::prelude::*;

/// A complex field, rows after rows; both sides are powers of two.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) re: Vec<f64>,
    pub(crate) im: Vec<f64>,
}

struct Twiddles {
    cos: Vec<f64>,
    sin: Vec<f64>,
}

impl Twiddles {
    fn new(n: usize) -> Self {
        let angle = |k: usize| -2.0 * std::f64::consts::PI * k as f64 / n as f64;
        let half = (n / 2).max(1);
        Self {
            cos: (0..half).map(|k| libm::cos(angle(k))).collect(),
            sin: (0..half).map(|k| libm::sin(angle(k))).collect(),
        }
    }
}

fn line(re: &mut [f64], im: &mut [f64], t: &Twiddles, inverse: bool) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut len = 2;
    while len <= n {
        let step = n / len;
        for start in (0..n).step_by(len) {
            for k in 0..len / 2 {
                let (c, s) = (t.cos[k * step], if inverse { -t.sin[k * step] } else { t.sin[k * step] });
                let (a, b) = (start + k, start + k + len / 2);
                let (xr, xi) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                (re[b], im[b]) = (re[a] - xr, im[a] - xi);
                (re[a], im[a]) = (re[a] + xr, im[a] + xi);
            }
        }
        len <<= 1;
    }
}

impl Field {
    /// A real field, zero where nothing is given.
    pub(crate) fn zeros(width: usize, height: usize) -> Self {
        debug_assert!(width.is_power_of_two() && height.is_power_of_two());
        Self { width, height, re: vec![0.0; width * height], im: vec![0.0; width * height] }
    }

    fn rows(&mut self, inverse: bool) {
        let t = Twiddles::new(self.width);
        self.re
            .par_chunks_mut(self.width)
            .zip(self.im.par_chunks_mut(self.width))
            .for_each(|(re, im)| line(re, im, &t, inverse));
    }

    fn transposed(&self) -> Self {
        let (w, h) = (self.width, self.height);
        let turn = |from: &[f64]| {
            let mut to = vec![0.0; from.len()];
            for y in 0..h {
                for x in 0..w {
                    to[x * h + y] = from[y * w + x];
                }
            }
            to
        };
        Self { width: h, height: w, re: turn(&self.re), im: turn(&self.im) }
    }

    /// The transform; the inverse is divided by the number of samples.
    pub(crate) fn transform(mut self, inverse: bool) -> Self {
        self.rows(inverse);
        let mut t = self.transposed();
        t.rows(inverse);
        let mut out = t.transposed();
        if inverse {
            let n = (self.width * self.height) as f64;
            out.re.iter_mut().chain(out.im.iter_mut()).for_each(|x| *x /= n);
        }
        out
    }

    /// Multiplies by a real function of the frequencies across and down, cycles per sample.
    pub(crate) fn weigh(&mut self, weight: impl Fn(f64, f64) -> f64 + Sync) {
        let (w, h) = (self.width, self.height);
        let f = |k: usize, n: usize| if 2 * k <= n { k as f64 / n as f64 } else { k as f64 / n as f64 - 1.0 };
        self.re.par_chunks_mut(w).zip(self.im.par_chunks_mut(w)).enumerate().for_each(|(y, (re, im))| {
            let fy = f(y, h);
            for x in 0..w {
                let g = weight(f(x, w), fy);
                re[x] *= g;
                im[x] *= g;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_against_the_sum_of_the_definition() {
        let (w, h) = (8, 4);
        let mut f = Field::zeros(w, h);
        for i in 0..w * h {
            f.re[i] = ((i * 7) % 11) as f64 - 3.0;
            f.im[i] = ((i * 5) % 7) as f64;
        }
        let g = f.clone().transform(false);
        for v in 0..h {
            for u in 0..w {
                let (mut re, mut im) = (0.0, 0.0);
                for y in 0..h {
                    for x in 0..w {
                        let a = -2.0
                            * std::f64::consts::PI
                            * ((u * x) as f64 / w as f64 + (v * y) as f64 / h as f64);
                        let (c, s) = (a.cos(), a.sin());
                        re += f.re[y * w + x] * c - f.im[y * w + x] * s;
                        im += f.re[y * w + x] * s + f.im[y * w + x] * c;
                    }
                }
                assert!((g.re[v * w + u] - re).abs() < 1e-10 && (g.im[v * w + u] - im).abs() < 1e-10);
            }
        }
        let back = g.transform(true);
        for i in 0..w * h {
            assert!((back.re[i] - f.re[i]).abs() < 1e-12 && (back.im[i] - f.im[i]).abs() < 1e-12);
        }
    }
}
