"""Follicles month by month in NumPy, beside our kernel: how many follicle-years a second on one core."""

import argparse
import json
import multiprocessing as mp
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

# One core: libraries read this when numpy is imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"

import tomllib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURE = "follicle-years per second and core, untreated"
AIM = 30.0
SHARES = ("hairs_share_today", "hairs_share_end", "terminal_share_today", "terminal_share_end")

ANAGEN, CATAGEN, TELOGEN, KENOGEN, REGRESSED = range(5)

# The man: Norwood with the vertex leading, as in `cargo xtask bench`.
STAGE, PACE_PER_YEAR, LAST_STAGE = 3.5, 0.15, 7.0
# population.rs: time constant with which loss slows down.
SLOWING_YEARS = 18.0
YEAR = 365.25
MONTH = YEAR / 12
WARM_UP_YEARS = 1

# cycle.rs; what is fitted is read from data/hair/fitted.toml.
ANAGEN_DAYS, ANAGEN_SIGMA = 860.0, 0.45
CATAGEN_DAYS, CATAGEN_HALF_RANGE = 17.5, 0.2
TELOGEN_DAYS, REST_SIGMA = 105.0, 0.30
KENOGEN_CHANCE = 0.20
# scalp.rs and norms.rs: calibres of a European man's mid-scalp, micrometres.
MINIATURE_UM, TERMINAL_UM = 14.0, 30.0
CALIBRE_UM, CALIBRE_CV = 74.0, 0.22
VELLUS_SHARE, VELLUS_UM = 0.048, 22.0
# A whole scalp without a head (the kernel takes thresholds from the place on it): the horseshoe of
# pattern.rs is 250 of 584 cm2, the rest is never reached; within it thinning begins about the man's
# stage, spread over the stages of the plates (assumption).
SPARED_SHARE, NEVER, THRESHOLD_SD = 1 - 250 / 584, 60.0, 1.0


def fitted():
    with open(ROOT / "data/hair/fitted.toml", "rb") as f:
        return {p["name"]: p["value"] for p in tomllib.load(f)["parameter"]}


class Rules:
    """Durations and chances at a miniaturisation m, 0 to 1."""

    def __init__(self, p):
        self.floor = p["anagen_floor"]
        self.bend = min(max(p["anagen_bend"], 0.0), 1.0)
        self.kenogen_days = p["kenogen_days"]
        self.kenogen_most = p["kenogen_chance_miniaturised"]
        self.stretch = p["telogen_stretch"]
        self.span = p["span_stages"]
        self.hardiness = p["hardiness_mean"]

    def anagen(self, m):
        keep = 1 - m
        return ANAGEN_DAYS * (self.floor + (1 - self.floor) * keep * (1 - self.bend * m))

    def telogen(self, m):
        return TELOGEN_DAYS * (1 + self.stretch * m)

    def kenogen(self, m):
        return self.kenogen_days * (1 + m)

    def kenogen_chance(self, m):
        return KENOGEN_CHANCE + (self.kenogen_most - KENOGEN_CHANCE) * m

    def draw(self, phase, m, rng):
        if phase == ANAGEN:
            return self.anagen(m) * rng.lognormal(0, ANAGEN_SIGMA, m.size)
        if phase == CATAGEN:
            return CATAGEN_DAYS * rng.uniform(1 - CATAGEN_HALF_RANGE, 1 + CATAGEN_HALF_RANGE, m.size)
        median = self.telogen(m) if phase == TELOGEN else self.kenogen(m)
        return median * rng.lognormal(0, REST_SIGMA, m.size)


def stage_at(years):
    """Stage so many years after day 0; before the warm-up the pace is even, as in regime.rs."""
    begin = -float(WARM_UP_YEARS)
    t = np.maximum(years, begin)
    came = PACE_PER_YEAR * SLOWING_YEARS * -np.expm1(-t / SLOWING_YEARS)
    before = PACE_PER_YEAR * np.exp(-begin / SLOWING_YEARS) * np.minimum(years - begin, 0)
    return np.minimum(STAGE + came + before, LAST_STAGE)


def grow(n, rules, rng):
    """What a follicle is born with: threshold, stage at which it is lost, full calibre."""
    threshold = np.where(rng.random(n) < SPARED_SHARE, NEVER, rng.normal(STAGE, THRESHOLD_SD, n))
    gone_at = threshold + rules.span * (1 + rng.exponential(rules.hardiness, n))
    sigma = np.sqrt(np.log1p(CALIBRE_CV**2))
    terminal = np.clip(CALIBRE_UM * np.exp(sigma * rng.standard_normal(n) - 0.5 * sigma**2), 30, 180)
    vellus = np.minimum(VELLUS_UM * np.exp(0.2 * rng.standard_normal(n)), 29)
    return threshold, gone_at, np.where(rng.random(n) < VELLUS_SHARE, vellus, terminal)


