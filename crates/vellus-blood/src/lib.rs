//! From whole blood and a centrifuge to platelet-rich plasma and a dose.
//!
//! A [`Protocol`] says what blood goes into which tube, how it is spun and what is taken out.
//! [`prepare`] runs it over an ensemble of the inputs that nobody knows exactly (the margin that
//! the hand keeps above the red cells, how strongly the red cells clump, the rotor's radius when
//! the paper leaves it out) and gives a [`Preparation`]: platelets, red and white cells, volume,
//! each as a median with an 80 % interval. [`Dose`] spreads it over an area; [`check`] prints a
//! published preparation beside the model.
//!
//! The physics is in [`mod@column`]: hindered settling in one dimension with the plasma's back-flow.
//! The cells are in [`cells`], what is assumed about practice in [`inputs`].

pub mod cells;
pub mod column;
pub mod inputs;

mod blood;
mod check;
mod classes;
mod device;
mod dose;
mod error;
mod preparation;
mod process;
mod protocol;
mod withdrawal;

pub use blood::{Anticoagulant, Blood, MCHC_G_PER_DL};
pub use check::{Row, check};
pub use classes::{DepaClass, Grade, Leukocytes, PawClass, paw_class};
pub use device::{
    Brake, RCF_PER_MM_RPM2, RcfAt, Rotor, RotorKind, Spin, Tube, TubeKind, rcf_from_rpm, rpm_from_rcf,
};
pub use dose::{
    BLOOD_ML_PER_KG, DRAW_SHARE, Dose, Settings, Tubes, VOLUME_PER_CM2, WANTED_K_PER_UL, dose, draw_limit_ml,
    inverse, tubes_for,
};
pub use error::BloodError;
pub use preparation::{
    DRAWS, ENSEMBLE_CELLS, Estimate, FINE_CELLS, Preparation, Sensitivity, median_outcome, pictures, prepare,
    prepare_with, sensitivity,
};
pub use process::{Layers, Outcome, RUN_UP_S};
pub use protocol::{
    DEFAULT_TOLERANCE, LEAST_TOLERANCE, Protocol, Published, PublishedValue, ReadLevel, Split, load_protocol,
};
pub use withdrawal::{Layer, Withdrawal};
