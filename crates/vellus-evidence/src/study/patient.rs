//! One virtual patient of a study.

use vellus_hair::instrument::{Fates, Field, fields, follow, target_ground};
use vellus_hair::model::Model;
use vellus_hair::pattern::{Course, NEVER, Stage, boundary_stage};
use vellus_hair::population::{Career, Wanted, stage_range};
use vellus_hair::regime::{Regime, Setting};
use vellus_hair::response::Response;
use vellus_hair::scalp::{HairProfile, Scalp};
use vellus_hair::season::{Season, YEAR_DAYS};
use vellus_hair::treatment::{Drug, DrugCourse, PrpMechanism, PrpSession, Schedule, transplant};
use vellus_head::Zone;
use vellus_units::Days;
use vellus_units::random::{Key, Purpose};

use super::file::{Arm, Give, Sexes, Site, Study, WEEK};

/// Chart y of the middle of the hairline on a mean head.
const TRICHION_Y: f64 = 0.62;
/// Platelets of a PRP whose paper gives none, 10³ per µL: the least that the IADVL recommends.
const PLATELETS: f64 = 1000.0;
/// Spread of the investigators' sites about the mean, stages (assumption).
const SITE_SPREAD: f64 = 0.2;

/// A virtual patient.
pub struct Patient {
    pub(crate) career: Career,
    pub(crate) profile: HairProfile,
    pub(crate) response: Response,
    pub(crate) season: Season,
    /// Stage at which loss reaches the target area.
    pub(crate) boundary: f64,
    pub(crate) key: Key,
}

/// The centre of a zone, chart units, on a mean head.
#[must_use]
pub fn centre(zone: Zone) -> [f64; 2] {
    match zone {
        Zone::FrontalHairline => [0.0, 0.585],
        Zone::FrontotemporalRecess => [0.38, 0.45],
        Zone::TemporalPoint => [0.62, 0.18],
        Zone::Frontal => [0.0, 0.38],
        Zone::MidScalp => [0.0, 0.05],
        Zone::Vertex => [0.0, -0.34],
        Zone::Parietal => [0.45, -0.1],
        Zone::Temporal => [0.85, 0.05],
        Zone::OccipitalDonor => [0.0, -0.95],
    }
}

/// Whether a zone is among those where men lose hair.
const fn thins_in_men(zone: Zone) -> bool {
    !matches!(zone, Zone::OccipitalDonor | Zone::Temporal | Zone::TemporalPoint | Zone::Parietal)
}

impl Study {
    /// Whether anything is rubbed into the scalp or pricked into it in any arm, and so, in a blinded
    /// trial, in every arm that has the trial-arm effect.
    #[must_use]
    pub fn touches_scalp(&self) -> bool {
        const TABLETS: [&str; 3] = ["finasteride", "dutasteride", "minoxidil_oral"];
        self.arms.iter().flat_map(|a| &a.treatments).any(|g| !TABLETS.contains(&g.give.as_str()))
    }

    /// Patient number `index` under a model; none when nobody fits.
    #[must_use]
    pub fn patient(&self, model: &Model, seed: u64, index: u64) -> Option<Patient> {
        let e = &self.enrol;
        let key = Key::new(seed, 1 + index);
        let mut s = key.stream(Purpose::Person, 1);
        let female = match e.sex {
            Sexes::Male => false,
            Sexes::Female => true,
            Sexes::Both => s.uniform() < e.women_share.unwrap_or(0.5),
        };
        let stages = if female && e.sex == Sexes::Both { e.women_stages } else { e.stages };
        let healthy = stages == Some([Stage::None, Stage::None]);
        let mut wanted = Wanted {
            female,
            ancestry: e.ancestry,
            age_years: (e.age_years[0], e.age_years[1]),
            age_mean_sd: e.age_mean_sd.map(|[m, sd]| (m, sd)),
            courses: if female { Vec::new() } else { e.courses.clone() },
            course_instead: None,
            stages: (f64::NEG_INFINITY, f64::INFINITY),
        };
        if let Some([a, b]) = stages
            && !healthy
        {
            wanted.stages = stage_range(a, b);
            // Loss must have begun for anybody to be called thinning.
            if a.course().1 > a.course().0.first_stage() {
                wanted.stages.0 = wanted.stages.0.max(a.course().0.first_stage() + 0.05);
            }
            // A variant that both ends name is the course of everybody.
            let variant = a.course().0;
            if wanted.courses.is_empty()
                && variant == b.course().0
                && matches!(variant, Course::NorwoodA | Course::NorwoodVertex)
            {
                wanted.courses.push(variant);
            }
            if a.course().0 == Course::Central && !female {
                wanted.course_instead = Some(Course::Central);
                wanted.courses.clear();
            }
        }
        let mut career = model.population.enrol(&wanted, Key::new(seed, 0), index)?;
        if healthy {
            career.course = Course::None;
        }
        let profile = HairProfile::draw(e.ancestry, female, key);
        let mut response = Response::draw(key, 0, career.course);
        // The person's own pace and stage are known here: the career has them.
        response.pace = 1.0;
        response.stage_error = 0.0;
        // Sites have a spread of their own.
        response.ahead = [0.0; vellus_hair::response::ZONES];
        let day = match e.month {
            Some(m) => (f64::from(m) - 1.0 + s.uniform()) / 12.0 * YEAR_DAYS,
            None => s.uniform() * YEAR_DAYS,
        };
        let season = Season::new(day, e.hemisphere);
        let stage = career.progress().stage;
        let [x, y] = centre(self.target.zone);
        let boundary = match (self.target.site, career.course) {
            (_, Course::None) => NEVER,
            // Only where loss comes early can an edge be found, and only once loss has begun.
            (Site::Edge, course)
                if course != Course::Central
                    && thins_in_men(self.target.zone)
                    && career.age_years > career.onset_years =>
            {
                stage + model.site_ahead_stages + SITE_SPREAD * s.normal()
            }
            (_, course) => boundary_stage(course, x, y, TRICHION_Y),
        };
        Some(Patient { career, profile, response, season, boundary, key })
    }
}