class Scalp:
    """All follicles, in the equilibrium of their miniaturisation at the beginning of the warm-up."""

    def __init__(self, threshold, gone_at, full, rules, rng):
        n = threshold.size
        self.threshold, self.gone_at, self.full, self.rules, self.rng = threshold, gone_at, full, rules, rng
        self.thin = np.minimum(MINIATURE_UM, full) - full
        at_begin = stage_at(-float(WARM_UP_YEARS))
        m = self.miniaturised(at_begin)
        a, r = np.exp(0.5 * ANAGEN_SIGMA**2), np.exp(0.5 * REST_SIGMA**2)
        shares = np.cumsum(
            [
                rules.anagen(m) * a,
                np.full(n, CATAGEN_DAYS),
                rules.telogen(m) * r,
                rules.kenogen(m) * r * rules.kenogen_chance(m),
            ],
            axis=0,
        )
        self.phase = (rng.random(n) * shares[-1] >= shares[:-1]).sum(axis=0).astype(np.int8)
        whole = np.empty(n)
        # A phase met at a random moment is length-biased: its median is exp(sigma squared) times longer.
        for p, bias in ((ANAGEN, a * a), (CATAGEN, 1.0), (TELOGEN, r * r), (KENOGEN, r * r)):
            who = np.flatnonzero(self.phase == p)
            whole[who] = bias * rules.draw(p, m[who], rng)
        past = whole * rng.random(n)
        self.left = whole - past
        begun = -WARM_UP_YEARS * YEAR - past - np.where(self.phase == ANAGEN, 0, rules.anagen(m))
        gone = at_begin > gone_at
        self.phase[gone], self.left[gone] = REGRESSED, np.inf
        # The hair keeps the calibre that its anagen began with.
        self.m_hair = self.miniaturised(stage_at(begun / YEAR))
        self.calibre = full + self.thin * self.m_hair

    def miniaturised(self, stage, who=slice(None)):
        return np.clip((stage - self.threshold[who]) / self.rules.span, 0, 1)

    def step_ended(self, stage):
        """A month in which work is done only for follicles whose phase ends."""
        phase, left, m_hair, rules, rng = self.phase, self.left, self.m_hair, self.rules, self.rng
        left -= MONTH
        # A short phase can end within the month that it began in.
        while (ended := np.flatnonzero(left <= 0)).size:
            was = phase[ended]
            grew, receded = ended[was == ANAGEN], ended[was == CATAGEN]
            phase[grew], phase[receded] = CATAGEN, TELOGEN
            left[grew] += rules.draw(CATAGEN, m_hair[grew], rng)
            left[receded] += rules.draw(TELOGEN, m_hair[receded], rng)
            free = ended[was >= TELOGEN]
            lost = stage > self.gone_at[free]
            phase[free[lost]], left[free[lost]] = REGRESSED, np.inf
            free = free[~lost]
            m = self.miniaturised(stage, free)
            empty = (phase[free] == TELOGEN) & (rng.random(free.size) < rules.kenogen_chance(m))
            waits, grows = free[empty], free[~empty]
            phase[waits], phase[grows] = KENOGEN, ANAGEN
            left[waits] += rules.draw(KENOGEN, m[empty], rng)
            m_hair[grows] = m[~empty]
            self.calibre[grows] = self.full[grows] + self.thin[grows] * m_hair[grows]
            left[grows] += rules.draw(ANAGEN, m_hair[grows], rng)

    def step_whole(self, stage):
        """The same month as whole-array expressions: masks and draws for every follicle."""
        rules, rng, n = self.rules, self.rng, self.left.size
        self.left -= MONTH
        while (ended := self.left <= 0).any():
            m = self.miniaturised(stage)
            resting = ended & ((self.phase == TELOGEN) | (self.phase == KENOGEN))
            lost = resting & (stage > self.gone_at)
            chance = rng.random(n) < rules.kenogen_chance(m)
            waits = resting & ~lost & (self.phase == TELOGEN) & chance
            grows = resting & ~lost & ~waits
            grew, receded = ended & (self.phase == ANAGEN), ended & (self.phase == CATAGEN)
            self.m_hair = np.where(grows, m, self.m_hair)
            self.calibre = self.full + self.thin * self.m_hair
            self.phase = np.select(
                [grew, receded, waits, grows, lost], [CATAGEN, TELOGEN, KENOGEN, ANAGEN, REGRESSED], self.phase
            )
            self.left += np.select(
                [grew, receded, waits, grows, lost],
                [
                    rules.draw(CATAGEN, self.m_hair, rng),
                    rules.draw(TELOGEN, self.m_hair, rng),
                    rules.draw(KENOGEN, m, rng),
                    rules.draw(ANAGEN, self.m_hair, rng),
                    np.inf,
                ],
                0.0,
            )

    def run(self, step, years):
        """Hairs and terminal hairs every month, from the beginning of the warm-up."""
        hairs, terminal = [], []
        for month in range(round((years + WARM_UP_YEARS) * 12) + 1):
            if month:
                step(self, stage_at(month / 12 - WARM_UP_YEARS))
            stands = self.phase <= TELOGEN
            hairs.append(int(np.count_nonzero(stands)))
            terminal.append(int(np.count_nonzero(stands & (self.calibre >= TERMINAL_UM))))
        return hairs, terminal


