//! Pigment dots of a close-up.

use super::blot::{Blot, DotProfile, Effect};
use super::field::Unit;
use super::patch::{Patch, even_points, lattice};
use super::pose::Pose;
use super::spec::{CloseUpSpec, Smp};
use crate::colour;
use crate::extinction::PEAK_DARKENING;
use crate::skin::Skin;
use crate::under_skin::{DotOptics, UnderSkin};
use glam::Vec3;
use libm::{cos, sin};
use std::collections::BTreeMap;
use vellus_units::random::{Key, Purpose};

/// Growth of a dot's diameter a year, relative. Assumption: 2 % a year, from 0.3 to 0.37 mm in ten.
const SPREAD_PER_YEAR: f64 = 0.02;
/// Share of its load that a dot loses a year. Assumption, from touch-ups after 4 to 6 years.
const FADING_PER_YEAR: f64 = 0.07;
/// Depth that pigment gains a year, µm. Assumption.
const SINKING_UM_PER_YEAR: f64 = 4.0;
/// Height of a healed deposit over its diameter, at most [`MOST_HEIGHT_UM`]. Assumption.
const HEIGHT: f64 = 0.8;
const MOST_HEIGHT_UM: f64 = 200.0;

/// A dot of pigment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dot {
    pub(crate) id: u32,
    pub(crate) centre_in_scalp: [f64; 2],
    /// Diameter of the pigment now, µm.
    pub(crate) diameter_um: f64,
    pub(crate) depth_um: f64,
    pub(crate) absorption_per_mm: f64,
    pub(crate) age_years: f64,
    pub(crate) aspect: f64,
    pub(crate) axis: f64,
    pub(crate) irregular: f64,
    pub(crate) seed: u32,
    pub(crate) scab: bool,
    pub(crate) cast: f64,
    /// What the skin shows of it.
    pub(crate) profile: DotProfile,
}

impl Dot {
    /// Factors on the darkening of red, green and blue. Assumption: what old pigments turn to.
    fn tint(&self) -> Vec3 {
        let c = self.cast as f32;
        if c >= 0.0 {
            Vec3::new(1.0 + 0.12 * c, 1.0, 1.0 - 0.35 * c)
        } else {
            Vec3::new(1.0 - 0.1 * c, 1.0 + 0.22 * c, 1.0 + 0.06 * c)
        }
    }

    pub(crate) fn blots(&self, pose: &Pose) -> Vec<Blot> {
        let at = pose.in_frame(self.centre_in_scalp);
        let turn = pose.turn_deg.to_radians();
        let [disc, middle, far] = self.profile.blots(at, self.tint());
        let own = disc.shaped(self.aspect, self.axis + turn, self.irregular, self.seed);
        let mut out = vec![own, middle, far];
        if self.scab {
            let r = self.diameter_um / 2000.0;
            // A red halo and a brown crust with a rough outline.
            out.push(Blot::gauss(at, 1.6 * r + 0.08, Effect::Absorb(Vec3::new(0.03, 0.24, 0.2))));
            let crust = Effect::Paint(Vec3::new(0.09, 0.045, 0.028), 0.75);
            out.push(Blot::disc(at, 0.75 * r, 0.1 * r + 0.01, crust).shaped(
                0.75,
                self.axis + turn + 1.0,
                0.35,
                !self.seed,
            ));
        }
        out
    }

    /// Colour of the middle on this skin, CIELAB D65.
    pub(crate) fn tone_lab(&self, skin: &Skin) -> [f64; 3] {
        let middle = Vec3::from_array(self.profile.middle.map(|x| x as f32)) * self.tint();
        let c = skin.albedo() * (Vec3::ONE - middle.min(Vec3::splat(PEAK_DARKENING as f32)));
        colour::lab_from_linear(c.to_array().map(f64::from))
    }
}

/// The dots of a patch.
pub(crate) fn dots(
    spec: &CloseUpSpec,
    patch: &Patch,
    units: &[Unit],
    under: &UnderSkin,
    key: Key,
) -> Vec<Dot> {
    let s = &spec.smp;
    let wanted = s.density_per_cm2 / 100.0 * patch.area_mm2();
    let count = libm::round(wanted) as usize;
    let mut u = key.stream(Purpose::DotPlacement, u64::MAX);
    let turn = u.between(0.0, std::f64::consts::PI);
    let mut places = if s.evenness >= 0.9 {
        lattice(patch, s.density_per_cm2 / 100.0, 0.09, turn, key, Purpose::DotPlacement, 0)
    } else {
        even_points(patch, count, s.evenness, key, Purpose::DotPlacement, 0)
    };
    let knots = even_points(patch, 1 + count / 9, 0.4, key, Purpose::DotPlacement, 1 << 41);
    let singles = places.len();
    for k in 0..singles {
        let mut t = key.stream(Purpose::DotPlacement, (1 << 42) + k as u64);
        let (clustered, merged, at_ostium) =
            (t.uniform() < s.clustered_share, t.uniform() < s.merged_share, t.uniform() < s.at_ostium_share);
        let which = t.word() as usize;
        let (a, r) = (t.between(0.0, std::f64::consts::TAU), t.uniform());
        if merged && k > 0 {
            // Onto an earlier dot, from half over to just touching.
            let on = places[which % k];
            let d = s.diameter_um / 1000.0 * (0.45 + 0.6 * r);
            places[k] = [on[0] + d * cos(a), on[1] + d * sin(a)];
        } else if at_ostium && !units.is_empty() {
            let c = units[which % units.len()].centre_in_scalp;
            places[k] = [c[0] + 0.12 * r * cos(a), c[1] + 0.12 * r * sin(a)];
        } else if clustered {
            let c = knots[which % knots.len()];
            let d = (s.diameter_um / 1000.0 + 0.25) * (0.4 + 1.4 * r);
            places[k] = [c[0] + d * cos(a), c[1] + d * sin(a)];
        }
    }
    let mut inks = Inks { under, made: BTreeMap::new() };
    places.into_iter().enumerate().map(|(k, at)| dot(s, k as u32, at, &mut inks, key)).collect()
}

