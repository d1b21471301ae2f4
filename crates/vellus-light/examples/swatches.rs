//! A sheet of skins and hair under lamps, and where skin lies in colour space, as SVG on stdout.
//!
//! `cargo run -p vellus-light --example swatches > docs/pictures/swatches.svg`

use std::fmt::Write as _;
use std::io::Write as _;
use vellus_light::colour::srgb_from_linear;
use vellus_light::spectrum::{Adaptation, Lamp, LampKind, Observer, Spectrum, fit_in_gamut};
use vellus_light::tissue::{CALM_BLOOD, Measure, Place, SkinFamily};
use vellus_light::{HairColour, HairTone, Skin, Undertone};

const LAMPS: [LampKind; 6] =
    [LampKind::D65, LampKind::D50, LampKind::A, LampKind::LedB1, LampKind::LedB3, LampKind::LedRgb1];
const SKINS: [(f64, &str); 6] = [
    (58.0, "very light"),
    (48.0, "light"),
    (35.0, "intermediate"),
    (19.0, "tan"),
    (-10.0, "brown"),
    (-45.0, "dark"),
];

fn hex(rgb: [f64; 3]) -> String {
    let c = fit_in_gamut(rgb).linear.map(|x| (srgb_from_linear(x) * 255.0 + 0.5) as u8);
    format!("#{:02x}{:02x}{:02x}", c[0], c[1], c[2])
}

struct Sheet(String);

