//! A clinic's counts from any text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(log) = vellus_blood::Logbook::from_csv(text) {
        // What was read is written and read again.
        let again = vellus_blood::Logbook::from_csv(&log.to_csv()).expect("own text");
        assert_eq!(again.entries().len(), log.entries().len());
    }
});
