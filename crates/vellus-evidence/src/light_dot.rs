//! Pigment dots in skin: table against fresh paths, dots against layers, and what their depth does to
//! their colour.

use vellus_light::colour::ciede2000;
use vellus_light::dot::{
    Column, DotProfile, EPIDERMIS_MM, EPIDERMIS_SCATTERS, INDEX, MEAN_COSINE, PlainSkin, TissueBand,
    carbon_per_mm, profile, trace,
};
use vellus_light::spectrum::{BANDS, FIRST_NM, Lamp, STEP_NM, Spectrum};
use vellus_light::transport::{Layer, Slab, Tallies, simulate};
use vellus_units::random::{Key, Purpose};

use crate::error::EvidenceError;
use crate::experiment::Results;

/// Paths for a field without end in a band.
const FIELD_PATHS: u64 = 4000;
/// Paths for the bare reflectance of a band.
const BARE_PATHS: u64 = 1500;

fn results<const N: usize>(values: [(&str, f64, f64); N]) -> Results {
    values.into_iter().map(|(k, v, half)| (k.to_owned(), (v, half))).collect()
}

fn band(nm: f64) -> usize {
    (((nm - FIRST_NM) / STEP_NM).round().max(0.0) as usize).min(BANDS - 1)
}

/// The table against fresh paths at random points of its range: `points` of them. Results: `middle`, the
/// root mean square of the difference in the middle of a dot, `area`, that of the relative difference
/// of the extinction area, with `middle_worst` and `area_worst`.
pub(crate) fn interpolation(
    name: &str,
    points: usize,
    paths: u64,
    seed: u64,
) -> Result<Results, EvidenceError> {
    let key = Key::new(seed, 0);
    let mut random = key.stream(Purpose::Choice, 41);
    let ln = libm::log;
    let (mut middle, mut area, mut worst) = (0.0, 0.0, [0.0f64; 2]);
    for i in 0..points {
        let skin = TissueBand {
            mus_prime_per_mm: libm::exp(random.between(ln(1.3), ln(7.0))),
            mua_dermis_per_mm: libm::exp(random.between(ln(0.025), ln(3.0))),
            mua_epidermis_per_mm: random.between(0.05, 14.0),
        };
        let top_mm = libm::exp(random.between(ln(0.06), ln(0.5)));
        let column = Column {
            top_mm,
            bottom_mm: top_mm + libm::exp(random.between(ln(0.09), ln(0.45))),
            diameter_mm: libm::exp(random.between(ln(0.07), ln(0.32))),
        };
        let load = libm::exp(random.between(ln(0.7), ln(300.0)));
        let dot = |source| EvidenceError::Dot { name: name.into(), source };
        let p = profile(&column, &[load], &[skin]).map_err(dot)?;
        let fresh = trace(&column, load, &skin, &p.radii_mm, paths, Key::new(seed, 1000 + i as u64));
        let m = (p.at(0, 0.0) - fresh.darkening[0]).abs();
        let traced = DotProfile { radii_mm: fresh.radii_mm, darkening: vec![fresh.darkening] };
        let a = (p.area_mm2(0) / traced.area_mm2(0) - 1.0).abs();
        middle += m * m;
        area += a * a;
        worst = [worst[0].max(m), worst[1].max(a)];
    }
    let n = points.max(1) as f64;
    Ok(results([
        ("middle", libm::sqrt(middle / n), 0.0),
        ("middle_worst", worst[0], 0.0),
        ("area", libm::sqrt(area / n), 0.0),
        ("area_worst", worst[1], 0.0),
    ]))
}

/// A column so wide that it is a layer, beside layers of another program of ours that shares no code of
/// paths: darkening at a wavelength. Results: `dot`, `layer`, `difference`.
pub(crate) fn wide(
    name: &str,
    skin: &PlainSkin,
    nm: f64,
    load_per_mm: f64,
    thousands: u64,
    seed: u64,
) -> Result<Results, EvidenceError> {
    let s = skin.bands()[band(nm)];
    let (top_mm, bottom_mm) = (0.2, 0.45);
    let column = Column { top_mm, bottom_mm, diameter_mm: 80.0 };
    let dot = trace(&column, load_per_mm, &s, &[0.0], 1000 * thousands, Key::new(seed, 0));
    let mus = s.mus_prime_per_mm / (1.0 - MEAN_COSINE);
    let of = |mua_per_mm: f64, mus_per_mm: f64, thickness_mm: f64| Layer {
        mua_per_mm,
        mus_per_mm,
        g: MEAN_COSINE,
        n: INDEX,
        thickness_mm,
    };
    let run = |extra: f64| {
        let slab = Slab {
            above: 1.0,
            layers: vec![
                of(s.mua_epidermis_per_mm, EPIDERMIS_SCATTERS * mus, EPIDERMIS_MM),
                of(s.mua_dermis_per_mm, mus, top_mm - EPIDERMIS_MM),
                of(s.mua_dermis_per_mm + extra, mus, bottom_mm - top_mm),
                of(s.mua_dermis_per_mm, mus, f64::INFINITY),
            ],
            below: 1.0,
        };
        simulate(&slab, 5000 * thousands, Key::new(seed, 1), &Tallies::default())
            .map_err(|source| EvidenceError::Light { name: name.into(), source })
    };
    let (bare, dark) = (run(0.0)?.reflectance, run(load_per_mm)?.reflectance);
    let layer = 1.0 - dark.value / bare.value;
    let error = 2.0 * libm::hypot(dot.se[0], libm::hypot(dark.se, bare.se) / bare.value);
    Ok(results([
        ("dot", dot.darkening[0], 2.0 * dot.se[0]),
        ("layer", layer, 0.0),
        ("difference", dot.darkening[0] - layer, error),
    ]))
}

