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
//! * stirring in clear plasma: −D ∂c/∂x with one D for all cells, so that a cell's profile above
//!   the red cells tends to exp(−z v/D) (Rouse 1937): platelets are lifted far, white cells, ten
//!   times faster, hardly. In a cylinder settling paths diverge from the walls, and vibration and
//!   run-out swirl the fluid; without it, plasma would be empty after g·min at which every
//!   laboratory still finds platelets. Red cells stratify the fluid and stop it at φ ≥ 0.3.
//!
//! # Scheme
//! Conservative finite volumes with the flux φ_i w(φ_{i+1}) of Bürger, García, Karlsen and Towers
//! (2008): donor cell times the hindrance of the receiving cell, which is monotone, keeps
//! 0 ≤ φ ≤ φ_m and leaves a uniform number of platelets per plasma volume uniform. Explicit in
//! time with an adaptive step; sweeps are bounded by the fastest cells that are still on their way.
//!
//! # Limits
//! No clotting, no radial spreading of the tube's cross-section, round bottoms count as flat, no
//! secondary flow, the plasma displaced by platelets and white cells themselves is neglected
//! (their volume is below 2 % of the blood).

use crate::cells::HINDERED_EXPONENT;

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
    /// The small cells.
    pub small: Vec<SmallCell>,
    /// Diffusivity of small cells in clear plasma by stirring, D, mm²/s.
    pub stirring_mm2_s: f64,
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

/// Cells over the length of a tube; index 0 is at the surface, the last at the bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Height of one grid cell, mm.
    pub dx_mm: f64,
    /// Cross-section, mm².
    pub area_mm2: f64,
    /// Volume fraction of red cells.
    pub rbc: Vec<f64>,
    /// Number density of each kind of small cell, 10³/µL.
    pub small: Vec<Vec<f64>>,
}

/// Volume fraction per (10³/µL · fL).
const FRACTION: f64 = 1.0e-6;
/// Largest volume fraction of all cells together; assumption, no packing goes beyond it.
const CROWDED: f64 = 0.97;
/// Below this share of the start, a cell kind no longer limits the time step in a grid cell.
const NEGLIGIBLE: f64 = 1.0e-4;
/// Courant number.
const COURANT: f64 = 0.8;
/// Volume fraction of red cells at which stirring stops; an assumption without weight, as the
/// front of the red cells is narrower than a grid cell.
const STRATIFIED: f64 = 0.3;
/// Cell Péclet number above which stirring is nothing against the flow.
const BERNOULLI_END: f64 = 24.0;
/// Entries of the tables of hindrance.
const TABLE: usize = 1024;

