//! What was measured: hair, blood and age. Never what was simulated.

use jiff::civil::Date;
use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::subject::zone_name;

use super::FhirRecord;
use super::codes::{
    AGE, EXAM, HAEMATOCRIT, HAEMOGLOBIN, LABORATORY, LEUKOCYTES, PLATELETS, SCALP, SOCIAL_HISTORY,
};
use super::datatypes::{CodeableConcept, Coding, Narrative, Quantity, Reference, day};
use super::id::Ids;
use crate::words::{number, plain};

#[derive(Debug, Serialize)]
struct Component {
    code: CodeableConcept,
    #[serde(rename = "valueQuantity")]
    value: Quantity,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Observation {
    text: Narrative,
    status: &'static str,
    category: Vec<CodeableConcept>,
    code: CodeableConcept,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_date_time: Option<String>,
    value_quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_site: Option<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    component: Vec<Component>,
}

impl Observation {
    fn new(
        category: Coding,
        code: CodeableConcept,
        what: &str,
        when: Option<Date>,
        value: (f64, &'static str, &'static str),
    ) -> Self {
        let (value, unit, ucum) = value;
        let date = when.map_or_else(String::new, |d| format!("{}: ", day(d)));
        Self {
            text: Narrative::of(&[format!("{date}{what} {} {unit}", number(value, 1))]),
            status: "final",
            category: vec![CodeableConcept::code(category)],
            code,
            subject: None,
            effective_date_time: when.map(day),
            value_quantity: Quantity::new(value, unit, ucum),
            body_site: None,
            component: Vec::new(),
        }
    }

    /// Says whom it is about.
    pub(super) fn about(&mut self, ids: &Ids) {
        self.subject = Some(Reference::to(&ids.patient()));
    }
}

/// Everything that was measured, in order of date for hair, then blood, then age. Numbers that are not
/// finite are left out.
pub(super) fn observations(plan: &Plan, record: &FhirRecord<'_>) -> Vec<Observation> {
    let mut out = Vec::new();
    for v in record.readings {
        let zone = plain(zone_name(v.zone));
        for (what, value, unit, ucum) in [
            ("Terminal hairs per area of scalp", v.terminal_per_cm2, "per cm²", "/cm2"),
            ("Hairs per area of scalp", v.total_per_cm2, "per cm²", "/cm2"),
            ("Mean diameter of hairs", v.calibre_um, "µm", "um"),
            ("Share of growing hairs", v.anagen_share.map(|x| 100.0 * x), "%", "%"),
        ] {
            let Some(value) = value.filter(|x| x.is_finite()) else { continue };
            let mut o = Observation::new(
                EXAM,
                CodeableConcept::text(what),
                &format!("{what}, {zone}:"),
                Some(v.date),
                (value, unit, ucum),
            );
            o.body_site = Some(CodeableConcept::named(SCALP, &zone));
            if v.area_cm2.is_finite() {
                o.component.push(Component {
                    code: CodeableConcept::text("Area that was counted"),
                    value: Quantity::new(v.area_cm2, "cm²", "cm2"),
                });
            }
            out.push(o);
        }
    }
    if let Some(c) = plan.bench.as_ref().map(|b| b.counted) {
        for (coding, what, value, unit, ucum) in [
            (PLATELETS, "Platelets", c.platelets_k_per_ul, "thousand per µL", "10*3/uL"),
            (HAEMATOCRIT, "Haematocrit", c.haematocrit_percent, "%", "%"),
            (HAEMOGLOBIN, "Haemoglobin", c.haemoglobin_g_per_dl, "g/dL", "g/dL"),
            (LEUKOCYTES, "White cells", c.wbc_k_per_ul, "thousand per µL", "10*3/uL"),
        ] {
            let Some(value) = value.filter(|x| x.is_finite()) else { continue };
            let code = CodeableConcept::named(coding, what);
            out.push(Observation::new(LABORATORY, code, what, c.date, (value, unit, ucum)));
        }
    }
    if let Some(age) = record.age_years.filter(|x| x.is_finite()) {
        let code = CodeableConcept::named(AGE, "Age");
        out.push(Observation::new(SOCIAL_HISTORY, code, "Age", Some(plan.today), (age, "years", "a")));
    }
    out
}
