//! From figures to words.

use serde::Serialize;

use super::regularity::Pattern;
use super::site::Site;
use super::{Audit, FEWEST_DOTS};
use crate::dots::{DOT_CLEARANCE_MM, Dots, FOLLICLE_CLEARANCE_MM};

/// Share of dots that may merge in ten years before it is said, and from which it is a helmet in the
/// making (assumptions: one in twenty is not seen; at one in four the marks read as blots).
const MERGE: [f64; 2] = [0.05, 0.25];
/// Dots of a clump that reads as a blot (assumption: ten fresh dots cover the skin of one needle of
/// shading).
const BLOT: usize = 10;
/// Standard deviation of the density over that of random dots: what a plan must reach, and random.
const UNEVEN: [f64; 2] = [0.4, 1.0];
/// Rise of the density at the front that reads as sharp, mm: from 10 to 90 % of the least transition zone of
/// 5 mm (Shapiro).
const SHARP_MM: f64 = 4.0;
/// A front that wanders by less reads as drawn along a ruler, mm (assumption: half of the amplitude
/// that a natural edge is designed with).
const STRAIGHT_MM: f64 = 0.7;
/// Shares of dots against the plan and near follicles that are said.
const PLAN_SHARE: f64 = 0.05;
const NEAR_SHARE: f64 = 0.01;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// To be looked at.
    Doubt,
    /// It shows, or will.
    Fault,
}

/// Something that the audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What, with the figure.
    pub text: String,
    /// Where, when it is at one place.
    pub site: Option<Site>,
}

/// A figure with its meaning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// What it is of.
    pub name: &'static str,
    /// The figure.
    pub value: f64,
    /// Its unit, empty for plain numbers.
    pub unit: &'static str,
    /// What the scale means.
    pub scale: String,
    /// 0 to 100 where a share of the dots is right by a stated rule; else none.
    pub grade: Option<f64>,
}

struct Judge {
    findings: Vec<Finding>,
    scores: Vec<Score>,
    /// Half sentences of the verdict.
    words: Vec<String>,
}

impl Judge {
    fn find(&mut self, severity: Severity, text: String, site: Option<Site>) {
        self.findings.push(Finding { severity, text, site });
    }

    fn score(&mut self, name: &'static str, value: f64, unit: &'static str, scale: &str, grade: Option<f64>) {
        let grade = grade.map(|g| (100.0 * g).clamp(0.0, 100.0));
        self.scores.push(Score { name, value, unit, scale: scale.to_owned(), grade });
    }
}

fn percent(share: f64) -> String {
    match 100.0 * share {
        p if p == 0.0 || p >= 10.0 => format!("{p:.0} %"),
        p if p >= 0.1 => format!("{p:.1} %"),
        _ => "less than 0.1 %".into(),
    }
}

/// Fills in scores, findings and the verdict.
pub(super) fn judge(audit: &mut Audit, dots: &Dots) {
    let mut j = Judge { findings: Vec::new(), scores: Vec::new(), words: Vec::new() };
    pattern(&mut j, audit);
    spacing(&mut j, audit);
    merging(&mut j, audit, dots);
    density(&mut j, audit);
    edge(&mut j, audit);
    against(&mut j, audit);
    // Worst first, in the order above among equals.
    j.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let worst = j.findings.first().map_or(Severity::Note, |f| f.severity);
    if audit.regularity.pattern == Pattern::Unknown {
        audit.verdict = format!("Cannot be judged: {}.", j.words.join(", "));
        (audit.findings, audit.scores) = (j.findings, j.scores);
        return;
    }
    let lead = match worst {
        Severity::Fault => "Not good",
        Severity::Doubt => "Good, with doubts",
        Severity::Note => "Good",
    };
    audit.verdict = format!("{lead}: {}.", j.words.join(", "));
    (audit.findings, audit.scores) = (j.findings, j.scores);
}

