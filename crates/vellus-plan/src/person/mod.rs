//! The person: the case with every missing value filled from a stated norm.

mod before;
mod prices;
mod prp;
mod smp;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_blood::{BloodError, Logbook, Preparation, Protocol, draw_limit_ml};
use vellus_hair::greying::Greying;
use vellus_hair::norms::{self, Ancestry};
use vellus_hair::pattern::{Course, Stage};
use vellus_hair::population::present_pace;
use vellus_hair::regime::Progress;
use vellus_hair::scalp::HairProfile;
use vellus_hair::season::Hemisphere;
use vellus_hair::treatment::Schedule;
use vellus_head::{Sex, Zone};
use vellus_light::{Fitzpatrick, HairColour, HairTone, Skin, Undertone};
use vellus_pigment::hairline::HairlineSpec;
use vellus_pigment::{Needle, PigmentRecord};
use vellus_units::Millilitres;

use crate::case::{Case, Contraindication, Goal, NamedDay, Pace, PastTreatment, ReadingKeys, Refusal};
use crate::rules::{self, Interval};
use crate::visit::{self, Visit};

pub use prices::Prices;
pub use smp::{Smp, population};

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

/// A treatment that goes on today.
#[derive(Clone, Debug, PartialEq)]
pub struct Ongoing {
    /// Which.
    pub treatment: PastTreatment,
    /// Since when.
    pub from: Date,
}

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
    /// Sessions of PRP and courses of drugs that ended before today; day 0 is today.
    pub before: Schedule,
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
    /// Days that treatments keep a distance to.
    pub events: Vec<NamedDay>,
    /// Waiting times: those of the program with the site's own in their place.
    pub waits: Vec<Interval>,
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

        let protocol = prp::protocol(case, &mut f);
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
        let before = before::before(&case.treatments, today, &mut f);
        if case.contraindications.is_none() {
            f.assumptions.push(Assumption {
                key: "contraindications".into(),
                value: "not asked".into(),
                why: "no answer was given: the plan below holds only if there are none".into(),
            });
        }

        let hairline = smp::hairline(case, ancestry, &mut f);
        let worn = if female { 200.0 } else { 0.5 };
        let length_worn_mm = f.fill(
            case.wishes.length_worn_mm,
            "wishes.length_worn_mm",
            worn,
            if female { "200 mm" } else { "0.5 mm, a clipper without guard" },
            if female { "assumption" } else { "SMP is made for hair of 0.2–0.5 mm" },
        );
        let smp = smp::smp(case, ancestry, length_worn_mm, &mut f);
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

        let prices = prices::prices(case, &mut f);
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
        let waits = waits(case, &mut findings);
        let pigment = smp::pigment(case, &mut f);
        let needles = smp::needles(case, smp.school, &mut f);

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
            before,
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
            events: case.dates.events.clone(),
            waits,
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

/// The waiting times, with the site's own where the case has them; says where those leave what is published.
fn waits(case: &Case, findings: &mut Vec<String>) -> Vec<Interval> {
    let mut out: Vec<Interval> = rules::intervals().into_values().collect();
    for wait in &mut out {
        let own = case.site.waits_days.get(&wait.id).copied();
        // The older key of one of them.
        let own = own.or(if wait.id == "smp_to_smp" { case.smp.session_interval_days } else { None });
        let Some(days) = own else { continue };
        let [least, most] = wait.range;
        if !(least..=most).contains(&days) {
            findings.push(format!(
                "The site waits {days:.0} days from {} to {}; what is published lies between {least:.0} and {most:.0} ({}).",
                wait.first.title(),
                wait.then.title(),
                wait.source
            ));
        }
        wait.days = days;
        wait.grade = "site".into();
        wait.source = "the site's own rule (site.waits_days)".into();
    }
    out
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
