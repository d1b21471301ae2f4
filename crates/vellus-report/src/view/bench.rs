//! PRP at the bench, in words.

use minijinja::Value;
use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::bench::{Bench, SpinCard};
use vellus_plan::checks::Answer;
use vellus_plan::inject::InjectionPlan;
use vellus_plan::inject::thinning::Place;
use vellus_plan::outcome::{Band, StrategyOutcome};
use vellus_plan::rules::{Action, TreatmentKind};
use vellus_plan::subject::zone_name;

use super::input_words::{input_value, input_words};
use super::strategy::{Range, range};
use crate::injection_map::{injection_map, point_colour};
use crate::tube::{tube_motion, tube_row};
use crate::words::{capital, date, number};

#[derive(Clone, Debug, Serialize)]
pub(crate) struct CheckView {
    /// "hit", "unknown", "ask" or "clear".
    pub(crate) class: &'static str,
    pub(crate) answer: String,
    pub(crate) ask: String,
    pub(crate) then: String,
    pub(crate) source: String,
    pub(crate) grade: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct HitView {
    pub(crate) condition: String,
    pub(crate) action: &'static str,
    pub(crate) reason: String,
    pub(crate) source: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SpinView {
    pub(crate) title: String,
    pub(crate) rpm: Option<String>,
    pub(crate) rpm_if_middle: Option<String>,
    pub(crate) force: Option<String>,
    pub(crate) force_at: String,
    pub(crate) minutes: Option<String>,
    pub(crate) brake: String,
    pub(crate) temperature: Option<String>,
    /// What is done when it stands.
    pub(crate) then: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ZoneView {
    pub(crate) colour: String,
    pub(crate) name: String,
    pub(crate) area: String,
    pub(crate) live: String,
    pub(crate) points: String,
    pub(crate) volume: String,
    pub(crate) dose: Option<Range>,
    pub(crate) first: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SwingView {
    pub(crate) what: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) low: String,
    pub(crate) high: String,
    /// Ends of the bar, per cent of the axis.
    pub(crate) left: String,
    pub(crate) width: String,
}

/// The bench page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BenchView {
    pub(crate) strategy: String,
    /// Whether the plan that is shown first is another, which gives no PRP.
    pub(crate) not_first: bool,
    pub(crate) strategy_id: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) asked: bool,
    pub(crate) hits: Vec<HitView>,
    pub(crate) checks: Vec<CheckView>,
    pub(crate) tubes: u32,
    pub(crate) blood_per_tube: String,
    pub(crate) blood: String,
    pub(crate) limit: String,
    pub(crate) anticoagulant: String,
    pub(crate) anticoagulant_ml: Option<String>,
    pub(crate) tube: String,
    pub(crate) rotor: String,
    pub(crate) spins: Vec<SpinView>,
    pub(crate) counts: Option<String>,
    pub(crate) count: Range,
    pub(crate) enough_count: bool,
    pub(crate) factor: Range,
    pub(crate) recovery: Range,
    pub(crate) total: Range,
    pub(crate) volume: Range,
    pub(crate) volume_per_tube: Range,
    pub(crate) red: Range,
    pub(crate) white: Range,
    pub(crate) classes: Vec<String>,
    pub(crate) tube_row: Value,
    pub(crate) tube_motion: Value,
    pub(crate) map: Option<Value>,
    pub(crate) sessions: Vec<String>,
    pub(crate) made_for: String,
    pub(crate) points: String,
    pub(crate) points_now: usize,
    pub(crate) points_all: usize,
    pub(crate) per_point: String,
    pub(crate) per_cm2: String,
    pub(crate) area: String,
    pub(crate) dose: Range,
    pub(crate) point_dose: Range,
    pub(crate) technique: String,
    pub(crate) technique_source: String,
    pub(crate) zones: Vec<ZoneView>,
    pub(crate) total_volume: String,
    pub(crate) verdict: Vec<String>,
    pub(crate) bald: Option<String>,
    pub(crate) swings: Vec<SwingView>,
    pub(crate) swing_now: String,
    pub(crate) assumed: Vec<(String, String)>,
}

/// A picture inside of a page: there it needs no name space, and the page names no address.
pub(crate) fn inline(svg: String) -> Value {
    Value::from_safe_string(svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))
}

