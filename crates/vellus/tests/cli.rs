//! The program as people meet it: exit codes, messages, and what is left on the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn program() -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_vellus"));
    c.stdin(Stdio::null()).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    c
}

fn run<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    program().args(args).output().unwrap()
}

fn out(o: &Output) -> String {
    String::from_utf8(o.stdout.clone()).unwrap()
}

fn err(o: &Output) -> String {
    String::from_utf8(o.stderr.clone()).unwrap()
}

/// A case that is sound, with `more` after it.
fn case(more: &str) -> String {
    format!("schema_version = 1\n{more}")
}

const PERSON: &str = "[person]\nage_years = 40\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n";

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Names in a folder, hidden ones included, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    all.sort();
    all
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(root: &Path, at: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, into);
            } else {
                into.insert(path.strip_prefix(root).unwrap().to_path_buf(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

/// Failed for a reason of the user's: 1, nothing on standard output, a message with every `part`.
fn refused(o: &Output, parts: &[&str]) {
    let message = err(o);
    assert_eq!(o.status.code(), Some(1), "{message}");
    assert!(o.stdout.is_empty(), "{}", out(o));
    assert!(message.contains("error:"), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert!(!message.contains("panicked") && !message.contains('\x1b'), "{message}");
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_the_right_one() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(&PERSON.replace("age_years", "age_year")));
    for verb in [&["plan", "--quick"][..], &["case", "check"]] {
        refused(
            &run(verb.iter().map(std::ffi::OsString::from).chain([file.clone().into()])),
            &["age_year", "line 3", "hint:", "`age_years`"],
        );
    }
    assert_eq!(names(folder.path()), ["case.toml"]);
}

#[test]
fn an_impossible_value_is_named_with_its_range_and_a_hint() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(&format!("{PERSON}[head]\ncircumference_mm = 57\n")));
    let parts = ["head.circumference_mm", "57", "line 8", "470 to 680", "hint:", "millimetres"];
    refused(&run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref()]), &parts);
    refused(&run(["case".as_ref(), "check".as_ref(), file.as_os_str()]), &parts);
    assert_eq!(names(folder.path()), ["case.toml"]);
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("nobody.toml");
    for verb in ["plan", "spin"] {
        refused(&run([verb.as_ref(), file.as_os_str()]), &["nobody.toml", "hint:"]);
    }
    refused(&run(["case".as_ref(), "check".as_ref(), file.as_os_str()]), &["nobody.toml", "hint:"]);
    assert!(names(folder.path()).is_empty());
}

/// An octahedron as OBJ: a mesh, if not a head.
const OCTAHEDRON: &str = "v 0 1 0\nv 1 0 0\nv 0 0 1\nv -1 0 0\nv 0 0 -1\nv 0 -1 0\n\
f 1 3 2\nf 1 4 3\nf 1 5 4\nf 1 2 5\nf 6 2 3\nf 6 3 4\nf 6 4 5\nf 6 5 2\n";

#[test]
fn a_scan_without_a_unit_is_refused() {
    let folder = TempDir::new().unwrap();
    write(&folder, "head.obj", OCTAHEDRON);
    let file = write(
        &folder,
        "case.toml",
        case(&format!(
            "{PERSON}[head]\nscan = \"head.obj\"\n[head.landmarks]\nnasion = [0, 0, 1]\nlateral_canthus_left = [0.4, 0, 0.8]\nlateral_canthus_right = [-0.4, 0, 0.8]\n"
        )),
    );
    let o = run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref()]);
    refused(&o, &["unit"]);
    assert_eq!(names(folder.path()), ["case.toml", "head.obj"]);
}

