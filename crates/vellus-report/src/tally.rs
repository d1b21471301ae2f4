//! A hundred futures as a hundred marks: the plainest picture of a chance.

/// A ten-by-ten field with `share` of its marks filled, from the lower left up.
pub(crate) fn tally(share: f64) -> String {
    let filled = if share.is_finite() { (100.0 * share.clamp(0.0, 1.0)).round() as usize } else { 0 };
    let path = |from: usize, to: usize| -> String {
        (from..to).map(|i| format!("M{} {}h0", 5 + 10 * (i % 10), 95 - 10 * (i / 10))).collect()
    };
    format!(
        "<svg class=\"tally\" viewBox=\"0 0 100 100\" aria-hidden=\"true\" focusable=\"false\"><path class=\"no\" d=\"{}\"/><path class=\"yes\" d=\"{}\"/></svg>",
        path(filled, 100),
        path(0, filled)
    )
}
