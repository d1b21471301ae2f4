//! Newtypes for physical quantities. The type says the unit; kernels unwrap to `f64` and carry
//! the unit as a suffix of the name instead.

use std::fmt;

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, PartialOrd, serde::Serialize,
            serde::Deserialize, schemars::JsonSchema,
        )]
        #[repr(transparent)]
        #[serde(transparent)]
        pub struct $name(pub f64);

        impl $name {
            /// The unit as people write it after the number.
            pub const UNIT: &'static str = $unit;

            /// The plain number, in the unit of the type.
            #[must_use]
            pub const fn value(self) -> f64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match f.precision() {
                    Some(p) => write!(f, "{:.*} {}", p, self.0, Self::UNIT),
                    None => write!(f, "{} {}", self.0, Self::UNIT),
                }
            }
        }

        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl std::ops::Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl std::ops::Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        /// The ratio of two quantities of one unit.
        impl std::ops::Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }
    };
}

quantity!(/// A length on the head, in millimetres.
    Millimetres, "mm");
quantity!(/// A hair diameter or a depth in skin, in micrometres.
    Micrometres, "µm");
quantity!(/// An area of skin, in square centimetres.
    Cm2, "cm²");
quantity!(/// Things per square centimetre of skin.
    PerCm2, "/cm²");
quantity!(/// Days.
    Days, "d");
quantity!(/// Months of 365.25 / 12 days.
    Months, "months");
quantity!(/// Years of 365.25 days.
    Years, "years");
quantity!(/// Minutes.
    Minutes, "min");
quantity!(/// Revolutions per minute.
    Rpm, "rpm");
quantity!(/// Relative centrifugal force, multiples of standard gravity.
    Rcf, "g");
quantity!(/// Millilitres.
    Millilitres, "mL");
quantity!(/// Thousands of cells per microlitre, which is 10⁹ cells per litre.
    ThousandsPerUl, "×10³/µL");
quantity!(/// Per cent.
    Percent, "%");
quantity!(/// Hair growth, in micrometres per day.
    MicrometresPerDay, "µm/d");

/// Days in a year, averaged over the leap years (Julian year).
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Days in a month: a twelfth of [`DAYS_PER_YEAR`].
pub const DAYS_PER_MONTH: f64 = DAYS_PER_YEAR / 12.0;

impl From<Months> for Days {
    fn from(m: Months) -> Self {
        Self(m.0 * DAYS_PER_MONTH)
    }
}

impl From<Years> for Days {
    fn from(y: Years) -> Self {
        Self(y.0 * DAYS_PER_YEAR)
    }
}

impl From<Days> for Months {
    fn from(d: Days) -> Self {
        Self(d.0 / DAYS_PER_MONTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_carries_the_unit_and_the_precision() {
        assert_eq!(format!("{:.1}", PerCm2(22.66)), "22.7 /cm²");
        assert_eq!(Millimetres(8.0).to_string(), "8 mm");
    }

    #[test]
    fn twelve_months_are_a_year() {
        assert!((Days::from(Months(12.0)).0 - Days::from(Years(1.0)).0).abs() < 1e-9);
    }
}
