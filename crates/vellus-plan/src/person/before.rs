//! What was done to the hair before today and may still be felt: sessions of PRP, drugs that were
//! stopped.

use jiff::civil::Date;
use vellus_hair::treatment::{DrugCourse, PrpSession, Schedule};
use vellus_units::Days;

use super::{Assumption, Filler};
use crate::case::{PastTreatment, TreatmentKeys};
use crate::schedule::{ADHERENCE, days_between};

/// Days between the sessions of a past course whose first and last day are known (assumption: a month, as in
/// IADVL's recommendations).
const COURSE_DAYS: f64 = 30.0;
/// Platelets of a past session that nobody counted, 10³ per µL (assumption: the least that the IADVL
/// recommends).
const PLATELETS_K_PER_UL: f64 = 1000.0;

/// The part of a case's treatments that has ended.
pub(super) fn before(treatments: &[TreatmentKeys], today: Date, f: &mut Filler) -> Schedule {
    let mut out = Schedule::default();
    let (mut uncounted, mut courses) = (Vec::new(), Vec::new());
    for (i, t) in treatments.iter().enumerate() {
        let from = -days_between(t.from, today);
        if t.treatment == PastTreatment::Prp {
            let last = t.last_day().map_or(from, |d| -days_between(d, today)).min(0.0);
            let steps = ((last - from) / COURSE_DAYS).round().max(0.0);
            if steps > 0.0 {
                courses.push(i.to_string());
            }
            if t.platelets_k_per_ul.is_none() {
                uncounted.push(i.to_string());
            }
            for k in 0..=steps as usize {
                let share = if steps > 0.0 { k as f64 / steps } else { 0.0 };
                out.prp.push(PrpSession {
                    day: Days(from + share * (last - from)),
                    platelets_k_per_ul: t.platelets_k_per_ul.unwrap_or(PLATELETS_K_PER_UL),
                });
            }
        } else if let (Some(drug), Some(until)) = (t.treatment.drug(), t.until)
            && until < today
        {
            out.drugs.push(DrugCourse {
                drug,
                from: Days(from),
                until: Some(Days(-days_between(until, today))),
                adherence: ADHERENCE,
            });
        }
    }
    out.prp.sort_by(|a, b| a.day.0.total_cmp(&b.day.0));
    let mut assume = |which: &[String], key: &str, value: String, why: &str| {
        if !which.is_empty() {
            f.assumptions.push(Assumption {
                key: format!("treatments[{}].{key}", which.join(", ")),
                value,
                why: why.into(),
            });
        }
    };
    assume(
        &uncounted,
        "platelets_k_per_ul",
        format!("{PLATELETS_K_PER_UL:.0} thousand platelets per µL"),
        "assumption: the least that the IADVL recommends; nobody counted",
    );
    assume(
        &courses,
        "until",
        format!("a course of PRP with a session every {COURSE_DAYS:.0} days or so"),
        "assumption; one entry for each session is better",
    );
    out
}

#[cfg(test)]
mod tests {
    use crate::case::read::parse;
    use crate::person::Person;

    #[test]
    fn past_sessions_and_stopped_drugs_are_kept_with_their_days() {
        let case = parse(
            "schema_version = 1\n[person]\nage_years = 40\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n\
             [[treatments]]\ntreatment = \"prp\"\nfrom = 2026-05-01\nuntil = 2026-07-01\n\
             [[treatments]]\ntreatment = \"prp\"\nfrom = 2026-10-24\nplatelets_k_per_ul = 1300\n\
             [[treatments]]\ntreatment = \"finasteride\"\nfrom = 2020-01-01\nuntil = 2025-11-23\n\
             [[treatments]]\ntreatment = \"minoxidil_5\"\nfrom = 2024-01-01\n",
        )
        .unwrap();
        let p = Person::from_case(&case, case.dates.today.unwrap());
        let days: Vec<f64> = p.before.prp.iter().map(|s| s.day.0).collect();
        assert_eq!(days, [-206.0, -175.5, -145.0, -30.0]);
        assert_eq!(p.before.prp[3].platelets_k_per_ul, 1300.0);
        assert_eq!(p.before.drugs.len(), 1);
        assert_eq!(p.before.drugs[0].until.unwrap().0, -365.0);
        assert_eq!(p.ongoing.len(), 1);
        assert!(p.assumptions.iter().any(|a| a.key == "treatments[0].platelets_k_per_ul"));
        assert!(p.assumptions.iter().any(|a| a.key == "treatments[0].until"));
    }
}
