//! The person: the case with every missing value filled from a stated norm.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_blood::{
    Anticoagulant, Blood, BloodError, Layer, Logbook, Preparation, Protocol, ReadLevel, Rotor, RotorKind,
    Spin, Split, Tube, TubeKind, Withdrawal, draw_limit_ml,
};
use vellus_hair::greying::Greying;
use vellus_hair::norms::{self, Ancestry};
use vellus_hair::pattern::{Course, Stage};
use vellus_hair::population::present_pace;
use vellus_hair::regime::Progress;
use vellus_hair::scalp::HairProfile;
use vellus_hair::season::Hemisphere;
use vellus_head::{Sex, Zone};
use vellus_light::{Fitzpatrick, HairColour, HairTone, Skin, Undertone};
use vellus_pigment::ageing::Sun;
use vellus_pigment::hairline::{Edge, HairlineSpec, HairlineStyle, Population, height_norm};
use vellus_pigment::target::School;
use vellus_pigment::{Ink, Needle, Pattern, PigmentBase, PigmentRecord};
use vellus_units::{Millilitres, Millimetres, Minutes, Rcf, ThousandsPerUl};

use crate::case::{Case, Contraindication, Goal, Pace, PastTreatment, ReadingKeys, Refusal};
use crate::visit::{self, Visit};

/// A value that the case did not give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// The key that was left out.
    pub key: String,
    /// What was taken instead, with its unit.
    pub value: String,
    /// Why that.
    pub why: String,
}

/// Prices with every gap filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Prices {
    pub currency: String,
    pub prp_session: f64,
    pub smp_per_thousand_dots: f64,
    pub smp_sitting_minimum: f64,
    pub finasteride_month: f64,
    pub minoxidil_month: f64,
    pub graft: f64,
    pub consultation: f64,
}

/// A treatment that goes on today.
#[derive(Clone, Debug, PartialEq)]
pub struct Ongoing {
    /// Which.
    pub treatment: PastTreatment,
    /// Since when.
    pub from: Date,
}

/// How pigment is laid, with every gap filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Smp {
    /// How dense the finished work should be.
    pub school: School,
    /// Density where no hair is left, dots per cm², instead of the school's.
    pub density_per_cm2: Option<f64>,
    /// Dots of the first course, exactly.
    pub dots: Option<usize>,
    /// Share of the whole after each session, when it was given.
    pub targets: Option<Vec<f64>>,
    /// Days between sessions, when they were given.
    pub interval_days: Option<f64>,
    /// Whether dots run thinly into hair that is nearly whole.
    pub feather: bool,
    /// Pattern of the dots.
    pub pattern: Pattern,
    /// Chart x of the part.
    pub part_x: Option<f64>,
    /// How much sun the scalp gets.
    pub sun: Sun,
    /// Millilitres of water to one of pigment in the last cup, when they were given.
    pub water_per_pigment: Option<f64>,
}

/// Hair worn longer than this, mm, hides dots; they shade the skin between it (studios: guards 1 to 3,
/// which are 3 to 10 mm, are still worn with dots that stand for hair).
const SHADING_FROM_MM: f64 = 12.0;

