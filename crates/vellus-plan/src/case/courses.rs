//! Treatments of the past and present: their order in time, which of them exclude each other, and
//! that none goes on which the person's own contraindications forbid.

use jiff::civil::Date;

use super::calendar::Calendar;
use super::read::wrong;
use super::{Case, PastTreatment, TreatmentKeys};
use crate::error::PlanError;
use crate::rules::{Action, TreatmentKind, hits};

/// Why two treatments cannot be had at once; none where they can.
fn excluded(a: PastTreatment, b: PastTreatment) -> Option<&'static str> {
    match (a.kind(), b.kind()) {
        _ if a == b => Some("the same treatment"),
        (Some(TreatmentKind::DhtBlockers), Some(TreatmentKind::DhtBlockers)) => {
            Some("both block 5α-reductase")
        }
        (Some(TreatmentKind::Minoxidil), Some(TreatmentKind::Minoxidil)) => Some("both are minoxidil"),
        _ => None,
    }
}

/// The days that two treatments share: the first, and the last unless both go on.
fn shared(a: &TreatmentKeys, b: &TreatmentKeys) -> Option<(Date, Option<Date>)> {
    let first = a.from.max(b.from);
    let last = match (a.last_day(), b.last_day()) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    last.is_none_or(|last| last >= first).then_some((first, last))
}

/// Checks every entry, then each pair of them.
pub(super) fn check(case: &Case, text: &str, calendar: &Calendar<'_>) -> Result<(), PlanError> {
    for (i, t) in case.treatments.iter().enumerate() {
        calendar.past(
            &format!("treatments[{i}].from"),
            t.from,
            "treatments are those of the past and present; future ones come from the strategies",
        )?;
        if t.platelets_k_per_ul.is_some() && t.treatment != PastTreatment::Prp {
            return Err(wrong(
                text,
                &format!("treatments[{i}].platelets_k_per_ul"),
                t.treatment.name(),
                "platelets are counted in PRP only".to_owned(),
                "leave it out, or write treatment = \"prp\"".to_owned(),
            ));
        }
        if let Some(until) = t.until {
            calendar.last(
                &format!("treatments[{i}].until"),
                t.from,
                until,
                "a treatment ends after it begins",
            )?;
        }
    }
    for (j, later) in case.treatments.iter().enumerate() {
        for (i, earlier) in case.treatments[..j].iter().enumerate() {
            apart(text, (i, earlier), (j, later))?;
        }
    }
    allowed(case, text, calendar)
}

/// Refuses two entries that exclude each other and share a day.
fn apart(text: &str, a: (usize, &TreatmentKeys), b: (usize, &TreatmentKeys)) -> Result<(), PlanError> {
    let (Some(why), Some((first, last))) = (excluded(a.1.treatment, b.1.treatment), shared(a.1, b.1)) else {
        return Ok(());
    };
    let days = match last {
        Some(last) if last == first => format!("on {first}"),
        Some(last) => format!("from {first} to {last}"),
        None => format!("from {first} on, and neither ends"),
    };
    // The fix is at the one that began earlier.
    let (old, new) = if b.1.from < a.1.from { (b, a) } else { (a, b) };
    Err(wrong(
        text,
        &format!("treatments[{}].from", b.0),
        b.1.from,
        format!(
            "no overlap of treatments[{}] ({}) with treatments[{}] ({}), {why}; they overlap {days}",
            a.0,
            a.1.treatment.name(),
            b.0,
            b.1.treatment.name(),
        ),
        if old.1.from == new.1.from {
            "let one end before the other begins, or write one entry".to_owned()
        } else {
            format!(
                "one ends before the other begins: give treatments[{}] an until before {}, or write one entry",
                old.0, new.1.from
            )
        },
    ))
}

