//! The column of blood in a spinning tube: one space dimension, several kinds of cells.
//!
//! # Equations
//! Red cells at the volume fraction φ settle with the laboratory velocity
//!
//! w(φ) = A s_r ω² r E (1 − φ)^n (1 − (φ/φ_m)^8),
//!
//! Richardson and Zaki's law with a stop at the packing limit φ_m, where the red cells bear each
//! other's weight (the power 8 is an assumption: the stop is felt above 0.75 φ_m). A is the gain
//! by aggregation, E the gain by inclination. The suspension as a whole does not move,
//! so plasma flows back up at −φ w / (1 − φ) and carries small cells with it.
//!
//! A small cell moves relative to that plasma by
//!
//! * its own hindered settling with the buoyancy of the suspension (Masliyah 1979; Lockett and
//!   Bassoon 1979): s ω² r E (ρ − ρ_s)/(ρ − ρ_f) (1 − φ)^{n−2}, ρ_s = ρ_f + Σ φ_k (ρ_k − ρ_f).
//!   Above dense red cells the sign turns and the buffy coat stays on top;
//! * the lead of a finite body in a pore, χ = 1 + e (2λ − λ²) times the plasma velocity relative
//!   to the red cells, λ = r_p / R, R = 2 (1 − φ)/φ (V/S)_r √A: hydrodynamic chromatography
//!   (DiMarzio and Guttman 1970), with a strength e because the pores between aggregates are no
//!   straight capillaries;
//! * stirring in clear plasma: −D ∂c/∂x with D = k z near a surface, because no eddy is larger
//!   than its distance from the wall (Rouse 1937). A steady profile above the red cells is
//!   c ∝ z^{−v/k}: platelets are lifted far, white cells, ten times faster, hardly. In a cylinder
//!   settling paths diverge from the walls, plasma warms unevenly, and vibration and run-out swirl
//!   it; without stirring, plasma would be empty after g·min at which every laboratory still finds
//!   platelets. Red cells stratify the fluid and stop it at φ ≥ 0.3.
//!
//! # Scheme
//! Conservative finite volumes along the radius, of second order in space and time away from
//! shocks: limited slopes (monotonised central) and a predictor over half a step (MUSCL-Hancock,
//! van Leer 1984). Red cells take the flux φ_above w(φ_below) of Bürger, García, Karlsen and Towers
//! (2008), donor times the hindrance of the receiver, which is monotone and keeps 0 ≤ φ ≤ φ_m.
//! Small cells are carried as numbers per plasma, q = c/(1 − φ), by exactly the plasma that the red
//! cells displace, so that a uniform q stays uniform to rounding. Red cells, the fastest, take
//! several short steps for one of the small cells; the plasma that they displaced meanwhile is
//! handed over as a whole. Stirring is implicit.
//!
//! # Limits
//! No clotting, round bottoms count as flat, no secondary flow other than stirring; the plasma
//! displaced by platelets and white cells themselves is neglected (their volume is below 2 % of
//! the blood).

// Kinds and faces are counted as in the equations.
#![allow(clippy::needless_range_loop, reason = "several arrays share one index")]

use crate::cells::HINDERED_EXPONENT;

/// Kinds of small cells that one column carries at most.
pub const KINDS: usize = 12;

/// One number for each kind of small cell.
pub type Kinds = [f64; KINDS];

/// Kinds that go together through the grid.
const LANES: usize = 4;
type Lanes = [f64; LANES];

/// One kind of small cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmallCell {
    /// Stokes coefficient, s.
    pub s: f64,
    /// Density, g/cm³.
    pub density: f64,
    /// Volume, fL.
    pub volume_fl: f64,
    /// Strength of the lead in pores, 0 for none.
    pub exclusion: f64,
}

/// What settles, and in what.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspension {
    /// Stokes coefficient of a single red cell, s.
    pub s_rbc: f64,
    /// Gain of the red cells' velocity by aggregation, A.
    pub aggregation: f64,
    /// Packing limit of the red cells, φ_m.
    pub packing: f64,
    /// Density of red cells, g/cm³.
    pub rbc_density: f64,
    /// Density of the fluid, g/cm³.
    pub fluid_density: f64,
    /// The small cells, at most [`KINDS`].
    pub small: Vec<SmallCell>,
    /// Growth of the diffusivity of small cells in clear plasma with the distance from a surface,
    /// k, mm/s.
    pub stirring_mm_s: f64,
    /// Inner diameter of the tube, which bounds the eddies, mm.
    pub bore_mm: f64,
    /// Whether cells that have reached the bottom stay there, as in a pellet.
    pub pellet_sticks: bool,
}