fn pattern(j: &mut Judge, audit: &Audit) {
    let r = &audit.regularity;
    let at = r.worst.first().map_or_else(String::new, |s| format!(", strongest at {}", s.words()));
    let row = r.row_mm.map_or_else(String::new, |mm| format!(" {mm:.1} mm apart"));
    let (word, severity, text) = match r.pattern {
        Pattern::Unknown => (
            "too few dots to tell a pattern",
            Severity::Note,
            format!("{} dots are too few to tell a pattern; it takes {FEWEST_DOTS}.", audit.dots),
        ),
        Pattern::Even => ("dots are even without a pattern", Severity::Note, String::new()),
        Pattern::Random => (
            "dots lie as if thrown",
            Severity::Doubt,
            format!(
                "The dots lie at random: gaps and blotches show. Nearest neighbours are {:.2} times as far as those of random dots (planned dots reach 1.5 to 1.9).",
                audit.spacing.clark_evans
            ),
        ),
        Pattern::Clustered => (
            "dots sit in groups",
            Severity::Doubt,
            format!(
                "The dots sit in groups: nearest neighbours are {:.2} times as far as those of random dots. Meant for tightly curled hair only.",
                audit.spacing.clark_evans
            ),
        ),
        Pattern::Rows => (
            "dots lie in rows",
            Severity::Fault,
            format!(
                "Rows{row} show in {} of {} patches{at}: a peak of {:.0} times the mean where chance reaches {:.0}, and {:.1} times the power next door in the same direction.",
                percent(r.directional_share),
                r.patches,
                r.directional_peak,
                r.directional_threshold,
                r.persistence
            ),
        ),
        Pattern::Grid => (
            "dots lie in a grid",
            Severity::Fault,
            format!(
                "A grid{row} shows in {} of {} patches{at}: a peak of {:.0} times the mean where chance reaches {:.0}.",
                percent(r.directional_share),
                r.patches,
                r.directional_peak,
                r.directional_threshold
            ),
        ),
        Pattern::Stamped => (
            "one constellation comes again and again",
            Severity::Fault,
            format!(
                "{} of the dots have a twin: the same six neighbours in the same places elsewhere. A stamp or a copied patch is behind it.",
                percent(r.repeated_share)
            ),
        ),
    };
    j.words.push(word.into());
    if !text.is_empty() {
        j.find(severity, text, r.worst.first().copied());
    }
    j.score(
        "direction of rows",
        r.directional_peak / r.directional_threshold.max(1e-9),
        "of the threshold",
        "highest directional peak of the spectrum; above 1 is passed by chance on one head in a hundred, up to 2 by small crystals of even dots",
        None,
    );
    j.score(
        "rows next door",
        r.persistence,
        "times",
        "1 without rows; above 1.18 they go on from patch to patch",
        None,
    );
    j.score("repeated constellations", 100.0 * r.repeated_share, "%", "0 for dots laid one by one", None);
}

fn spacing(j: &mut Judge, audit: &Audit) {
    let s = &audit.spacing;
    j.score(
        "spacing",
        s.relative_radius_p1,
        "of the densest packing",
        "what 1 dot in 100 falls below; 0.1 random, 0.5 to 0.75 planned, 1 a lattice",
        None,
    );
    j.score(
        "evenness",
        s.clark_evans,
        "times random",
        "mean nearest distance; 1 random, 1.5 to 1.9 planned, 2.15 a hexagonal lattice",
        None,
    );
    j.score(
        "apart",
        100.0 * (1.0 - s.too_close_share),
        "%",
        "dots that keep 0.36 mm from every other",
        Some(1.0 - s.too_close_share),
    );
    if s.too_close_share > 0.005 {
        let severity = if s.too_close_share > MERGE[0] { Severity::Fault } else { Severity::Doubt };
        j.find(
            severity,
            format!(
                "{} of the dots lie closer to another than {DOT_CLEARANCE_MM} mm (least {:.2} mm).",
                percent(s.too_close_share),
                s.least_mm
            ),
            None,
        );
    }
}

fn merging(j: &mut Judge, audit: &Audit, dots: &Dots) {
    let (Some(now), Some(last)) = (audit.merging.at.first(), audit.merging.at.last()) else { return };
    j.score(
        "still apart in ten years",
        100.0 * (1.0 - last.share),
        "%",
        "dots that touch no other once spread",
        Some(1.0 - last.share),
    );
    let helmet = last.share > MERGE[1];
    j.words.push(match last.share {
        s if s > MERGE[1] => "many will run together".into(),
        s if s > MERGE[0] => "some will run together".into(),
        _ => "they stay apart".into(),
    });
    if last.share > MERGE[0] {
        j.find(
            if helmet { Severity::Fault } else { Severity::Doubt },
            format!(
                "{} of the dots touch another now and {} in ten years, when a dot is {:.2} mm wide{}.",
                percent(now.share),
                percent(last.share),
                last.diameter_mm,
                if helmet { ": a helmet in the making; do not touch up between them" } else { "" }
            ),
            None,
        );
    }
    if last.largest >= BLOT {
        let site = Site::of(dots, last.largest_at);
        j.find(
            Severity::Doubt,
            format!("The largest clump in ten years has {} dots, at {}.", last.largest, site.words()),
            Some(site),
        );
    }
}

