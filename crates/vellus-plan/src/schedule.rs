//! A strategy laid on the calendar of one person: what happens on which day, at what cost.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use vellus_hair::treatment::{Drug, DrugCourse, PrpSession, Schedule};
use vellus_units::Days;

use crate::case::Refusal;
use crate::person::Person;
use crate::rules::{Action, Hit, Interval, TreatmentKind};
use crate::strategy::{Step, Strategy};

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum EventKind {
    Consultation,
    Measure,
    Prp,
    Smp,
    TouchUp,
    Transplant,
    DrugStart,
    DrugPause,
    DrugResume,
}

/// One thing on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Days from today.
    pub day: f64,
    /// The date.
    pub date: Date,
    /// What.
    pub kind: EventKind,
    /// In a few words.
    pub title: String,
    /// What the person and the practitioner need to know.
    pub detail: String,
    /// Hours in the chair.
    pub hours: f64,
    /// Cost in the site's currency.
    pub cost: f64,
}

/// A strategy on dates.
#[derive(Clone, Debug, Default)]
pub struct Booked {
    /// What is done to the living hair.
    pub hair: Schedule,
    /// Days of the SMP sessions of the first course.
    pub smp_days: Vec<f64>,
    /// Days of the touch-ups.
    pub touch_up_days: Vec<f64>,
    /// Day of the transplant and how many grafts.
    pub transplant: Option<(f64, u32)>,
    /// Day of the first measurement that decides about what follows.
    pub decision_day: Option<f64>,
    /// Events in order of time.
    pub events: Vec<Event>,
    /// Running costs: from which day, per month, for what.
    pub running: Vec<(f64, f64, String)>,
    /// What had to be changed for this person.
    pub notes: Vec<String>,
}

/// Why a strategy cannot be offered to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// In a sentence.
    pub reason: String,
}

/// How far a plan looks, years.
pub const HORIZON_YEARS: f64 = 10.0;