/// Counts in thousands to two or three places: a spin cannot be foretold better.
fn rounded(b: Band) -> Band {
    let tens = |x: f64| if x >= 100.0 { 10.0 * (x / 10.0).round() } else { x };
    Band { lo: tens(b.lo), median: tens(b.median), hi: tens(b.hi) }
}

/// The page of the plan's bench strategy; none when no strategy gives PRP.
pub(crate) fn bench_view(plan: &Plan) -> Option<BenchView> {
    let bench = plan.bench.as_ref()?;
    let strategy = plan.bench_strategy()?;
    let prp = strategy.prp.as_ref()?;
    Some(view(plan, bench, strategy, &prp.injection))
}

fn view(plan: &Plan, bench: &Bench, strategy: &StrategyOutcome, injection: &InjectionPlan) -> BenchView {
    let e = &bench.expected;
    let percent = |b: Band| Band { lo: 100.0 * b.lo, median: 100.0 * b.median, hi: 100.0 * b.hi };
    let now = injection.points.iter().filter(|p| p.turn == 1).count();
    let map = plan
        .scalp_outline
        .as_ref()
        .filter(|_| !injection.points.is_empty())
        .map(|o| inline(injection_map(o, injection)));
    let t = &injection.technique;
    BenchView {
        strategy: strategy.title.clone(),
        not_first: strategy.id != plan.comparison.leading,
        strategy_id: crate::chart::slug(&strategy.id),
        title: bench.title.clone(),
        source: bench.source.clone(),
        asked: bench.asked,
        hits: hits(plan),
        checks: checks(bench),
        tubes: bench.tubes,
        blood_per_tube: number(bench.blood_ml_per_tube, 1),
        blood: number(bench.blood_ml, usize::from(bench.blood_ml < 20.0)),
        limit: number(bench.limit_ml, 0),
        anticoagulant: bench.anticoagulant.clone(),
        anticoagulant_ml: bench.anticoagulant_ml_per_tube.filter(|v| *v > 0.0).map(|v| number(v, 1)),
        tube: bench.tube.clone(),
        rotor: bench.rotor.clone(),
        spins: spins(bench),
        counts: counts(bench),
        count: range(rounded(e.platelets_k_per_ul), 0),
        enough_count: rounded(e.platelets_k_per_ul).median >= e.wanted_k_per_ul[0],
        factor: range(e.concentration_factor, 1),
        recovery: range(percent(e.recovery), 0),
        total: range(e.platelets_billion, 1),
        volume: range(e.volume_ml, 1),
        volume_per_tube: range(e.volume_ml_per_tube, 1),
        red: range(rounded(e.rbc_k_per_ul), 0),
        white: few(range(e.wbc_k_per_ul, 1)),
        classes: classes(bench),
        tube_row: inline(tube_row(&bench.picture, "tube")),
        tube_motion: inline(tube_motion(&bench.picture, "move")),
        map,
        sessions: injection.sessions.iter().map(|d| date(*d)).collect(),
        made_for: date(injection.made_for),
        points: if now == injection.points.len() {
            now.to_string()
        } else {
            format!("{now} of {}", injection.points.len())
        },
        points_now: now,
        points_all: injection.points.len(),
        per_point: number(injection.ml_per_point, 3),
        per_cm2: number(injection.ml_per_cm2, 3),
        area: number(injection.area_now_cm2, 0),
        dose: range(injection.platelets_per_cm2_million, 0),
        point_dose: range(injection.platelets_per_point_million, 0),
        technique: format!(
            "Needle {}, straight in ({}°), {} to {} mm deep, {} mm apart",
            t.needle,
            number(t.angle_deg, 0),
            number(t.depth_mm[0], 0),
            number(t.depth_mm[1], 0),
            number(t.spacing_mm, 0)
        ),
        technique_source: format!("grade {}: {}", t.grade, t.source),
        zones: injection
            .zones
            .iter()
            .map(|z| ZoneView {
                colour: point_colour(z.zone),
                name: capital(zone_name(z.zone)),
                area: number(z.area_cm2, 0),
                live: number(z.live_thinning_per_cm2, 0),
                points: if z.points_now == z.points {
                    z.points.to_string()
                } else {
                    format!("{} of {}", z.points_now, z.points)
                },
                volume: number(z.volume_ml, 2),
                dose: (z.points_now > 0).then(|| range(z.platelets_per_cm2_million, 0)),
                first: z.points_now > 0,
            })
            .collect(),
        total_volume: number(injection.injected_ml, 2),
        verdict: verdict(bench, injection),
        bald: bald(injection),
        swings: swings(bench),
        swing_now: number(e.concentration_factor.median, 1),
        assumed: bench
            .assumed
            .iter()
            .map(|a| {
                let v = |x| input_value(&a.input, &a.unit, x);
                (
                    input_words(&a.input),
                    format!("{} ({} to {})", v(a.value.median), v(a.value.lo), v(a.value.hi)),
                )
            })
            .collect(),
    }
}

