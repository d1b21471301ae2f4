//! What `vellus head` shows of one head: a sheet with five views, lengths, zones, landmarks and what
//! the scan is worth; the same as JSON; and the head as a PLY file with its chart.

mod views;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use glam::DVec3;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;
use vellus_head::head::Head;
use vellus_head::io::{VertexAttribute, write_ply};
use vellus_head::parametric::norms_of;
use vellus_head::scan_report::{HoleReport, LandmarkOrigin, LandmarkReport};
use vellus_head::{Landmark, ScanReport, Zone};
use vellus_light::Image;

use crate::error::ReportError;
use crate::words::{capital, number, plain};
use views::{Panel, View, draw};
pub(crate) use views::{hex, zone_colour};

/// The five views of a head.
pub struct HeadViews {
    panels: Vec<Panel>,
}

/// Draws the five views: front, both sides, back, top.
#[must_use]
pub fn head_views(head: &Head) -> HeadViews {
    HeadViews { panels: View::ALL.into_iter().map(|v| draw(head, v)).collect() }
}

impl HeadViews {
    /// All views side by side, with the landmarks as dots, as PNG.
    ///
    /// # Errors
    /// [`ReportError`] when the picture cannot be encoded.
    pub fn to_png(&self) -> Result<Vec<u8>, ReportError> {
        let images: Vec<Image> = self.panels.iter().map(Panel::with_dots).collect();
        Ok(vellus_light::image::contact_sheet(&images, images.len(), 12).to_png()?)
    }

    /// All views with named landmarks as one SVG picture.
    ///
    /// # Errors
    /// [`ReportError`] when a view cannot be encoded.
    pub fn to_svg(&self) -> Result<String, ReportError> {
        let across = 3;
        let (w, h) = (views::WIDTH + 2 * MARGIN, views::HEIGHT + 34);
        let rows = self.panels.len().div_ceil(across);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" \
             aria-label=\"The head from five sides, with zones and landmarks\" \
             font-family=\"system-ui, 'Segoe UI', 'Liberation Sans', Arial, sans-serif\" font-size=\"14\">\n",
            across * w,
            rows * h + 8
        );
        for (k, panel) in self.panels.iter().enumerate() {
            let (x, y) = ((k % across) * w, (k / across) * h);
            let png = base64::engine::general_purpose::STANDARD.encode(panel.image.to_png()?);
            let _ = writeln!(
                svg,
                "<g transform=\"translate({x} {y})\"><text x=\"{}\" y=\"20\" text-anchor=\"middle\" \
                 font-weight=\"600\" fill=\"currentColor\">{}</text><image x=\"{MARGIN}\" y=\"30\" width=\"{}\" \
                 height=\"{}\" href=\"data:image/png;base64,{png}\"/>",
                w / 2,
                panel.view.title(),
                views::WIDTH,
                views::HEIGHT
            );
            labels(&mut svg, panel);
            svg.push_str("</g>\n");
        }
        legend(&mut svg, (across - 1) * w + MARGIN, (rows - 1) * h + 60);
        svg.push_str("</svg>\n");
        Ok(svg)
    }
}

/// Room for the names of landmarks on both sides of a view, pixels.
const MARGIN: usize = 132;
/// Least distance between the lines of two names, pixels.
const LINE: f64 = 19.0;

/// Names of the landmarks of a view in the margins, each with a line to its dot.
fn labels(svg: &mut String, panel: &Panel) {
    let middle = views::WIDTH as f64 / 2.0;
    for left in [true, false] {
        let mut marks: Vec<_> = panel.marks.iter().filter(|m| (m.x < middle) == left).collect();
        marks.sort_by(|a, b| a.y.total_cmp(&b.y));
        // Lines keep their distance: pushed down in order, then up from the foot.
        let mut at: Vec<f64> = marks.iter().map(|m| m.y).collect();
        for i in 1..at.len() {
            at[i] = at[i].max(at[i - 1] + LINE);
        }
        let foot = views::HEIGHT as f64 - 12.0;
        for i in (0..at.len()).rev() {
            let most = if i + 1 < at.len() { at[i + 1] - LINE } else { foot };
            at[i] = at[i].min(most);
        }
        for (m, y) in marks.iter().zip(at) {
            let (text_x, anchor, line_x) = if left {
                (MARGIN as f64 - 12.0, "end", MARGIN as f64 - 8.0)
            } else {
                (MARGIN as f64 + 2.0 * middle + 12.0, "start", MARGIN as f64 + 2.0 * middle + 8.0)
            };
            let (x, dot) = (m.x + MARGIN as f64, m.y + 30.0);
            let y = y + 30.0;
            let _ = write!(
                svg,
                "<path d=\"M{line_x:.1} {y:.1} L{x:.1} {dot:.1}\" fill=\"none\" stroke=\"#566169\" \
                 stroke-width=\"0.8\"/><circle cx=\"{x:.1}\" cy=\"{dot:.1}\" r=\"4\" fill=\"{}\" \
                 stroke=\"#fff\" stroke-width=\"1.5\"/><text x=\"{text_x:.1}\" y=\"{:.1}\" \
                 text-anchor=\"{anchor}\" fill=\"currentColor\">{}</text>",
                views::hex(views::mark_colour(m.origin)),
                y + 4.5,
                short(m.landmark)
            );
        }
    }
}

