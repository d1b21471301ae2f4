//! Pages and files from a finished plan.
//!
//! [`page`] writes the one page that a person reads, on a phone, on a desktop or printed;
//! [`bench_page`] the part of it that is pinned where blood is spun; [`smp_page`] the sheets that
//! pigment is laid from, session by session; [`consent_page`] what is signed before and taken home after;
//! `report_pdf` the whole report on paper; [`summary_text`] the same choice on a terminal;
//! [`plan_json`], [`injections_csv`], [`supply_csv`], [`calendar_ics`] and [`fhir_bundle`] the files that programs read
//! (those of the dots are written by [`vellus_pigment::dot_file`]). All of them are pure functions of a
//! [`Plan`](vellus_plan::Plan): the same plan gives the same bytes.
//!
//! [`forest`](fn@forest) and [`courses`](fn@courses) draw what was published beside the model;
//! [`pareto_chart`](fn@pareto_chart) and [`density_area_chart`](fn@density_area_chart) strategies beside each other.
//!
//! Hair and pigment are two channels everywhere: hair is a solid colour, pigment a field of dots in
//! a second colour, and dots are never counted as hair.

pub mod audit_map;
pub mod audit_text;
pub mod bench_text;
pub mod courses;
pub mod density_area_chart;
pub mod error;
pub mod fhir;
pub mod field_map;
pub mod files;
pub mod forest;
pub mod hairline_sheet;
pub mod head_sheet;
pub mod html;
pub mod indicator_text;
pub mod injection_map;
pub mod leaflet_page;
#[cfg(feature = "pdf")]
pub mod paper;
pub mod pareto_chart;
pub mod picture;
pub mod pictures;
pub mod scalp_map;
pub mod shade_sheet;
pub mod shade_text;
pub mod smp_text;
pub mod stencil;
pub mod summary;
pub mod texts;
pub mod tube;

mod ageing_chart;
mod bar;
mod channels;
mod chart;
mod chart_frame;
mod console;
mod flat_frame;
mod head_drawing;
mod svg_text;
mod tally;
mod view;
mod words;

pub use audit_map::audit_map;
pub use audit_text::audit_text;
pub use bench_text::{bench_text, goal_text, learnt_text};
pub use courses::{CourseLine, courses};
pub use density_area_chart::{AreaAxis, AreaCurve, AreaPoint, density_area_chart};
pub use error::ReportError;
pub use fhir::{ConsentGiven, Delivered, FhirRecord, fhir_bundle};
pub use field_map::field_map;
pub use files::{calendar_ics, injections_csv, plan_json, supply_csv};
pub use forest::{ForestRow, forest};
pub use hairline_sheet::hairline_sheet;
pub use html::{bench_page, bench_page_in, page, page_in, smp_page, smp_stop_page};
pub use indicator_text::indicator_text;
pub use injection_map::injection_map;
pub use leaflet_page::{consent_page, consent_page_in};
#[cfg(feature = "pdf")]
pub use paper::{PaperSpec, report_pdf};
pub use pareto_chart::{ParetoPoint, pareto_chart};
pub use picture::{Picture, PictureSet};
pub use pictures::render::{LightPreset, Look, Place, RenderSpec, Rendered, render, scale_bar};
pub use pictures::{SmpSizes, smp_pictures};
pub use scalp_map::scalp_map;
pub use shade_sheet::{shade_page, shade_sheet};
pub use shade_text::shade_text;
pub use smp_text::smp_text;
pub use stencil::{DotClass, SessionSpec, SheetDot, SheetLine, Stencil, TileSheet, session_dots};
pub use summary::summary_text;
pub use texts::Texts;
pub use tube::{tube_motion, tube_row};
pub use vellus_plan::record::Approval;
pub use view::futures::area_of_two;
