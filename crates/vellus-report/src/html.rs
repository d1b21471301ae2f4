//! The page: one HTML file that needs nothing else, for a phone, a desktop and a printer.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, context};
use vellus_plan::Plan;
use vellus_plan::outcome::Verdict;
use vellus_plan::rules::{Action, Hit, TreatmentKind};
use vellus_plan::smp_card::SmpCard;
use vellus_plan::smp_stop::SmpStop;

use crate::bar::axis;
use crate::error::ReportError;
use crate::picture::PictureSet;
use crate::texts::{self, Fill, Texts};
use crate::view::{
    BenchView, StrategyView, bench_view, close_ups, decisions, first_goal_percent, lead, medicines, smp_view,
    stop_view, strategy, strip, trade_off,
};
use crate::words::{capital, css_string, date, number, plain};

const TEMPLATES: [(&str, &str); 24] = [
    ("page.html", include_str!("../templates/page.html")),
    ("parts.html", include_str!("../templates/parts.html")),
    ("practitioner.html", include_str!("../templates/practitioner.html")),
    ("nurse.html", include_str!("../templates/nurse.html")),
    ("doctor.html", include_str!("../templates/doctor.html")),
    ("safety.html", include_str!("../templates/safety.html")),
    ("choice.html", include_str!("../templates/choice.html")),
    ("compare.html", include_str!("../templates/compare.html")),
    ("plan.html", include_str!("../templates/plan.html")),
    ("sheet.html", include_str!("../templates/sheet.html")),
    ("charts.html", include_str!("../templates/charts.html")),
    ("work.html", include_str!("../templates/work.html")),
    ("pictures.html", include_str!("../templates/pictures.html")),
    ("bench.html", include_str!("../templates/bench.html")),
    ("bench_page.html", include_str!("../templates/bench_page.html")),
    ("smp.html", include_str!("../templates/smp.html")),
    ("smp_safety.html", include_str!("../templates/smp_safety.html")),
    ("smp_stop_page.html", include_str!("../templates/smp_stop_page.html")),
    ("smp_page.html", include_str!("../templates/smp_page.html")),
    ("trade_off.html", include_str!("../templates/trade_off.html")),
    ("futures.html", include_str!("../templates/futures.html")),
    ("leaflet.html", include_str!("../templates/leaflet.html")),
    ("grounds.html", include_str!("../templates/grounds.html")),
    ("page.js", include_str!("../templates/page.js")),
];
const STYLE: [&str; 4] = [
    include_str!("../templates/base.css"),
    include_str!("../templates/parts.css"),
    include_str!("../templates/print.css"),
    include_str!("../templates/bench.css"),
];

const SMP_STYLE: &str = include_str!("../templates/smp.css");

/// A message that a template asks for: `t("key", name=value)`.
fn message(texts: &Texts, key: &str, values: &Kwargs) -> Result<String, minijinja::Error> {
    if !texts.has(key) {
        return Err(minijinja::Error::new(ErrorKind::InvalidOperation, format!("there is no text {key:?}")));
    }
    let mut fills = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let fill = match value.as_usize().filter(|_| value.kind() == ValueKind::Number) {
            Some(n) => Fill::Count(n),
            None => Fill::Words(value.to_string()),
        };
        fills.push((name, fill));
    }
    Ok(texts.raw(key, &fills))
}

pub(crate) fn environment(texts: &Texts) -> Result<Environment<'static>, ReportError> {
    let mut env = Environment::new();
    // Everything is escaped, whatever a template is called; only charts are marked as safe.
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    // `t` is for text, where strong words are marked; `ta` for attributes, where they are plain and
    // the template escapes them.
    let own = texts.clone();
    env.add_function("t", move |key: &str, values: Kwargs| {
        message(&own, key, &values).map(|m| Value::from_safe_string(texts::html(&m)))
    });
    let own = texts.clone();
    env.add_function("ta", move |key: &str, values: Kwargs| {
        message(&own, key, &values).map(|m| texts::plain(&m))
    });
    for (name, text) in TEMPLATES {
        env.add_template(name, text)?;
    }
    Ok(env)
}

/// The message of what a contraindication means for the reader.
pub(crate) const fn action(a: Action) -> &'static str {
    match a {
        Action::Forbid => "action-forbid",
        Action::Delay => "action-delay",
        Action::Doctor => "action-doctor",
    }
}

const fn verdict_class(v: Verdict) -> &'static str {
    match v {
        Verdict::Leads => "leads",
        Verdict::Depends => "depends",
        Verdict::NoneLikely => "none",
    }
}

