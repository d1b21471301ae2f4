//! The consent and aftercare sheets.

mod support;

use vellus_plan::leaflet::{Treatment, aftercare, consent, treatments};
use vellus_report::{ReportError, consent_page};

fn unbroken(html: &str) -> String {
    html.replace('\u{a0}', " ")
}

fn page(strategy: &str) -> String {
    consent_page(&support::plan(), strategy).unwrap().unwrap()
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('\'', "&#x27;")
        .replace('"', "&quot;")
        .replace('/', "&#x2f;")
}

#[test]
fn every_statement_and_every_answer_of_the_strategy_stands_there_with_its_source() {
    let plan = support::plan();
    for s in &plan.strategies {
        let used = treatments(s);
        let Some(html) = consent_page(&plan, &s.id).unwrap() else {
            assert_eq!((s.id.as_str(), used.len()), ("nothing", 0));
            continue;
        };
        support::balance(&html).unwrap();
        let html = unbroken(&html);
        for t in Treatment::ALL {
            let sheet = consent(t);
            assert_eq!(html.contains(&format!("id=\"{}\"", t.id())), used.contains(&t), "{} {t:?}", s.id);
            if !used.contains(&t) {
                continue;
            }
            for x in &sheet.statements {
                assert!(html.contains(&escaped(&x.text)), "{}", x.text);
                assert!(html.contains(&escaped(&x.source)), "{}", x.source);
            }
            for x in aftercare(t).iter().flat_map(|c| &c.topics) {
                for part in
                    [&x.take, &x.why].into_iter().chain(x.answers.iter().flat_map(|a| [&a.says, &a.source]))
                {
                    assert!(html.contains(&escaped(part)), "{part}");
                }
            }
        }
        // A place to sign and a way to say no for every treatment.
        assert_eq!(html.matches("I do not agree").count(), used.len());
        for line in ["Explained by", "I want more time", "may do nothing"] {
            assert!(html.matches(line).count() >= used.len(), "{line}");
        }
    }
}

#[test]
fn what_the_plan_knows_stands_beside_what_is_general() {
    let html = page("tandem");
    for part in [
        "blood thinner",
        "No trial has combined",
        "3 sessions",
        "simulated futures",
        "940 thousand",
        "Here: about €",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let mut plan = support::plan();
    plan.contraindications_asked = false;
    assert!(consent_page(&plan, "tandem").unwrap().unwrap().contains("Not asked yet"));
    assert!(!html.contains("Not asked yet"));
}

#[test]
fn it_needs_nothing_from_outside_and_holds_what_is_hostile() {
    let mut plan = support::plan();
    plan.label = "</style><script>alert(1)</script>".into();
    plan.strategies[1].idea = "<img src=x onerror=alert(1)>".into();
    let html = consent_page(&plan, &plan.strategies[1].id).unwrap().unwrap();
    assert!(
        !html.contains("<script")
            && !html.contains("<img")
            && !html.contains("http://")
            && !html.contains("https://")
    );
    support::balance(&html).unwrap();
    assert_eq!(page("tandem"), page("tandem"));
    let e = consent_page(&plan, "tandme").unwrap_err();
    assert!(matches!(e, ReportError::Strategy { .. }));
}
