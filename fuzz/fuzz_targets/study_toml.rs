//! A study from any text: an error or a study, never a panic; a message never empty.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(e) = vellus_evidence::study::Study::parse("fuzz.toml", text) {
        assert!(!e.to_string().is_empty());
        let _ = e.hint();
    }
});
