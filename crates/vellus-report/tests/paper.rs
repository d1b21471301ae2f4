//! The report on paper through its public door: the same twice, whole whatever it is given, in parts.
#![cfg(feature = "pdf")]

mod support;

use hayro::hayro_syntax::Pdf;
use vellus_plan::Plan;
use vellus_plan::outcome::{Band, Verdict};
use vellus_report::stencil::Paper;
use vellus_report::{Approval, PaperSpec, PictureSet, Texts, report_pdf};

fn paper(plan: &Plan, spec: &PaperSpec<'_>) -> Vec<u8> {
    report_pdf(plan, &PictureSet::default(), &Texts::english().unwrap(), spec).unwrap()
}

fn pages(pdf: &[u8]) -> usize {
    Pdf::new(pdf.to_vec()).unwrap().pages().len()
}

/// Whether a title stands in the outline, which holds it as UTF-16 when it is not plain.
fn holds(pdf: &[u8], text: &str) -> bool {
    let plain = pdf.windows(text.len()).any(|w| w == text.as_bytes());
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    plain || pdf.windows(wide.len()).any(|w| w == wide)
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let plan = support::plan();
    let (a, b) = (paper(&plan, &PaperSpec::default()), paper(&plan, &PaperSpec::default()));
    assert!(a == b && a.starts_with(b"%PDF-"));
    assert!(pages(&a) > 8, "{}", pages(&a));
}

#[test]
fn it_has_title_language_outline_and_tags() {
    let pdf = paper(&support::plan(), &PaperSpec::default());
    for what in ["/StructTreeRoot", "/Outlines", "/Lang", "/MarkInfo", "pdfuaid:part"] {
        assert!(holds(&pdf, what), "{what}");
    }
    for part in ["For the person", "For the practitioner", "For the nurse", "For the doctor"] {
        assert!(holds(&pdf, part), "{part}");
    }
}

#[test]
fn a_part_that_has_nothing_is_left_out() {
    let mut plan = support::plan();
    for s in &mut plan.strategies {
        s.prp = None;
        s.dots = None;
    }
    plan.bench = None;
    let pdf = paper(&plan, &PaperSpec::default());
    assert!(!holds(&pdf, "For the nurse") && !holds(&pdf, "For the practitioner"));
    assert!(holds(&pdf, "For the doctor"));
}

#[test]
fn the_sheets_of_the_sessions_are_in_it() {
    let plan = support::plan();
    let card = support::smp::card();
    let with = paper(&plan, &PaperSpec { smp: Some(&card), ..PaperSpec::default() });
    assert!(pages(&with) >= pages(&paper(&plan, &PaperSpec::default())) + card.sessions.len());
}

#[test]
fn an_approval_changes_it() {
    let plan = support::plan();
    let approval = Approval { by: "Dr A".into(), role: "physician".into(), on: plan.today, version: 2 };
    let spec = PaperSpec { approval: Some(&approval), ..PaperSpec::default() };
    assert!(paper(&plan, &spec) != paper(&plan, &PaperSpec::default()));
}

#[test]
fn letter_is_a_paper_too() {
    let spec = PaperSpec { paper: Paper::Letter, ..PaperSpec::default() };
    let pdf = Pdf::new(paper(&support::plan(), &spec)).unwrap();
    let (w, h) = pdf.pages()[0].render_dimensions();
    assert!((w - 612.0).abs() < 0.1 && (h - 792.0).abs() < 0.1, "{w} {h}");
}

#[test]
fn nothing_makes_it_fail() {
    let mut plan = support::plan();
    let nan = Band { lo: f64::NAN, median: f64::NAN, hi: f64::INFINITY };
    plan.label = "x".repeat(3000);
    plan.person = "\u{1f600}\u{202e}\u{0}**a** <b>\n\n".into();
    plan.comparison.verdict = Verdict::NoneLikely;
    plan.contraindications_asked = false;
    plan.quick = true;
    plan.months.clear();
    for s in &mut plan.strategies {
        s.must_be_true = vec!["word ".repeat(4000)];
        s.visible_percent = nan;
        s.texture_percent = nan;
        s.cost.first_two_years = f64::NAN;
        s.thinning.visible_per_cm2.band = vec![nan; 3];
        s.goals.clear();
        s.events.clear();
    }
    assert!(pages(&paper(&plan, &PaperSpec::default())) > 3);
    plan.strategies.clear();
    plan.bench = None;
    plan.comparison.leading = "none".into();
    assert!(pages(&paper(&plan, &PaperSpec::default())) >= 3);
}
