//! A strategy laid on the calendar of one person: what happens on which day, at what cost.

mod dates;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_hair::treatment::{Drug, DrugCourse, PrpSession, Schedule};
use vellus_head::Zone;
use vellus_units::Days;

use crate::case::Refusal;
use crate::person::Person;
use crate::rules::{Action, Hit, Marker, TreatmentKind};
use crate::strategy::{Decision, Path, Step, Strategy};
use dates::Dates;
pub use dates::Wait;

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
    DrugStop,
    Shave,
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

/// What pigment work a path asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct SmpOrder {
    /// Zones that get dots; empty for all that are thin.
    pub zones: Vec<Zone>,
    /// Density over what matches the fringe.
    pub density: f64,
    /// Strength of the pigment over the shade that was found.
    pub shade: f64,
}

impl Default for SmpOrder {
    fn default() -> Self {
        Self { zones: Vec::new(), density: 1.0, shade: 1.0 }
    }
}

/// One path of a strategy on dates.
#[derive(Clone, Debug, Default)]
pub struct Booked {
    /// What is done to the living hair.
    pub hair: Schedule,
    /// Days of the SMP sessions of the first course.
    pub smp_days: Vec<f64>,
    /// What work they do.
    pub smp: SmpOrder,
    /// Days of the touch-ups.
    pub touch_up_days: Vec<f64>,
    /// Day of the transplant and how many grafts.
    pub transplant: Option<(f64, u32)>,
    /// Days of the decisions that led here.
    pub decision_days: Vec<f64>,
    /// Events in order of time.
    pub events: Vec<Event>,
    /// Running costs: from which day, until which, per month, for what.
    pub running: Vec<Running>,
    /// What had to be changed for this person.
    pub notes: Vec<String>,
    /// What rules moved.
    pub waits: Vec<Wait>,
}

/// A cost that runs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Running {
    /// First day.
    pub from: f64,
    /// Last day; infinite when it does not end.
    pub until: f64,
    /// Per month, in the site's currency.
    pub per_month: f64,
    /// For what.
    pub what: String,
}

impl Running {
    /// What it comes to until a day, from today on.
    #[must_use]
    pub fn spent(&self, until: f64) -> f64 {
        self.per_month * ((until.min(self.until) - self.from.max(0.0)).max(0.0) / 30.4375)
    }
}

/// Why a strategy cannot be offered to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// In a sentence.
    pub reason: String,
}

/// How far a plan looks, years.
pub const HORIZON_YEARS: f64 = 10.0;

