"""Photons in layered tissue: programs from PyPI beside our kernel, on one core."""

import argparse
import importlib
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

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The slab of van de Hulst: 1/mm absorption, 9/mm scattering, g 0.75, 0.2 mm, no change of index.
MUA, MUS, G, N, THICK = 1.0, 9.0, 0.75, 1.0, 0.2
ABSORBED = 1 - 0.09739 - 0.66096
FIGURE = "photons, slab (MCML elsewhere"


def cpu():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def peer_pytissueoptics(photons):
    """Python, one photon after the other."""
    from pytissueoptics import Cuboid, EnergyLogger, PencilPointSource, ScatteringMaterial
    from pytissueoptics import ScatteringScene, Vector

    material = ScatteringMaterial(mu_s=MUS, mu_a=MUA, g=G, n=N)
    scene = ScatteringScene([Cuboid(a=200, b=200, c=THICK, material=material, position=Vector(0, 0, THICK / 2))])
    logger = EnergyLogger(scene)
    source = PencilPointSource(
        position=Vector(0, 0, -0.01), direction=Vector(0, 0, 1), N=photons, useHardwareAcceleration=False
    )
    source.propagate(scene, logger=logger, showProgress=False)
    return None


PEERS = {
    "pytissueoptics": (peer_pytissueoptics, 2_000),
}

# Peers that were looked at and do not take part, with the reason.
SKIPPED = {
    "MCML": "C, not on PyPI; elsewhere it traced 2.4 M photons a second of this slab (gcc -O3 -march=native)",
    "pmmc": "0.3.12 answers 'RuntimeError: Unknown' to a mesh that its own tools did not make",
    "pmcx": "needs a CUDA driver",
    "pmcxcl": "its kernel does not build on a CPU",
}


def child(name, photons):
    run, _ = PEERS[name]
    run(max(photons // 100, 10))
    before = cpu()
    absorbed = run(photons)
    return {"rate": photons / (cpu() - before), "absorbed": absorbed}


def oracle():
    """Adding-doubling: reflectance and transmittance of the slab."""
    try:
        iad = importlib.import_module("iadpython")
    except ImportError as e:
        return {"skipped": str(e)}
    s = iad.Sample(a=MUS / (MUA + MUS), b=(MUA + MUS) * THICK, g=G, n=N, quad_pts=16)
    r, t, *_ = s.rt()
    return {"reflectance": float(r), "transmittance": float(t)}


def ours(args):
    text = args.bench_output.read_text() if args.bench_output else subprocess.run(
        [str(args.xtask), "bench"], capture_output=True, text=True, timeout=args.timeout
    ).stdout
    for line in text.splitlines():
        if line.startswith(FIGURE):
            value, unit = re.search(r"\)\s+([\d.]+)( M)?", line).groups()
            return float(value) * (1e6 if unit else 1)
    raise SystemExit(f"no line {FIGURE!r} in the output of the benchmark")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--xtask", type=pathlib.Path, default=ROOT / "target/release/xtask")
    p.add_argument("--bench-output", type=pathlib.Path)
    p.add_argument("--timeout", type=float, default=900)
    p.add_argument("--json", action="store_true")
    p.add_argument("--child", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.child:
        print("\n" + json.dumps(child(args.child, PEERS[args.child][1])))
        return 0
    rate = ours(args)
    result = {"ours": rate, "oracle": oracle(), "peers": {}}
    for name in PEERS:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, __file__, "--child", name], capture_output=True, text=True, cwd=folder,
                timeout=args.timeout,
            )
        if done.returncode == 0:
            row = json.loads(done.stdout.strip().splitlines()[-1])
            row["times"] = rate / row["rate"]
        else:
            row = {"skipped": (done.stderr.strip().splitlines() or ["no message"])[-1]}
        result["peers"][name] = row
    if args.json:
        print(json.dumps(result))
        return 0
    print(f"ours: {rate:,.0f} photons a second and core")
    for name, row in result["peers"].items():
        if "skipped" in row:
            print(f"{name}: skipped, {row['skipped']}")
        else:
            print(f"{name}: {row['rate']:,.0f}, {row['times']:.1f} times slower")
            if row["absorbed"] is not None:
                print(f"  absorbed {row['absorbed']:.4f} (exact {ABSORBED:.4f})")
    o = result["oracle"]
    print(f"adding-doubling: {o}" if "skipped" in o else
          f"adding-doubling: R {o['reflectance']:.5f} (exact 0.09739), T {o['transmittance']:.5f} (0.66096)")
    for name, reason in SKIPPED.items():
        print(f"{name}: skipped, {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
