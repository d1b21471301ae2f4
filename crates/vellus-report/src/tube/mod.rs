//! The blood in the tube, over the minutes of each spin.
//!
//! [`tube_row`] draws a row of tubes for each spin, for paper and files; [`tube_motion`] one tube a
//! spin that goes through the same minutes by itself, without a script. Heights are those of the
//! model; colours are drawn, not measured: plasma is a deeper yellow the more platelets it holds.

mod colour;
mod glass;
mod motion;
mod row;

pub use motion::tube_motion;
pub use row::tube_row;

use vellus_plan::bench::{TubeLook, TubePicture};

/// Width of both pictures, px: that of a phone, so that letters keep their size there.
pub(crate) const WIDTH: f64 = 390.0;
/// Room on the left for the scale in millimetres, px.
const LEFT: f64 = 34.0;
/// Tallest column of blood, px.
const TALLEST: f64 = 210.0;

/// Pixels for each millimetre: the same for both spins, so that their columns compare.
fn px_per_mm(picture: &TubePicture) -> f64 {
    TALLEST / picture.looks.iter().map(TubeLook::height_mm).fold(1.0, f64::max)
}

/// The looks of one spin, in the order of time.
fn spin(picture: &TubePicture, number: usize) -> Vec<&TubeLook> {
    picture.looks.iter().filter(|l| l.spin == number).collect()
}

/// Numbers of the spins.
fn spins(picture: &TubePicture) -> Vec<usize> {
    let mut all: Vec<usize> = picture.looks.iter().map(|l| l.spin).collect();
    all.dedup();
    all
}

/// "First spin".
fn spin_title(number: usize) -> &'static str {
    match number {
        1 => "First spin",
        2 => "Second spin",
        _ => "Spin",
    }
}

/// What a layer is called, and the depth of its middle, mm.
struct Label {
    text: Vec<String>,
    at_mm: f64,
}

/// The layers of a look, from the top.
fn labels(picture: &TubePicture, look: &TubeLook) -> Vec<Label> {
    let height = look.height_mm();
    let label =
        |text: &[&str], at_mm: f64| Label { text: text.iter().map(|t| (*t).to_owned()).collect(), at_mm };
    match (look.spin, look.red_cells_from_mm()) {
        (1, Some(interface)) if interface > 0.02 * height => vec![
            label(&["Plasma with", "platelets"], 0.42 * interface),
            label(&["Buffy coat"], interface),
            label(&["Red cells"], 0.5 * (interface + height)),
        ],
        (1, _) => vec![label(&["Blood, not", "yet parted"], 0.5 * height)],
        _ => match picture.keep_from_mm.filter(|k| *k < height) {
            Some(k) => {
                vec![
                    label(&["Plasma with", "few platelets,", "discarded"], 0.5 * k),
                    label(&["PRP, kept"], 0.5 * (k + height)),
                ]
            }
            None => vec![
                label(&["Plasma with", "few platelets"], 0.4 * height),
                label(&["Platelets"], 0.95 * height),
            ],
        },
    }
}
