//! Writes what goes into records and hands, to look at: `sheets FOLDER [PLAN.json]`. Without a plan a
//! made-up one is shown.

#[path = "../tests/support/mod.rs"]
mod support;

use vellus_plan::outcome::StrategyOutcome;
use vellus_report::{
    AreaAxis, AreaCurve, AreaPoint, FhirRecord, ParetoPoint, consent_page, density_area_chart, fhir_bundle,
    pareto_chart,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = std::path::PathBuf::from(args.next().ok_or("usage: sheets FOLDER [PLAN.json]")?);
    let plan: vellus_plan::Plan = match args.next() {
        Some(from) => serde_json::from_str(&std::fs::read_to_string(from)?)?,
        None => support::plan(),
    };
    for s in &plan.strategies {
        let bundle = fhir_bundle(&plan, &s.id, &FhirRecord::default())?;
        std::fs::write(folder.join(format!("{}.fhir.json", s.id)), bundle)?;
        if let Some(html) = consent_page(&plan, &s.id)? {
            std::fs::write(folder.join(format!("{}.consent.html", s.id)), html)?;
        }
    }
    let points: Vec<ParetoPoint> = plan.strategies.iter().map(|s| point(s, &plan.strategies)).collect();
    // What the made-up plan does not have: dots that lie on each other, and some that are beaten.
    let mut crowded = points.clone();
    for (i, p) in points.iter().enumerate().skip(1) {
        let mut near = p.clone();
        near.title = format!("{}, in a variant with a longer name", p.title);
        near.cost_ten_years += 150.0 * i as f64;
        near.chance = (near.chance - 0.03 * i as f64).max(0.0);
        near.regret = 0.1 + 0.15 * i as f64;
        near.visits *= 3.0;
        near.beaten_by = Some(format!("{}: cheaper, likelier, fewer visits", p.title));
        crowded.push(near);
    }
    std::fs::write(folder.join("pareto-crowded.svg"), pareto_chart(&crowded, &plan.prices.currency))?;
    std::fs::write(folder.join("pareto.svg"), pareto_chart(&points, &plan.prices.currency))?;
    let axis = AreaAxis { unit: "% of the fringe".into(), mark: Some(75.0), mark_name: "Goal".into() };
    std::fs::write(folder.join("density-area.svg"), density_area_chart(&made_up_curves(), &axis))?;
    Ok(())
}

/// A strategy of the plan on the chart; the interval is that of the two mechanisms.
fn point(s: &StrategyOutcome, all: &[StrategyOutcome]) -> ParetoPoint {
    let chance = |s: &StrategyOutcome| s.goals.first().map_or(0.0, |g| g.chance);
    let by =
        s.goals.first().map(|g| g.by_mechanism.values().copied().collect::<Vec<_>>()).unwrap_or_default();
    let better = |o: &&StrategyOutcome| {
        o.cost.ten_years <= s.cost.ten_years
            && chance(o) >= chance(s)
            && o.visits_two_years <= s.visits_two_years
            && o.too_dark_chance <= s.too_dark_chance
            && o.id != s.id
    };
    ParetoPoint {
        title: s.title.clone(),
        cost_ten_years: s.cost.ten_years,
        chance: chance(s),
        chance_lo: by.iter().copied().fold(chance(s), f64::min),
        chance_hi: by.iter().copied().fold(chance(s), f64::max),
        regret: s.too_dark_chance,
        visits: s.visits_two_years as f64,
        beaten_by: all.iter().find(better).map(|o| o.title.clone()),
    }
}

/// Curves made up to look at: no model made them.
fn made_up_curves() -> Vec<AreaCurve> {
    let curve = |zone: &str, plan: Option<&str>, when: &str, middle: f64, slope: f64, band: f64| {
        let share = |d: f64, m: f64| 1.0 / (1.0 + libm::exp((d - m) / slope));
        let points = (0..=60).map(|i| 2.5 * f64::from(i)).map(|d| AreaPoint {
            density: d,
            share_lo: share(d, middle - band),
            share: share(d, middle),
            share_hi: share(d, middle + band),
        });
        AreaCurve {
            zone: zone.into(),
            plan: plan.map(str::to_owned),
            when: when.into(),
            points: points.collect(),
        }
    };
    let mut out = Vec::new();
    for (zone, now) in
        [("Frontal hairline", 62.0), ("Frontotemporal recess", 34.0), ("Mid-scalp", 70.0), ("Vertex", 28.0)]
    {
        out.push(curve(zone, None, "", now, 9.0, 0.0));
        for (when, lost) in [("In 1 year", 0.0), ("In 5 years", 6.0), ("In 10 years", 13.0)] {
            out.push(curve(
                zone,
                Some("PRP first, then SMP"),
                when,
                84.0 - 0.4 * lost,
                5.0,
                3.0 + 0.5 * lost,
            ));
            out.push(curve(zone, Some("PRP alone"), when, now + 9.0 - lost, 10.0, 6.0 + 0.4 * lost));
        }
    }
    out
}
