//! What a session uses up.

use serde::{Deserialize, Serialize};

use crate::dots::{COLUMN_HEIGHT_UM, Dots};

/// Share of the pigment in the cup that ends in the skin: the rest stays in needle, cup and on the
/// swab (assumption).
const IN_THE_SKIN: f64 = 0.05;
/// Least that is poured, mL: a needle does not draw from an emptier cup (assumption).
const LEAST_CUP_ML: f64 = 1.0;
/// Dots after which a needle is changed: it is blunt (assumption), and at each sitting at the latest.
const DOTS_PER_NEEDLE: usize = 8_000;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplyItem {
    /// What.
    pub item: String,
    /// How much.
    pub quantity: f64,
    /// Of what unit.
    pub unit: String,
    /// Why so much.
    pub why: String,
}

/// What one session uses up, over so many sittings.
#[must_use]
pub fn supplies(dots: &Dots, session: u8, sittings: u32) -> Vec<SupplyItem> {
    let own: Vec<usize> = (0..dots.len()).filter(|i| dots.session[*i] == session).collect();
    let mut out = Vec::new();
    let mut add = |item: String, quantity: f64, unit: &str, why: &str| {
        out.push(SupplyItem { item, quantity, unit: unit.into(), why: why.into() });
    };
    for (k, needle) in dots.needles.iter().enumerate() {
        let n = own.iter().filter(|i| usize::from(dots.needle[**i]) == k).count();
        if n > 0 {
            let needles = n.div_ceil(DOTS_PER_NEEDLE).max(sittings as usize) + 1;
            add(
                format!("needle {}", needle.name),
                needles as f64,
                "pieces",
                "one for 8 000 dots (assumption), a new one at each sitting, and a spare",
            );
        }
    }
    for (k, ink) in dots.inks.iter().enumerate() {
        let volume_mm3: f64 = own
            .iter()
            .filter(|i| usize::from(dots.ink[**i]) == k)
            .map(|i| {
                let r = 0.5e-3 * f64::from(dots.fresh_um[*i]);
                std::f64::consts::PI * r * r * COLUMN_HEIGHT_UM * 1e-3
            })
            .sum();
        if volume_mm3 > 0.0 {
            let cup = (volume_mm3 / 1000.0 / IN_THE_SKIN).max(LEAST_CUP_ML * f64::from(sittings.max(1)));
            let pigment = cup / (1.0 + ink.water_per_pigment);
            let tenth = |x: f64| (10.0 * x).ceil() / 10.0;
            let lot = ink.lot.as_ref().map_or(String::new(), |l| format!(", lot {l}"));
            add(
                format!("pigment {}{lot}", ink.pigment),
                tenth(pigment),
                "mL",
                "a twentieth of the cup ends in the skin (assumption); at least 1 mL a sitting is poured",
            );
            if ink.water_per_pigment > 0.0 {
                add(
                    "sterile water for the pigment".into(),
                    tenth(cup - pigment),
                    "mL",
                    "measured by syringe, one cup for the whole session",
                );
            }
        }
    }
    let sittings = f64::from(sittings.max(1));
    add("pigment cups".into(), 2.0 * sittings, "pieces", "one in use, one clean (assumption)");
    add("pairs of gloves".into(), 4.0 * sittings, "pairs", "changed at each break (assumption)");
    add("gauze swabs".into(), 20.0 * sittings, "pieces", "assumption");
    add(
        "surface wrap and machine sleeves".into(),
        sittings,
        "sets",
        "a new set for each sitting (assumption)",
    );
    add("skin marker, washable".into(), 1.0, "piece", "hairline and registration marks");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ink, Needle};
    use vellus_head::Zone;

    #[test]
    fn quantities_follow_the_dots() {
        let n = 14_000;
        let dots = Dots {
            position: vec![[0.0; 3]; n],
            normal: vec![[0.0; 3]; n],
            chart: vec![[0.0; 2]; n],
            zone: vec![Zone::Frontal; n],
            session: vec![1; n],
            day: vec![0.0; n],
            needle: vec![0; n],
            ink: vec![0; n],
            set_depth_um: vec![1000.0; n],
            deposit_depth_um: vec![220.0; n],
            fresh_um: vec![250.0; n],
            healed_um: vec![160.0; n],
            needles: vec![Needle::single()],
            inks: vec![Ink { water_per_pigment: 4.0, ..Ink::default() }],
        };
        let list = supplies(&dots, 1, 1);
        let find = |word: &str| list.iter().find(|s| s.item.contains(word)).unwrap().quantity;
        assert_eq!(find("needle"), 3.0);
        // 14 000 columns of 0.25 mm by 0.22 mm are 0.151 mL; twenty times that, one part in five.
        assert!((find("pigment carbon") - 0.7).abs() < 0.11, "{list:?}");
        assert!(find("water") > 2.0);
        assert!(supplies(&dots, 2, 1).iter().all(|s| !s.item.contains("needle")));
    }
}
