//! People: at which age loss begins and how fast it goes on, as prevalence by age shows it.
//!
//! Each person has an onset and a pace at onset p₀ that slows down as years go by:
//! stage(age) = first + p₀ T (1 − exp(−(age − onset)₊ / T)), up to the last stage of the pattern, so
//! that many stop at a stage of their own. Onset is a normal age that puberty cuts off, pace a lognormal. Their five
//! numbers per sex are fitted to prevalence by decade (Paik 2001, Korea, 5,531 men and 4,601
//! women); European men go faster by a fitted factor (30, 50 and 80 % affected at 30, 50 and 70
//! years, BMJ Best Practice after Norwood 1975 and Stough 2005). African men: *assumption*, as
//! Korean ones (Blume-Peytavi 2011 quotes one older study with far less than in white men).

use vellus_units::random::{Key, Purpose, Stream};

use crate::norms::Ancestry;
use crate::pattern::{Course, Stage};
use crate::regime::Progress;

/// Loss does not begin before puberty is over, years (assumption; Blume-Peytavi 2011: "after puberty").
pub const EARLIEST_ONSET_YEARS: f64 = 16.0;
/// Time constant T with which loss slows down, years (assumption: a man who is at III at 22 is seldom
/// at VII at 35, as he would be at an even pace).
pub const SLOWING_YEARS: f64 = 18.0;
/// Most candidates that are looked at for one person asked for.
const MOST_CANDIDATES: u64 = 200_000;

/// Onset and pace of one sex.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnsetRules {
    /// Mean age at onset, years.
    pub mean_years: f64,
    /// Its standard deviation, years.
    pub sd_years: f64,
    /// Median pace at onset, stages a year.
    pub pace_per_year: f64,
    /// Standard deviation of the logarithm of the pace.
    pub pace_sigma: f64,
}

/// Onset and pace of everybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PopulationRules {
    /// Men, Norwood stages a year; of Asian ancestry.
    pub men: OnsetRules,
    /// Women, Ludwig stages a year; of Asian ancestry.
    pub women: OnsetRules,
    /// How many years earlier loss begins in European men.
    pub european_earlier_years: f64,
}

/// One virtual person's loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Career {
    /// Age today, years.
    pub age_years: f64,
    /// Which pattern.
    pub course: Course,
    /// Age at onset, years.
    pub onset_years: f64,
    /// Stages a year at onset.
    pub onset_pace_per_year: f64,
}

/// Pace now, stages a year, of somebody who came this many stages in this many years.
#[must_use]
pub fn present_pace(stages: f64, years: f64) -> f64 {
    let x = years.max(0.1) / SLOWING_YEARS;
    stages / SLOWING_YEARS * libm::exp(-x) / -libm::expm1(-x)
}

impl Career {
    /// Stage number at an age; as the examiner writes it, a stage reaches half a stage to each side.
    #[must_use]
    pub fn stage_at(&self, age_years: f64) -> f64 {
        let first = self.course.first_stage();
        let years = (age_years - self.onset_years).max(0.0);
        let came = -self.onset_pace_per_year * SLOWING_YEARS * libm::expm1(-years / SLOWING_YEARS);
        (first + came).min(self.course.last_stage())
    }

    /// The loss as it goes on from today.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            course: self.course,
            stage: self.stage_at(self.age_years),
            pace_per_year: if self.age_years < self.onset_years {
                0.0
            } else {
                self.onset_pace_per_year * libm::exp(-(self.age_years - self.onset_years) / SLOWING_YEARS)
            },
        }
    }
}

impl PopulationRules {
    /// Rules of a sex and an ancestry.
    #[must_use]
    pub fn of(&self, female: bool, ancestry: Ancestry) -> OnsetRules {
        let mut rules = if female { self.women } else { self.men };
        if ancestry == Ancestry::European {
            rules.mean_years -= self.european_earlier_years;
        }
        rules
    }