/// Lays a strategy on the person's calendar.
///
/// # Errors
/// [`LeftOut`] when the person refuses what the strategy is about, or a contraindication forbids it.
pub fn book(
    strategy: &Strategy,
    person: &Person,
    hits: &[Hit],
    intervals: &std::collections::BTreeMap<String, Interval>,
) -> Result<Booked, LeftOut> {
    refuse(strategy, person, hits)?;
    let mut b = Booked::default();
    let interval = |id: &str| intervals.get(id).map_or(14.0, |i| i.days);
    let begin = days_between(person.today, person.start);
    let horizon = HORIZON_YEARS * 365.25;
    let prices = &person.prices;

    for ongoing in &person.ongoing {
        if let Some(drug) = ongoing.treatment.drug() {
            b.hair.drugs.push(DrugCourse {
                drug,
                from: Days(-days_between(ongoing.from, person.today)),
                until: None,
                adherence: ADHERENCE,
            });
            b.running.push((0.0, month_price(drug, person), drug.title().into()));
        }
    }
    let mut prp_days: Vec<f64> = Vec::new();
    let mut measures: Vec<f64> = Vec::new();
    // A course of PRP that is put off takes the upkeep and the counts that judge it with it.
    let first_prp = strategy.steps.iter().find_map(|s| match s {
        Step::Prp { at_month, .. } | Step::PrpUpkeep { from_month: at_month, .. } => {
            Some(begin + months(*at_month))
        }
        _ => None,
    });
    let prp_later =
        first_prp.map_or(0.0, |day| put_off(person, TreatmentKind::Prp, day, hits, &mut b.notes) - day);
    for step in &strategy.steps {
        match step {
            Step::Prp { at_month, sessions, every_days } => {
                let first = begin + prp_later + months(*at_month);
                for k in 0..*sessions {
                    let earliest = if k == 0 { first } else { prp_days[prp_days.len() - 1] + every_days };
                    prp_days.push(free_day(person, earliest, &mut b.notes));
                }
            }
            Step::Drugs { drugs, at_month } => {
                let day = begin + months(*at_month);
                for drug in allowed_drugs(drugs, person, hits, &mut b.notes) {
                    if b.hair.drugs.iter().any(|d| d.drug == drug) {
                        b.notes.push(format!("{} is taken already and goes on.", capital(drug.title())));
                        continue;
                    }
                    b.hair.drugs.push(DrugCourse {
                        drug,
                        from: Days(day),
                        until: None,
                        adherence: ADHERENCE,
                    });
                    b.running.push((day, month_price(drug, person), drug.title().into()));
                    b.events.push(event(
                        person,
                        day,
                        EventKind::DrugStart,
                        format!("Begin {}", drug.title()),
                        "Every day, for as long as the effect is wanted.".into(),
                        0.0,
                        0.0,
                    ));
                }
                if b.hair.drugs.is_empty() {
                    return Err(LeftOut {
                        reason: "no drug of this strategy is left for this person".into(),
                    });
                }
            }
            Step::Transplant { at_month, grafts } => {
                let day = begin + months(*at_month);
                let day = put_off(person, TreatmentKind::Transplant, day, hits, &mut b.notes);
                b.transplant = Some((free_day(person, day, &mut b.notes), *grafts));
            }
            Step::Measure { at_month } => measures.push(begin + prp_later + months(*at_month)),
            Step::Smp { .. } | Step::SmpTouchUp { .. } | Step::PrpUpkeep { .. } => {}
        }
    }
    for step in &strategy.steps {
        match step {
            Step::Smp { at_month, sessions } => {
                let mut earliest = begin + months(*at_month);
                if let Some(last) = prp_days.last() {
                    earliest = earliest.max(last + interval("prp_to_smp"));
                }
                if let Some((day, _)) = b.transplant {
                    earliest = earliest.max(day + interval("transplant_to_smp"));
                }
                earliest = put_off(person, TreatmentKind::Smp, earliest, hits, &mut b.notes);
                let sessions = person.smp.targets.as_ref().map_or(*sessions, |t| t.len() as u32);
                let between = person.smp.interval_days.unwrap_or_else(|| interval("smp_to_smp"));
                for _ in 0..sessions {
                    let day = free_day(person, earliest, &mut b.notes);
                    b.smp_days.push(day);
                    earliest = day + between;
                }
            }
            Step::SmpTouchUp { every_years } => {
                if let Some(last) = b.smp_days.last() {
                    let mut day = last + every_years * 365.25;
                    while day < horizon {
                        b.touch_up_days.push(free_day(person, day, &mut b.notes));
                        day += every_years * 365.25;
                    }
                }
            }
            Step::Prp { .. }
            | Step::PrpUpkeep { .. }
            | Step::Drugs { .. }
            | Step::Transplant { .. }
            | Step::Measure { .. } => {}
        }
    }
    for step in &strategy.steps {
        if let Step::PrpUpkeep { from_month, every_months, until_month } = step {
            let mut m = *from_month;
            while m <= *until_month + 1e-9 {
                let mut day = begin + prp_later + months(m);
                // Needles keep off healing pigment.
                for smp in b.smp_days.iter().chain(&b.touch_up_days) {
                    let heals = smp + interval("smp_to_prp");
                    if day > smp - interval("prp_to_smp") && day < heals {
                        day = heals;
                    }
                }
                prp_days.push(free_day(person, day, &mut b.notes));
                m += every_months;
            }
        }
    }
    prp_days.sort_by(f64::total_cmp);
    let count = prp_days.len();
    for (k, day) in prp_days.iter().enumerate() {
        b.hair.prp.push(PrpSession { day: Days(*day), platelets_k_per_ul: 0.0 });
        b.events.push(event(
            person,
            *day,
            EventKind::Prp,
            format!("PRP {} of {count}", k + 1),
            "Blood draw, spin, injection over the marked zones. No anti-inflammatory drugs for a week before and after, unless a doctor prescribed them.".into(),
            1.0,
            prices.prp_session,
        ));
    }
    if let Some((day, grafts)) = b.transplant {
        b.events.push(event(person, day, EventKind::Transplant, format!("Transplant of {grafts} grafts"), "Follicular units from the back of the head. The grafts shed within weeks and grow from the third or fourth month.".into(), 7.0, prices.graft * f64::from(grafts)));
    }
    for (k, day) in measures.iter().enumerate() {
        let day = free_day(person, *day, &mut b.notes);
        if k == 0 {
            b.decision_day = Some(day);
        }
        b.events.push(event(
            person,
            day,
            EventKind::Measure,
            "Count and photographs".into(),
            "Same places, same light, same length as today. Below a gain of 22.7 % the eye notices nothing."
                .into(),
            0.5,
            prices.consultation,
        ));
    }
    pauses(person, &mut b, interval("minoxidil_pause_before_smp"), interval("minoxidil_pause_after_smp"));
    if !strategy.steps.is_empty() {
        b.events.push(event(person, begin, EventKind::Consultation, "Consultation and baseline".into(), "History, contraindications, photographs, a count in the thin zones and at the back, before anything is done.".into(), 1.0, prices.consultation));
    }
    b.events.sort_by(|x, y| x.day.total_cmp(&y.day).then(x.kind.cmp(&y.kind)));
    b.notes.dedup();
    Ok(b)
}

/// Share of doses that are really taken (assumption).
pub(crate) const ADHERENCE: f64 = 0.85;

fn months(m: f64) -> f64 {
    m * 365.25 / 12.0
}

/// Days from one date to another.
#[must_use]
pub fn days_between(from: Date, to: Date) -> f64 {
    from.until(to).map_or(0.0, |s| f64::from(s.get_days()))
}