/// Contraindications of the case that concern PRP.
fn hits(plan: &Plan) -> Vec<HitView> {
    plan.contraindications
        .iter()
        .filter(|h| h.treatments.contains(&TreatmentKind::Prp))
        .map(|h| HitView {
            condition: capital(&h.condition.title()),
            action: action(h.action),
            reason: h.reason.clone(),
            source: h.source.clone(),
        })
        .collect()
}

pub(crate) fn action(a: Action) -> &'static str {
    match a {
        Action::Forbid => "No PRP",
        Action::Delay => "Wait",
        Action::Doctor => "Doctor first",
    }
}

fn checks(bench: &Bench) -> Vec<CheckView> {
    bench
        .checks
        .iter()
        .map(|c| CheckView {
            class: match c.answer {
                Answer::Hit => "hit",
                Answer::Unknown => "unknown",
                Answer::AskAgain => "ask",
                Answer::Clear => "clear",
            },
            answer: match c.answer {
                Answer::Hit => format!("{}: {}", action(c.action), c.found),
                Answer::Unknown => "Not known: find out".into(),
                Answer::AskAgain => "Ask now".into(),
                Answer::Clear => c.found.clone(),
            },
            ask: c.ask.clone(),
            then: c.then.clone(),
            source: c.source.clone(),
            grade: c.grade.clone(),
        })
        .collect()
}

/// The spins, each with what is done after it.
pub(crate) fn spins(bench: &Bench) -> Vec<SpinView> {
    let mut cards: Vec<SpinView> = bench.spins.iter().map(spin).collect();
    let last = cards.len().saturating_sub(1);
    for (i, step) in take(bench).into_iter().enumerate() {
        if let Some(card) = cards.get_mut(i.min(last)) {
            card.then.push(step);
        }
    }
    cards
}

/// What the site's own counts did to the forecast.
fn counts(bench: &Bench) -> Option<String> {
    (bench.counts > 0).then(|| {
        format!(
            "In the light of {} of this site {}.",
            if bench.counts == 1 { "one count".into() } else { format!("{} counts", bench.counts) },
            "(site.prp.log)"
        )
    })
}

/// A number that is rounded to nothing is said to be less than the last digit shown.
fn few(mut r: Range) -> Range {
    for x in [&mut r.median, &mut r.lo, &mut r.hi] {
        if x == "0.0" {
            *x = "< 0.1".into();
        }
    }
    r
}