    /// A person of a sex, an ancestry and an age.
    ///
    /// Which course a man follows: 11.1 % of affected Korean men had the female pattern, and III
    /// vertex was the commonest stage of the middle ages (Paik 2001); the shares below are laid
    /// under these (assumption).
    #[must_use]
    pub fn draw(&self, female: bool, ancestry: Ancestry, age_years: f64, s: &mut Stream) -> Career {
        let rules = self.of(female, ancestry);
        let u = s.uniform();
        let course = if female {
            Course::Central
        } else if u < 0.45 {
            Course::NorwoodVertex
        } else if u < 0.88 {
            Course::Norwood
        } else {
            Course::NorwoodA
        };
        let onset = (rules.mean_years + rules.sd_years * s.normal()).max(EARLIEST_ONSET_YEARS);
        let pace = s.lognormal(rules.pace_per_year, rules.pace_sigma);
        Career { age_years, course, onset_years: onset, onset_pace_per_year: pace }
    }

    /// Person number `index` among those whose age, course and stage lie within bounds; none when
    /// there is hardly anybody like that.
    ///
    /// `courses` empty allows all; stages are those of an examiner, so that III to IV is 2.5 to 4.5.
    #[must_use]
    pub fn enrol(&self, wanted: &Wanted, key: Key, index: u64) -> Option<Career> {
        let mut s = key.stream(Purpose::Enrolment, index);
        for _ in 0..MOST_CANDIDATES {
            let age = match wanted.age_mean_sd {
                None => s.between(wanted.age_years.0, wanted.age_years.1),
                Some((mean, sd)) => {
                    let a = mean + sd * s.normal();
                    if a < wanted.age_years.0 || a > wanted.age_years.1 {
                        continue;
                    }
                    a
                }
            };
            let mut c = self.draw(wanted.female, wanted.ancestry, age, &mut s);
            if let Some(course) = wanted.course_instead {
                c.course = course;
            }
            let stage = c.stage_at(age);
            let course_fits = wanted.courses.is_empty() || wanted.courses.contains(&c.course);
            if course_fits && stage >= wanted.stages.0 && stage < wanted.stages.1 {
                return Some(c);
            }
        }
        None
    }
}

/// Whom a study takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Women.
    pub female: bool,
    /// Ancestry.
    pub ancestry: Ancestry,
    /// Least and greatest age, years.
    pub age_years: (f64, f64),
    /// Mean and standard deviation of the age, where they are known; else even over the range.
    pub age_mean_sd: Option<(f64, f64)>,
    /// Courses taken; empty for all.
    pub courses: Vec<Course>,
    /// A course that takes the place of the drawn one (a man with central thinning).
    pub course_instead: Option<Course>,
    /// Least and greatest stage number.
    pub stages: (f64, f64),
}

/// The stage numbers that an examiner calls by a range of stages.
#[must_use]
pub fn stage_range(least: Stage, most: Stage) -> (f64, f64) {
    (least.course().1 - least.half_width(), most.course().1 + most.half_width())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    #[test]
    fn stages_rise_with_age_and_end_at_the_last() {
        let c =
            Career { age_years: 40.0, course: Course::Norwood, onset_years: 25.0, onset_pace_per_year: 0.2 };
        assert_eq!(c.stage_at(20.0), 1.0);
        assert!(c.stage_at(30.0) < c.stage_at(40.0) && c.stage_at(90.0) < 4.7);
        let fast = Career { onset_pace_per_year: 0.8, ..c };
        assert_eq!(fast.stage_at(90.0), 7.0);
        // The pace found from the stages that somebody came is the pace of the curve.
        let now = c.progress();
        assert!((present_pace(now.stage - 1.0, 15.0) - now.pace_per_year).abs() < 1e-12);
    }

    #[test]
    fn enrolment_keeps_to_its_bounds_and_refuses_the_impossible() {
        let rules = Model::fitted().population;
        let mut wanted = Wanted {
            female: false,
            ancestry: Ancestry::European,
            age_years: (18.0, 41.0),
            age_mean_sd: None,
            courses: vec![Course::NorwoodVertex],
            course_instead: None,
            stages: (2.5, 5.5),
        };
        let key = Key::new(4, 0);
        for i in 0..50 {
            let c = rules.enrol(&wanted, key, i).expect("there are such men");
            assert!((18.0..41.0).contains(&c.age_years) && (2.5..5.5).contains(&c.stage_at(c.age_years)));
            assert_eq!(c.course, Course::NorwoodVertex);
        }
        wanted.stages = (8.0, 9.0);
        assert!(rules.enrol(&wanted, key, 0).is_none());
    }
}