/// The zones with their colours, and what the dots mean.
fn legend(svg: &mut String, x: usize, y: usize) {
    let mut line = y;
    let mut row = |swatch: String, text: &str| {
        let _ = write!(
            svg,
            "<g transform=\"translate({x} {line})\">{swatch}<text x=\"30\" y=\"12\" \
             fill=\"currentColor\">{text}</text></g>"
        );
        line += 25;
    };
    for z in Zone::ALL {
        let colour = views::hex(views::zone_colour(z));
        row(
            format!("<rect width=\"20\" height=\"15\" rx=\"3\" fill=\"{colour}\"/>"),
            &capital(&zone_words(z)),
        );
    }
    row(
        "<rect width=\"20\" height=\"15\" rx=\"3\" fill=\"#d9cfe0\"/><path d=\"M0 15 L15 0 M6 15 L20 1\" \
         stroke=\"#7a4a8c\" stroke-width=\"2\"/>"
            .into(),
        "Filled in, not scanned",
    );
    for (origin, text) in [
        (LandmarkOrigin::Given, "Landmark, given"),
        (LandmarkOrigin::Fitted, "Landmark, fitted"),
        (LandmarkOrigin::Derived, "Landmark, from the shape"),
        (LandmarkOrigin::Norm, "Landmark, from a norm"),
    ] {
        let colour = views::hex(views::mark_colour(origin));
        row(
            format!(
                "<circle cx=\"10\" cy=\"8\" r=\"5\" fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"1.5\"/>"
            ),
            text,
        );
    }
}

/// A landmark's name as people write it, without its side: the views show that.
fn short(l: Landmark) -> String {
    let name = l.name().trim_end_matches("_right").trim_end_matches("_left").replace('_', " ");
    capital(&name)
}

/// A zone's name in words.
pub(crate) fn zone_words(z: Zone) -> String {
    serde_json::to_value(z).ok().and_then(|v| v.as_str().map(plain)).unwrap_or_default()
}

/// Snake-case name of a zone.
fn zone_key(z: Zone) -> String {
    serde_json::to_value(z).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Origin of each landmark of a head.
fn origins(head: &Head) -> BTreeMap<Landmark, LandmarkOrigin> {
    match head.scan() {
        Some(scan) => scan.landmarks.iter().map(|(l, r)| (*l, r.origin)).collect(),
        None => Landmark::ALL
            .into_iter()
            .map(|l| {
                use Landmark::{Inion, TemporalPointLeft, TemporalPointRight, Trichion};
                let norm = matches!(l, Trichion | Inion | TemporalPointLeft | TemporalPointRight);
                (l, if norm { LandmarkOrigin::Norm } else { LandmarkOrigin::Derived })
            })
            .collect(),
    }
}

/// What `vellus head --format json` prints.
#[derive(Serialize)]
struct Sheet<'a> {
    source: &'a str,
    verdict: String,
    reasons: Vec<String>,
    /// None for a head that was built in millimetres.
    scale: Option<&'a vellus_head::scan_report::Scale>,
    /// In the axes and about the origin of the file, mm; in head space for a built head.
    landmarks_mm: BTreeMap<&'static str, [f64; 3]>,
    landmarks_in_head_mm: BTreeMap<&'static str, [f64; 3]>,
    landmarks: BTreeMap<&'static str, &'a LandmarkReport>,
    lengths_mm: BTreeMap<&'static str, f64>,
    zones_cm2: BTreeMap<String, f64>,
    hair_bearing_cm2: f64,
    holes: &'a [HoleReport],
    scan: Option<&'a ScanReport>,
    notes: &'a [String],
}

