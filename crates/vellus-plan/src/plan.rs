//! Making a plan: from a case to documents and to what pictures are drawn from.

use std::path::Path;

use jiff::civil::Date;
use vellus_head::Zone;

use crate::area_histogram;
use crate::bench::bench;
use crate::case::{Case, SCHEMA_VERSION};
use crate::compare::{compare, measure_next, prp_first};
use crate::ensemble::Ensemble;
use crate::error::PlanError;
use crate::forecast::{Effort, FRAME_MONTHS, MedianCourse, Shared, detail, frame_days};
use crate::optimise::{Search, optimise};
use crate::outcome::{HeadSummary, NotOffered, Plan, Source};
use crate::person::Person;
use crate::rules;
use crate::scalp_outline::{ScalpOutline, scalp_projection};
use crate::schedule::Booked;
use crate::strategy::Strategy;
use crate::subject::{Subject, ZONES};
use vellus_head::Sex;

/// What to plan.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The case.
    pub case: &'a Case,
    /// Text of the case file, for its hash.
    pub case_text: &'a str,
    /// Folder of the case file: scans are named relative to it.
    pub folder: &'a Path,
    /// The calendar day to use when the case names none.
    pub clock: Date,
    /// Seed of all random streams.
    pub seed: u64,
    /// How finely.
    pub effort: Effort,
    /// Whether this is a quick look.
    pub quick: bool,
    /// The strategies.
    pub strategies: Vec<Strategy>,
    /// Whether dots are placed and injections laid, for maps and pictures; without it indicators alone are
    /// computed.
    pub detail: bool,
    /// How the plan that comes nearest to the goals within the budget is searched, if it is.
    pub search: Option<Search>,
}

/// A plan with what pictures and files are made from.
#[derive(Debug)]
pub struct Planned {
    /// The document.
    pub plan: Plan,
    /// The person with the head and every follicle.
    pub subject: Subject,
    /// The median course of each strategy of the plan, in its order; empty without detail.
    pub courses: Vec<MedianCourse>,
}

