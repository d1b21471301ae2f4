//! Reading a study file: whatever cannot be is refused with what, where and the likely fix.

use vellus_hair::instrument;
use vellus_hair::pattern::Course;
use vellus_hair::response::Response;
use vellus_hair::treatment::{self, Kinetics};

use super::file::{Give, Published, Sexes, Study};
use crate::error::EvidenceError;

/// Largest study file that is read, bytes.
pub const MOST_BYTES: usize = 1 << 20;
/// Longest time that is simulated, weeks (40 years).
const MOST_WEEKS: f64 = 2088.0;
/// Fewest and most virtual patients.
const PATIENTS: (usize, usize) = (10, 50_000);
/// Fewest and most people in an arm.
const ARM: (usize, usize) = (2, 100_000);

impl Study {
    /// Parses and checks a study file. `file` is its name, for messages.
    ///
    /// # Errors
    /// [`EvidenceError::StudyToml`], [`EvidenceError::Study`].
    pub fn parse(file: &str, text: &str) -> Result<Self, EvidenceError> {
        if text.len() > MOST_BYTES {
            return Err(EvidenceError::StudyToml {
                file: file.into(),
                message: format!("{} bytes; a study has at most {MOST_BYTES}", text.len()),
            });
        }
        let study: Self = toml::from_str(text).map_err(|e| EvidenceError::StudyToml {
            file: file.into(),
            message: e.to_string().trim_end().to_owned(),
        })?;
        study.check(file)?;
        Ok(study)
    }

    fn check(&self, file: &str) -> Result<(), EvidenceError> {
        let c = Check { file };
        if self.schema_version != 1 {
            return c.refuse(
                "schema_version",
                format!("{} is not known", self.schema_version),
                "this program reads version 1",
            );
        }
        self.check_enrolment(&c)?;
        c.range(
            "target.area_cm2",
            self.target.area_cm2,
            0.05,
            20.0,
            "write square centimetres: a 1-inch circle is 5.1",
        )?;
        let mut names: Vec<&str> = Vec::new();
        for (i, arm) in self.arms.iter().enumerate() {
            let key = format!("arm[{i}]");
            if arm.name.trim().is_empty() || names.contains(&arm.name.as_str()) {
                return c.refuse(
                    &format!("{key}.name"),
                    format!("{:?} is empty or taken", arm.name),
                    "each arm needs a name of its own",
                );
            }
            names.push(&arm.name);
            if let Some(n) = arm.n {
                c.range(&format!("{key}.n"), n as f64, ARM.0 as f64, ARM.1 as f64, "people in this arm")?;
            }
            c.treatments(&format!("{key}.treatment"), &arm.treatments, false)?;
        }
        let biopsied = self.measure.instruments.iter().any(|i| i == "biopsy")
            || self.published.iter().any(|p| p.result.starts_with("biopsy_"));
        if biopsied && self.target.area_cm2 < instrument::PUNCH_CM2 {
            return c.refuse(
                "target.area_cm2",
                format!("{} is smaller than a 4-mm punch", self.target.area_cm2),
                "0.126 cm² at least; a larger area gives the same counts per punch with less noise",
            );
        }
        c.treatments("enrol.before", &self.enrol.before, true)?;
        for (i, w) in self.measure.weeks.iter().enumerate() {
            c.range(&format!("measure.weeks[{i}]"), *w, 0.0, MOST_WEEKS, "weeks count from enrolment")?;
        }
        for (i, id) in self.measure.instruments.iter().enumerate() {
            if instrument::find(id).is_none() {
                let known: Vec<&str> = instrument::ALL.iter().map(|x| x.id()).collect();
                return c.unknown(&format!("measure.instruments[{i}]"), id, &known);
            }
        }
        if let Some(v) = self.measure.sees_um {
            c.range("measure.sees_um", v, 1.0, 80.0, "write micrometres")?;
        }
        if let Some(v) = self.measure.weighed_days {
            c.range("measure.weighed_days", v, 1.0, 120.0, "days of regrowth")?;
        }
        if let Some([a, b]) = self.measure.follow_weeks {
            c.range("measure.follow_weeks", a, 0.0, MOST_WEEKS, "weeks count from enrolment")?;
            c.range("measure.follow_weeks", b, a + 8.0, MOST_WEEKS, "follicles are followed for months")?;
        }
        for (i, p) in self.published.iter().enumerate() {
            self.check_published(&c, i, p, &names)?;
        }
        if self.arms.is_empty() && self.published.iter().all(|p| p.result != "prevalence_percent") {
            return c.refuse("arm", "there is no arm".into(), "write at least one [[arm]] with a name");
        }
        Ok(())
    }

