//! Follicles: growing a scalp, the hair cycle, pattern loss and what treatments do to it.
//!
//! The order of the room: [`norms`] say what hair is like when nothing is known; [`pattern`] where
//! loss comes and when, and [`classify`] which stage a scalp shows; [`population`] who loses hair at
//! which age; [`scalp`] grows every follicle of one head; [`cycle`] is one follicle's clockwork and
//! [`season`] its calendar; [`treatment`] and [`response`] say what is done and how this person may
//! answer; [`regime`] tabulates both over time; [`course`] runs the follicles through it;
//! [`instrument`] measures the result as a study would; [`individual`] weighs what may be true by
//! what was measured; [`model`] holds every rule and the fitted parameters; [`automaton`] is the
//! textbook model that verifies the code.

pub mod automaton;
pub mod classify;
pub mod course;
pub mod cycle;
pub mod greying;
pub mod individual;
pub mod instrument;
pub mod model;
pub mod norms;
pub mod pattern;
pub mod population;
pub mod regime;
pub mod response;
pub mod scalp;
pub mod season;
pub mod treatment;