fn spin(s: &SpinCard) -> SpinView {
    let n = |x: f64| number(x, 0);
    // A display steps in tens of revolutions.
    let speed = |x: f64| number(10.0 * (x / 10.0).round(), 0);
    let force_at = match (s.radius_mm, s.rcf_bottom) {
        (Some(r), Some(a)) => {
            let mut text = format!("{} g at the bottom of the tube ({} mm from the axis)", n(a), n(r));
            for (force, place) in [
                (s.rcf_middle, "half-way along the blood"),
                (s.rcf_interface, "where the red cells end"),
                (s.rcf_surface, "at the surface"),
            ] {
                if let Some(g) = force {
                    text += &format!(", {} {place}", n(g));
                }
            }
            text
        }
        _ => "The radius is not stated: speed and force cannot be turned into each other. Measure from the axis to the bottom of the tube.".into(),
    };
    SpinView {
        title: if s.spin == 1 { "First spin".into() } else { "Second spin".into() },
        rpm: s.rpm.map(speed),
        rpm_if_middle: s.rpm_if_middle.map(speed),
        force: s.rcf_given.or(s.rcf_bottom).map(n),
        force_at,
        minutes: s.minutes.map(|m| number(m, usize::from((m - m.round()).abs() > 0.01))),
        brake: s.brake.clone(),
        temperature: s.temperature_c.map(n),
        then: Vec::new(),
    }
}

/// What to take, in steps.
fn take(bench: &Bench) -> Vec<String> {
    let t = &bench.take;
    let two = bench.spins.len() == 2;
    let about =
        t.taken_ml.map_or(String::new(), |v| format!(" That is about {} mL from each tube.", number(v, 1)));
    let part = t.fraction_of_plasma.map_or(String::new(), |f| {
        let which = if t.layer == "upper_plasma" { "upper" } else { "lowest" };
        format!("the {which} {} % of ", number(100.0 * f, 0))
    });
    let first = match (t.layer.as_str(), t.margin_mm) {
        _ if bench.gel => format!(
            "Take {part}the plasma above the gel. Platelets lie on the gel: turn the tube over gently until they are mixed in, then draw off.{about}"
        ),
        ("plasma_and_buffy_coat", Some(m)) => format!(
            "Take {part}the plasma with the buffy coat, down to {} mm below the surface of the red cells.{about}",
            number(m, 1)
        ),
        ("plasma_and_buffy_coat", None) => format!(
            "Take {part}the plasma with the buffy coat. How deep into the red cells is not stated: say it and keep it the same."
        ),
        ("upper_plasma", Some(m)) => format!(
            "Take {part}the plasma from the top; stop {} mm above the red cells at the latest.{about}",
            number(m, 1)
        ),
        ("upper_plasma", None) => {
            format!(
                "Take {}the plasma from the top and leave the rest.{about}",
                if part.is_empty() { "the upper part of " } else { &part }
            )
        }
        (_, Some(m)) => {
            format!("Take {part}the plasma; stop {} mm above the red cells.{about}", number(m, 1))
        }
        (_, None) => format!(
            "Take {part}the plasma. How far above the red cells is not stated, and it decides the count: agree on a distance and keep to it."
        ),
    };
    let pellet = t.layer == "pellet";
    let mut steps = if pellet { Vec::new() } else { vec![first] };
    let after = if pellet { "After the spin" } else { "After the second spin" };
    match (two || pellet, t.final_ml, t.final_fraction) {
        (true, Some(v), _) => steps.push(format!(
            "{after} discard the upper plasma, leave {} mL in each tube and mix the platelets in gently.",
            number(v, 1)
        )),
        (true, None, Some(f)) => steps.push(format!(
            "{after} leave the lowest {} % of the plasma and mix the platelets in gently.",
            number(100.0 * f, 0)
        )),
        (true, None, None) => {
            steps.push(format!("{after} the final volume is not stated; the lowest third is usual."))
        }
        (false, Some(v), _) => steps.push(format!("Keep the lowest {} mL of it.", number(v, 1))),
        (false, None, _) => {}
    }
    steps
}

