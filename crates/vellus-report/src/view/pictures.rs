//! Pictures laid out: the strip of the choice, the contact sheet of a plan, large pictures, skin.

use base64::Engine as _;
use minijinja::Value;
use serde::Serialize;
use vellus_head::Zone;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;

use crate::picture::{Picture, PictureSet};
use crate::words::{self, capital};

/// Hair longer than this is shown from above first, mm (assumption: it covers the skin beside it).
const LONG_MM: f64 = 20.0;

/// A picture in a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Image {
    pub(crate) src: Value,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) alt: String,
    pub(crate) caption: String,
    pub(crate) moment: String,
}

pub(crate) fn image(p: &Picture, title: &str) -> Image {
    let seen = if p.caption.is_empty() {
        format!("{}, {}", words::view(&p.view), words::moment(&p.moment).to_lowercase())
    } else {
        p.caption.clone()
    };
    Image {
        // Marked as safe: escaping would spell out every slash of the data.
        src: Value::from_safe_string(format!(
            "data:{};base64,{}",
            words::escape(p.mime),
            base64::engine::general_purpose::STANDARD.encode(&p.bytes)
        )),
        width: p.width.max(1),
        height: p.height.max(1),
        alt: if title.is_empty() {
            format!("Simulated picture. {seen}")
        } else {
            format!("Simulated picture, {title}. {seen}")
        },
        caption: capital(&p.caption),
        moment: words::moment(&p.moment),
    }
}

/// What is in `list`, each once, in order of first appearance.
fn once<'a>(list: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for x in list {
        if !out.contains(&x) {
            out.push(x);
        }
    }
    out
}

/// Today and one year of every strategy, in one view.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Strip {
    pub(crate) view: String,
    pub(crate) moment: String,
    pub(crate) today: Option<Image>,
    /// In the order of the strategies.
    pub(crate) images: Vec<Option<Image>>,
}

/// Whether what is missing today is mostly on the crown, which only a view from behind shows.
fn mostly_behind(plan: &Plan) -> bool {
    let missing = |zones: &[Zone]| -> f64 {
        let all = plan.strategies.first().map(|s| &s.zones);
        let Some(all) = all else { return 0.0 };
        zones
            .iter()
            .filter_map(|z| all.get(z))
            .map(|a| {
                let seen = a.visible_per_cm2.band.first().map_or(f64::NAN, |b| b.median);
                a.area_cm2 * (1.0 - seen / plan.fringe.terminal_per_cm2).max(0.0)
            })
            .sum()
    };
    let front = [Zone::FrontalHairline, Zone::FrontotemporalRecess, Zone::TemporalPoint, Zone::Frontal];
    missing(&[Zone::Vertex]) > missing(&front)
}

/// The view that shows most of what is missing.
pub(crate) fn strip_view(plan: &Plan, set: &PictureSet) -> Option<String> {
    let views = once(set.sheets.iter().map(|p| p.view.as_str()));
    // Long hair hides the thinning from the side; its parting shows it from above.
    let order = if plan.length_worn_mm > LONG_MM {
        ["top", "three_quarter", "front"]
    } else if mostly_behind(plan) {
        ["back", "top", "three_quarter"]
    } else {
        ["three_quarter", "front", "top"]
    };
    order.into_iter().find(|v| views.contains(v)).or_else(|| views.first().copied()).map(str::to_owned)
}

/// The pictures of the choice: today, and each strategy at the same moment in the same view.
pub(crate) fn strip(plan: &Plan, set: &PictureSet) -> Option<Strip> {
    let view = strip_view(plan, set)?;
    let view = view.as_str();
    let ids: Vec<&str> = plan.strategies.iter().map(|s| s.id.as_str()).collect();
    // The moment that most strategies have: when each is finished, for preference.
    let moment = ["after", "year_1", "year_5"]
        .into_iter()
        .map(|m| (ids.iter().filter(|id| set.sheet(id, view, m).is_some()).count(), m))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .filter(|(n, _)| *n > 0)?
        .1;
    let today =
        set.sheet("", view, "today").or_else(|| ids.iter().find_map(|id| set.sheet(id, view, "today")));
    Some(Strip {
        view: words::view(view),
        moment: words::moment(moment).to_lowercase(),
        today: today.map(|p| image(p, "today")),
        images: plan
            .strategies
            .iter()
            .map(|s| set.sheet(&s.id, view, moment).map(|p| image(p, &s.title)))
            .collect(),
    })
}

/// A contact sheet: rows of views, columns of moments.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sheet {
    pub(crate) moments: Vec<String>,
    pub(crate) rows: Vec<SheetRow>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SheetRow {
    pub(crate) view: String,
    pub(crate) cells: Vec<Option<Image>>,
}

/// The moments of a strategy's pictures in order of time, each with its heading.
pub(crate) fn moments(plan: &Plan, o: &StrategyOutcome) -> Vec<(&'static str, String)> {
    let days = f64::from((o.finished - plan.today).get_days());
    let finished = if o.events.is_empty() {
        "In half a year".into()
    } else {
        format!("{}, {}", words::moment("after"), o.finished.strftime("%b\u{a0}%Y"))
    };
    let mut all = vec![("today", 0.0, words::moment("today")), ("after", days, finished)];
    all.extend(
        [("year_1", 1.0), ("year_5", 5.0), ("year_10", 10.0)]
            .map(|(m, years)| (m, 365.25 * years, words::moment(m))),
    );
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all.into_iter().map(|(m, _, title)| (m, title)).collect()
}

/// The contact sheet of a strategy at given moments, those without a picture left out; none when it has no
/// picture.
pub(crate) fn sheet(set: &PictureSet, id: &str, title: &str, moments: &[(&str, String)]) -> Option<Sheet> {
    let own = || set.sheets.iter().filter(|p| p.strategy == id || p.strategy.is_empty());
    let views = once(own().map(|p| p.view.as_str()));
    let there = once(own().map(|p| p.moment.as_str()));
    let moments: Vec<&(&str, String)> = moments.iter().filter(|m| there.contains(&m.0)).collect();
    if views.is_empty() || moments.is_empty() {
        return None;
    }
    Some(Sheet {
        moments: moments.iter().map(|m| m.1.clone()).collect(),
        rows: views
            .iter()
            .map(|v| SheetRow {
                view: words::view(v),
                cells: moments.iter().map(|m| set.sheet(id, v, m.0).map(|p| image(p, title))).collect(),
            })
            .collect(),
    })
}

/// The large pictures of one view, by date.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LeadView {
    pub(crate) view: String,
    pub(crate) images: Vec<Image>,
}

/// Large pictures by view, each view in order of time as given.
pub(crate) fn lead(set: &PictureSet, title: &str) -> Vec<LeadView> {
    once(set.lead.iter().map(|p| p.view.as_str()))
        .into_iter()
        .map(|v| LeadView {
            view: words::view(v),
            images: set.lead.iter().filter(|p| p.view == v).map(|p| image(p, title)).collect(),
        })
        .collect()
}

/// A square of skin.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Large {
    pub(crate) view: String,
    pub(crate) image: Image,
}

/// The squares of skin, as given.
pub(crate) fn close_ups(plan: &Plan, set: &PictureSet) -> Vec<Large> {
    let title =
        |id: &str| plan.strategies.iter().find(|s| s.id == id).map_or_else(String::new, |s| s.title.clone());
    set.close_ups
        .iter()
        .map(|p| Large { view: words::view(&p.view), image: image(p, &title(&p.strategy)) })
        .collect()
}
