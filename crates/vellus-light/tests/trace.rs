//! The tracer as others use it.

use vellus_head::Head;
use vellus_head::parametric::ParametricSpec;
use vellus_light::trace::clinic::Clinic;
use vellus_light::trace::{Film, Settings};
use vellus_light::{LightError, View};
use vellus_units::random::Key;

fn clinic() -> Clinic {
    let head = Head::from_lengths(&ParametricSpec::default(), None, "a mean head").unwrap();
    Clinic::new(head.surface().mesh(), 6_000, 800, Key::new(1, 0)).unwrap()
}

fn trace(
    clinic: &Clinic,
    size: (usize, usize),
    samples: u32,
    pass: u32,
    seed: u64,
) -> Result<Film, LightError> {
    let camera = clinic.camera(View::Front, size.0, size.1)?;
    let settings = Settings { samples, depth: 12, pass, key: Key::new(seed, 0) };
    clinic.portrait(&camera, |p| p.trace_as(Key::new(1, 0), &camera, &settings, &mut |_, _| true))
}

#[test]
fn prop_a_picture_has_the_same_bytes_with_any_number_of_threads() {
    let clinic = clinic();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| trace(&clinic, (90, 110), 4, 2, 1)).unwrap().image().to_npy()
    };
    let one = with(1);
    assert!(one == with(2) && one == with(3));
}

#[test]
fn a_picture_that_does_not_fit_says_what_does() {
    let clinic = clinic();
    let e = trace(&clinic, (8192, 8192), 1, 1, 1).unwrap_err();
    assert!(matches!(e, LightError::TooLarge { .. }) && e.to_string().contains("the most that fits"), "{e}");
    assert!(matches!(trace(&clinic, (64, 64), 0, 1, 1), Err(LightError::Range { .. })));
}
