use vellus_blood::*;
#[test] fn probe(){
 for (g,t) in [(100.,10.),(160.,5.),(160.,10.),(160.,15.),(300.,10.),(600.,10.),(1600.,10.)] {
 for m in ["0","1","2"] {
 let p=load_protocol(&format!("[[spins]]\nrcf={g:?}\nminutes={t:?}\n[withdrawal]\nmargin_mm={m}")).unwrap();
 let o=median_outcome(&p,80).unwrap(); let f=median_outcome(&p,320).unwrap();
 println!("{g} {t} m{m} rec {:.3} ({:.3}) cf {:.3} ({:.3}) plasma {:.3} vol {:.2} rbcrem {:.4} wbcrem {:.4} ({:.4})",o.recovery,f.recovery,o.concentration_factor,f.concentration_factor,o.plasma_share,o.volume_ml,1.-o.rbc_carried,1.-o.wbc_carried,1.-f.wbc_carried);
 }}
}
