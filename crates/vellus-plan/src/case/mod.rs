//! The case: one person, one site, one TOML file.
//!
//! These are the keys as they are written; nothing is filled in here and nothing is out of range
//! once [`read`](read::read) has returned. [`crate::person::Person`] is the same case with every
//! missing value filled from a stated norm.

mod calendar;
mod courses;
pub(crate) mod day;
pub mod locate;
pub mod range;
pub mod read;
mod readings;
pub mod shade;
pub mod smp;
pub mod template;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_blood::{
    Anticoagulant, Blood, BloodError, Centrifuge, Entry, Logbook, MpvMethod, Protocol, Rotor, Spin, Tube,
    Withdrawal,
};
use vellus_hair::norms::Ancestry;
use vellus_hair::pattern::Stage;
use vellus_hair::season::Hemisphere;
use vellus_hair::treatment::Drug;
use vellus_head::{Landmark, Sex, Zone};
use vellus_light::{HairTone, Undertone};
use vellus_pigment::hairline::{Edge, HairlineDetails, HairlineStyle};
use vellus_pigment::{Needle, PigmentRecord};

use crate::rules::TreatmentKind;
pub use shade::{LampKeys, TestDotKeys};
pub use smp::{MarkKeys, SmpKeys};

/// Version of the case format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// A case file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// A label of your choice for this case. Do not write a name here: it is printed on every page.
    #[serde(default)]
    pub label: Option<String>,
    /// Who the person is.
    pub person: PersonKeys,
    /// The head: a scan, a few lengths, or nothing.
    #[serde(default)]
    pub head: HeadKeys,
    /// Hair loss so far.
    #[serde(default)]
    pub loss: LossKeys,
    /// The person's hair.
    #[serde(default)]
    pub hair: HairKeys,
    /// The person's skin.
    #[serde(default)]
    pub skin: SkinKeys,
    /// A blood count.
    #[serde(default)]
    pub blood: BloodKeys,
    /// Treatments of the past and the present.
    #[serde(default)]
    pub treatments: Vec<TreatmentKeys>,
    /// What may forbid a treatment. An empty list means: asked, none. Left out means: not asked.
    #[serde(default)]
    pub contraindications: Option<Vec<Contraindication>>,
    /// What the person wants.
    #[serde(default)]
    pub wishes: WishKeys,
    /// How pigment is laid.
    #[serde(default)]
    pub smp: SmpKeys,
    /// Goals as numbers.
    #[serde(default)]
    pub goals: Vec<Goal>,
    /// What may be spent.
    #[serde(default)]
    pub budget: BudgetKeys,
    /// When to begin, and which dates are off.
    #[serde(default)]
    pub dates: DateKeys,
    /// The site: prices, pigments, needles, centrifuge.
    #[serde(default)]
    pub site: SiteKeys,
}

/// Who the person is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonKeys {
    /// Age, years; 18 to 95.
    pub age_years: f64,
    /// Sex, for the norms of head, hair and pattern.
    pub sex: Sex,
    /// Ancestry, for the norms of hair and forehead.
    #[serde(default)]
    pub ancestry: Option<Ancestry>,
    /// Body weight, kg; 35 to 250. Limits how much blood is drawn.
    #[serde(default)]
    pub weight_kg: Option<f64>,
    /// Half of the earth on which the person lives, for the season of shedding.
    #[serde(default)]
    pub hemisphere: Option<Hemisphere>,
}

