//! The report on paper: one PDF for the chart and the person, in a part for each reader.
//!
//! Text is set by the widths of its letters (Noto Sans, embedded as subsets), charts are the SVGs of the
//! page, pictures are embedded as they are. What is laid is a list of pieces that is
//! divided into pages; headings stay with what follows, heads of tables are drawn again on the next page, boxes and
//! rows are not divided. The same plan gives the same bytes: there is no clock in it.
//!
//! # Sources
//! What a record of a plan contains: AAPM MPPG 11.a (Xia et al. 2021, plan and chart review), in our words.

mod compare;
mod doctor;
mod element;
mod face;
mod figure;
mod flow;
mod front;
mod futures;
mod grounds;
mod ink;
mod nurse;
mod pages;
mod paragraph;
mod person;
mod practitioner;
mod table;
mod write;

use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder};
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;
use vellus_plan::record::Approval;
use vellus_plan::smp_card::SmpCard;

use crate::error::ReportError;
use crate::picture::PictureSet;
use crate::stencil::Paper;
use crate::texts::{Fill, Texts};
use crate::view::{BenchView, StrategyView, bench_view, strategy};
use crate::words::date;
use element::Elements;
use face::Faces;
use flow::{Flow, Press};
use pages::{Frame, fill};
use write::{About, Margin};

/// What a report on paper holds besides the plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct PaperSpec<'a> {
    /// Who approved it; without, it says that nobody has.
    pub approval: Option<&'a Approval>,
    /// The sheets of the leading plan's SMP sessions, for the practitioner's part.
    pub smp: Option<&'a SmpCard>,
    /// The paper.
    pub paper: Paper,
}

/// Everything that a part is written from.
struct Sheet<'a> {
    plan: &'a Plan,
    pictures: &'a PictureSet,
    texts: &'a Texts,
    spec: &'a PaperSpec<'a>,
    /// The strategies in words, in the order of the plan.
    views: Vec<StrategyView>,
    bench: Option<BenchView>,
}

impl Sheet<'_> {
    fn say(&self, key: &str) -> String {
        self.texts.say(key)
    }

    fn with(&self, key: &str, values: &[(&str, Fill)]) -> String {
        self.texts.with(key, values)
    }

    /// With its strong words still marked.
    fn raw(&self, key: &str, values: &[(&str, Fill)]) -> String {
        self.texts.raw(key, values)
    }

    /// The strategy that is shown first.
    fn leading(&self) -> Option<(&StrategyOutcome, &StrategyView)> {
        let at = self.plan.strategies.iter().position(|s| s.id == self.plan.comparison.leading).unwrap_or(0);
        self.plan.strategies.get(at).zip(self.views.get(at))
    }
}

/// A function that writes a section of a part. Parts are lists of them, so that a section is added in
/// one line.
type Section = fn(&Sheet<'_>, &mut Flow<'_>) -> Result<(), ReportError>;

fn run(sections: &[Section], sheet: &Sheet<'_>, flow: &mut Flow<'_>) -> Result<(), ReportError> {
    sections.iter().try_for_each(|s| s(sheet, flow))
}

const SIDE: f32 = 51.0;
const TOP: f32 = 66.0;
const BOTTOM: f32 = 58.0;

/// Writes the report as PDF: a front sheet, the parts for the person, the practitioner, the nurse and
/// the doctor, and what it rests on. Text can be selected, searched and heard; the document has a title,
/// a language, an outline and tags.
///
/// # Errors
/// [`ReportError::Pdf`] when a picture or a drawing cannot be read.
pub fn report_pdf(
    plan: &Plan,
    pictures: &PictureSet,
    texts: &Texts,
    spec: &PaperSpec<'_>,
) -> Result<Vec<u8>, ReportError> {
    // PDF/UA-1 wherever krilla's checks allow it; a document that they refuse is still written, tagged.
    accessible()
        .and_then(|configuration| make(plan, pictures, texts, spec, configuration))
        .or_else(|_| make(plan, pictures, texts, spec, Configuration::default()))
}

fn accessible() -> Result<Configuration, ReportError> {
    ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|e| ReportError::Pdf(format!("{e:?}")))
}

fn make(
    plan: &Plan,
    pictures: &PictureSet,
    texts: &Texts,
    spec: &PaperSpec<'_>,
    configuration: Configuration,
) -> Result<Vec<u8>, ReportError> {
    let settings =
        SerializeSettings { ascii_compatible: false, configuration, ..SerializeSettings::default() };
    let none = PictureSet::default();
    let axis = crate::bar::axis(plan);
    let goal = crate::view::first_goal_percent(plan);
    let sheet = Sheet {
        plan,
        pictures,
        texts,
        spec,
        views: plan.strategies.iter().map(|o| strategy(plan, &none, o, axis, goal)).collect(),
        bench: bench_view(plan),
    };
    let size = spec.paper.size_mm().map(|mm| (mm * 72.0 / 25.4) as f32);
    let width = size[0] - 2.0 * SIDE;
    let frame = Frame { left: SIDE, top: TOP, height: size[1] - TOP - BOTTOM };
    let mut press = Press { faces: Faces::new()?, elements: Elements::default(), svg: figure::svg_options() };
    let mut flow = Flow::new(&mut press, width);
    run(front::SECTIONS, &sheet, &mut flow)?;
    run(person::SECTIONS, &sheet, &mut flow)?;
    run(practitioner::SECTIONS, &sheet, &mut flow)?;
    run(nurse::SECTIONS, &sheet, &mut flow)?;
    run(doctor::SECTIONS, &sheet, &mut flow)?;
    run(grounds::SECTIONS, &sheet, &mut flow)?;
    let book = fill(flow.pieces, frame);
    let hash: String = plan.case_hash.chars().take(12).collect();
    let margin = Margin {
        head_left: sheet
            .with("paper-head", &[("label", (&plan.label).into()), ("date", date(plan.today).into())]),
        foot_left: sheet.with(
            "paper-foot",
            &[
                ("program", (&plan.program).into()),
                ("hash", hash.into()),
                ("seed", plan.seed.to_string().into()),
            ],
        ),
        foot_right: sheet.say("paper-foot-honest"),
        page_of: Box::new({
            let form =
                texts.with("paper-page-of", &[("page", "\u{e001}".into()), ("pages", "\u{e002}".into())]);
            move |n, m| form.replace('\u{e001}', &n.to_string()).replace('\u{e002}', &m.to_string())
        }),
    };
    let about = About {
        title: sheet
            .with("paper-title", &[("label", (&plan.label).into()), ("date", date(plan.today).into())]),
        subject: sheet.say("paper-subject"),
        language: texts.language(),
        creator: concat!("Vellus ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    write::write(&book, press, size, frame, width, &margin, &about, settings)
}
