//! The description beside a scan from any text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(spec) = vellus_head::ScanSpec::from_toml(text) {
        let _ = spec.check();
    }
});