/// The head: a scan file, or tape-measured lengths, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeadKeys {
    /// A scan (OBJ, PLY, STL, glTF or GLB), relative to the case file.
    #[serde(default)]
    pub scan: Option<PathBuf>,
    /// Length of one unit of the scan: "mm", "cm", "m" or "inch".
    #[serde(default)]
    pub unit: Option<vellus_head::scan::LengthUnit>,
    /// Direction of the top of the head in the scan, such as "+y".
    #[serde(default)]
    pub up: Option<vellus_head::scan::Axis>,
    /// Direction of the nose in the scan, such as "+z".
    #[serde(default)]
    pub forward: Option<vellus_head::scan::Axis>,
    /// Landmarks in the scan's own coordinates.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, [f64; 3]>")]
    pub landmarks: BTreeMap<Landmark, [f64; 3]>,
    /// Head circumference by tape, mm; 470 to 680. With a scan it gives the scan its scale.
    #[serde(default)]
    pub circumference_mm: Option<f64>,
    /// Head length, glabella to opisthocranion, mm; 150 to 240.
    #[serde(default)]
    pub length_mm: Option<f64>,
    /// Head breadth, mm; 115 to 190.
    #[serde(default)]
    pub breadth_mm: Option<f64>,
    /// Tape from tragion to tragion over the top of the head, mm; 290 to 430. Says how high the head
    /// is; not used with a scan.
    #[serde(default)]
    pub bitragion_coronal_arc_mm: Option<f64>,
    /// Forehead height, glabella to the middle of the original hairline along the skin, mm; 35 to
    /// 110. From an old photograph where the hairline has gone.
    #[serde(default)]
    pub forehead_height_mm: Option<f64>,
}

/// Hair loss so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LossKeys {
    /// Pattern and stage, such as "norwood_3_vertex", "ludwig_2", "sinclair_3" or "none".
    #[serde(default)]
    pub stage: Option<Stage>,
    /// Age at which the person first noticed loss, years.
    #[serde(default)]
    pub onset_age_years: Option<f64>,
    /// How fast it goes at present.
    #[serde(default)]
    pub pace: Option<Pace>,
}

/// How fast hair is being lost, in the person's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Nothing has changed for years.
    Still,
    /// Slowly.
    Slow,
    /// Steadily.
    Steady,
    /// Visibly within a year.
    Fast,
}

/// The person's hair.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HairKeys {
    /// Natural colour of the hair that is not grey.
    #[serde(default)]
    pub colour: Option<HairTone>,
    /// Share of white hairs, per cent; 0 to 100.
    #[serde(default)]
    pub grey_percent: Option<f64>,
    /// Mean calibre of terminal hair, µm; 40 to 130. Measured at the back where there is no loss.
    #[serde(default)]
    pub calibre_um: Option<f64>,
    /// Hairs per follicular unit; 1.3 to 3.5.
    #[serde(default)]
    pub hairs_per_unit: Option<f64>,
    /// Readings of the hair, zone by zone and visit by visit.
    #[serde(default)]
    pub measured: Vec<ReadingKeys>,
}

/// What was read in one zone at one visit: at least one of the four numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingKeys {
    /// Where.
    pub zone: Zone,
    /// Terminal hairs (at least 30 µm) per cm²; 0 to 500.
    #[serde(default)]
    pub terminal_per_cm2: Option<f64>,
    /// All hairs, the finest too, per cm²; 0 to 500.
    #[serde(default)]
    pub total_per_cm2: Option<f64>,
    /// Mean calibre of the shafts of all hairs in the field, µm; 10 to 130.
    #[serde(default)]
    pub calibre_um: Option<f64>,
    /// Growing hairs among all, per cent; 1 to 100.
    #[serde(default)]
    pub anagen_percent: Option<f64>,
    /// Area that was counted, cm²; 0.1 to 20.
    #[serde(default)]
    pub area_cm2: Option<f64>,
    /// How it was measured, such as "phototrichogram 1 cm²".
    pub method: String,
    /// When; left out when it was on the day of the case.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub date: Option<Date>,
}

/// The person's skin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkinKeys {
    /// Fitzpatrick type, 1 to 6.
    #[serde(default)]
    pub fitzpatrick: Option<u8>,
    /// Measured colour of the scalp or forehead, L*, a*, b* (D65). Better than a Fitzpatrick type.
    #[serde(default)]
    pub lab: Option<[f64; 3]>,
    /// Undertone.
    #[serde(default)]
    pub undertone: Option<Undertone>,
}