/// Makes a plan; `progress` is told what is being done.
///
/// # Errors
/// [`PlanError`].
pub fn make(request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Result<Planned, PlanError> {
    progress("head, hair and blood");
    let person = Person::from_case(request.case, request.clock);
    let hits = rules::hits(&person.conditions);
    let (subject, preparation) = rayon::join(
        || Subject::new(request.case, request.folder, person.clone(), request.seed),
        || person.preparation(request.seed),
    );
    let (subject, preparation) = (subject?, preparation?);

    let any_prp = request.search.is_some() || request.strategies.iter().any(Strategy::uses_prp);
    let map = if any_prp && request.detail { Some(scalp_projection(&subject.head)?) } else { None };

    let mut wanted = request.strategies.clone();
    let mut found = None;
    if let Some(search) = request.search {
        let mut last = 0;
        let result = optimise(&subject, &preparation, &hits, &request.strategies, search, &mut |n, best| {
            if n > last {
                last = n;
                progress(&format!(
                    "searching your plan: {n} candidates, best {:.0} %",
                    100.0 * best.max(0.0)
                ));
            }
        })?;
        if !result.built_in {
            wanted.push(result.strategy.clone());
        }
        found = Some(result);
    }
    let mut shared = Shared::new(&subject, &preparation, &subject.posterior, request.effort);
    let mut futures: Vec<(&Strategy, Ensemble<'_>)> = Vec::new();
    let mut strategies = Vec::new();
    let mut courses = Vec::new();
    let mut not_offered = Vec::new();
    for strategy in &wanted {
        progress(&strategy.title);
        match shared.futures(strategy, &hits, true)? {
            Err(left_out) => not_offered.push(NotOffered {
                id: strategy.id.clone(),
                title: strategy.title.clone(),
                reason: left_out.reason,
            }),
            Ok(mut e) => {
                let mut outcome = shared.outcome(strategy, &e);
                if request.detail {
                    courses.push(detail(&mut shared, &mut e, &mut outcome, map.as_ref())?);
                }
                strategies.push(outcome);
                futures.push((strategy, e));
            }
        }
    }
    if strategies.is_empty() {
        let reason =
            not_offered.iter().map(|n| format!("{}: {}", n.title, n.reason)).collect::<Vec<_>>().join("; ");
        return Err(PlanError::NothingToPlan { reason });
    }
    let given = strategies.iter().any(|s| s.prp.is_some());
    let bench = if given {
        let case = request.case;
        Some(bench(
            &subject.person.protocol,
            &preparation,
            subject.person.tubes,
            subject.person.draw_limit(),
            &case.blood,
            case.contraindications.as_deref(),
            subject.person.logbook.entries().len(),
        )?)
    } else {
        None
    };
    let scalp_outline = map.as_ref().filter(|_| given).map(|map| ScalpOutline::new(&subject.head, map));
    let mut comparison = compare(&strategies, &subject.person);
    let find = |id: &str| futures.iter().find(|(s, _)| s.id == id).map(|(_, e)| e);
    if let Some(e) = find(&comparison.leading) {
        comparison.measure_next = measure_next(e, &shared.hair);
    }
    // Trying first: PRP before pigment and without drugs, which would hide what PRP does; at once: pigment
    // alone.
    let alone = |s: &Strategy| !s.uses_drugs() && !s.uses_transplant();
    let tried = futures.iter().find(|(s, _)| s.uses_prp() && s.uses_smp() && alone(s));
    let at_once = futures.iter().find(|(s, _)| !s.uses_prp() && s.uses_smp() && alone(s));
    if let Some((s, e)) = tried {
        let ongoing = Booked { hair: subject.ongoing(), ..Booked::default() };
        comparison.prp_first = prp_first(
            (s.id.as_str(), e),
            at_once.map(|(s, e)| (s.id.as_str(), e)),
            &mut shared.hair,
            &ongoing,
        );
    }
    let person = &subject.person;
    let today_terminal = strategies[0].thinning.terminal_per_cm2.band[0].median;
    let first_visible = strategies[0].thinning.visible_per_cm2.band[0].median;
    let plan = Plan {
        schema_version: SCHEMA_VERSION,
        program: format!("vellus {}", env!("CARGO_PKG_VERSION")),
        case_hash: blake3::hash(request.case_text.as_bytes()).to_hex().to_string(),
        seed: request.seed,
        responses: request.effort.responses,
        quick: request.quick,
        label: person.label.clone(),
        person: in_a_line(person),
        today: person.today,
        months: frame_days().iter().enumerate().map(|(i, _)| i as f64 * FRAME_MONTHS).collect(),
        histogram_per_cm2: area_histogram::levels(&subject),
        head: head_summary(&subject),
        fringe: subject.fringe,
        today_terminal_per_cm2: today_terminal,
        today_visible_percent: 100.0 * first_visible / subject.fringe.terminal_per_cm2.max(1.0),
        length_worn_mm: person.length_worn_mm,
        prices: person.prices.clone(),
        contraindications: hits,
        contraindications_asked: request.case.contraindications.is_some(),
        bench,
        scalp_outline,
        found,
        comparison,
        strategies,
        not_offered,
        assumptions: person.assumptions.clone(),
        findings: person.findings.clone(),
        sources: sources(),
    };
    drop(futures);
    drop(shared);
    Ok(Planned { plan, subject, courses })
}

pub(crate) fn in_a_line(p: &Person) -> String {
    let sex = match p.sex {
        Sex::Female => "woman",
        Sex::Male => "man",
    };
    format!("{} of {:.0} years, {}", sex, p.age_years, p.stage.title())
}

fn head_summary(s: &Subject) -> HeadSummary {
    let l = s.head.lengths();
    HeadSummary {
        source: s.head.source().to_owned(),
        length_mm: l.head_length.0,
        breadth_mm: l.head_breadth.0,
        circumference_mm: l.head_circumference.0,
        hair_bearing_cm2: s.area_cm2.iter().sum(),
        thinning_cm2: s.thinning_cm2(),
        zones_cm2: ZONES
            .iter()
            .map(|z: &Zone| (*z, s.whole_zone(*z).iter().map(|g| s.area_cm2[*g]).sum()))
            .filter(|(_, a): &(Zone, f64)| *a > 0.5)
            .collect(),
        follicles: s.scalp.follicles.len(),
        units: s.scalp.ground.len(),
    }
}

/// The sources that a plan rests on, for its last page.
fn sources() -> Vec<Source> {
    [
        ("Hair density, resting share, growth", "Loussouarn, El Rawadi, Genain 2005 (phototrichogram, 511 people)"),
        ("Calibre and vellus share in women", "Rakowska norms, PMC3157785 (60 women)"),
        ("Durations of the hair cycle", "Wolfram 2003; Goldstein & Goldstein 2009; Bernard 2012 (lognormal); they disagree on anagen"),
        ("Pattern and stages", "Norwood 1975, Ludwig 1977; the fields are drawn after their plates (assumption)"),
        ("Finasteride", "Kaufman 1998; Van Neste 2000"),
        ("Minoxidil", "Olsen 2002; Price 1999 (loss after stopping)"),
        ("PRP, for", "Kieling 2024, pooled +27.6 hairs/cm² (14.0 to 41.1; heterogeneity 96 %, publication bias); diameter +2.0 µm (−0.9 to 4.9)"),
        ("PRP, against", "Gressenberger 2020: 30 men, 5 sessions, no improvement"),
        ("PRP dose", "IADVL recommendations: 5–7 mL, 0.05–0.1 mL/cm², 1–1.5 million platelets per µL"),
        ("What the eye notices", "Buontempo: 22.66 % or 43 hairs/cm²; Oh 2025: 22.78 % or 42"),
        ("SMP sessions and fade", "Liu 2025: 30, 70, 100 % of density; visual density 8.7 → 7.7 in six months (n = 10)"),
        ("Hairline", "Garg (8 cm rule, n = 431); Shapiro (zones, angles); Sirinturk 2017; Kashiyama 2021"),
        ("Head lengths", "ANSUR II (4,082 men, 1,986 women)"),
        ("Head shape", "fitted to heads of ICT-FaceKit (MIT licence, USC Institute for Creative Technologies)"),
        ("Blend: tone and grain", "CIEDE2000 (Sharma 2005); contrast sensitivity (Watson & Ahumada 2005), compression (Kontsevich 2002)"),
        ("Stubble and shine", "stiffness of a fibre as a beam; gloss by Beer–Lambert for upright hairs (assumption); practice in facts S135, S140, S141"),
        ("Removal of pigment", "1064 nm picosecond laser, 1–3 sessions in four people (Wu 2020); tattoos up to seven sessions"),
        ("Waiting times", "data/rules/intervals.toml, each with its grade; those that nobody gives are inference"),
        ("SMP and PRP together", "no trial has combined them: every tandem plan here is inference"),
    ]
    .iter()
    .map(|(what, source)| Source { what: (*what).into(), source: (*source).into() })
    .collect()
}
