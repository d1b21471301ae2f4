//! The audit of a work as text and as a map.

use jiff::civil::date;
use vellus_head::parametric::ParametricSpec;
use vellus_head::points::{PlaceSpec, Spot, place};
use vellus_head::{Head, Zone};
use vellus_pigment::{AuditContext, Dots, Ink, Needle, audit};
use vellus_plan::scalp_outline::{ScalpOutline, scalp_projection};
use vellus_report::{audit_map, audit_text};
use vellus_units::random::{Key, Purpose};

/// Planned dots on the top of a head, with a square at the left that a hand filled in rows, and too
/// densely.
fn work(head: &Head) -> Dots {
    let density = |s: &Spot| {
        let q = s.in_chart;
        let top = head.zone_at_spot(s).is_some() && q.x.abs() < 0.5 && q.y > -0.6;
        let filled = q.x > 0.15 && q.x < 0.38 && q.y > -0.15 && q.y < 0.15;
        if top && !filled { ((0.52 - q.y) / 0.08).clamp(0.0, 1.0) } else { 0.0 }
    };
    let mut spec = PlaceSpec::new(14_000, Key::new(2, 0), Purpose::DotPlacement);
    spec.chart = Some(head.chart());
    spec.density = Some(&density);
    let mut set = place(head.surface(), &spec).unwrap();
    for i in 0..48 {
        for j in 0..90 {
            let q = glam::DVec2::new(0.15 + 0.0048 * f64::from(i), -0.15 + 0.0033 * f64::from(j));
            let p = head.head_from_chart(q).unwrap();
            set.position.push(p.position.as_vec3().to_array());
            set.normal.push(p.normal.as_vec3().to_array());
            set.in_chart.push(q.as_vec2().to_array());
        }
    }
    let n = set.position.len();
    Dots {
        zone: set
            .in_chart
            .iter()
            .map(|q| head.scalp().zone_at(glam::Vec2::from_array(*q).as_dvec2()).unwrap_or(Zone::Frontal))
            .collect(),
        position: set.position,
        normal: set.normal,
        chart: set.in_chart,
        session: vec![1; n],
        day: vec![-60.0; n],
        needle: vec![0; n],
        ink: vec![0; n],
        set_depth_um: vec![1000.0; n],
        deposit_depth_um: vec![220.0; n],
        fresh_um: vec![240.0; n],
        healed_um: vec![160.0; n],
        needles: vec![Needle::single()],
        inks: vec![Ink::default()],
    }
}

#[test]
fn text_and_map_say_what_is_wrong_and_where() {
    let head = Head::from_lengths(&ParametricSpec::default(), None, "mean head").unwrap();
    let dots = work(&head);
    let audit = audit(&dots, &AuditContext::new(date(2026, 5, 12))).unwrap();
    let text = audit_text(&audit, 90, false);
    assert!(text.contains("Not good: dots lie in a grid") && text.contains("mid-scalp, left"), "{text}");
    assert!(text.lines().all(|l| l.chars().count() <= 90));
    let bare = |t: &str| t.split('\u{1b}').map(|p| p.split_once('m').map_or(p, |x| x.1)).collect::<String>();
    assert_eq!(bare(&format!("m{}", audit_text(&audit, 90, true)))[..], text[..]);
    let map = scalp_projection(&head).unwrap();
    let svg = audit_map(&ScalpOutline::new(&head, &map), &map, &dots, &audit);
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    assert_eq!(svg.matches("h0").count() - 6, dots.len());
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(folder.join("audit.svg"), &svg).unwrap();
    std::fs::write(folder.join("audit.txt"), &text).unwrap();
    std::fs::write(folder.join("audit.json"), serde_json::to_string_pretty(&audit).unwrap()).unwrap();
}

#[test]
fn the_map_explains_only_what_is_on_it() {
    let head = Head::from_lengths(&ParametricSpec::default(), None, "mean head").unwrap();
    let map = scalp_projection(&head).unwrap();
    let outline = ScalpOutline::new(&head, &map);
    let draw = |dots: &Dots| {
        let judged = audit(dots, &AuditContext::new(date(2026, 5, 12))).unwrap();
        audit_map(&outline, &map, dots, &judged)
    };
    // What is drawn, by the radii of rings and discs, against what the key says.
    let agrees = |svg: &str| {
        let rings: Vec<&str> = svg.lines().filter(|l| l.contains("r=\"9\"")).collect();
        let said = |words: &str| svg.contains(words);
        assert_eq!(said(">rows show<"), rings.iter().any(|l| !l.contains("dasharray")));
        assert_eq!(said(">the largest clump<"), rings.iter().any(|l| l.contains("dasharray")));
        assert_eq!(said("square centimetres with too"), svg.contains("r=\"5.64\""));
    };
    let bad = work(&head);
    let svg = draw(&bad);
    agrees(&svg);
    assert!(svg.contains(">rows show<") && svg.contains("touch another in ten years"));
    // Some dots far apart: nothing is found, and nothing but the dots is explained.
    let few = bad.select(|i, _| i < 14_000 && i % 200 == 0);
    let svg = draw(&few);
    agrees(&svg);
    for words in
        [">rows show<", ">the largest clump<", "square centimetres with", "touch another in ten years"]
    {
        assert!(!svg.contains(words), "{words}");
    }
}
