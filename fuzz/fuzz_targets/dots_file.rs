//! Dots from any bytes: an error, or dots that can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vellus_pigment::{ReadContext, check_dots, dots_csv, dots_ply, read_dots_bytes};

fuzz_target!(|bytes: &[u8]| {
    let today = jiff::civil::date(2026, 5, 12);
    let context = ReadContext::new(None, today);
    if let Ok(file) = read_dots_bytes(bytes, &context) {
        check_dots(&file.dots).expect("whole columns");
        let ply = dots_ply(&file.dots, today).expect("own dots");
        assert!(read_dots_bytes(&ply, &context).expect("own file").dots.len() == file.dots.len());
        let table = dots_csv(&file.dots, today).expect("own dots");
        // Rounding may bring a value to the end of its range: no panic is asked here, no more.
        let _ = read_dots_bytes(&table, &context);
    }
});
