"""Even points on a mesh by the samplers on PyPI, beside ours, as a Markdown table."""

import argparse
import json
import multiprocessing as mp
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import j0

SAME_SIDE = -0.2


def white(v, f, n, seed):
    """Positions and triangles of n random points, uniform by area."""
    rng = np.random.default_rng(seed)
    a, b, c = v[f[:, 0]], v[f[:, 1]], v[f[:, 2]]
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    t = rng.choice(len(f), n, p=area / area.sum())
    u, w = rng.random((2, n))
    fold = u + w > 1
    u[fold], w[fold] = 1 - u[fold], 1 - w[fold]
    return a[t] + u[:, None] * (b - a)[t] + w[:, None] * (c - a)[t]


def hexagonal_spacing(area, n):
    return np.sqrt(2 * area / (np.sqrt(3) * n))


def peer_white(v, f, n, area):
    return white(v, f, n, 1)


def peer_trimesh(v, f, n, area):
    import trimesh

    mesh = trimesh.Trimesh(v, f, process=False)
    return trimesh.sample.sample_surface_even(mesh, n, seed=1)[0]


def peer_fpsample(v, f, n, area):
    import fpsample

    pool = white(v, f, 5 * n, 1).astype(np.float32)
    return pool[fpsample.bucket_fps_kdline_sampling(pool, n, h=9)]


def peer_open3d(v, f, n, area):
    import open3d as o3d

    mesh = o3d.geometry.TriangleMesh(o3d.utility.Vector3dVector(v), o3d.utility.Vector3iVector(f))
    return np.asarray(mesh.sample_points_poisson_disk(n, init_factor=5).points)


def peer_pymeshlab(v, f, n, area):
    import pymeshlab

    ms = pymeshlab.MeshSet()
    ms.add_mesh(pymeshlab.Mesh(v, f))
    ms.generate_sampling_poisson_disk(samplenum=n)
    return ms.current_mesh().vertex_matrix()


def peer_igl(v, f, n, area):
    import igl

    # Weights, triangles, positions.
    return igl.blue_noise(v, f.astype(np.int64), 0.75 * hexagonal_spacing(area, n))[2]


def peer_pcu(v, f, n, area):
    import point_cloud_utils as pcu

    t, bc = pcu.sample_mesh_poisson_disk(v, f, num_samples=n)
    return pcu.interpolate_barycentric_coords(f, t, bc, v)


PEERS = {
    "white noise": peer_white,
    "trimesh sample_surface_even": peer_trimesh,
    "fpsample, 5 candidates": peer_fpsample,
    "open3d poisson_disk, 5 candidates": peer_open3d,
    "pymeshlab poisson_disk": peer_pymeshlab,
    "libigl blue_noise (radius only)": peer_igl,
    "point-cloud-utils poisson_disk": peer_pcu,
}


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(name, path, n, area, out, pipe):
    """One peer, in its own process: imports and a small warm-up do not count."""
    try:
        v, f = np.load(path + "/v.npy"), np.load(path + "/f.npy")
        PEERS[name](v, f, 200, area)
        before, wall, cpu = peak_mb(), time.perf_counter(), time.process_time()
        points = np.asarray(PEERS[name](v, f, n, area), dtype=float)
        row = dict(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu, mb=peak_mb() - before)
        np.save(out, points)
        pipe.send(row)
    except BaseException as e:  # noqa: BLE001 - whatever a peer does, the others go on
        pipe.send({"error": f"{type(e).__name__}: {e}"})