/// A person, with nothing left open.
#[derive(Clone, Debug)]
pub struct Person {
    /// Label of the case.
    pub label: String,
    /// Age, years.
    pub age_years: f64,
    /// Sex.
    pub sex: Sex,
    /// Ancestry, for norms.
    pub ancestry: Ancestry,
    /// Body weight, kg.
    pub weight_kg: f64,
    /// Half of the earth, for the season of shedding.
    pub hemisphere: Hemisphere,
    /// Stage of loss.
    pub stage: Stage,
    /// Its course and pace.
    pub progress: Progress,
    /// Hair where there is no loss.
    pub profile: HairProfile,
    /// Colour of the hair.
    pub hair_colour: HairColour,
    /// Share of grey hairs today, 0 to 1.
    pub grey_share: f64,
    /// Name of that colour.
    pub hair_tone: HairTone,
    /// Skin.
    pub skin: Skin,
    /// Latest measured terminal hairs per cm² by zone.
    pub measured: BTreeMap<Zone, f64>,
    /// Everything that was read of the hair, in order of date, then zone.
    pub visits: Vec<Visit>,
    /// How PRP is made for this person here.
    pub protocol: Protocol,
    /// What the site counted of such preparations; empty when it did not.
    pub logbook: Logbook,
    /// Tubes for a session.
    pub tubes: u32,
    /// Drugs and the like that go on today.
    pub ongoing: Vec<Ongoing>,
    /// Treatments of the past that matter for the plan.
    pub past: Vec<(PastTreatment, Date)>,
    /// Conditions named.
    pub conditions: Vec<Contraindication>,
    /// Hairline wanted.
    pub hairline: HairlineSpec,
    /// How pigment is laid.
    pub smp: Smp,
    /// Height of the highest crease of the raised brow above the glabella, mm, if it was measured.
    pub brow_crease_mm: Option<f64>,
    /// Length worn, mm.
    pub length_worn_mm: f64,
    /// Whether texture matters.
    pub texture: bool,
    /// Treatments not wanted.
    pub refuses: Vec<Refusal>,
    /// Goals.
    pub goals: Vec<Goal>,
    /// Budget of the first two years.
    pub budget_two_years: Option<f64>,
    /// Budget of each later year.
    pub budget_per_year: Option<f64>,
    /// The day of the case.
    pub today: Date,
    /// First day of treatment.
    pub start: Date,
    /// Days off, with reasons.
    pub off: Vec<(Date, Date, String)>,
    /// Prices.
    pub prices: Prices,
    /// Dots an hour.
    pub dots_per_hour: f64,
    /// Longest sitting, hours.
    pub longest_sitting_hours: f64,
    /// Pigment to be used.
    pub pigment: PigmentRecord,
    /// Absorption of its healed, undiluted deposit at 550 nm, per mm; none when nothing says how strong it is.
    pub pigment_per_mm: Option<f64>,
    /// Needles to be used: that of the edge first.
    pub needles: Vec<Needle>,
    /// What was assumed.
    pub assumptions: Vec<Assumption>,
    /// What a reader of the plan should know.
    pub findings: Vec<String>,
}

/// Haemoglobin below which a draw is not taken for harmless, g/dL (Partners Human Research Committee,
/// draws above 200 mL).
pub const LEAST_HAEMOGLOBIN: f64 = 12.5;

impl Person {
    /// Whether nothing that is known speaks against drawing blood as from a healthy adult.
    #[must_use]
    pub fn gives_blood_freely(&self) -> bool {
        use Contraindication as C;
        let against = [
            C::Pregnancy,
            C::Breastfeeding,
            C::BloodThinner,
            C::PlateletDisorder,
            C::Anaemia,
            C::ActiveInfection,
            C::BloodCancer,
            C::CancerTreatment,
            C::Immunosuppression,
            C::LiverDisease,
            C::HeartDisease,
            C::Haemophilia,
            C::LowBloodPressure,
        ];
        !self.conditions.iter().any(|c| against.contains(c))
            && self.protocol.blood.haemoglobin.is_none_or(|h| h >= LEAST_HAEMOGLOBIN)
    }

    /// The preparation, in the light of what the site has counted.
    ///
    /// # Errors
    /// When the protocol is not valid.
    pub fn preparation(&self, seed: u64) -> Result<Preparation, BloodError> {
        if self.logbook.entries().is_empty() {
            return vellus_blood::prepare(&self.protocol, seed);
        }
        Ok(self.logbook.learn(&self.protocol, seed)?.after)
    }

    /// What is in the cup at full strength: as the case says, or else undiluted for black hair, thinner for lighter hair, so that
    /// a dot is never darker than the hair it stands for (how much is an assumption).
    #[must_use]
    pub fn ink(&self) -> Ink {
        let hair = vellus_light::colour::luminance(self.hair_colour.mean_albedo().to_array().map(f64::from));
        let bottle = Ink {
            pigment: self.pigment.name.clone(),
            base: self.pigment.base,
            lot: self.pigment.lot.clone(),
            water_per_pigment: 0.0,
        };
        if let Some(water) = self.smp.water_per_pigment {
            return Ink { water_per_pigment: water, ..bottle };
        }
        bottle.with_strength((1.0 - 1.4 * hair).clamp(0.12, 1.0))
    }

