//! `vellus record deliver`.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use vellus_plan::record::{Deliveries, Delivery, Done};

use super::super::system_day;
use super::open;
use crate::say;

/// Arguments of `vellus record deliver`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The case file.
    case: PathBuf,
    /// A TOML file of what was delivered, in place of a word below (docs/record.md).
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(subcommand)]
    done: Option<What>,
    /// On which day; today by default.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// By whom.
    #[arg(long)]
    by: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// A session of PRP.
    Prp {
        /// Platelets in the PRP, thousand per µL.
        #[arg(long, value_name = "K")]
        platelets: Option<f64>,
        /// PRP injected, mL.
        #[arg(long, value_name = "ML")]
        volume: Option<f64>,
    },
    /// A session of SMP.
    Smp {
        /// Dots set.
        #[arg(long)]
        dots: usize,
        /// The file of these dots, from the folder of the case.
        #[arg(long, value_name = "FILE")]
        dots_file: Option<PathBuf>,
    },
    /// A drug was begun.
    Begin {
        /// Which, such as finasteride or minoxidil_5.
        drug: String,
    },
    /// A drug was stopped.
    Stop {
        /// Which.
        drug: String,
    },
    /// Hair was counted.
    Measure {
        /// Where, such as vertex.
        zone: String,
        /// Terminal hairs per cm².
        #[arg(long, value_name = "PER_CM2")]
        terminal: Option<f64>,
        /// All hairs per cm².
        #[arg(long, value_name = "PER_CM2")]
        total: Option<f64>,
        /// Mean calibre of all hairs, µm.
        #[arg(long, value_name = "UM")]
        calibre: Option<f64>,
        /// Growing hairs among all, per cent.
        #[arg(long, value_name = "PERCENT")]
        anagen: Option<f64>,
        /// Area that was counted, cm².
        #[arg(long, value_name = "CM2")]
        area: Option<f64>,
        /// How, such as "phototrichogram".
        #[arg(long, default_value = "phototrichogram")]
        method: String,
    },
    /// A transplant.
    Transplant {
        /// Grafts set.
        grafts: u32,
    },
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let mut record = open(&args.case)?;
    let list = match (&args.file, &args.done) {
        (Some(file), None) => {
            let text = std::fs::read_to_string(file)
                .map_err(|e| say::fail(format!("cannot read {}: {e}", file.display()), "check the path"))?;
            Deliveries::parse(&text)?.delivered
        }
        (None, Some(what)) => {
            vec![Delivery { on: args.on.unwrap_or_else(system_day), by: args.by.clone(), done: what.done()? }]
        }
        _ => {
            return Err(say::fail(
                "say what was delivered: either a word or a file",
                "`vellus record deliver CASE --on DATE prp --platelets 1200`, or --file FILE",
            ));
        }
    };
    record.deliver(&list, system_day())?;
    let mut out = String::new();
    for d in &list {
        out += &format!("{}  {}\n", d.on, d.done.title());
    }
    say::data(&out)
}

/// A name as files write it.
fn named<T: DeserializeOwned>(what: &str, text: &str, such_as: &str) -> anyhow::Result<T> {
    serde_json::from_value(text.into()).map_err(|_| {
        say::fail(format!("there is no {what} {text:?}"), format!("names are those of the case: {such_as}"))
    })
}

impl What {
    fn done(&self) -> anyhow::Result<Done> {
        const DRUGS: &str =
            "finasteride, finasteride_topical, dutasteride, minoxidil_2, minoxidil_5, minoxidil_oral";
        Ok(match self {
            Self::Prp { platelets, volume } => {
                Done::Prp { platelets_k_per_ul: *platelets, volume_ml: *volume }
            }
            Self::Smp { dots, dots_file } => Done::Smp {
                dots: *dots,
                by_zone: std::collections::BTreeMap::new(),
                file: dots_file.clone(),
                file_hash: None,
            },
            Self::Begin { drug } => Done::DrugBegun { drug: named("drug", drug, DRUGS)? },
            Self::Stop { drug } => Done::DrugStopped { drug: named("drug", drug, DRUGS)? },
            Self::Measure { zone, terminal, total, calibre, anagen, area, method } => Done::Measurement {
                zone: named("zone", zone, "vertex, frontal, mid_scalp, occipital_donor")?,
                terminal_per_cm2: *terminal,
                total_per_cm2: *total,
                calibre_um: *calibre,
                anagen_percent: *anagen,
                area_cm2: *area,
                method: method.clone(),
            },
            Self::Transplant { grafts } => Done::Transplant { grafts: *grafts },
        })
    }
}
