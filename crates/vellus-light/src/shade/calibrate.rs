//! Learning from healed test dots how much of a pigment is effective in this skin and how deep it lies.
//!
//! # Model
//! Two factors, both 1 before anything is known: *load*, on the absorption of the deposit, and *depth*, on the depth of
//! its middle. Their logarithms have a normal prior; each reading adds a normal likelihood with the error of its
//! instrument and of the optics. The posterior is computed on a grid, so that it is right also where load and depth
//! can hardly be told apart, which is so when only one reading of one kind is there.

use serde::{Deserialize, Serialize};

use crate::error::{LightError, in_range};

/// What is believed of the factors before test dots are read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// Standard deviation of ln load (assumption: a factor of 1.6 between hands, machines and lots).
    pub sd_log_load: f64,
    /// Standard deviation of ln depth between people and hands (assumption: as between dots of one hand, 0.18, and a
    /// little more).
    pub sd_log_depth: f64,
}

impl Default for Prior {
    fn default() -> Self {
        Self { sd_log_load: 0.5, sd_log_depth: 0.22 }
    }
}

/// The factors.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    /// On the absorption of the deposit.
    pub load: f64,
    /// On the depth of its middle.
    pub depth: f64,
}

impl Factors {
    /// Nothing changed.
    pub const ONE: Self = Self { load: 1.0, depth: 1.0 };
}

/// What was read of healed test dots.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reading {
    /// Mean colour of a field of dots, CIELAB D65, less that of the bare skin beside it.
    Colour {
        /// L*, a*, b* of the dots less those of the skin.
        difference: [f64; 3],
        /// Standard error of each.
        sd: f64,
    },
    /// Darkening integrated over one dot, mm², red, green, blue.
    Area {
        /// The areas.
        area_mm2: [f64; 3],
        /// Standard error of their logarithm.
        sd_log: f64,
    },
}

/// What the optics say a reading would be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Predicted {
    /// As [`Reading::Colour`].
    Colour([f64; 3]),
    /// As [`Reading::Area`].
    Area([f64; 3]),
}

/// Error of the optics in a difference of colour, as a share of its length, and in the logarithm of an area, one for all
/// channels together and one for each (assumption: twice the error of the table of dots in area, 6.5 %, for what skin adds).
pub const OPTICS_SD_LOG: f64 = 0.15;
/// Least error of the optics in a difference of colour, units of CIELAB (assumption: skin differs by so much from
/// place to place).
pub const LEAST_OPTICS_SD: f64 = 0.4;

/// What is believed after the readings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The most likely factors.
    pub best: Factors,
    /// Median and 80 % band of the load: lower end, median, upper end.
    pub load: [f64; 3],
    /// The same of the depth.
    pub depth: [f64; 3],
    /// Standard deviations of ln load and ln depth and their correlation, as of a normal distribution.
    pub sd_log: [f64; 2],
    /// See [`Self::sd_log`].
    pub correlation: f64,
    /// Root mean square of the residuals at the best factors in units of their errors: about 1 when all fits.
    pub misfit: f64,
    /// How many readings.
    pub readings: usize,
}

impl Calibration {
    /// What is believed without any reading.
    #[must_use]
    pub fn of_prior(prior: &Prior) -> Self {
        let band = |sd: f64| [libm::exp(-1.281_6 * sd), 1.0, libm::exp(1.281_6 * sd)];
        Self {
            best: Factors::ONE,
            load: band(prior.sd_log_load),
            depth: band(prior.sd_log_depth),
            sd_log: [prior.sd_log_load, prior.sd_log_depth],
            correlation: 0.0,
            misfit: 0.0,
            readings: 0,
        }
    }

    /// Factors for two standard normal numbers: a draw from what is believed.
    #[must_use]
    pub fn draw(&self, u: f64, v: f64) -> Factors {
        let r = self.correlation.clamp(-0.999, 0.999);
        let w = r * u + libm::sqrt(1.0 - r * r) * v;
        Factors {
            load: self.load[1] * libm::exp(self.sd_log[0] * u),
            depth: self.depth[1] * libm::exp(self.sd_log[1] * w),
        }
    }
}

