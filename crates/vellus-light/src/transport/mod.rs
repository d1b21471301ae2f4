//! Light in layers that scatter and absorb.

pub mod adding_doubling;
