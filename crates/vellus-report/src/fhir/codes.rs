//! Codes of others, each known to exist and to mean this. Where a paper form of the case does not say
//! how a value was counted, the LOINC code is the one without a method (26515-7, not 777-3 "by automated
//! count").

use super::datatypes::Coding;

/// Units.
pub(super) const UCUM: &str = "http://unitsofmeasure.org";
const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";
const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";

/// Platelets.
pub(super) const PLATELETS: Coding =
    Coding { system: LOINC, code: "26515-7", display: "Platelets [#/volume] in Blood" };
/// Haematocrit.
pub(super) const HAEMATOCRIT: Coding =
    Coding { system: LOINC, code: "20570-8", display: "Hematocrit [Volume Fraction] of Blood" };
/// Haemoglobin.
pub(super) const HAEMOGLOBIN: Coding =
    Coding { system: LOINC, code: "718-7", display: "Hemoglobin [Mass/volume] in Blood" };
/// White cells.
pub(super) const LEUKOCYTES: Coding =
    Coding { system: LOINC, code: "26464-8", display: "Leukocytes [#/volume] in Blood" };
/// Age.
pub(super) const AGE: Coding = Coding { system: LOINC, code: "30525-0", display: "Age" };
/// What a signed consent is filed under (value set `consent-category` of FHIR R4).
pub(super) const PATIENT_CONSENT: Coding =
    Coding { system: LOINC, code: "59284-0", display: "Patient Consent" };
/// The scalp.
pub(super) const SCALP: Coding = Coding { system: SNOMED, code: "41695006", display: "Scalp structure" };
/// Consent to treatment.
pub(super) const SCOPE_TREATMENT: Coding = Coding {
    system: "http://terminology.hl7.org/CodeSystem/consentscope",
    code: "treatment",
    display: "Treatment",
};
/// Blood.
pub(super) const LABORATORY: Coding =
    Coding { system: OBSERVATION_CATEGORY, code: "laboratory", display: "Laboratory" };
/// What was seen on the scalp.
pub(super) const EXAM: Coding = Coding { system: OBSERVATION_CATEGORY, code: "exam", display: "Exam" };
/// What the person said of themselves.
pub(super) const SOCIAL_HISTORY: Coding =
    Coding { system: OBSERVATION_CATEGORY, code: "social-history", display: "Social History" };
/// The program put the bundle together.
pub(super) const ASSEMBLER: Coding = Coding {
    system: "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    code: "assembler",
    display: "Assembler",
};
/// A person answers for it.
pub(super) const ATTESTER: Coding = Coding {
    system: "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    code: "attester",
    display: "Attester",
};
/// Something was made.
pub(super) const CREATE: Coding = Coding {
    system: "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
    code: "CREATE",
    display: "create",
};
