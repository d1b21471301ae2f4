//! A strategy from any text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(strategy) = vellus_plan::strategy::parse(text) {
        assert!(!strategy.id.is_empty());
    }
});
