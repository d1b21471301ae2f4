//! The shade finder: how far to thin the pigment and how deep to lay it, so that healed dots look like the person's own
//! shaved hair, now and over the years.
//!
//! [`setting`] is what the person brings: skin, hair that greys, lamps, density; [`dot`] a dot as it heals and fades;
//! [`test_dots`] what was learnt from healed test dots; [`search`] tries every dilution at every depth; [`answer`] the
//! document; [`words`] says why.
//!
//! # Method
//! A candidate is a dilution and a depth. Its density is what a plan would lay: as many dots as look as dark as the
//! fringe, within the school, or the density that the case asks for. Its cost is the perceptual difference to the
//! person's own shaved hair, weighed over lamps, two distances and six ages. Candidates within [`search::TIE`] of the best are ties, of
//! which the shallower and lighter one is taken: what is too light can be added to.

pub mod answer;
pub mod dot;
pub mod search;
pub mod setting;
pub mod test_dots;
pub mod words;

pub use answer::{ShadeAnswer, ShadeYear};
pub use search::find;
