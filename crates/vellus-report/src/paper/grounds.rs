//! What it rests on: method, findings, assumptions, sources, and how to make it again.

use super::flow::{BODY, Flow, SMALL, led};
use super::front::approval;
use super::table::{Row, Table, cell};
use super::{Section, Sheet};
use crate::error::ReportError;
use crate::words::number;

pub(super) const SECTIONS: &[Section] = &[method, findings, assumptions, sources, made, signed];

fn method(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.part("grounds", &s.say("part-grounds-eyebrow"), &s.say("part-grounds-title"));
    for key in [
        "grounds-not-a-promise",
        "grounds-two-ways",
        "grounds-placebo",
        "grounds-apart",
        "grounds-hundred",
        "grounds-band",
    ] {
        f.say(&s.raw(key, &[]), BODY.above(6.0));
    }
    Ok(())
}

fn findings(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    if !s.plan.findings.is_empty() {
        f.section(&s.say("findings-title"));
        f.plain_list(&s.plan.findings, BODY);
    }
    Ok(())
}

fn assumptions(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    if s.plan.assumptions.is_empty() {
        return Ok(());
    }
    f.section(&s.say("assumptions-title"));
    let rows = s
        .plan
        .assumptions
        .iter()
        .map(|a| Row::of(vec![cell(&a.key, SMALL), cell(&a.value, BODY), cell(&a.why, SMALL)]))
        .collect();
    let head = ["assumptions-key", "assumptions-value", "assumptions-why"].map(|k| (s.say(k), false));
    f.table(Table { columns: vec![2.6, 2.8, 4.6], head: head.to_vec(), rows });
    Ok(())
}

fn sources(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    if s.plan.sources.is_empty() {
        return Ok(());
    }
    f.section(&s.say("sources-title"));
    let rows = s
        .plan
        .sources
        .iter()
        .map(|x| Row::of(vec![cell(&x.what, BODY.bold()), cell(&x.source, BODY)]))
        .collect();
    f.table(Table { columns: vec![2.8, 6.4], head: Vec::new(), rows });
    Ok(())
}

fn made(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let p = s.plan;
    f.section(&s.say("made-title"));
    let command = format!("vellus plan case.toml --seed {}{}", p.seed, if p.quick { " --quick" } else { "" });
    let head = s.with(
        "made-head-value",
        &[
            ("source", (&p.head.source).into()),
            ("length", number(p.head.length_mm, 0).into()),
            ("breadth", number(p.head.breadth_mm, 0).into()),
            ("around", number(p.head.circumference_mm, 0).into()),
            ("follicles", number(p.head.follicles as f64, 0).into()),
            ("units", number(p.head.units as f64, 0).into()),
        ],
    );
    let rows = [
        (
            "made-program",
            format!(
                "{}, {}",
                p.program,
                s.with("made-schema", &[("n", p.schema_version.to_string().into())])
            ),
        ),
        ("made-case", p.case_hash.clone()),
        ("made-seed", p.seed.to_string()),
        ("made-futures", s.with("made-futures-value", &[("n", number(p.responses as f64, 0).into())])),
        ("made-head", head),
        ("made-command", command),
    ]
    .into_iter()
    .map(|(k, v)| Row::of(vec![cell(&s.say(k), BODY.bold()), cell(&v, BODY)]))
    .collect();
    f.table(Table { columns: vec![2.0, 7.2], head: Vec::new(), rows });
    f.rich(&led(&s.say("made-again"), &s.say("made-again-note"), SMALL), SMALL.above(5.0));
    Ok(())
}

fn signed(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.section(&s.say("approval-title"));
    approval(s, f)
}