/// Half width of the grid in standard deviations of the prior, and steps from the middle to its end.
const REACH: f64 = 3.2;
const STEPS: i32 = 20;

/// Weighs the factors by the readings. `predict` says what reading number `i` would be under given factors.
///
/// # Errors
/// A reading that is not finite or has an error that is not above zero; standard deviations of the prior outside 0.01
/// to 2.
pub fn calibrate(
    prior: &Prior,
    readings: &[Reading],
    predict: &dyn Fn(usize, Factors) -> Predicted,
) -> Result<Calibration, LightError> {
    in_range("prior spread of the load", prior.sd_log_load, 0.01, 2.0)?;
    in_range("prior spread of the depth", prior.sd_log_depth, 0.01, 2.0)?;
    for r in readings {
        match r {
            Reading::Colour { difference, sd } => {
                for d in difference {
                    in_range("colour of test dots less that of the skin", *d, -100.0, 100.0)?;
                }
                in_range("error of the colour of test dots", *sd, 1e-3, 50.0)?;
            }
            Reading::Area { area_mm2, sd_log } => {
                for a in area_mm2 {
                    in_range("area of a test dot in mm²", *a, 1e-6, 10.0)?;
                }
                in_range("error of the area of a test dot", *sd_log, 1e-3, 3.0)?;
            }
        }
    }
    if readings.is_empty() {
        return Ok(Calibration::of_prior(prior));
    }
    let at = |i: i32, sd: f64| f64::from(i) / f64::from(STEPS) * REACH * sd;
    let mut cells = Vec::new();
    for i in -STEPS..=STEPS {
        for j in -STEPS..=STEPS {
            let (x, y) = (at(i, prior.sd_log_load), at(j, prior.sd_log_depth));
            let f = Factors { load: libm::exp(x), depth: libm::exp(y) };
            let prior_term = (x / prior.sd_log_load) * (x / prior.sd_log_load)
                + (y / prior.sd_log_depth) * (y / prior.sd_log_depth);
            let (chi2, _) = misfit(readings, f, predict);
            cells.push((x, y, -0.5 * (prior_term + chi2)));
        }
    }
    let most = cells.iter().map(|c| c.2).fold(f64::NEG_INFINITY, f64::max);
    let best = cells.iter().max_by(|a, b| a.2.total_cmp(&b.2)).map_or((0.0, 0.0), |c| (c.0, c.1));
    let mut sum = 0.0;
    let (mut mx, mut my) = (0.0, 0.0);
    for (x, y, l) in &cells {
        let w = libm::exp(l - most);
        sum += w;
        mx += w * x;
        my += w * y;
    }
    mx /= sum;
    my /= sum;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y, l) in &cells {
        let w = libm::exp(l - most) / sum;
        xx += w * (x - mx) * (x - mx);
        yy += w * (y - my) * (y - my);
        xy += w * (x - mx) * (y - my);
    }
    // The grid cannot show a spread below its own step.
    let step = |sd: f64| REACH * sd / f64::from(STEPS) / libm::sqrt(12.0);
    let sx = libm::sqrt(xx).max(step(prior.sd_log_load));
    let sy = libm::sqrt(yy).max(step(prior.sd_log_depth));
    let band = |m: f64, s: f64| [libm::exp(m - 1.281_6 * s), libm::exp(m), libm::exp(m + 1.281_6 * s)];
    let best = Factors { load: libm::exp(best.0), depth: libm::exp(best.1) };
    let (chi2, n) = misfit(readings, best, predict);
    Ok(Calibration {
        best,
        load: band(mx, sx),
        depth: band(my, sy),
        sd_log: [sx, sy],
        correlation: (xy / (sx * sy)).clamp(-1.0, 1.0),
        misfit: libm::sqrt(chi2 / n.max(1) as f64),
        readings: readings.len(),
    })
}