/// A blood count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BloodKeys {
    /// Platelets, 10³ per µL; 20 to 1000.
    #[serde(default)]
    pub platelets_k_per_ul: Option<f64>,
    /// Haematocrit, per cent; 20 to 65.
    #[serde(default)]
    pub haematocrit_percent: Option<f64>,
    /// Haemoglobin, g/dL; 6 to 22.
    #[serde(default)]
    pub haemoglobin_g_per_dl: Option<f64>,
    /// Mean platelet volume, fL; 5 to 16 as an analyser prints it.
    #[serde(default)]
    pub mpv_fl: Option<f64>,
    /// How it was measured; a common analyser when left out, whose volume is no true one.
    #[serde(default)]
    pub mpv_method: Option<MpvMethod>,
    /// Mean red cell volume, fL; 50 to 140.
    #[serde(default)]
    pub mcv_fl: Option<f64>,
    /// White cells, 10³ per µL; 1 to 40.
    #[serde(default)]
    pub wbc_k_per_ul: Option<f64>,
    /// When it was taken.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub date: Option<Date>,
}

/// A treatment of the past or the present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreatmentKeys {
    /// Which.
    pub treatment: PastTreatment,
    /// First day.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub from: Date,
    /// Last day; left out when it goes on, or when a procedure (PRP, SMP, transplant) took one day.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// Of PRP: platelets injected, 10³ per µL of PRP, if they were counted; 50 to 5000.
    #[serde(default)]
    pub platelets_k_per_ul: Option<f64>,
}

/// A treatment that a person may already have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PastTreatment {
    Finasteride,
    FinasterideTopical,
    Dutasteride,
    #[serde(rename = "minoxidil_2")]
    Minoxidil2,
    #[serde(rename = "minoxidil_5")]
    Minoxidil5,
    MinoxidilOral,
    Prp,
    Smp,
    Transplant,
    Laser,
}

impl PastTreatment {
    /// The drug, if it is one.
    #[must_use]
    pub const fn drug(self) -> Option<Drug> {
        Some(match self {
            Self::Finasteride => Drug::Finasteride,
            Self::FinasterideTopical => Drug::FinasterideTopical,
            Self::Dutasteride => Drug::Dutasteride,
            Self::Minoxidil2 => Drug::Minoxidil2,
            Self::Minoxidil5 => Drug::Minoxidil5,
            Self::MinoxidilOral => Drug::MinoxidilOral,
            Self::Prp | Self::Smp | Self::Transplant | Self::Laser => return None,
        })
    }

    /// The treatment that is this drug.
    #[must_use]
    pub fn of(drug: Drug) -> Option<Self> {
        [
            Self::Finasteride,
            Self::FinasterideTopical,
            Self::Dutasteride,
            Self::Minoxidil2,
            Self::Minoxidil5,
            Self::MinoxidilOral,
        ]
        .into_iter()
        .find(|t| t.drug() == Some(drug))
    }

    /// Its kind for the rules of practice; none where no rule speaks of it.
    #[must_use]
    pub const fn kind(self) -> Option<TreatmentKind> {
        Some(match self {
            Self::Finasteride | Self::FinasterideTopical | Self::Dutasteride => TreatmentKind::DhtBlockers,
            Self::Minoxidil2 | Self::Minoxidil5 | Self::MinoxidilOral => TreatmentKind::Minoxidil,
            Self::Prp => TreatmentKind::Prp,
            Self::Smp => TreatmentKind::Smp,
            Self::Transplant => TreatmentKind::Transplant,
            Self::Laser => return None,
        })
    }

    /// Its name in a case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finasteride => "finasteride",
            Self::FinasterideTopical => "finasteride_topical",
            Self::Dutasteride => "dutasteride",
            Self::Minoxidil2 => "minoxidil_2",
            Self::Minoxidil5 => "minoxidil_5",
            Self::MinoxidilOral => "minoxidil_oral",
            Self::Prp => "prp",
            Self::Smp => "smp",
            Self::Transplant => "transplant",
            Self::Laser => "laser",
        }
    }

    /// Whether it is done at a sitting rather than taken or used from day to day.
    #[must_use]
    pub const fn is_procedure(self) -> bool {
        matches!(self, Self::Prp | Self::Smp | Self::Transplant)
    }
}

impl TreatmentKeys {
    /// The last day: none while the treatment goes on. A procedure without an end is its one day.
    #[must_use]
    pub const fn last_day(&self) -> Option<Date> {
        match self.until {
            None if self.treatment.is_procedure() => Some(self.from),
            until => until,
        }
    }
}