/// Lightness and colour of bare skin and of the middle of a dot of carbon. Results: `bare_l`, `dot_l`,
/// `dot_b`, `drop_l` and `drop_b` (bare less dot), and what is left of reflectance at 440, 560 and 640 nm,
/// `left_440` …, of a dot and of a field without end (`field_440` …).
pub(crate) fn colour(
    name: &str,
    skin: &PlainSkin,
    column: &Column,
    load_550_per_mm: f64,
    seed: u64,
) -> Result<Results, EvidenceError> {
    let bands = skin.bands();
    let pigment = carbon_per_mm(load_550_per_mm);
    let dot = profile(column, &pigment, &bands)
        .map_err(|source| EvidenceError::Dot { name: name.into(), source })?;
    let bare = Spectrum(bands.map(|s| trace(column, 0.0, &s, &[], BARE_PATHS, Key::new(seed, 2)).bare));
    let dark = Spectrum(std::array::from_fn(|i| bare[i] * (1.0 - dot.at(i, 0.0))));
    let (b, d) = (Lamp::d65().lab(&bare), Lamp::d65().lab(&dark));
    let field = Column { diameter_mm: 80.0, ..*column };
    let left = |nm: f64| 1.0 - dot.at(band(nm), 0.0);
    let field_left = |nm: f64| {
        let t = trace(&field, pigment[band(nm)], &bands[band(nm)], &[0.0], 12_000, Key::new(seed, 2));
        (1.0 - t.darkening[0], 2.0 * t.se[0])
    };
    let [f440, f560, f640] = [440.0, 560.0, 640.0].map(field_left);
    Ok(results([
        ("bare_l", b[0], 0.3),
        ("dot_l", d[0], 0.3),
        ("dot_b", d[2], 0.5),
        ("drop_l", b[0] - d[0], 0.3),
        ("drop_b", b[2] - d[2], 0.5),
        ("left_440", left(440.0), 0.0),
        ("left_560", left(560.0), 0.0),
        ("left_640", left(640.0), 0.0),
        ("field_440", f440.0, f440.1),
        ("field_560", f560.0, f560.1),
        ("field_640", f640.0, f640.1),
        // How much bluer the field is: red over blue of the dot, over that of the field.
        ("bluer", left(640.0) / left(440.0) * f440.0 / f640.0, 0.0),
    ]))
}

/// Dots of carbon, one deeper than the other, and fields without end of the same pigment. Results: `lighter`, least
/// rise of L* in the middle of a dot from one depth to the next, `contrast`, least fall of ΔE₀₀ from the bare skin,
/// `bluer`, least b* of a dot over that of the field of its depth.
pub(crate) fn order(
    name: &str,
    skin: &PlainSkin,
    columns: &[Column],
    load_550_per_mm: f64,
    seed: u64,
) -> Result<Results, EvidenceError> {
    let bands = skin.bands();
    let pigment = carbon_per_mm(load_550_per_mm);
    let Some(first) = columns.first() else {
        return Err(EvidenceError::File { name: name.into(), message: "tops_mm names no depth".into() });
    };
    let bare = Spectrum(bands.map(|s| trace(first, 0.0, &s, &[], BARE_PATHS, Key::new(seed, 2)).bare));
    let lab =
        |left: &dyn Fn(usize) -> f64| Lamp::d65().lab(&Spectrum(std::array::from_fn(|i| bare[i] * left(i))));
    let skin_lab = lab(&|_| 1.0);
    let mut dots = Vec::new();
    let mut bluer = f64::INFINITY;
    for column in columns {
        let dot = profile(column, &pigment, &bands)
            .map_err(|source| EvidenceError::Dot { name: name.into(), source })?;
        let middle = lab(&|i| 1.0 - dot.at(i, 0.0));
        let wide = Column { diameter_mm: 80.0, ..*column };
        let field = lab(&|i| {
            1.0 - trace(&wide, pigment[i], &bands[i], &[0.0], FIELD_PATHS, Key::new(seed, 2)).darkening[0]
        });
        bluer = bluer.min(middle[2] - field[2]);
        dots.push((middle[0], ciede2000(middle, skin_lab)));
    }
    let (mut lighter, mut contrast) = (f64::INFINITY, f64::INFINITY);
    for w in dots.windows(2) {
        lighter = lighter.min(w[1].0 - w[0].0);
        contrast = contrast.min(w[0].1 - w[1].1);
    }
    Ok(results([("lighter", lighter, 0.3), ("contrast", contrast, 0.3), ("bluer", bluer, 0.5)]))
}
