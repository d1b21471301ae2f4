//! The plan as a record: which versions there were, who approved which, what was really done and
//! measured, and what follows from it.
//!
//! A record is a folder beside the case. Its [`entry`] list is a file to which lines are added and in
//! which none is changed: each holds the hash of the one before ([`chain`]). Beside it lie the plan and the
//! case of each version, whose hashes are in the entries. An approved version is locked in this way: what
//! changes becomes a new version, which nobody has approved. [`mod@compare`] lays what was prescribed beside what was
//! delivered; [`mod@replan`] makes a case of what was done and measured, and plans it anew.

pub mod chain;
pub mod compare;
pub mod deliver;
pub mod entry;
pub mod error;
pub mod plan_file;
pub mod replan;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::case::{Case, read};
use crate::outcome::Plan;

use chain::{Chain, Torn};
pub use compare::{Comparison, compare};
pub use deliver::{Deliveries, Delivery, Done};
pub use entry::{Approval, Entry, PlanVersion, Withdrawal};
pub use error::RecordError;
pub use replan::{Replanned, replan};

/// Version of the format of records that this program writes.
pub const RECORD_VERSION: u32 = 1;
/// Name of the list of entries in the folder.
const ENTRIES: &str = "entries.jsonl";

/// A record that has been read and checked.
#[derive(Debug)]
pub struct Record {
    folder: PathBuf,
    chain: Chain,
}

/// The folder of a case's record: beside it, named after it.
#[must_use]
pub fn folder_of(case: &Path) -> PathBuf {
    case.with_extension("record")
}

impl Record {
    /// Opens the record of a case, or begins one.
    ///
    /// # Errors
    /// [`RecordError`] when the chain is broken, a file of a version is missing or changed, or the format is
    /// newer.
    pub fn open(case: &Path) -> Result<Self, RecordError> {
        let folder = folder_of(case);
        let chain = Chain::read(&folder.join(ENTRIES))?;
        let record = Self { folder, chain };
        for v in record.versions() {
            for (name, hash) in [(&v.plan_file, &v.plan_hash), (&v.case_file, &v.case_hash)] {
                let path = record.folder.join(name);
                let bytes = std::fs::read(&path).map_err(|e| RecordError::file(&path, &e))?;
                if blake3::hash(&bytes).to_hex().to_string() != *hash {
                    return Err(RecordError::Changed { path, version: v.version });
                }
            }
        }
        Ok(record)
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every entry, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.chain.entries()
    }

    /// The latest version whose plan is this text, byte for byte.
    #[must_use]
    pub fn version_of(&self, plan_text: &str) -> Option<&PlanVersion> {
        let hash = blake3::hash(plan_text.as_bytes()).to_hex().to_string();
        self.versions().filter(|v| v.plan_hash == hash).last()
    }

    /// What was left of a line that was never finished; the next entry takes its place.
    #[must_use]
    pub fn torn(&self) -> Option<&Torn> {
        self.chain.torn()
    }

    /// The hash of the last entry: whoever has it can tell whether anything before it was changed.
    #[must_use]
    pub fn head(&self) -> &str {
        self.chain.head()
    }

    /// Versions of the plan, in order.
    pub fn versions(&self) -> impl Iterator<Item = &PlanVersion> {
        self.entries().filter_map(|e| if let Entry::Plan(v) = e { Some(v) } else { None })
    }

    /// A version by its number; the last when none is asked for.
    ///
    /// # Errors
    /// [`RecordError::NoVersion`].
    pub fn version(&self, number: Option<u32>) -> Result<&PlanVersion, RecordError> {
        let last = self.versions().last().map_or(0, |v| v.version);
        self.versions()
            .filter(|v| number.is_none_or(|n| n == v.version))
            .last()
            .ok_or(RecordError::NoVersion { asked: number, last })
    }

    /// The approval of a version that stands: given, and not withdrawn since.
    #[must_use]
    pub fn approval(&self, version: u32) -> Option<&Approval> {
        self.entries().fold(None, |standing, e| match e {
            Entry::Approval(a) if a.version == version => Some(a),
            Entry::Withdrawal(w) if w.version == version => None,
            _ => standing,
        })
    }

    /// The version to go by: the latest that is approved, else the latest.
    #[must_use]
    pub fn in_force(&self) -> Option<&PlanVersion> {
        self.versions()
            .filter(|v| self.approval(v.version).is_some())
            .last()
            .or_else(|| self.versions().last())
    }

    /// What was delivered, in order of date.
    #[must_use]
    pub fn delivered(&self) -> Vec<&Delivery> {
        let mut out: Vec<&Delivery> =
            self.entries().filter_map(|e| if let Entry::Delivered(d) = e { Some(d) } else { None }).collect();
        out.sort_by_key(|d| d.on);
        out
    }

    /// The plan of a version.
    ///
    /// # Errors
    /// [`RecordError`] when the file cannot be read.
    pub fn plan(&self, version: &PlanVersion) -> Result<Plan, RecordError> {
        plan_file::read(&self.folder.join(&version.plan_file))
    }

    /// The case of a version.
    ///
    /// # Errors
    /// [`RecordError`] when the file cannot be read.
    pub fn case(&self, version: &PlanVersion) -> Result<Case, RecordError> {
        read::read(&self.folder.join(&version.case_file)).map_err(RecordError::from)
    }

