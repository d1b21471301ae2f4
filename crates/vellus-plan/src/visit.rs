//! Visits: what was read of a person's hair, when and where, with every gap filled.

use std::collections::BTreeMap;

use jiff::civil::Date;
use vellus_head::Zone;

use crate::case::ReadingKeys;

/// Area of a field whose size the case does not give, cm². *Assumption*: a phototrichogram counts
/// about one square centimetre.
pub const FIELD_CM2: f64 = 1.0;

/// What was read in one zone at one visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// Where.
    pub zone: Zone,
    /// When.
    pub date: Date,
    /// Terminal hairs (at least 30 µm) per cm².
    pub terminal_per_cm2: Option<f64>,
    /// All hairs per cm².
    pub total_per_cm2: Option<f64>,
    /// Mean calibre of all hairs in the field, µm.
    pub calibre_um: Option<f64>,
    /// Share of growing hairs among all, 0 to 1.
    pub anagen_share: Option<f64>,
    /// Area that was counted, cm²: how far the reading can be trusted.
    pub area_cm2: f64,
}

/// The visits of a case in order of date, then zone. A reading without a date is of `today`.
#[must_use]
pub fn visits(readings: &[ReadingKeys], today: Date) -> Vec<Visit> {
    let mut out: Vec<Visit> = readings
        .iter()
        .map(|r| Visit {
            zone: r.zone,
            date: r.date.unwrap_or(today),
            terminal_per_cm2: r.terminal_per_cm2,
            total_per_cm2: r.total_per_cm2,
            calibre_um: r.calibre_um,
            anagen_share: r.anagen_percent.map(|p| p / 100.0),
            area_cm2: r.area_cm2.unwrap_or(FIELD_CM2),
        })
        .collect();
    out.sort_by_key(|v| (v.date, v.zone));
    out
}

/// The latest of a number in each zone, of visits in order of date.
#[must_use]
pub fn latest(visits: &[Visit], of: impl Fn(&Visit) -> Option<f64>) -> BTreeMap<Zone, f64> {
    visits.iter().filter_map(|v| of(v).map(|x| (v.zone, x))).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn reading(zone: Zone, day: Option<Date>, terminal: Option<f64>) -> ReadingKeys {
        ReadingKeys {
            zone,
            terminal_per_cm2: terminal,
            total_per_cm2: Some(200.0),
            calibre_um: None,
            anagen_percent: Some(80.0),
            area_cm2: None,
            method: "trichoscopy".into(),
            date: day,
        }
    }

    #[test]
    fn visits_stand_in_order_of_date_then_zone() {
        let today = date(2026, 11, 23);
        let v = visits(
            &[
                reading(Zone::Vertex, None, None),
                reading(Zone::Vertex, Some(date(2025, 1, 1)), Some(120.0)),
                reading(Zone::Frontal, Some(date(2025, 1, 1)), Some(150.0)),
                reading(Zone::Vertex, Some(date(2024, 1, 1)), Some(140.0)),
            ],
            today,
        );
        let order: Vec<_> = v.iter().map(|v| (v.date.year(), v.zone)).collect();
        assert_eq!(
            order,
            [(2024, Zone::Vertex), (2025, Zone::Frontal), (2025, Zone::Vertex), (2026, Zone::Vertex)]
        );
        assert_eq!(v[3].date, today);
        assert_eq!(v[0].anagen_share, Some(0.8));
        // The last visit counted all hairs only: terminal hairs are not made from them.
        let terminal = latest(&v, |v| v.terminal_per_cm2);
        assert_eq!(terminal, BTreeMap::from([(Zone::Frontal, 150.0), (Zone::Vertex, 120.0)]));
    }
}
