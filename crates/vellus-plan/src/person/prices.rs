//! What things cost at the site.

use serde::{Deserialize, Serialize};

use super::Filler;
use crate::case::Case;

/// Prices with every gap filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Prices {
    pub currency: String,
    pub prp_session: f64,
    pub smp_per_thousand_dots: f64,
    pub smp_sitting_minimum: f64,
    pub finasteride_month: f64,
    pub minoxidil_month: f64,
    pub graft: f64,
    pub consultation: f64,
}

impl Prices {
    /// What one session of SMP costs: by the dot, but no less than the minimum of each of its sittings.
    #[must_use]
    pub fn smp_session(&self, dots: f64, sittings: f64) -> f64 {
        (dots / 1000.0 * self.smp_per_thousand_dots).max(self.smp_sitting_minimum * sittings)
    }
}

/// Prices, with clinic pages for what the case leaves out.
pub(super) fn prices(case: &Case, f: &mut Filler) -> Prices {
    let p = &case.site.prices;
    let currency = f.fill(
        case.site.currency.clone(),
        "site.currency",
        "USD".into(),
        "USD",
        "the currency of the published prices",
    );
    let mut price = |given: Option<f64>, key: &str, value: f64, why: &str| {
        f.fill(given, &format!("site.prices.{key}"), value, format!("{value:.0} {currency}"), why)
    };
    Prices {
        prp_session: price(p.prp_session, "prp_session", 800.0, "clinic pages: 500–1 500 USD a session"),
        smp_per_thousand_dots: price(
            p.smp_per_thousand_dots,
            "smp_per_thousand_dots",
            75.0,
            "clinic pages: 2 000–4 000 USD for 40 000 dots",
        ),
        smp_sitting_minimum: price(
            p.smp_sitting_minimum,
            "smp_sitting_minimum",
            350.0,
            "assumption within studio prices of a session (500–1 000 USD)",
        ),
        finasteride_month: price(
            p.finasteride_month,
            "finasteride_month",
            60.0,
            "clinic pages: 30–100 USD a month",
        ),
        minoxidil_month: price(p.minoxidil_month, "minoxidil_month", 35.0, "clinic pages: 20–60 USD a month"),
        graft: price(p.graft, "graft", 5.0, "clinic pages: 3–10 USD a graft"),
        consultation: price(p.consultation, "consultation", 100.0, "assumption"),
        currency: currency.clone(),
    }
}
