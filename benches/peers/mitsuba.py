"""Hairs on a ball by our path tracer and by Mitsuba 3: CPU seconds, their ratio, and the pictures' difference."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
LLVM = "/usr/lib/x86_64-linux-gnu/libLLVM-19.so"
VERSION = "3.9.1"
AIM = 1.5
VARIANTS = ("scalar_rgb", "llvm_ad_rgb")
SHAPES = ("bsplinecurve", "linearcurve")


def peer_python(folder):
    """Python of a virtual environment that has Mitsuba; why not, else."""
    python = folder / "bin" / "python"
    if not python.exists():
        try:
            venv.create(folder, with_pip=True)
        except Exception as e:  # noqa: BLE001 - told, not raised
            return None, f"no virtual environment: {e}"
    done = subprocess.run([python, "-m", "pip", "install", "-q", f"mitsuba=={VERSION}", "numpy"], capture_output=True, text=True)
    if done.returncode:
        return None, f"pip: {done.stderr.strip().splitlines()[-1:]}"
    return python, None


def compare(ours, theirs):
    """Means by channel and the difference of block means in units of their noise."""
    import numpy as np

    a, b = np.load(ours).astype(float), np.load(theirs).astype(float)
    # Blocks of 16 pixels: noise of single pixels averages out, a wrong light or hair does not.
    k = 16
    block = lambda x: x.reshape(x.shape[0] // k, k, x.shape[1] // k, k, 3).mean(axis=(1, 3))
    d = block(a) - block(b)
    # Noise of a block mean from the differences of neighbouring pixels of the difference picture.
    e = a - b
    noise = np.sqrt(block((e - np.roll(e, 1, axis=1)) ** 2) / 2) / k
    z = (d / np.maximum(noise, 1e-9))[noise.mean(axis=2) > 1e-6]
    return dict(
        mean_ours=a.mean(axis=(0, 1)).round(5).tolist(),
        mean_theirs=b.mean(axis=(0, 1)).round(5).tolist(),
        worst_block=float(np.abs(d).max()),
        z_rms=float(np.sqrt((z**2).mean())),
    )


def main():
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("--venv", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "vellus-peers-mitsuba", help="environment of the peer, outside the clone")
    parse.add_argument("--hedgehog", default=str(ROOT / "target/release/examples/hedgehog"), help="our program")
    parse.add_argument("--samples", type=int, default=64)
    parse.add_argument("--repeats", type=int, default=3, help="the fastest counts")
    parse.add_argument("--out", type=pathlib.Path, help="keep pictures here")
    args = parse.parse_args()
    if not os.path.exists(args.hedgehog):
        sys.exit(f"no {args.hedgehog}; cargo build --release -p vellus-light --example hedgehog")
    folder = args.out or pathlib.Path(tempfile.mkdtemp())
    ours = [json.loads(subprocess.run([args.hedgehog, folder, str(args.samples)], check=True, capture_output=True, text=True).stdout) for _ in range(args.repeats)]
    best = min(o["cpu_seconds"] for o in ours)
    print("| renderer | CPU s | wall s | ours is faster by | mean RGB | worst block of 16² | block z (rms) |")
    print("|---|---|---|---|---|---|---|")
    print(f"| **vellus** | {best:.2f} | {min(o['wall_seconds'] for o in ours):.2f} | | | | |")
    python, why = peer_python(args.venv)
    if python is None:
        print(f"mitsuba: left out, {why}", file=sys.stderr)
        return
    fastest = None
    for variant in VARIANTS:
        if variant.startswith("llvm") and not os.path.exists(LLVM):
            print(f"{variant}: left out, no {LLVM} (Debian: apt install libllvm19); older LLVM aborts", file=sys.stderr)
            continue
        for shape in SHAPES:
            picture = folder / f"{variant}_{shape}.npy"
            # Without -P this very file would be what the child imports.
            child = [python, "-P", pathlib.Path(__file__).with_name("mitsuba_child.py"), folder, variant, shape, str(args.repeats), picture]
            done = subprocess.run(child, capture_output=True, text=True, env={**os.environ, "DRJIT_LIBLLVM_PATH": LLVM})
            if done.returncode:
                print(f"{variant} {shape}: left out, {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
                continue
            row = json.loads(done.stdout.strip().splitlines()[-1])
            c = json.loads(subprocess.run([python, "-P", __file__, "--compare", folder / "vellus.npy", picture], check=True, capture_output=True, text=True).stdout)
            print(
                f"| Mitsuba {VERSION} {variant}, {shape} | {row['cpu_seconds']:.2f} | {row['wall_seconds']:.2f} | {row['cpu_seconds'] / best:.2f}× "
                f"| {c['mean_theirs']} (ours {c['mean_ours']}) | {c['worst_block']:.4f} | {c['z_rms']:.2f} |"
            )
            fastest = min(fastest or row["cpu_seconds"], row["cpu_seconds"])
    if fastest:
        print(f"\nagainst its best variant: {fastest / best:.2f} times as fast in CPU time (aim {AIM})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--compare"]:
        print(json.dumps(compare(*sys.argv[2:4])))
    else:
        main()
