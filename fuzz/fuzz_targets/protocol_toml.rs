//! A blood protocol from any text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(protocol) = vellus_blood::load_protocol(text) {
        // What was read is within its ranges.
        assert!(protocol.validate().is_ok());
    }
});