/// The message of how sure the comparison is.
pub(crate) const fn verdict(v: Verdict) -> &'static str {
    match v {
        Verdict::Leads => "verdict-leads",
        Verdict::Depends => "verdict-depends",
        Verdict::NoneLikely => "verdict-none",
    }
}

/// The message of what the leading plan is called beside the others.
pub(crate) const fn lead_word(v: Verdict) -> &'static str {
    match v {
        Verdict::Leads => "lead-leads",
        Verdict::Depends => "lead-depends",
        Verdict::NoneLikely => "lead-none",
    }
}

/// A contraindication as a template reads it.
fn hit(h: &Hit, texts: &Texts) -> Value {
    let condition =
        serde_json::to_value(h.condition).ok().and_then(|v| v.as_str().map(plain)).unwrap_or_default();
    let treatments = h.treatments.iter().map(|t| t.title()).collect::<Vec<_>>().join(", ");
    context! {
        condition,
        treatments,
        action => texts.say(action(h.action)),
        reason => h.reason.as_str(),
        source => h.source.as_str(),
    }
}

/// The dates of the goals as people write them.
pub(crate) fn with_dates(plan: &Plan, text: &str) -> String {
    plan.strategies
        .iter()
        .flat_map(|s| &s.goals)
        .fold(text.to_owned(), |t, g| t.replace(&g.by.to_string(), &date(g.by)))
}

/// The summary without the verdict, which stands above it.
pub(crate) fn summary(plan: &Plan) -> String {
    let s = plan.comparison.summary.trim();
    with_dates(plan, &capital(s.strip_prefix("It depends.").map_or(s, str::trim_start)))
}

/// The style sheet of a page, with the running head of its print.
fn style(plan: &Plan) -> String {
    running(&STYLE, &format!("{} · plan of {}", plan.label, date(plan.today)))
}

fn running(style: &[&str], head: &str) -> String {
    style.concat().replace("VELLUS_RUNNING_HEAD", &css_string(head))
}

/// Writes the sheets that SMP is worked from, one for each session, with what is asked before, how it
/// heals and ages and how it stays with the hair; `pictures` are those of
/// [`smp_pictures`](crate::pictures::smp_pictures), or none.
///
/// # Errors
/// [`ReportError::Page`] when a template cannot be filled.
pub fn smp_page(card: &SmpCard, pictures: &PictureSet) -> Result<String, ReportError> {
    let head = format!("{} · SMP sheets of {}", card.label, date(card.today));
    let styles = [STYLE[0], STYLE[1], STYLE[2], SMP_STYLE];
    let html = environment(&Texts::english()?)?.get_template("smp_page.html")?.render(context! {
        style => Value::from_safe_string(running(&styles, &head)),
        s => Serde(smp_view(card, pictures)),
    })?;
    Ok(html)
}

/// Writes the sheet that takes the place of the others when a contraindication forbids SMP: what
/// forbids it, by which rule, key and source, and nothing to work with.
///
/// # Errors
/// [`ReportError::Page`] when a template cannot be filled.
pub fn smp_stop_page(stop: &SmpStop) -> Result<String, ReportError> {
    let head = format!("{} · no SMP, {}", stop.label, date(stop.today));
    let styles = [STYLE[0], STYLE[1], STYLE[2], SMP_STYLE];
    let html = environment(&Texts::english()?)?.get_template("smp_stop_page.html")?.render(context! {
        style => Value::from_safe_string(running(&styles, &head)),
        s => Serde(stop_view(stop)),
    })?;
    Ok(html)
}

/// Writes the page that is pinned at the bench: what is checked, drawn, spun, taken and injected. None
/// when no strategy of the plan gives PRP.
///
/// # Errors
/// [`ReportError::Page`] when a template cannot be filled.
pub fn bench_page(plan: &Plan) -> Result<Option<String>, ReportError> {
    bench_page_in(plan, &Texts::english()?)
}

/// The same with the fixed text of a language.
///
/// # Errors
/// [`ReportError::Page`] when a template cannot be filled.
pub fn bench_page_in(plan: &Plan, texts: &Texts) -> Result<Option<String>, ReportError> {
    let Some(bench) = bench_view(plan) else { return Ok(None) };
    let html = environment(texts)?.get_template("bench_page.html")?.render(context! {
        style => Value::from_safe_string(style(plan)),
        plan => context! { label => plan.label.as_str(), program => plan.program.as_str() },
        b => Serde(bench),
        lang => texts.language(),
        today => date(plan.today),
    })?;
    Ok(Some(html))
}