/// The rotating frame of one spin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Square of the angular velocity, 1/s².
    pub omega2: f64,
    /// Time at full speed that has the same ∫ω² dt, s.
    pub effective_s: f64,
    /// Distance of the bottom from the axis, mm.
    pub radius_max_mm: f64,
    /// Sine of the angle between tube and axis; 1 when the tube swings out.
    pub sin_angle: f64,
    /// Gain of all velocities by inclination, E.
    pub inclination: f64,
}

/// How the cross-section goes with the radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// A tube: the same everywhere.
    Straight,
    /// A sector of a cylinder around the axis: proportional to the radius. For exact solutions.
    Sector,
}

/// Cells over the length of a tube; index 0 is at the surface, the last at the bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Height of one grid cell, mm.
    pub dx_mm: f64,
    /// Cross-section (the mean one of a sector), mm².
    pub area_mm2: f64,
    /// How the cross-section goes with the radius.
    pub section: Section,
    /// Volume fraction of red cells.
    pub rbc: Vec<f64>,
    /// Number density of each kind of small cell, 10³/µL; kinds that are not there are 0.
    pub small: Vec<Kinds>,
}

/// Volume fraction per (10³/µL · fL).
const FRACTION: f64 = 1.0e-6;
/// Largest volume fraction of all cells together; assumption, no packing goes beyond it.
const CROWDED: f64 = 0.97;
/// Below this share of the start, a grid cell no longer limits the time step: what would leave it
/// is cut to what it holds.
const NEGLIGIBLE: f64 = 1.0e-3;
/// The same for small cells.
const SPARSE: f64 = 0.02;
/// Volume fraction below which red cells are moved on to the next grid cell as a whole.
const CRUMB: f64 = 1.0e-9;
/// The same for small cells, 10³/µL.
const SMALL_CRUMB: f64 = 1.0e-14;
/// Courant number of red cells: the reconstruction of their curved flux stays monotone.
const COURANT: f64 = 0.8;
/// Courant number of small cells, whose flux is linear.
const COURANT_SMALL: f64 = 1.0;
/// Steps of red cells for one hand-over to the small cells, at most.
const SUBSTEPS: usize = 40;
/// Grid cells above the floor whose stirring is fitted to each kind.
const NEAR_FLOOR: usize = 10;
/// Cell Péclet number above which stirring is nothing against settling.
const STEEPEST: f64 = 24.0;
/// Short steps between two looks at the fastest red cells.
const LOOK_EVERY: usize = 4;
/// Grid cells above the interface in which small cells come to rest.
const RESTING: usize = 3;
/// Grid cells over which the front of the red cells is spread.
const FRONT: usize = 3;
/// Longest hand-over, s: the implicit stirring is of first order in time.
const LONGEST_S: f64 = 3.0;
/// Volume fraction of red cells at which stirring stops; an assumption without weight, as the
/// front of the red cells is narrower than a grid cell.
const STRATIFIED: f64 = 0.3;
/// What a grid cell can lose in one step, so that rounding leaves nothing negative.
const ALMOST_ALL: f64 = 1.0 - 1.0e-12;
/// Entries of the tables of hindrance.
const TABLE: usize = 1024;

impl Column {
    /// A well-mixed column with the number densities of at most [`KINDS`] kinds.
    #[must_use]
    pub fn mixed(cells: usize, length_mm: f64, area_mm2: f64, rbc: f64, small_k_per_ul: &[f64]) -> Self {
        let mut start = [0.0; KINDS];
        for (s, &c) in start.iter_mut().zip(small_k_per_ul) {
            *s = c;
        }
        Self {
            dx_mm: length_mm / cells as f64,
            area_mm2,
            section: Section::Straight,
            rbc: vec![rbc; cells],
            small: vec![start; cells],
        }
    }

