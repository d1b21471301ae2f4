//! The planner on the first example: indicators alone, a plan anew after one more reading, the whole plan with
//! dots and injections, and the search.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::civil::date;
use vellus_head::Zone;
use vellus_plan::case::{Case, ReadingKeys, read};
use vellus_plan::forecast::Effort;
use vellus_plan::optimise::Search;
use vellus_plan::{Plan, Request, make, strategy};

use super::{Limit, Line, cheapest};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/01_tandem/case.toml")
}

fn plan(case: &Case, detail: bool, search: Option<Search>) -> anyhow::Result<Plan> {
    let request = Request {
        case,
        case_text: "",
        folder: Path::new("."),
        clock: date(2026, 11, 23),
        seed: 1,
        effort: Effort::FULL,
        quick: false,
        strategies: strategy::built_in()?,
        detail,
        search,
    };
    Ok(make(&request, &mut |_| ())?.plan)
}

pub(crate) fn run(lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let case = read::read(&example()).context("the first example")?;
    // Two cores have 10 s.
    let (alone_s, alone) = cheapest(2, || plan(&case, false, None));
    let alone = alone?;
    lines.push(Line::new(
        format!("plan: indicators of {} strategies, 2 × {} futures", alone.strategies.len(), alone.responses),
        alone_s,
        "core s",
        Some(Limit::Most(19.0)),
    ));
    // Two cores have 5 s.
    let mut later = case.clone();
    later.hair.measured.push(ReadingKeys {
        zone: Zone::Vertex,
        terminal_per_cm2: Some(121.0),
        total_per_cm2: None,
        calibre_um: None,
        anagen_percent: None,
        area_cm2: None,
        method: "trichoscopy, 1 cm²".into(),
        date: None,
    });
    let (again_s, again) = cheapest(2, || plan(&later, false, None));
    again?;
    lines.push(Line::new("plan anew after one more reading", again_s, "core s", Some(Limit::Most(9.5))));
    let (whole_s, whole) = cheapest(1, || plan(&case, true, None));
    whole?;
    lines.push(Line::new("plan with dots and injections, without pictures", whole_s, "core s", None));
    let (search_s, found) = cheapest(1, || plan(&case, false, Some(Search::FULL)));
    let found = found?.found.context("the search found nothing")?;
    lines.push(Line::new(
        format!("search of {} plans, and the indicators", found.simulated),
        search_s,
        "core s",
        Some(Limit::Most(76.0)),
    ));
    Ok(())
}
