//! SMP at the chair: pages, text, table and pictures, from cards made up and from a plan.

mod support;

use std::path::Path;
use std::sync::OnceLock;

use jiff::civil::date;
use support::{balance, smp};
use vellus_plan::case::{Contraindication, read};
use vellus_plan::forecast::Effort;
use vellus_plan::person::Person;
use vellus_plan::rules::Action;
use vellus_plan::smp_card::smp_card;
use vellus_plan::smp_stop::SmpStop;
use vellus_plan::{Planned, Request, make, strategy};
use vellus_report::{
    PictureSet, SmpSizes, field_map, smp_page, smp_pictures, smp_stop_page, smp_text, supply_csv,
};

fn page() -> String {
    smp_page(&smp::card(), &PictureSet::default()).unwrap()
}

#[test]
fn every_session_has_its_sheet_and_every_field_its_line() {
    let html = page();
    balance(&html).unwrap();
    assert!(!html.contains("NaN") && !html.contains("<script") && !html.contains("://"));
    let card = smp::card();
    let mut last = html.find("What is laid").unwrap();
    for s in &card.sessions {
        let at = html.find(&format!("<section class=\"smp-session\" id=\"session-{}\"", s.number)).unwrap();
        assert!(at > last);
        let end = at + html[at..].find("</section>").unwrap();
        let sheet = &html[at..end];
        assert_eq!(sheet.matches("class=\"field-number\"").count(), s.order.fields.len());
        assert_eq!(sheet.matches("class=\"place\"").count(), s.order.fields.len());
        assert_eq!(sheet.matches("class=\"box\"").count(), s.supplies.len());
        assert!(sheet.contains("What was really done") && sheet.contains("Depth set, mm"));
        last = at;
    }
    assert!(html.find("After the needle").unwrap() > last);
    for text in [
        "80 % of the full shade: a shade lighter first",
        "<strong>2.5</strong> mL of water to 1 mL",
        "<strong>As it comes</strong>",
        "lot L-77",
        "fields 1 to 6",
        "Needle set to 1.0 mm; pigment is meant to rest at 0.22 mm",
        "The density alone would come to 9000",
        "12 dots of earlier work",
        "2\u{a0}pieces",
        "not a medical device and not a promise",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert_eq!(html, page());
}

#[test]
fn sessions_begin_on_a_new_page_in_print() {
    let html = page();
    let print = &html[html.rfind("@media print").unwrap()..];
    let rule = print.lines().find(|l| l.contains("break-before: page")).unwrap();
    assert!(rule.contains(".smp-session") && rule.contains(".smp-after"), "{rule}");
    assert!(html.contains("@page") && html.contains("SMP sheets of 12\\A0 May\\A0 2026"));
}

#[test]
fn what_forbids_stands_first_and_names_are_escaped() {
    let mut card = smp::card();
    card.contraindications = vec![smp::hit(Action::Forbid)];
    let html = smp_page(&card, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    let stop = html.find("Stop: no pigment is laid").unwrap();
    assert!(stop < html.find("What is laid").unwrap());
    assert!(html.contains("No &lt;needle&gt; before the birth &amp; nursing."));
    assert!(html.contains("Case &lt;A&gt; &amp; co") && html.contains("Night &lt;5&gt;"));
    assert!(!html.contains("Nobody has asked"));

    card.contraindications = vec![smp::hit(Action::Delay)];
    let html = smp_page(&card, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    let wait = html.find("Before the first dot").unwrap();
    assert!(wait < html.find("What is laid").unwrap() && html.contains("class=\"safety ask\""));
    // Thirty days from 12 May 2026.
    for part in
        ["No dot before 11\u{a0}Jun\u{a0}2026", "Rule “birth &amp; nursing”", "pregnancy", "a society (A)"]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(smp_text(&card, 100, false).contains("WAIT"));

    card.contraindications = vec![smp::hit(Action::Doctor)];
    card.contraindications_asked = false;
    let html = smp_page(&card, &PictureSet::default()).unwrap();
    assert!(!html.contains("Stop: no pigment") && html.contains("Doctor first"));
    assert!(html.find("Nobody has asked").unwrap() < html.find("What is laid").unwrap());
}

#[test]
fn the_sheet_of_a_forbidden_work_is_a_red_box_and_no_session() {
    let mut case = read::parse("schema_version = 1\n[person]\nage_years = 30\nsex = \"male\"\n").unwrap();
    let person = |case: &vellus_plan::Case| Person::from_case(case, date(2026, 11, 23));
    assert!(SmpStop::of(&person(&case)).is_none());
    case.contraindications = Some(vec![Contraindication::Retinoid, Contraindication::Keloid]);
    assert!(SmpStop::of(&person(&case)).is_none());
    case.contraindications = Some(vec![Contraindication::Keloid, Contraindication::PigmentAllergy]);
    let stop = SmpStop::of(&person(&case)).unwrap();
    let html = smp_stop_page(&stop).unwrap();
    balance(&html).unwrap();
    assert!(html.contains("class=\"safety stop\"") && html.contains("Stop: no pigment is laid"));
    assert!(html.find("Allergy to pigment.").unwrap() < html.find("keloids").unwrap());
    for part in ["Rule “pigment_allergy”", "contraindications", "facts S120", "Nothing is laid"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("smp-session\"") && !html.contains("<img"));
}

#[test]
fn months_of_drift_become_dates() {
    let html = page();
    // 12 May 2026 and 18, 57 and 90 months.
    for text in ["one in ten by Nov\u{a0}2027, half by Feb\u{a0}2031", "one in ten by Nov\u{a0}2033</span>"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(html.contains("62 of 100") && html.contains("22.7 %"));
    assert!(html.contains("Vertex: hair may come or go"));
}

#[test]
fn a_zone_with_hardly_any_dots_has_no_score() {
    let mut card = smp::card();
    let bars = |html: &str| html.matches("<span class=\"swing\"><i").count();
    assert_eq!(bars(&page()), 1);
    card.fit[0].score = None;
    let html = smp_page(&card, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    assert!(bars(&html) == 0 && html.contains("hardly any dots"));
    assert!(smp_text(&card, 90, false).contains("hardly any dots"));
}

#[test]
fn numbers_that_are_none_do_not_reach_the_page() {
    let mut card = smp::card();
    card.hairs_per_dot = f64::NAN;
    card.ageing[1].tone_percent.median = f64::NAN;
    card.fit[0].score = Some(f64::NAN);
    card.fit[0].too_dark.first_month = Some(f64::INFINITY);
    card.sessions[0].order.fields[2].centre_in_map = [f64::NAN, 0.0];
    card.sessions[1].order.fields.clear();
    card.sessions[1].sittings.clear();
    let html = smp_page(&card, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    assert!(html.split(|c: char| !c.is_alphabetic()).all(|w| w != "NaN" && w != "inf"));
    assert!(!smp_text(&card, 80, false).contains("NaN"));
    card.sessions.clear();
    card.ageing.clear();
    card.outline = Default::default();
    balance(&smp_page(&card, &PictureSet::default()).unwrap()).unwrap();
}

#[test]
fn sittings_have_their_own_tint_and_their_own_way() {
    let card = smp::card();
    let svg = field_map(&card.outline, &card.sessions[1]);
    balance(&svg).unwrap();
    assert_eq!(svg.matches("class=\"field\"").count(), 12);
    assert_eq!(svg.matches("#c9dde6").count(), 6);
    assert_eq!(svg.matches("#f3dcc8").count(), 6);
    assert_eq!(svg.matches("class=\"way-start\"").count(), 2);
    let way = &svg[..svg.find("class=\"way\"").unwrap()];
    let way = &way[way.rfind("d=\"").unwrap()..];
    assert_eq!((way.matches('M').count(), way.matches('L').count()), (2, 10));
    assert_eq!(field_map(&Default::default(), &card.sessions[1]), "");
}

#[test]
fn a_field_that_two_sittings_share_has_both_tints_and_words_for_it() {
    let mut card = smp::card();
    let s = &mut card.sessions[1];
    // Field 6 has 106 dots; 53 of them wait for the second sitting.
    (s.sittings[0].last_to, s.sittings[1].first_from, s.sittings[1].fields.0) = (53, 53, 6);
    let svg = field_map(&card.outline, &card.sessions[1]);
    balance(&svg).unwrap();
    let rest = &svg[svg.find("class=\"field-rest\"").unwrap() - 120..];
    assert!(rest.contains("height=\"12.7\"") && rest.contains("#f3dcc8"), "{}", &rest[..160]);
    assert_eq!(svg.matches("class=\"way-start\"").count(), 2);
    let html = smp_page(&card, &PictureSet::default()).unwrap();
    for part in
        ["of field 6 from its front until 53 of 106 dots", "of field 6 what is left after 53 of 106 dots"]
    {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn the_text_fits_the_width_and_warns_first() {
    let mut card = smp::card();
    card.contraindications_asked = false;
    card.contraindications = vec![smp::hit(Action::Forbid)];
    for width in [10, 72, 80, 100, 400] {
        let text = smp_text(&card, width, false);
        let most = text.lines().map(|l| l.chars().count()).max().unwrap();
        assert!(most <= width.clamp(72, 110), "{most} in {width}");
        assert!(text.lines().count() <= 60);
        let at = |t: &str| text.find(t).unwrap_or_else(|| panic!("{t}"));
        assert!(at("NO SMP") < at("Nobody has asked") && at("Nobody has asked") < at("What is laid"));
        assert!(at("What is laid") < at("Sessions") && at("Sessions") < at("Needle and ink"));
    }
    let coloured = smp_text(&card, 80, true);
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some(i) = rest.find('\u{1b}') {
        plain.push_str(&rest[..i]);
        rest = &rest[i + rest[i..].find('m').unwrap() + 1..];
    }
    plain.push_str(rest);
    let squeeze = |t: &str| t.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(squeeze(&plain), squeeze(&smp_text(&card, 80, false)));
}

#[test]
fn supplies_are_a_table_without_formulas() {
    let card = smp::card();
    let bytes = supply_csv(&card).unwrap();
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let head: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(head, ["session", "date", "item", "quantity", "unit", "why"]);
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!(&rows[0][2], "'=HYPERLINK(\"x\"), lot 1");
    assert_eq!(&rows[0][5], "'+1 spare");
    assert_eq!((&rows[1][3], &rows[1][1]), ("0.7", "2026-06-15"));
}

fn planned() -> &'static Planned {
    static PLANNED: OnceLock<Planned> = OnceLock::new();
    PLANNED.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/02_straight_to_smp/case.toml");
        let case = read::read(&path).unwrap();
        let strategies = strategy::built_in().unwrap().into_iter().filter(|s| s.id == "smp_now").collect();
        let request = Request {
            case: &case,
            case_text: "test",
            folder: Path::new("."),
            clock: date(2026, 11, 23),
            seed: 1,
            effort: Effort { responses: 8, sample_per_group: 40 },
            quick: true,
            strategies,
            detail: true,
            search: None,
        };
        make(&request, &mut |_| ()).unwrap()
    })
}

#[test]
fn a_plan_becomes_sheets_with_pictures() {
    let planned = planned();
    let card = smp_card(planned, 0).unwrap().unwrap();
    let sizes = SmpSizes { head: Some((48, 60)), close_up: 64, patch: 120 };
    let mut told = Vec::new();
    let set = smp_pictures(planned, 0, &sizes, &mut |done, of| told.push((done, of))).unwrap();
    assert!(told.windows(2).all(|w| w[0].0 < w[1].0) && told.last().is_some_and(|t| t.0 == t.1), "{told:?}");
    // Today, three sessions, healed, five years; from three sides.
    assert_eq!(set.sheets.len(), 6 * 3);
    for m in ["today", "session_1", "session_2", "session_3", "after", "year_5"] {
        assert_eq!(set.sheets.iter().filter(|p| p.moment == m).count(), 3, "{m}");
    }
    let seen: Vec<&str> = set.close_ups.iter().map(|p| p.view.as_str()).collect();
    assert_eq!(seen, ["close_up_dots", "close_up_hair", "half"]);

    let html = smp_page(&card, &set).unwrap();
    balance(&html).unwrap();
    // Not in the pictures, where any three letters may stand.
    assert!(html.split('"').filter(|part| !part.starts_with("data:")).all(|part| !part.contains("NaN")));
    assert_eq!(html.matches("<img ").count(), 6 * 3 + 3);
    assert_eq!(html.matches("class=\"smp-session\"").count(), card.sessions.len());
    let text = smp_text(&card, 90, false);
    assert!(text.lines().all(|l| l.chars().count() <= 90));
    let fields: usize = card.sessions.iter().map(|s| s.order.fields.len()).sum();
    assert_eq!(html.matches("class=\"place\"").count(), fields);
}

#[test]
fn both_halves_of_the_patch_are_as_dark() {
    let sizes = SmpSizes { head: None, close_up: 64, patch: 200 };
    let set = smp_pictures(planned(), 0, &sizes, &mut |_, _| ()).unwrap();
    assert!(set.sheets.is_empty());
    let half = set.close_ups.iter().find(|p| p.view == "half").unwrap();
    let image = image::load_from_memory(&half.bytes).unwrap().to_rgb8();
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    let mean = |from: u32, to: u32| {
        let mut sum = 0.0;
        for x in from..to {
            for y in 0..image.height() {
                let p = image.get_pixel(x, y).0.map(linear);
                sum += 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2];
            }
        }
        sum / f64::from((to - from) * image.height())
    };
    let w = image.width();
    // Beside the seam, where light and skin are the same.
    let (left, right) = (mean(w / 4, w / 2), mean(w / 2, 3 * w / 4));
    assert!((left / right - 1.0).abs() < 0.06, "{left} {right}");
    let again = smp_pictures(planned(), 0, &sizes, &mut |_, _| ()).unwrap();
    assert_eq!(again, set);
}

#[test]
fn a_strategy_that_is_not_there_is_told() {
    let e = smp_pictures(planned(), 7, &SmpSizes::QUICK, &mut |_, _| ()).unwrap_err().to_string();
    assert!(e.contains("number 8") && e.contains("1 strategies"), "{e}");
    assert!(smp_card(planned(), 7).unwrap().is_none());
}
