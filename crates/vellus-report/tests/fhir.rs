//! Bundles held against HL7's published schema and structure definitions of FHIR R4 (4.0.1).

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use vellus_head::{Sex, Zone};
use vellus_plan::Plan;
use vellus_plan::leaflet::Treatment;
use vellus_plan::outcome::StrategyOutcome;
use vellus_plan::schedule::EventKind;
use vellus_plan::visit::Visit;
use vellus_report::{Approval, ConsentGiven, Delivered, FhirRecord, ReportError, fhir_bundle};

const SCHEMA: &str = include_str!("fhir/r4_subset.schema.json");
const ELEMENTS: &str = include_str!("fhir/r4_elements.csv");

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

/// What HL7 says of an element.
struct Element {
    min: usize,
    many: bool,
    types: Vec<String>,
    targets: Vec<String>,
    /// The codes that a required binding allows; empty where there is none.
    codes: Vec<String>,
}

fn elements() -> BTreeMap<String, Element> {
    let list = |text: &str| text.split('|').filter(|t| !t.is_empty()).map(str::to_owned).collect();
    csv::Reader::from_reader(ELEMENTS.as_bytes())
        .records()
        .map(|r| {
            let r = r.unwrap();
            let (min, many) = (r[1].parse().unwrap(), &r[2] == "*");
            (
                r[0].to_owned(),
                Element { min, many, types: list(&r[3]), targets: list(&r[4]), codes: list(&r[5]) },
            )
        })
        .collect()
}

struct Checker {
    elements: BTreeMap<String, Element>,
    /// Type of each resource by its address.
    kinds: BTreeMap<String, String>,
    wrong: Vec<String>,
    references: usize,
    seen: BTreeSet<String>,
}

impl Checker {
    fn of(bundle: &Value) -> Self {
        let kinds = bundle["entry"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| {
                let kind = e["resource"]["resourceType"].as_str().unwrap().to_owned();
                (e["fullUrl"].as_str().unwrap().to_owned(), kind)
            })
            .collect();
        Self { elements: elements(), kinds, wrong: Vec::new(), references: 0, seen: BTreeSet::new() }
    }

    /// The element of a key, and which of its types the key names ("value[x]" by "valueQuantity").
    fn element(&self, path: &str, key: &str) -> Option<(String, String)> {
        let plain = format!("{path}.{key}");
        if let Some(e) = self.elements.get(&plain) {
            return Some((plain, e.types.first().cloned().unwrap_or_default()));
        }
        self.elements.iter().find_map(|(name, e)| {
            let stem = name.strip_suffix("[x]")?;
            let kind = plain.strip_prefix(stem)?;
            let given = e.types.iter().find(|t| t.eq_ignore_ascii_case(kind))?;
            Some((name.clone(), given.clone()))
        })
    }

    fn object(&mut self, path: &str, value: &Value) {
        let map = value.as_object().unwrap();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (key, v) in map {
            if key == "resourceType" {
                continue;
            }
            let Some((name, kind)) = self.element(path, key) else {
                self.wrong.push(format!("{path}.{key} is no element"));
                continue;
            };
            self.seen.insert(name.clone());
            let many = self.elements[&name].many;
            if many != v.is_array() {
                self.wrong.push(format!("{name}: array {} where many are {many}", v.is_array()));
            }
            let values: Vec<&Value> = v.as_array().map_or_else(|| vec![v], |a| a.iter().collect());
            *counts.entry(name.clone()).or_default() += values.len();
            for x in values {
                self.value(&name, &kind, x);
            }
        }
        let depth = path.matches('.').count() + 1;
        for (name, e) in &self.elements {
            let below = name.strip_prefix(path).is_some_and(|r| r.starts_with('.'));
            if below && name.matches('.').count() == depth && counts.get(name).copied().unwrap_or(0) < e.min {
                self.wrong.push(format!("{name} is missing in {value}"));
            }
        }
    }