/// Refuses what still goes on although a condition that the case names forbids it.
fn allowed(case: &Case, text: &str, calendar: &Calendar<'_>) -> Result<(), PlanError> {
    let hits = hits(case.contraindications.as_deref().unwrap_or_default());
    for (i, t) in case.treatments.iter().enumerate() {
        let goes_on = match (t.last_day(), calendar.today) {
            (None, _) => true,
            (Some(last), Some(today)) => t.until.is_some() && last >= today,
            // Without a day of the case nobody can say whether it has ended.
            (Some(_), None) => false,
        };
        let Some(kind) = t.treatment.kind().filter(|_| goes_on) else { continue };
        if let Some(hit) = hits.iter().find(|h| h.action == Action::Forbid && h.treatments.contains(&kind)) {
            let condition = hit.condition.title();
            return Err(wrong(
                text,
                &format!("treatments[{i}].treatment"),
                t.treatment.name(),
                format!("no {} that goes on with {condition}", kind.title()),
                format!(
                    "{} ({}) Ask the doctor who prescribes it; then end it with treatments[{i}].until, or take {condition} out of contraindications if it does not hold",
                    hit.reason, hit.source
                ),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::case::read::parse;
    use crate::{Case, PlanError};

    fn case(conditions: &str, entries: &[(&str, &str, &str)]) -> Result<Case, PlanError> {
        let mut text = format!(
            "schema_version = 1\ncontraindications = [{conditions}]\n[person]\nage_years = 40\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n"
        );
        for (treatment, from, until) in entries {
            text += &format!("[[treatments]]\ntreatment = \"{treatment}\"\nfrom = {from}\n");
            if !until.is_empty() {
                text += &format!("until = {until}\n");
            }
        }
        parse(&text)
    }

    fn said(result: Result<Case, PlanError>) -> String {
        let e = result.unwrap_err();
        format!("{e} / {}", e.hint().unwrap())
    }

    #[test]
    fn two_that_exclude_each_other_are_named_with_the_days_they_share() {
        let s =
            said(case("", &[("finasteride", "2024-01-01", "2025-06-30"), ("dutasteride", "2025-03-01", "")]));
        for part in [
            "treatments[1].from",
            "treatments[0] (finasteride)",
            "treatments[1] (dutasteride)",
            "both block 5α-reductase",
            "from 2025-03-01 to 2025-06-30",
            "treatments[0] an until before 2025-03-01",
        ] {
            assert!(s.contains(part), "{part}: {s}");
        }
        let s = said(case("", &[("minoxidil_5", "2024-01-01", ""), ("minoxidil_oral", "2024-01-01", "")]));
        assert!(s.contains("both are minoxidil") && s.contains("neither ends"), "{s}");
        let s = said(case("", &[("laser", "2024-05-01", ""), ("laser", "2024-01-01", "")]));
        assert!(s.contains("treatments[1] an until before 2024-05-01"), "{s}");
    }

    #[test]
    fn what_follows_or_complements_is_taken() {
        case("", &[("finasteride", "2024-01-01", "2025-02-28"), ("dutasteride", "2025-03-01", "")]).unwrap();
        case("", &[("finasteride", "2024-01-01", ""), ("minoxidil_5", "2024-01-01", "")]).unwrap();
        // Sessions of a procedure are days of their own.
        case("", &[("prp", "2025-01-10", ""), ("prp", "2025-02-10", ""), ("smp", "2025-02-10", "")]).unwrap();
        assert!(case("", &[("prp", "2025-01-10", ""), ("prp", "2025-01-10", "")]).is_err());
    }

    #[test]
    fn what_a_condition_forbids_may_have_been_but_not_go_on() {
        let s = said(case("\"pregnancy\"", &[("minoxidil_5", "2025-01-01", "")]));
        for part in [
            "treatments[0].treatment = minoxidil_5",
            "pregnancy",
            "Not during pregnancy",
            "product information",
            "treatments[0].until",
        ] {
            assert!(s.contains(part), "{part}: {s}");
        }
        assert!(case("\"planned_pregnancy\"", &[("dutasteride", "2025-01-01", "2026-11-23")]).is_err());
        case("\"planned_pregnancy\"", &[("dutasteride", "2025-01-01", "2026-11-22")]).unwrap();
        case("\"planned_pregnancy\"", &[("minoxidil_5", "2025-01-01", "")]).unwrap();
        // A doctor's question is no prohibition, and what was done is done.
        case("\"heart_disease\"", &[("minoxidil_oral", "2025-01-01", "")]).unwrap();
        case("\"pigment_allergy\"", &[("smp", "2025-01-01", "")]).unwrap();
        assert!(case("\"platelet_disorder\"", &[("prp", "2026-10-01", "2027-01-01")]).is_err());
    }

    #[test]
    fn names_are_those_of_the_case() {
        use crate::case::PastTreatment as T;
        for t in [
            T::Finasteride,
            T::FinasterideTopical,
            T::Dutasteride,
            T::Minoxidil2,
            T::Minoxidil5,
            T::MinoxidilOral,
            T::Prp,
            T::Smp,
            T::Transplant,
            T::Laser,
        ] {
            assert_eq!(serde_json::to_value(t).unwrap(), t.name());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Two courses of one drug are taken exactly when one ends before the other begins, in
        /// whichever order they are written.
        #[test]
        fn prop_one_drug_is_taken_once_on_any_day(a in 0i64..2000, n in 0i64..900, b in 0i64..2000, m in 0i64..900) {
            use jiff::{ToSpan as _, civil::date};
            let day = |d: i64| date(2019, 1, 1).saturating_add(d.days()).to_string();
            let one = ("finasteride", day(a), day(a + n));
            let two = ("finasteride_topical", day(b), day(b + m));
            let apart = a + n < b || b + m < a;
            for [x, y] in [[&one, &two], [&two, &one]] {
                let r = case("", &[(x.0, &x.1, &x.2), (y.0, &y.1, &y.2)]);
                prop_assert_eq!(r.is_ok(), apart);
            }
        }
    }
}
