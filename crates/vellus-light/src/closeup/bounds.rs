//! Specifications at the bounds of their ranges, and texts that are none.

use super::scalp_spec::{Hair, Marks, Smp, Surface};
use super::spec::{CameraSpec, Pair};
use super::{Beside, CloseUpSpec, make, make_pair};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn ranges() -> Vec<(&'static str, f64, f64)> {
    [Hair::RANGES, Surface::RANGES, Marks::RANGES, Smp::RANGES, CameraSpec::RANGES, Pair::RANGES].concat()
}

/// A text with these values.
fn text(values: &[(String, String)], size: u32) -> String {
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, value) in values {
        if let Some((table, name)) = key.split_once('.') {
            tables.entry(table).or_default().push(format!("{name} = {value}"));
        }
    }
    let mut out = format!("[picture]\nwidth_px = {size}\nheight_px = {size}\n");
    for (table, lines) in tables {
        out.push_str(&format!("[{table}]\n{}\n", lines.join("\n")));
    }
    out
}

fn places() -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64];
    proptest::collection::vec(one, ranges().len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prop_every_specification_within_its_ranges_gives_a_picture(places in places(), seed in 0_u64..1000) {
        let mut values: Vec<(String, String)> = Vec::new();
        for ((key, lo, hi), t) in ranges().into_iter().zip(places) {
            let x = match key {
                // Shares of a mixture, an order, and what only costs time.
                "hair.intermediate_share" | "hair.vellus_share" => 0.5 * t,
                "pair.slowest_mm_per_day" => 0.5 * t,
                "pair.fastest_mm_per_day" => 0.5 + 0.5 * t,
                "camera.samples" => 4.0,
                _ => lo + t * (hi - lo),
            };
            values.push((key.to_owned(), format!("{x:?}")));
        }
        let spec = CloseUpSpec::from_toml(&text(&values, 64)).unwrap();
        let made = make(&spec, seed, Beside { masks: true }, &mut |_| {}).unwrap();
        prop_assert_eq!(made.image.pixels.len(), 64 * 64);
        prop_assert!(made.image.pixels.iter().all(|p| p.is_finite()));
        prop_assert!(!made.encoded().unwrap().is_empty());
        let truth = made.truth.to_json().unwrap();
        prop_assert!(!truth.contains("null,null") && serde_json::from_str::<super::Truth>(&truth).is_ok());
    }

    #[test]
    fn prop_numbers_out_of_range_are_named_with_their_line(which in 0_usize..200, above in any::<bool>()) {
        let all = ranges();
        let (key, lo, hi) = all[which % all.len()];
        let x = if above { hi * 3.0 + 1000.0 } else { lo - 1000.0 };
        let text = text(&[(key.to_owned(), format!("{x:?}"))], 64);
        let e = CloseUpSpec::from_toml(&text).unwrap_err().to_string();
        prop_assert!(e.contains(key) && e.contains("(line 5)") && e.contains("allowed is"), "{}", e);
    }

    #[test]
    fn prop_no_text_panics(noise in "\\PC{0,120}", key in 0_usize..200, value in "[-+.0-9a-z\"\\[\\]{}= \n]{0,24}") {
        let _ = CloseUpSpec::from_toml(&noise);
        let all = ranges();
        let (key, _, _) = all[key % all.len()];
        let _ = CloseUpSpec::from_toml(&text(&[(key.to_owned(), value)], 64));
    }

    #[test]
    fn prop_no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(e) = CloseUpSpec::from_toml(&String::from_utf8_lossy(&bytes)) {
            prop_assert!(!e.to_string().is_empty());
        }
    }

    #[test]
    fn prop_no_damaged_preset_panics(
        preset in 0_usize..super::PRESETS.len(),
        cut in 0.0..1.0_f64,
        hits in proptest::collection::vec((0.0..1.0_f64, any::<u8>()), 0..6),
    ) {
        let mut bytes = super::PRESETS[preset].1.as_bytes().to_vec();
        let n = bytes.len();
        for (at, with) in hits {
            bytes[(at * n as f64) as usize] = with;
        }
        let keep = ((cut * 1.3) * n as f64) as usize;
        bytes.truncate(keep);
        // What is still a specification is within its ranges.
        if let Ok(spec) = CloseUpSpec::from_toml(&String::from_utf8_lossy(&bytes)) {
            prop_assert!(spec.check().is_ok());
        }
    }
}

#[test]
fn prop_pairs_at_the_bounds() {
    let text = "[picture]\nwidth_px = 64\nheight_px = 64\n[camera]\nsamples = 4\n[pair]\nshift_mm = 2\nturn_deg = 15\nscale_share = 0.05\n\
                stretch = 0.06\nnew_share = 0.3\nshed_share = 1\ntelogen_share = 1\nlight_change = 1\n";
    let spec = CloseUpSpec::from_toml(text).unwrap();
    let [a, b] = make_pair(&spec, 3, Beside::default(), &mut |_| {}).unwrap();
    assert!(a.truth.pair.is_none() && b.truth.pair.is_some());
}
