//! Times reading, repair and simplification of a scan of millions of triangles.
#[path = "../tests/support/nasty.rs"]
mod nasty;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
fn main() {
    let n: usize = std::env::args().nth(1).map_or(5_000_000, |a| a.parse().unwrap());
    let kind = std::env::args().nth(2).unwrap_or("ply".into());
    let path = std::env::temp_dir().join(format!("big_{n}.{kind}"));
    if !path.exists() {
        let m = nasty::dense_head(n);
        let mut b = Vec::new();
        if kind == "ply" {
            vellus_head::io::write_ply(&mut b, &m, &[]).unwrap();
        } else if kind == "obj" {
            use std::io::Write;
            for p in &m.positions {
                writeln!(b, "v {:.6} {:.6} {:.6}", p.x, p.y, p.z).unwrap();
            }
            for t in &m.triangles {
                writeln!(b, "f {} {} {}", t[0] + 1, t[1] + 1, t[2] + 1).unwrap();
            }
        } else {
            b.resize(80, 0);
            b.extend((m.triangles.len() as u32).to_le_bytes());
            for t in 0..m.triangles.len() as u32 {
                b.extend([0u8; 12]);
                for p in m.corners(t) {
                    for x in p.as_vec3().to_array() {
                        b.extend(x.to_le_bytes());
                    }
                }
                b.extend([0u8; 2]);
            }
        }
        std::fs::write(&path, b).unwrap();
        println!("written {} triangles; run again", m.triangles.len());
        return;
    }
    let t = cpu();
    let m = vellus_head::io::read_mesh(&path).unwrap();
    println!("read {} triangles {:.2} s", m.triangles.len(), cpu() - t);
    let t = cpu();
    let r = vellus_head::repair(&m, &vellus_head::RepairOptions::default()).unwrap();
    println!("repair {:.2} s", cpu() - t);
    let t = cpu();
    let spec = vellus_head::SimplifySpec { filled: &r.filled, ..vellus_head::SimplifySpec::to(60_000) };
    let s = vellus_head::simplify(&r.mesh, &spec).unwrap();
    println!("simplify {:.2} s to {}: {:?}", cpu() - t, s.mesh.triangles.len(), s.deviation);
    println!("watertight {}", s.mesh.is_watertight());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