    fn value(&mut self, name: &str, kind: &str, x: &Value) {
        let codes = &self.elements[name].codes;
        if !codes.is_empty() && x.as_str().is_some_and(|c| !codes.iter().any(|k| k == c)) {
            self.wrong.push(format!("{name} may be one of {codes:?}, not {x}"));
        }
        if kind == "Reference" {
            self.reference(name, x);
        }
        if kind == "Resource" {
            let of = x["resourceType"].as_str().unwrap().to_owned();
            self.object(&of, x);
        } else if kind == "BackboneElement" || kind == "Element" {
            self.object(name, x);
        } else if x.is_object() {
            self.object(kind, x);
        }
    }

    fn reference(&mut self, name: &str, x: &Value) {
        let Some(to) = x.get("reference") else { return };
        self.references += 1;
        let Some(kind) = self.kinds.get(to.as_str().unwrap()) else {
            self.wrong.push(format!("{name} points outside: {to}"));
            return;
        };
        let targets = &self.elements[name].targets;
        if !targets.is_empty() && !targets.iter().any(|t| t == kind || t == "Resource") {
            self.wrong.push(format!("{name} may point at {targets:?}, not at {kind}"));
        }
    }
}

fn readings() -> Vec<Visit> {
    let date = jiff::civil::date(2026, 5, 2);
    vec![
        Visit {
            zone: Zone::Vertex,
            date,
            terminal_per_cm2: Some(128.0),
            total_per_cm2: Some(161.0),
            calibre_um: Some(52.3),
            anagen_share: Some(0.81),
            area_cm2: 1.0,
        },
        Visit {
            zone: Zone::OccipitalDonor,
            date,
            terminal_per_cm2: Some(f64::NAN),
            total_per_cm2: None,
            calibre_um: None,
            anagen_share: None,
            area_cm2: f64::NAN,
        },
    ]
}

fn delivered(s: &StrategyOutcome) -> Vec<Delivered> {
    let first = |kind| s.events.iter().position(|e| e.kind == kind);
    let of = |kind, event, title: &str, note: &str| Delivered {
        kind,
        event,
        date: jiff::civil::date(2026, 5, 15),
        title: title.into(),
        note: note.into(),
    };
    vec![
        of(
            EventKind::Prp,
            first(EventKind::Prp),
            "PRP, first session",
            "5.1 mL, 910 thousand per µL, 52 points",
        ),
        of(EventKind::Consultation, None, "Patch test of pigment", ""),
        of(EventKind::DrugStart, first(EventKind::DrugStart), "Finasteride begun", "by the family doctor"),
        of(EventKind::Smp, Some(999), "A session too many", ""),
    ]
}

fn consents() -> Vec<ConsentGiven> {
    let date = jiff::civil::date(2026, 5, 14);
    vec![
        ConsentGiven { treatment: Treatment::Prp, agreed: true, date },
        ConsentGiven { treatment: Treatment::Smp, agreed: false, date },
    ]
}

fn full<'a>(r: &'a [Visit], d: &'a [Delivered], c: &'a [ConsentGiven]) -> FhirRecord<'a> {
    FhirRecord {
        sex: Some(Sex::Male),
        age_years: Some(36.0),
        year_of_birth: Some(1990),
        readings: r,
        delivered: d,
        consents: c,
        approval: Some(Approval {
            by: "Dr A".into(),
            role: "doctor".into(),
            on: jiff::civil::date(2026, 5, 13),
            version: 1,
        }),
    }
}

/// Every bundle that the tests look at: each strategy, bare and with a full record.
fn bundles() -> Vec<(String, Value)> {
    let plan = support::plan();
    let (r, c) = (readings(), consents());
    let mut out = Vec::new();
    for s in &plan.strategies {
        let d = delivered(s);
        for (name, record) in [("bare", FhirRecord::default()), ("full", full(&r, &d, &c))] {
            let text = fhir_bundle(&plan, &s.id, &record).unwrap();
            out.push((format!("{} {name}", s.id), serde_json::from_str(&text).unwrap()));
        }
    }
    out
}

