//! Writes a forest plot and a plot of courses to look at, of made-up numbers:
//! `validation FOREST.svg COURSES.svg`.

use vellus_report::{CourseLine, ForestRow, courses, forest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(plot), Some(lines)) = (args.next(), args.next()) else {
        return Err("usage: validation FOREST.svg COURSES.svg".into());
    };
    std::fs::write(plot, forest(&rows(), "Hair: what was published beside the model (made-up numbers)"))?;
    std::fs::write(
        lines,
        courses(
            "Hair in the vertex circle over two years (made-up numbers)",
            "change from baseline, non-vellus hairs per cm²",
            &arms(),
        ),
    )?;
    Ok(())
}

const WHAT: [(&str, &str, &str, f64, f64); 20] = [
    ("V1", "Deterministic cycle of three phases, steady state: share in anagen", "", 0.45, 1e-6),
    ("V2", "The same from an uneven start, share in telogen after two months", "", 0.293, 1e-3),
    ("V3", "Fluctuation of 10 000 follicles falls as the square root of their number", "", -0.5, 0.02),
    ("C1", "Hair density of Europeans, mean of the scalp", "per cm²", 226.0, 18.25),
    ("C2", "Resting hairs of Europeans", "%", 12.0, 2.0),
    ("C3", "Growth of terminal hairs", "µm per day", 367.0, 14.0),
    (
        "C4",
        "Men of 18 to 40 years with pattern loss before treatment: all hairs in the target circle of the vertex, both arms of the trial taken together",
        "per cm²",
        198.0,
        10.0,
    ),
    ("C5", "Kenogen: share of empty follicles, one woman", "%", 12.0, 4.0),
    ("C6", "Finasteride 1 mg over 48 weeks: net change of all hairs", "per cm²", 17.3, 2.5),
    ("C7", "Finasteride 1 mg over 48 weeks: net change of growing hairs", "per cm²", 27.0, 2.9),
    ("C8", "Minoxidil 5 % against 2 %, 48 weeks, non-vellus hairs", "per cm²", 5.9, 2.0),
    ("C9", "Hair weight under minoxidil 5 % over 96 weeks", "%", 30.0, 8.0),
    ("C10", "PRP against placebo, pooled density", "per cm²", 27.55, 13.5),
    ("C13", "Month of the greatest share of growing hairs", "", 3.0, 1.0),
    ("B1", "Vertex after five years without treatment", "%", -26.0, 6.0),
    ("B2", "Dutasteride 0.5 mg over 24 weeks, Asian men", "per cm²", 23.0, 7.0),
    ("B3", "Biopsy, terminal to vellus at the crown", "", 2.0, 0.6),
    (
        "B4",
        "Women, minoxidil 2 % over 32 weeks, non-vellus hairs in one square centimetre",
        "per cm²",
        21.0,
        6.0,
    ),
    ("B5", "Shed hairs per day at the end of summer", "", 60.0, 15.0),
    ("B6", "Share of men of 40 to 49 years with Norwood III or more", "%", 53.0, 5.0),
];

fn rows() -> Vec<ForestRow> {
    (0..40)
        .map(|i| {
            let (id, what, unit, published, half) = WHAT[i % 20];
            // Fixed, uneven: most inside, a few far out.
            let off = [0.2, -0.6, 0.0, 0.9, -0.3, 1.7, 0.5, -0.1, 0.24, -5.0][(i * 7) % 10];
            let spread = [0.28, 0.5, 0.05, 1.1, 2.8][(i * 3) % 5];
            let model = published + half * off;
            ForestRow {
                id: if i < 20 { id.into() } else { format!("{id}b") },
                what: what.into(),
                unit: unit.into(),
                published,
                lo: published - half,
                hi: if id == "C9" { f64::INFINITY } else { published + half },
                model,
                model_lo: model - half * spread,
                model_hi: model + half * spread,
                pass: off >= -1.0 && (off <= 1.0 || id == "C9"),
                split: match &id[..1] {
                    "V" => "verification",
                    "C" => "calibration",
                    _ => "validation",
                }
                .into(),
                source: "Authors and others 2004, a journal of investigative dermatology 122: 123–130 (abstract), read in a review".into(),
            }
        })
        .collect()
}

fn arms() -> Vec<CourseLine> {
    [
        ("finasteride 1 mg and minoxidil 5 % twice a day", 24.0, 14.0),
        ("finasteride 1 mg", 17.9, 20.0),
        ("minoxidil 5 %", 16.5, 9.0),
        ("placebo", -9.0, 70.0),
    ]
    .map(|(label, end, slow)| {
        let weeks: Vec<f64> = (0..=26).map(|i| 4.0 * f64::from(i)).collect();
        let mean: Vec<f64> = weeks.iter().map(|w| end * (1.0 - (-w / slow).exp())).collect();
        let half = |w: f64| 0.6 + 2.4 * (w / 104.0).sqrt();
        CourseLine {
            label: label.into(),
            lo: weeks.iter().zip(&mean).map(|(w, m)| m - half(*w)).collect(),
            hi: weeks.iter().zip(&mean).map(|(w, m)| m + half(*w)).collect(),
            published: [24.0f64, 48.0, 96.0]
                .iter()
                .map(|w| {
                    let v = end * (1.0 - (-w / slow).exp()) + 0.8;
                    (*w, v, v - 2.5, v + 2.5)
                })
                .collect(),
            weeks,
            mean,
        }
    })
    .to_vec()
}
