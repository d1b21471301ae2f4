//! What blood is drawn like.

/// Yellow of plasma by its platelets, 10³/µL. Drawn so that each doubling is seen (assumption).
const PLASMA: [(f64, [f64; 3]); 6] = [
    (20.0, [252.0, 248.0, 230.0]),
    (150.0, [249.0, 239.0, 192.0]),
    (400.0, [244.0, 222.0, 132.0]),
    (1000.0, [234.0, 192.0, 74.0]),
    (2500.0, [219.0, 160.0, 48.0]),
    (8000.0, [206.0, 150.0, 72.0]),
];
/// White cells.
const WHITE: [f64; 3] = [246.0, 240.0, 228.0];
/// White cells at which their layer hides the plasma, 10³/µL (drawn).
const WHITE_AT: f64 = 45.0;
/// Red cells that are loose and packed.
const RED: [[f64; 3]; 2] = [[186.0, 38.0, 42.0], [116.0, 14.0, 26.0]];
/// Fraction of red cells that hides the plasma (drawn).
const RED_AT: f64 = 0.05;

fn mix(a: [f64; 3], b: [f64; 3], t: f64) -> [f64; 3] {
    let t = t.clamp(0.0, 1.0);
    [0, 1, 2].map(|k| a[k] + (b[k] - a[k]) * t)
}

/// Colour of blood with this fraction of red cells and these counts, 10³/µL.
pub(super) fn blood(rbc_fraction: f64, platelets: f64, white: f64) -> [f64; 3] {
    let p = platelets.max(1.0);
    let plasma = match PLASMA.iter().position(|(k, _)| *k >= p) {
        Some(0) => PLASMA[0].1,
        None => PLASMA[PLASMA.len() - 1].1,
        Some(i) => {
            let (a, b) = (PLASMA[i - 1], PLASMA[i]);
            mix(a.1, b.1, libm::log(p / a.0) / libm::log(b.0 / a.0))
        }
    };
    let pale = mix(plasma, WHITE, 1.0 - libm::exp(-white.max(0.0) / WHITE_AT));
    let red = mix(RED[0], RED[1], (rbc_fraction - 0.35) / 0.5);
    mix(pale, red, 1.0 - libm::exp(-rbc_fraction.max(0.0) / RED_AT))
}

/// The colours down a column as few stops of a gradient: depth as a share, colour.
pub(super) fn stops(colours: &[[f64; 3]]) -> Vec<(f64, [f64; 3])> {
    let n = colours.len();
    if n == 0 {
        return Vec::new();
    }
    let at = |i: usize| ((i as f64 + 0.5) / n as f64, colours[i]);
    let mut keep = vec![false; n];
    (keep[0], keep[n - 1]) = (true, true);
    let mut spans = vec![(0, n - 1)];
    while let Some((a, b)) = spans.pop() {
        let off = |i: usize| {
            let line = mix(colours[a], colours[b], (i - a) as f64 / (b - a) as f64);
            (0..3).map(|k| (line[k] - colours[i][k]).abs()).fold(0.0, f64::max)
        };
        if let Some(i) = (a + 1..b).max_by(|i, j| off(*i).total_cmp(&off(*j)))
            && off(i) > 4.0
        {
            keep[i] = true;
            spans.extend([(a, i), (i, b)]);
        }
    }
    (0..n).filter(|i| keep[*i]).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_platelets_are_a_deeper_yellow_and_red_cells_are_red() {
        let blue = |p: f64| blood(0.0, p, 0.0)[2];
        assert!(blue(100.0) > blue(300.0) && blue(300.0) > blue(1000.0));
        let red = blood(0.9, 200.0, 6.0);
        assert!(red[0] > 3.0 * red[1]);
        let buffy = blood(0.0, 2000.0, 200.0);
        assert!(buffy.iter().all(|c| *c > 200.0), "{buffy:?}");
    }

    #[test]
    fn a_step_keeps_both_its_sides() {
        let mut c = vec![[250.0; 3]; 40];
        c[20..].fill([100.0, 0.0, 0.0]);
        let s = stops(&c);
        assert!(s.len() <= 6 && s.iter().any(|x| x.1[1] == 250.0 && x.0 > 0.45), "{s:?}");
    }
}
