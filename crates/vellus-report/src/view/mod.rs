//! What the templates are filled with: finished words, never raw numbers that need arithmetic.

pub(crate) mod bench;
mod doctor;
pub(crate) mod futures;
mod goal;
pub(crate) mod input_words;
mod pictures;
mod smp;
pub(crate) mod smp_words;
mod strategy;
pub(crate) mod trade_off;

pub(crate) use bench::{BenchView, bench_view};
pub(crate) use doctor::{decisions, medicines};
pub(crate) use goal::{first_goal_percent, flag};
pub(crate) use pictures::{close_ups, lead, moments, strip, strip_view};
pub(crate) use smp::{SessionView, SmpView, smp_view, stop_view};
pub(crate) use strategy::{Range, StrategyView, strategy};
pub(crate) use trade_off::trade_off;
