//! What hair is like when nothing is known about a person: published norms, each with its source.
//!
//! Sources are the rows of `normal_values.csv` in the project's facts; the short names below are
//! resolved in `data/hair/SOURCE.md`.

use vellus_head::Zone;

/// Ancestry, for the norms of hair density, calibre and growth only.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ancestry {
    /// European and Middle Eastern.
    #[default]
    European,
    /// African.
    African,
    /// East and South-East Asian.
    Asian,
}

/// Norms of one ancestry: mean and standard deviation between people.
#[derive(Clone, Copy, Debug)]
pub struct Norms {
    /// Hairs per cm², mean of the scalp. Loussouarn 2005 (phototrichogram, 18–35 years).
    pub density_per_cm2: (f64, f64),
    /// Share of resting hairs. Loussouarn 2005.
    pub telogen_share: (f64, f64),
    /// Growth, µm per day. Loussouarn 2005.
    pub growth_um_per_day: (f64, f64),
    /// Mean shaft diameter of a man's terminal scalp hairs, µm. European: centre of 70–90 (facts,
    /// optics section 3) and the 77 that the trade quotes; Asian: Jeong 2011 and the South-East
    /// Asian donor study (77–86); African: *assumption*, set to the European value for want of a
    /// measurement of grade A or B.
    pub calibre_um: (f64, f64),
    /// Hairs in a follicular unit. European 2.2, Asian 1.9 (Rassman, surgeon's estimate); African:
    /// *assumption* 2.0, between the two.
    pub hairs_per_unit: f64,
}

/// The norms of an ancestry.
#[must_use]
pub const fn norms(ancestry: Ancestry) -> Norms {
    match ancestry {
        Ancestry::European => Norms {
            density_per_cm2: (226.0, 73.0),
            telogen_share: (0.12, 0.08),
            growth_um_per_day: (367.0, 56.0),
            calibre_um: (74.0, 8.0),
            hairs_per_unit: 2.2,
        },
        Ancestry::African => Norms {
            density_per_cm2: (161.0, 50.0),
            telogen_share: (0.14, 0.09),
            growth_um_per_day: (280.0, 50.0),
            calibre_um: (74.0, 8.0),
            hairs_per_unit: 2.0,
        },
        Ancestry::Asian => Norms {
            density_per_cm2: (175.0, 54.0),
            telogen_share: (0.12, 0.07),
            growth_um_per_day: (411.0, 53.0),
            calibre_um: (84.0, 8.0),
            hairs_per_unit: 1.9,
        },
    }
}

/// Mean terminal calibre of women's frontal hair, µm, and its spread between women: 61 ± 8 with
/// the vellus hairs counted (Rakowska norms, PMC3157785). The terminal hairs alone are a little
/// thicker, since one hair in twenty is thinner than 30 µm.
pub const WOMEN_CALIBRE_UM: (f64, f64) = (62.5, 8.0);

/// Share of hairs thinner than 30 µm on a healthy scalp (Rakowska: 5.0 % frontal, 5.5 % occipital).
pub const VELLUS_SHARE: f64 = 0.048;

/// Median calibre of such a hair, µm (vellus range 10–30; assumption: the middle).
pub const VELLUS_CALIBRE_UM: f64 = 22.0;

/// Coefficient of variation of the calibre of terminal hairs within one head: 18.9 of 85.9 µm
/// (Jeong 2011, AFM).
pub const CALIBRE_CV: f64 = 0.22;

/// Hair density of a zone relative to the mean of the scalp.
///
/// Loussouarn 2016 orders vertex > occipital > temporal over group means from 159 to 233 per cm²;
/// the factors are that order laid on that range (assumption), and give an area-weighted mean of
/// one on a mean head.
#[must_use]
pub const fn zone_density_factor(zone: Zone) -> f64 {
    match zone {
        Zone::FrontalHairline => 0.96,
        Zone::FrontotemporalRecess => 0.92,
        Zone::TemporalPoint => 0.78,
        Zone::Frontal | Zone::MidScalp => 1.12,
        Zone::Vertex => 1.14,
        Zone::Parietal => 1.04,
        Zone::Temporal => 0.82,
        Zone::OccipitalDonor => 1.0,
    }
}

/// Calibre of a zone relative to the frontal scalp: 57 against 61 µm at the back, 58.5 at the
/// temples (Rakowska norms, women).
#[must_use]
pub const fn zone_calibre_factor(zone: Zone) -> f64 {
    match zone {
        Zone::OccipitalDonor => 0.935,
        Zone::Temporal | Zone::TemporalPoint => 0.96,
        Zone::Parietal => 0.98,
        _ => 1.0,
    }
}

/// Share of follicular units with one hair: 23 % frontal, 18 % occipital, 29 % temporal (Rakowska
/// norms); the first rows of the hairline are ones and twos.
#[must_use]
pub const fn single_hair_share(zone: Zone) -> f64 {
    match zone {
        Zone::FrontalHairline => 0.45,
        Zone::FrontotemporalRecess | Zone::TemporalPoint => 0.38,
        Zone::Temporal => 0.29,
        Zone::OccipitalDonor => 0.18,
        _ => 0.23,
    }
}