/// A condition that may forbid or delay a treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Contraindication {
    Pregnancy,
    Breastfeeding,
    PlannedPregnancy,
    BloodThinner,
    AntiInflammatory,
    PlateletDisorder,
    Anaemia,
    ActiveInfection,
    BloodCancer,
    CancerTreatment,
    Immunosuppression,
    SystemicSteroid,
    LiverDisease,
    HeartDisease,
    Diabetes,
    Haemophilia,
    Keloid,
    PigmentAllergy,
    Psoriasis,
    Dermatitis,
    Vitiligo,
    Sarcoidosis,
    MolesInArea,
    SkinCancerInArea,
    Retinoid,
    Epilepsy,
    ScarringAlopecia,
    AlopeciaAreata,
    LowBloodPressure,
    Depression,
}

impl Contraindication {
    /// Its name in the case.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// In plain words: its name in the case, with spaces.
    #[must_use]
    pub fn title(self) -> String {
        self.name().replace('_', " ")
    }
}

/// What the person wants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WishKeys {
    /// Height of the designed hairline above the glabella along the skin, mm; 45 to 110.
    #[serde(default)]
    pub hairline_height_mm: Option<f64>,
    /// Shape of the hairline.
    #[serde(default)]
    pub hairline_style: Option<HairlineStyle>,
    /// Edge of the hairline.
    #[serde(default)]
    pub edge: Option<Edge>,
    /// The numbers behind style and edge, or a hairline that was drawn.
    #[serde(default)]
    pub hairline: HairlineDetails,
    /// Height of the highest crease of the raised brow above the glabella along the skin, mm; 15 to 90.
    #[serde(default)]
    pub brow_crease_mm: Option<f64>,
    /// Length at which the hair is worn, mm; 0.1 to 400.
    #[serde(default)]
    pub length_worn_mm: Option<f64>,
    /// Whether the feel of real stubble matters.
    #[serde(default)]
    pub texture: Option<bool>,
    /// Treatments that the person does not want.
    #[serde(default)]
    pub refuses: Vec<Refusal>,
}

/// A treatment that can be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Any drug.
    Drugs,
    /// Drugs that block 5α-reductase.
    DhtBlockers,
    /// PRP.
    Prp,
    /// Scalp micropigmentation.
    Smp,
    /// Surgery.
    Transplant,
}

/// A goal as a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Where; left out for the whole thinning area.
    #[serde(default)]
    pub zone: Option<Zone>,
    /// Visible density wanted, as a share of the person's own fringe, per cent; 10 to 120.
    pub visible_percent_of_fringe: f64,
    /// By when.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub by: Date,
    /// Whether the goal must be met by living hair alone.
    #[serde(default)]
    pub hair_only: bool,
}

/// What may be spent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetKeys {
    /// In the first two years, in the site's currency.
    #[serde(default)]
    pub first_two_years: Option<f64>,
    /// Each year after that.
    #[serde(default)]
    pub per_year: Option<f64>,
}

/// When to begin, and which dates are off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateKeys {
    /// The day on which the case is looked at: "today" in the plan.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub today: Option<Date>,
    /// The first day on which a treatment could be given.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub start: Option<Date>,
    /// Stretches of days that are off.
    #[serde(default)]
    pub off: Vec<DaysOff>,
    /// Days that treatments must keep a distance to.
    #[serde(default)]
    pub events: Vec<NamedDay>,
}

/// A day, or some days, on which the person wants to be looked at, or is in the sun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedDay {
    /// The day, or the first of them.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub date: Date,
    /// The last of them; left out for one day.
    #[serde(default, with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// What it is, such as "wedding".
    pub name: String,
    /// Whether it brings sun, pool or sauna.
    #[serde(default)]
    pub sun: bool,
}

/// Days on which nothing may be booked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DaysOff {
    /// First day.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub from: Date,
    /// Last day.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub to: Date,
    /// Why, such as "wedding".
    #[serde(default)]
    pub reason: Option<String>,
}

