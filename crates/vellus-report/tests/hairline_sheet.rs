//! The sheet of a hairline.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Sex};
use vellus_pigment::hairline::{Context, Hairline, HairlineSpec, HairlineStyle, Population};
use vellus_report::hairline_sheet;
use vellus_units::Millimetres;
use vellus_units::random::Key;

fn context(sex: Sex) -> Context<'static> {
    Context {
        sex,
        population: Population::European,
        age_years: 40.0,
        future_loss: None,
        brow_crease_mm: None,
    }
}

#[test]
fn explore() {
    let folder = std::path::PathBuf::from(std::env::var("OUT").unwrap());
    let head =
        Head::from_lengths(&ParametricSpec::default(), Some(Millimetres(66.0)), "a mean head").unwrap();
    for style in HairlineStyle::ALL {
        let l = Hairline::new(HairlineSpec::of_style(76.0, style), &head, Key::new(1, 0)).unwrap();
        let findings = l.findings(&head, &context(Sex::Male));
        std::fs::write(
            folder.join(format!("{}.svg", style.name())),
            hairline_sheet(&head, &l, &findings).unwrap(),
        )
        .unwrap();
    }
}