/// Writes the page of a plan in English.
///
/// # Errors
/// [`ReportError::Page`] when a template cannot be filled.
pub fn page(plan: &Plan, pictures: &PictureSet) -> Result<String, ReportError> {
    page_in(plan, pictures, &Texts::english()?)
}

/// Writes the page of a plan with the fixed text of a language: a part for the person, the
/// practitioner, the nurse and the doctor, and what it rests on.
///
/// # Errors
/// [`ReportError::Page`] when a template cannot be filled.
pub fn page_in(plan: &Plan, pictures: &PictureSet, texts: &Texts) -> Result<String, ReportError> {
    let env = environment(texts)?;
    let axis = axis(plan);
    let goal = first_goal_percent(plan);
    let views: Vec<StrategyView> =
        plan.strategies.iter().map(|o| strategy(plan, pictures, o, axis, goal)).collect();
    // The table keeps the order of the plan, in which doing nothing comes first as the yardstick; the
    // long part begins with what leads.
    let mut details = views.clone();
    details.sort_by_key(|v| !v.leads());
    let depends_on: Vec<String> = plan.comparison.depends_on.iter().map(|d| with_dates(plan, d)).collect();
    let lead_word = texts.say(lead_word(plan.comparison.verdict));
    let leading =
        plan.strategies.iter().find(|s| s.id == plan.comparison.leading).map_or("", |s| s.title.as_str());
    let leads = plan.strategies.iter().find(|s| s.id == plan.comparison.leading);
    let practice = views.iter().find(|v| v.leads() && v.smp.is_some());
    let hits: Vec<Value> = plan.contraindications.iter().map(|h| hit(h, texts)).collect();
    let smp_hits: Vec<Value> = plan
        .contraindications
        .iter()
        .filter(|h| h.treatments.contains(&TreatmentKind::Smp))
        .map(|h| hit(h, texts))
        .collect();
    let style = style(plan);
    let bench: Option<BenchView> = bench_view(plan);
    let goal_line = plan
        .strategies
        .first()
        .and_then(|s| s.goals.first())
        .map(|g| texts.with("goal-by", &[("goal", (&g.title).into()), ("date", date(g.by).into())]));
    let ticks: Vec<Value> = (0..=(axis / 25.0) as u32)
        .map(|i| 25.0 * f64::from(i))
        .map(|t| context! { at => (1000.0 * t / axis).round() / 10.0, text => number(t, 0) })
        .collect();
    let html = env.get_template("page.html")?.render(context! {
        style => Value::from_safe_string(style),
        plan => Serde(plan),
        lang => texts.language(),
        person => capital(&plan.person),
        practice => practice.map(Serde),
        smp_hits,
        decisions => decisions(plan, bench.as_ref(), texts)
            .iter()
            .map(|m| Value::from_safe_string(texts::html(m)))
            .collect::<Vec<_>>(),
        medicines => Serde(leads.map(medicines).unwrap_or_default()),
        b => Serde(bench),
        today => date(plan.today),
        verdict => verdict_class(plan.comparison.verdict),
        verdict_text => texts.say(verdict(plan.comparison.verdict)),
        summary => summary(plan),
        leading,
        hits,
        strategies => Serde(&views),
        details => Serde(details),
        lead_word,
        depends_on,
        trade => Serde(trade_off(plan)),
        strip => Serde(strip(plan, pictures)),
        lead => Serde(lead(pictures, leading)),
        close_ups => Serde(close_ups(plan, pictures)),
        goal_line,
        goal_percent => goal.map(|g| number(g, 0)),
        ticks,
        head => context! {
            source => plan.head.source.as_str(),
            length => number(plan.head.length_mm, 0),
            breadth => number(plan.head.breadth_mm, 0),
            circumference => number(plan.head.circumference_mm, 0),
            bearing => number(plan.head.hair_bearing_cm2, 0),
            thinning => number(plan.head.thinning_cm2, 0),
            follicles => number(plan.head.follicles as f64, 0),
            units => number(plan.head.units as f64, 0),
        },
        now => context! {
            visible => number(plan.today_visible_percent, 0),
            terminal => number(plan.today_terminal_per_cm2, 0),
            fringe => number(plan.fringe.terminal_per_cm2, 0),
            length => number(plan.length_worn_mm, if plan.length_worn_mm < 10.0 { 1 } else { 0 }),
        },
        responses => number(plan.responses as f64, 0),
        seed => plan.seed.to_string(),
    })?;
    Ok(html)
}
