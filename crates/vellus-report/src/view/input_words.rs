//! What the inputs of a spin are called at the bench.

use crate::words::{number, plain};

/// An input in plain words, by its name in the blood room; a name that is not known here is shown as
/// it is.
pub(crate) fn input_words(name: &str) -> String {
    match name {
        "platelets" => "Platelets in the blood",
        "haematocrit" => "Haematocrit",
        "platelet_volume" => "Size of the platelets",
        "red_cell_volume" => "Size of the red cells",
        "wbc" => "White cells in the blood",
        "dilution" => "Anticoagulant per blood",
        "radius_max" => "Radius of the rotor",
        "blood_ml" => "Blood in a tube",
        "diameter" => "Width of the tube",
        "rcf_place" => "Where along the tube g is meant",
        "minutes1" => "Minutes of the first spin",
        "minutes2" => "Minutes of the second spin",
        "temperature" => "Temperature",
        "margin" => "Distance kept from the red cells",
        "plasma_fraction" => "Share of the plasma that is taken",
        "final" => "Volume at the end",
        "blur" => "Blur of the layer when the rotor stops",
        "aggregation" => "Clumping of the red cells",
        "exclusion" => "Platelets carried up between red cells",
        "stirring" => "Stirring in the plasma",
        "lifted" => "Red cells stirred up by the needle",
        "loft" => "Platelets lifted off the red cells",
        "packing" => "Packing of the red cells",
        "inclination" => "Gain by the tube's inclination",
        "resuspension" => "Platelets that mix back in",
        "person" => "Difference between people and days",
        _ => return plain(name),
    }
    .to_owned()
}

/// A value of an input with its unit. Shares without a unit are said in per cent, the others as
/// they are.
pub(crate) fn input_value(name: &str, unit: &str, x: f64) -> String {
    let share = ["haematocrit", "dilution", "plasma_fraction", "lifted", "loft", "resuspension", "person"];
    if unit.is_empty() && (share.contains(&name) || name == "final") {
        let digits = usize::from(x < 0.095);
        return format!("{} %", number(100.0 * x, digits));
    }
    if name == "rcf_place" {
        return match x {
            x if x < 0.25 => "bottom".into(),
            x if x < 0.75 => "between bottom and middle".into(),
            x if x < 1.5 => "middle".into(),
            _ => "surface".into(),
        };
    }
    let digits = match x.abs() {
        v if v >= 20.0 => 0,
        v if v >= 1.0 => 1,
        _ => 2,
    };
    if unit.is_empty() { number(x, digits) } else { format!("{} {unit}", number(x, digits)) }
}

/// Values of one input with the unit once, at the end.
pub(crate) fn input_values<const N: usize>(name: &str, unit: &str, x: [f64; N]) -> ([String; N], String) {
    let said = x.map(|x| input_value(name, unit, x));
    let last = said.iter().find_map(|s| s.rsplit_once(' ')).map_or("", |s| s.1).to_owned();
    if !last.is_empty() && said.iter().all(|s| s.split(' ').count() == 2 && s.ends_with(&last)) {
        let bare = said.map(|s| s[..s.len() - last.len()].trim_end().to_owned());
        (bare, format!(" {last}"))
    } else {
        (said, String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_per_cent_and_unknown_names_are_shown() {
        assert_eq!(input_value("haematocrit", "", 0.445), "44 %");
        assert_eq!(input_value("lifted", "", 0.007), "0.7 %");
        assert_eq!(input_value("margin", "mm", 3.1), "3.1 mm");
        assert_eq!(input_words("new_thing"), "New thing");
        let (of, unit) = input_values("platelets", "×10³/µL", [160.0, 330.0]);
        assert_eq!((of.join(" to "), unit.as_str()), ("160 to 330".into(), " ×10³/µL"));
        let (of, unit) = input_values("rcf_place", "", [0.1, 1.0]);
        assert_eq!((of.join(" to "), unit.as_str()), ("bottom to middle".into(), ""));
    }
}