#[test]
fn a_scan_that_ends_early_is_refused() {
    let folder = TempDir::new().unwrap();
    let ply = "ply\nformat ascii 1.0\nelement vertex 6\nproperty float x\nproperty float y\nproperty float z\n\
element face 8\nproperty list uchar int vertex_indices\nend_header\n0 1 0\n1 0 0\n0 0";
    write(&folder, "head.ply", ply);
    let file =
        write(&folder, "case.toml", case(&format!("{PERSON}[head]\nscan = \"head.ply\"\nunit = \"mm\"\n")));
    refused(&run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref()]), &["head"]);
    refused(&run(["case".as_ref(), "check".as_ref(), file.as_os_str()]), &["head"]);
    assert_eq!(names(folder.path()), ["case.toml", "head.ply"]);
}

#[test]
fn a_scan_that_is_missing_or_of_an_unknown_kind_is_refused() {
    let folder = TempDir::new().unwrap();
    let missing = write(
        &folder,
        "missing.toml",
        case(&format!("{PERSON}[head]\nscan = \"none.ply\"\nunit = \"mm\"\n")),
    );
    refused(&run(["case".as_ref(), "check".as_ref(), missing.as_os_str()]), &["none.ply"]);
    write(&folder, "head.docx", "x");
    let unknown = write(
        &folder,
        "unknown.toml",
        case(&format!("{PERSON}[head]\nscan = \"head.docx\"\nunit = \"mm\"\n")),
    );
    refused(&run(["case".as_ref(), "check".as_ref(), unknown.as_os_str()]), &["docx"]);
}

#[test]
fn an_output_folder_that_holds_other_files_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(PERSON));
    let taken = folder.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    std::fs::write(taken.join("thesis.txt"), "years of work").unwrap();
    let o = run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref(), "--out".as_ref(), taken.as_os_str()]);
    refused(&o, &["taken", "holds other files", "hint:", "--out"]);
    assert_eq!(names(&taken), ["thesis.txt"]);
    let o = run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref(), "--out".as_ref(), file.as_os_str()]);
    refused(&o, &["is a file", "hint:"]);
    assert_eq!(names(folder.path()), ["case.toml", "taken"]);
}

#[cfg(unix)]
#[test]
fn an_output_place_that_cannot_be_written_is_said() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(PERSON));
    // Below a file no folder can be made, by no user.
    let below = file.join("plan");
    refused(
        &run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref(), "--out".as_ref(), below.as_os_str()]),
        &["case.toml"],
    );
    assert_eq!(names(folder.path()), ["case.toml"]);
}

#[test]
fn strategies_and_areas_that_do_not_exist_are_answered_with_those_that_do() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(PERSON));
    let o = run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref(), "--only".as_ref(), "magic".as_ref()]);
    refused(&o, &["\"magic\"", "hint:", "tandem", "nothing"]);
    let own = write(&folder, "own.toml", "id = \"Own one\"\ntitle = \"t\"\nidea = \"i\"\n");
    let o =
        run(["plan".as_ref(), file.as_os_str(), "--quick".as_ref(), "--strategy".as_ref(), own.as_os_str()]);
    refused(&o, &["own.toml", "small letters"]);
    refused(&run(["validate", "astrology"]), &["\"astrology\"", "hint:"]);
    let o = run(["plan".as_ref(), file.as_os_str(), "--threads".as_ref(), "0".as_ref()]);
    refused(&o, &["--threads 0", "1 to 1024"]);
    assert_eq!(names(folder.path()), ["case.toml", "own.toml"]);
}