    /// Number of grid cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.rbc.len()
    }

    /// Length, mm.
    #[must_use]
    pub fn length_mm(&self) -> f64 {
        self.dx_mm * self.cells() as f64
    }

    /// Volume of red cells in a straight tube, mm of column.
    #[must_use]
    pub fn rbc_mm(&self) -> f64 {
        self.rbc.iter().sum::<f64>() * self.dx_mm
    }

    /// Number of small cells of one kind in a straight tube, 10³/µL · mm.
    #[must_use]
    pub fn small_mm(&self, kind: usize) -> f64 {
        self.small.iter().map(|c| c[kind]).sum::<f64>() * self.dx_mm
    }

    /// Cross-sections at the `cells() + 1` faces over the mean one.
    #[must_use]
    pub fn faces(&self, frame: &Frame) -> Vec<f64> {
        let n = self.cells();
        match self.section {
            Section::Straight => vec![1.0; n + 1],
            Section::Sector => {
                let middle = frame.radius_max_mm - 0.5 * self.length_mm() * frame.sin_angle;
                (0..=n)
                    .map(|f| {
                        (frame.radius_max_mm - (n - f) as f64 * self.dx_mm * frame.sin_angle).max(0.0)
                            / middle
                    })
                    .collect()
            }
        }
    }

    /// Distance of the red cells' surface from the top, mm, as a sharp step with the same volume
    /// of red cells above the first grid cell behind their front; the whole length when there are none.
    #[must_use]
    pub fn interface_mm(&self) -> f64 {
        let densest = self.rbc.iter().copied().fold(0.0, f64::max);
        if densest < 0.05 {
            return self.length_mm();
        }
        // Behind the front, a few grid cells wide, the profile is flat: a suspension that has not
        // settled, however thin it has become, or what lies on the bottom.
        let last = self.cells() - 1;
        let flat = |i: usize| self.rbc[i] >= 0.8 * self.rbc[(i + FRONT).min(last)];
        let Some(k) = (0..=last).find(|&i| self.rbc[i] > 0.02 * densest && flat(i)) else {
            return self.length_mm();
        };
        let above: f64 = self.rbc[..k].iter().sum();
        ((k as f64 - above / self.rbc[k]) * self.dx_mm).max(0.0)
    }

    /// Spins the column and calls `look(time at full speed in s, column)` at each of `looks_s`
    /// (rising) that is reached.
    pub fn spin(
        &mut self,
        suspension: &Suspension,
        frame: &Frame,
        looks_s: &[f64],
        mut look: impl FnMut(f64, &Self),
    ) {
        if self.cells() < 2 {
            return;
        }
        let mut work = Work::new(self, suspension, frame);
        // The widest vectors that the processor has; no sums are reordered, so the bytes are the same.
        pulp::Arch::new().dispatch(Run { work: &mut work, column: self, looks_s, look: &mut look });
    }
}

/// Memory of a column of this many grid cells while it spins, bytes: three numbers for each kind of
/// small cell and about twenty besides, with four tables.
#[must_use]
pub const fn working_bytes(cells: usize) -> usize {
    cells * (3 * std::mem::size_of::<Kinds>() + 20 * 8) + 4 * (TABLE + 1) * 8
}

/// Buffers and tables of one spin.
struct Work<'a> {
    suspension: &'a Suspension,
    frame: &'a Frame,
    /// Kinds that are there.
    kinds: usize,
    hindrance_rbc: Vec<f64>,
    hindrance_small: Vec<f64>,
    /// Largest −dh/dφ of the red cells' hindrance at this volume fraction and beyond.
    steepness_rbc: Vec<f64>,
    /// ω² r E at each inner face, mm/s².
    pull: Vec<f64>,
    /// Cross-section at each inner face over that of the grid cell above and below it; the last entry
    /// of these and of what follows stands for the bottom, through which nothing goes.
    widening_above: Vec<f64>,
    widening_below: Vec<f64>,
    /// Volume fraction of all cells, and of small ones, by grid cell.
    crowd: Vec<f64>,
    room: Vec<f64>,
    excess_density: Vec<f64>,
    /// Volume of red cells that crossed each inner face since the last hand-over, mm.
    crossed: Vec<f64>,
    flux: Vec<f64>,
    upper_face: Vec<f64>,
    lower_face: Vec<f64>,
    /// For one step: one over the plasma's share at its begin, the share half-way times the step over
    /// dx, and the plasma that rises through each face over dx.
    per_clear: Vec<f64>,
    clear_middle: Vec<f64>,
    plasma: Vec<f64>,
    /// The red cells at the last hand-over.
    before: Vec<f64>,
    /// Own velocity of each kind at each inner face, downward and upward parts, mm/s.
    down: Vec<Kinds>,
    up: Vec<Kinds>,
    /// ln of the depth below over that above each inner face.
    log_depth: Vec<f64>,
    /// Conductance by stirring at each inner face, mm/s.
    stir: Vec<f64>,
    eliminated: Vec<f64>,
    /// [`fitting`] of P / [`STEEPEST`].
    fitting: Vec<f64>,
    /// What each kind needs: Stokes coefficient, own excess density, radius, lead.
    s: Kinds,
    excess: Kinds,
    volume: Kinds,
    radius_um: Kinds,
    lead: Kinds,
    start_rbc: f64,
    start_small: Kinds,
}

/// One run, compiled once for each kind of vector unit.
struct Run<'r, 'a, F> {
    work: &'r mut Work<'a>,
    column: &'r mut Column,
    looks_s: &'r [f64],
    look: &'r mut F,
}

impl<F: FnMut(f64, &Column)> pulp::WithSimd for Run<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.work.run(self.column, self.looks_s, self.look);
    }
}

fn table(f: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..=TABLE).map(|i| f(i as f64 / TABLE as f64)).collect()
}

#[inline(always)]
fn read(table: &[f64], phi: f64) -> f64 {
    let x = phi.clamp(0.0, 1.0) * TABLE as f64;
    let i = (x as usize).min(TABLE - 1);
    table[i] + (table[i + 1] - table[i]) * (x - i as f64)
}

