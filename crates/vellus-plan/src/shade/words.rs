//! Why this shade, and what to look at, in words.

use vellus_light::see::blend::{TONE_ACCEPTED, TONE_SEEN};

use super::answer::{ShadeAnswer, ShadeYear, Sureness, Warning};

/// b* below that of the fringe from which a work is called bluish (assumption: twice what half of the people see in b*
/// at this chroma).
const BLUE: f64 = -2.0;
/// L* below that of the fringe from which a work is called too dark (assumption, as above).
const DARK: f64 = -2.0;
/// L* above that of the fringe from which a touch-up is worth thinking of (assumption: twice the limit of dark, since
/// paler is forgiven).
const PALE: f64 = 4.0;
/// Share of the density that would match from which a work is too thin.
const THIN: f64 = 0.85;
/// Misfit of test dots from which they contradict the model or each other.
const MISFIT: f64 = 2.0;

/// Why this one.
#[must_use]
pub fn reasons(a: &ShadeAnswer, ties: usize) -> Vec<String> {
    let b = &a.best;
    let mut out = vec![format!(
        "After a year the work differs from your own shaved fringe by ΔE₀₀ {:.1} in tone at conversation ({}), and by {:.1} just noticeable differences in texture close up.",
        b.conversation.tone_de00,
        tone_in_words(b.conversation.tone_de00),
        b.close_up.texture_jnd
    )];
    if ties > 1 {
        out.push(format!(
            "{ties} dilutions and depths are as good to the eye; of these the shallower and lighter one was taken, since pigment is added easily and hardly taken back."
        ));
    }
    if let Some(deeper) = a.alternatives.iter().find(|x| x.what.contains("deeper")) {
        let blue = deeper.choice.conversation.blue_yellow - b.conversation.blue_yellow;
        if blue < -0.2 {
            out.push(format!(
                "A tenth of a millimetre deeper the same tone would be bluer by {:.1} in b*: red light reaches deeper than blue, so that a deep dot takes mostly red.",
                -blue
            ));
        }
    }
    if let Some(strong) = a.alternatives.iter().find(|x| x.what == "undiluted") {
        let coarser = strong.choice.close_up.texture_jnd - b.close_up.texture_jnd;
        if coarser > 0.2 {
            out.push(format!(
                "Undiluted, fewer and darker dots ({:.0} per cm²) would do; close up they would be seen as dots, {:.1} just noticeable differences coarser.",
                strong.choice.dots_per_cm2, coarser
            ));
        } else if strong.choice.conversation.lightness < b.conversation.lightness - 1.0 {
            out.push(format!(
                "Undiluted, the work would be darker than the fringe by {:.1} in L* after a year.",
                -strong.choice.conversation.lightness
            ));
        }
    }
    out
}

/// A tone difference in words.
#[must_use]
pub fn tone_in_words(de00: f64) -> &'static str {
    if de00 < TONE_SEEN {
        "most people would not see it"
    } else if de00 < TONE_ACCEPTED {
        "seen side by side, accepted by most"
    } else if de00 < 4.0 {
        "seen by most"
    } else {
        "plainly another colour"
    }
}