#[test]
fn misuse_exits_with_two() {
    for args in [
        &["plan"][..],
        &["plann", "x"],
        &["plan", "x", "--no-such-flag"],
        &["case", "check", "x", "--format", "xml"],
        &["plan", "x", "--seed", "one"],
        &[],
    ] {
        let o = run(args);
        assert_eq!(o.status.code(), Some(2), "{args:?}: {}", err(&o));
        assert!(o.stdout.is_empty() && !o.stderr.is_empty(), "{args:?}");
    }
    for args in [&["--help"][..], &["--version"], &["plan", "--help"]] {
        let o = run(args);
        assert_eq!(o.status.code(), Some(0), "{args:?}");
        assert!(!o.stdout.is_empty() && o.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_new_case_is_a_sound_case_and_is_never_overwritten() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.toml");
    let o = run(["case".as_ref(), "new".as_ref(), file.as_os_str()]);
    assert!(o.status.success(), "{}", err(&o));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(out(&run(["case", "new"])), text);

    let o = run(["case".as_ref(), "check".as_ref(), file.as_os_str()]);
    assert!(o.status.success(), "{}", err(&o));
    assert!(out(&o).contains("The case is sound"));
    let o = run(["case".as_ref(), "check".as_ref(), file.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    let json: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
    assert_eq!(json["valid"], true);
    assert!(json["assumptions"].as_array().is_some_and(|a| !a.is_empty()));

    std::fs::write(&file, "mine").unwrap();
    refused(&run(["case".as_ref(), "new".as_ref(), file.as_os_str()]), &["exists already", "hint:"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn the_schema_is_json_and_knows_the_keys() {
    let o = run(["case", "schema"]);
    assert!(o.status.success() && o.stderr.is_empty());
    let json: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
    assert_eq!(json["additionalProperties"], false);
    assert!(json["properties"]["person"].is_object() && json["properties"]["site"].is_object());
}

#[test]
fn a_published_spin_prints_text_and_json() {
    let file = repository().join("data/protocols/perez_2014.toml");
    let o = run(["spin".as_ref(), file.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    assert!(o.status.success(), "{}", err(&o));
    let json: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
    assert!(json["published"].is_array());
    for key in [
        "recovery_pct",
        "concentration_factor",
        "platelets_k_per_ul",
        "platelets_total_billion",
        "rbc_k_per_ul",
        "wbc_k_per_ul",
        "volume_ml",
    ] {
        let of = |part: &str| json["result"][key][part].as_f64().unwrap();
        assert!(of("lo") <= of("median") && of("median") <= of("hi"), "{key}");
    }
    let again = run(["spin".as_ref(), file.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    assert_eq!(o.stdout, again.stdout);
    let o = run(["spin".as_ref(), file.as_os_str()]);
    assert!(out(&o).contains("platelets recovered"));
    // A case is spun as its site spins.
    let o = run(["spin".as_ref(), repository().join("examples/01_tandem/case.toml").as_os_str()]);
    assert!(o.status.success(), "{}", err(&o));
    // Safety stands before any number; the recipe has the speed at the rotor's radius.
    let text = out(&o);
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
    assert!(at("Before anything is drawn") < at("Recipe") && at("Recipe") < at("What to expect"));
    assert!(text.contains("820 rpm") && text.contains("No study shows"));
}

#[test]
fn a_spin_is_looked_for_and_kept() {
    let folder = TempDir::new().unwrap();
    let case = repository().join("examples/01_tandem/case.toml");
    let saved = folder.path().join("found.toml");
    let o = program()
        .args(["spin", "--count", "900", "--volume", "4", "--save"])
        .arg(&saved)
        .arg(&case)
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", err(&o));
    assert!(out(&o).contains("Settings for 900") && out(&o).contains("mL of blood"), "{}", out(&o));
    let again = program().arg("spin").arg(&saved).output().unwrap();
    assert!(again.status.success(), "{}", err(&again));
    let plot = folder.path().join("tube.svg");
    let o = program().arg("spin").arg(&saved).arg("--plot").arg(&plot).output().unwrap();
    assert!(o.status.success() && std::fs::read_to_string(plot).unwrap().starts_with("<svg"));
    for (args, says) in [
        (["--count", "1000000"], "write 1000"),
        (["--tubes", "0"], "1 to 60"),
        (["--weight", "7"], "30 to 300"),
    ] {
        let o = program().arg("spin").arg(&saved).args(args).output().unwrap();
        refused(&o, &[says]);
    }
}

#[test]
fn a_clinics_counts_are_kept_and_learnt_from() {
    let folder = TempDir::new().unwrap();
    let case = repository().join("examples/01_tandem/case.toml");
    let csv = folder.path().join("counts.csv");
    let add = |day: &str, after: &str| {
        program()
            .args(["spin", "log"])
            .arg(&case)
            .arg(&csv)
            .args(["--add", day, "--before", "240", "--after", after, "--volume", "1.3"])
            .output()
            .unwrap()
    };
    for (day, after) in [("2026-01-05", "700"), ("2026-02-05", "640"), ("2026-03-05", "680")] {
        let o = add(day, after);
        assert!(o.status.success(), "{}", err(&o));
    }
    let kept = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(kept.lines().count(), 4);
    // What is refused leaves the log as it was.
    refused(&add("2026-04-05", "680000"), &["write 680"]);
    refused(&add("5 April", "680"), &["year-month-day"]);
    refused(&add("2026-03-05", "680"), &["twice"]);
    assert_eq!(std::fs::read_to_string(&csv).unwrap(), kept);
    assert_eq!(names(folder.path()), ["counts.csv"]);
    let o = program().arg("spin").arg(&case).arg("--log").arg(&csv).output().unwrap();
    assert!(o.status.success() && out(&o).contains("What 3 counts teach"), "{}", err(&o));
    let o = program().args(["spin", "schema"]).output().unwrap();
    assert!(out(&o).contains("margin_mm"));
}

#[test]
fn a_spin_writes_over_nothing_that_was_given() {
    let folder = TempDir::new().unwrap();
    let given = std::fs::read_to_string(repository().join("data/protocols/perez_2014.toml")).unwrap();
    let file = write(&folder, "mine.toml", &given);
    for option in ["--save", "--plot"] {
        let more: &[&str] = if option == "--save" { &["--count", "900"] } else { &[] };
        let o = program().arg("spin").arg(&file).args(more).arg(option).arg(&file).output().unwrap();
        refused(&o, &["is the file that is read"]);
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), given);
    #[cfg(unix)]
    {
        // A link is followed and stays a link.
        let (real, link) = (folder.path().join("real.svg"), folder.path().join("link.svg"));
        std::fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let o = program().arg("spin").arg(&file).arg("--plot").arg(&link).output().unwrap();
        assert!(o.status.success(), "{}", err(&o));
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(std::fs::read_to_string(&real).unwrap().starts_with("<svg"));
    }
    // A stop stands above the recipe.
    let hit = case(&format!("{}contraindications = [\"pregnancy\"]\n{PERSON}", ""));
    let o = program().arg("spin").arg(write(&folder, "stop.toml", hit)).output().unwrap();
    assert!(out(&o).contains("STOP. No PRP"), "{} {}", out(&o), err(&o));
}

#[test]
fn a_site_that_spins_in_rpm_is_asked_for_the_radius() {
    let folder = TempDir::new().unwrap();
    let site = |rotor: &str| {
        case(&format!(
            "{PERSON}[site.prp]\nrotor = {rotor}\ntube = {{ blood_ml = 9 }}\nspins = [{{ rpm = 1500, minutes = 10 }}]\nwithdrawal = {{ layer = \"plasma\", margin_mm = 2 }}\n"
        ))
    };
    let spin = |name: &str, text: String| {
        let file = write(&folder, name, text);
        program().arg("spin").arg(file).output().unwrap()
    };
    refused(&spin("a.toml", site("{ kind = \"swing_out\" }")), &["radius", "axis"]);
    refused(&spin("b.toml", site("{ name = \"nobody's\" }")), &["radius_max_mm", "IntraSpin"]);
    let o = spin("c.toml", site("{ name = \"double-syringe rotor (Arthrex ACP type)\" }"));
    assert!(o.status.success() && out(&o).contains("1500 rpm"), "{} {}", err(&o), out(&o));
    let own = site("{ name = \"Bench\" }")
        + "[[site.centrifuges]]\nname = \"bench\"\nradius_max_mm = 120\nmax_rpm = 1400\n";
    refused(&spin("d.toml", own), &["limit of 1400 rpm"]);
}

fn plan(case: &Path, to: &Path, more: &[&str]) -> Output {
    program().arg("plan").arg(case).arg("--quick").arg("--out").arg(to).args(more).output().unwrap()
}

#[test]
fn the_same_case_gives_the_same_bytes_for_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let case = repository().join("examples/01_tandem/case.toml");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for (to, threads) in [(&one, "1"), (&two, "2")] {
        let o = plan(&case, to, &["--threads", threads]);
        assert!(o.status.success(), "{}", err(&o));
    }
    assert_eq!(names(folder.path()), ["one", "two"]);
    let (a, b) = (contents(&one), contents(&two));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    assert!(a.contains_key(Path::new("plan.json")));
    for (name, bytes) in &a {
        assert!(!bytes.is_empty(), "{} is empty", name.display());
        assert!(b[name] == *bytes, "{} differs between 1 and 2 threads", name.display());
    }
    // No file tells where it was made.
    let here = folder.path().to_string_lossy().into_owned();
    for (name, bytes) in &a {
        assert!(
            !bytes.windows(here.len()).any(|w| w == here.as_bytes()),
            "{} holds a path of this machine",
            name.display()
        );
    }
}

#[test]
fn an_earlier_plan_is_replaced_as_a_whole_and_a_seed_changes_it() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(PERSON));
    let to = folder.path().join("plan");
    let o = plan(&file, &to, &["--only", "nothing", "--format", "json"]);
    assert!(o.status.success(), "{}", err(&o));
    let printed: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
    let kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(to.join("plan.json")).unwrap()).unwrap();
    assert_eq!(printed, kept);
    assert_eq!(kept["seed"], 1);
    std::fs::write(to.join("note.txt"), "by hand").unwrap();
    let o = plan(&file, &to, &["--only", "nothing", "--seed", "2"]);
    assert!(o.status.success(), "{}", err(&o));
    let kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(to.join("plan.json")).unwrap()).unwrap();
    assert_eq!(kept["seed"], 2);
    assert!(!to.join("note.txt").exists());
    assert_eq!(names(folder.path()), ["case.toml", "plan"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let case = repository().join("examples/01_tandem/case.toml");
    let to = folder.path().join("plan");
    let mut child = program()
        .arg("plan")
        .arg(&case)
        .arg("--out")
        .arg(&to)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // As soon as it has begun to write aside.
    let begun = Instant::now();
    while names(folder.path()).is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none(),
            "it never began to write"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    let killed = Command::new("kill").arg("-INT").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    let o = child.wait_with_output().unwrap();
    assert_eq!(o.status.code(), Some(1), "{}", err(&o));
    assert!(err(&o).contains("interrupted"), "{}", err(&o));
    assert!(o.stdout.is_empty());
    assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
}

#[test]
fn a_head_from_lengths_is_shown_and_laid_flat() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(&format!("{PERSON}[head]\ncircumference_mm = 570\n")));
    let sheet_folder = folder.path().join("sheet");
    let o = run([
        "head".as_ref(),
        file.as_os_str(),
        "--tiles".as_ref(),
        "--out".as_ref(),
        sheet_folder.as_os_str(),
    ]);
    assert!(o.status.success(), "{}", err(&o));
    assert!(out(&o).contains("Hair-bearing scalp"));
    let wanted = ["head.html", "head.json", "head.ply", "head.png", "head.svg", "scalp-map.svg", "tiles"];
    assert_eq!(names(&sheet_folder), wanted);
    let tiles = names(&sheet_folder.join("tiles"));
    assert!((15..60).contains(&tiles.len()) && tiles.contains(&"tile-01.svg".to_owned()), "{tiles:?}");
    let o = run(["head".as_ref(), file.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    let sheet: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
    for key in [
        "verdict",
        "reasons",
        "scale",
        "landmarks_mm",
        "lengths_mm",
        "zones_cm2",
        "hair_bearing_cm2",
        "holes",
    ] {
        assert!(sheet.get(key).is_some(), "{key}");
    }
    assert!((sheet["lengths_mm"]["head_circumference"].as_f64().unwrap() - 570.0).abs() < 2.0);
    assert_eq!(names(folder.path()), ["case.toml", "sheet"]);
}

#[test]
fn points_are_exactly_as_many_as_asked() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(PERSON));
    let out = folder.path().join("points.ply");
    let ask = |seed: &str| {
        let o = run([
            "head".as_ref(),
            file.as_os_str(),
            "--points".as_ref(),
            "3000".as_ref(),
            "--seed".as_ref(),
            seed.as_ref(),
            "--out".as_ref(),
            out.as_os_str(),
            "--format".as_ref(),
            "json".as_ref(),
        ]);
        assert!(o.status.success(), "{}", err(&o));
        let said: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
        assert_eq!(said["count"], 3000);
        assert!(said["relative_radius"].as_f64().unwrap() > 0.69, "{said}");
        for key in ["variation", "largest_gap_mm", "seconds"] {
            assert!(said[key].is_number(), "{key}");
        }
        std::fs::read(&out).unwrap()
    };
    let first = ask("1");
    assert!(first.starts_with(b"ply") && first == ask("1"));
    assert!(first != ask("2"));
}

#[test]
fn a_mesh_that_is_no_head_is_refused_by_head_too() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "box.obj", OCTAHEDRON);
    let o = run(["head".as_ref(), file.as_os_str(), "--unit".as_ref(), "m".as_ref()]);
    refused(&o, &["no head was found"]);
    let o = run(["head".as_ref(), file.as_os_str(), "--format".as_ref(), "json".as_ref()]);
    assert_eq!(o.status.code(), Some(1));
    let said: serde_json::Value = serde_json::from_slice(&o.stdout).unwrap();
    assert_eq!(said["verdict"], "not usable");
    assert_eq!(names(folder.path()), ["box.obj"]);
}

#[test]
fn forbidden_pigment_names_its_rule_and_leaves_a_red_sheet() {
    let folder = TempDir::new().unwrap();
    let text = case(&format!("contraindications = [\"keloid\", \"pigment_allergy\"]\n{PERSON}"));
    let file = write(&folder, "case.toml", text);
    let to = folder.path().join("dots");
    let run = || program().arg("dots").arg(&file).arg("--out").arg(&to).output().unwrap();
    let parts =
        ["forbids SMP", "Allergy to pigment.", "pigment_allergy", "contraindications = [", "S120", "hint:"];
    refused(&run(), &parts);
    assert_eq!(names(&to), ["smp.html", "smp.json"]);
    let sheet = std::fs::read_to_string(to.join("smp.html")).unwrap();
    assert!(sheet.contains("class=\"safety stop\"") && sheet.contains("Stop: no pigment is laid"));
    // An earlier result loses its sheets and keeps its record.
    std::fs::write(to.join("smp.html"), "old sheets").unwrap();
    std::fs::write(to.join("dots.csv"), "the only record").unwrap();
    refused(&run(), &parts);
    assert_eq!(std::fs::read_to_string(to.join("smp.html")).unwrap(), sheet);
    assert_eq!(std::fs::read_to_string(to.join("dots.csv")).unwrap(), "the only record");
}

#[test]
fn a_folder_or_a_picture_in_the_place_of_dots_is_answered_with_the_fix() {
    let folder = TempDir::new().unwrap();
    let file = write(&folder, "case.toml", case(PERSON));
    let picture = write(&folder, "x.png", b"\x89PNG\r\n\x1a\n");
    refused(
        &run([Path::new("dots"), Path::new("audit"), folder.path()]),
        &["it is a folder", "hint:", "dots.csv"],
    );
    let with = |record: &Path| {
        let to = folder.path().join("out");
        program().arg("dots").arg(&file).arg("--earlier").arg(record).arg("--out").arg(&to).output().unwrap()
    };
    refused(&with(folder.path()), &["it is a folder", "give the dots.csv"]);
    let o = with(&picture);
    refused(&o, &["the record of earlier dots", "x.png", "it is a picture", "hint:"]);
    assert!(!err(&o).contains("folder of the case"), "{}", err(&o));
}

#[test]
fn touch_ups_have_stencils_as_sessions_do() {
    let folder = TempDir::new().unwrap();
    let to = folder.path().join("dots");
    let file = repository().join("examples/01_tandem/case.toml");
    let o = program().arg("dots").arg(&file).arg("--quick").arg("--out").arg(&to).output().unwrap();
    assert!(o.status.success(), "{}", err(&o));
    let card: serde_json::Value =
        serde_json::from_slice(&std::fs::read(to.join("smp.json")).unwrap()).unwrap();
    let sessions = card["card"]["sessions"].as_array().unwrap();
    assert!(sessions.iter().any(|s| s["touch_up"] == true));
    for s in sessions {
        let name = format!("stencil-session-{}", s["number"]);
        assert!(to.join(format!("{name}.pdf")).is_file() && to.join(&name).is_dir(), "{name}");
    }
}

const SMALL_FIELD: &str =
    "[picture]\nwidth_px = 96\nheight_px = 72\n[camera]\nsamples = 4\n[smp]\ndensity_per_cm2 = 60\n";

#[test]
fn close_ups_come_with_their_truth_and_masks() {
    let folder = TempDir::new().unwrap();
    let spec = write(&folder, "field.toml", SMALL_FIELD);
    let target = folder.path().join("out");
    let make = |more: &[&str]| {
        let mut args: Vec<&str> =
            vec!["render", "closeup", spec.to_str().unwrap(), "--out", target.to_str().unwrap()];
        args.extend(more);
        run(args)
    };
    let done = make(&["--pair", "--truth", "--masks", "--seed", "4"]);
    assert!(done.status.success(), "{}", err(&done));
    let all = [
        "closeups.json",
        "dots.csv",
        "field-a-dots.png",
        "field-a-hairs.png",
        "field-a.json",
        "field-a.png",
        "field-b-dots.png",
        "field-b-hairs.png",
        "field-b.json",
        "field-b.png",
        "hairs.csv",
    ];
    assert_eq!(names(&target), all);
    assert!(out(&done).lines().count() == 2 && err(&done).is_empty(), "{}", err(&done));
    let truth: serde_json::Value =
        serde_json::from_slice(&std::fs::read(target.join("field-b.json")).unwrap()).unwrap();
    assert_eq!(truth["picture"], "field-b.png");
    assert_eq!(truth["pair"]["first_picture"], "field-a.png");
    assert_eq!(truth["visit"], 2);
    let before = contents(&target);
    // An earlier result is replaced by the same bytes.
    assert!(make(&["--pair", "--truth", "--masks", "--seed", "4"]).status.success());
    assert!(before == contents(&target));
    // Varied specifications lie beside their pictures and make the same pictures again.
    assert!(make(&["--vary", "2", "--seed", "4"]).status.success());
    assert!(names(&target).iter().any(|n| n == "field-001.toml"));
}

#[test]
fn close_ups_that_cannot_be_are_refused_with_the_line() {
    let folder = TempDir::new().unwrap();
    let spec = write(&folder, "field.toml", "[hair]\ndensity_per_cm2 = 1200\nterminal_um = 0.08\n");
    let target = folder.path().join("out");
    let o = run(["render", "closeup", spec.to_str().unwrap(), "--out", target.to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(1));
    let e = err(&o);
    assert!(e.contains("hair.density_per_cm2 (line 2) is 1200, allowed is 0 to 250"), "{e}");
    assert!(e.contains("in micrometres 80") && e.contains("hint:"), "{e}");
    assert!(!target.exists());
    let o = run(["render", "closeup", "--preset", "perfect", "--print-spec"]);
    assert_eq!(o.status.code(), Some(1));
    assert!(err(&o).contains("clean, clinic, hard"), "{}", err(&o));
    let o = run(["render", "closeup", "--preset", "hard", "--print-spec"]);
    assert!(out(&o).contains("density_per_cm2"), "{}", out(&o));
}
