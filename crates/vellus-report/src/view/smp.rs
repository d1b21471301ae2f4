//! SMP at the chair, in words.

use jiff::civil::Date;
use minijinja::Value;
use serde::Serialize;
use vellus_pigment::ink::PigmentBase;
use vellus_pigment::supply::SupplyItem;
use vellus_plan::ensemble::NOTICEABLE;
use vellus_plan::fit::ZoneFit;
use vellus_plan::rules::{Action, Hit};
use vellus_plan::schedule::date_of;
use vellus_plan::smp_card::{SessionCard, SmpCard};
use vellus_plan::smp_stop::SmpStop;
use vellus_plan::subject::zone_name;

use super::bench::inline;
use super::pictures::{Image, Sheet, image, sheet};
use super::smp_words::{
    action, counted, dense, depth, field_zones, healed, ink_why, session_title, sitting_fields, travel,
    uncertain, water, what, when,
};
use super::strategy::{Range, range};
use crate::ageing_chart::ageing_chart;
use crate::field_map::{field_map, sitting_of, sitting_tint};
use crate::picture::PictureSet;
use crate::words::{capital, date, hours, moment, number, of_hundred};

/// What speaks against pigment.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HitView {
    pub(crate) condition: String,
    pub(crate) action: &'static str,
    pub(crate) forbids: bool,
    pub(crate) reason: String,
    pub(crate) rule: String,
    pub(crate) key: String,
    pub(crate) source: String,
    /// The earliest day of a first session, where one has to wait.
    pub(crate) earliest: Option<String>,
}

/// Contraindications of pigment, what forbids it first.
pub(crate) fn hits(found: &[Hit], today: Date) -> Vec<HitView> {
    found
        .iter()
        .map(|h| HitView {
            condition: capital(&h.condition.title()),
            action: action(h.action),
            forbids: h.action == Action::Forbid,
            reason: h.reason.clone(),
            rule: h.rule.clone(),
            key: h.key(),
            source: h.source.clone(),
            earliest: h.wait_days.map(|days| date(date_of(today, days))),
        })
        .collect()
}

/// The sheet that takes the place of the others when pigment is forbidden.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StopView {
    pub(crate) label: String,
    pub(crate) person: String,
    pub(crate) today: String,
    pub(crate) program: String,
    pub(crate) stop: bool,
    pub(crate) asked: bool,
    pub(crate) hits: Vec<HitView>,
}

