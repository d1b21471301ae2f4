//! Bare skin against measured groups, and plane layers by the fast solver.

use vellus_light::colour::{ciede2000, ita_degrees};
use vellus_light::tissue::{BLOOD, CALM_BLOOD, MELANOSOMES, Measure, Place, SkinFamily, SkinModel};
use vellus_light::transport::adding_doubling::{Incidence, Layer, Quality, Stack};
use vellus_light::{Lamp, LampKind, Observer};

use crate::error::EvidenceError;
use crate::experiment::Results;

/// What the fast solver makes of plane layers. Results, for a beam along the normal and, with `diffuse_` before, for
/// even light from the whole half space: `reflectance` (with what the surface reflects), `body` (without),
/// `transmittance`; `specular`; `absorbed_1`, ….
pub(crate) fn planes(
    name: &str,
    [above, below]: [f64; 2],
    layers: &[Layer],
) -> Result<Results, EvidenceError> {
    let broken = |source| EvidenceError::Picture { name: name.into(), source };
    let stack = Stack::solve(layers, above, below, Quality::EXACT).map_err(broken)?;
    let (normal, diffuse) = (stack.budget(Incidence::Normal), stack.budget(Incidence::Diffuse));
    let mut out = vec![
        ("reflectance".to_owned(), normal.reflected),
        ("body".to_owned(), normal.body()),
        ("specular".to_owned(), normal.specular),
        ("transmittance".to_owned(), normal.transmitted),
        ("diffuse_reflectance".to_owned(), diffuse.reflected),
        ("diffuse_transmittance".to_owned(), diffuse.transmitted),
    ];
    out.extend(normal.absorbed.iter().enumerate().map(|(i, a)| (format!("absorbed_{}", i + 1), *a)));
    Ok(out.into_iter().map(|(k, v)| (k, (v, 0.0))).collect())
}

/// The skin of the family that has the lightness and the redness of a measured group; its yellowness is then
/// predicted. Results: `l`, `a`, `b`, and `difference`, ΔE₀₀ from the group.
pub(crate) fn from_lightness_and_red(lab: [f64; 3], observer: Observer) -> Results {
    let lamp = Lamp::new(LampKind::D65, observer);
    let family = SkinFamily::get();
    let colour = |p: Place| lamp.lab(&family.reflectance(p, Measure::Included));
    // Steps that rise as the square: the family changes fastest where there is little.
    let axis = |k: u32, of: u32, range: [f64; 2]| {
        let t = f64::from(k) / f64::from(of);
        range[0] + (range[1] - range[0]) * t * t
    };
    let (mut best, mut found) = (f64::INFINITY, [0.0; 3]);
    for i in 0..=500 {
        for j in 0..=100 {
            let place = Place { melanosomes: axis(i, 500, MELANOSOMES), blood: axis(j, 100, BLOOD) };
            let x = colour(place);
            let d = libm::hypot(x[0] - lab[0], x[1] - lab[1]);
            if d < best {
                (best, found) = (d, x);
            }
        }
    }
    coloured(found, lab)
}

/// Calm skin with the typology angle of a measured group, all else as in any other calm skin. Results as of
/// [`from_lightness_and_red`], and `angle`, degrees.
pub(crate) fn from_angle(name: &str, lab: [f64; 3]) -> Result<Results, EvidenceError> {
    let family = SkinFamily::get();
    let place = family
        .of_ita(ita_degrees(lab))
        .map_err(|source| EvidenceError::Picture { name: name.into(), source })?;
    let got = family.lab(place);
    let mut out = coloured(got, lab);
    out.insert("angle".into(), (ita_degrees(got), 0.0));
    Ok(out)
}

fn coloured(got: [f64; 3], lab: [f64; 3]) -> Results {
    let d = ciede2000(got, lab);
    [("l", got[0]), ("a", got[1]), ("b", got[2]), ("difference", d)]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), (v, 0.0)))
        .collect()
}

/// Reduced scattering of the upper dermis. Result: `per_mm`.
pub(crate) fn scattering(nm: f64) -> Results {
    let upper = SkinModel::default().layers(nm)[2];
    [("per_mm".to_owned(), (upper.mus_per_mm * (1.0 - upper.g), 0.0))].into()
}

/// What more blood does to calm skin of an angle. Result: `slope`, change of L* over that of a*.
pub(crate) fn flush(name: &str, angle: f64, times: f64) -> Result<Results, EvidenceError> {
    let family = SkinFamily::get();
    let calm = family.of_ita(angle).map_err(|source| EvidenceError::Picture { name: name.into(), source })?;
    let (a, b) = (family.lab(calm), family.lab(Place { blood: times * CALM_BLOOD, ..calm }));
    Ok([("slope".to_owned(), ((b[0] - a[0]) / (b[1] - a[1]), 0.0))].into())
}