/// Lengths with their names in files.
fn lengths(head: &Head) -> [(&'static str, f64); 9] {
    let l = head.lengths();
    [
        ("head_length", l.head_length.0),
        ("head_breadth", l.head_breadth.0),
        ("head_circumference", l.head_circumference.0),
        ("bitragion_coronal_arc", l.bitragion_coronal_arc.0),
        ("sagittal_arc", l.sagittal_arc.0),
        ("forehead_height", l.forehead_height.0),
        ("tragion_to_vertex", l.tragion_to_vertex.0),
        ("face_height", l.face_height.0),
        ("biectocanthus_breadth", l.biectocanthus_breadth.0),
    ]
}

/// Verdict and reasons in words; a head that was built has its own.
fn verdict(head: &Head) -> (String, Vec<String>) {
    match head.scan() {
        Some(scan) => (scan.verdict.to_string(), scan.reasons.clone()),
        None => (
            "built".into(),
            vec!["built from lengths, not scanned: its face and its bumps are nobody's".into()],
        ),
    }
}

/// The sheet as JSON.
///
/// # Errors
/// [`ReportError`] when a number cannot be written.
pub fn head_json(head: &Head) -> Result<String, ReportError> {
    let in_head: BTreeMap<_, _> =
        Landmark::ALL.into_iter().map(|l| (l.name(), head.landmarks().get(l).to_array())).collect();
    let scan = head.scan();
    let zones: BTreeMap<String, f64> =
        head.zone_areas().into_iter().map(|(z, a)| (zone_key(z), a.0)).collect();
    let (verdict, reasons) = verdict(head);
    let sheet = Sheet {
        source: head.source(),
        verdict,
        reasons,
        scale: scan.map(|s| &s.scale),
        landmarks_mm: scan.map_or_else(
            || in_head.clone(),
            |s| s.landmarks.iter().map(|(l, r)| (l.name(), r.in_file_mm)).collect(),
        ),
        landmarks_in_head_mm: in_head,
        landmarks: scan
            .map_or_else(BTreeMap::new, |s| s.landmarks.iter().map(|(l, r)| (l.name(), r)).collect()),
        lengths_mm: lengths(head).into_iter().collect(),
        hair_bearing_cm2: zones.values().sum(),
        zones_cm2: zones,
        holes: scan.map_or(&[], |s| &s.holes),
        scan,
        notes: head.notes(),
    };
    Ok(serde_json::to_string_pretty(&sheet)?)
}

/// What a program prints when a scan is refused.
///
/// # Errors
/// [`ReportError`] when it cannot be written.
pub fn refusal_json(reason: &str) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(&serde_json::json!({ "verdict": "not usable", "reasons": [reason] }))?)
}

/// The head as binary PLY in head space, mm, with `chart_x`, `chart_y`, `zone` (0 off the scalp,
/// then 1 to 9 in the order of the zones), `border_mm` (distance to the hairline, positive inside)
/// and `filled` (1 where it was not scanned) at each vertex.
///
/// # Errors
/// [`ReportError`] when the mesh cannot be written.
pub fn head_ply(head: &Head) -> Result<Vec<u8>, ReportError> {
    let mesh = head.surface().mesh();
    let chart: Vec<_> = mesh.positions.iter().map(|p| head.chart().chart_from_head(*p)).collect();
    let zone: Vec<f32> = mesh
        .positions
        .iter()
        .map(|p| {
            let zone = head.zone_in_head(*p).and_then(|z| Zone::ALL.iter().position(|a| *a == z));
            zone.map_or(0.0, |k| k as f32 + 1.0)
        })
        .collect();
    let mut filled = vec![0.0f32; mesh.positions.len()];
    for (t, _) in mesh.triangles.iter().zip(head.filled()).filter(|(_, f)| **f) {
        t.iter().for_each(|v| filled[*v as usize] = 1.0);
    }
    let x: Vec<f32> = chart.iter().map(|q| q.x as f32).collect();
    let y: Vec<f32> = chart.iter().map(|q| q.y as f32).collect();
    let border: Vec<f32> = chart.iter().map(|q| head.scalp().border_distance(*q) as f32).collect();
    let mut bytes = Vec::new();
    write_ply(
        &mut bytes,
        mesh,
        &[
            VertexAttribute { name: "chart_x", values: &x },
            VertexAttribute { name: "chart_y", values: &y },
            VertexAttribute { name: "zone", values: &zone },
            VertexAttribute { name: "border_mm", values: &border },
            VertexAttribute { name: "filled", values: &filled },
        ],
    )?;
    Ok(bytes)
}