def measure(points, v, f, area, normals_of, normal=None):
    """Relative radius, CV, gap and spectrum, the same for all."""
    n = len(points)
    spacing = hexagonal_spacing(area, n)
    normal = normals_of(points) if normal is None else normal
    tree = cKDTree(points)
    d, j = tree.query(points, k=9)
    facing = np.einsum("ik,ijk->ij", normal, normal[j]) >= SAME_SIDE
    d = np.where(facing, d, np.inf)
    nearest = d[:, 1:].min(axis=1)
    nearest = nearest[np.isfinite(nearest)]
    probes = white(v, f, 3 * n, 2)
    gap = tree.query(probes)[0].max()
    # Pair correlation against random points, then the Hankel transform.
    reach, ring = 6.0, 0.05
    centre = np.arange(0, n, max(1, -(-n // 2000)))
    edges = np.arange(0, reach + ring / 2, ring) * spacing
    def rings(other, other_normal, own):
        total = np.zeros(len(edges) - 1)
        other_tree = cKDTree(other)
        for part in np.array_split(centre, 20):
            near = other_tree.query_ball_point(points[part], edges[-1])
            for i, js in zip(part, near):
                js = np.asarray(js)
                js = js[js != i] if own else js
                js = js[other_normal[js] @ normal[i] >= SAME_SIDE]
                total += np.histogram(np.linalg.norm(other[js] - points[i], axis=1), edges)[0]
        return total
    a, b = rings(points, normal, True), rings(probes, normals_of(probes), False)
    g = np.where(b > 0, a / np.maximum(b, 1), 0)
    far = slice(len(g) * 2 // 3, None)
    g = g * b[far].sum() / max(a[far].sum(), 1)
    x = (np.arange(len(g)) + 0.5) * ring
    window = 0.5 + 0.5 * np.cos(np.pi * x / reach)
    freq = np.arange(1, 81) * 0.05
    power = np.array([1 + 2 * np.pi * 2 / np.sqrt(3) * np.sum((g - 1) * window * j0(2 * np.pi * q * x) * x * ring) for q in freq])
    return dict(
        n=n,
        rho=nearest.min() / spacing,
        cv=nearest.std() / nearest.mean(),
        gap=gap / spacing,
        low=power[:10].mean(),
        peak=power.max(),
    )


def read_points(path):
    """Positions and normals of our binary PLY."""
    data = pathlib.Path(path).read_bytes()
    head, body = data.split(b"end_header\n", 1)
    kinds = {"double": "f8", "float": "f4", "uint": "u4", "int": "i4", "uchar": "u1"}
    kind, n = [], 0
    for line in head.decode().splitlines():
        word = line.split()
        if word[:2] == ["element", "vertex"]:
            n = int(word[2])
        if word[:1] == ["property"] and word[1] != "list":
            kind.append((word[2], "<" + kinds[word[1]]))
    rows = np.frombuffer(body, np.dtype(kind), n)
    columns = lambda names: np.stack([rows[c] for c in names], axis=1).astype(float)
    return columns(("x", "y", "z")), columns(("nx", "ny", "nz"))


def ours(vellus, mesh, n):
    with tempfile.TemporaryDirectory() as folder:
        out = folder + "/points.ply"
        command = [vellus, "head", mesh, "--points", str(n), "--on", "all", "--out", out, "--format", "json"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(folder + "/said", "w+") as said:
            process = subprocess.Popen(command, stdout=said, stderr=subprocess.PIPE, text=True)
            # The peak of the program alone: what the system counts for children starts with a copy
            # of this process.
            mb = 0.0
            while process.poll() is None:
                try:
                    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                    mb = max([mb] + [int(x.split()[1]) / 1024 for x in status.splitlines() if x.startswith("VmHWM")])
                except (OSError, ValueError):
                    pass
                time.sleep(0.005)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command, stderr=process.stderr.read())
            said.seek(0)
            seconds = json.load(said)["seconds"]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        row = dict(wall=seconds, cpu=cpu, mb=mb)
        return row, *read_points(out)


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument("mesh")
    parse.add_argument("--points", type=int, default=50_000)
    parse.add_argument("--timeout", type=float, default=300, help="seconds for each peer")
    parse.add_argument("--vellus", default=str(root / "target/release/vellus"), help="our program")
    args = parse.parse_args()
    try:
        import trimesh
    except ImportError:
        sys.exit("trimesh reads the mesh: pip install -r benches/peers/requirements.txt")
    mesh = trimesh.load(args.mesh, force="mesh", process=False)
    v, f = np.asarray(mesh.vertices, float), np.asarray(mesh.faces, np.int32)
    area = float(0.5 * np.linalg.norm(np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]]), axis=1).sum())
    # Normals by the nearest of many places whose triangle is known: enough to tell sides of a fold.
    dense = trimesh.sample.sample_surface(mesh, 400_000, seed=3)
    weights = trimesh.triangles.points_to_barycentric(mesh.triangles[dense[1]], dense[0])
    dense_normal = np.einsum("ik,ikj->ij", weights, mesh.vertex_normals[f[dense[1]]])
    dense_normal /= np.linalg.norm(dense_normal, axis=1, keepdims=True)
    dense_tree = cKDTree(dense[0])
    normals_of = lambda p: dense_normal[dense_tree.query(p)[1]]

    rows = []
    if os.path.exists(args.vellus):
        try:
            row, points, normal = ours(args.vellus, args.mesh, args.points)
            rows.append(("**vellus**", row | measure(points, v, f, area, normals_of, normal)))
        except subprocess.CalledProcessError as e:
            print(f"vellus failed: {e.stderr}", file=sys.stderr)
    else:
        print(f"no {args.vellus}; cargo build --release, or give --vellus", file=sys.stderr)
    context = mp.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        np.save(folder + "/v.npy", v)
        np.save(folder + "/f.npy", f)
        for name in PEERS:
            out = folder + "/points.npy"
            here, there = context.Pipe(duplex=False)
            worker = context.Process(target=child, args=(name, folder, args.points, area, out, there))
            worker.start()
            there.close()
            answer = {"error": f"longer than {args.timeout} s"}
            try:
                if here.poll(args.timeout):
                    answer = here.recv()
            except EOFError:
                answer = {"error": "the process ended without a word"}
            if worker.is_alive():
                worker.join(5)
                worker.kill()
            worker.join()
            if "error" in answer:
                print(f"{name}: left out, {answer['error']}", file=sys.stderr)
                continue
            rows.append((name, answer | measure(np.load(out), v, f, area, normals_of)))

    print(f"{len(f)} triangles, {args.points} points asked\n")
    print("| sampler | wall s | CPU s | MB | count | ρ | CV | gap | low power | peak power |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, r in rows:
        print(
            f"| {name} | {r['wall']:.2f} | {r['cpu']:.2f} | {r['mb']:.0f} | {r['n']} | {r['rho']:.3f} "
            f"| {r['cv']:.3f} | {r['gap']:.2f} | {r['low']:.3f} | {r['peak']:.2f} |"
        )


if __name__ == "__main__":
    main()
