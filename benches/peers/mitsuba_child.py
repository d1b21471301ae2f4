"""Renders the hedgehog scene with one variant of Mitsuba 3; run by mitsuba.py in the peer's venv."""

import json
import pathlib
import sys
import time

import mitsuba as mi
import numpy as np

folder, variant, shape, repeats, out = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
mi.set_variant(variant)
scene = json.loads((folder / "scene.json").read_text())
hairs = np.loadtxt(folder / "hairs.txt", ndmin=2)
# A straight hair is exact as one cubic B-spline of four points in line (it runs from the second to the
# third) and as one linear piece.
lines = []
for a, b, r in ((h[:3], h[3:6], h[6]) for h in hairs):
    points = [2 * a - b, a, b, 2 * b - a] if shape == "bsplinecurve" else [a, b]
    lines += [" ".join(map(repr, map(float, [*p, r]))) for p in points] + [""]
curves = folder / f"{shape}.txt"
curves.write_text("\n".join(lines))
corner, across, up = (np.array(scene[k]) for k in ("corner", "across", "up"))
middle = corner + 0.5 * (across + up)
to_world = np.eye(4)
# Mitsuba's rectangle spans [-1, 1] in x and y and shines along +z.
to_world[:3, 0], to_world[:3, 1] = 0.5 * across, 0.5 * up
to_world[:3, 2] = np.cross(across, up) / np.linalg.norm(np.cross(across, up))
to_world[:3, 3] = middle
pixels = scene["pixels"]
grey = lambda x: {"type": "rgb", "value": [x] * 3}
T = mi.ScalarTransform4f
world = mi.load_dict(
    {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": scene["depth"]},
        "sensor": {
            "type": "perspective",
            "fov": float(np.degrees(2 * np.arctan(scene["slope"]))),
            "to_world": T().look_at(origin=[0, 0, scene["eye_mm"]], target=[0, 0, 0], up=[0, 1, 0]),
            "film": {"type": "hdrfilm", "width": pixels, "height": pixels, "rfilter": {"type": "box"}, "pixel_format": "rgb"},
            "sampler": {"type": "independent", "sample_count": scene["samples"]},
        },
        "dome": {"type": "constant", "radiance": grey(scene["dome"])},
        "panel": {"type": "rectangle", "to_world": T(to_world), "light": {"type": "area", "radiance": grey(scene["panel"])}},
        "ball": {"type": "sphere", "radius": scene["ball_mm"], "bsdf": {"type": "diffuse", "reflectance": grey(scene["albedo"])}},
        "hairs": {
            "type": shape,
            "filename": str(curves),
            "bsdf": {
                "type": "hair",
                "sigma_a": {"type": "rgb", "value": scene["absorption"]},
                "longitudinal_roughness": scene["beta"],
                "azimuthal_roughness": scene["beta"],
                "scale_tilt": scene["tilt_deg"],
                "int_ior": 1.55,
                "ext_ior": 1.0,
            },
        },
    }
)
cpu, wall = [], []
for k in range(repeats + 1):
    a, b = time.process_time(), time.perf_counter()
    image = np.array(mi.render(world, spp=scene["samples"], seed=k))
    # The first call compiles; it does not count.
    if k:
        cpu.append(time.process_time() - a)
        wall.append(time.perf_counter() - b)
np.save(out, image[:, :, :3].astype(np.float32))
print(json.dumps({"cpu_seconds": min(cpu), "wall_seconds": min(wall)}))