/// Published areas beside ours, and what each of them measures.
fn area_words(head: &Head) -> String {
    let mesh = head.surface().mesh();
    let chin = head.landmarks().get(Landmark::Menton).y;
    let whole: f64 = (0..mesh.triangles.len() as u32)
        .filter(|t| {
            let c: DVec3 = mesh.corners(*t).iter().sum::<DVec3>() / 3.0;
            c.y > chin && !head.is_ear(c)
        })
        .map(|t| mesh.triangle_area(t) / 100.0)
        .sum();
    format!(
        "Inside the hairline and without the ears, measured along the skin. By tape and formula 25 adults \
         had 492 ± 31 cm² (Patel and Patel 2026). The 775 cm² that are quoted too (Behrman, in J. Soc. \
         Cosmet. Chem. 1977) are no hairline area: they lie between this figure and the {whole:.0} cm² that \
         this head has above the level of the chin, face and all."
    )
}

/// Percentile of a standard score.
fn percentile(z: f64) -> f64 {
    50.0 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The sheet as one HTML page that needs nothing else.
///
/// # Errors
/// [`ReportError`] when a view or the template fails.
pub fn head_page(head: &Head, views: &HeadViews, title: &str) -> Result<String, ReportError> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.add_template("head.html", include_str!("../../templates/head.html"))?;
    let scan = head.scan();
    let norms = norms_of(head.sex(), head.lengths());
    let rows: Vec<Value> = lengths(head)
        .into_iter()
        .map(|(name, value)| {
            let words = name.replace('_', " ");
            let of = norms.iter().find(|n| n.0 == words).map(|n| percentile((value - n.2) / n.3));
            context! {
                name => capital(&words),
                value => number(value, 0),
                norm => of.map(|p| if p < 1.0 { "below the 1st percentile".into() } else if p > 99.0 {
                    "above the 99th percentile".into()
                } else { format!("percentile {p:.0}") }),
            }
        })
        .collect();
    let areas = head.zone_areas();
    let total: f64 = areas.values().map(|a| a.0).sum();
    let zones: Vec<Value> = Zone::ALL
        .into_iter()
        .map(|z| {
            let a = areas.get(&z).map_or(0.0, |a| a.0);
            context! {
                name => capital(&zone_words(z)),
                colour => views::hex(views::zone_colour(z)),
                area => number(a, 1),
                share => number(100.0 * a / total.max(1e-9), 0),
                width => number(100.0 * a / areas.values().map(|a| a.0).fold(1e-9, f64::max), 1),
            }
        })
        .collect();
    let origins = origins(head);
    let landmarks: Vec<Value> = Landmark::ALL
        .into_iter()
        .map(|l| {
            let r = scan.and_then(|s| s.landmarks.get(&l));
            let p = head.landmarks().get(l);
            context! {
                name => capital(&l.name().replace('_', " ")),
                colour => views::hex(views::mark_colour(origins[&l])),
                origin => match origins[&l] {
                    LandmarkOrigin::Given => "given",
                    LandmarkOrigin::Fitted => "fitted",
                    LandmarkOrigin::Derived => "from the shape",
                    LandmarkOrigin::Norm => "from a norm",
                },
                place => format!("{}, {}, {}", number(p.x, 0), number(p.y, 0), number(p.z, 0)),
                error => r.map(|r| number(r.error_mm, 0)),
                confidence => r.map(|r| number(100.0 * r.confidence, 0)),
                apart => r.and_then(|r| r.disagreement_mm).map(|d| number(d, 0)),
            }
        })
        .collect();
    let (verdict, reasons) = verdict(head);
    let class = match verdict.as_str() {
        "good for dots" => "good",
        "preview only" | "built" => "preview",
        _ => "bad",
    };
    let quality: Vec<(String, String)> = scan.map_or_else(Vec::new, |s| {
        let mut out = vec![
            ("Scale".into(), s.scale.note.clone()),
            ("Hair-bearing scalp scanned".into(), format!("{:.0} %", 100.0 * s.coverage)),
            ("Filled in on the scalp".into(), format!("{:.1} cm²", s.filled_scalp_cm2)),
            ("Roughness".into(), format!("{:.2} mm", s.noise_mm)),
            ("Edges".into(), format!("{:.1} mm, 95 % under {:.1} mm", s.edge_mm[0], s.edge_mm[1])),
            (
                "Triangles".into(),
                format!(
                    "{} in the file, {} here",
                    number(s.triangles[0] as f64, 0),
                    number(s.triangles[1] as f64, 0)
                ),
            ),
        ];
        if let Some(d) = s.simplified_mm {
            out.push((
                "Simplified".into(),
                format!("{:.2} mm from the scan in the mean, {:.2} mm at most", d[0], d[2]),
            ));
        }
        if let Some(f) = &s.fit {
            out.push((
                "Fitted head".into(),
                format!("{:.1} mm from the scan (median), {:.0} % seen", f.residual_mm, 100.0 * f.seen),
            ));
        }
        out
    });
    let holes: Vec<Value> = scan.map_or_else(Vec::new, |s| {
        s.holes
            .iter()
            .take(12)
            .map(|h| {
                let place = serde_json::to_value(h.place).ok().and_then(|v| v.as_str().map(capital));
                context! {
                    place => place.unwrap_or_default(),
                    rim => number(h.rim_mm, 0),
                    area => number(h.filled_cm2, 1),
                }
            })
            .collect()
    });
    let style = [include_str!("../../templates/base.css"), include_str!("../../templates/head.css")].concat();
    Ok(env.get_template("head.html")?.render(context! {
        style => Value::from_safe_string(style),
        title,
        source => head.source(),
        verdict => capital(&verdict),
        class,
        reasons,
        picture => Value::from_safe_string(views.to_svg()?),
        lengths => rows,
        zones,
        total => number(total, 0),
        area_words => area_words(head),
        landmarks,
        quality => Serde(quality),
        holes,
        more_holes => scan.map_or(0, |s| s.holes.len().saturating_sub(12)),
        notes => head.notes().to_vec(),
        program => concat!("Vellus ", env!("CARGO_PKG_VERSION")),
    })?)
}

