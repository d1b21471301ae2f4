//! The case reader refuses what is impossible, says what and where, and never panics.

use proptest::prelude::*;
use vellus_plan::case::read::parse;
use vellus_plan::case::template::TEMPLATE;
use vellus_plan::case::{Case, range};
use vellus_plan::{PlanError, case};

const EXAMPLES: [&str; 4] = [
    include_str!("../../../examples/01_tandem/case.toml"),
    include_str!("../../../examples/02_straight_to_smp/case.toml"),
    include_str!("../../../examples/03_woman_ludwig/case.toml"),
    include_str!("../../../examples/04_real_scan/case.toml"),
];

/// The template with every commented key open: a case with every key.
fn full() -> String {
    TEMPLATE.lines().map(|l| format!("{}\n", l.strip_prefix("#: ").unwrap_or(l))).collect()
}

fn texts() -> Vec<String> {
    let mut all = vec![TEMPLATE.to_owned(), full()];
    all.extend(EXAMPLES.iter().map(|e| (*e).to_owned()));
    all
}

/// Parses; whatever is wrong must be sayable.
fn try_parse(text: &str) -> Result<Case, PlanError> {
    let result = parse(text);
    if let Err(e) = &result {
        assert!(!e.to_string().trim().is_empty());
        assert!(e.hint().is_none_or(|h| !h.trim().is_empty()));
    }
    result
}

/// Puts a value at a key such as `goals[0].by`.
fn set(root: &mut toml::Table, key: &str, value: toml::Value) {
    fn put(table: &mut toml::Table, parts: &[&str], value: toml::Value) {
        let (part, index) = match parts[0].split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (parts[0], None),
        };
        match (index, parts.len()) {
            (None, 1) => {
                table.insert(part.to_owned(), value);
            }
            (None, _) => put(table[part].as_table_mut().unwrap(), &parts[1..], value),
            (Some(i), 1) => table[part].as_array_mut().unwrap()[i] = value,
            (Some(i), _) => {
                put(table[part].as_array_mut().unwrap()[i].as_table_mut().unwrap(), &parts[1..], value)
            }
        }
    }
    put(root, &key.split('.').collect::<Vec<_>>(), value);
}

fn with(text: &str, key: &str, value: toml::Value) -> String {
    let mut table: toml::Table = text.parse().unwrap();
    set(&mut table, key, value);
    toml::to_string(&table).unwrap()
}

/// Keys whose type has no fractions and no sign.
fn is_count(key: &str) -> bool {
    key.ends_with("fitzpatrick") || key == "smp.dots" || key.ends_with("tubes") || key.ends_with("points")
}