/// Limited slope over one grid cell (monotonised central, van Leer 1977).
#[inline(always)]
fn slope(a: f64, b: f64) -> f64 {
    let steepest = 2.0 * if a.abs() < b.abs() { a.abs() } else { b.abs() };
    let central = 0.5 * (a + b);
    let size = if central.abs() < steepest { central.abs() } else { steepest };
    if a * b > 0.0 { size.copysign(a) } else { 0.0 }
}

#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline(always)]
fn lanes(c: &Kinds, first: usize) -> Lanes {
    let mut out = [0.0; LANES];
    out.copy_from_slice(&c[first..first + LANES]);
    out
}

#[inline(always)]
fn scaled(c: &Lanes, factor: f64) -> Lanes {
    let mut out = *c;
    for x in &mut out {
        *x *= factor;
    }
    out
}

/// Numbers per plasma at the upper and lower face of a grid cell after half a step, from those in
/// it and its neighbours; `enters` and `leaves` are Courant numbers of the kinds' own motion at
/// its faces, `plasma` that of the plasma that rises.
#[inline(always)]
fn half_step(
    above: &Lanes,
    here: &Lanes,
    below: &Lanes,
    enters: &Lanes,
    leaves: &Lanes,
    plasma: f64,
) -> (Lanes, Lanes) {
    let (mut upper, mut lower) = ([0.0; LANES], [0.0; LANES]);
    for k in 0..LANES {
        let half = 0.5 * slope(here[k] - above[k], below[k] - here[k]);
        let (hi, lo) = (here[k] - half, here[k] + half);
        let drift = 0.5 * (enters[k] * hi - leaves[k] * lo + plasma * (lo - hi));
        // Half a step never empties a face.
        let most = -0.5 * least(hi, lo);
        let drift = if drift > most { drift } else { most };
        upper[k] = hi + drift;
        lower[k] = lo + drift;
    }
    (upper, lower)
}

impl<'a> Work<'a> {
    fn new(column: &Column, suspension: &'a Suspension, frame: &'a Frame) -> Self {
        let n = column.cells();
        let m = suspension.packing;
        let bottom = frame.radius_max_mm;
        let pull = (1..n)
            .map(|i| {
                let above_bottom = (n - i) as f64 * column.dx_mm;
                let r = (bottom - above_bottom * frame.sin_angle).max(0.05 * bottom);
                frame.omega2 * r * frame.inclination
            })
            .collect();
        let faces = n - 1;
        let area = column.faces(frame);
        let of_cell = |i: usize| 0.5 * (area[i] + area[i + 1]);
        let hindrance_rbc =
            table(|phi| libm::pow(1.0 - phi, HINDERED_EXPONENT) * (1.0 - libm::pow(phi / m, 8.0)).max(0.0));
        let mut steepness_rbc = vec![0.0; TABLE + 1];
        for i in (0..TABLE).rev() {
            let slope = (hindrance_rbc[i] - hindrance_rbc[i + 1]) * TABLE as f64;
            steepness_rbc[i] = slope.max(steepness_rbc[i + 1]);
        }
        let kinds = suspension.small.len().min(KINDS);
        let of_kinds = |f: &dyn Fn(&SmallCell) -> f64| {
            let mut all = [0.0; KINDS];
            for (x, kind) in all.iter_mut().zip(&suspension.small) {
                *x = f(kind);
            }
            all
        };
        let mut excess = of_kinds(&|k| k.density - suspension.fluid_density);
        excess[kinds..].fill(1.0);
        let mut start_small = [0.0; KINDS];
        for c in &column.small {
            for (most, &x) in start_small.iter_mut().zip(c) {
                *most = x.max(*most);
            }
        }
        Self {
            suspension,
            frame,
            kinds,
            hindrance_rbc,
            steepness_rbc,
            hindrance_small: table(|phi| libm::pow(1.0 - phi, HINDERED_EXPONENT - 2.0)),
            pull,
            widening_above: (0..faces).map(|f| area[f + 1] / of_cell(f)).chain([1.0]).collect(),
            widening_below: (0..faces).map(|f| area[f + 1] / of_cell(f + 1)).chain([1.0]).collect(),
            per_clear: vec![1.0; n],
            clear_middle: vec![0.0; n],
            plasma: vec![0.0; n],
            crowd: vec![0.0; n],
            room: vec![1.0; n],
            excess_density: vec![0.0; n],
            crossed: vec![0.0; faces],
            flux: vec![0.0; faces],
            upper_face: vec![0.0; n],
            lower_face: vec![0.0; n],
            before: vec![0.0; n],
            down: vec![[0.0; KINDS]; n],
            up: vec![[0.0; KINDS]; n],
            log_depth: (0..faces).map(|f| libm::log((f as f64 + 1.5) / (f as f64 + 0.5))).collect(),
            stir: vec![0.0; faces],
            eliminated: vec![0.0; n],
            fitting: table(|x| fitting(x * STEEPEST)),
            s: of_kinds(&|k| k.s),
            excess,
            volume: of_kinds(&|k| k.volume_fl * FRACTION),
            radius_um: of_kinds(&|k| libm::cbrt(0.75 * k.volume_fl / std::f64::consts::PI)),
            lead: of_kinds(&|k| k.exclusion),
            start_rbc: column.rbc.iter().copied().fold(0.0, f64::max),
            start_small,
        }
    }

