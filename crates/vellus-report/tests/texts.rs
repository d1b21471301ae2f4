//! The fixed text: every message that is asked for exists, every message is asked for, a translation
//! falls back message by message, and no text can become markup.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use vellus_report::{PictureSet, ReportError, Texts, consent_page_in, page_in};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The text of all files of a kind below a folder.
fn read(folder: &Path, kind: &str, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, kind, into);
        } else if path.extension().is_some_and(|x| x == kind) {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Names that stand in quotes behind one of some calls.
fn asked(text: &str, calls: &[&str]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for call in calls {
        for (at, _) in text.match_indices(call) {
            let rest = text[at + call.len()..].trim_start();
            let name = rest.strip_prefix('"').and_then(|r| r.split('"').next());
            // Colours of a terminal are asked for by numbers.
            if let Some(name) = name.filter(|n| n.starts_with(|c: char| c.is_ascii_lowercase())) {
                out.insert(name.to_owned());
            }
        }
    }
    out
}

fn sources() -> (String, String) {
    let (mut rust, mut templates) = (String::new(), String::new());
    read(&Path::new(ROOT).join("src"), "rs", &mut rust);
    read(&Path::new(ROOT).join("templates"), "html", &mut templates);
    (rust, templates)
}

fn english() -> String {
    let mut text = String::new();
    read(&Path::new(ROOT).join("../../data/texts/en"), "ftl", &mut text);
    text
}

fn names(ftl: &str) -> BTreeSet<String> {
    let starts = |l: &&str| l.starts_with(|c: char| c.is_ascii_lowercase()) && l.contains('=');
    ftl.lines().filter(starts).filter_map(|l| l.split('=').next()).map(|n| n.trim().to_owned()).collect()
}

/// A folder of a translation, removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn of(test: &str, language: &str, text: &str) -> Self {
        let root = std::env::temp_dir().join(format!("vellus-texts-{}-{test}", std::process::id()));
        let folder = root.join(language);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.ftl"), text).unwrap();
        Self(root)
    }

    fn read(&self, language: &str) -> Result<Texts, ReportError> {
        Texts::from_folder(&self.0.join(language))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_message_that_is_asked_for_exists() {
    let texts = Texts::english().unwrap();
    let (rust, templates) = sources();
    let keys: BTreeSet<String> = asked(&rust, &[".say(", ".with(", ".raw("])
        .union(&asked(&templates, &[" t(", " ta("]))
        .cloned()
        .collect();
    assert!(keys.len() > 150, "{}", keys.len());
    let absent: Vec<&String> = keys.iter().filter(|k| !texts.has(k)).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn every_message_is_asked_for() {
    let (rust, templates) = sources();
    let all = names(&english());
    assert!(all.len() > 150);
    let idle: Vec<&String> = all
        .iter()
        .filter(|k| !rust.contains(&format!("\"{k}\"")) && !templates.contains(&format!("\"{k}\"")))
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn a_translation_falls_back_message_by_message() {
    let folder = Folder::of("fall", "de", "today = Heute\ngoals-none = { $nothing }\nmade-up = x\n");
    let texts = folder.read("de").unwrap();
    assert_eq!((texts.language().as_str(), texts.say("today").as_str()), ("de", "Heute"));
    let english = Texts::english().unwrap();
    assert_eq!(texts.say("safety-title"), english.say("safety-title"));
    // It asks for a value that it is not given.
    assert_eq!(texts.say("goals-none"), english.say("goals-none"));
    assert!(
        texts.missing().contains(&"safety-title".to_owned())
            && !texts.missing().contains(&"today".to_owned())
    );
    assert_eq!(texts.unknown(), ["made-up"]);
    let plan = support::plan();
    let html = page_in(&plan, &PictureSet::default(), &texts).unwrap();
    assert!(html.contains("<html lang=\"de\">") && html.contains("Heute"));
}

#[test]
fn consent_and_aftercare_can_be_translated() {
    let folder = Folder::of("sheets", "de", "leaflet-before = Bevor Sie zustimmen\n");
    let data = Path::new(ROOT).join("../../data");
    let own = folder.0.join("de");
    for (kind, from, to) in [
        ("consent", "title = \"Scalp micropigmentation (SMP)\"", "title = \"Kopfhautpigmentierung\""),
        ("aftercare", "title = \"Washing\"", "title = \"Waschen\""),
    ] {
        let text = std::fs::read_to_string(data.join(kind).join("smp.toml")).unwrap();
        assert!(text.contains(from));
        std::fs::create_dir_all(own.join(kind)).unwrap();
        std::fs::write(own.join(kind).join("smp.toml"), text.replace(from, to)).unwrap();
    }
    let plan = support::plan();
    let html = consent_page_in(&plan, "tandem", &folder.read("de").unwrap()).unwrap().unwrap();
    for part in
        ["<html lang=\"de\">", "Bevor Sie zustimmen", "Kopfhautpigmentierung", "Waschen", "Call a doctor"]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("Before you agree") && !html.contains("Scalp micropigmentation (SMP)"));
    // A sheet of another treatment, and one that is none.
    std::fs::copy(data.join("consent/prp.toml"), own.join("consent/smp.toml")).unwrap();
    let said = folder.read("de").unwrap_err().to_string();
    assert!(said.contains("smp.toml") && said.contains("treatment = \"smp\""), "{said}");
    std::fs::write(own.join("consent/smp.toml"), "treatment = \"smp\"\ntitel = \"x\"\n").unwrap();
    let said = folder.read("de").unwrap_err().to_string();
    assert!(said.contains("smp.toml") && said.contains("titel"), "{said}");
}

#[test]
fn forms_follow_the_number() {
    let texts = Texts::english().unwrap();
    assert!(
        texts.with("decide-prp", &[("sessions", 1.into()), ("blood", "36".into())]).contains("One session")
    );
    assert!(
        texts.with("decide-prp", &[("sessions", 4.into()), ("blood", "36".into())]).contains("4 sessions")
    );
}

#[test]
fn mistakes_are_named_with_file_and_line() {
    let folder = Folder::of("bad", "de", "today = Heute\n\nsafety-title = { $x\n");
    let said = folder.read("de").unwrap_err().to_string();
    assert!(said.contains("a.ftl, line") && (said.contains("line 3") || said.contains("line 4")), "{said}");
    let folder = Folder::of("twice", "de", "today = Heute\ntoday = heute\n");
    assert!(folder.read("de").unwrap_err().to_string().contains("twice"));
    let folder = Folder::of("name", "not a language", "today = x\n");
    assert!(folder.read("not a language").unwrap_err().to_string().contains("pt-BR"));
    assert!(folder.read("none").unwrap_err().to_string().contains("cannot be read"));
    std::fs::remove_file(folder.0.join("not a language/a.ftl")).unwrap();
    std::fs::create_dir_all(folder.0.join("fr")).unwrap();
    assert!(folder.read("fr").unwrap_err().to_string().contains("no .ftl file"));
}

#[test]
fn no_text_becomes_markup() {
    let nasty = "<script>alert(1)</script>\" onload=\"y";
    let keys: String =
        names(&english()).iter().map(|k| format!("{k} = {nasty} **b** {{ \"{{\" }}% x\n")).collect();
    let folder = Folder::of("nasty", "de", &keys);
    let texts = folder.read("de").unwrap();
    let mut plan = support::plan();
    plan.label = format!("**{nasty}**");
    let html = page_in(&plan, &PictureSet::default(), &texts).unwrap();
    assert!(!html.contains("<script>alert") && !html.contains("onload=\"y"));
    support::balance(&html).unwrap();
}
