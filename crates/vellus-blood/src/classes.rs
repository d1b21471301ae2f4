//! Names that the field gives to preparations.

use crate::preparation::Preparation;
use serde::Serialize;

/// Platelet class of the PAW system (DeLong 2012), by platelets per microlitre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum PawClass {
    /// Not above the blood.
    P1,
    /// Above the blood, up to 750·10³/µL.
    P2,
    /// Above 750 and up to 1250·10³/µL.
    P3,
    /// Above 1250·10³/µL.
    P4,
}

/// The PAW class; limits as Fitzpatrick 2017 (10.1177/2325967116675272) prints them.
#[must_use]
pub fn paw_class(platelets_k_per_ul: f64, blood_k_per_ul: f64) -> PawClass {
    if platelets_k_per_ul <= blood_k_per_ul {
        PawClass::P1
    } else if platelets_k_per_ul <= 750.0 {
        PawClass::P2
    } else if platelets_k_per_ul <= 1250.0 {
        PawClass::P3
    } else {
        PawClass::P4
    }
}

/// Four grades, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Grade {
    /// Best.
    A,
    /// Second.
    B,
    /// Third.
    C,
    /// Last.
    D,
}

/// Dose, efficiency, purity: three grades of the DEPA system (Magalon 2016). Its fourth letter,
/// activation, says how a preparation is used and not what it is.
///
/// That A begins at 90 % of efficiency and of purity is in the abstract (10.1136/bmjsem-2015-000060);
/// the other limits (dose 5, 3 and 1·10⁹ platelets; efficiency and purity 70 and 30 %) are quoted from
/// memory and are an assumption until read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DepaClass {
    /// By the platelets in the whole preparation.
    pub dose: Grade,
    /// By recovery.
    pub efficiency: Grade,
    /// By the share of platelets among all cells.
    pub purity: Grade,
}

fn grade(x: f64, a: f64, b: f64, c: f64) -> Grade {
    if x > a {
        Grade::A
    } else if x > b {
        Grade::B
    } else if x > c {
        Grade::C
    } else {
        Grade::D
    }
}

/// Whether white cells come along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Leukocytes {
    /// Fewer per volume than in blood.
    Poor,
    /// As many as in blood, or more.
    Rich,
}

impl Preparation {
    /// PAW class of the median.
    #[must_use]
    pub fn paw(&self) -> PawClass {
        paw_class(self.platelets_per_ul.median, self.blood_platelets_per_ul.median)
    }

    /// DEPA grades of the medians, for `tubes` tubes.
    #[must_use]
    pub fn depa(&self, tubes: u32) -> DepaClass {
        let p = self.platelets_per_ul.median;
        let all = p + self.rbc_per_ul.median + self.wbc_per_ul.median;
        DepaClass {
            dose: grade(self.platelets_total.median * f64::from(tubes), 5.0, 3.0, 1.0),
            efficiency: grade(self.recovery.median, 0.9, 0.7, 0.3),
            purity: grade(if all > 0.0 { p / all } else { 0.0 }, 0.9, 0.7, 0.3),
        }
    }

    /// Leukocyte-poor or -rich against the blood it came from; the usual division.
    #[must_use]
    pub fn leukocytes(&self) -> Leukocytes {
        if self.wbc_factor.median < 1.0 { Leukocytes::Poor } else { Leukocytes::Rich }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paw_limits() {
        assert_eq!(paw_class(200.0, 220.0), PawClass::P1);
        assert_eq!(paw_class(750.0, 220.0), PawClass::P2);
        assert_eq!(paw_class(1250.0, 220.0), PawClass::P3);
        assert_eq!(paw_class(1251.0, 220.0), PawClass::P4);
    }
}