/// The date `day` days after today; the calendar's ends are far outside of what a case may hold.
#[must_use]
pub fn date_of(today: Date, day: f64) -> Date {
    today.saturating_add((day.round() as i64).days())
}

fn event(
    person: &Person,
    day: f64,
    kind: EventKind,
    title: String,
    detail: String,
    hours: f64,
    cost: f64,
) -> Event {
    Event { day, date: date_of(person.today, day), kind, title, detail, hours, cost }
}

/// The first day from `earliest` that is neither a Sunday nor off.
fn free_day(person: &Person, earliest: f64, notes: &mut Vec<String>) -> f64 {
    let mut date = date_of(person.today, earliest);
    for _ in 0..800 {
        if let Some((from, to, reason)) =
            person.off.iter().find(|(from, to, _)| (*from..=*to).contains(&date))
        {
            let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
            notes.push(format!("{from} to {to} is off{why}; what fell there was moved to after it."));
            date = to.saturating_add(Span::new().days(1));
        } else if date.weekday() == Weekday::Sunday {
            date = date.saturating_add(Span::new().days(1));
        } else {
            break;
        }
    }
    days_between(person.today, date)
}

fn pauses(person: &Person, b: &mut Booked, before: f64, after: f64) {
    let topical: Vec<Drug> = b
        .hair
        .drugs
        .iter()
        .map(|d| d.drug)
        .filter(|d| matches!(d, Drug::Minoxidil2 | Drug::Minoxidil5))
        .collect();
    let (Some(first), Some(last)) = (b.smp_days.first(), b.smp_days.last()) else {
        return;
    };
    // Two weeks or so: too short for the hair to notice, so the forecast does not model it.
    for drug in topical {
        b.events.push(event(
            person,
            first - before,
            EventKind::DrugPause,
            format!("Pause {}", drug.title()),
            "A week before the first SMP session (a clinician's advice; others stop for the whole course)."
                .into(),
            0.0,
            0.0,
        ));
        b.events.push(event(
            person,
            last + after,
            EventKind::DrugResume,
            format!("Resume {}", drug.title()),
            "A week after the last SMP session.".into(),
            0.0,
            0.0,
        ));
    }
}

fn month_price(drug: Drug, person: &Person) -> f64 {
    if drug.blocks_dht() { person.prices.finasteride_month } else { person.prices.minoxidil_month }
}

fn capital(text: &str) -> String {
    let mut c = text.chars();
    c.next().map_or_else(String::new, |f| f.to_uppercase().chain(c).collect())
}

const fn kind_of(drug: Drug) -> TreatmentKind {
    if drug.blocks_dht() { TreatmentKind::DhtBlockers } else { TreatmentKind::Minoxidil }
}

fn forbidden(hits: &[Hit], kind: TreatmentKind) -> Option<&Hit> {
    hits.iter().find(|h| h.action == Action::Forbid && h.treatments.contains(&kind))
}

/// The longest delay of a treatment: days from today, and what asks for it. A case does not say when a
/// condition ends, so that the wait counts from today, which is the earliest that can be.
#[must_use]
pub fn wait(hits: &[Hit], kind: TreatmentKind) -> Option<(f64, &Hit)> {
    hits.iter()
        .filter(|h| h.action == Action::Delay && h.treatments.contains(&kind))
        .map(|h| (h.wait_days.unwrap_or(0.0), h))
        .reduce(|a, b| if b.0 > a.0 { b } else { a })
}

/// The first day from `wished` that no delay speaks against; says so when it moves.
fn put_off(person: &Person, kind: TreatmentKind, wished: f64, hits: &[Hit], notes: &mut Vec<String>) -> f64 {
    let Some((day, hit)) = wait(hits, kind).filter(|(day, _)| *day > wished) else { return wished };
    notes.push(format!(
        "The first {} moves from {} to {} at the earliest, {day:.0} days from today, as if {} ended today; each later day moves it too. {}",
        kind.session(),
        date_of(person.today, wished),
        date_of(person.today, day),
        hit.condition.title(),
        hit.sentence(kind)
    ));
    day
}

/// The drugs of a list that this person may and will take.
fn allowed_drugs(drugs: &[Drug], person: &Person, hits: &[Hit], notes: &mut Vec<String>) -> Vec<Drug> {
    let mut out = Vec::new();
    for drug in drugs {
        let mut drug = *drug;
        if person.refuses.contains(&Refusal::Drugs)
            || (drug.blocks_dht() && person.refuses.contains(&Refusal::DhtBlockers))
        {
            notes.push(format!("{} is left out: not wanted.", capital(drug.title())));
            continue;
        }
        if let Some(hit) = forbidden(hits, kind_of(drug)) {
            notes.push(format!("{} is left out. {}", capital(drug.title()), hit.sentence(kind_of(drug))));
            continue;
        }
        if person.female() && drug.blocks_dht() {
            notes.push(format!(
                "{} is left out: it is licensed for men only; in women it is a doctor's decision.",
                capital(drug.title())
            ));
            continue;
        }
        if person.female() && drug == Drug::Minoxidil5 {
            notes.push("Minoxidil 2 % takes the place of 5 %, as licensed for women.".into());
            drug = Drug::Minoxidil2;
        }
        out.push(drug);
    }
    out
}