/// What to look at before the work.
#[must_use]
pub fn warnings(a: &ShadeAnswer, density_given: bool) -> Vec<Warning> {
    let mut out = Vec::new();
    let mut add = |kind: &str, sureness: Sureness, text: String| {
        out.push(Warning { kind: kind.into(), sureness, text });
    };
    let healed = || a.years.iter().filter(|y| y.years > 0.2);
    let names = |years: &[&ShadeYear]| years.iter().map(|y| y.label.as_str()).collect::<Vec<_>>().join(", ");
    let likely: Vec<&ShadeYear> = healed().filter(|y| y.blue_yellow.median <= BLUE).collect();
    let possible: Vec<&ShadeYear> = healed().filter(|y| y.blue_yellow.lo <= BLUE).collect();
    if let Some(worst) = likely.iter().min_by(|x, y| x.blue_yellow.median.total_cmp(&y.blue_yellow.median)) {
        add(
            "blue",
            Sureness::Likely,
            format!(
                "Bluer than your own hair: b* lower by {:.1} at its worst ({}); seen at {}. A warmer pigment or a shallower deposit brings it closer.",
                -worst.blue_yellow.median,
                worst.label,
                names(&likely)
            ),
        );
    } else if let Some(worst) = possible.first() {
        add(
            "blue",
            Sureness::Possible,
            format!(
                "One in ten such works would look bluish beside your own hair (b* lower by {:.1} at {}): test dots tell beforehand.",
                -worst.blue_yellow.lo, worst.label
            ),
        );
    }
    if let Some(y) = a.years.iter().find(|y| {
        let s = &y.appearance.seen_words;
        y.years > 0.2 && s.contains("blue") && !y.appearance.measured_words.contains("blue")
    }) {
        add(
            "blue",
            Sureness::Possible,
            format!(
                "Measured, the work is {} ({}); beside bare skin it is seen as {}: contrast with the skin, not colour.",
                y.appearance.measured_words, y.label, y.appearance.seen_words
            ),
        );
    }
    let dark: Vec<&ShadeYear> = healed().filter(|y| y.lightness.median <= DARK).collect();
    let maybe: Vec<&ShadeYear> = healed().filter(|y| y.lightness.lo <= DARK).collect();
    if let Some(worst) = dark.iter().min_by(|x, y| x.lightness.median.total_cmp(&y.lightness.median)) {
        add(
            "dark",
            Sureness::Likely,
            format!(
                "Darker than your own shaved hair by {:.1} in L* ({}); at {}. {}",
                -worst.lightness.median,
                worst.label,
                names(&dark),
                if worst.years > 2.0 && a.grey_share < 0.9 {
                    "Hair that greys leaves dots behind that do not."
                } else {
                    "Begin lighter."
                }
            ),
        );
    } else if let Some(worst) = maybe.first() {
        add(
            "dark",
            Sureness::Possible,
            format!(
                "One in ten such works would be darker than your own hair by {:.1} in L* or more ({}). A first session a shade lighter leaves room.",
                -worst.lightness.lo, worst.label
            ),
        );
    }
    if let Some(first) = healed().find(|y| y.lightness.median >= PALE) {
        add(
            "pale",
            Sureness::Likely,
            format!(
                "Paler than your own hair by {:.1} in L* at {}: a touch-up is worth thinking of by then.",
                first.lightness.median, first.label
            ),
        );
    }
    let b = &a.best;
    if b.dots_per_cm2 < THIN * b.matching_per_cm2 && b.matching_per_cm2.is_finite() {
        add(
            "density",
            Sureness::Likely,
            format!(
                "{:.0} dots per cm² are fewer than the {:.0} that would look as dark as your fringe: {} is the limit.",
                b.dots_per_cm2,
                b.matching_per_cm2,
                if density_given { "the density that the case asks for" } else { "what the trade lays" }
            ),
        );
    }
    if b.close_up.texture_jnd > 1.5 {
        add(
            "coarse",
            Sureness::Likely,
            format!(
                "Close up (0.3 m) the texture differs from your stubble by {:.1} just noticeable differences; at conversation by {:.1}.",
                b.close_up.texture_jnd, b.conversation.texture_jnd
            ),
        );
    }
    if a.calibration.readings > 0 && a.calibration.misfit > MISFIT {
        add(
            "test_dots",
            Sureness::Likely,
            format!(
                "The test dots do not fit any load and depth well (misfit {:.1}; about 1 when all fits): read them again before relying on this.",
                a.calibration.misfit
            ),
        );
    }
    out
}

/// What the answer rests on and leaves out.
#[must_use]
pub fn limits() -> Vec<String> {
    [
        "The optics of dots is fitted to this project's own Monte Carlo, not to photographs: no measured series of healed dots was found. Test dots correct it for a person.",
        "Fading after six months and the spread of dots are assumptions; no study follows dots for ten years.",
        "What a studio's dilution leaves in the skin, and how deep a set depth lays it, differ between hands by more than between the choices compared here.",
        "The years are without touch-ups. Redness, tan and shine are left out.",
    ]
    .map(String::from)
    .to_vec()
}
