//! The truth beside close-ups is true.

use glam::{DVec2, Vec3};
use vellus_light::closeup::{
    Beside, CloseUp, CloseUpSpec, Fate, HairTruth, Lens, make, make_pair, preset, survey, vary,
};

/// Sparse black hair on even skin, seen without any fault.
const PLAIN: &str = r#"
[picture]
width_px = 480
height_px = 360
[colour]
skin_type = "I"
hair = "black"
[hair]
density_per_cm2 = 18
intermediate_share = 0
vellus_share = 0
unevenness = 0
length_mm = 1.6
tilt_deg = 15
curl_per_mm = 0.2
root_shadow = 0
touching_share = 0
[skin]
furrows = 0
honeycomb = 0
mottle = 0
erythema = 0
perifollicular = 0
curve_mm = 1000
[marks]
vessels_per_cm2 = 0
empty_ostia_share = 0
[camera]
distance_mm = 300
blur_px_per_mm = 0
polarised = 1
uneven_light = 0
vignetting = 0
noise = 0
samples = 64
"#;

fn quiet(spec: &CloseUpSpec, seed: u64) -> CloseUp {
    make(spec, seed, Beside { masks: true }, &mut |_| {}).unwrap()
}

fn luminance(made: &CloseUp, p: DVec2) -> f64 {
    let image = &made.image;
    let (x, y) = (p.x - 0.5, p.y - 0.5);
    let (i, j) = (x.floor(), y.floor());
    let (u, v) = (x - i, y - j);
    let at = |di: f64, dj: f64| {
        let x = (i + di).clamp(0.0, image.width as f64 - 1.0) as usize;
        let y = (j + dj).clamp(0.0, image.height as f64 - 1.0) as usize;
        f64::from(image.pixels[y * image.width + x].dot(Vec3::new(0.2126, 0.7152, 0.0722)))
    };
    let row = |dj: f64| at(0.0, dj) * (1.0 - u) + at(1.0, dj) * u;
    row(0.0) * (1.0 - v) + row(1.0) * v
}

/// Offset of the middle from the truth and the width of a dark line across `side` at half its depth.
fn measured(made: &CloseUp, p: DVec2, side: DVec2, width: f64) -> Option<(f64, f64)> {
    let reach = 0.5 * width + 4.0;
    let at = |t: f64| luminance(made, p + side * t);
    let skin = 0.5 * (at(-reach) + at(reach));
    let dark = at(0.0).min(at(0.15 * width)).min(at(-0.15 * width));
    if dark > 0.6 * skin {
        return None;
    }
    let level = 0.5 * (skin + dark);
    let edge = |sign: f64| {
        let mut t = 0.0;
        while t < reach {
            if at(sign * t) > level {
                return Some(sign * t);
            }
            t += 0.02;
        }
        None
    };
    let (a, b) = (edge(-1.0)?, edge(1.0)?);
    Some((0.5 * (a + b), b - a))
}

/// Hairs that no other comes near, well inside the picture.
fn lone(made: &CloseUp) -> Vec<&HairTruth> {
    let size = DVec2::new(made.image.width as f64, made.image.height as f64);
    let far = |h: &HairTruth, o: &HairTruth| {
        h.centreline_px.iter().all(|p| {
            o.centreline_px.iter().all(|q| DVec2::from_array(*p).distance(DVec2::from_array(*q)) > 30.0)
        })
    };
    let hairs = &made.truth.hairs;
    hairs
        .iter()
        .filter(|h| {
            h.centreline_px
                .iter()
                .all(|p| p[0] > 20.0 && p[1] > 20.0 && p[0] < size.x - 20.0 && p[1] < size.y - 20.0)
                && hairs.iter().all(|o| o.id == h.id || far(h, o))
        })
        .collect()
}

