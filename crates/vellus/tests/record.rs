//! `vellus record` as people meet it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn run<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    let mut c = Command::new(env!("CARGO_BIN_EXE_vellus"));
    c.stdin(Stdio::null()).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    c.args(args).output().unwrap()
}

/// Ran well; what it said.
fn well(args: &[&str]) -> String {
    let o = run(args);
    assert!(o.status.success(), "{args:?}: {}", String::from_utf8_lossy(&o.stderr));
    String::from_utf8(o.stdout).unwrap()
}

/// Failed with 1, nothing on standard output, and a message with every part.
fn refused(args: &[&str], parts: &[&str]) {
    let o = run(args);
    let text = String::from_utf8(o.stderr).unwrap();
    assert_eq!(o.status.code(), Some(1), "{args:?}: {text}");
    assert!(o.stdout.is_empty());
    for part in parts {
        assert!(text.contains(part), "{args:?}: no {part:?} in {text}");
    }
}

fn case(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("case.toml");
    let text = "schema_version = 1\nlabel = \"R\"\ncontraindications = []\n[person]\nage_years = 38\nsex = \"male\"\n[loss]\nstage = \"norwood_3_vertex\"\n[dates]\ntoday = 2020-01-06\n";
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_plan_is_kept_approved_delivered_compared_and_planned_anew() {
    let folder = TempDir::new().unwrap();
    let path = case(&folder);
    let c = path.to_str().unwrap();
    refused(&["record", "add-plan", c], &["cannot read the plan", "vellus plan CASE"]);
    refused(&["record", "deliver", c, "prp"], &["nothing has been planned"]);
    assert!(well(&["record", "show", c]).contains("Nothing has been planned"));
    refused(&["record", "show", "nowhere.toml"], &["there is no case"]);

    well(&["plan", c, "--quick", "--only", "nothing", "--only", "prp_alone"]);
    assert!(
        well(&["record", "add-plan", c, "--choose", "prp_alone"])
            .contains("version 1: prp_alone (not approved)")
    );
    refused(&["record", "add-plan", c, "--choose", "prp_alone"], &["there already, as version 1"]);
    refused(&["record", "add-plan", c, "--choose", "magic"], &["no strategy \"magic\"", "prp_alone"]);
    well(&["record", "approve", c, "--by", "Dr A", "--role", "doctor"]);
    refused(&["record", "approve", c, "--by", "Dr A", "--role", "doctor"], &["locked"]);

    well(&[
        "record",
        "deliver",
        c,
        "--on",
        "2020-01-08",
        "--by",
        "N",
        "prp",
        "--platelets",
        "1150",
        "--volume",
        "5",
    ]);
    well(&[
        "record",
        "deliver",
        c,
        "--on",
        "2020-06-02",
        "measure",
        "vertex",
        "--terminal",
        "150",
        "--area",
        "2",
    ]);
    refused(&["record", "deliver", c, "--on", "2019-06-02", "prp"], &["2019-06-02", "first plan"]);
    refused(&["record", "deliver", c, "--on", "2999-06-02", "prp"], &["2999-06-02", "today is"]);
    refused(&["record", "deliver", c, "--on", "2020-06-03", "begin", "magic"], &["no drug", "minoxidil_5"]);
    refused(&["record", "deliver", c], &["either a word or a file"]);
    well(&["record", "note", c, "moved to another town"]);
    let shown = well(&["record", "show", c]);
    for part in
        ["version 1: prp_alone", "approved by Dr A (doctor)", "2020-01-08  PRP (N)", "note: moved", "Seal: "]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let compared = well(&["record", "compare", c]);
    for part in ["prescribed", "1150 thousand per µL, 5.0 mL", "not done", "terminal hairs"] {
        assert!(compared.contains(part), "{part}: {compared}");
    }
    // Planned again, the plan is the same and is told to be approved, on paper and for programs.
    let both = "nothing,prp_alone";
    let again = run(["plan", c, "--quick", "--only", "nothing", "--only", "prp_alone", "--histogram", both]);
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(again.status.success() && said.contains("approved by Dr A"), "{said}");
    let svg = std::fs::read_to_string(folder.path().join("plan/density_area_nothing_prp_alone.svg")).unwrap();
    assert!(svg.contains("10 years") && svg.contains("B · PRP alone"));
    refused(&["plan", c, "--histogram", "nothing"], &["takes two plans"]);
    refused(&["plan", c, "--histogram", "nothing,magic"], &["no strategy \"magic\"", "tandem"]);
    let bundle = std::fs::read_to_string(folder.path().join("plan/fhir.json")).unwrap();
    for part in ["\"plan\"", "\"completed\"", "1150 thousand per µL, 5.0 mL", "2020-06-02"] {
        assert!(bundle.contains(part), "{part}");
    }
    let new = well(&["record", "replan", c, "--on", "2020-06-03", "--keep"]);
    assert!(new.contains("held against version 1") && new.contains("years on"), "{new}");
    assert!(well(&["record", "show", c]).contains("version 2"));
    // A changed case needs a new plan.
    let text = std::fs::read_to_string(&path).unwrap().replace("38", "39");
    std::fs::write(&path, text).unwrap();
    refused(&["record", "add-plan", c], &["another case"]);
}

#[test]
fn a_broken_record_is_told_by_its_entry() {
    let folder = TempDir::new().unwrap();
    let path = case(&folder);
    let c = path.to_str().unwrap();
    well(&["record", "note", c, "one"]);
    well(&["record", "note", c, "two"]);
    let list: &Path = &folder.path().join("case.record/entries.jsonl");
    let text = std::fs::read_to_string(list).unwrap();
    std::fs::write(list, text.replace("one", "won")).unwrap();
    refused(&["record", "note", c, "three"], &["broken at entry 2", "backup"]);
    std::fs::write(list, &text[..text.len() - 5]).unwrap();
    let o = run(["record", "note", c, "three"]);
    assert!(o.status.success());
    assert!(String::from_utf8_lossy(&o.stderr).contains("never finished"));
    assert_eq!(std::fs::read_to_string(list).unwrap().lines().count(), 3);
}

#[test]
fn the_schema_of_deliveries_is_printed() {
    let schema: serde_json::Value = serde_json::from_str(&well(&["record", "schema"])).unwrap();
    assert!(schema["properties"]["delivered"].is_object());
}