impl Sheet {
    fn tile(&mut self, x: f64, y: f64, w: f64, h: f64, lamp: &Lamp, r: &Spectrum, a: Adaptation) {
        let c = hex(lamp.linear_srgb(r, a));
        let _ =
            writeln!(self.0, r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" fill="{c}"/>"#);
    }

    fn text(&mut self, x: f64, y: f64, size: f64, anchor: &str, words: &str) {
        let _ = writeln!(
            self.0,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" text-anchor="{anchor}">{words}</text>"#
        );
    }

    fn heading(&mut self, x: f64, y: f64, words: &str) {
        let _ = writeln!(
            self.0,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="15" font-weight="600">{words}</text>"#
        );
    }
}

fn main() -> std::io::Result<()> {
    let mut s = Sheet(String::new());
    let (width, height) = (1180.0, 1150.0);
    let _ = writeln!(
        s.0,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="Noto Sans, DejaVu Sans, sans-serif" fill="#2b2a29"><rect width="{width}" height="{height}" fill="#f6f5f3"/>"##
    );
    let lamps: Vec<Lamp> = LAMPS.iter().map(|k| Lamp::new(*k, Observer::Cie1931)).collect();

    // Skins by lamp, with hair on them.
    s.heading(30.0, 36.0, "Skin and shaved hair under lamps, white balanced");
    let (x0, y0, w, h) = (130.0, 66.0, 96.0, 74.0);
    for (j, kind) in LAMPS.iter().enumerate() {
        s.text(x0 + j as f64 * (w + 4.0) + w / 2.0, y0 - 8.0, 10.5, "middle", kind.name());
    }
    let tones = [
        HairTone::Black,
        HairTone::DarkBrown,
        HairTone::Brown,
        HairTone::Blond,
        HairTone::Red,
        HairTone::White,
    ];
    for (i, (ita, name)) in SKINS.iter().enumerate() {
        let skin = Skin::of_ita(*ita, Undertone::Neutral).expect("an angle that skin has");
        let y = y0 + i as f64 * (h + 4.0);
        s.text(x0 - 10.0, y + 30.0, 12.0, "end", name);
        s.text(x0 - 10.0, y + 46.0, 10.5, "end", &format!("ITA {ita:.0}°"));
        for (j, lamp) in lamps.iter().enumerate() {
            let x = x0 + j as f64 * (w + 4.0);
            s.tile(x, y, w, h, lamp, &skin.reflectance(), Adaptation::Cat16);
            for (k, tone) in tones.iter().enumerate() {
                let hair = HairColour::preset(*tone).mean_reflectance();
                s.tile(x + 6.0 + 14.4 * k as f64, y + h - 24.0, 11.0, 18.0, lamp, &hair, Adaptation::Cat16);
            }
        }
    }

    // The same without white balance, and redness.
    let y1 = y0 + 6.0 * (h + 4.0) + 46.0;
    s.heading(30.0, y1 - 24.0, "Without white balance");
    for (i, (ita, name)) in [SKINS[1], SKINS[4]].iter().enumerate() {
        let skin = Skin::of_ita(*ita, Undertone::Neutral).expect("an angle that skin has");
        let y = y1 - 10.0 + i as f64 * 34.0;
        s.text(x0 - 10.0, y + 20.0, 12.0, "end", name);
        for (j, lamp) in lamps.iter().enumerate() {
            s.tile(x0 + j as f64 * (w + 4.0), y, w, 30.0, lamp, &skin.reflectance(), Adaptation::None);
        }
    }

    let y2 = y1 + 110.0;
    s.heading(30.0, y2 - 18.0, "Redness of irritated skin, 0 to 1 (blood of the upper dermis)");
    for (i, (ita, name)) in SKINS.iter().enumerate() {
        let skin = Skin::of_ita(*ita, Undertone::Neutral).expect("an angle that skin has");
        let y = y2 - 6.0 + i as f64 * 30.0;
        s.text(x0 - 10.0, y + 18.0, 12.0, "end", name);
        for j in 0..6 {
            let r = skin.reflectance_at(f64::from(j) / 5.0, Measure::Included);
            s.tile(x0 + f64::from(j) * (w + 4.0), y, w, 27.0, Lamp::d65(), &r, Adaptation::Cat16);
        }
    }

    // Hair.
    let y3 = y2 + 218.0;
    s.heading(30.0, y3 - 18.0, "Single fibres in even light, from thin (20 µm) to thick (100 µm)");
    for (i, tone) in HairTone::ALL.iter().filter(|t| **t != HairTone::Grey).enumerate() {
        let hair = HairColour::preset(*tone);
        let y = y3 - 6.0 + i as f64 * 27.0;
        s.text(x0 - 10.0, y + 17.0, 12.0, "end", &format!("{tone:?}"));
        for j in 0..6 {
            let radius = 0.010 + 0.008 * f64::from(j);
            let r = hair.reflectance(*tone == HairTone::White, radius);
            s.tile(x0 + f64::from(j) * (w + 4.0), y, w, 24.0, Lamp::d65(), &r, Adaptation::Cat16);
        }
    }

    plane(&mut s);
    spectra(&mut s);
    let _ = writeln!(s.0, "</svg>");
    std::io::stdout().write_all(s.0.as_bytes())
}

/// L* against b*, with the family and what was measured.
fn plane(s: &mut Sheet) {
    let (x0, y0, w, h) = (800.0, 66.0, 340.0, 420.0);
    let at = |l: f64, b: f64| (x0 + (b - 4.0) / 20.0 * w, y0 + h - (l - 26.0) / 48.0 * h);
    s.heading(x0 - 20.0, 36.0, "Where skin lies: L* over b*");
    let family = SkinFamily::get();
    let _ = writeln!(
        s.0,
        r#"<clipPath id="plane"><rect x="{x0}" y="{y0}" width="{w}" height="{h}"/></clipPath><g clip-path="url(#plane)">"#
    );
    // A field of small tiles over the family.
    for i in 0..=46 {
        for j in 0..=26 {
            let m = 0.02 * (libm::expm1(f64::from(i) / 46.0 * libm::log1p(0.45 / 0.02)));
            let blood = 0.001 + 0.03 * f64::from(j) / 26.0;
            let place = Place { melanosomes: m, blood };
            let lab = family.lab(place);
            let (x, y) = at(lab[0], lab[2]);
            s.tile(
                x - 4.5,
                y - 4.5,
                9.0,
                9.0,
                Lamp::d65(),
                &family.reflectance(place, Measure::Included),
                Adaptation::None,
            );
        }
    }
    let _ = writeln!(
        s.0,
        r##"</g><rect x="{x0}" y="{y0}" width="{w}" height="{h}" fill="none" stroke="#8a8782"/>"##
    );
    for ita in [55.0_f64, 41.0, 28.0, 10.0, -30.0] {
        let t = ita.to_radians().tan();
        let (b0, b1) = (4.0, 24.0_f64.min(if t > 0.0 { 24.0 / t } else { -24.0 / t }));
        let (p, q) = (at(50.0 + b0 * t, b0), at(50.0 + b1 * t, b1));
        let _ = writeln!(
            s.0,
            r##"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="#8a8782" stroke-dasharray="3 3"/>"##,
            p.0, p.1, q.0, q.1
        );
        s.text(q.0 - 3.0, q.1 + if t > 1.0 { 12.0 } else { -4.0 }, 10.0, "end", &format!("{ita:.0}°"));
    }
    let mut path = String::new();
    for i in 0..=100 {
        let m = 0.02 * (libm::expm1(f64::from(i) / 100.0 * libm::log1p(0.45 / 0.02)));
        let lab = family.lab(Place { melanosomes: m, blood: CALM_BLOOD });
        let (x, y) = at(lab[0], lab[2]);
        let _ = write!(path, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
    }
    let _ = writeln!(s.0, r##"<path d="{path}" fill="none" stroke="#2b2a29" stroke-width="1.5"/>"##);
    for (name, l, b, sd) in [
        ("Xiao, all sites", 60.5, 14.6, Some((5.6, 2.6))),
        ("Xiao, forehead", 59.2, 15.1, Some((5.1, 2.3))),
        ("Alaluf, European", 65.0, 13.3, None),
        ("Alaluf, African", 49.2, 18.4, None),
    ] {
        let (x, y) = at(l, b);
        if let Some((sl, sb)) = sd {
            let _ = writeln!(
                s.0,
                r##"<ellipse cx="{x:.1}" cy="{y:.1}" rx="{:.1}" ry="{:.1}" fill="none" stroke="#1f5f8b"/>"##,
                sb / 20.0 * w,
                sl / 48.0 * h
            );
        }
        let _ = writeln!(s.0, r##"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="#1f5f8b" stroke="#fff"/>"##);
        s.text(x + 8.0, y + 4.0, 10.5, "start", name);
    }
    for b in [5.0, 10.0, 15.0, 20.0] {
        let (x, _) = at(26.0, b);
        s.text(x, y0 + h + 15.0, 10.5, "middle", &format!("{b:.0}"));
    }
    for l in [30.0, 40.0, 50.0, 60.0, 70.0] {
        let (_, y) = at(l, 4.0);
        s.text(x0 - 6.0, y + 4.0, 10.5, "end", &format!("{l:.0}"));
    }
    s.text(
        x0 + w / 2.0,
        y0 + h + 32.0,
        11.0,
        "middle",
        "b* — line: calm skin; rings: one standard deviation",
    );
}

/// Reflectance of the six skins.
fn spectra(s: &mut Sheet) {
    let (x0, y0, w, h) = (800.0, 600.0, 340.0, 420.0);
    s.heading(x0 - 20.0, y0 - 24.0, "Reflectance, surface included");
    let at = |nm: f64, r: f64| (x0 + (nm - 380.0) / 350.0 * w, y0 + h - r / 0.7 * h);
    let _ =
        writeln!(s.0, r##"<rect x="{x0}" y="{y0}" width="{w}" height="{h}" fill="#fff" stroke="#8a8782"/>"##);
    for (ita, _) in SKINS {
        let skin = Skin::of_ita(ita, Undertone::Neutral).expect("an angle that skin has");
        let r = skin.reflectance();
        let mut path = String::new();
        for (i, nm) in vellus_light::spectrum::wavelengths_nm().enumerate() {
            let (x, y) = at(nm, r[i]);
            let _ = write!(path, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
        }
        let c = hex(Lamp::d65().linear_srgb(&r, Adaptation::None));
        let _ = writeln!(
            s.0,
            r#"<path d="{path}" fill="none" stroke="{c}" stroke-width="4" stroke-linejoin="round"/>"#
        );
    }
    for nm in [400.0, 500.0, 600.0, 700.0] {
        s.text(at(nm, 0.0).0, y0 + h + 15.0, 10.5, "middle", &format!("{nm:.0}"));
    }
    for r in [0.0, 0.2, 0.4, 0.6] {
        s.text(x0 - 6.0, at(380.0, r).1 + 4.0, 10.5, "end", &format!("{r:.1}"));
    }
    s.text(x0 + w / 2.0, y0 + h + 32.0, 11.0, "middle", "wavelength, nm");
}
