//! Named specifications, and specifications drawn from all ranges.

use super::number::{CloseUpError, Draw};
use super::scalp_spec::{Hair, Marks, Smp, Surface};
use super::spec::{CameraSpec, CloseUpSpec, Colour, Overlay, Pair, Picture, PictureFormat, SkinType};
use crate::hair_colour::HairTone;
use crate::skin::Undertone;
use vellus_units::random::{Key, Purpose, Stream};

/// The named specifications and their texts.
pub const PRESETS: [(&str, &str); 3] = [
    ("clean", include_str!("../../../../data/closeups/clean.toml")),
    ("clinic", include_str!("../../../../data/closeups/clinic.toml")),
    ("hard", include_str!("../../../../data/closeups/hard.toml")),
];

/// A named specification.
///
/// # Errors
/// A name that is not known.
pub fn preset(name: &str) -> Result<CloseUpSpec, CloseUpError> {
    match PRESETS.iter().find(|(n, _)| *n == name) {
        Some((_, text)) => CloseUpSpec::from_toml(text),
        None => {
            let known: Vec<&str> = PRESETS.iter().map(|(n, _)| *n).collect();
            Err(CloseUpError::Wrong(vec![format!(
                "there is no preset {name:?}; known are {}",
                known.join(", ")
            )]))
        }
    }
}

/// The specification of number `index` under a seed, drawn from the whole of the ranges; size and format of the picture are
/// those of `base`.
#[must_use]
pub fn vary(base: &CloseUpSpec, seed: u64, index: u64) -> CloseUpSpec {
    let key = Key::new(seed, 0x00C1_05E0);
    // A stream for each table: a key that is added to one moves nothing in another.
    let stream = |table: u64| key.stream(Purpose::Choice, index * 16 + table);
    let mut hair = Hair::drawn(&mut stream(0));
    // Shares of a mixture.
    let thin = hair.intermediate_share + hair.vellus_share;
    if thin > 0.95 {
        hair.intermediate_share *= 0.95 / thin;
        hair.vellus_share *= 0.95 / thin;
    }
    let mut pair = Pair::drawn(&mut stream(6));
    pair.fastest_mm_per_day = pair.fastest_mm_per_day.max(pair.slowest_mm_per_day);
    let mut pick = stream(5);
    let lossy = pick.uniform() < 0.6;
    CloseUpSpec {
        picture: Picture {
            format: if lossy { PictureFormat::Jpg } else { base.picture.format },
            ..base.picture
        },
        colour: colour(&mut stream(4)),
        hair,
        skin: Surface::drawn(&mut stream(1)),
        marks: Marks::drawn(&mut stream(2)),
        smp: Smp::drawn(&mut stream(3)),
        camera: CameraSpec::drawn(&mut stream(7)),
        overlay: overlay(&base.picture, &mut stream(8)),
        pair,
    }
}

fn colour(s: &mut Stream) -> Colour {
    let mut of = |n: usize| s.below(n as u32) as usize;
    let skin_type = SkinType::ALL[of(6)];
    let undertone = [Undertone::Warm, Undertone::Neutral, Undertone::Cool][of(3)];
    let hair = HairTone::ALL[of(HairTone::ALL.len())];
    let dye = HairTone::ALL[of(HairTone::ALL.len())];
    let dyed = s.uniform() < 0.2;
    Colour { skin_type, undertone, skin_lab: None, hair, dye: dyed.then_some(dye) }
}

fn overlay(picture: &Picture, s: &mut Stream) -> Overlay {
    let caption = s.uniform() < 0.3;
    let number = 1 + s.below(9999);
    let bar = [0.5, 1.0, 2.0][s.below(3) as usize];
    let bar_shown = s.uniform() < 0.35;
    let circle = Draw::Maybe(0.25, 3.0, 80.0).of(s);
    let strip = Draw::Maybe(0.15, 0.05, 0.12).of(s);
    let small = picture.width_px < 320;
    Overlay {
        caption: if caption && !small {
            format!("IMG {number:04}  x{}", 10 * (1 + s.below(7)))
        } else {
            String::new()
        },
        scale_bar_mm: if bar_shown { bar } else { 0.0 },
        circle_mm2: circle,
        strip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_are_sound() {
        for (name, _) in PRESETS {
            preset(name).unwrap();
        }
        let text = preset("perfect").unwrap_err().to_string();
        assert!(text.contains("clean, clinic, hard"), "{text}");
    }

    #[test]
    fn prop_varied_specifications_are_sound_and_differ() {
        let base = CloseUpSpec::default();
        let mut last = None;
        for k in 0..400 {
            let spec = vary(&base, 11, k);
            spec.check().unwrap_or_else(|e| panic!("{k}: {e}"));
            assert_eq!(spec, vary(&base, 11, k));
            assert_ne!(Some(&spec), last.as_ref());
            last = Some(spec);
        }
    }

    #[test]
    fn stat_varied_specifications_fill_the_ranges() {
        let base = CloseUpSpec::default();
        let all: Vec<CloseUpSpec> = (0..400).map(|k| vary(&base, 5, k)).collect();
        let spread = |f: &dyn Fn(&CloseUpSpec) -> f64, lo: f64, hi: f64| {
            let v: Vec<f64> = all.iter().map(f).collect();
            let (a, b) =
                v.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
            assert!(a < lo + 0.02 * (hi - lo) && b > hi - 0.02 * (hi - lo), "{a} {b} for {lo} to {hi}");
        };
        spread(&|s| s.camera.scale_px_per_mm, 60.0, 500.0);
        spread(&|s| s.hair.density_per_cm2, 40.0, 250.0);
        spread(&|s| s.hair.spacing_mm, 0.8, 1.4);
        spread(&|s| s.hair.length_mm, 0.3, 3.0);
        spread(&|s| s.pair.telogen_share, 0.05, 0.4);
        for t in HairTone::ALL {
            assert!(all.iter().any(|s| s.colour.hair == t));
        }
        assert!(
            all.iter().any(|s| s.smp.density_per_cm2 == 0.0)
                && all.iter().any(|s| s.smp.density_per_cm2 > 120.0)
        );
    }
}
