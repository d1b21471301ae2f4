//! Whether the bands of a plan are honest: on virtual people whose truth is known, bands of 80 % have to
//! hold four outcomes in five, before and after visits.
//!
//! A template is a head with every follicle, as a plan has it. Each person on it has a truth of
//! their own: error of the stage, pace, how far loss is ahead in each zone, answers to treatments,
//! the mechanism of PRP, the dose of each preparation, and the luck of every follicle. A clinic sees
//! the stage, and in the second arm readings at one to three visits; the forecast is made from
//! these by the code that plans use. Rows hold outcomes against bands.

mod forecast;
mod person;
mod rows;
mod template;

use rayon::prelude::*;

use crate::error::EvidenceError;
use crate::row::Row;
use person::Virtual;
use rows::Held;
use template::Template;

/// People in a full run.
pub const PEOPLE: usize = 1000;
/// People in a quick one.
pub const PEOPLE_QUICK: usize = 150;

/// Years at which outcomes are taken.
pub(crate) const YEARS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// What is forecast of the thinning area, in the order of outcomes.
pub(crate) const QUANTITIES: [(&str, &str); 3] =
    [("terminal hairs", "per cm²"), ("visible density", "per cm²"), ("hair kept", "% of today")];

/// An outcome of each quantity at each year.
pub(crate) type Outcomes = [[f64; YEARS.len()]; QUANTITIES.len()];

/// Runs the people and gives a row for each quantity, year and arm.
///
/// # Errors
/// [`EvidenceError`] when a template cannot be built.
pub fn run_all(seed: u64, quick: bool) -> Result<Vec<Row>, EvidenceError> {
    run(seed, if quick { PEOPLE_QUICK } else { PEOPLE })
}

/// The same for a number of people.
///
/// # Errors
/// [`EvidenceError`] when a template cannot be built.
pub fn run(seed: u64, people: usize) -> Result<Vec<Row>, EvidenceError> {
    let templates = template::all(seed)?;
    let held: Vec<Held> =
        (0..people).into_par_iter().map(|i| one(&templates[i % templates.len()], seed, i)).collect();
    Ok(rows::rows(&held))
}

/// One person: the truth beside what is believed before and after the visits.
fn one(template: &Template, seed: u64, index: usize) -> Held {
    let person = Virtual::draw(template, seed, index);
    let (outcomes, readings) = person.live(template);
    let before = forecast::of(template, &person, &[]);
    let after = forecast::of(template, &person, &readings);
    Held { treatment: person.treatment, visits: person.visits, outcomes, before, after }
}