fn refuse(strategy: &Strategy, person: &Person, hits: &[Hit]) -> Result<(), LeftOut> {
    let left_out = |reason: String| Err(LeftOut { reason });
    for (used, refusal, kind) in [
        (strategy.uses_prp(), Refusal::Prp, TreatmentKind::Prp),
        (strategy.uses_smp(), Refusal::Smp, TreatmentKind::Smp),
        (strategy.uses_transplant(), Refusal::Transplant, TreatmentKind::Transplant),
    ] {
        if !used {
            continue;
        }
        if person.refuses.contains(&refusal) {
            return left_out(format!("{} is not wanted", kind.title()));
        }
        if let Some(hit) = forbidden(hits, kind) {
            return left_out(hit.sentence(kind));
        }
    }
    if strategy.uses_drugs() && person.refuses.contains(&Refusal::Drugs) {
        return left_out("drugs are not wanted".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Contraindication as C, read};
    use crate::rules;

    fn person(conditions: &[C]) -> Person {
        let text = "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n[loss]\nstage = \"norwood_4\"\n";
        let mut case = read::parse(text).unwrap();
        case.contraindications = Some(conditions.to_vec());
        Person::from_case(&case, case.dates.today.unwrap())
    }

    fn booked(id: &str, conditions: &[C]) -> Result<Booked, LeftOut> {
        let all = crate::strategy::built_in().unwrap();
        let strategy = all.iter().find(|s| s.id == id).unwrap();
        book(strategy, &person(conditions), &rules::hits(conditions), &rules::intervals())
    }

    #[test]
    fn a_delay_moves_the_first_session_and_says_why() {
        let free = booked("smp_now", &[]).unwrap();
        let put_off = booked("smp_now", &[C::Retinoid]).unwrap();
        assert!(free.smp_days[0] < 60.0, "{:?}", free.smp_days);
        assert!((183.0..186.0).contains(&put_off.smp_days[0]), "{:?}", put_off.smp_days);
        assert_eq!(put_off.smp_days.len(), free.smp_days.len());
        let note = put_off.notes.iter().find(|n| n.contains("SMP session moves")).unwrap();
        for part in ["2027-05-25", "retinoid", "\"retinoid\"", "S118", "183 days"] {
            assert!(note.contains(part), "{part}: {note}");
        }
        assert!(free.notes.iter().all(|n| !n.contains("moves from")));
        // The longest of several, and a wish that lies later is left alone.
        let both = booked("smp_now", &[C::Retinoid, C::CancerTreatment, C::ActiveInfection]).unwrap();
        assert!((365.0..368.0).contains(&both.smp_days[0]));
        let mut later = person(&[C::ActiveInfection]);
        later.start = date_of(later.today, 90.0);
        let all = crate::strategy::built_in().unwrap();
        let smp = all.iter().find(|s| s.id == "smp_now").unwrap();
        let b = book(smp, &later, &rules::hits(&later.conditions), &rules::intervals()).unwrap();
        assert!(b.notes.iter().all(|n| !n.contains("moves from")), "{:?}", b.notes);
    }

    #[test]
    fn prp_that_is_put_off_takes_what_follows_with_it() {
        let free = booked("tandem", &[]).unwrap();
        let put_off = booked("tandem", &[C::CancerTreatment]).unwrap();
        assert!(put_off.hair.prp[0].day.0 >= 365.0);
        assert_eq!(put_off.hair.prp.len(), free.hair.prp.len());
        let last = |b: &Booked| b.hair.prp.iter().map(|s| s.day.0).fold(0.0, f64::max);
        assert!(last(&put_off) > last(&free) + 300.0);
        assert!(put_off.decision_day.unwrap() > free.decision_day.unwrap() + 300.0);
        assert!(put_off.smp_days[0] > put_off.hair.prp[0].day.0);
    }

    #[test]
    fn what_is_forbidden_names_its_rule_its_key_and_its_source() {
        let reason = booked("smp_now", &[C::Sarcoidosis]).unwrap_err().reason;
        for part in ["forbids SMP", "Granulomas", "\"sarcoidosis\"", "contraindications = [", "S123"] {
            assert!(reason.contains(part), "{part}: {reason}");
        }
    }
}