pub(crate) fn classes(bench: &Bench) -> Vec<String> {
    let e = &bench.expected;
    let limits = match e.paw.as_str() {
        "P1" => "not above blood",
        "P2" => "above blood, up to 750 thousand per µL",
        "P3" => "750 to 1250 thousand per µL",
        _ => "above 1250 thousand per µL",
    };
    vec![
        format!("PAW {}: {limits}", e.paw),
        format!(
            "DEPA {}: dose, efficiency, purity, A best, D last (limits of B and C from memory: an assumption)",
            e.depa
        ),
        if e.leukocyte_poor {
            "Leukocyte-poor: fewer white cells per volume than blood".into()
        } else {
            "Leukocyte-rich: as many white cells per volume as blood, or more".into()
        },
    ]
}

/// Whether there is enough, and what to do.
fn verdict(bench: &Bench, i: &InjectionPlan) -> Vec<String> {
    let mut out = Vec::new();
    if i.points.is_empty() {
        out.push("No skin holds enough live but thinning follicles. PRP makes no new follicles: inject nothing, and say so.".into());
        return out;
    }
    let [least, most] = i.needed_ml;
    let prepared = range(i.prepared_ml, 1);
    out.push(format!(
        "{} cm² of skin hold live but thinning follicles. They need {} to {} mL (0.05 to 0.1 mL per cm², IADVL); {} mL are prepared ({} to {}).",
        number(i.area_cm2, 0),
        number(least, 1),
        number(most, 1),
        prepared.median,
        prepared.lo,
        prepared.hi
    ));
    if i.short_ml > 0.0 {
        out.push(format!("Short by {} mL.", number(i.short_ml, 1)));
        if let Some(e) = i.enough {
            out.push(if e.within_limit {
                format!(
                    "{} tubes ({} mL of blood) would be enough, within the {} mL of a session.",
                    e.tubes,
                    number(e.blood_ml, 0),
                    number(e.limit_ml, 0)
                )
            } else {
                format!(
                    "{} tubes would be enough, but {} mL of blood are more than the {} mL of a session: {} tubes at most.",
                    e.tubes,
                    number(e.blood_ml, 0),
                    number(e.limit_ml, 0),
                    e.most_tubes
                )
            });
        }
        let first: Vec<&str> =
            i.zones.iter().filter(|z| z.points_now > 0).map(|z| zone_name(z.zone)).collect();
        let wait: Vec<&str> =
            i.zones.iter().filter(|z| z.points_now == 0).map(|z| zone_name(z.zone)).collect();
        let mut text = format!(
            "With {} tubes inject where most live follicles are thinning: {}.",
            bench.tubes,
            first.join(", ")
        );
        if !wait.is_empty() {
            text += &format!(" The other zones wait: {}.", wait.join(", "));
        }
        out.push(text);
    } else if i.left_over_ml > 0.0 {
        out.push(format!(
            "{} mL are more than recommended for this area: fewer tubes would do.",
            number(i.left_over_ml, 1)
        ));
    } else {
        out.push("Enough for every point.".into());
    }
    out
}

fn bald(i: &InjectionPlan) -> Option<String> {
    let zones: Vec<String> = i
        .not_injected
        .iter()
        .filter(|n| n.why == Place::Bald)
        .map(|n| format!("{} {} cm²", zone_name(n.zone), number(n.area_cm2, 0)))
        .collect();
    (!zones.is_empty()).then(|| zones.join(", "))
}

/// The inputs that move the concentration most, as bars on one axis.
fn swings(bench: &Bench) -> Vec<SwingView> {
    let top: Vec<_> = bench.sensitivity.iter().take(6).collect();
    let most = top.iter().flat_map(|s| s.factor).fold(1e-9, f64::max);
    top.iter()
        .map(|s| {
            let v = |x| input_value(&s.input, &s.unit, x);
            let (a, b) = (s.factor[0].min(s.factor[1]), s.factor[0].max(s.factor[1]));
            SwingView {
                what: input_words(&s.input),
                from: v(s.range[0]),
                to: v(s.range[1]),
                low: number(s.factor[0], 1),
                high: number(s.factor[1], 1),
                left: format!("{:.1}", 100.0 * a / most),
                width: format!("{:.1}", (100.0 * (b - a) / most).max(0.8)),
            }
        })
        .collect()
}