    #[inline(always)]
    fn run(&mut self, column: &mut Column, looks_s: &[f64], look: &mut impl FnMut(f64, &Column)) {
        let mut t = 0.0;
        let mut next_look = 0;
        let end = self.frame.effective_s;
        loop {
            while next_look < looks_s.len() && looks_s[next_look] <= t + 1e-9 {
                look(t, column);
                next_look += 1;
            }
            if t >= end - 1e-9 {
                return;
            }
            let until = looks_s.get(next_look).map_or(end, |&l| l.min(end));
            self.weigh(column);
            let dt = self.settle_red(column, (until - t).min(LONGEST_S));
            self.move_small(column, dt);
            t += dt;
        }
    }

    /// Moves crumbs on, and finds the crowding by small cells and their share of the density.
    #[inline(always)]
    fn weigh(&mut self, column: &mut Column) {
        // Crumbs are moved on to the next grid cell: processors are slow with numbers near their least.
        for i in 0..column.small.len() - 1 {
            let crumbs = self.widening_below[i] / self.widening_above[i];
            let (done, rest) = column.small.split_at_mut(i + 1);
            let (c, next) = (&mut done[i], &mut rest[0]);
            for k in 0..KINDS {
                let crumb = if c[k] < SMALL_CRUMB { c[k] } else { 0.0 };
                c[k] -= crumb;
                next[k] += crumb * crumbs;
            }
        }
        for (i, c) in column.small.iter().enumerate() {
            let mut crowd = 0.0;
            let mut excess = 0.0;
            for k in 0..KINDS {
                let phi = c[k] * self.volume[k];
                crowd += phi;
                excess += phi * self.excess[k];
            }
            self.crowd[i] = crowd;
            self.excess_density[i] = excess;
            let x = (crowd + column.rbc[i]) / CROWDED;
            let x4 = x * x * x * x;
            self.room[i] = (1.0 - x4 * x4).clamp(0.0, 1.0);
        }
    }

    /// Short steps of the red cells over at most `longest` seconds; returns the time that went by.
    #[inline(always)]
    fn settle_red(&mut self, column: &mut Column, longest: f64) -> f64 {
        let n = column.cells();
        self.before.copy_from_slice(&column.rbc);
        self.crossed.fill(0.0);
        if self.start_rbc <= 0.0 {
            return longest;
        }
        let gain = self.suspension.aggregation * self.suspension.s_rbc;
        let mut t = 0.0;
        let mut fastest: f64 = 1e-12;
        for step in 0..SUBSTEPS {
            let rbc = &mut column.rbc;
            // Clear plasma above the front has nothing to move.
            let top = rbc.iter().position(|&f| f > 0.0).unwrap_or(n);
            if top + 1 >= n {
                return longest;
            }
            if step % LOOK_EVERY == 0 {
                fastest = 1e-12;
                for f in top..n - 1 {
                    if rbc[f] > NEGLIGIBLE * self.start_rbc {
                        let crowd = rbc[f + 1] + self.crowd[f + 1];
                        let w = read(&self.hindrance_rbc, crowd);
                        // w + φ |w′|: the scheme is monotone below this speed.
                        let steep = rbc[f] * read(&self.steepness_rbc, crowd);
                        fastest = fastest.max(gain * self.pull[f] * (w + steep));
                    }
                }
            }
            let dt = (COURANT * column.dx_mm / fastest).min(longest - t);
            let q = dt / column.dx_mm;
            for i in top..n {
                let above = if i > 0 { rbc[i - 1] } else { rbc[i] };
                let below = if i + 1 < n { rbc[i + 1] } else { rbc[i] };
                let half = 0.5 * slope(rbc[i] - above, below - rbc[i]);
                let (up, low) = (rbc[i] - half, rbc[i] + half);
                let at = |phi: f64| phi * read(&self.hindrance_rbc, phi + self.crowd[i]);
                let (pull_up, pull_low) =
                    (if i > 0 { self.pull[i - 1] } else { self.pull[0] }, self.pull[i.min(n - 2)]);
                let drift = 0.5 * q * gain * (pull_up * at(up) - pull_low * at(low));
                // A predictor that leaves the range of its neighbours is none.
                let most = above.max(below).max(rbc[i]);
                let least = above.min(below).min(rbc[i]);
                self.upper_face[i] = (up + drift).clamp(least, most);
                self.lower_face[i] = (low + drift).clamp(least, most);
            }
            for f in top..n - 1 {
                let w = gain
                    * self.pull[f]
                    * read(&self.hindrance_rbc, self.upper_face[f + 1] + self.crowd[f + 1]);
                let held = ALMOST_ALL * rbc[f] / (self.widening_above[f] * q);
                self.flux[f] = (self.lower_face[f] * w).min(held);
            }
            for f in top..n - 1 {
                let moved = self.flux[f] * q;
                rbc[f] -= moved * self.widening_above[f];
                rbc[f + 1] += moved * self.widening_below[f];
                self.crossed[f] += moved * column.dx_mm;
            }
            for f in top..n - 1 {
                if rbc[f] > CRUMB {
                    break;
                }
                self.crossed[f] += rbc[f] / self.widening_above[f] * column.dx_mm;
                rbc[f + 1] += rbc[f] / self.widening_above[f] * self.widening_below[f];
                rbc[f] = 0.0;
            }
            t += dt;
            if t >= longest - 1e-12 {
                break;
            }
        }
        t
    }