fn density(j: &mut Judge, audit: &Audit) {
    let Some(d) = &audit.density else { return };
    j.score(
        "density by cm²",
        d.against_random,
        "of random",
        if d.of_plan.is_some() {
            "scatter about the plan over that of random dots; planned dots stay below 0.4"
        } else {
            "scatter about the surroundings over that of random dots; planned dots stay below 0.4"
        },
        None,
    );
    // A standard deviation over so many tiles is uncertain itself; what one in twenty even works pass is no finding.
    let uneven = UNEVEN[0] * (1.0 + 1.64 / libm::sqrt(2.0 * d.tiles.max(1) as f64));
    if d.against_random > uneven {
        // Without a plan a gradient that is meant looks like scatter.
        let patchy = d.against_random > UNEVEN[1] && d.of_plan.is_some();
        let severity = if patchy { Severity::Fault } else { Severity::Doubt };
        j.find(
            severity,
            format!(
                "The density scatters from cm² to cm² by {:.2} of what random dots would ({} tiles, median {:.0} per cm²).",
                d.against_random, d.tiles, d.median_per_cm2
            ),
            None,
        );
    }
    j.words.push(match d.against_random {
        r if r > UNEVEN[1] && d.of_plan.is_some() => "density is patchy".into(),
        r if r > uneven => "density is uneven".into(),
        _ => "density is even".into(),
    });
    for t in d.worst.iter().take(3) {
        j.find(
            Severity::Note,
            format!(
                "At {} there are {:.0} dots per cm² where {} {:.0}.",
                t.site.words(),
                t.found_per_cm2,
                if d.of_plan.is_some() { "the plan has" } else { "the surroundings have" },
                t.expected_per_cm2
            ),
            Some(t.site),
        );
    }
}

fn edge(j: &mut Judge, audit: &Audit) {
    let Some(e) = &audit.edge else { return };
    j.score("rise of the front", e.rise_mm, "mm", "from 10 to 90 % of the tone behind; natural 4 to 8", None);
    j.score(
        "wandering of the front",
        e.wobble_mm,
        "mm",
        "about a smooth line, root mean square; below 0.7 reads as a ruler",
        None,
    );
    let (sharp, straight) = (e.rise_mm < SHARP_MM, e.wobble_mm < STRAIGHT_MM.max(e.wobble_of_chance_mm));
    j.words.push(match (sharp, straight) {
        (true, true) => "the edge is sharp and straight".into(),
        (true, false) => "the edge is sharp".into(),
        (false, true) => "the edge is soft but straight".into(),
        (false, false) => "the edge is soft".into(),
    });
    if sharp {
        j.find(
            Severity::Doubt,
            format!(
                "The density at the front rises from 10 to 90 % within {:.1} mm; a natural transition takes 4 to 8 mm. Right for an edge-up, hard to hide otherwise.",
                e.rise_mm
            ),
            None,
        );
    }
    if straight {
        j.find(
            Severity::Doubt,
            format!(
                "The front wanders by {:.1} mm only about a smooth line: it reads as drawn.",
                e.wobble_mm
            ),
            None,
        );
    }
}

fn against(j: &mut Judge, audit: &Audit) {
    if let Some(p) = &audit.plan {
        let whole = (p.matched + p.missing + p.extra).max(1) as f64;
        j.score(
            "as planned",
            100.0 * p.matched as f64 / whole,
            "%",
            "dots and planned dots that meet within 0.4 mm, of all of either",
            Some(p.matched as f64 / whole),
        );
        if (p.missing + p.extra) as f64 > PLAN_SHARE * whole {
            j.find(
                Severity::Doubt,
                format!(
                    "{} of {} planned dots are not there and {} were not planned; the others lie {:.2} mm off in the median.",
                    p.missing, p.planned, p.extra, p.offset_mm
                ),
                None,
            );
        }
    }
    if let Some(c) = &audit.clearance {
        let share = c.too_near as f64 / audit.dots as f64;
        j.score(
            "clear of follicles",
            100.0 * (1.0 - share),
            "%",
            "dots that keep 0.28 mm from every living follicle",
            Some(1.0 - share),
        );
        if c.too_near > 0 {
            j.find(
                if share > NEAR_SHARE { Severity::Doubt } else { Severity::Note },
                format!(
                    "{} dots lie nearer than {FOLLICLE_CLEARANCE_MM} mm to a living follicle (least {:.2} mm).",
                    c.too_near,
                    c.least_mm.unwrap_or(0.0)
                ),
                None,
            );
        }
    }
}