/// Means over the stations of lone hairs: |offset|, width over truth, and how many there were.
fn errors(spec: &CloseUpSpec, seeds: std::ops::Range<u64>) -> (f64, f64, usize) {
    let (mut off, mut ratio, mut n) = (0.0, 0.0, 0);
    for seed in seeds {
        let made = quiet(spec, seed);
        for h in lone(&made) {
            let last = h.centreline_px.len() - 1;
            for k in 1..last {
                let (a, b) =
                    (DVec2::from_array(h.centreline_px[k - 1]), DVec2::from_array(h.centreline_px[k + 1]));
                let side = (b - a).perp().normalize();
                let p = DVec2::from_array(h.centreline_px[k]);
                if let Some((offset, width)) = measured(&made, p, side, h.widths_px[k]) {
                    off += offset.abs();
                    ratio += width / h.widths_px[k];
                    n += 1;
                }
            }
        }
    }
    (off / n as f64, ratio / n as f64, n)
}

#[test]
fn prop_a_black_hair_is_where_and_as_wide_as_the_truth_says() {
    let spec = CloseUpSpec::from_toml(PLAIN).unwrap();
    let (off, ratio, n) = errors(&spec, 1..5);
    assert!(n > 60, "{n}");
    assert!(off < 0.15, "{off} px");
    assert!((ratio - 1.0).abs() < 0.04, "{ratio}");
}

#[test]
fn prop_the_same_holds_with_distortion_and_an_oblique_view() {
    let mut spec = CloseUpSpec::from_toml(PLAIN).unwrap();
    spec.camera.distortion = -0.09;
    spec.camera.oblique_deg = 30.0;
    spec.camera.oblique_toward_deg = 200.0;
    spec.camera.distance_mm = 30.0;
    spec.skin.curve_mm = 90.0;
    let (off, ratio, n) = errors(&spec, 1..5);
    assert!(n > 40, "{n}");
    assert!(off < 0.25, "{off} px");
    assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
}

#[test]
fn prop_masks_lie_where_the_hairs_and_dots_are() {
    let mut spec = CloseUpSpec::from_toml(PLAIN).unwrap();
    spec.smp.density_per_cm2 = 60.0;
    spec.smp.irregularity = 0.0;
    spec.camera.samples = 8.0;
    let made = quiet(&spec, 3);
    let masks = made.masks.as_ref().unwrap();
    let at = |m: &[u16], p: [f64; 2]| {
        let (x, y) = (p[0].floor(), p[1].floor());
        let inside = x >= 0.0 && y >= 0.0 && (x as usize) < masks.width && (y as usize) < masks.height;
        inside.then(|| u32::from(m[y as usize * masks.width + x as usize]))
    };
    let (mut hits, mut all) = (0, 0);
    for h in &made.truth.hairs {
        for p in &h.centreline_px[1..h.centreline_px.len() - 1] {
            if let Some(v) = at(&masks.hairs, *p) {
                all += 1;
                hits += u32::from(v == h.mask);
            }
        }
    }
    assert!(all > 40 && f64::from(hits) > 0.97 * f64::from(all), "{hits} of {all}");
    assert!(!made.truth.dots.is_empty());
    for d in made.truth.dots.iter().filter(|d| d.merged.is_none()) {
        if let Some(v) = at(&masks.dots, d.centre_px) {
            assert_eq!(v, d.mask);
        }
        // Its area in the mask is that of its seen diameter.
        let px = masks.dots.iter().filter(|v| u32::from(**v) == d.mask).count() as f64;
        let whole = std::f64::consts::PI * 0.25 * d.seen_px * d.seen_px;
        let inside = d.centre_px[0] > d.seen_px
            && d.centre_px[1] > d.seen_px
            && d.centre_px[0] < masks.width as f64 - d.seen_px
            && d.centre_px[1] < masks.height as f64 - d.seen_px;
        assert!(!inside || (px / whole - 1.0).abs() < 0.2, "{px} {whole}");
    }
}