    /// Velocities of the small cells at the inner faces, for the red cells half-way.
    #[inline(always)]
    fn velocities(&mut self, column: &Column) {
        let s = self.suspension;
        let n = column.cells();
        let red_excess = s.rbc_density - s.fluid_density;
        let pore_um =
            2.0 * (crate::cells::RBC_VOLUME_FL / crate::cells::RBC_SURFACE_UM2) * libm::sqrt(s.aggregation);
        let gain = s.aggregation * s.s_rbc;
        let (s_of, radius_um, lead_of) = (self.s, self.radius_um, self.lead);
        let lightness = self.excess.map(|x| 1.0 / x);
        for f in 0..n - 1 {
            let below = f + 1;
            let phi = 0.5 * (self.before[below] + column.rbc[below]);
            let pull = self.pull[f];
            // Red cells hinder from where the cell goes, small cells from where it comes: a thin
            // suspension above a pellet settles at its own speed.
            let crowd = phi + self.crowd[f];
            let excess = phi * red_excess + self.excess_density[f];
            let hindered = pull * read(&self.hindrance_small, crowd);
            let clear = (1.0 - phi).max(0.02);
            let slip = gain * pull * read(&self.hindrance_rbc, phi + self.crowd[below]) / clear;
            let pore = phi / (pore_um * clear);
            // Only the cells' own motion is stopped by crowding: plasma that is displaced must
            // leave whatever lies above.
            let (room_below, room_above) = (self.room[below], self.room[f]);
            let (mut down, mut up) = ([0.0; KINDS], [0.0; KINDS]);
            for k in 0..KINDS {
                let own = s_of[k] * hindered * (1.0 - excess * lightness[k]);
                let lambda = least(radius_um[k] * pore, 1.0);
                let lead = lead_of[k] * lambda * (2.0 - lambda) * slip;
                let falls = if own > 0.0 { own } else { 0.0 };
                down[k] = falls * room_below;
                up[k] = (falls - own + lead) * room_above;
            }
            self.down[f] = down;
            self.up[f] = up;
        }
    }

    /// Moves the small cells over `dt` with the plasma that the red cells displaced meanwhile.
    #[inline(always)]
    fn move_small(&mut self, column: &mut Column, dt: f64) {
        if self.kinds == 0 || dt <= 0.0 {
            return;
        }
        let n = column.cells();
        self.velocities(column);
        // Fastest outflow of a grid cell that still holds something.
        let mut fastest: f64 = 1e-12;
        // At rest above the red cells, and among them, where the plasma that rises is what moves,
        // a cell's own velocity does not limit the step.
        let floor = (column.interface_mm() / column.dx_mm) as usize;
        let resting = floor.saturating_sub(RESTING);
        for i in 0..n {
            let clear = (1.0 - self.before[i].max(column.rbc[i])).max(0.02);
            let carried = if i > 0 { self.crossed[i - 1] / (dt * clear) } else { 0.0 };
            if i >= resting {
                fastest = fastest.max(2.0 * carried);
                continue;
            }
            let c = &column.small[i];
            for k in 0..self.kinds {
                if c[k] > SPARSE * self.start_small[k] {
                    let out = self.down[i][k] + if i > 0 { self.up[i - 1][k] } else { 0.0 } + carried;
                    fastest = fastest.max(out);
                }
            }
        }
        let steps = ((dt * fastest) / (COURANT_SMALL * column.dx_mm)).ceil().max(1.0);
        let steps_n = steps as usize;
        let h = dt / steps;
        for step in 0..steps_n {
            let (a, b) = (step as f64 / steps, (step + 1) as f64 / steps);
            self.carry(column, h, 1.0 / steps, a, b);
        }
        self.stir(column, dt);
    }