/// The sheet for a terminal.
#[must_use]
pub fn head_text(head: &Head) -> String {
    let (verdict, reasons) = verdict(head);
    let mut out = format!("{}\n", capital(&verdict));
    for r in &reasons {
        let _ = writeln!(out, "  – {r}");
    }
    if let Some(s) = head.scan() {
        let _ = writeln!(out, "\n  scale                        {}", s.scale.note);
        let _ = writeln!(
            out,
            "  hair-bearing scalp scanned   {:.0} %, {:.1} cm² filled in",
            100.0 * s.coverage,
            s.filled_scalp_cm2
        );
        let _ = writeln!(
            out,
            "  roughness, edges             {:.2} mm, {:.1} mm (95 % under {:.1})",
            s.noise_mm, s.edge_mm[0], s.edge_mm[1]
        );
        let _ = writeln!(out, "  holes closed                 {}", s.holes.len());
    }
    let norms = norms_of(head.sex(), head.lengths());
    out += "\nLengths, mm\n";
    for (name, value) in lengths(head) {
        let words = name.replace('_', " ");
        let of = norms.iter().find(|n| n.0 == words).map(|n| percentile((value - n.2) / n.3));
        let of = of.map_or(String::new(), |p| format!("   percentile {:.0}", p.clamp(1.0, 99.0)));
        let _ = writeln!(out, "  {words:<26} {value:>7.1}{of}");
    }
    let areas = head.zone_areas();
    let total: f64 = areas.values().map(|a| a.0).sum();
    let _ = writeln!(out, "\nHair-bearing scalp, cm²");
    for z in Zone::ALL {
        let a = areas.get(&z).map_or(0.0, |a| a.0);
        let bar = "█".repeat((24.0 * a / total.max(1e-9) * 3.0) as usize);
        let _ = writeln!(out, "  {:<26} {a:>7.1}   {bar}", zone_words(z));
    }
    let _ = writeln!(out, "  {:<26} {total:>7.1}   492 ± 31 by tape in 25 adults", "in all");
    out += "\nLandmarks, mm in head space\n";
    let origins = origins(head);
    for l in Landmark::ALL {
        let p = head.landmarks().get(l);
        let r = head.scan().and_then(|s| s.landmarks.get(&l));
        let origin = match origins[&l] {
            LandmarkOrigin::Given => "given",
            LandmarkOrigin::Fitted => "fitted",
            LandmarkOrigin::Derived => "shape",
            LandmarkOrigin::Norm => "norm",
        };
        let error = r.map_or(String::new(), |r| format!("   ± {:.0}", r.error_mm));
        let apart = r
            .and_then(|r| r.disagreement_mm)
            .map_or(String::new(), |d| format!(", the fit is {d:.0} mm away"));
        let _ = writeln!(
            out,
            "  {:<26} {:>7.1} {:>7.1} {:>7.1}   {origin}{error}{apart}",
            l.name().replace('_', " "),
            p.x,
            p.y,
            p.z
        );
    }
    out
}