/// Lays one path of a strategy on the person's calendar.
///
/// # Errors
/// [`LeftOut`] when the person refuses what the strategy is about, a contraindication forbids it, or no day
/// keeps all distances.
pub fn book(strategy: &Strategy, path: &Path, person: &Person, hits: &[Hit]) -> Result<Booked, LeftOut> {
    refuse(strategy, person, hits)?;
    let mut b = Booked::default();
    let mut dates = Dates::new(person);
    let begin = days_between(person.today, person.start);
    let horizon = HORIZON_YEARS * 365.25;
    let prices = &person.prices;
    let stops = Stops::new(path, begin);

    for ongoing in &person.ongoing {
        if let Some(drug) = ongoing.treatment.drug() {
            b.hair.drugs.push(DrugCourse {
                drug,
                from: Days(-days_between(ongoing.from, person.today)),
                until: None,
                adherence: ADHERENCE,
            });
            b.running.push(Running {
                from: 0.0,
                until: f64::INFINITY,
                per_month: month_price(drug, person),
                what: drug.title().into(),
            });
        }
    }
    // What moves a course of PRP takes its upkeep and the counts that judge it with it.
    let first_prp = path.steps.iter().find_map(|s| match s {
        Step::Prp { at_month, .. } | Step::PrpUpkeep { from_month: at_month, .. } => {
            Some(begin + months(*at_month))
        }
        _ => None,
    });
    let prp_later =
        first_prp.map_or(0.0, |day| put_off(person, TreatmentKind::Prp, day, hits, &mut b.notes) - day);

    let mut prp_days: Vec<f64> = Vec::new();
    for step in &path.steps {
        match step {
            Step::Transplant { at_month, grafts } => {
                let day = begin + months(*at_month);
                let day = put_off(person, TreatmentKind::Transplant, day, hits, &mut b.notes);
                b.transplant = Some((dates.place(Marker::Transplant, "the transplant", day)?, *grafts));
            }
            Step::Drugs { drugs, at_month } => {
                begin_drugs(person, hits, &mut b, drugs, begin + months(*at_month), &stops)?
            }
            _ => {}
        }
    }
    for step in &path.steps {
        if let Step::Prp { at_month, sessions, every_days } = step {
            let mut next = begin + prp_later + months(*at_month);
            for _ in 0..*sessions {
                if next >= stops.prp + prp_later {
                    break;
                }
                let day = dates.place(Marker::Prp, "PRP", next)?;
                prp_days.push(day);
                next = day + every_days;
            }
        }
    }
    for taken in &path.taken {
        let day = dates.open_day(begin + prp_later + months(taken.decision.at_month));
        b.decision_days.push(day);
    }
    let decided = b.decision_days.last().copied().unwrap_or(0.0);
    for step in &path.steps {
        match step {
            Step::Smp { at_month, sessions, zones, density_percent, shade_percent } => {
                let mut next = (begin + months(*at_month)).max(decided + 1.0);
                next = put_off(person, TreatmentKind::Smp, next, hits, &mut b.notes);
                let sessions = person.smp.targets.as_ref().map_or(*sessions, |t| t.len() as u32);
                for k in 0..sessions {
                    let day = dates.place(Marker::Smp, &format!("SMP session {}", k + 1), next)?;
                    b.smp_days.push(day);
                    next = day + 1.0;
                }
                b.smp = SmpOrder {
                    zones: zones.clone(),
                    density: density_percent / 100.0,
                    shade: shade_percent / 100.0,
                };
            }
            Step::SmpTouchUp { every_years } => {
                if let Some(last) = b.smp_days.last() {
                    let mut day = last + every_years * 365.25;
                    while day < horizon {
                        b.touch_up_days.push(dates.place(Marker::Smp, "the touch-up", day)?);
                        day += every_years * 365.25;
                    }
                }
            }
            _ => {}
        }
    }
    // The rule between two SMP sessions is the course's own rhythm, and what upkeep does around pigment is
    // told by the dates: neither is news.
    dates.waits.retain(|w| w.rule != "smp_to_smp");
    for step in &path.steps {
        if let Step::PrpUpkeep { from_month, every_months, until_month } = step {
            let mut m = *from_month;
            while m <= *until_month + 1e-9 {
                let day = begin + prp_later + months(m);
                if day >= stops.prp + prp_later {
                    break;
                }
                prp_days.push(dates.place(Marker::Prp, "PRP upkeep", day)?);
                m += every_months;
            }
        }
    }
    prp_days.sort_by(f64::total_cmp);
    prp_events(person, &mut b, &prp_days);
    if let Some((day, grafts)) = b.transplant {
        b.events.push(event(person, day, EventKind::Transplant, format!("Transplant of {grafts} grafts"), "Follicular units from the back of the head. The grafts shed within weeks and grow from the third or fourth month.".into(), 7.0, prices.graft * f64::from(grafts)));
    }
    for step in &path.steps {
        if let Step::Measure { at_month } = step {
            let day = dates.open_day(begin + prp_later + months(*at_month));
            let event = measure_event(person, day, "Count and photographs".into(), None);
            b.events.push(event);
        }
    }
    for (taken, day) in path.taken.iter().zip(b.decision_days.clone()) {
        let event =
            measure_event(person, day, "Count, photographs and a decision".into(), Some(&taken.decision));
        b.events.push(event);
    }
    shaves(person, &mut b, dates.rule(Marker::Shave, Marker::Smp).map_or(1.0, |w| w.days));
    pauses(
        person,
        &mut b,
        dates.rule(Marker::Minoxidil, Marker::Smp).map_or(7.0, |w| w.days),
        dates.rule(Marker::Smp, Marker::Minoxidil).map_or(7.0, |w| w.days),
    );
    if !path.steps.is_empty() {
        b.events.push(event(person, begin, EventKind::Consultation, "Consultation and baseline".into(), "History, contraindications, photographs, a count in the thin zones and at the back, before anything is done.".into(), 1.0, prices.consultation));
    }
    b.events.sort_by(|x, y| x.day.total_cmp(&y.day).then(x.kind.cmp(&y.kind)));
    b.notes.append(&mut dates.notes);
    b.notes.dedup();
    b.waits = dates.waits;
    Ok(b)
}

/// From which days on treatments end.
struct Stops {
    /// PRP.
    prp: f64,
    /// Drugs.
    drugs: Vec<(Drug, f64)>,
}

impl Stops {
    fn new(path: &Path, begin: f64) -> Self {
        let mut out = Self { prp: f64::INFINITY, drugs: Vec::new() };
        for step in &path.steps {
            if let Step::Stop { at_month, prp, drugs } = step {
                let day = begin + months(*at_month);
                if *prp {
                    out.prp = out.prp.min(day);
                }
                out.drugs.extend(drugs.iter().map(|d| (*d, day)));
            }
        }
        out
    }
}