    fn check_enrolment(&self, c: &Check<'_>) -> Result<(), EvidenceError> {
        let e = &self.enrol;
        let [lo, hi] = e.age_years;
        c.range("enrol.age_years", lo, 16.0, 100.0, "years, the least first")?;
        c.range("enrol.age_years", hi, lo, 100.0, "years, the least first")?;
        if let Some([mean, sd]) = e.age_mean_sd {
            c.range("enrol.age_mean_sd", mean, lo, hi, "the mean lies within enrol.age_years")?;
            c.range("enrol.age_mean_sd", sd, 0.1, 40.0, "years")?;
        }
        if let Some(n) = e.patients {
            c.range("enrol.patients", n as f64, PATIENTS.0 as f64, PATIENTS.1 as f64, "virtual patients")?;
        }
        if let Some(s) = e.women_share {
            c.range("enrol.women_share", s, 0.0, 1.0, "a share: half is 0.5")?;
            if e.sex != Sexes::Both {
                return c.refuse(
                    "enrol.women_share",
                    "only one sex is enrolled".into(),
                    "write enrol.sex = \"both\"",
                );
            }
        }
        for (i, course) in e.courses.iter().enumerate() {
            if matches!(course, Course::Central | Course::None) {
                return c.refuse(
                    &format!("enrol.courses[{i}]"),
                    "is not a course that men are drawn from".into(),
                    "give Ludwig stages for central thinning, or stages = [\"none\", \"none\"] for people without loss",
                );
            }
        }
        if let Some(m) = e.month {
            c.range("enrol.month", f64::from(m), 1.0, 12.0, "1 is January")?;
        }
        let check = |key: &str, stages: Option<[vellus_hair::pattern::Stage; 2]>, women: bool| {
            let Some([a, b]) = stages else { return Ok(()) };
            let ((ca, na), (cb, nb)) = (a.course(), b.course());
            let central = |c: Course| c == Course::Central;
            if central(ca) != central(cb) || (ca == Course::None) != (cb == Course::None) {
                return c.refuse(
                    key,
                    format!("{} and {} are of different patterns", a.title(), b.title()),
                    "give the least and the greatest stage of one scale",
                );
            }
            if na > nb {
                return c.refuse(
                    key,
                    format!("{} comes after {}", a.title(), b.title()),
                    "the least stage first",
                );
            }
            if women && ca != Course::None && !central(ca) {
                return c.refuse(
                    key,
                    format!("{}: the model's women follow the Ludwig course", a.title()),
                    "give stages of Ludwig or Sinclair",
                );
            }
            Ok(())
        };
        check("enrol.stages", e.stages, e.sex == Sexes::Female)?;
        if e.women_stages.is_some() && e.sex != Sexes::Both {
            return c.refuse(
                "enrol.women_stages",
                "is for trials of both sexes".into(),
                "write enrol.stages, or enrol.sex = \"both\"",
            );
        }
        check("enrol.women_stages", e.women_stages, true)
    }