/// What a patient is given in an arm, after what everybody was given before.
pub(crate) fn schedule(before: &[Give], arm: &Arm) -> Schedule {
    let mut out = Schedule::default();
    for (g, was) in before.iter().map(|g| (g, true)).chain(arm.treatments.iter().map(|g| (g, false))) {
        if let Some(drug) = Drug::ALL.into_iter().find(|d| d.treatment().id() == g.give) {
            let from = g.from_week.unwrap_or(if was { -104.0 } else { 0.0 });
            let until = g.until_week.or(if was { Some(0.0) } else { None });
            out.drugs.push(DrugCourse {
                drug,
                from: Days(from * WEEK),
                until: until.map(|u| Days(u * WEEK)),
                adherence: g.adherence.unwrap_or(1.0),
            });
        } else if g.give == "prp" {
            let platelets_k_per_ul = g.platelets_k_per_ul.unwrap_or(PLATELETS);
            out.prp.extend(g.weeks.iter().map(|w| PrpSession { day: Days(w * WEEK), platelets_k_per_ul }));
        } else if g.give == "microneedling" {
            out.needling.extend(g.weeks.iter().map(|w| Days(w * WEEK)));
        }
    }
    out
}

impl Patient {
    /// The target area of an arm; arms of a split scalp have areas of their own side by side.
    pub(crate) fn patch(&self, study: &Study, model: &Model, arm: usize) -> (Scalp, Key) {
        let key = if study.measure.split_scalp && arm > 0 {
            Key::new(u64::from(self.key.stream(Purpose::Choice, arm as u64).word()), 77 + arm as u64)
        } else {
            self.key
        };
        let zone = study.target.zone;
        let mut ground = target_ground(&self.profile, zone, centre(zone), study.target.area_cm2, key);
        let grafts: Vec<&Give> =
            study.arms[arm].treatments.iter().filter(|g| g.give == "transplant").collect();
        let wanted: usize = grafts
            .iter()
            .map(|g| (g.grafts_per_cm2.unwrap_or(0.0) * study.target.area_cm2).round() as usize)
            .sum();
        let own = ground.len();
        // Units of the back that are to be moved, far away from the target area.
        for i in 0..wanted {
            ground.position.push([i as f32 * 2.0, -200.0, 0.0]);
            ground.normal.push([0.0, -1.0, 0.0]);
            ground.chart.push([0.0, -3.0 - 0.01 * i as f32]);
            ground.zone.push(Zone::OccipitalDonor);
        }
        let boundary = self.boundary;
        let course = self.career.course;
        let at = move |_: f64, y: f64| if y < -2.5 { NEVER } else { boundary };
        let mut scalp = Scalp::grow(ground, self.profile.clone(), course, &at, &model.loss, key);
        let mut used = 0;
        for g in grafts {
            let n = (g.grafts_per_cm2.unwrap_or(0.0) * study.target.area_cm2).round() as usize;
            let donors: Vec<u32> = (own + used..own + used + n).map(|u| u as u32).collect();
            let places = vellus_hair::scalp::Ground {
                position: (0..n).map(|i| scalp.ground.position[i * own / n.max(1)]).collect(),
                normal: vec![[0.0, 1.0, 0.0]; n],
                chart: (0..n).map(|i| scalp.ground.chart[i * own / n.max(1)]).collect(),
                zone: vec![zone; n],
            };
            transplant::graft(&mut scalp, &donors, &places, g.weeks[0] * WEEK, transplant::SURVIVAL, key);
            used += n;
        }
        (scalp, key)
    }

    /// Runs the patient through an arm and gives the target area on each day (rising, the first is 0).
    pub(crate) fn treat(
        &self,
        study: &Study,
        model: &Model,
        arm: usize,
        mechanism: PrpMechanism,
        trial_size: f64,
        days: &[f64],
    ) -> (Vec<Field>, Option<Fates>) {
        let (scalp, key) = self.patch(study, model, arm);
        let schedule = schedule(&study.enrol.before, &study.arms[arm]);
        let setting = Setting {
            model,
            progress: self.career.progress(),
            season: Some(self.season),
            schedule: &schedule,
            response: &self.response,
            mechanism,
        };
        let last = days.last().copied().unwrap_or(0.0);
        let follow_days = study.measure.follow_weeks.map(|[a, b]| (a * WEEK, b * WEEK));
        let to = follow_days.map_or(last, |(_, b)| b.max(last)) + 60.0;
        let regime = Regime::new(&setting, 0.0, to);
        let mut seen = fields(&scalp, study.target.area_cm2, &regime, model, key, days);
        if study.arms[arm].trial_effect {
            let size = if study.touches_scalp() { trial_size } else { model.trial.untouched * trial_size };
            for f in &mut seen {
                f.trial_factor = model.trial.factor(size, f.day);
            }
        }
        let fates = follow_days.map(|(a, b)| follow(&scalp, &regime, model, key, a, b));
        (seen, fates)
    }
}