fn of_kind<'a>(bundle: &'a Value, kind: &str) -> Vec<&'a Value> {
    let entries = bundle["entry"].as_array().unwrap().iter().map(|e| &e["resource"]);
    entries.filter(|r| r["resourceType"] == kind).collect()
}

#[test]
fn val_bundles_are_valid_against_the_published_schema() {
    let validator = validator();
    for (name, bundle) in bundles() {
        // Resource by resource, so that an error names its place.
        for e in bundle["entry"].as_array().unwrap() {
            let kind = e["resource"]["resourceType"].as_str().unwrap();
            let mut one: Value = serde_json::from_str(SCHEMA).unwrap();
            one["oneOf"] = serde_json::json!([{ "$ref": format!("#/definitions/{kind}") }]);
            let errors: Vec<String> = jsonschema::validator_for(&one)
                .unwrap()
                .iter_errors(&e["resource"])
                .map(|e| format!("{}: {e}", e.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{name} {kind}: {errors:#?}");
        }
        assert!(validator.is_valid(&bundle), "{name}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let validator = validator();
    let good = bundles().remove(0).1;
    type Harm = fn(&mut Value);
    let harms: [Harm; 5] = [
        |b| b["entry"][0]["resource"]["birthDate"] = "12 May 1990".into(),
        |b| b["entry"][0]["resource"]["surname"] = "x".into(),
        |b| b["entry"][0]["resource"]["id"] = "a b".into(),
        |b| b["type"] = "heap".into(),
        |b| b["entry"][2]["resource"]["title"] = "a\u{a0}b".into(),
    ];
    assert!(validator.is_valid(&good));
    for (i, harm) in harms.iter().enumerate() {
        let mut bad = good.clone();
        harm(&mut bad);
        assert!(!validator.is_valid(&bad), "{i}");
    }
}

#[test]
fn val_elements_are_as_often_there_as_they_must_and_references_resolve() {
    let mut seen = BTreeSet::new();
    for (name, bundle) in bundles() {
        let mut c = Checker::of(&bundle);
        c.object("Bundle", &bundle);
        assert!(c.wrong.is_empty(), "{name}: {:#?}", c.wrong);
        assert!(c.references > 5, "{name}");
        seen.append(&mut c.seen);
    }
    for path in [
        "Patient.birthDate",
        "CarePlan.activity.detail.scheduled[x]",
        "ServiceRequest.quantity[x]",
        "Procedure.basedOn",
        "Observation.value[x]",
        "Consent.provision.code",
        "Provenance.entity.what",
    ] {
        assert!(seen.contains(path), "{path} was never looked at");
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let good = bundles().into_iter().find(|(name, _)| name == "tandem full").unwrap().1;
    type Harm = fn(&mut Value);
    let harms: [(Harm, &str); 5] = [
        (|b| b["entry"][2]["resource"]["status"] = "wished".into(), "not \"wished\""),
        (
            |b| {
                b["entry"][2]["resource"].as_object_mut().unwrap().remove("status");
            },
            "CarePlan.status is missing",
        ),
        (
            |b| b["entry"][2]["resource"]["subject"] = b["entry"][2]["resource"]["author"].clone(),
            "not at Device",
        ),
        (|b| b["entry"][2]["resource"]["author"]["reference"] = "urn:uuid:gone".into(), "points outside"),
        (|b| b["entry"][2]["resource"]["note"] = serde_json::json!({ "text": "x" }), "array false"),
    ];
    for (harm, said) in harms {
        let mut bad = good.clone();
        harm(&mut bad);
        let mut c = Checker::of(&bad);
        c.object("Bundle", &bad);
        assert!(c.wrong.iter().any(|w| w.contains(said)), "{said}: {:?}", c.wrong);
    }
}

/// Rules of R4 that neither schema nor structure can say: bdl-1, 2, 3, 4, 7; cpl-3; ppc-1, 5; obs-6;
/// ref-1; per-1.
#[test]
fn val_invariants_of_r4_hold() {
    for (name, b) in bundles() {
        assert_eq!(b["type"], "collection");
        assert!(b.get("total").is_none());
        let mut urls = BTreeSet::new();
        for e in b["entry"].as_array().unwrap() {
            assert_eq!(e.as_object().unwrap().len(), 2, "{name}: no search, request or response");
            let id = e["resource"]["id"].as_str().unwrap();
            assert!(id.len() <= 64 && id.bytes().all(|c| c.is_ascii_alphanumeric() || b"-.".contains(&c)));
            assert_eq!(e["fullUrl"], format!("urn:uuid:{id}"));
            assert!(urls.insert(id.to_owned()), "{name}: {id} twice");
        }
        for p in of_kind(&b, "CarePlan") {
            for a in p["activity"].as_array().into_iter().flatten() {
                assert!(a.get("reference").is_some() != a.get("detail").is_some(), "{name}: {a}");
            }
            assert!(p["period"]["start"].as_str() <= p["period"]["end"].as_str());
        }
        for c in of_kind(&b, "Consent") {
            assert!(c.get("policyRule").is_some() && c.get("patient").is_some());
        }
        for o in of_kind(&b, "Observation") {
            assert!(o["valueQuantity"]["value"].is_number() && o.get("dataAbsentReason").is_none());
        }
    }
}

#[test]
fn every_date_is_a_day_of_the_calendar() {
    fn walk(key: &str, v: &Value, seen: &mut usize) {
        match v {
            Value::Object(m) => m.iter().for_each(|(k, v)| walk(k, v, seen)),
            Value::Array(a) => a.iter().for_each(|v| walk(key, v, seen)),
            Value::String(s)
                if ["start", "end", "created", "authoredOn"].contains(&key) || key.ends_with("DateTime") =>
            {
                assert!(s.parse::<jiff::civil::Date>().is_ok_and(|d| d.to_string() == *s), "{key} {s}");
                *seen += 1;
            }
            Value::String(s) if key == "timestamp" || key == "recorded" => {
                assert!(s.parse::<jiff::Timestamp>().is_ok(), "{key} {s}");
                *seen += 1;
            }
            _ => {}
        }
    }
    for (name, b) in bundles() {
        let mut seen = 0;
        walk("", &b, &mut seen);
        assert!(seen > 3, "{name}");
    }
}

#[test]
fn the_bundle_says_what_the_plan_says() {
    let plan = support::plan();
    let tandem = plan.strategies.iter().find(|s| s.id == "tandem").unwrap();
    let (r, d, c) = (readings(), delivered(tandem), consents());
    let of = |record: &FhirRecord<'_>| -> Value {
        serde_json::from_str(&fhir_bundle(&plan, "tandem", record).unwrap()).unwrap()
    };
    let (bare, full) = (of(&FhirRecord::default()), of(&full(&r, &d, &c)));
    let appointments = tandem.events.iter().filter(|e| e.hours > 0.0).count();
    assert_eq!(of_kind(&bare, "ServiceRequest").len(), appointments);
    assert_eq!(of_kind(&bare, "CarePlan")[0]["activity"].as_array().unwrap().len(), tandem.events.len());
    assert!(
        of_kind(&bare, "ServiceRequest").iter().all(|r| r["status"] == "draft" && r["intent"] == "proposal")
    );
    assert!(of_kind(&bare, "Procedure").is_empty());
    assert!(of_kind(&bare, "Consent").iter().all(|c| c["status"] == "proposed"));
    assert!(of_kind(&bare, "Patient")[0].get("name").is_none());
    assert_eq!(of_kind(&bare, "Patient")[0]["identifier"][0]["value"], "A-0317");

    assert_eq!(of_kind(&full, "Procedure").len(), d.len());
    let done: Vec<_> =
        of_kind(&full, "ServiceRequest").into_iter().filter(|r| r["status"] == "completed").collect();
    assert_eq!(done.len(), 1);
    assert!(done[0]["code"]["text"].as_str().unwrap().starts_with("PRP 1"));
    let states: Vec<_> = of_kind(&full, "Consent").iter().map(|c| c["status"].clone()).collect();
    assert_eq!(states, ["active", "rejected"]);
    let hair: Vec<_> =
        of_kind(&full, "Observation").into_iter().filter(|o| o.get("component").is_some()).collect();
    let units: Vec<_> = hair.iter().map(|o| o["valueQuantity"]["code"].as_str().unwrap()).collect();
    assert_eq!(units, ["/cm2", "/cm2", "um", "%"]);
    assert_eq!(hair[3]["valueQuantity"]["value"], 81.0);
    let platelets = of_kind(&full, "Observation")
        .into_iter()
        .find(|o| o["code"]["coding"][0]["code"] == "26515-7")
        .unwrap();
    assert_eq!(platelets["valueQuantity"]["code"], "10*3/uL");
    assert_eq!(
        platelets["valueQuantity"]["value"].as_f64(),
        plan.bench.as_ref().unwrap().counted.platelets_k_per_ul
    );
    let smp: f64 =
        of_kind(&full, "ServiceRequest").iter().filter_map(|r| r["quantityQuantity"]["value"].as_f64()).sum();
    let dots: usize = tandem.dots.as_ref().unwrap().sessions.iter().map(|s| s.dots).sum();
    assert_eq!(smp as usize, dots);
    let provenance = of_kind(&full, "Provenance")[0].to_string();
    for part in [plan.case_hash.as_str(), "Kieling", "Dr A", "attester"] {
        assert!(provenance.contains(part), "{part}");
    }
    let device = of_kind(&full, "Device")[0];
    assert_eq!(device["version"][0]["value"], "0.1.0");
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_strategy_other_resources_of_one_person() {
    let plan = support::plan();
    let of = |id: &str| fhir_bundle(&plan, id, &FhirRecord::default()).unwrap();
    assert_eq!(of("tandem"), of("tandem"));
    let ids = |id: &str| -> Vec<String> {
        let b: Value = serde_json::from_str(&of(id)).unwrap();
        b["entry"].as_array().unwrap().iter().map(|e| e["fullUrl"].to_string()).collect()
    };
    let (a, b) = (ids("tandem"), ids("smp_now"));
    assert_eq!(a.iter().filter(|x| b.contains(x)).count(), 2, "person and program are shared");
}

/// Text of a case that tries to leave its place.
#[test]
fn hostile_text_stays_text() {
    let mut plan: Plan = support::plan();
    plan.label = "\u{0}\u{202f}".into();
    plan.program = "vellus".into();
    plan.case_hash = String::new();
    plan.strategies[1].title = "</p></div><script>alert(1)</script>\n\u{feff}".into();
    plan.strategies[1].events[0].detail = "  ".into();
    plan.strategies[1].events[1].title = "\u{7}".into();
    plan.strategies[1].prp.as_mut().unwrap().volume_ml.median = f64::NAN;
    let text = fhir_bundle(&plan, &plan.strategies[1].id, &FhirRecord::default()).unwrap();
    let bundle: Value = serde_json::from_str(&text).unwrap();
    for e in bundle["entry"].as_array().unwrap() {
        assert!(!e["resource"]["text"].to_string().contains("<script>"), "{e}");
    }
    assert!(validator().is_valid(&bundle));
    let mut c = Checker::of(&bundle);
    c.object("Bundle", &bundle);
    assert!(c.wrong.is_empty(), "{:#?}", c.wrong);
}

#[test]
fn an_unknown_strategy_is_named() {
    let e = fhir_bundle(&support::plan(), "tandme", &FhirRecord::default()).unwrap_err();
    assert!(matches!(e, ReportError::Strategy { .. }) && e.to_string().contains("tandem"));
}
