//! How far apart points are wanted, by their classes.

/// The relative radius below which a pair is parted in the end.
pub(super) const GOAL: f32 = 0.76;
/// With classes: the relative radius of each class and of each two together below which a pair is
/// parted, and that of the whole.
const CLASS_GOAL: f64 = 0.70;
const WHOLE_GOAL: f64 = 0.72;
/// Points of two classes are not wanted farther apart than this, as a relative radius of the whole
/// (they would order); points of one class not farther than so many spans.
const CROSS_MOST: f64 = 0.89;
/// The same with more than [`FEW_CLASSES`], whose goals do not all go together.
const CROSS_MOST_OF_MANY: f64 = 0.86;
/// Up to so many classes the goals can be met.
pub(super) const FEW_CLASSES: usize = 3;
const WIDEST_CLASS: f64 = 5.0;

/// How far apart points of two classes are wanted, as a share of what points of one class are.
pub(super) struct Apart {
    pub classes: usize,
    share: Vec<f32>,
    /// The largest share.
    pub widest: f32,
}

impl Apart {
    /// Points of one class.
    pub(super) fn one() -> Self {
        Self { classes: 1, share: vec![1.0], widest: 1.0 }
    }

    /// Points of classes with these shares. Two points are in each union of classes that holds both;
    /// the union that is smallest wants them farthest apart, and that is their own two classes.
    pub(super) fn classes(shares: &[f64]) -> Self {
        let total: f64 = shares.iter().sum();
        let n = shares.len();
        let mut share = vec![0.0f32; n * n];
        for a in 0..n {
            for b in 0..n {
                let own = (shares[a] + if a == b { 0.0 } else { shares[b] }) / total;
                let wanted = CLASS_GOAL / own.sqrt();
                let cross_most = if n > FEW_CLASSES { CROSS_MOST_OF_MANY } else { CROSS_MOST };
                let most = if a == b { WIDEST_CLASS } else { cross_most };
                share[a * n + b] = (wanted.min(most).max(WHOLE_GOAL) / f64::from(GOAL)) as f32;
            }
        }
        let widest = share.iter().copied().fold(1.0, f32::max);
        Self { classes: n, share, widest }
    }

    #[inline]
    pub(super) fn of(&self, a: u8, b: u8) -> f32 {
        self.share[usize::from(a) * self.classes + usize::from(b)]
    }
}
