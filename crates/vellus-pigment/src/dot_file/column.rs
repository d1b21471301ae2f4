//! The columns of a file of dots, for both formats.

use vellus_head::Zone;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Name in the head line of `dots.csv`.
    pub name: &'static str,
    /// Name of the property in `dots.ply`; empty when its header holds it.
    pub ply: &'static str,
    /// Other names under which it is taken, lower case.
    pub(crate) also: &'static [&'static str],
    /// Unit, empty for text and plain numbers.
    pub unit: &'static str,
    /// Least and greatest value of a number; none for text.
    pub range: Option<[f64; 2]>,
    /// Whether only whole numbers may stand there.
    pub whole: bool,
    /// What it means.
    pub meaning: &'static str,
}

/// Index into [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub(crate) enum Col {
    Dot,
    X,
    Y,
    Z,
    Nx,
    Ny,
    Nz,
    ChartX,
    ChartY,
    Zone,
    Session,
    Date,
    Needle,
    NeedlePoints,
    NeedleMm,
    Pigment,
    PigmentBase,
    Lot,
    Water,
    SetDepth,
    DepositDepth,
    Fresh,
    Healed,
    Contrast,
}

impl Col {
    /// All, in the order of [`COLUMNS`].
    pub(crate) const ALL: [Self; COLUMNS.len()] = [
        Self::Dot,
        Self::X,
        Self::Y,
        Self::Z,
        Self::Nx,
        Self::Ny,
        Self::Nz,
        Self::ChartX,
        Self::ChartY,
        Self::Zone,
        Self::Session,
        Self::Date,
        Self::Needle,
        Self::NeedlePoints,
        Self::NeedleMm,
        Self::Pigment,
        Self::PigmentBase,
        Self::Lot,
        Self::Water,
        Self::SetDepth,
        Self::DepositDepth,
        Self::Fresh,
        Self::Healed,
        Self::Contrast,
    ];

    /// Whether both readers take a number from it; the running number is not read back.
    pub(crate) fn is_number(self) -> bool {
        self.column().range.is_some() && self != Self::Dot
    }

    /// Whether columns suffice for a place: three in head space, or two in the chart.
    pub(crate) fn have_place(has: impl Fn(Self) -> bool) -> bool {
        [Self::X, Self::Y, Self::Z].into_iter().all(&has)
            || [Self::ChartX, Self::ChartY].into_iter().all(&has)
    }

    pub(crate) fn column(self) -> &'static Column {
        &COLUMNS[self as usize]
    }

    /// The column of a name in a head line, in any case and with blanks for underscores.
    pub(crate) fn named(name: &str) -> Option<usize> {
        let name = plain_name(name);
        COLUMNS.iter().position(|c| c.name == name || c.also.contains(&name.as_str()))
    }
}

/// A column's name without case, blanks around it and blanks within.
pub(crate) fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

const fn number(
    name: &'static str,
    ply: &'static str,
    also: &'static [&'static str],
    unit: &'static str,
    range: [f64; 2],
    meaning: &'static str,
) -> Column {
    Column { name, ply, also, unit, range: Some(range), whole: false, meaning }
}

const fn whole(name: &'static str, ply: &'static str, range: [f64; 2], meaning: &'static str) -> Column {
    Column { name, ply, also: &[], unit: "", range: Some(range), whole: true, meaning }
}

const fn text(name: &'static str, ply: &'static str, meaning: &'static str) -> Column {
    Column { name, ply, also: &[], unit: "", range: None, whole: false, meaning }
}

/// Farthest that a place of a head lies from the middle between the ears along an axis, mm (assumption:
/// a large head with its neck reaches 250).
const REACH: [f64; 2] = [-400.0, 400.0];
/// Chart radius straight below the head, see [`vellus_head::Chart`].
const CHART: [f64; 2] = [-1.8, 1.8];
/// Diameters that are taken, µm: bad work has dots "5–10 times bigger than they should be", ten
/// times the largest fresh dot of the trade (250 µm) is 2,500.
const DIAMETER: [f64; 2] = [20.0, 3000.0];
/// Depths that are taken, µm: reports run from 500 to 2,000 for the needle; skin is 4 mm at most.
const DEPTH: [f64; 2] = [20.0, 4000.0];

