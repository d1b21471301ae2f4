//! One tube a spin that moves by itself.

use std::fmt::Write as _;

use vellus_plan::bench::TubePicture;

use super::glass::{ABOVE, Stand, cannula, column, glass, millilitres, millimetres};
use super::row::beside;
use super::{LEFT, WIDTH, px_per_mm, spin, spin_title, spins};
use crate::svg_text::{INK, SANS};
use crate::words::{escape, number};

/// Seconds from look to look, and that the last one stands.
const STEP_S: f64 = 0.42;
const REST_S: f64 = 3.2;
/// Width of a tube, px.
const TUBE: f64 = 42.0;

/// The tube in each spin, going through its minutes again and again, as SVG of 390 px width. It moves
/// without a script; where motion is not wanted the page hides it and shows [`super::tube_row`], and a
/// viewer that does not animate shows the end. `id` begins the names of its parts and is unique on a
/// page.
#[must_use]
pub fn tube_motion(picture: &TubePicture, id: &str) -> String {
    let scale = px_per_mm(picture);
    let surface = 46.0 + ABOVE;
    let tallest = picture.looks.iter().map(|l| l.height_mm()).fold(1.0, f64::max);
    let height = surface + tallest * scale + 34.0;
    let numbers = spins(picture);
    let room = WIDTH / numbers.len().max(1) as f64;
    let mut body = String::new();
    for (place, n) in numbers.iter().enumerate() {
        let looks = spin(picture, *n);
        let x = if place == 0 { LEFT + 4.0 } else { place as f64 * room + LEFT - 4.0 };
        let s = Stand { x, surface, width: TUBE, scale };
        let tall = looks.iter().map(|l| l.height_mm()).fold(0.0, f64::max);
        let bottom = surface + tall * scale;
        let all = STEP_S * (looks.len() as f64 - 1.0) + REST_S;
        let _ = writeln!(
            body,
            "<text x=\"{x:.1}\" y=\"16\" font-size=\"14\" font-weight=\"600\">{}</text>",
            spin_title(*n)
        );
        millimetres(&mut body, tall, x - 3.0, surface, scale);
        // The end lies below; the looks before it come and go on top.
        let minutes = |m: f64| {
            format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{} min</text>",
                x + 0.5 * TUBE,
                bottom + 18.0,
                number(m, 1)
            )
        };
        let last = looks.len().saturating_sub(1);
        for k in std::iter::once(last).chain(0..last) {
            let Some(look) = looks.get(k) else { continue };
            let (from, to) = (STEP_S * k as f64 / all, STEP_S * (k + 1) as f64 / all);
            // It fades in, and goes at once when the next has come. The last one goes with the first.
            let fade = (0.5 * STEP_S / all).min(from);
            let _ = write!(body, "<g opacity=\"{}\">", u8::from(k == last));
            if k != last {
                let _ = write!(
                    body,
                    "<animate attributeName=\"opacity\" dur=\"{all:.2}s\" repeatCount=\"indefinite\" \
                     values=\"0;0;1;1;0;0\" keyTimes=\"0;{:.4};{from:.4};{to:.4};{to:.4};1\"/>",
                    from - fade
                );
            }
            column(&mut body, look, s, &format!("{id}-{n}-{k}"));
            body.push_str("</g>\n");
            let _ = write!(body, "<g opacity=\"{}\">", u8::from(k == last));
            let (values, times) = if k == last {
                ("0;1", format!("0;{from:.4}"))
            } else {
                ("0;1;0", format!("0;{from:.4};{to:.4}"))
            };
            let _ = write!(
                body,
                "<animate attributeName=\"opacity\" dur=\"{all:.2}s\" repeatCount=\"indefinite\" calcMode=\"discrete\" \
                 values=\"{values}\" keyTimes=\"{times}\"/>{}",
                minutes(look.minutes)
            );
            if k == last {
                // What the layers are called, and where the cannula goes, holds at the end only.
                if *n == 1
                    && let Some(cut) = picture.cut_mm
                {
                    cannula(&mut body, cut, s);
                }
                beside(&mut body, picture, look, x + TUBE + 36.0, x + TUBE + 23.0, surface, scale);
            }
            body.push_str("</g>\n");
        }
        glass(&mut body, tall, s);
        millilitres(&mut body, tall, picture.ml_per_mm, x + TUBE + 3.0, surface, scale);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" \
         height=\"{height:.0}\" class=\"tubes\" role=\"img\" aria-label=\"The blood in a tube while it spins\" \
         font-family=\"{}\" font-size=\"12.5\" fill=\"{INK}\">\n{body}</svg>\n",
        escape(SANS)
    )
}