    fn check_published(
        &self,
        c: &Check<'_>,
        i: usize,
        p: &Published,
        arms: &[&str],
    ) -> Result<(), EvidenceError> {
        let key = |k: &str| format!("published[{i}].{k}");
        let known = super::run::result_names();
        if !known.contains(&p.result.as_str()) {
            return c.unknown(&key("result"), &p.result, &known);
        }
        if let Some(v) = p.value
            && !v.is_finite()
        {
            return c.refuse(&key("value"), "is no number".into(), "write a finite number");
        }
        for (name, v) in [("se", p.se), ("tolerance", p.tolerance)] {
            if let Some(v) = v {
                c.range(&key(name), v, 1e-9, 1e9, "greater than zero")?;
            }
        }
        if let Some([a, b]) = p.ci95 {
            c.range(&key("ci95"), a, -1e9, 1e9, "the lower end first")?;
            c.range(&key("ci95"), b, a, 1e9, "the lower end first")?;
        }
        if p.value.is_none() && (p.se.is_some() || p.tolerance.is_some()) {
            return c.refuse(
                &key("value"),
                "is left out but has an error".into(),
                "write the published value",
            );
        }
        if p.result == "prevalence_percent" {
            let Some([a, b]) = p.ages else {
                return c.refuse(&key("ages"), "is left out".into(), "prevalence needs ages = [20, 30]");
            };
            c.range(&key("ages"), a, 16.0, 100.0, "years")?;
            c.range(&key("ages"), b, a, 100.0, "years, the least first")?;
            let central = p.stage.map(|s| s.course().0 == Course::Central);
            if (central == Some(true) && self.enrol.sex == Sexes::Male)
                || (central == Some(false) && self.enrol.sex == Sexes::Female)
            {
                return c.refuse(
                    &key("stage"),
                    "is not of the scale of this sex".into(),
                    "Norwood for men, Ludwig or Sinclair for women",
                );
            }
            if p.stage.is_none() {
                return c.refuse(
                    &key("stage"),
                    "is left out".into(),
                    "prevalence needs the least stage that counts, such as stage = \"norwood_3\"",
                );
            }
            return Ok(());
        }
        match &p.arm {
            None if arms.len() == 1 => {}
            None => {
                return c.refuse(&key("arm"), "is left out".into(), &format!("one of {}", arms.join(", ")));
            }
            Some(a) if arms.contains(&a.as_str()) => {}
            Some(a) => return c.unknown(&key("arm"), a, arms),
        }
        if let Some(v) = &p.versus
            && !arms.contains(&v.as_str())
        {
            return c.unknown(&key("versus"), v, arms);
        }
        c.range(&key("week"), p.week, 0.0, MOST_WEEKS, "weeks count from enrolment")?;
        c.range(&key("from_week"), p.from_week, 0.0, MOST_WEEKS, "weeks count from enrolment")?;
        if p.result.starts_with("fates_") && self.measure.follow_weeks.is_none() {
            return c.refuse(
                &key("result"),
                format!("{} needs follicles to be followed", p.result),
                "write measure.follow_weeks = [0, 104]",
            );
        }
        Ok(())
    }
}

struct Check<'a> {
    file: &'a str,
}