/// χ² of all readings and how many numbers they hold.
fn misfit(readings: &[Reading], f: Factors, predict: &dyn Fn(usize, Factors) -> Predicted) -> (f64, usize) {
    let mut chi2 = 0.0;
    let mut n = 0;
    for (i, r) in readings.iter().enumerate() {
        match (r, predict(i, f)) {
            (Reading::Colour { difference, sd }, Predicted::Colour(p)) => {
                let long = libm::sqrt(difference.iter().map(|d| d * d).sum::<f64>());
                let optics = (OPTICS_SD_LOG * long).max(LEAST_OPTICS_SD);
                let v = sd * sd + optics * optics;
                for c in 0..3 {
                    chi2 += (difference[c] - p[c]) * (difference[c] - p[c]) / v;
                }
                n += 3;
            }
            (Reading::Area { area_mm2, sd_log }, Predicted::Area(p)) => {
                // Mean over the channels carries the common error, what is left of each its own.
                let d: [f64; 3] = std::array::from_fn(|c| libm::log(area_mm2[c] / p[c].max(1e-9)));
                let mean = (d[0] + d[1] + d[2]) / 3.0;
                let v = OPTICS_SD_LOG * OPTICS_SD_LOG;
                chi2 += mean * mean / (v + sd_log * sd_log);
                for c in d {
                    chi2 += (c - mean) * (c - mean) / (v + sd_log * sd_log / 3.0);
                }
                n += 3;
            }
            // A prediction of another kind says nothing about the reading.
            _ => {}
        }
    }
    (chi2, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A deposit whose colour goes with the logarithm of the load and whose blue with depth.
    fn toy(f: Factors) -> [f64; 3] {
        let (l, d) = (f.load.ln(), f.depth.ln());
        [-12.0 - 8.0 * l + 14.0 * d, -1.0 - l, -4.0 - 2.0 * l - 6.0 * d]
    }

    #[test]
    fn what_was_put_in_comes_out() {
        let truth = Factors { load: 1.6, depth: 0.9 };
        let readings: Vec<Reading> =
            (0..6).map(|_| Reading::Colour { difference: toy(truth), sd: 0.5 }).collect();
        let c = calibrate(&Prior::default(), &readings, &|_, f| Predicted::Colour(toy(f))).unwrap();
        assert!((c.load[1] / 1.6 - 1.0).abs() < 0.12 && (c.depth[1] / 0.9 - 1.0).abs() < 0.08, "{c:?}");
        assert!(c.load[0] < 1.6 && c.load[2] > 1.6 && c.misfit < 0.5);
        let prior = Calibration::of_prior(&Prior::default());
        assert!(c.sd_log[0] < 0.5 * prior.sd_log[0]);
        // One reading says less than six.
        let one = calibrate(&Prior::default(), &readings[..1], &|_, f| Predicted::Colour(toy(f))).unwrap();
        assert!(one.sd_log[0] > c.sd_log[0]);
    }

    #[test]
    fn nothing_read_is_the_prior_and_nonsense_is_told() {
        let predict = |_: usize, f: Factors| Predicted::Colour(toy(f));
        let c = calibrate(&Prior::default(), &[], &predict).unwrap();
        assert_eq!(c, Calibration::of_prior(&Prior::default()));
        let nan = Reading::Colour { difference: [f64::NAN, 0.0, 0.0], sd: 1.0 };
        assert!(calibrate(&Prior::default(), &[nan], &predict).is_err());
        let light = Reading::Area { area_mm2: [-0.01, 0.01, 0.01], sd_log: 0.1 };
        assert!(calibrate(&Prior::default(), &[light], &predict).is_err());
        // A colour no factor explains stays within the grid and says that it misfits.
        let odd = Reading::Colour { difference: [20.0, 30.0, 0.0], sd: 0.5 };
        let c = calibrate(&Prior::default(), &[odd], &predict).unwrap();
        assert!(c.misfit > 3.0 && c.best.load.is_finite());
    }
}