    /// One step of carrying and settling; red cells go linearly from `before` to now, of which
    /// this step is the part from `a` to `b`, `share` of the whole.
    #[inline(always)]
    fn carry(&mut self, column: &mut Column, h: f64, share: f64, a: f64, b: f64) {
        let n = column.cells();
        let q = h / column.dx_mm;
        let middle = 0.5 * (a + b);
        for i in 0..n {
            let moved = column.rbc[i] - self.before[i];
            let clear_at = |at: f64| (1.0 - self.before[i] - moved * at).max(1e-3);
            self.per_clear[i] = 1.0 / clear_at(a);
            self.clear_middle[i] = q * clear_at(middle);
        }
        for (plasma, crossed) in self.plasma.iter_mut().zip(&self.crossed) {
            *plasma = share * crossed / column.dx_mm;
        }
        for group in 0..KINDS / LANES {
            self.carry_group(&mut column.small, q, group * LANES);
        }
    }

    /// [`Self::carry`] for the kinds from `first`, as many as a vector register holds, so that all that
    /// goes from grid cell to grid cell stays in registers.
    #[inline(always)]
    fn carry_group(&self, small: &mut [Kinds], q: f64, first: usize) {
        let n = small.len();
        // Numbers per plasma go through a window of three grid cells: `upper` and `lower` are those at
        // the faces of one grid cell half a step ahead, from what was there before this step.
        let mut here = scaled(&lanes(&small[0], first), self.per_clear[0]);
        let mut above = here;
        let mut lower_above = [0.0; LANES];
        let mut enters = [0.0; LANES];
        let mut from_above = [0.0; LANES];
        let mut rose = [0.0; LANES];
        let mut down_above = [0.0; LANES];
        let mut up_above = [0.0; LANES];
        for i in 0..n {
            let j = (i + 1).min(n - 1);
            let (down, up) = (lanes(&self.down[i], first), lanes(&self.up[i], first));
            let (wide_above, wide_below) = (self.widening_above[i], self.widening_below[i]);
            let plasma_above = if i > 0 { self.plasma[i - 1] } else { 0.0 };
            let own = lanes(&small[i], first);
            let below = scaled(&lanes(&small[j], first), self.per_clear[j]);
            let rising = 0.5 * (plasma_above + self.plasma[i]) * self.per_clear[i];
            let mut leaves = [0.0; LANES];
            for k in 0..LANES {
                leaves[k] = q * wide_above * (down[k] - up[k]);
            }
            let (upper, lower) = half_step(&above, &here, &below, &enters, &leaves, rising);
            if i > 0 {
                // The face above this grid cell.
                let f = i - 1;
                let (wide_above, wide_below) = (self.widening_above[f], self.widening_below[f]);
                let c = lanes(&small[f], first);
                let (fall, rise) = (self.clear_middle[f], self.clear_middle[i]);
                let (held_above, held_below) = (ALMOST_ALL / wide_above, ALMOST_ALL / wide_below);
                let mut left = [0.0; LANES];
                for k in 0..LANES {
                    // What would leave a grid cell that no longer limits the step is cut to what it
                    // held, first what rises, then what falls; no face waits for the one above it.
                    let held = c[k] - rose[k];
                    let falls = least(fall * down_above[k] * lower_above[k], held * held_above);
                    let rises = least((rise * up_above[k] + plasma_above) * upper[k], own[k] * held_below);
                    let net = falls - rises;
                    left[k] = c[k] + from_above[k] - net * wide_above;
                    rose[k] = rises * wide_below;
                    from_above[k] = net * wide_below;
                }
                small[f][first..first + LANES].copy_from_slice(&left);
            }
            for k in 0..LANES {
                enters[k] = q * wide_below * (down[k] - up[k]);
            }
            down_above = down;
            up_above = up;
            lower_above = lower;
            above = here;
            here = below;
        }
        for (x, more) in small[n - 1][first..first + LANES].iter_mut().zip(from_above) {
            *x += more;
        }
    }