/// All columns, in the order of `dots.csv`. The last is written only by those who measured it.
pub const COLUMNS: [Column; 24] = [
    whole("dot", "", [0.0, 1e9], "running number, not read back"),
    number("x_mm", "x", &["x"], "mm", REACH, "position in head space, to the person's left"),
    number("y_mm", "y", &["y"], "mm", REACH, "position in head space, up"),
    number("z_mm", "z", &["z"], "mm", REACH, "position in head space, forward"),
    number("nx", "nx", &["normal_x"], "", [-1.1, 1.1], "outward normal, x"),
    number("ny", "ny", &["normal_y"], "", [-1.1, 1.1], "outward normal, y"),
    number("nz", "nz", &["normal_z"], "", [-1.1, 1.1], "outward normal, z"),
    number("chart_x", "chart_x", &[], "chart units", CHART, "position in the chart, to the person's left"),
    number("chart_y", "chart_y", &[], "chart units", CHART, "position in the chart, forward"),
    text("zone", "zone", "zone of the scalp"),
    whole("session", "session", [1.0, 255.0], "session, counted from 1 over the whole life of the work"),
    text("date", "day", "day of that session"),
    text("needle", "needle", "code of the needle"),
    whole("needle_points", "needle_points", [1.0, 30.0], "points of the needle"),
    number("needle_mm", "", &[], "mm", [0.05, 1.0], "diameter of the bundle of points"),
    text("pigment", "ink", "name of the pigment"),
    text("pigment_base", "", "what gives it its colour: carbon or mixed"),
    text("lot", "", "lot number of the pigment"),
    number("water_per_pigment", "", &[], "", [0.0, 40.0], "millilitres of water to one of pigment"),
    number("set_depth_um", "set_depth_um", &[], "µm", DEPTH, "depth to which the needle is set"),
    number("deposit_depth_um", "deposit_depth_um", &[], "µm", DEPTH, "depth of the middle of the deposit"),
    number("fresh_um", "fresh_um", &[], "µm", DIAMETER, "diameter when fresh"),
    number("healed_um", "healed_um", &["diameter_um"], "µm", DIAMETER, "diameter when healed"),
    number("contrast", "contrast", &["tone"], "", [0.0, 1.0], "darkness as measured, of a fresh dot's"),
];

/// The word for a zone in files.
#[must_use]
pub const fn zone_key(zone: Zone) -> &'static str {
    match zone {
        Zone::FrontalHairline => "frontal_hairline",
        Zone::FrontotemporalRecess => "frontotemporal_recess",
        Zone::TemporalPoint => "temporal_point",
        Zone::Frontal => "frontal",
        Zone::MidScalp => "mid_scalp",
        Zone::Vertex => "vertex",
        Zone::Parietal => "parietal",
        Zone::Temporal => "temporal",
        Zone::OccipitalDonor => "occipital_donor",
    }
}

/// The zone of a word: those of files, and those of pages.
pub(crate) fn zone_named(word: &str) -> Option<Zone> {
    let word = plain_name(word);
    let spoken = match word.as_str() {
        "temples_(recesses)" => "frontotemporal_recess",
        "temporal_points" => "temporal_point",
        "sides" => "temporal",
        "back_(donor)" => "occipital_donor",
        other => other,
    };
    Zone::ALL.into_iter().find(|z| zone_key(*z) == spoken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_their_indices_agree() {
        assert!(Col::ALL.iter().enumerate().all(|(i, c)| *c as usize == i));
        assert!(!Col::Dot.is_number() && !Col::Zone.is_number() && Col::Water.is_number());
        for (col, name) in [
            (Col::X, "x_mm"),
            (Col::Zone, "zone"),
            (Col::Water, "water_per_pigment"),
            (Col::Healed, "healed_um"),
        ] {
            assert_eq!(col.column().name, name);
            assert_eq!(Col::named(&name.to_uppercase().replace('_', " ")), Some(col as usize));
        }
    }

    #[test]
    fn zones_are_words_that_serde_writes_too() {
        for z in Zone::ALL {
            assert_eq!(serde_json::to_string(&z).unwrap(), format!("\"{}\"", zone_key(z)));
            assert_eq!(zone_named(zone_key(z)), Some(z));
        }
        assert_eq!(zone_named("Temples (recesses)"), Some(Zone::FrontotemporalRecess));
        assert_eq!(zone_named("ear"), None);
    }
}