    /// The most blood that one PRP session draws from this person; a doctor decides.
    #[must_use]
    pub fn draw_limit(&self) -> Millilitres {
        draw_limit_ml(self.weight_kg, self.gives_blood_freely())
    }
}

struct Filler {
    assumptions: Vec<Assumption>,
}

impl Filler {
    fn fill<T>(&mut self, given: Option<T>, key: &str, value: T, shown: impl Into<String>, why: &str) -> T {
        given.unwrap_or_else(|| {
            self.assumptions.push(Assumption { key: key.into(), value: shown.into(), why: why.into() });
            value
        })
    }
}

impl Person {
    /// Fills a case. `clock` is the calendar day to use when the case names none.
    #[must_use]
    pub fn from_case(case: &Case, clock: Date) -> Self {
        let mut f = Filler { assumptions: Vec::new() };
        let mut findings = Vec::new();
        let female = case.person.sex == Sex::Female;
        let today = f.fill(
            case.dates.today,
            "dates.today",
            clock,
            clock.to_string(),
            "the day on which the plan was made",
        );
        let start = f.fill(case.dates.start, "dates.start", today, today.to_string(), "as soon as possible");
        let ancestry = f.fill(
            case.person.ancestry,
            "person.ancestry",
            Ancestry::European,
            "European",
            "hair norms with the most measurements; say so if it is another",
        );
        let weight_kg = f.fill(
            case.person.weight_kg,
            "person.weight_kg",
            if female { 70.0 } else { 82.0 },
            if female { "70 kg" } else { "82 kg" },
            "assumption; used only to limit the blood that is drawn",
        );
        let hemisphere = f.fill(
            case.person.hemisphere,
            "person.hemisphere",
            Hemisphere::North,
            "north",
            "season of shedding: assumption, where most people live",
        );

        let stage = f.fill(
            case.loss.stage,
            "loss.stage",
            Stage::None,
            "no pattern loss",
            "no stage was given; without one nothing is forecast to be lost",
        );
        let (course, number) = stage.course();
        if course == Course::Central && !female {
            findings.push("A man with central thinning: the forecast uses the Ludwig course, which is measured in women.".into());
        }
        if matches!(course, Course::Norwood | Course::NorwoodA | Course::NorwoodVertex) && female {
            findings.push("A woman with a Norwood stage: male-pattern loss in a woman is a reason to see a doctor about hormones.".into());
        }
        let pace_per_year = pace(case, course, number, &mut f);
        let mut profile = HairProfile::norm(ancestry, female);
        let norm = norms::norms(ancestry);
        profile.hairs_per_unit = f.fill(
            case.hair.hairs_per_unit,
            "hair.hairs_per_unit",
            norm.hairs_per_unit,
            format!("{}", norm.hairs_per_unit),
            "norm for the ancestry (surgeons' estimate)",
        );
        let norm_calibre = profile.calibre_um;
        // The case gives the calibre of the unaffected back; the profile is that of the front.
        let back = norms::zone_calibre_factor(Zone::OccipitalDonor);
        let calibre = f.fill(
            case.hair.calibre_um,
            "hair.calibre_um",
            norm_calibre * back,
            format!("{:.0} µm at the back", norm_calibre * back),
            "norm for sex and ancestry",
        );
        profile.calibre_um = calibre / back;
        let visits = visit::visits(&case.hair.measured, today);
        assume_of_readings(&case.hair.measured, today, &mut f);
        let measured = visit::latest(&visits, |v| v.terminal_per_cm2);
        // An unaffected zone fixes the person's own density of all hairs: by its terminal hairs, which
        // every instrument sees, or else by a count of all.
        let back = measured
            .get(&Zone::OccipitalDonor)
            .map(|terminal| terminal / (1.0 - norms::VELLUS_SHARE))
            .or_else(|| visit::latest(&visits, |v| v.total_per_cm2).get(&Zone::OccipitalDonor).copied());
        if let Some(all) = back {
            profile.density_per_cm2 = all / norms::zone_density_factor(Zone::OccipitalDonor);
        } else {
            f.assumptions.push(Assumption {
                key: "hair.measured (occipital_donor)".into(),
                value: format!("{:.0} hairs per cm² before any loss", profile.density_per_cm2),
                why: "norm for the ancestry (phototrichogram, Loussouarn 2005); people differ by a third, so a count at the back is worth having".into(),
            });
        }
        let hair_tone =
            f.fill(case.hair.colour, "hair.colour", HairTone::DarkBrown, "dark brown", "assumption");
        let grey_norm = (100.0 * Greying::norm(ancestry).share(case.person.age_years)).round();
        let grey = f.fill(
            case.hair.grey_percent,
            "hair.grey_percent",
            grey_norm,
            format!("{grey_norm:.0} %"),
            "norm for age and ancestry (Keogh & Walsh 1965, Panhard 2012)",
        );
        let hair_colour = HairColour::preset(hair_tone).greyed((grey / 100.0) as f32);
        let undertone =
            f.fill(case.skin.undertone, "skin.undertone", Undertone::Neutral, "neutral", "assumption");
        let skin = match (case.skin.lab, case.skin.fitzpatrick) {
            (Some(lab), _) => Skin::measured(lab).unwrap_or_else(|e| {
                findings.push(format!(
                    "The measured skin colour was not used: {e}. Fitzpatrick II took its place."
                ));
                Skin::fitzpatrick(Fitzpatrick::II, undertone)
            }),
            (None, given) => {
                let class = f.fill(
                    given,
                    "skin.fitzpatrick",
                    2,
                    "II",
                    "assumption; measure L*a*b* of the scalp for a shade that fits",
                );
                Skin::fitzpatrick(fitzpatrick(class), undertone)
            }
        };

        let protocol = protocol(case, &mut f);
        // The reader has checked the entries.
        let logbook = case.site.prp.as_ref().and_then(|p| p.logbook().ok()).unwrap_or_default();
        let tubes = f.fill(
            case.site.prp.as_ref().and_then(|p| p.tubes),
            "site.prp.tubes",
            3,
            "3 tubes",
            "assumption: enough for 5–7 mL of PRP (IADVL) from tubes of about 10 mL",
        );

        let mut ongoing = Vec::new();
        let mut past = Vec::new();
        for t in &case.treatments {
            if t.until.is_none_or(|u| u >= today) && t.treatment.drug().is_some() {
                ongoing.push(Ongoing { treatment: t.treatment, from: t.from });
            } else {
                past.push((t.treatment, t.until.unwrap_or(t.from)));
            }
        }
        if case.contraindications.is_none() {
            f.assumptions.push(Assumption {
                key: "contraindications".into(),
                value: "not asked".into(),
                why: "no answer was given: the plan below holds only if there are none".into(),
            });
        }

        let hairline = hairline(case, ancestry, &mut f);
        let worn = if female { 200.0 } else { 0.5 };
        let length_worn_mm = f.fill(
            case.wishes.length_worn_mm,
            "wishes.length_worn_mm",
            worn,
            if female { "200 mm" } else { "0.5 mm, a clipper without guard" },
            if female { "assumption" } else { "SMP is made for hair of 0.2–0.5 mm" },
        );
        let longer = length_worn_mm > SHADING_FROM_MM;
        let curled = ancestry == Ancestry::African;
        let keys = &case.smp;
        let smp = Smp {
            school: f.fill(
                keys.school,
                "smp.school",
                if longer { School::Shading } else { School::Fringe },
                if longer { School::Shading.title() } else { School::Fringe.title() },
                if longer {
                    "dots cannot stand for longer hair; they take the contrast out of the skin between it"
                } else {
                    "as dark as the person's own shaved hair, within what the trade lays"
                },
            ),
            density_per_cm2: keys.density_per_cm2,
            dots: keys.dots.map(|n| n as usize),
            targets: keys.session_targets_percent.as_ref().map(|t| t.iter().map(|x| x / 100.0).collect()),
            interval_days: keys.session_interval_days,
            feather: keys.feather.unwrap_or(false),
            pattern: f.fill(
                keys.pattern,
                "smp.pattern",
                if curled { Pattern::Clustered } else { Pattern::Even },
                if curled { "clustered" } else { "even" },
                if curled {
                    "tightly curled hair grows in clusters with larger gaps (training course)"
                } else {
                    "random without rows, as follicular units stand"
                },
            ),
            part_x: keys.part_x,
            sun: f.fill(keys.sun, "smp.sun", Sun::Usual, "as most people", "assumption"),
            water_per_pigment: keys.water_per_pigment,
        };
        let texture = f.fill(case.wishes.texture, "wishes.texture", false, "does not decide", "assumption");
        if case.goals.is_empty() {
            f.assumptions.push(Assumption {
                key: "goals".into(),
                value: "75 % of the fringe's visible density in the thin zones within two years".into(),
                why: "assumption: within about one noticeable step (22.7 %) of the person's own fringe"
                    .into(),
            });
        }
        let goals = if case.goals.is_empty() {
            vec![Goal {
                zone: None,
                visible_percent_of_fringe: 75.0,
                by: today.saturating_add(jiff::Span::new().years(2)),
                hair_only: false,
            }]
        } else {
            case.goals.clone()
        };

        let prices = prices(case, &mut f);
        let dots_per_hour = f.fill(
            case.site.dots_per_hour,
            "site.dots_per_hour",
            4700.0,
            "4 700 dots an hour",
            "about 14 000 dots in 2–4 hours (studios)",
        );
        let longest_sitting_hours = f.fill(
            case.site.longest_sitting_hours,
            "site.longest_sitting_hours",
            4.0,
            "4 hours",
            "sittings last 2–6 hours (studios)",
        );
        let pigment = f.fill(
            case.site.pigments.first().cloned(),
            "site.pigments",
            PigmentRecord::named("carbon black", PigmentBase::Carbon),
            "carbon black",
            "what surgeons and most studios use",
        );
        // The finest for the edge; a second one, where there is one, behind it.
        let mut needles = case.site.needles.clone();
        needles.sort_by(|a, b| {
            (a.points, a.diameter_mm)
                .partial_cmp(&(b.points, b.diameter_mm))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        needles.truncate(2);
        let needles = f.fill(
            (!needles.is_empty()).then_some(needles),
            "site.needles",
            vec![Needle::single()],
            "single point, 0.20 mm",
            "0.15–0.25 mm for hairline detail",
        );

        Self {
            label: case.label.clone().unwrap_or_else(|| "Case".into()),
            age_years: case.person.age_years,
            sex: case.person.sex,
            ancestry,
            weight_kg,
            hemisphere,
            stage,
            progress: Progress { course, stage: number, pace_per_year },
            profile,
            hair_colour,
            grey_share: grey / 100.0,
            hair_tone,
            skin,
            measured,
            visits,
            protocol,
            logbook,
            tubes,
            ongoing,
            past,
            conditions: case.contraindications.clone().unwrap_or_default(),
            hairline,
            smp,
            brow_crease_mm: case.wishes.brow_crease_mm,
            length_worn_mm,
            texture,
            refuses: case.wishes.refuses.clone(),
            goals,
            budget_two_years: case.budget.first_two_years,
            budget_per_year: case.budget.per_year,
            today,
            start,
            off: case
                .dates
                .off
                .iter()
                .map(|o| (o.from, o.to, o.reason.clone().unwrap_or_default()))
                .collect(),
            prices,
            dots_per_hour,
            longest_sitting_hours,
            pigment_per_mm: pigment.deposit_per_mm().ok(),
            pigment,
            needles,
            assumptions: f.assumptions,
            findings,
        }
    }

    /// How this person greys.
    #[must_use]
    pub fn greying(&self) -> Greying {
        Greying::seen(self.grey_share, self.age_years)
    }

    /// Whether the person is a woman, for norms.
    #[must_use]
    pub fn female(&self) -> bool {
        self.sex == Sex::Female
    }
}

/// Lists what readings leave open, in one line for all of them.
fn assume_of_readings(readings: &[ReadingKeys], today: Date, f: &mut Filler) {
    let mut open = |key: &str, is_open: fn(&ReadingKeys) -> bool, value: String, why: &str| {
        let which: Vec<String> =
            readings.iter().enumerate().filter(|(_, r)| is_open(r)).map(|(i, _)| i.to_string()).collect();
        if !which.is_empty() {
            f.assumptions.push(Assumption {
                key: format!("hair.measured[{}].{key}", which.join(", ")),
                value,
                why: why.into(),
            });
        }
    };
    open("date", |r| r.date.is_none(), today.to_string(), "the day of the case");
    open(
        "area_cm2",
        |r| r.area_cm2.is_none(),
        format!("{} cm²", visit::FIELD_CM2),
        "assumption: the field of a usual phototrichogram; it decides how far a count is trusted",
    );
}

/// Stages per year from history, from the person's own word, or from a norm.
fn pace(case: &Case, course: Course, stage: f64, f: &mut Filler) -> f64 {
    if course == Course::None {
        return 0.0;
    }
    let central = course == Course::Central;
    // Words on a scale: assumptions. A man at 0.12 stages a year goes from II to IV in 17 years;
    // Ludwig's three stages take two to three times as long each.
    let scale = if central { 0.4 } else { 1.0 };
    let word = case.loss.pace.map(|p| {
        scale
            * match p {
                Pace::Still => 0.02,
                Pace::Slow => 0.06,
                Pace::Steady => 0.12,
                Pace::Fast => 0.25,
            }
    });
    let history = case.loss.onset_age_years.map(|onset| {
        let years = (case.person.age_years - onset).max(1.0);
        // Loss slows down: the pace today is less than the mean since onset.
        present_pace(stage - course.first_stage(), years).clamp(0.01, 0.4)
    });
    match (word, history) {
        // Both are evidence; neither is a measurement: their geometric mean.
        (Some(w), Some(h)) => (w * h).sqrt(),
        (Some(w), None) => w,
        (None, Some(h)) => h,
        (None, None) => {
            let norm = 0.10 * scale;
            f.assumptions.push(Assumption {
                key: "loss.pace and loss.onset_age_years".into(),
                value: format!("{norm:.2} stages a year"),
                why: "assumption, between slow and steady; the age at which it began would narrow the band"
                    .into(),
            });
            norm
        }
    }
}

const fn fitzpatrick(class: u8) -> Fitzpatrick {
    match class {
        1 => Fitzpatrick::I,
        2 => Fitzpatrick::II,
        3 => Fitzpatrick::III,
        4 => Fitzpatrick::IV,
        5 => Fitzpatrick::V,
        _ => Fitzpatrick::VI,
    }
}

fn protocol(case: &Case, f: &mut Filler) -> Protocol {
    let female = case.person.sex == Sex::Female;
    let b = &case.blood;
    let platelets = f.fill(b.platelets_k_per_ul, "blood.platelets_k_per_ul", if female { 247.0 } else { 234.0 }, if female { "247 ×10³/µL" } else { "234 ×10³/µL" }, "geometric middle of the reference interval (Boshnak 2017: 158–387 for women, 169–325 for men); a count decides the dose");
    let haematocrit = match (b.haematocrit_percent, b.haemoglobin_g_per_dl) {
        (None, Some(_)) => None,
        (given, _) => Some(
            f.fill(
                given,
                "blood.haematocrit_percent",
                if female { 40.0 } else { 45.0 },
                if female { "40 %" } else { "45 %" },
                "assumption: middle of the usual adult range",
            ) / 100.0,
        ),
    };
    let blood = Blood {
        platelets: Some(ThousandsPerUl(platelets)),
        haematocrit,
        mpv_fl: b.mpv_fl,
        mpv_method: b.mpv_method.unwrap_or_default(),
        mcv_fl: b.mcv_fl,
        wbc: b.wbc_k_per_ul.map(ThousandsPerUl),
        haemoglobin: b.haemoglobin_g_per_dl,
    };
    if let Some(p) = &case.site.prp {
        return p.protocol(blood);
    }
    f.assumptions.push(Assumption {
        key: "site.prp".into(),
        value: "10 mL tubes, swing-out rotor, 100 g × 10 min then 400 g × 10 min, to 1.2 mL a tube".into(),
        why: "a published manual double spin (Perez 2014) scaled to a 10 mL tube; give the site's own rotor, tube and spins".into(),
    });
    Protocol {
        title: "Manual double spin".into(),
        source: "after Perez 2014, ISRN Hematology".into(),
        split: Split::Validation,
        read_level: ReadLevel::default(),
        notes: String::new(),
        blood,
        anticoagulant: Anticoagulant::default(),
        tube: Tube {
            volume_ml: Some(Millilitres(10.0)),
            inner_diameter_mm: Some(Millimetres(13.0)),
            kind: TubeKind::default(),
            blood_ml: Some(Millilitres(9.0)),
            ..Tube::default()
        },
        rotor: Rotor {
            kind: Some(RotorKind::SwingOut),
            radius_max_mm: Some(Millimetres(160.0)),
            ..Rotor::default()
        },
        spins: vec![Spin::at_rcf(Rcf(100.0), Minutes(10.0)), Spin::at_rcf(Rcf(400.0), Minutes(10.0))],
        withdrawal: Withdrawal {
            layer: Layer::Plasma,
            final_volume_ml: Some(Millilitres(1.2)),
            ..Withdrawal::default()
        },
        published: None,
    }
}

/// How much higher than usual a receded line is drawn when its height is not said, mm (assumption).
const RECEDED_HIGHER_MM: f64 = 8.0;

fn hairline(case: &Case, ancestry: Ancestry, f: &mut Filler) -> HairlineSpec {
    let w = &case.wishes;
    let norm = height_norm(case.person.sex, population(ancestry));
    if w.hairline.is_drawn() {
        let edge = f.fill(w.edge, "wishes.edge", Edge::Natural, "natural", "the least regretted");
        return HairlineSpec {
            // Measured on the line.
            height_mm: norm.usual_mm,
            style: w.hairline_style.unwrap_or_default(),
            edge,
            details: w.hairline.clone(),
        };
    }
    let style = f.fill(
        w.hairline_style,
        "wishes.hairline_style",
        HairlineStyle::Natural,
        "natural",
        "the least regretted",
    );
    let usual = norm.usual_mm + if style == HairlineStyle::Receded { RECEDED_HIGHER_MM } else { 0.0 };
    let height_mm = f.fill(
        w.hairline_height_mm,
        "wishes.hairline_height_mm",
        usual,
        format!("{usual:.0} mm above the glabella"),
        &format!("usual for sex and ancestry: {}", norm.design_source),
    );
    let edge = style.usual_edge();
    let edge = f.fill(w.edge, "wishes.edge", edge, edge.name(), "what goes with the style");
    HairlineSpec { height_mm, style, edge, details: w.hairline.clone() }
}

/// The group whose forehead norms are taken for an ancestry.
#[must_use]
pub const fn population(ancestry: Ancestry) -> Population {
    match ancestry {
        Ancestry::European => Population::European,
        Ancestry::African => Population::African,
        Ancestry::Asian => Population::Asian,
    }
}

fn prices(case: &Case, f: &mut Filler) -> Prices {
    let p = &case.site.prices;
    let currency = f.fill(
        case.site.currency.clone(),
        "site.currency",
        "USD".into(),
        "USD",
        "the currency of the published prices",
    );
    let mut price = |given: Option<f64>, key: &str, value: f64, why: &str| {
        f.fill(given, &format!("site.prices.{key}"), value, format!("{value:.0} {currency}"), why)
    };
    Prices {
        prp_session: price(p.prp_session, "prp_session", 800.0, "clinic pages: 500–1 500 USD a session"),
        smp_per_thousand_dots: price(
            p.smp_per_thousand_dots,
            "smp_per_thousand_dots",
            75.0,
            "clinic pages: 2 000–4 000 USD for 40 000 dots",
        ),
        smp_sitting_minimum: price(
            p.smp_sitting_minimum,
            "smp_sitting_minimum",
            350.0,
            "assumption within studio prices of a session (500–1 000 USD)",
        ),
        finasteride_month: price(
            p.finasteride_month,
            "finasteride_month",
            60.0,
            "clinic pages: 30–100 USD a month",
        ),
        minoxidil_month: price(p.minoxidil_month, "minoxidil_month", 35.0, "clinic pages: 20–60 USD a month"),
        graft: price(p.graft, "graft", 5.0, "clinic pages: 3–10 USD a graft"),
        consultation: price(p.consultation, "consultation", 100.0, "assumption"),
        currency: currency.clone(),
    }
}