    /// Conductance by stirring at the inner faces, mm/s: 1/∫ dz/D between the middles of two grid
    /// cells, which is exact for D = k z however coarse the grid; returns the first grid cell in
    /// which the fall of a kind's profile over one grid cell matters, and the one on the floor.
    fn conductances(&mut self, column: &Column) -> Option<(usize, usize)> {
        let s = self.suspension;
        let n = column.cells();
        let dx = column.dx_mm;
        let floor = column.interface_mm();
        let on_floor = (((floor / dx).ceil() as usize).max(1) - 1).min(n - 1);
        let mut any = false;
        // ln of the height above the floor; one for both faces that a grid cell has.
        let mut above = libm::log((floor - 0.5 * dx).max(1e-6));
        for f in 0..n - 1 {
            let red = column.rbc[f].max(column.rbc[f + 1]);
            let stuck = s.pellet_sticks && f + 1 >= on_floor;
            if f + 1 > on_floor || red >= STRATIFIED || stuck {
                self.stir[f] = 0.0;
                continue;
            }
            // Eddies are bounded by the red cells below, the surface above and the walls.
            let (depth, step) = if f + 1 == on_floor {
                let depth = 0.5 * ((f + 1) as f64 * dx + floor);
                (depth, depth - (f as f64 + 0.5) * dx)
            } else {
                ((f as f64 + 1.5) * dx, dx)
            };
            let below = libm::log((floor - depth).max(1e-6));
            let path = above - below + self.log_depth[f] + 2.0 * step / s.bore_mm;
            above = below;
            any = true;
            self.stir[f] = s.stirring_mm_s / path * (1.0 - red / STRATIFIED);
        }
        any.then_some((on_floor.saturating_sub(NEAR_FLOOR), on_floor))
    }

    /// Stirring, implicit in time: a tridiagonal matrix (Thomas), whose columns weighted by volume
    /// sum to one, so that no cell is lost. All kinds share it but for the few grid cells above the
    /// floor, where a kind's conductance is fitted to its own settling.
    #[inline(always)]
    fn stir(&mut self, column: &mut Column, dt: f64) {
        if self.suspension.stirring_mm_s <= 0.0 {
            return;
        }
        let n = column.cells();
        let q = dt / column.dx_mm;
        let Some((near, on_floor)) = self.conductances(column) else { return };
        // Forward elimination and substitution; `back` couples a grid cell to the one above it,
        // `before` is its eliminated coupling.
        let mut back = 0.0;
        let mut before = 0.0;
        for i in 0..near {
            let ahead = q * self.stir[i] * self.widening_above[i];
            let pivot = 1.0 / (1.0 + back + ahead + back * before);
            self.eliminated[i] = -ahead * pivot;
            let up = if i > 0 { column.small[i - 1] } else { [0.0; KINDS] };
            let c = &mut column.small[i];
            for k in 0..KINDS {
                c[k] = (c[k] + back * up[k]) * pivot;
            }
            before = self.eliminated[i];
            back = q * self.stir[i] * self.widening_below[i];
        }
        let on_floor_dense = 1.0 / (1.0 - column.rbc[on_floor]).max(0.02);
        let mut fitted = [[0.0; KINDS]; NEAR_FLOOR + 1];
        let (mut back, mut before) = ([back; KINDS], [before; KINDS]);
        for i in near..=on_floor {
            let mut stir = [0.0; KINDS];
            if i < on_floor && self.stir[i] > 0.0 {
                for k in 0..self.kinds {
                    let v = (self.down[i][k] - self.up[i][k]).max(0.0);
                    stir[k] = self.stir[i] * read(&self.fitting, v / (self.stir[i] * STEEPEST));
                }
            }
            let (wide_above, wide_below) =
                if i + 1 < n { (self.widening_above[i], self.widening_below[i]) } else { (1.0, 1.0) };
            let up = if i > 0 { column.small[i - 1] } else { [0.0; KINDS] };
            // What lies in the grid cell of the floor lies in its plasma.
            let (dense, dense_below) = (
                if i == on_floor { on_floor_dense } else { 1.0 },
                if i + 1 == on_floor { on_floor_dense } else { 1.0 },
            );
            let c = &mut column.small[i];
            for k in 0..KINDS {
                let ahead = q * stir[k] * wide_above;
                let pivot = 1.0 / (1.0 + back[k] * dense + ahead + back[k] * before[k]);
                c[k] = (c[k] + back[k] * up[k]) * pivot;
                before[k] = -ahead * dense_below * pivot;
                back[k] = q * stir[k] * wide_below;
            }
            fitted[i - near] = before;
        }
        for i in (0..on_floor).rev() {
            let below = column.small[i + 1];
            let c = &mut column.small[i];
            if i >= near {
                for k in 0..KINDS {
                    c[k] -= fitted[i - near][k] * below[k];
                }
            } else {
                let e = self.eliminated[i];
                for k in 0..KINDS {
                    c[k] -= e * below[k];
                }
            }
        }
    }
}

/// Share of a conductance that remains beside settling with the reconstruction of [`half_step`],
/// so that a steady profile is exact over one grid cell: P F/(e^P − 1), where P is the cell Péclet
/// number and F the reconstructed over the mean number at a face of a profile that grows by e^P
/// from one grid cell to the next (after Scharfetter and Gummel 1969, for donor cells).
fn fitting(p: f64) -> f64 {
    if p < 1e-9 {
        return 1.0;
    }
    let (grows, falls) = (libm::exp(p), libm::exp(-p));
    let steep = (2.0 * (1.0 - falls)).min(0.5 * (grows - falls));
    p * (1.0 + 0.5 * steep) / (grows - 1.0)
}