    /// Adds a plan as a new version, which nobody has approved. `chosen` is the strategy that was agreed on; the
    /// leading one when none is named.
    ///
    /// # Errors
    /// [`RecordError`] when the plan is not of this case, is there already, or lacks the strategy.
    pub fn add_plan(
        &mut self,
        plan_text: &str,
        case_text: &str,
        chosen: Option<&str>,
        on: Date,
    ) -> Result<PlanVersion, RecordError> {
        let plan = plan_file::parse(plan_text, Path::new("plan.json"))?;
        let case_hash = blake3::hash(case_text.as_bytes()).to_hex().to_string();
        if plan.case_hash != case_hash {
            return Err(RecordError::OtherCase { plan: plan.case_hash, case: case_hash });
        }
        let plan_hash = blake3::hash(plan_text.as_bytes()).to_hex().to_string();
        let last = self.versions().last();
        if let Some(same) = last.filter(|v| v.plan_hash == plan_hash && chosen.is_none_or(|c| c == v.chosen))
        {
            return Err(RecordError::SamePlan { version: same.version });
        }
        if let Some(other) = last.filter(|v| v.label != plan.label) {
            return Err(RecordError::OtherPerson { record: other.label.clone(), plan: plan.label });
        }
        let chosen = chosen.unwrap_or(&plan.comparison.leading).to_owned();
        if !plan.strategies.iter().any(|s| s.id == chosen) {
            return Err(RecordError::NoStrategy {
                asked: chosen,
                known: plan.strategies.iter().map(|s| s.id.clone()).collect(),
            });
        }
        let number = last.map_or(0, |v| v.version) + 1;
        let version = PlanVersion {
            version: number,
            on,
            today: plan.today,
            label: plan.label,
            case_hash,
            plan_hash,
            program: plan.program,
            schema_version: plan.schema_version,
            seed: plan.seed,
            quick: plan.quick,
            leading: plan.comparison.leading,
            chosen,
            plan_file: format!("plan_{number}.json"),
            case_file: format!("case_{number}.toml"),
        };
        chain::write_aside(&self.folder.join(&version.plan_file), plan_text.as_bytes())?;
        chain::write_aside(&self.folder.join(&version.case_file), case_text.as_bytes())?;
        self.append(Entry::Plan(version.clone()))?;
        Ok(version)
    }

    /// Approves a version, the last when none is named.
    ///
    /// # Errors
    /// [`RecordError`] when there is no such version, or it is approved already.
    pub fn approve(
        &mut self,
        version: Option<u32>,
        by: &str,
        role: &str,
        on: Date,
    ) -> Result<Approval, RecordError> {
        let version = self.version(version)?;
        entry::named("--by", by)?;
        entry::named("--role", role)?;
        if on < version.on {
            return Err(RecordError::Date {
                what: "the approval".into(),
                on,
                why: format!("version {} was recorded on {}", version.version, version.on),
            });
        }
        let number = version.version;
        if let Some(a) = self.approval(number) {
            return Err(RecordError::Approved { version: number, by: a.by.clone(), on: a.on });
        }
        let approval = Approval { by: by.trim().into(), role: role.trim().into(), on, version: number };
        self.append(Entry::Approval(approval.clone()))?;
        Ok(approval)
    }

    /// Withdraws the approval of a version, the one in force when none is named.
    ///
    /// # Errors
    /// [`RecordError`] when it is not approved.
    pub fn withdraw(
        &mut self,
        version: Option<u32>,
        by: &str,
        reason: &str,
        on: Date,
    ) -> Result<Withdrawal, RecordError> {
        let number = match version {
            Some(n) => self.version(Some(n))?.version,
            None => self.in_force().ok_or(RecordError::NoVersion { asked: None, last: 0 })?.version,
        };
        entry::named("--by", by)?;
        entry::named("--reason", reason)?;
        let given = self.approval(number).ok_or(RecordError::NotApproved { version: number })?;
        if on < given.on {
            return Err(RecordError::Date {
                what: "the withdrawal".into(),
                on,
                why: format!("version {number} was approved on {}", given.on),
            });
        }
        let withdrawal =
            Withdrawal { by: by.trim().into(), on, version: number, reason: reason.trim().into() };
        self.append(Entry::Withdrawal(withdrawal.clone()))?;
        Ok(withdrawal)
    }

    /// Adds what was really done; `clock` is the present day. All of them, or none.
    ///
    /// # Errors
    /// [`RecordError`] when one has a date before the plan or in the future, or a value that cannot be.
    pub fn deliver(&mut self, deliveries: &[Delivery], clock: Date) -> Result<(), RecordError> {
        let Some(first) = self.versions().map(|v| v.today).min() else {
            return Err(RecordError::NoVersion { asked: None, last: 0 });
        };
        let before = self.delivered().into_iter().cloned().collect();
        deliver::check(deliveries, before, first, clock)?;
        let folder = self.folder.parent().unwrap_or(Path::new("."));
        let sealed: Vec<Entry> = deliveries
            .iter()
            .map(|d| deliver::sealed(d, folder).map(Entry::Delivered))
            .collect::<Result<_, _>>()?;
        self.append_all(sealed)
    }

    /// Adds a note.
    ///
    /// # Errors
    /// [`RecordError`] when it is empty or cannot be written.
    pub fn note(&mut self, text: &str, by: Option<&str>, on: Date) -> Result<(), RecordError> {
        entry::named("the note", text)?;
        self.append(Entry::Note { on, by: by.map(str::to_owned), text: text.trim().to_owned() })
    }

    fn append(&mut self, entry: Entry) -> Result<(), RecordError> {
        self.append_all(vec![entry])
    }

    fn append_all(&mut self, entries: Vec<Entry>) -> Result<(), RecordError> {
        self.chain.append(entries)
    }
}
