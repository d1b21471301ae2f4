//! Many photons at once: one in each lane, and a lane that is done takes the next photon.
//!
//! Symbols: w weight, μ cosines of direction (x, y, z down), τ free optical path, η ratio of indices
//! (from over into). A step either ends at a boundary, and the path goes on from there with a new τ
//! (the exponential has no memory), or it ends in a scattering.
//!
//! Scattering is turned without a frame: with p = sin θ cos φ, q = sin θ sin φ and d = p μx + q μy
//! the new direction is μx (cos θ − d/(1+|μz|)) + p, likewise y, and μz cos θ ∓ d. That is the frame
//! of Duff et al. (2017) with one tangent turned, which an even φ does not see; it has no
//! trouble near the vertical, where the textbook form divides by zero.
//! Henyey–Greenstein in 1 − cos θ = (1−g)² η (1+g+t)/t², t = 1+g−2gη, η uniform: equal to the usual
//! inverse, without its cancellation at small angles and without a case for g = 0.

use pulp::Simd;

use super::boundary::refract;
use super::lanes::{Book, Packet, Queue};
use super::layer_table::Table;
use super::slab::MAX_LAYERS;
use super::tally::Chunk;
use super::vector::{F, LANES, M, ROUNDS, U, minus_ln, philox, turn, uniform, uniform20};

/// Weight below which a photon plays for its life (as MCML).
pub(super) const ROULETTE_BELOW: f32 = 1e-4;
/// What a survivor's weight is multiplied by: one of eight survives (MCML: one of ten).
const SURVIVAL_GAIN: f32 = 8.0;
/// Blocks of two steps after which a path is given up; what it still carries is reported as lost.
const MOST_BLOCKS: u32 = 1 << 19;

/// Lanes of packets in flight: their chains of arithmetic overlap.
const PACKETS: usize = 2;

/// Photons of a run of numbers, one kind of tallies. `RADIAL` keeps x and y, `DIFFUSE` is the beam.
pub(super) struct Trace<'a, const RADIAL: bool, const DIFFUSE: bool> {
    pub(super) table: &'a Table,
    pub(super) keys: &'a [[u32; 2]; ROUNDS],
    /// Number of the first photon.
    pub(super) first: u64,
    pub(super) photons: u32,
    /// Reflectance of the surface at normal incidence.
    pub(super) specular: f32,
    pub(super) chunk: &'a mut Chunk,
}

impl<const RADIAL: bool, const DIFFUSE: bool> pulp::WithSimd for Trace<'_, RADIAL, DIFFUSE> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, s: S) {
        let zero = F::splat(s, 0.0);
        let none = U::splat(s, 0);
        let mut packets: [Packet<S>; PACKETS] = std::array::from_fn(|_| Packet {
            x: zero,
            y: zero,
            z: zero,
            ux: zero,
            uy: zero,
            uz: zero,
            w: zero,
            mean_path: zero,
            top: zero,
            bottom: zero,
            drop: zero,
            g: zero,
            layer: none,
            id: none,
            block: none,
            scattered: none,
            absorbed: [zero; MAX_LAYERS],
        });
        let mut queue = Queue { next: 0, end: self.photons, busy: 0 };
        let mut idle = [[1u32; LANES]; PACKETS];
        let mut book = Book::default();
        for (p, idle) in packets.iter_mut().zip(&mut idle) {
            self.refill(s, p, idle, &mut queue);
        }
        while queue.busy > 0 {
            for (p, idle) in packets.iter_mut().zip(&mut idle) {
                // One block of random words is two steps.
                let words = self.words(p.id, p.block, 0);
                p.block = p.block + U::splat(s, 1);
                let before = queue.busy;
                self.step(s, p, words[0], words[1], idle, &mut queue, &mut book);
                self.step(s, p, words[2], words[3], idle, &mut queue, &mut book);
                if queue.busy < before {
                    self.refill(s, p, idle, &mut queue);
                }
            }
        }
    }
}

