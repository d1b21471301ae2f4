//! Hairlines on heads.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Sex};
use vellus_pigment::hairline::*;
use vellus_units::Millimetres;
use vellus_units::random::Key;

fn built(sex: Sex) -> Head {
    Head::from_lengths(&ParametricSpec { sex, ..ParametricSpec::default() }, Some(Millimetres(66.0)), "built").unwrap()
}

#[test]
fn explore() {
    let mut heads = vec![("built".to_owned(), built(Sex::Male))];
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
    for n in ["ict_generic", "ict_identity_002"] {
        let path = folder.join(n).with_extension("ply");
        let spec = vellus_head::ScanSpec::from_toml(&std::fs::read_to_string(path.with_extension("toml")).unwrap()).unwrap();
        heads.push((n.into(), Head::from_scan(&vellus_head::io::read_mesh(&path).unwrap(), &spec, Sex::Male, None, n).unwrap()));
    }
    for (n, head) in &heads {
        for style in HairlineStyle::ALL {
            let l = Hairline::new(HairlineSpec::of_style(76.0, style), head, Key::new(1, 0));
            match l { Ok(l) => { let f = l.figures(); println!("{n} {style:?} M{:.0} A{:.0} behind {:.1} recess {:.1} rise {:.1} fall {:.1} deg {:.0} AT {:.1} front {:.0} len {:.0}", l.points().mid_frontal, l.points().angles[1], f.angle_behind_mm[1], f.recess_mm[1], f.angle_rise_mm[1], f.fall_mm, f.angle_degrees[1], f.angle_to_temporal_point_mm[1], f.front_length_mm, f.length_mm) }, Err(e) => println!("{style:?} {e}") }
        }
        let y = head.landmarks().get(vellus_head::Landmark::LateralCanthusLeft);
        println!("canthus {y}");
        for h in [60., 70., 80., 90., 100.] {
            let l = Hairline::new(HairlineSpec::of_style(h, HairlineStyle::Straight), head, Key::new(1, 0)).unwrap();
            let f = l.figures();
            println!("h {h} M{:.1} behind {:.1} rise {:.1}", l.points().mid_frontal, f.angle_behind_mm[1], f.angle_rise_mm[1]);
        }
    }
}
