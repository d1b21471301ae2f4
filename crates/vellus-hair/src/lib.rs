//! Follicles: growing a scalp, the hair cycle, pattern loss and what treatments do to it.
//!
//! The order of the room: [`norms`] say what hair is like when nothing is known; [`pattern`] where
//! loss comes and when; [`scalp`] grows every follicle of one head; [`cycle`] is one follicle's
//! clockwork; [`treatment`] and [`response`] say what is done and how this person may answer;
//! [`regime`] tabulates both over time; [`course`] runs the follicles through it; [`instrument`]
//! measures the result as a study would; [`automaton`] is the textbook model that verifies the code.

pub mod automaton;
pub mod course;
pub mod cycle;
pub mod instrument;
pub mod norms;
pub mod pattern;
pub mod regime;
pub mod response;
pub mod scalp;
pub mod season;
pub mod treatment;