impl<const RADIAL: bool, const DIFFUSE: bool> Trace<'_, RADIAL, DIFFUSE> {
    #[inline(always)]
    fn words<S: Simd>(&self, id: U<S>, block: U<S>, part: u32) -> [U<S>; 4] {
        let s = id.0;
        // Numbers of photons stay below 2³², so that no carry is needed.
        let low = id + U::splat(s, self.first as u32);
        philox([low, U::splat(s, (self.first >> 32) as u32), block, U::splat(s, part)], self.keys)
    }

    /// Gives lanes without a photon the next ones.
    #[inline(always)]
    fn refill<S: Simd>(&mut self, s: S, p: &mut Packet<S>, idle: &mut [u32; LANES], queue: &mut Queue) {
        let (mut new, mut id) = ([0; LANES], [0; LANES]);
        for lane in 0..S::F32_LANES {
            // Without branches: whether a lane is idle cannot be foreseen.
            let take = idle[lane] & u32::from(queue.next < queue.end);
            new[lane] = take;
            id[lane] = queue.next;
            idle[lane] -= take;
            queue.next += take;
            queue.busy += take;
        }
        self.launch(p, U::load(s, &new).eq(U::splat(s, 1)), U::load(s, &id));
    }

    /// Puts photons `id` into the lanes `new`.
    #[inline(always)]
    fn launch<S: Simd>(&mut self, p: &mut Packet<S>, new: M<S>, id: U<S>) {
        let s = id.0;
        let t = self.table;
        let zero = F::splat(s, 0.0);
        p.id = new.picku(id, p.id);
        p.block = new.picku(U::splat(s, 0), p.block);
        p.scattered = new.picku(U::splat(s, 0), p.scattered);
        if RADIAL {
            (p.x, p.y) = (new.pick(zero, p.x), new.pick(zero, p.y));
        }
        p.z = new.pick(zero, p.z);
        if DIFFUSE {
            // Cosine-weighted above, refracted at the surface; what the surface reflects is booked.
            let r = self.words(p.id, U::splat(s, 0), 1);
            let c1 = uniform(r[0]).sqrt();
            let eta = F::splat(s, t.eta_in);
            let (c2, reflected) = refract(eta, c1);
            p.w = new.pick(F::splat(s, 1.0) - reflected, p.w);
            p.uz = new.pick(c2, p.uz);
            if RADIAL {
                let (cos, sin) = turn(r[1], r[2]);
                let side = (F::splat(s, 1.0) - c1 * c1).max(zero).sqrt() * eta;
                (p.ux, p.uy) = (new.pick(side * cos, p.ux), new.pick(side * sin, p.uy));
            }
            let (mut is_new, mut back) = ([0; LANES], [0.0; LANES]);
            new.ones().store(&mut is_new);
            reflected.store(&mut back);
            for lane in 0..S::F32_LANES {
                if is_new[lane] == 1 {
                    self.chunk.specular.add(back[lane]);
                }
            }
        } else {
            if RADIAL {
                (p.ux, p.uy) = (new.pick(zero, p.ux), new.pick(zero, p.uy));
            }
            p.uz = new.pick(F::splat(s, 1.0), p.uz);
            p.w = new.pick(F::splat(s, 1.0 - self.specular), p.w);
        }
        p.layer = new.picku(U::splat(s, 0), p.layer);
        p.mean_path = new.pick(F::splat(s, t.mean_path[0]), p.mean_path);
        p.top = new.pick(F::splat(s, t.top[0]), p.top);
        p.bottom = new.pick(F::splat(s, t.bottom[0]), p.bottom);
        p.drop = new.pick(F::splat(s, t.drop[0]), p.drop);
        p.g = new.pick(F::splat(s, t.g[0]), p.g);
        for a in p.absorbed.iter_mut().take(t.count) {
            *a = new.pick(zero, *a);
        }
    }

    #[inline(always)]
    fn step<S: Simd>(
        &mut self,
        s: S,
        p: &mut Packet<S>,
        first: U<S>,
        second: U<S>,
        idle: &mut [u32; LANES],
        queue: &mut Queue,
        book: &mut Book,
    ) {
        let t = self.table;
        let (zero, one) = (F::splat(s, 0.0), F::splat(s, 1.0));

        // Free path, or up to the boundary.
        let mut free = minus_ln(uniform(first)) * p.mean_path;
        let mut z = p.uz.fma(free, p.z);
        let hit = z.gt(p.bottom) | z.lt(p.top);
        let at_boundary = hit.any();
        if at_boundary {
            let bound = p.uz.gt(zero).pick(p.bottom, p.top);
            free = hit.pick((bound - p.z) / p.uz, free);
            z = hit.pick(bound, z);
        }
        p.z = z;
        if RADIAL {
            p.x = p.ux.fma(free, p.x);
            p.y = p.uy.fma(free, p.y);
        }

        // Absorption.
        let taken = hit.pick(zero, p.w * p.drop);
        p.w = p.w - taken;
        if t.count == 1 {
            p.absorbed[0] = p.absorbed[0] + taken;
        } else {
            for (k, a) in p.absorbed.iter_mut().enumerate().take(t.count) {
                let here = p.layer.eq(U::splat(s, k as u32));
                *a = *a + here.pick(taken, zero);
            }
        }
        if self.chunk.has_depth() {
            let bin = p.z.fma(F::splat(s, self.chunk.depth_per_mm), F::splat(s, -0.5));
            let bin = bin.max(zero).min(F::splat(s, self.chunk.depth_last));
            // The spacing of floats above 2²³ is 1: the sum's last bits are the nearest whole number.
            (bin + F::splat(s, 8_388_608.0)).bits().store(&mut book.bin);
            taken.store(&mut book.taken);
            self.chunk.add_depth(&book.bin[..S::F32_LANES], &book.taken[..S::F32_LANES]);
        }

        // Scattering.
        // 20 bits: of a scattering, or whether a boundary reflects.
        let even = uniform20(second);
        let (eta, g) = (even, p.g);
        let high = g + one;
        let b = high - g * (eta + eta);
        let low = one - g;
        let away = low * low * eta * (high + b) / (b * b);
        let cos = one - away;
        let sin = (away * (F::splat(s, 2.0) - away)).max(zero).sqrt();
        let (cos_turn, sin_turn) = turn(first, second);
        let (ux, uy, uz);
        if RADIAL {
            let (a, b) = (sin * cos_turn, sin * sin_turn);
            let d = b.fma(p.uy, a * p.ux);
            let e = cos - d / (one + p.uz.abs());
            let sign = p.uz.bits() & U::splat(s, 0x8000_0000);
            let nx = p.ux.fma(e, a);
            let ny = p.uy.fma(e, b);
            let nz = p.uz.fma(cos, -(d.bits().xor(sign).float_bits()));
            // Lengths drift by a rounding a step; one step of Newton brings them back.
            let n2 = nz.fma(nz, ny.fma(ny, nx * nx));
            let k = n2.fmac(F::splat(s, -0.5), 1.5);
            (ux, uy, uz) = (nx * k, ny * k, nz * k);
        } else {
            let flat = ((one - p.uz) * (one + p.uz)).max(zero).sqrt();
            let nz = p.uz.fma(cos, sin * cos_turn * flat);
            (ux, uy, uz) = (zero, zero, nz.max(-one).min(one));
        }
        p.scattered = p.scattered | (!hit).ones();

        let mut done = M(s, s.equal_u32s(p.id.1, s.not_u32s(p.id.1)));
        if at_boundary {
            let down = p.uz.gt(zero);
            let none = U::splat(s, u32::MAX);
            let (mut up_eta, mut down_eta) = (F::splat(s, t.eta_up[0]), F::splat(s, t.eta_down[0]));
            for k in 1..t.count {
                let here = p.layer.eq(U::splat(s, k as u32));
                up_eta = here.pick(F::splat(s, t.eta_up[k]), up_eta);
                down_eta = here.pick(F::splat(s, t.eta_down[k]), down_eta);
            }
            let eta = down.pick(down_eta, up_eta);
            let (c2, reflectance) = refract(eta, p.uz.abs());
            let back = even.lt(reflectance);
            let over = hit & !back;
            let sign = p.uz.bits() & U::splat(s, 0x8000_0000);
            let through = (c2.bits() | sign).float_bits();
            if RADIAL {
                p.ux = hit.pick(over.pick(p.ux * eta, p.ux), ux);
                p.uy = hit.pick(over.pick(p.uy * eta, p.uy), uy);
            }
            p.uz = hit.pick(over.pick(through, -p.uz), uz);
            let next = p.layer + down.picku(U::splat(s, 1), none);
            let out = next.eq(none) | next.eq(U::splat(s, t.count as u32));
            done = over & out;
            p.layer = over.picku(next, p.layer);
            if t.count > 1 {
                for k in 0..t.count {
                    let into = over & next.eq(U::splat(s, k as u32));
                    p.mean_path = into.pick(F::splat(s, t.mean_path[k]), p.mean_path);
                    p.top = into.pick(F::splat(s, t.top[k]), p.top);
                    p.bottom = into.pick(F::splat(s, t.bottom[k]), p.bottom);
                    p.drop = into.pick(F::splat(s, t.drop[k]), p.drop);
                    p.g = into.pick(F::splat(s, t.g[k]), p.g);
                }
            }
        } else {
            if RADIAL {
                (p.ux, p.uy) = (ux, uy);
            }
            p.uz = uz;
        }
        let escaped = done;

        // Roulette, on three bits of its own.
        let late = M(s, s.greater_than_u32s(p.block.1, s.splat_u32s(MOST_BLOCKS)));
        let weak = (p.w.lt(F::splat(s, ROULETTE_BELOW)) | late) & !hit;
        if weak.any() {
            let lives = (first & U::splat(s, 0x1c0)).eq(U::splat(s, 0)) & !late;
            p.w = (weak & lives).pick(p.w * F::splat(s, SURVIVAL_GAIN), p.w);
            done = done | (weak & !lives);
        }
        if done.any() {
            self.retire(s, p, done, escaped, late, idle, queue, book);
        }
    }

    /// Books the photons that are done and leaves their lanes idle.
    #[inline(always)]
    fn retire<S: Simd>(
        &mut self,
        s: S,
        p: &mut Packet<S>,
        done: M<S>,
        escaped: M<S>,
        late: M<S>,
        idle: &mut [u32; LANES],
        queue: &mut Queue,
        book: &mut Book,
    ) {
        let t = self.table;
        done.ones().store(&mut book.done);
        escaped.ones().store(&mut book.out);
        late.ones().store(&mut book.late);
        p.scattered.store(&mut book.scattered);
        p.w.store(&mut book.w);
        p.uz.store(&mut book.uz);
        if RADIAL {
            p.x.fma(p.x, p.y * p.y).sqrt().store(&mut book.r);
        }
        for (a, to) in p.absorbed.iter().zip(&mut book.absorbed).take(t.count) {
            a.store(to);
        }
        // Which lanes, without branches.
        let (mut lanes, mut count) = ([0usize; LANES], 0);
        for (lane, (done, free)) in book.done.iter().zip(&*idle).enumerate().take(S::F32_LANES) {
            lanes[count & (LANES - 1)] = lane;
            // An idle lane beside a long path runs out of blocks in time.
            count += (done & !free) as usize;
        }
        queue.busy -= count as u32;
        for &lane in &lanes[..count] {
            idle[lane] = 1;
            for (sum, a) in self.chunk.layers.iter_mut().zip(&book.absorbed) {
                sum.add(a[lane]);
            }
            if book.out[lane] == 1 {
                self.chunk.escape(book.w[lane], book.uz[lane], book.r[lane], book.scattered[lane] == 1);
            } else if book.late[lane] == 1 {
                self.chunk.lost.add(book.w[lane]);
            }
        }
        // A lane without a photon stays where it is, loses nothing and is never done.
        p.w = done.pick(F::splat(s, 1.0), p.w);
        p.drop = done.pick(F::splat(s, 0.0), p.drop);
        p.mean_path = done.pick(F::splat(s, 0.0), p.mean_path);
        p.z = done.pick(p.top, p.z);
        p.block = done.picku(U::splat(s, 0), p.block);
    }
}
