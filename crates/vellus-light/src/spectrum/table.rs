//! Reading the small tables that are compiled in.

use super::bands::Spectrum;

/// Columns of numbers over wavelength.
#[derive(Clone, Debug)]
pub struct Table {
    /// Wavelengths of the rows, nm.
    pub nm: Vec<f64>,
    /// Values, a row each wavelength.
    rows: Vec<Vec<f64>>,
}

impl Table {
    /// Reads `wavelength_nm,…` rows; lines that start with `#` and the heading are left out. The
    /// tables are part of the program and tests read all of them: what is no number is skipped.
    #[must_use]
    pub fn read(csv: &str) -> Self {
        let (mut nm, mut rows) = (Vec::new(), Vec::new());
        for line in csv.lines().filter(|l| !l.starts_with('#')) {
            let row: Vec<f64> = line.split(',').filter_map(|x| x.trim().parse().ok()).collect();
            if let Some((first, rest)) = row.split_first() {
                nm.push(*first);
                rows.push(rest.to_vec());
            }
        }
        Self { nm, rows }
    }

    /// Value of a column by straight lines; flat outside the table.
    #[must_use]
    pub fn at(&self, column: usize, wavelength_nm: f64) -> f64 {
        let i = self.nm.partition_point(|x| *x <= wavelength_nm);
        if i == 0 {
            return self.rows.first().map_or(0.0, |r| r[column]);
        }
        let Some(next) = self.nm.get(i) else {
            return self.rows[i - 1][column];
        };
        let t = (wavelength_nm - self.nm[i - 1]) / (next - self.nm[i - 1]);
        self.rows[i - 1][column] * (1.0 - t) + self.rows[i][column] * t
    }

    /// A column averaged over each band.
    #[must_use]
    pub fn banded(&self, column: usize) -> Spectrum {
        Spectrum::averaged(|nm| self.at(column, nm))
    }

    /// As [`Self::at`], zero outside the table.
    #[must_use]
    pub fn at_or_zero(&self, column: usize, wavelength_nm: f64) -> f64 {
        match (self.nm.first(), self.nm.last()) {
            (Some(a), Some(b)) if wavelength_nm >= *a && wavelength_nm <= *b => {
                self.at(column, wavelength_nm)
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_and_beyond_the_rows() {
        let t = Table::read("# note\nwavelength_nm,a\n400,1\n410,3\n420,3\n");
        assert_eq!(t.nm, [400.0, 410.0, 420.0]);
        assert_eq!(t.at(0, 405.0), 2.0);
        assert_eq!((t.at(0, 300.0), t.at(0, 500.0)), (1.0, 3.0));
        assert_eq!(t.at_or_zero(0, 300.0), 0.0);
        assert!((t.banded(0)[5] - 3.0).abs() < 1e-12);
    }
}