/// The site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteKeys {
    /// Waiting times of the site, days, by the names of data/rules/intervals.toml, such as
    /// `prp_to_smp = 45`; 0 to 730.
    #[serde(default)]
    pub waits_days: BTreeMap<String, f64>,
    /// ISO 4217 code of the currency of all amounts, such as "EUR".
    #[serde(default)]
    pub currency: Option<String>,
    /// Prices.
    #[serde(default)]
    pub prices: PriceKeys,
    /// How PRP is made here.
    #[serde(default)]
    pub prp: Option<PrpKeys>,
    /// Centrifuges of the site, beside those that the program knows; `site.prp.rotor.name` finds them.
    #[serde(default)]
    pub centrifuges: Vec<Centrifuge>,
    /// Dots that the practitioner sets in an hour; 500 to 15000.
    #[serde(default)]
    pub dots_per_hour: Option<f64>,
    /// Longest sitting, hours; 1 to 10.
    #[serde(default)]
    pub longest_sitting_hours: Option<f64>,
    /// Pigments in the cupboard.
    #[serde(default)]
    pub pigments: Vec<PigmentRecord>,
    /// Needles in the cupboard.
    #[serde(default)]
    pub needles: Vec<Needle>,
}

/// Prices in the site's currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceKeys {
    /// One session of PRP.
    #[serde(default)]
    pub prp_session: Option<f64>,
    /// One thousand dots.
    #[serde(default)]
    pub smp_per_thousand_dots: Option<f64>,
    /// Least price of one sitting of SMP.
    #[serde(default)]
    pub smp_sitting_minimum: Option<f64>,
    /// A month of finasteride.
    #[serde(default)]
    pub finasteride_month: Option<f64>,
    /// A month of minoxidil.
    #[serde(default)]
    pub minoxidil_month: Option<f64>,
    /// One graft.
    #[serde(default)]
    pub graft: Option<f64>,
    /// A consultation with measurement.
    #[serde(default)]
    pub consultation: Option<f64>,
}

/// How PRP is made at a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrpKeys {
    /// The centrifuge's rotor.
    pub rotor: Rotor,
    /// The tube.
    pub tube: Tube,
    /// Anticoagulant in the tube.
    #[serde(default)]
    pub anticoagulant: Option<Anticoagulant>,
    /// One spin or two.
    pub spins: Vec<Spin>,
    /// What is drawn off.
    pub withdrawal: Withdrawal,
    /// Tubes for one session; 1 to 12.
    #[serde(default)]
    pub tubes: Option<u32>,
    /// What was counted of earlier preparations made like this; narrows the forecast.
    #[serde(default)]
    pub log: Vec<CountKeys>,
}

impl PrpKeys {
    /// The preparation of this blood, rotor and tube as they are written.
    #[must_use]
    pub fn protocol(&self, blood: Blood) -> Protocol {
        Protocol {
            title: "This site's preparation".into(),
            source: "the case".into(),
            blood,
            anticoagulant: self.anticoagulant.unwrap_or_default(),
            tube: self.tube,
            rotor: self.rotor.clone(),
            spins: self.spins.clone(),
            withdrawal: self.withdrawal,
            ..Protocol::default()
        }
    }

    /// What was counted, as a logbook.
    ///
    /// # Errors
    /// When an entry is not possible.
    pub fn logbook(&self) -> Result<Logbook, BloodError> {
        Logbook::new(
            self.log
                .iter()
                .map(|c| Entry {
                    date: c.date,
                    spin: None,
                    platelets_before_k_per_ul: c.platelets_before_k_per_ul,
                    platelets_after_k_per_ul: c.platelets_after_k_per_ul,
                    volume_ml: c.volume_ml,
                    haematocrit_percent: c.haematocrit_percent,
                })
                .collect(),
        )
    }
}

/// A preparation that was counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountKeys {
    /// The day.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub date: Date,
    /// Platelets of the blood, 10³ per µL; 20 to 2000.
    pub platelets_before_k_per_ul: f64,
    /// Platelets of the preparation, 10³ per µL; 5 to 10000.
    pub platelets_after_k_per_ul: f64,
    /// Volume from one tube, mL; 0.05 to 100.
    #[serde(default)]
    pub volume_ml: Option<f64>,
    /// Haematocrit of the blood, per cent; 15 to 65.
    #[serde(default)]
    pub haematocrit_percent: Option<f64>,
}

/// The JSON Schema of case files.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Case)
}