STYLES = {
    "whole arrays": Scalp.step_whole,
    "ended phases only": Scalp.step_ended,
}


def measure(style, n, years, repeats, seed):
    """One style, in a process of its own so that its peak memory is its own."""
    rules = Rules(fitted())

    def run(n, years, seed):
        rng = np.random.default_rng(seed)
        traits = grow(n, rules, rng)
        # What a follicle is born with is not part of the run, in the kernel's benchmark neither.
        begin = time.process_time()
        counts = Scalp(*traits, rules, rng).run(STYLES[style], years)
        return time.process_time() - begin, *counts

    # Whatever is loaded at the first call belongs to neither time nor memory.
    run(100, 1, 0)
    before = peak_bytes()
    runs = [run(n, years, seed) for _ in range(repeats)]
    seconds, (_, hairs, terminal) = min(r[0] for r in runs), runs[0]
    today = WARM_UP_YEARS * 12
    return {
        "style": style,
        "cpu_s": round(seconds, 4),
        "million_follicle_years_per_s": round(n * (years + WARM_UP_YEARS) / seconds / 1e6, 3),
        "peak_bytes_per_follicle": round((peak_bytes() - before) / n, 1),
        "hairs_share_today": round(hairs[today] / n, 4),
        "hairs_share_end": round(hairs[-1] / n, 4),
        "terminal_share_today": round(terminal[today] / n, 4),
        "terminal_share_end": round(terminal[-1] / n, 4),
    }


def peak_bytes():
    # Linux counts kilobytes, macOS bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def ours(args):
    """Million follicle-years a second of our kernel, from the output of the benchmark; or nothing."""
    if args.bench_output:
        text = pathlib.Path(args.bench_output).read_text()
    elif os.path.exists(args.xtask):
        try:
            text = subprocess.run(
                [args.xtask, "bench"], cwd=ROOT, capture_output=True, text=True, timeout=args.timeout
            ).stdout
        except subprocess.TimeoutExpired:
            print(f"{args.xtask} bench took longer than {args.timeout:g} s", file=sys.stderr)
            return None
    else:
        print(f"no {args.xtask}; cargo build --release -p xtask, or give --bench-output", file=sys.stderr)
        return None
    found = re.search(re.escape(FIGURE) + r"\s+([\d.]+)\s+million", text)
    if not found:
        print(f"the benchmark printed no {FIGURE!r}", file=sys.stderr)
    return float(found[1]) if found else None


def main():
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--follicles", type=int, default=150_000)
    parse.add_argument("--years", type=int, default=10, help="after one year of warm-up")
    parse.add_argument("--repeats", type=int, default=3, help="runs, of which the fastest counts")
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--bench-output", help="what `cargo xtask bench` printed")
    parse.add_argument("--xtask", default=str(ROOT / "target/release/xtask"), help="our benchmark")
    parse.add_argument("--timeout", type=float, default=120, help="seconds for our benchmark")
    parse.add_argument("--json", action="store_true", help="one JSON line")
    args = parse.parse_args()

    n, kernel = args.follicles, ours(args)
    rows = []
    for style in STYLES:
        with mp.get_context("spawn").Pool(1) as worker:
            rows.append(worker.apply(measure, (style, n, args.years, args.repeats, args.seed)))
    for r in rows:
        r["kernel_over_numpy"] = round(kernel / r["million_follicle_years_per_s"], 1) if kernel else None
    if args.json:
        out = {
            "follicles": n,
            "years": args.years,
            "warm_up_years": WARM_UP_YEARS,
            "numpy": np.__version__,
            "kernel_million_follicle_years_per_s": kernel,
            "aim": AIM,
            "runs": rows,
        }
        print(json.dumps(out))
        return
    print(f"{n} follicles, {args.years} years and {WARM_UP_YEARS} of warm-up, NumPy {np.__version__}, one core\n")
    print("| | CPU s | million follicle-years/s | bytes a follicle | hairs today | at the end | terminal today | at the end | vellus is faster by |")
    print("|---|---|---|---|---|---|---|---|---|")
    for r in rows:
        shares = " | ".join(f"{r[k]:.3f}" for k in SHARES)
        ratio = f"{r['kernel_over_numpy']} ×" if kernel else "–"
        print(
            f"| NumPy, {r['style']} | {r['cpu_s']:.2f} | {r['million_follicle_years_per_s']:.2f} "
            f"| {r['peak_bytes_per_follicle']:.0f} | {shares} | {ratio} |"
        )
    if kernel:
        print(f"| **vellus**, event by event | | {kernel:.1f} | | | | | | |")
        print(f"\nAim, at least {AIM:g} times as fast:")
        for r in rows:
            print(f"- {r['style']}: {'reached' if r['kernel_over_numpy'] >= AIM else 'not reached'}")


if __name__ == "__main__":
    main()