impl Check<'_> {
    fn refuse<T>(&self, key: &str, message: String, hint: &str) -> Result<T, EvidenceError> {
        Err(EvidenceError::Study { file: self.file.into(), key: key.into(), message, hint: hint.into() })
    }

    fn range(&self, key: &str, v: f64, lo: f64, hi: f64, hint: &str) -> Result<(), EvidenceError> {
        if v.is_finite() && v >= lo && v <= hi {
            Ok(())
        } else {
            self.refuse(key, format!("{v} is outside {lo} to {hi}"), hint)
        }
    }

    fn unknown<T>(&self, key: &str, name: &str, known: &[&str]) -> Result<T, EvidenceError> {
        let near = known
            .iter()
            .map(|k| (strsim::levenshtein(name, k), *k))
            .min()
            .filter(|(d, k)| *d <= 2 + k.len() / 4)
            .map_or_else(|| format!("known: {}", known.join(", ")), |(_, k)| format!("did you mean {k:?}?"));
        self.refuse(key, format!("{name:?} is not known"), &near)
    }

    fn treatments(&self, key: &str, list: &[Give], before: bool) -> Result<(), EvidenceError> {
        let mut spans: Vec<(&str, f64, f64)> = Vec::new();
        for (i, g) in list.iter().enumerate() {
            let at = |k: &str| format!("{key}[{i}].{k}");
            let Some(t) = treatment::find(&g.give) else {
                let known: Vec<&str> = treatment::ALL.iter().map(|t| t.id()).collect();
                return self.unknown(&at("give"), &g.give, &known);
            };
            let (least, most) = if before { (-MOST_WEEKS, 0.0) } else { (0.0, MOST_WEEKS) };
            let weeks =
                if before { "weeks before enrolment are negative" } else { "weeks count from enrolment" };
            match t.kinetics(&Response::median()) {
                Kinetics::Daily { .. } => {
                    if !g.weeks.is_empty() || g.platelets_k_per_ul.is_some() || g.grafts_per_cm2.is_some() {
                        return self.refuse(
                            &at("weeks"),
                            format!("{} is taken every day", t.title()),
                            "write from_week and until_week",
                        );
                    }
                    let from = g.from_week.unwrap_or(if before { -104.0 } else { 0.0 });
                    let until = g.until_week.unwrap_or(if before { 0.0 } else { f64::INFINITY });
                    self.range(&at("from_week"), from, least, most, weeks)?;
                    if let Some(u) = g.until_week {
                        self.range(&at("until_week"), u, least, most, weeks)?;
                    }
                    if until <= from {
                        return self.refuse(
                            &at("until_week"),
                            format!("week {until} is not after week {from}"),
                            "a treatment ends after it begins",
                        );
                    }
                    if let Some(a) = g.adherence {
                        self.range(&at("adherence"), a, 0.0, 1.0, "a share: all doses are 1")?;
                    }
                    if let Some((_, f, u)) =
                        spans.iter().find(|(id, f, u)| *id == t.id() && from < *u && until > *f)
                    {
                        return self.refuse(
                            &at("from_week"),
                            format!("{} is given already from week {f} to {u}", t.title()),
                            "end one course before the next begins",
                        );
                    }
                    spans.push((t.id(), from, until));
                }
                Kinetics::Sessions { .. } | Kinetics::Once => {
                    if g.from_week.is_some() || g.until_week.is_some() || g.adherence.is_some() {
                        return self.refuse(
                            &at("weeks"),
                            format!("{} is given in sessions", t.title()),
                            "write weeks = [0, 4, 8]",
                        );
                    }
                    if g.weeks.is_empty() || g.weeks.len() > 200 {
                        return self.refuse(
                            &at("weeks"),
                            format!("{} sessions; 1 to 200 are allowed", g.weeks.len()),
                            "write weeks = [0, 4, 8]",
                        );
                    }
                    for w in &g.weeks {
                        self.range(&at("weeks"), *w, least, most, weeks)?;
                    }
                    if let Some(p) = g.platelets_k_per_ul {
                        self.range(
                            &at("platelets_k_per_ul"),
                            p,
                            50.0,
                            6000.0,
                            "write 10³ per µL: a million is 1000",
                        )?;
                    }
                    let once = t.kinetics(&Response::median()) == Kinetics::Once;
                    match g.grafts_per_cm2 {
                        Some(v) if once => {
                            self.range(&at("grafts_per_cm2"), v, 1.0, 80.0, "grafts (units) per cm²")?
                        }
                        Some(_) => {
                            return self.refuse(
                                &at("grafts_per_cm2"),
                                format!("{} has no grafts", t.title()),
                                "leave it out",
                            );
                        }
                        None if once => {
                            return self.refuse(
                                &at("grafts_per_cm2"),
                                "is left out".into(),
                                "write grafts per cm² of the target area",
                            );
                        }
                        None => {}
                    }
                    if once && (g.weeks.len() != 1 || before) {
                        return self.refuse(
                            &at("weeks"),
                            "a transplant has one week, after enrolment".into(),
                            "write weeks = [0]",
                        );
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
schema_version = 1
id = "T"
title = "A trial"
[enrol]
sex = "male"
age_years = [18, 41]
stages = ["norwood_3", "norwood_5"]
[[arm]]
name = "drug"
[[arm.treatment]]
give = "finasteride"
[[arm]]
name = "placebo"
[[published]]
result = "total_per_cm2"
arm = "drug"
versus = "placebo"
week = 48
"#;

    fn refused(from: &str, to: &str) -> (String, String) {
        assert!(GOOD.contains(from), "{from}");
        match Study::parse("t.toml", &GOOD.replacen(from, to, 1)) {
            Err(EvidenceError::Study { key, message, hint, .. }) => (key, format!("{message} · {hint}")),
            Err(e) => ("toml".into(), e.to_string()),
            Ok(_) => ("ok".into(), String::new()),
        }
    }

    #[test]
    fn a_good_study_is_read() {
        assert_eq!(Study::parse("t.toml", GOOD).map(|s| s.arms.len()).ok(), Some(2));
    }

    #[test]
    fn what_cannot_be_is_refused_with_where_and_how() {
        for (from, to, key, says) in [
            ("schema_version = 1", "schema_version = 2", "schema_version", "version 1"),
            ("[18, 41]", "[41, 18]", "enrol.age_years", "outside"),
            ("\"norwood_5\"]", "\"norwood_2\"]", "enrol.stages", "comes after"),
            ("\"norwood_5\"]", "\"ludwig_2\"]", "enrol.stages", "different patterns"),
            ("\"norwood_5\"]", "\"norwood_9\"]", "toml", "norwood_9"),
            (
                "give = \"finasteride\"",
                "give = \"finastride\"",
                "arm[0].treatment[0].give",
                "did you mean \"finasteride\"",
            ),
            ("give = \"finasteride\"", "give = \"prp\"", "arm[0].treatment[0].weeks", "1 to 200"),
            (
                "give = \"finasteride\"",
                "give = \"finasteride\"\nfrom_week = 9\nuntil_week = 3",
                "arm[0].treatment[0].until_week",
                "not after",
            ),
            (
                "give = \"finasteride\"",
                "give = \"finasteride\"\n[[arm.treatment]]\ngive = \"finasteride\"",
                "arm[0].treatment[1].from_week",
                "already",
            ),
            ("name = \"placebo\"", "name = \"drug\"", "arm[1].name", "taken"),
            ("versus = \"placebo\"", "versus = \"plazebo\"", "published[0].versus", "did you mean"),
            ("total_per_cm2", "total_per_cm3", "published[0].result", "did you mean"),
            ("week = 48", "week = -4", "published[0].week", "outside"),
            ("week = 48", "wek = 48", "toml", "wek"),
            ("sex = \"male\"", "sex = \"female\"", "enrol.stages", "Ludwig"),
            ("sex = \"male\"", "sex = \"male\"\ncourses = [\"central\"]", "enrol.courses[0]", "Ludwig"),
            (
                "total_per_cm2",
                "prevalence_percent\"\nages = [20, 30]\nstage = \"ludwig_1",
                "published[0].stage",
                "Norwood for men",
            ),
            ("total_per_cm2", "biopsy_terminal\"\nwhat = \"x", "ok", ""),
        ] {
            let (at, text) = refused(from, to);
            assert_eq!(at, key, "{text}");
            assert!(text.contains(says), "{at}: {text}");
        }
    }
}