impl Column {
    /// A well-mixed column.
    #[must_use]
    pub fn mixed(cells: usize, length_mm: f64, area_mm2: f64, rbc: f64, small_k_per_ul: &[f64]) -> Self {
        Self {
            dx_mm: length_mm / cells as f64,
            area_mm2,
            rbc: vec![rbc; cells],
            small: small_k_per_ul.iter().map(|&c| vec![c; cells]).collect(),
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

    /// Volume of red cells, mm of column.
    #[must_use]
    pub fn rbc_mm(&self) -> f64 {
        self.rbc.iter().sum::<f64>() * self.dx_mm
    }

    /// Number of small cells of one kind, 10³/µL · mm.
    #[must_use]
    pub fn small_mm(&self, kind: usize) -> f64 {
        self.small[kind].iter().sum::<f64>() * self.dx_mm
    }

    /// Distance of the red cells' surface from the top, mm, as a sharp step with the same volume
    /// of red cells above the first settled grid cell; the whole length when there are none.
    #[must_use]
    pub fn interface_mm(&self) -> f64 {
        let densest = self.rbc.iter().copied().fold(0.0, f64::max);
        if densest < 0.05 {
            return self.length_mm();
        }
        let mean = self.rbc.iter().sum::<f64>() / self.cells() as f64;
        // The suspension that has not settled counts as red; it is never thinner than this.
        let threshold = 0.8 * mean.min(densest);
        let Some(k) = self.rbc.iter().position(|&f| f >= threshold) else {
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
        Work::new(self, suspension, frame).run(self, looks_s, &mut look);
    }
}

/// Buffers and tables of one spin.
struct Work<'a> {
    suspension: &'a Suspension,
    frame: &'a Frame,
    hindrance_rbc: Vec<f64>,
    hindrance_small: Vec<f64>,
    /// Largest −dh/dφ of the red cells' hindrance at this volume fraction and beyond.
    steepness_rbc: Vec<f64>,
    /// P/(e^P − 1) over P / [`BERNOULLI_END`].
    bernoulli: Vec<f64>,
    /// ω² r E at each face, mm/s².
    pull: Vec<f64>,
    total: Vec<f64>,
    excess_density: Vec<f64>,
    rbc_down: Vec<f64>,
    plasma_up: Vec<f64>,
    /// Plasma velocity relative to red cells in the cell below each face, mm/s.
    slip: Vec<f64>,
    /// D/dx at each face, mm/s.
    stir: Vec<f64>,
    /// The same for one kind, with the scheme's own diffusion taken off.
    stir_kind: Vec<Vec<f64>>,
    /// Eliminated upper diagonal of the implicit stirring step.
    upper: Vec<f64>,
    /// Downward and upward velocities of each small kind at each face, mm/s.
    down: Vec<Vec<f64>>,
    up: Vec<Vec<f64>>,
    start_rbc: f64,
    start_small: Vec<f64>,
}

/// Diffusion velocity that remains beside an upwind flux of velocity `v` so that a steady profile
/// is exact: D/dx · P/(e^P − 1), P = v dx/D (Scharfetter and Gummel 1969).
#[inline]
fn fitted(bernoulli: &[f64], stir: f64, v: f64) -> f64 {
    if stir * BERNOULLI_END <= v { 0.0 } else { stir * read(bernoulli, v / (stir * BERNOULLI_END)) }
}

fn table(f: impl Fn(f64) -> f64) -> Vec<f64> {
    (0..=TABLE).map(|i| f(i as f64 / TABLE as f64)).collect()
}

#[inline]
fn read(table: &[f64], phi: f64) -> f64 {
    let x = phi.clamp(0.0, 1.0) * TABLE as f64;
    let i = (x as usize).min(TABLE - 1);
    table[i] + (table[i + 1] - table[i]) * (x - i as f64)
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
        let hindrance_rbc =
            table(|phi| libm::pow(1.0 - phi, HINDERED_EXPONENT) * (1.0 - libm::pow(phi / m, 8.0)).max(0.0));
        let mut steepness_rbc = vec![0.0; TABLE + 1];
        for i in (0..TABLE).rev() {
            let slope = (hindrance_rbc[i] - hindrance_rbc[i + 1]) * TABLE as f64;
            steepness_rbc[i] = slope.max(steepness_rbc[i + 1]);
        }
        let kinds = suspension.small.len();
        Self {
            suspension,
            frame,
            hindrance_rbc,
            steepness_rbc,
            hindrance_small: table(|phi| libm::pow(1.0 - phi, HINDERED_EXPONENT - 2.0)),
            bernoulli: table(|x| {
                let p = x * BERNOULLI_END;
                if p > 0.0 { p / libm::expm1(p) } else { 1.0 }
            }),
            pull,
            total: vec![0.0; n],
            excess_density: vec![0.0; n],
            rbc_down: vec![0.0; faces],
            plasma_up: vec![0.0; faces],
            slip: vec![0.0; faces],
            stir: vec![0.0; faces],
            stir_kind: vec![vec![0.0; faces]; kinds],
            upper: vec![0.0; n],
            down: vec![vec![0.0; faces]; kinds],
            up: vec![vec![0.0; faces]; kinds],
            start_rbc: column.rbc.iter().copied().fold(0.0, f64::max),
            start_small: column.small.iter().map(|c| c.iter().copied().fold(0.0, f64::max)).collect(),
        }
    }

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
            let rate = self.velocities(column);
            let until = looks_s.get(next_look).map_or(end, |&l| l.min(end));
            let dt = (COURANT * column.dx_mm / rate.max(1e-12)).min(until - t);
            self.step(column, dt);
            t += dt;
        }
    }

    /// Fills the velocities and returns the fastest sum of outflow velocities of a grid cell.
    fn velocities(&mut self, column: &Column) -> f64 {
        let s = self.suspension;
        let n = column.cells();
        for i in 0..n {
            let mut total = column.rbc[i];
            let mut excess = column.rbc[i] * (s.rbc_density - s.fluid_density);
            for (kind, c) in s.small.iter().zip(&column.small) {
                let phi = c[i] * kind.volume_fl * FRACTION;
                total += phi;
                excess += phi * (kind.density - s.fluid_density);
            }
            self.total[i] = total;
            self.excess_density[i] = excess;
        }
        let mut fastest: f64 = 0.0;
        for f in 0..n - 1 {
            let (above, below) = (f, f + 1);
            let pull = self.pull[f];
            let w = s.aggregation * s.s_rbc * pull * read(&self.hindrance_rbc, self.total[below]);
            self.rbc_down[f] = w;
            let clear = (1.0 - column.rbc[below]).max(0.02);
            self.plasma_up[f] = column.rbc[above] * w / clear;
            self.slip[f] = w / clear;
            let red = column.rbc[above].max(column.rbc[below]);
            let stuck = s.pellet_sticks && f == n - 2;
            self.stir[f] =
                if stuck { 0.0 } else { s.stirring_mm2_s / column.dx_mm * (1.0 - red / STRATIFIED).max(0.0) };
            if column.rbc[above] > NEGLIGIBLE * self.start_rbc {
                // w + φ |w′|: the scheme is monotone below this speed.
                let steep = s.aggregation * s.s_rbc * pull * read(&self.steepness_rbc, self.total[below]);
                fastest = fastest.max(w + column.rbc[above] * steep);
            }
        }
        let pore_um =
            2.0 * (crate::cells::RBC_VOLUME_FL / crate::cells::RBC_SURFACE_UM2) * libm::sqrt(s.aggregation);
        for (k, kind) in s.small.iter().enumerate() {
            let radius_um = libm::cbrt(0.75 * kind.volume_fl / std::f64::consts::PI);
            let c = &column.small[k];
            let least = NEGLIGIBLE * self.start_small[k];
            let own = kind.density - s.fluid_density;
            for f in 0..n - 1 {
                let (above, below) = (f, f + 1);
                // Red cells hinder from where the cell goes, small cells from where it comes: a
                // thin suspension above a pellet settles at its own speed.
                let red = column.rbc[below];
                let crowd = red + (self.total[above] - column.rbc[above]);
                let red_excess = s.rbc_density - s.fluid_density;
                let excess = red * red_excess + (self.excess_density[above] - column.rbc[above] * red_excess);
                let settling =
                    kind.s * self.pull[f] * (own - excess) / own * read(&self.hindrance_small, crowd);
                let mut up = self.plasma_up[f] + (-settling).max(0.0);
                if kind.exclusion > 0.0 {
                    let phi = column.rbc[below];
                    let lambda = (radius_um * phi / (pore_um * (1.0 - phi).max(0.02))).min(1.0);
                    up += kind.exclusion * lambda * (2.0 - lambda) * self.slip[f];
                }
                let room = |i: usize| {
                    let x = self.total[i] / CROWDED;
                    let x4 = x * x * x * x;
                    (1.0 - x4 * x4).clamp(0.0, 1.0)
                };
                // Plasma that is displaced must leave whatever lies above; only the cells' own
                // motion is stopped by crowding.
                self.down[k][f] = settling.max(0.0) * room(below);
                self.up[k][f] = self.plasma_up[f] + (up - self.plasma_up[f]) * room(above);
                self.stir_kind[k][f] =
                    fitted(&self.bernoulli, self.stir[f], (self.down[k][f] - self.up[k][f]).abs());
                if c[above] > least {
                    fastest = fastest.max(self.down[k][f] + if f > 0 { self.up[k][f - 1] } else { 0.0 });
                }
                if c[below] > least {
                    fastest = fastest.max(self.up[k][f]);
                }
            }
        }
        fastest
    }

    fn step(&mut self, column: &mut Column, dt: f64) {
        let n = column.cells();
        let q = dt / column.dx_mm;
        let mut carry = 0.0;
        for i in 0..n {
            let out = if i + 1 < n { column.rbc[i] * (self.rbc_down[i] * q).min(1.0) } else { 0.0 };
            column.rbc[i] += carry - out;
            carry = out;
        }
        for (k, c) in column.small.iter_mut().enumerate() {
            let (down, up) = (&self.down[k], &self.up[k]);
            // What would leave a grid cell that no longer limits the step is cut to what it holds.
            let cut = |i: usize| {
                let out = q * (if i + 1 < n { down[i] } else { 0.0 } + if i > 0 { up[i - 1] } else { 0.0 });
                if out > 1.0 { 1.0 / out } else { 1.0 }
            };
            let mut carry = 0.0;
            let mut here = cut(0);
            for i in 0..n {
                let next = if i + 1 < n { cut(i + 1) } else { 1.0 };
                let net = if i + 1 < n { (c[i] * down[i] * here - c[i + 1] * up[i] * next) * q } else { 0.0 };
                c[i] += carry - net;
                carry = net;
                here = next;
            }
        }
        self.mix(column, q);
    }

    /// Stirring, implicit in time: (1 − dt ∂ D ∂) c_new = c_old, a tridiagonal matrix for each
    /// kind (Thomas), whose columns sum to one, so that no cell is lost.
    fn mix(&mut self, column: &mut Column, q: f64) {
        let n = column.cells();
        for (c, stir) in column.small.iter_mut().zip(&self.stir_kind) {
            let mut left = 0.0;
            let mut before = 0.0;
            for i in 0..n {
                let right = if i + 1 < n { q * stir[i] } else { 0.0 };
                // `left` couples to the grid cell above; `before` is its eliminated coupling.
                let pivot = 1.0 / (1.0 + left + right + left * before);
                c[i] = (c[i] + if i > 0 { left * c[i - 1] } else { 0.0 }) * pivot;
                self.upper[i] = -right * pivot;
                before = self.upper[i];
                left = right;
            }
            for i in (0..n - 1).rev() {
                c[i] -= self.upper[i] * c[i + 1];
            }
        }
    }
}
