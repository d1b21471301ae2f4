"""The spin in plain NumPy, beside our kernel: the same scheme on the same grid, on one core."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from scipy.linalg import solve_banded

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURE = "two spins, 12 kinds of cells, 400 grid cells, one core"

# cells.rs and inputs.rs, medians.
RBC_FL, RBC_UM2, RBC_RHO = 90.0, 135.0, 1.098
WHITE = ((0.62, 300.0, 1.086), (0.31, 210.0, 1.071), (0.07, 378.0, 1.065))
EXPONENT, PLATELET_FL, LOG_SD, SHAPE, CLASSES = 5.6, 6.57, 0.40, 0.90, 8
AGGREGATION, AT_G, POWER = 22.0, 160.0, 0.15
EXCLUSION, STIRRING, CROWDED = 1.6, 0.017, 0.97
# column.rs
COURANT, COURANT_SMALL, SUBSTEPS, LONGEST, LOOK_EVERY, RESTING = 0.8, 1.0, 40, 3.0, 4, 3
NEGLIGIBLE, SPARSE, CRUMB, STRATIFIED = 1e-3, 0.02, 1e-9, 0.3
G = 9806.65


def stokes(volume, density, fluid, viscosity):
    d = np.cbrt(6 * volume / np.pi)
    return d * d * (density - fluid) / (18 * viscosity) * 1e-6


def slope(a, b):
    steepest = 2 * np.minimum(np.abs(a), np.abs(b))
    size = np.minimum(np.abs(0.5 * (a + b)), steepest)
    return np.where(a * b > 0, np.copysign(size, a), 0.0)


def hindrance(phi, packing):
    phi = np.clip(phi, 0, 1)
    return (1 - phi) ** EXPONENT * np.maximum(1 - (phi / packing) ** 8, 0)


class Spin:
    def __init__(self, cells, length, bore, rbc, small, kinds, g, radius, minutes, fluid, s_rbc, sticks):
        self.n, self.dx, self.length, self.bore = cells, length / cells, length, bore
        self.phi = np.full(cells, rbc)
        self.c = np.repeat(small[:, None], cells, 1)
        self.s, self.rho, self.volume, self.lead = kinds
        self.own = self.rho - fluid
        self.sticks = sticks
        omega2 = g * G / radius
        mean_g = omega2 * (radius - 0.5 * length) / G
        faces = radius - (cells - np.arange(1, cells)) * self.dx
        self.pull = omega2 * faces
        self.gain = max(AGGREGATION * (mean_g / AT_G) ** -POWER, 1.0)
        self.pore = 2 * (94.0 / RBC_UM2) * np.sqrt(self.gain)
        self.gain_s = self.gain * s_rbc
        self.packing = min(min(0.55 + 0.41 * np.log(mean_g) / np.log(1430), 0.97), 0.98)
        self.red = RBC_RHO - fluid
        self.radius_um = np.cbrt(0.75 * self.volume / np.pi)
        # 30 s of run-up count a third, 45 s of run-out add a third.
        self.end = max(60 * minutes - 20, 20 * minutes) + 15
        grid = np.linspace(0, 1, 1025)
        h = hindrance(grid, self.packing)
        fall = (h[:-1] - h[1:]) * 1024
        self.grid, self.h = grid, h
        self.steep = np.append(np.maximum.accumulate(fall[::-1])[::-1], 0.0)
        self.start_rbc, self.start = self.phi.max(), self.c.max(1)

    def read(self, table, x):
        return np.interp(x, self.grid, table)

    def interface(self):
        densest = self.phi.max()
        if densest < 0.05:
            return self.length
        k = int(np.argmax(self.phi >= 0.8 * min(self.phi.mean(), densest)))
        return max((k - self.phi[:k].sum() / self.phi[k]) * self.dx, 0.0)

    def run(self):
        t = 0.0
        while t < self.end - 1e-9:
            vol = self.c * self.volume[:, None] * 1e-6
            self.crowd = vol.sum(0)
            self.excess = (vol * self.own[:, None]).sum(0)
            x = (self.crowd + self.phi) / CROWDED
            self.room = np.clip(1 - x**8, 0, 1)
            dt = self.settle_red(min(self.end - t, LONGEST))
            self.move_small(dt)
            t += dt

    def settle_red(self, longest):
        self.before = self.phi.copy()
        self.crossed = np.zeros(self.n - 1)
        t, phi = 0.0, self.phi
        for step in range(SUBSTEPS):
            if step % LOOK_EVERY == 0:
                crowd = phi[1:] + self.crowd[1:]
                speed = self.gain_s * self.pull * (self.read(self.h, crowd) + phi[:-1] * self.read(self.steep, crowd))
                speed = speed[phi[:-1] > NEGLIGIBLE * self.start_rbc]
                fastest = max(speed.max(), 1e-12) if speed.size else 1e-12
            dt = min(COURANT * self.dx / fastest, longest - t)
            q = dt / self.dx
            above, below = np.append(phi[0], phi[:-1]), np.append(phi[1:], phi[-1])
            half = 0.5 * slope(phi - above, below - phi)
            up, low = phi - half, phi + half
            pu, pl = np.append(self.pull[0], self.pull), np.append(self.pull, self.pull[-1])
            at = lambda p: p * self.read(self.h, p + self.crowd)
            drift = 0.5 * q * self.gain_s * (pu * at(up) - pl * at(low))
            least = np.minimum(np.minimum(above, below), phi)
            most = np.maximum(np.maximum(above, below), phi)
            up, low = np.clip(up + drift, least, most), np.clip(low + drift, least, most)
            w = self.gain_s * self.pull * self.read(self.h, up[1:] + self.crowd[1:])
            moved = np.minimum(low[:-1] * w * q, phi[:-1] * (1 - 1e-12))
            phi[:-1] -= moved
            phi[1:] += moved
            self.crossed += moved * self.dx
            top = int(np.argmax(phi > CRUMB))
            if top > 0:
                loose = np.cumsum(phi[:top])
                self.crossed[:top] += loose * self.dx
                phi[top] += loose[-1]
                phi[:top] = 0
            t += dt
            if t >= longest - 1e-12:
                break
        return t

    def velocities(self):
        phi = 0.5 * (self.before[1:] + self.phi[1:])
        crowd = phi + self.crowd[:-1]
        excess = phi * self.red + self.excess[:-1]
        hindered = self.pull * (1 - np.clip(crowd, 0, 1)) ** (EXPONENT - 2)
        clear = np.maximum(1 - phi, 0.02)
        slip = self.gain_s * self.pull * self.read(self.h, phi + self.crowd[1:]) / clear
        own = self.s[:, None] * hindered * (1 - excess / self.own[:, None])
        lam = np.minimum(self.radius_um[:, None] * phi / (self.pore * clear), 1)
        lead = self.lead[:, None] * lam * (2 - lam) * slip
        falls = np.maximum(own, 0)
        self.down = falls * self.room[1:]
        self.up = (falls - own + lead) * self.room[:-1]

    def move_small(self, dt):
        self.velocities()
        clear = np.maximum(1 - np.maximum(self.before, self.phi), 0.02)
        carried = np.append(0, self.crossed) / (dt * clear)
        floor = int(self.interface() / self.dx)
        rest = max(floor - RESTING, 0)
        out = np.hstack([self.down, np.zeros((len(self.s), 1))])
        out[:, 1:] += self.up
        out += carried
        seen = out[:, :rest][self.c[:, :rest] > SPARSE * self.start[:, None]]
        fastest = max(seen.max() if seen.size else 0, 2 * carried[rest:].max() if rest < self.n else 0, 1e-12)
        steps = max(int(np.ceil(dt * fastest / (COURANT_SMALL * self.dx))), 1)
        for k in range(steps):
            self.carry(dt / steps, 1 / steps, k / steps, (k + 1) / steps)
        self.mix(dt)

    def carry(self, h, share, a, b):
        q = h / self.dx
        moved = self.phi - self.before
        clear = np.maximum(1 - self.before - moved * a, 1e-3)
        middle = np.maximum(1 - self.before - moved * 0.5 * (a + b), 1e-3)
        r = self.c / clear
        above = np.hstack([r[:, :1], r[:, :-1]])
        below = np.hstack([r[:, 1:], r[:, -1:]])
        half = 0.5 * slope(r - above, below - r)
        hi, lo = r - half, r + half
        plasma = share * self.crossed / self.dx
        zero = np.zeros((len(self.s), 1))
        net = q * (self.down - self.up)
        enters, leaves = np.hstack([zero, net]), np.hstack([net, zero])
        rising = 0.5 * (np.append(0, plasma) + np.append(plasma, 0)) / clear
        drift = 0.5 * (enters * hi - leaves * lo + rising * (lo - hi))
        drift = np.maximum(drift, -0.5 * np.minimum(hi, lo))
        hi, lo = hi + drift, lo + drift
        falls = np.minimum(q * self.down * lo[:, :-1] * middle[:-1], self.c[:, :-1])
        rises = np.minimum((q * self.up * middle[1:] + plasma) * hi[:, 1:], self.c[:, 1:])
        flow = falls - rises
        self.c[:, :-1] -= flow
        self.c[:, 1:] += flow

    def mix(self, dt):
        floor = self.interface()
        on = min(max(int(np.ceil(floor / self.dx)), 1) - 1, self.n - 1)
        f = np.arange(self.n - 1)
        above = (f + 0.5) * self.dx
        below = np.where(f + 1 == on, 0.5 * ((f + 1) * self.dx + floor), (f + 1.5) * self.dx)
        red = np.maximum(self.phi[:-1], self.phi[1:])
        free = (f + 1 <= on) & (red < STRATIFIED)
        if self.sticks:
            free &= f + 1 < on
        if not free.any():
            return
        with np.errstate(invalid="ignore", divide="ignore"):
            path = np.log((floor - above) / np.maximum(floor - below, 1e-6)) + np.log(below / above)
            path += 2 * (below - above) / self.bore
            stir = np.where(free, STIRRING / path * (1 - red / STRATIFIED), 0.0)
        q = dt / self.dx * stir
        band = np.zeros((3, self.n))
        band[0, 1:] = -q
        band[1] = 1 + np.append(q, 0) + np.append(0, q)
        band[2, :-1] = -q
        # One matrix for all kinds: the fit to each kind's settling near the floor is left out.
        self.c = solve_banded((1, 1), band, self.c.T, check_finite=False).T


def protocol():
    hct, dilution, bore, radius = 0.42, 1 / 9, 13.0, 160.0
    plasma = (1 - hct) / (1 - hct + dilution)
    fluid = (1.0310 + (1.0205 - 1.0310) * (22 - 4) / 33) * plasma + 1 - plasma
    water = lambda t: 0.02414 * 10 ** (247.8 / (t + 273.15 - 140))
    mu = water(22) * (1 + (1.23 / water(37) - 1) * plasma)
    from scipy.stats import norm

    v = np.exp(LOG_SD * norm.ppf((np.arange(CLASSES) + 0.5) / CLASSES))
    v *= PLATELET_FL / v.mean()
    rho = 1.067 + 0.005 / 4.25 * (v - 3.94)
    volumes = np.array([w[1] for w in WHITE] + list(v))
    densities = np.array([w[2] for w in WHITE] + list(rho))
    s = stokes(volumes, densities, fluid, mu)
    s[3:] *= SHAPE
    lead = np.array([0.0] * 3 + [EXCLUSION] * CLASSES)
    kinds = (s, densities, volumes, lead)
    s_rbc = stokes(RBC_FL, RBC_RHO, fluid, mu)
    thinned = 1 / (1 + dilution)
    small = np.array([w[0] * 6.5 for w in WHITE] + [240.0 / CLASSES] * CLASSES) * thinned
    length = 9 * (1 + dilution) * 1000 / (np.pi / 4 * bore * bore)
    return dict(bore=bore, kinds=kinds, radius=radius, fluid=fluid, s_rbc=s_rbc), length, hct * thinned, small


def numpy_run(cells, substeps):
    global SUBSTEPS
    SUBSTEPS = substeps
    same, length, rbc, small = protocol()
    begin = time.process_time()
    first = Spin(cells, length, rbc=rbc, small=small, g=150, minutes=10, sticks=False, **same)
    first.run()
    interface = first.interface()
    take = int((interface - 1.1) / first.dx)
    second_mm = take * first.dx
    second = Spin(
        max(int(np.ceil(second_mm / first.dx)), 24),
        second_mm,
        rbc=0.007 * rbc * length / interface,
        small=first.c[:, :take].mean(1),
        g=450,
        minutes=10,
        sticks=True,
        **same,
    )
    second.run()
    return time.process_time() - begin, interface, first.c[3:, :take].sum(0).mean()


PROTOCOL = """title = "bench"
anticoagulant = "acd_a"
blood = {{ platelets_k_per_ul = 240, haematocrit = 0.42 }}
tube = {{ volume_ml = 10, inner_diameter_mm = 13, blood_ml = 9 }}
rotor = {{ radius_max_mm = 160 }}
spins = [{{ rcf = 150, rcf_at = "max", minutes = 10 }}, {{ rcf = 450, rcf_at = "max", minutes = 10 }}]
withdrawal = {{ layer = "plasma", margin_mm = 1 }}
"""


def ours(args):
    text = args.bench_output.read_text() if args.bench_output else None
    if text is None:
        text = subprocess.run([args.xtask, "bench"], capture_output=True, text=True, cwd=ROOT).stdout
    found = re.search(re.escape(FIGURE) + r"\s+([0-9.]+)", text)
    if not found:
        sys.exit(f"no line {FIGURE!r} in the benchmark's output")
    with tempfile.TemporaryDirectory() as d:
        file = pathlib.Path(d) / "bench.toml"
        file.write_text(PROTOCOL.format())
        out = subprocess.run([args.vellus, "spin", file, "--format", "json"], capture_output=True, text=True)
    looks = [l for l in json.loads(out.stdout)["bench"]["picture"]["looks"] if l["spin"] == 1]
    last = looks[-1]
    red = np.array(last["rbc_fraction"])
    k = int(np.argmax(red >= 0.5 * red.max()))
    rows = int((k * last["row_mm"] - 1.1) / last["row_mm"])
    return float(found[1]) / 1000, k * last["row_mm"], float(np.mean(last["platelets_k_per_ul"][:rows]))


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--cells", type=int, default=400)
    p.add_argument("--repeats", type=int, default=2)
    p.add_argument("--xtask", type=pathlib.Path, default=ROOT / "target/release/xtask")
    p.add_argument("--vellus", type=pathlib.Path, default=ROOT / "target/release/vellus")
    p.add_argument("--bench-output", type=pathlib.Path)
    p.add_argument("--json", action="store_true")
    args = p.parse_args()
    handed_s, _, _ = min(numpy_run(args.cells, 40) for _ in range(args.repeats))
    seconds, interface, platelets = min(numpy_run(args.cells, 1) for _ in range(args.repeats))
    our_s, our_interface, our_platelets = ours(args)
    result = dict(
        numpy_s=seconds, numpy_handed_over_s=handed_s, ours_s=our_s,
        times=seconds / our_s, times_handed_over=handed_s / our_s,
        interface_mm=[interface, our_interface], plasma_platelets_k_per_ul=[platelets, our_platelets],
    )
    if args.json:
        print(json.dumps(result))
    else:
        print(f"ours {1000 * our_s:.1f} ms")
        print(f"NumPy, plain {seconds:.2f} s: {seconds / our_s:.0f} times slower (aim: 50)")
        print(f"NumPy, handed over {handed_s:.2f} s: {handed_s / our_s:.0f} times slower")
        print(f"red cells' surface {interface:.1f} mm, ours {our_interface:.1f} mm")
        print(f"platelets in the plasma taken {platelets:.0f}, ours {our_platelets:.0f} thousand per µL")
    close = abs(interface - our_interface) < 1.0 and abs(platelets / our_platelets - 1) < 0.05
    if not close:
        print("the two do not agree: the comparison does not hold", file=sys.stderr)
    return 0 if close and seconds / our_s >= 50 else 1


if __name__ == "__main__":
    sys.exit(main())