/// The text is refused for `key`, with the key, the range and a hint.
fn refused_for(text: &str, key: &str, range: Option<&str>) {
    match try_parse(text) {
        Err(PlanError::Value { key: k, line, value, allowed, hint }) => {
            assert_eq!(k, key, "{text}");
            assert!(!value.is_empty() && !hint.is_empty());
            assert!(line.is_none_or(|l| l >= 1 && l <= text.lines().count()), "{line:?}");
            if let Some(range) = range {
                assert_eq!(allowed, range);
            }
        }
        other => panic!("{key}: {other:?}\n{text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prop_any_text_is_refused_without_a_panic(text in "\\PC{0,400}") {
        prop_assert!(try_parse(&text).is_err());
    }

    #[test]
    fn prop_anything_that_looks_like_toml_does_not_panic(
        lines in prop::collection::vec(
            (prop::sample::select(vec!["schema_version", "person", "age_years", "sex", "head", "goals", "by", "dates.today", "site.prp", "hair.measured", "skin.lab", "x"]),
             prop::sample::select(vec!["1", "-1", "1e400", "nan", "\"male\"", "[]", "[1,2,3]", "{}", "{ a = 1 }", "2026-11-23", "2026-13-40", "true", "\"\\u0000\"", "99999999999999999999"]),
             prop::sample::select(vec!["kv", "table", "array"])),
            0..12),
    ) {
        let mut text = String::new();
        for (key, value, kind) in lines {
            text += &match kind {
                "kv" => format!("{key} = {value}\n"),
                "table" => format!("[{key}]\n"),
                _ => format!("[[{key}]]\n"),
            };
        }
        let _ = try_parse(&text);
    }

    #[test]
    fn prop_truncated_cases_do_not_panic(which in 0..6usize, at in any::<prop::sample::Index>()) {
        let text = &texts()[which];
        let places: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
        let _ = try_parse(&text[..places[at.index(places.len())]]);
        let _ = try_parse(&text[places[at.index(places.len())]..]);
    }

    #[test]
    fn prop_mutated_cases_do_not_panic(
        which in 0..6usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6u8, any::<char>(), 0..40usize), 1..8),
    ) {
        let mut chars: Vec<char> = texts()[which].chars().collect();
        for (at, kind, c, len) in edits {
            if chars.is_empty() {
                break;
            }
            let i = at.index(chars.len());
            let j = (i + len).min(chars.len());
            match kind {
                0 => chars[i] = c,
                1 => chars.insert(i, c),
                2 => { chars.drain(i..j); }
                3 => { let copy: Vec<char> = chars[i..j].to_vec(); chars.splice(i..i, copy); }
                4 => chars[i..j].reverse(),
                // Digits are where values are: another digit makes another value.
                _ => if let Some(d) = chars[i..].iter_mut().find(|d| d.is_ascii_digit()) { *d = char::from(b'0' + (len % 10) as u8); },
            }
        }
        let _ = try_parse(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn prop_a_number_outside_its_range_is_refused_by_name(
        which in any::<prop::sample::Index>(),
        below in any::<bool>(),
        by in prop_oneof![1e-3..1.0f64, 1.0..1e3f64, 1e6..1e12f64, Just(f64::INFINITY), Just(f64::NAN)],
    ) {
        let text = full();
        let numbers = range::numbers(&parse(&text).unwrap());
        let n = &numbers[which.index(numbers.len())];
        let value = if is_count(&n.key) {
            toml::Value::Integer(if below { 0 } else { n.most as i64 + 1 + (by.clamp(0.0, 100.0) as i64) })
        } else {
            toml::Value::Float(if below { n.least - by } else { n.most + by })
        };
        refused_for(&with(&text, &n.key, value), &n.key, Some(&format!("{} to {}", n.least, n.most)));
    }

    #[test]
    fn prop_a_number_inside_its_range_is_taken(which in any::<prop::sample::Index>(), share in 0.0..=1.0f64) {
        let text = full();
        let numbers = range::numbers(&parse(&text).unwrap());
        let n = &numbers[which.index(numbers.len())];
        let value = n.least + (n.most - n.least) * share;
        // Two ranges meet: loss cannot begin after the present age, targets of sessions rise, and not every colour
        // is one of skin.
        let meets = ["person.age_years", "skin.lab", "smp.session_targets", "smp.test_dots"].iter().any(|k| n.key.starts_with(k));
        if !meets {
            let value = if is_count(&n.key) { toml::Value::Integer(value.round() as i64) } else { toml::Value::Float(value) };
            let text = with(&text, &n.key, value);
            prop_assert!(try_parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn prop_one_wrong_letter_in_a_key_is_answered_with_the_key(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), letter in "[a-z]",
    ) {
        // Keys of tables that every case has, longer than the shortest words.
        let keys = ["age_years", "weight_kg", "ancestry", "circumference_mm", "forehead_height_mm", "onset_age_years", "grey_percent",
            "calibre_um", "hairs_per_unit", "fitzpatrick", "undertone", "platelets_k_per_ul", "haematocrit_percent", "hairline_height_mm",
            "length_worn_mm", "first_two_years", "dots_per_hour", "longest_sitting_hours", "finasteride_month", "consultation", "currency"];
        let key = keys[which.index(keys.len())];
        let mut wrong: Vec<char> = key.chars().collect();
        let i = at.index(wrong.len());
        wrong[i] = letter.chars().next().unwrap();
        let wrong: String = wrong.into_iter().collect();
        prop_assume!(wrong != key);
        let text = full().replacen(&format!("\n{key} ="), &format!("\n{wrong} ="), 1);
        match try_parse(&text) {
            Err(e @ PlanError::Toml { .. }) => {
                let hint = e.hint().unwrap();
                prop_assert!(hint.contains(&format!("`{key}`")), "{wrong}: {hint}");
                prop_assert!(e.to_string().contains(&wrong), "{e}");
            }
            other => prop_assert!(false, "{wrong}: {other:?}"),
        }
    }
}

#[test]
fn every_range_is_reached_by_the_full_template_and_holds_it() {
    let numbers = range::numbers(&parse(&full()).unwrap());
    assert!(numbers.len() >= 30, "{}", numbers.len());
    for n in &numbers {
        assert!(n.least < n.most && (n.least..=n.most).contains(&n.value), "{}", n.key);
        assert!(!n.hint.is_empty(), "{}", n.key);
    }
}

#[test]
fn the_examples_are_cases() {
    for text in EXAMPLES {
        parse(text).unwrap();
    }
}

#[test]
fn the_line_of_a_value_is_the_line_in_the_file() {
    let text =
        "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n\n[head]\ncircumference_mm = 57.6\n";
    match parse(text) {
        Err(e @ PlanError::Value { line: Some(7), .. }) => {
            let message = e.to_string();
            for part in ["head.circumference_mm", "57.6", "line 7", "470 to 680"] {
                assert!(message.contains(part), "{part}: {message}");
            }
            assert!(e.hint().unwrap().contains("millimetres"));
        }
        other => panic!("{other:?}"),
    }
}

const HEAD: &str =
    "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n";

#[test]
fn a_drug_taken_twice_at_once_is_refused() {
    let course = |drug: &str, from: &str, until: &str| {
        let until = if until.is_empty() { String::new() } else { format!("until = {until}\n") };
        format!("[[treatments]]\ntreatment = \"{drug}\"\nfrom = {from}\n{until}")
    };
    let two = |a: &str, b: &str| format!("{HEAD}{a}{b}");
    let minox = |from, until| course("minoxidil_5", from, until);
    refused_for(
        &two(&minox("2024-01-01", "2025-01-01"), &minox("2024-06-01", "")),
        "treatments[1].from",
        None,
    );
    refused_for(&two(&minox("2024-01-01", ""), &minox("2025-06-01", "")), "treatments[1].from", None);
    refused_for(
        &two(&minox("2025-06-01", ""), &minox("2024-01-01", "2025-06-01")),
        "treatments[1].from",
        None,
    );
    // One after the other, or two different drugs, are fine.
    parse(&two(&minox("2024-01-01", "2025-01-01"), &minox("2025-01-02", ""))).unwrap();
    parse(&two(&minox("2024-01-01", ""), &course("finasteride", "2024-01-01", ""))).unwrap();
}

#[test]
fn dates_that_exclude_each_other_are_refused() {
    let goal = |by: &str| format!("{HEAD}[[goals]]\nvisible_percent_of_fringe = 70\nby = {by}\n");
    refused_for(&goal("2026-11-23"), "goals[0].by", None);
    refused_for(&goal("2020-01-01"), "goals[0].by", None);
    refused_for(&goal("2290-01-01"), "goals[0].by", None);
    parse(&goal("2026-11-24")).unwrap();

    refused_for(&format!("{HEAD}start = 2026-11-22\n"), "dates.start", None);
    refused_for(
        &format!("{HEAD}[[dates.off]]\nfrom = 2027-07-24\nto = 2027-07-03\n"),
        "dates.off[0].to",
        None,
    );
    parse(&format!("{HEAD}[[dates.off]]\nfrom = 2027-07-24\nto = 2027-07-24\n")).unwrap();

    let treated = |from: &str, until: &str| {
        format!("{HEAD}[[treatments]]\ntreatment = \"prp\"\nfrom = {from}\nuntil = {until}\n")
    };
    refused_for(&treated("2027-01-01", "2027-02-01"), "treatments[0].from", None);
    refused_for(&treated("2025-02-01", "2025-01-01"), "treatments[0].until", None);

    let measured = |day: &str| {
        format!(
            "{HEAD}[[hair.measured]]\nzone = \"vertex\"\nterminal_per_cm2 = 150\nmethod = \"trichoscopy\"\ndate = {day}\n"
        )
    };
    refused_for(&measured("2027-01-01"), "hair.measured[0].date", None);
    parse(&measured("2026-11-23")).unwrap();
}

#[test]
fn the_schema_version_is_one_and_stands_once() {
    refused_for(&HEAD.replace("schema_version = 1", "schema_version = 2"), "schema_version", Some("1"));
    refused_for(&HEAD.replace("schema_version = 1", "schema_version = 0"), "schema_version", Some("1"));
    assert!(matches!(parse(&format!("schema_version = 1\n{HEAD}")), Err(PlanError::Toml { .. })));
    assert!(matches!(parse(&HEAD.replace("schema_version = 1\n", "")), Err(PlanError::Toml { .. })));
    assert_eq!(case::SCHEMA_VERSION, 1);
}

#[test]
fn statements_that_need_another_are_refused() {
    refused_for(&format!("{HEAD}[head]\nunit = \"cm\"\n"), "head.unit", None);
    refused_for(&format!("{HEAD}[head.landmarks]\nnasion = [0, 0, 0]\n"), "head.landmarks", None);
    refused_for(&format!("{HEAD}[site]\ncurrency = \"euro\"\n"), "site.currency", None);
    refused_for(&format!("label = \"{}\"\n{HEAD}", "x".repeat(81)), "label", None);
    refused_for(&format!("label = \"a\\u0007b\"\n{HEAD}"), "label", None);
    let goal = "[[goals]]\nvisible_percent_of_fringe = 70\nby = 2028-01-01\n";
    refused_for(&format!("{HEAD}{}", goal.repeat(13)), "goals", None);
    parse(&format!("{HEAD}{}", goal.repeat(12))).unwrap();
    let prp = "[site.prp]\nrotor = { kind = \"swing_out\", radius_max_mm = 160 }\ntube = { volume_ml = 10 }\nwithdrawal = { layer = \"plasma\" }\n";
    refused_for(&format!("{HEAD}{prp}spins = []\n"), "site.prp.spins", None);
    let spin = "{ rcf = 100, minutes = 10 }";
    refused_for(&format!("{HEAD}{prp}spins = [{spin}, {spin}, {spin}]\n"), "site.prp.spins", None);
}

#[test]
fn words_that_are_not_known_are_answered_with_near_ones() {
    for (wrong, near) in [
        (HEAD.replace("\"male\"", "\"mal\""), "`male`"),
        (format!("{HEAD}[wishes]\nrefuses = [\"drug\"]\n"), "`drugs`"),
        (format!("{HEAD}[hair]\ncolor = \"brown\"\n"), "`colour`"),
    ] {
        match parse(&wrong) {
            Err(e @ PlanError::Toml { .. }) => {
                assert!(e.hint().unwrap().contains(near), "{e}: {:?}", e.hint());
                assert!(e.to_string().contains("line"), "{e}");
            }
            other => panic!("{other:?}"),
        }
    }
    // Nothing near: the way to all keys is shown.
    match parse(&format!("{HEAD}[wishes]\nunicorns = 3\n")) {
        Err(e) => assert!(e.hint().unwrap().contains("vellus case schema")),
        Ok(c) => panic!("{c:?}"),
    }
}

#[test]
fn a_folder_a_missing_file_and_bytes_that_are_no_text_are_said() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, word) in
        [(folder.to_path_buf(), "folder"), (folder.join("no-such-case.toml"), "check the path")]
    {
        match case::read::read(&path) {
            Err(e @ PlanError::Read { .. }) => {
                assert!(format!("{e} {}", e.hint().unwrap()).contains(word), "{e}")
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_drawn_hairline_is_read_and_what_cannot_stand_beside_it_is_refused_by_name() {
    let case = |wishes: &str| format!("{HEAD}[wishes]\n{wishes}");
    let line = "polyline_in_chart = [[-0.45, 0.3], [0.0, 0.55], [0.45, 0.3]]\n";
    let read = parse(&case(&format!("[wishes.hairline]\n{line}macro_mm = 0.5\n"))).unwrap();
    assert!(read.wishes.hairline.is_drawn());
    for (wishes, key, allowed) in [
        (
            format!("hairline_height_mm = 75\n[wishes.hairline]\n{line}"),
            "wishes.hairline_height_mm",
            "left out beside a drawn hairline",
        ),
        (
            format!("[wishes.hairline]\n{line}polyline_in_head_mm = [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]\n"),
            "wishes.hairline.polyline_in_head_mm",
            "one of the two",
        ),
        (
            format!("[wishes.hairline]\n{line}peak_mm = 5\n"),
            "wishes.hairline.peak_mm",
            "left out beside a drawn hairline",
        ),
        (
            "[wishes.hairline]\npolyline_in_chart = [[0.0, 0.5]]\n".into(),
            "wishes.hairline.polyline_in_chart",
            "2 to 1000 places",
        ),
        (
            "[wishes.hairline]\npolyline_in_chart = [[-0.4, 0.3], [0.0, nan], [0.4, 0.3]]\n".into(),
            "wishes.hairline.polyline_in_chart[1]",
            "two finite numbers",
        ),
        ("[wishes.hairline]\ntransition_mm = 0.1\n".into(), "wishes.hairline.transition_mm", "0.5 to 20"),
        ("brow_crease_mm = 5\n".into(), "wishes.brow_crease_mm", "15 to 90"),
    ] {
        refused_for(&case(&wishes), key, Some(allowed));
    }
    // Older cases go on being read, whatever their style.
    for style in
        ["natural", "soft", "receded", "rounded", "m", "widows_peak", "straight", "broken", "edge_up"]
    {
        parse(&case(&format!("hairline_height_mm = 75\nhairline_style = \"{style}\"\n"))).unwrap();
    }
}

#[test]
fn a_line_of_one_point_is_told_to_have_two() {
    let mark = |kind: &str| {
        format!("{HEAD}[[smp.marks]]\nkind = \"{kind}\"\nin_chart = [[0.1, -0.5]]\nwidth_mm = 3\n")
    };
    for (kind, hint) in [("strip_scar", "two ends"), ("mole", "radius_mm")] {
        refused_for(&mark(kind), "smp.marks[0].in_chart", None);
        assert!(try_parse(&mark(kind)).unwrap_err().hint().unwrap().contains(hint));
    }
}