/// Step of the logarithm of an absorption within which dots share their optics: less than can be seen.
const SAME_INK: f64 = 0.02;

/// Optics of inks that were asked for.
struct Inks<'a> {
    under: &'a UnderSkin,
    made: BTreeMap<i64, DotOptics>,
}

impl Inks<'_> {
    fn of(&mut self, absorption_per_mm: f64) -> &DotOptics {
        let step = (libm::log(absorption_per_mm.max(1e-6)) / SAME_INK).round();
        self.made.entry(step as i64).or_insert_with(|| self.under.carbon(libm::exp(SAME_INK * step)))
    }
}

fn dot(s: &Smp, id: u32, centre_in_scalp: [f64; 2], inks: &mut Inks<'_>, key: Key) -> Dot {
    let mut t = key.stream(Purpose::DotTraits, u64::from(id));
    let mut normal = || t.normal().clamp(-2.5, 2.5);
    let (size, depth, load, thin, rough) = (normal(), normal(), normal(), normal(), normal());
    let spread = libm::exp(SPREAD_PER_YEAR * s.age_years);
    let diameter_um = (s.diameter_um * spread * libm::exp(s.diameter_spread * size)).clamp(60.0, 1200.0);
    let depth_um =
        (s.depth_um * libm::exp(0.2 * depth) + SINKING_UM_PER_YEAR * s.age_years).clamp(30.0, 700.0);
    let absorption_per_mm =
        s.absorption_per_mm * libm::exp(0.2 * load - FADING_PER_YEAR * s.age_years) / spread;
    let height_um = (HEIGHT * diameter_um).min(MOST_HEIGHT_UM);
    let extinction = inks.of(absorption_per_mm).of(diameter_um, height_um, depth_um);
    Dot {
        id,
        centre_in_scalp,
        diameter_um,
        depth_um,
        absorption_per_mm,
        age_years: s.age_years,
        aspect: (s.aspect * libm::exp(0.1 * thin)).clamp(0.35, 1.0),
        axis: t.between(0.0, std::f64::consts::PI),
        irregular: (s.irregularity * libm::exp(0.3 * rough)).clamp(0.0, 0.6),
        seed: t.word(),
        scab: t.uniform() < s.scab_share,
        cast: s.cast,
        profile: DotProfile::of(diameter_um, &extinction),
    }
}

/// Groups of dots that touch: for each dot the smallest id of its group, or none when it stands alone.
pub(crate) fn groups(dots: &[Dot]) -> Vec<Option<u32>> {
    let seen: Vec<f64> = dots.iter().map(|d| d.profile.seen_mm()).collect();
    let mut root: Vec<usize> = (0..dots.len()).collect();
    fn find(root: &mut [usize], mut i: usize) -> usize {
        while root[i] != i {
            root[i] = root[root[i]];
            i = root[i];
        }
        i
    }
    let most = seen.iter().copied().fold(0.0, f64::max);
    // Along x sorted, only neighbours within the largest dot are compared.
    let mut order: Vec<usize> = (0..dots.len()).collect();
    order.sort_by(|a, b| dots[*a].centre_in_scalp[0].total_cmp(&dots[*b].centre_in_scalp[0]).then(a.cmp(b)));
    for (n, &i) in order.iter().enumerate() {
        for &j in &order[n + 1..] {
            let (a, b) = (dots[i].centre_in_scalp, dots[j].centre_in_scalp);
            if b[0] - a[0] > most {
                break;
            }
            if libm::hypot(a[0] - b[0], a[1] - b[1]) < 0.5 * (seen[i] + seen[j]) {
                let (a, b) = (find(&mut root, i), find(&mut root, j));
                root[a.max(b)] = a.min(b);
            }
        }
    }
    let tops: Vec<usize> = (0..dots.len()).map(|i| find(&mut root, i)).collect();
    let mut size = vec![0_u32; dots.len()];
    for t in &tops {
        size[*t] += 1;
    }
    tops.iter().map(|t| (size[*t] > 1).then(|| dots[*t].id)).collect()
}
