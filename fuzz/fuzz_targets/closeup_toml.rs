//! A close-up from any text: an error or a specification, never a panic; a message never empty. What is a
//! specification grows a scalp and says where everything is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vellus_light::closeup::{CloseUpSpec, survey};

fuzz_target!(|text: &str| {
    match CloseUpSpec::from_toml(text) {
        Err(e) => assert!(!e.to_string().is_empty()),
        Ok(mut spec) => {
            // As little skin as the ranges allow: growing it is what takes time.
            spec.picture.width_px = 64;
            spec.picture.height_px = 64;
            if let Ok(truth) = survey(&spec, 1) {
                let _ = truth.to_json();
            }
        }
    }
});