pub(crate) fn stop_view(stop: &SmpStop) -> StopView {
    StopView {
        label: stop.label.clone(),
        person: stop.person.clone(),
        today: date(stop.today),
        program: stop.program.clone(),
        stop: true,
        asked: true,
        hits: hits(&stop.contraindications, stop.today),
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct NeedleView {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) dots: String,
    pub(crate) place: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct InkView {
    pub(crate) pigment: String,
    pub(crate) base: &'static str,
    pub(crate) lot: Option<String>,
    /// "as it comes", or millilitres of water.
    pub(crate) water: Option<String>,
    pub(crate) of_full: String,
    pub(crate) why: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ZoneView {
    pub(crate) name: String,
    pub(crate) dots: String,
    /// Share of the session, per cent, for a bar.
    pub(crate) share: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SittingView {
    pub(crate) number: usize,
    pub(crate) colour: &'static str,
    pub(crate) fields: String,
    pub(crate) dots: String,
    pub(crate) hours: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldView {
    pub(crate) number: usize,
    pub(crate) colour: &'static str,
    pub(crate) place: String,
    pub(crate) dots: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SupplyView {
    pub(crate) item: String,
    pub(crate) quantity: String,
    pub(crate) why: String,
}

/// The sheet of one session.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SessionView {
    pub(crate) number: u8,
    pub(crate) title: String,
    pub(crate) date: String,
    pub(crate) touch_up: bool,
    pub(crate) dots: String,
    pub(crate) hours: String,
    pub(crate) laid_after: String,
    pub(crate) needles: Vec<NeedleView>,
    pub(crate) ink: InkView,
    pub(crate) zones: Vec<ZoneView>,
    pub(crate) sittings: Vec<SittingView>,
    pub(crate) map: Value,
    pub(crate) fields: Vec<FieldView>,
    pub(crate) travel: String,
    pub(crate) supplies: Vec<SupplyView>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct FitView {
    pub(crate) zone: String,
    pub(crate) dots: String,
    pub(crate) after: String,
    pub(crate) dark: String,
    pub(crate) dark_when: String,
    pub(crate) thin: String,
    pub(crate) thin_when: String,
    /// None where there are hardly any dots.
    pub(crate) score: Option<String>,
    /// Score as per cent, for a bar.
    pub(crate) bar: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct HealingView {
    pub(crate) days: String,
    pub(crate) what: String,
    pub(crate) source: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct AgeView {
    pub(crate) when: String,
    pub(crate) tone: Range,
    pub(crate) diameter: String,
}

/// A picture with the words under it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BesideView {
    pub(crate) dots: Image,
    pub(crate) hair: Image,
}

/// The session sheets.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SmpView {
    pub(crate) label: String,
    pub(crate) person: String,
    pub(crate) strategy: String,
    pub(crate) today: String,
    pub(crate) program: String,
    pub(crate) seed: String,
    pub(crate) stop: bool,
    pub(crate) asked: bool,
    pub(crate) hits: Vec<HitView>,
    pub(crate) what: String,
    pub(crate) school: String,
    pub(crate) dense: String,
    pub(crate) dots: String,
    pub(crate) area: String,
    pub(crate) sessions_n: usize,
    pub(crate) densest: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) set_depth: String,
    pub(crate) deposit: String,
    pub(crate) healed: String,
    pub(crate) sessions: Vec<SessionView>,
    pub(crate) healing: Vec<HealingView>,
    pub(crate) ageing: Vec<AgeView>,
    pub(crate) chart: Value,
    pub(crate) fit: Vec<FitView>,
    pub(crate) threshold: String,
    pub(crate) uncertain: Option<String>,
    pub(crate) assumptions: Vec<[String; 3]>,
    pub(crate) findings: Vec<String>,
    pub(crate) sheet: Option<Sheet>,
    pub(crate) beside: Option<BesideView>,
    pub(crate) half: Option<Image>,
}

/// How far after the session, in words.
fn age(years: f64) -> String {
    let days = 365.25 * years;
    match years {
        _ if days < 60.0 => format!("{} weeks", number(days / 7.0, 0)),
        y if y < 0.95 => format!("{} months", number(12.0 * y, 0)),
        y if y < 1.5 => "1 year".into(),
        y => format!("{} years", number(y, 0)),
    }
}

fn session(card: &SmpCard, s: &SessionCard) -> SessionView {
    let all = s.dots.max(1) as f64;
    SessionView {
        number: s.number,
        title: session_title(s),
        date: date(s.date),
        touch_up: s.touch_up,
        dots: number(s.dots as f64, 0),
        hours: hours(s.hours),
        laid_after: number(100.0 * s.laid_after, 0),
        needles: s
            .needles
            .iter()
            .map(|n| NeedleView {
                name: n.needle.name.clone(),
                what: format!(
                    "{}, {} mm",
                    counted(usize::from(n.needle.points), "point"),
                    number(n.needle.diameter_mm, 2)
                ),
                dots: number(n.dots as f64, 0),
                place: n.place.clone(),
            })
            .collect(),
        ink: InkView {
            pigment: s.ink.pigment.clone(),
            base: match s.ink.base {
                PigmentBase::Carbon => "carbon black",
                PigmentBase::IronOxides => "iron oxides",
                PigmentBase::Mixed => "a mix of colours",
            },
            lot: s.ink.lot.clone(),
            water: water(&s.ink),
            of_full: number(100.0 * s.of_full_shade, 0),
            why: capital(&ink_why(s)),
        },
        zones: s
            .by_zone
            .iter()
            .filter(|z| *z.1 > 0)
            .map(|(zone, n)| ZoneView {
                name: capital(zone_name(*zone)),
                dots: number(*n as f64, 0),
                share: format!("{:.1}", 100.0 * *n as f64 / all),
            })
            .collect(),
        sittings: s
            .sittings
            .iter()
            .map(|x| SittingView {
                number: x.number,
                colour: sitting_tint(x.number),
                fields: sitting_fields(s, x),
                dots: number(x.dots as f64, 0),
                hours: hours(x.hours),
            })
            .collect(),
        map: inline(field_map(&card.outline, s)),
        fields: s
            .order
            .fields
            .iter()
            .map(|f| FieldView {
                number: f.number,
                colour: sitting_tint(sitting_of(s, f.number)),
                place: capital(&format!("{}, {}", field_zones(f), side(f.chart_x))),
                dots: number(f.dots as f64, 0),
            })
            .collect(),
        travel: travel(s),
        supplies: s
            .supplies
            .iter()
            .map(|i| SupplyView { item: capital(&i.item), quantity: quantity(i), why: i.why.clone() })
            .collect(),
    }
}

/// "2 pieces", "1 piece", "0.7 mL".
fn quantity(i: &SupplyItem) -> String {
    let whole = (i.quantity - i.quantity.round()).abs() < 1e-6;
    let one = whole && (i.quantity - 1.0).abs() < 1e-6;
    let unit = if one { i.unit.strip_suffix('s').unwrap_or(&i.unit) } else { &i.unit };
    format!("{}\u{a0}{unit}", number(i.quantity, usize::from(!whole)))
}

/// Chart x below which a field lies on the middle line.
const MIDDLE: f64 = 0.04;

fn side(chart_x: f64) -> &'static str {
    match chart_x {
        x if x > MIDDLE => "left",
        x if x < -MIDDLE => "right",
        _ => "middle",
    }
}

fn fit(card: &SmpCard, f: &ZoneFit) -> FitView {
    FitView {
        zone: capital(zone_name(f.zone)),
        dots: number(f.dots as f64, 0),
        after: number(f.after_percent, 0),
        dark: of_hundred(f.too_dark.chance),
        dark_when: when(&f.too_dark, card.today),
        thin: of_hundred(f.too_thin.chance),
        thin_when: when(&f.too_thin, card.today),
        score: f.score.map(|x| number(x, 0)),
        bar: format!("{:.0}", f.score.filter(|x| x.is_finite()).unwrap_or(0.0).clamp(0.0, 100.0)),
    }
}

pub(crate) fn smp_view(card: &SmpCard, pictures: &PictureSet) -> SmpView {
    let find = |view: &str| pictures.close_ups.iter().find(|p| p.view == view).map(|p| image(p, ""));
    let mut moments: Vec<(&str, String)> = vec![("today", moment("today"))];
    for p in &pictures.sheets {
        if !moments.iter().any(|m| m.0 == p.moment) {
            moments.push((&p.moment, moment(&p.moment)));
        }
    }
    SmpView {
        label: card.label.clone(),
        person: card.person.clone(),
        strategy: card.strategy_title.clone(),
        today: date(card.today),
        program: card.program.clone(),
        seed: card.seed.to_string(),
        stop: card.contraindications.iter().any(|h| h.action == Action::Forbid),
        asked: card.contraindications_asked,
        hits: hits(&card.contraindications, card.today),
        what: what(card),
        school: card.school.title().into(),
        dense: dense(card),
        dots: number(card.dots as f64, 0),
        area: number(card.area_cm2, 0),
        sessions_n: card.sessions.iter().filter(|s| !s.touch_up).count(),
        densest: number(card.densest_per_cm2, 0),
        warnings: card.warnings.clone(),
        set_depth: depth(card.set_depth_um),
        deposit: depth(card.deposit_depth_um),
        healed: healed(card),
        sessions: card.sessions.iter().map(|s| session(card, s)).collect(),
        healing: card
            .healing
            .iter()
            .map(|h| HealingView {
                days: if h.days.0 == h.days.1 {
                    format!("{}", h.days.0)
                } else {
                    format!("{}–{}", h.days.0, h.days.1)
                },
                what: h.what.clone(),
                source: h.source.clone(),
            })
            .collect(),
        ageing: card
            .ageing
            .iter()
            .map(|r| AgeView {
                when: age(r.years),
                tone: range(r.tone_percent, 0),
                diameter: number(1e-3 * r.diameter_um, 2),
            })
            .collect(),
        chart: Value::from_safe_string(ageing_chart(&card.ageing)),
        fit: card.fit.iter().map(|f| fit(card, f)).collect(),
        threshold: number(100.0 * NOTICEABLE, 1),
        uncertain: uncertain(card),
        assumptions: card
            .assumptions
            .iter()
            .map(|a| [a.key.clone(), a.value.clone(), a.why.clone()])
            .collect(),
        findings: card.findings.clone(),
        sheet: sheet(pictures, &card.strategy, &card.strategy_title, &moments),
        beside: match (find("close_up_dots"), find("close_up_hair")) {
            (Some(dots), Some(hair)) => Some(BesideView { dots, hair }),
            _ => None,
        },
        half: find("half"),
    }
}