fn begin_drugs(
    person: &Person,
    hits: &[Hit],
    b: &mut Booked,
    drugs: &[Drug],
    day: f64,
    stops: &Stops,
) -> Result<(), LeftOut> {
    for (asked, drug) in allowed_drugs(drugs, person, hits, &mut b.notes) {
        if b.hair.drugs.iter().any(|d| d.drug == drug) {
            b.notes.push(format!("{} is taken already and goes on.", capital(drug.title())));
            continue;
        }
        let until = stops.drugs.iter().find(|(d, _)| *d == asked).map(|(_, day)| *day);
        // Grafts that have just been set are left in peace.
        let after_graft = b.transplant.map(|(graft, _)| graft).filter(|g| *g <= day && drug.is_topical());
        let day = after_graft
            .and_then(|g| {
                let rule = person
                    .waits
                    .iter()
                    .find(|w| w.first == Marker::Transplant && w.then == Marker::Minoxidil)?;
                Some(day.max(g + rule.days))
            })
            .unwrap_or(day);
        b.hair.drugs.push(DrugCourse { drug, from: Days(day), until: until.map(Days), adherence: ADHERENCE });
        b.running.push(Running {
            from: day,
            until: until.unwrap_or(f64::INFINITY),
            per_month: month_price(drug, person),
            what: drug.title().into(),
        });
        b.events.push(event(
            person,
            day,
            EventKind::DrugStart,
            format!("Begin {}", drug.title()),
            "Every day, for as long as the effect is wanted.".into(),
            0.0,
            0.0,
        ));
        if let Some(until) = until {
            b.events.push(event(
                person,
                until,
                EventKind::DrugStop,
                format!("End {}", drug.title()),
                "What it holds is lost again within months.".into(),
                0.0,
                0.0,
            ));
        }
    }
    if b.hair.drugs.is_empty() {
        return Err(LeftOut { reason: "no drug of this strategy is left for this person".into() });
    }
    Ok(())
}

fn prp_events(person: &Person, b: &mut Booked, prp_days: &[f64]) {
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
            person.prices.prp_session,
        ));
    }
}

fn measure_event(person: &Person, day: f64, title: String, decision: Option<&Decision>) -> Event {
    let mut detail =
        "Same places, same light, same length as today. Below a gain of 22.7 % the eye notices nothing."
            .to_owned();
    if let Some(d) = decision {
        detail = format!("{detail} What is decided: whether {}.", d.question());
    }
    event(person, day, EventKind::Measure, title, detail, 0.5, person.prices.consultation)
}

/// Whether the person wears the hair short enough to be shaved for a session.
pub(crate) fn is_shaved(person: &Person) -> bool {
    person.length_worn_mm <= LONGEST_SHAVED_MM
}

/// The shave before each SMP session, for whom it is not what they wear.
fn shaves(person: &Person, b: &mut Booked, before: f64) {
    if !is_shaved(person) {
        return;
    }
    for day in b.smp_days.iter().chain(&b.touch_up_days) {
        b.events.push(event(
            person,
            day - before,
            EventKind::Shave,
            "Shave for SMP".into(),
            "The day before, so that dots are laid into the look they are made for; some practitioners want a few days' growth instead: ask yours. Then no shave for four to five days.".into(),
            0.0,
            0.0,
        ));
    }
}

/// Longest hair that is shaved for SMP anyway, mm (assumption: what a clipper without a guard leaves and a
/// little more).
const LONGEST_SHAVED_MM: f64 = 3.0;

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

fn pauses(person: &Person, b: &mut Booked, before: f64, after: f64) {
    let topical: Vec<Drug> = b.hair.drugs.iter().map(|d| d.drug).filter(|d| d.is_topical()).collect();
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

/// The drugs of a list that this person may and will take, each after the one that was asked for.
fn allowed_drugs(
    drugs: &[Drug],
    person: &Person,
    hits: &[Hit],
    notes: &mut Vec<String>,
) -> Vec<(Drug, Drug)> {
    let mut out = Vec::new();
    for asked in drugs {
        let mut drug = *asked;
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
        out.push((*asked, drug));
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
        let path = strategy.paths().pop().unwrap();
        book(strategy, &path, &person(conditions), &rules::hits(conditions))
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
        let b = book(smp, &smp.paths()[0], &later, &rules::hits(&later.conditions)).unwrap();
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
        assert!(put_off.decision_days[0] > free.decision_days[0] + 300.0);
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