#[test]
fn prop_a_dot_is_as_wide_as_the_truth_says() {
    let mut spec = CloseUpSpec::from_toml(PLAIN).unwrap();
    spec.hair.density_per_cm2 = 0.0;
    spec.smp.density_per_cm2 = 60.0;
    spec.smp.evenness = 1.0;
    spec.smp.merged_share = 0.0;
    spec.smp.at_ostium_share = 0.0;
    spec.smp.irregularity = 0.0;
    spec.smp.aspect = 1.0;
    spec.smp.cast = 0.0;
    let made = quiet(&spec, 2);
    let green = |p: DVec2| f64::from(made.image.pixels[p.y as usize * made.image.width + p.x as usize].y);
    let mut n = 0;
    for d in made.truth.dots.iter().filter(|d| d.aspect > 0.98 && d.merged.is_none()) {
        let c = DVec2::from_array(d.centre_px);
        let reach = 1.6 * d.seen_px;
        if c.x < reach || c.y < reach || c.x > 480.0 - reach || c.y > 360.0 - reach {
            continue;
        }
        // Area below half of the darkening, as a circle.
        let (middle, skin) = (green(c), green(DVec2::new(c.x + reach - 1.0, c.y)));
        let level = 0.5 * (middle + skin);
        let mut area = 0.0;
        for y in (c.y - reach) as usize..(c.y + reach) as usize {
            for x in (c.x - reach) as usize..(c.x + reach) as usize {
                let p = DVec2::new(x as f64, y as f64);
                area += f64::from((p + 0.5).distance(c) < reach && green(p) < level);
            }
        }
        let seen = (4.0 * area / std::f64::consts::PI).sqrt();
        assert!((seen / d.seen_px - 1.0).abs() < 0.08, "{seen} {}", d.seen_px);
        n += 1;
    }
    assert!(n > 5, "{n}");
}

#[test]
fn stat_counts_are_those_of_the_densities() {
    for (density, spacing, dots) in
        [(40.0, 0.8, 20.0), (120.0, 1.1, 60.0), (250.0, 1.4, 150.0), (230.0, 0.9, 100.0)]
    {
        let mut spec = CloseUpSpec::default();
        spec.hair.density_per_cm2 = density;
        spec.hair.spacing_mm = spacing;
        spec.smp.density_per_cm2 = dots;
        spec.smp.merged_share = 0.0;
        spec.camera.scale_px_per_mm = 40.0;
        let truth = survey(&spec, 7).unwrap();
        let area = truth.scale.area_mm2 / 100.0;
        assert!((area - 25.6 * 19.2 / 100.0).abs() < 0.03 * area, "{area}");
        for (got, want) in [(truth.counts.hairs, density * area), (truth.counts.dots, dots * area)] {
            assert!((f64::from(got) - want).abs() < 3.5 * want.sqrt(), "{got} {want} at {density}");
        }
        for u in &truth.units {
            assert!(u.hairs <= 5);
        }
    }
}

#[test]
fn prop_pairs_keep_identities_and_grow_exactly() {
    let text = "[picture]\nwidth_px = 320\nheight_px = 240\n[camera]\nscale_px_per_mm = 30\nsamples = 4\n[pair]\ntelogen_share = 0.3\nshed_share = 0.3\n\
                new_share = 0.06\nshift_mm = 1.5\nturn_deg = 12\n";
    let spec = CloseUpSpec::from_toml(text).unwrap();
    let [a, b] = make_pair(&spec, 5, Beside::default(), &mut |_| {}).unwrap();
    let pair = b.truth.pair.as_ref().unwrap();
    let find = |c: &CloseUp, id: u32| c.truth.hairs.iter().find(|h| h.id == id).cloned();
    let mut seen = [0; 4];
    for g in &pair.hairs {
        let (first, second) = (find(&a, g.id), find(&b, g.id));
        assert_eq!(g.in_pictures, [first.is_some(), second.is_some()]);
        seen[g.fate as usize] += 1;
        match g.fate {
            Fate::Grown => assert!(g.mm_per_day >= 0.25 && g.mm_per_day <= 0.45),
            Fate::Resting => assert_eq!(g.growth_mm, 0.0),
            Fate::New => assert!(first.is_none()),
            Fate::Shed => assert!(second.is_none()),
        }
        if let (Some(p), Some(q)) = (&first, &second) {
            assert!((q.length_mm - p.length_mm - g.mm_per_day * pair.days).abs() < 1e-9);
            assert_eq!((p.unit, p.class, p.white, p.telogen), (q.unit, q.class, q.white, q.telogen));
            assert_eq!(p.width_um, q.width_um);
            // The same place of the scalp in the second frame.
            let want = pair.pose.in_frame([p.exit_mm[0], p.exit_mm[1]]);
            assert!((want[0] - q.exit_mm[0]).abs() < 1e-6 && (want[1] - q.exit_mm[1]).abs() < 1e-6);
        } else if let Some(q) = &second
            && g.fate == Fate::New
        {
            assert!((q.length_mm - g.growth_mm).abs() < 1e-9);
        }
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?}");
    let ratio = b.truth.scale.px_per_mm / a.truth.scale.px_per_mm;
    assert!((ratio - 1.0).abs() < 0.025, "{ratio}");
}

