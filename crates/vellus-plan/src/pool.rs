//! Bands of futures that do not all weigh the same: those under a mechanism of PRP that what was
//! measured makes less likely count for less.

use vellus_units::maths::lerp;

use crate::outcome::Band;

/// Values that add up to a distribution, each with a weight; weights add up to one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    /// In order of value.
    sorted: Vec<(f64, f64)>,
}

impl Pool {
    /// Pools the futures of each mechanism: its weight, and a value of each of its futures.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = (f64, &'a [f64])>) -> Self {
        Self::weighted(parts.into_iter().flat_map(|(weight, values)| {
            values.iter().map(move |v| (*v, weight / values.len().max(1) as f64))
        }))
    }

    /// Pools values with their weights, whatever these add up to.
    #[must_use]
    pub fn weighted(values: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut sorted: Vec<(f64, f64)> = values.into_iter().collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let whole: f64 = sorted.iter().map(|s| s.1).sum();
        if whole > 0.0 {
            for s in &mut sorted {
                s.1 /= whole;
            }
        }
        Self { sorted }
    }

    /// Value below which the next draw falls with the chance `q`, linear between the values; NaN for
    /// an empty pool. With even weights it is type 6 of Hyndman and Fan 1996, whose bands hold a new
    /// draw as often as they say, however few the values.
    #[must_use]
    pub fn quantile(&self, q: f64) -> f64 {
        let squares: f64 = self.sorted.iter().map(|s| s.1 * s.1).sum();
        let effective = if squares > 0.0 { 1.0 / squares } else { 0.0 };
        let mut sum = 0.0;
        let mut before: Option<(f64, f64)> = None;
        for (x, w) in &self.sorted {
            sum += w;
            let at = sum * effective / (effective + 1.0);
            if at >= q {
                return match before {
                    Some((x0, at0)) if at > at0 => lerp(x0, *x, ((q - at0) / (at - at0)).clamp(0.0, 1.0)),
                    _ => *x,
                };
            }
            before = Some((*x, at));
        }
        self.sorted.last().map_or(f64::NAN, |s| s.0)
    }

    /// The 80 % band.
    #[must_use]
    pub fn band(&self) -> Band {
        Band { lo: self.quantile(0.1), median: self.quantile(0.5), hi: self.quantile(0.9) }
    }

    /// Share of the pool below a value; values that equal it count half.
    #[must_use]
    pub fn below(&self, x: f64) -> f64 {
        self.sorted
            .iter()
            .map(|(v, w)| {
                if *v < x {
                    *w
                } else if *v == x {
                    0.5 * w
                } else {
                    0.0
                }
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_units::random::{Key, Purpose};

    #[test]
    fn stat_a_band_of_few_values_holds_a_new_draw_as_often_as_it_says() {
        let mut s = Key::new(9, 0).stream(Purpose::Person, 0);
        let mut held = 0;
        for _ in 0..20_000 {
            let values: Vec<f64> = (0..20).map(|_| s.normal()).collect();
            let band = Pool::of([(1.0, values.as_slice())]).band();
            let next = s.normal();
            held += usize::from(next >= band.lo && next <= band.hi);
        }
        assert!((f64::from(held as u32) / 20_000.0 - 0.8).abs() < 0.012, "{held}");
    }

    #[test]
    fn an_unlikely_mechanism_counts_for_less() {
        let low: Vec<f64> = (0..64).map(|k| f64::from(k) / 16.0).collect();
        let high: Vec<f64> = low.iter().map(|x| 100.0 + x).collect();
        let pool = Pool::of([(0.97, &low[..]), (0.03, &high[..])]);
        assert!(pool.band().hi <= 4.0, "{:?}", pool.band());
        assert!((pool.below(50.0) - 0.97).abs() < 1e-12);
        assert!(Pool::default().quantile(0.5).is_nan());
    }
}
