//! How PRP is made for a person: the site's way, or a published one.

use vellus_blood::{
    Anticoagulant, Blood, Layer, Protocol, ReadLevel, Rotor, RotorKind, Spin, Split, Tube, TubeKind,
    Withdrawal,
};
use vellus_head::Sex;
use vellus_units::{Millilitres, Millimetres, Minutes, Rcf, ThousandsPerUl};

use super::{Assumption, Filler};
use crate::case::Case;

/// The protocol, with norms for the blood that was not counted.
pub(super) fn protocol(case: &Case, f: &mut Filler) -> Protocol {
    let female = case.person.sex == Sex::Female;
    let b = &case.blood;
    let platelets = f.fill(b.platelets_k_per_ul, "blood.platelets_k_per_ul", if female { 247.0 } else { 234.0 }, if female { "247 ×10³/µL" } else { "234 ×10³/µL" }, "geometric middle of the reference interval (Boshnak 2017: 158–387 for women, 169–325 for men); a count decides the dose");
    let haematocrit = match (b.haematocrit_percent, b.haemoglobin_g_per_dl) {
        (None, Some(_)) => None,
        (given, _) => Some(
            f.fill(
                given,
                "blood.haematocrit_percent",
                if female { 40.0 } else { 45.0 },
                if female { "40 %" } else { "45 %" },
                "assumption: middle of the usual adult range",
            ) / 100.0,
        ),
    };
    let blood = Blood {
        platelets: Some(ThousandsPerUl(platelets)),
        haematocrit,
        mpv_fl: b.mpv_fl,
        mpv_method: b.mpv_method.unwrap_or_default(),
        mcv_fl: b.mcv_fl,
        wbc: b.wbc_k_per_ul.map(ThousandsPerUl),
        haemoglobin: b.haemoglobin_g_per_dl,
    };
    if let Some(p) = &case.site.prp {
        return p.protocol(blood);
    }
    f.assumptions.push(Assumption {
        key: "site.prp".into(),
        value: "10 mL tubes, swing-out rotor, 100 g × 10 min then 400 g × 10 min, to 1.2 mL a tube".into(),
        why: "a published manual double spin (Perez 2014) scaled to a 10 mL tube; give the site's own rotor, tube and spins".into(),
    });
    Protocol {
        title: "Manual double spin".into(),
        source: "after Perez 2014, ISRN Hematology".into(),
        split: Split::Validation,
        read_level: ReadLevel::default(),
        notes: String::new(),
        blood,
        anticoagulant: Anticoagulant::default(),
        tube: Tube {
            volume_ml: Some(Millilitres(10.0)),
            inner_diameter_mm: Some(Millimetres(13.0)),
            kind: TubeKind::default(),
            blood_ml: Some(Millilitres(9.0)),
            ..Tube::default()
        },
        rotor: Rotor {
            kind: Some(RotorKind::SwingOut),
            radius_max_mm: Some(Millimetres(160.0)),
            ..Rotor::default()
        },
        spins: vec![Spin::at_rcf(Rcf(100.0), Minutes(10.0)), Spin::at_rcf(Rcf(400.0), Minutes(10.0))],
        withdrawal: Withdrawal {
            layer: Layer::Plasma,
            final_volume_ml: Some(Millilitres(1.2)),
            ..Withdrawal::default()
        },
        published: None,
    }
}