#[test]
fn prop_truth_maps_from_mm_to_pixels_by_the_stated_mapping() {
    let spec = preset("hard").unwrap();
    let truth = survey(&spec, 4).unwrap();
    let lens: Lens = truth.scale.mapping;
    for h in &truth.hairs {
        assert!(h.centreline_px.len() >= 3 && h.centreline_px.len() == h.widths_um.len());
        for (mm, px) in h.centreline_mm.iter().zip(&h.centreline_px) {
            let p = lens.project((*mm).into()).0;
            assert!(p.distance(DVec2::from_array(*px)) < 1e-9);
        }
        assert!(h.visible_length_mm <= h.length_mm + 1e-9);
        let inside = |p: &[f64; 2]| p[0] >= 0.0 && p[1] >= 0.0 && p[0] < 1024.0 && p[1] < 768.0;
        assert_eq!(h.cut_by_border, !h.centreline_px.iter().all(inside));
    }
}

#[test]
fn prop_same_seed_same_bytes_for_any_number_of_threads() {
    let mut spec = preset("hard").unwrap();
    (spec.picture.width_px, spec.picture.height_px) = (160, 120);
    spec.camera.samples = 4.0;
    let with = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let c = quiet(&spec, seed);
            (c.encoded().unwrap(), c.truth.to_json().unwrap(), c.masks)
        })
    };
    let one = with(1, 9);
    assert!(one == with(3, 9));
    assert!(one.0 != with(2, 10).0);
}

#[test]
fn messages_say_where_what_is_allowed_and_the_likely_fix() {
    let wrong = |text: &str| CloseUpSpec::from_toml(text).unwrap_err().to_string();
    let e = wrong("[hair]\n\ndensity_per_cm2 = 900\n");
    assert!(e.contains("hair.density_per_cm2 (line 3) is 900, allowed is 0 to 250"), "{e}");
    let e = wrong("[hair]\nterminal_um = 0.07\n");
    assert!(e.contains("looks like millimetres: in micrometres 70"), "{e}");
    let e = wrong("[hair]\nwhite_share = 40\n");
    assert!(e.contains("looks like a percentage: as a share 0.4"), "{e}");
    let e = wrong("[hair]\nlength_mm = nan\n");
    assert!(e.contains("hair.length_mm (line 2) is NaN"), "{e}");
    let e = wrong("[hair]\nintermediate_share = 0.7\nvellus_share = 0.6\n");
    assert!(e.contains("together 1.300"), "{e}");
    let e = wrong("[hair]\ndensty_per_cm2 = 90\n");
    assert!(e.contains("line 2") && e.contains("densty_per_cm2") && e.contains("density_per_cm2"), "{e}");
    let e = wrong("[colour]\nskin_lab = [50.0, 0.0, -9.0]\n");
    assert!(e.contains("colour.skin_lab (line 2)") && e.contains("nearest"), "{e}");
    let e = wrong("[overlay]\ncaption = \"é\"\n");
    assert!(e.contains("overlay.caption") && e.contains("ASCII"), "{e}");
    let e = wrong("[picture]\nwidth_px = 9000\n[camera]\nnoise = -1\n");
    assert!(e.contains("2 mistakes") && e.contains("picture.width_px") && e.contains("camera.noise"), "{e}");
}

#[test]
fn prop_a_truth_holds_nothing_but_the_picture() {
    let truth = survey(&vary(&CloseUpSpec::default(), 3, 1), 3).unwrap();
    let json = truth.to_json().unwrap();
    for word in ["/home", "/tmp", "/work", "user", "host", "date", "time", "name"] {
        assert!(!json.contains(word), "{word}");
    }
}
