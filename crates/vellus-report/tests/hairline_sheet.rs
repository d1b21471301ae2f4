//! The sheet of a hairline.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Sex};
use vellus_pigment::hairline::{Context, Hairline, HairlineSpec, HairlineStyle, Population};
use vellus_report::hairline_sheet;
use vellus_units::Millimetres;
use vellus_units::random::Key;

#[test]
fn the_sheet_shows_figures_zones_and_every_finding() {
    let head =
        Head::from_lengths(&ParametricSpec::default(), Some(Millimetres(66.0)), "a <mean> head").unwrap();
    let line =
        Hairline::new(HairlineSpec::of_style(58.0, HairlineStyle::EdgeUp), &head, Key::new(1, 0)).unwrap();
    let context = Context {
        sex: Sex::Male,
        population: Population::European,
        age_years: 40.0,
        future_loss: None,
        brow_crease_mm: Some(50.0),
    };
    let findings = line.findings(&head, &context);
    assert!(findings.len() >= 4, "{findings:?}");
    let svg = hairline_sheet(&head, &line, &findings).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    // Three pictures and the line in each.
    assert_eq!(svg.matches("<image ").count(), 3);
    for words in
        ["58 mm", "58.0", "Edge-up, sharp edge", "Transition", "3 mm", "a &lt;mean&gt; head", "grade B"]
    {
        assert!(svg.contains(words), "{words}");
    }
    for f in &findings {
        // The first words of each stand in one line.
        let begin: String = f.text.split(' ').take(4).collect::<Vec<_>>().join(" ");
        assert!(svg.contains(&begin), "{begin}");
    }
    // Pictures left out: their letters are chance.
    let drawn: String = svg.split("base64,").map(|part| part.split_once('"').map_or(part, |p| p.1)).collect();
    assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    assert_eq!(svg, hairline_sheet(&head, &line, &findings).unwrap(), "the same bytes twice");
    let nothing = hairline_sheet(&head, &line, &[]).unwrap();
    assert!(nothing.contains("every rule of hairline design is kept"));
    // A picture of the sheet, for whoever wants to look at it.
    if let Some(folder) = std::env::var_os("VELLUS_KEEP_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join("hairline.svg"), svg).unwrap();
    }
}
