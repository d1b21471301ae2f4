//! How far apart points are wanted, by their classes.

/// The relative radius below which a pair is parted in the end.
pub(super) const GOAL: f32 = 0.76;
/// With classes: the relative radius of each class and of each two together below which a pair is
/// parted, and that of the whole.
const CLASS_GOAL: f64 = 0.70;
const WHOLE_GOAL: f64 = 0.72;
/// Points of two classes are not wanted farther apart than this, as a relative radius of the whole
/// (they would order), unless the union of the two would be less even than the second.
const CROSS_MOST: f64 = 0.89;
const UNION_LEAST: f64 = 0.62;
const UNION_LEAST_OF_MANY: f64 = 0.63;
/// Points of one class are not wanted farther apart than so many spans.
const WIDEST_CLASS: f64 = 5.0;
/// A standing and a new point: their relative radius in the whole below which they are parted. What
/// stands does not give way, so it is less than of two that move, and so is the most that is wanted.
const STANDING_GOAL: f32 = 0.70;
const STANDING_MOST: f32 = 0.80;
/// How much nearer to each other new points may be where hardly any of all points is new.
const LOOSER: f32 = 0.3;
/// Up to so many classes the goals can be met.
pub(super) const FEW_CLASSES: usize = 3;

/// How far apart points of two classes are wanted, as a share of what points of one class are.
pub(super) struct Apart {
    pub classes: usize,
    share: Vec<f32>,
    /// Share of all points that each class has.
    of_all: Vec<f32>,
    /// The largest share.
    pub widest: f32,
}

impl Apart {
    /// Points of one class.
    pub(super) fn one() -> Self {
        Self { classes: 1, share: vec![1.0], of_all: vec![1.0], widest: 1.0 }
    }

    /// Points of classes with these shares. Two points are in each union of classes that holds both;
    /// the union that is smallest wants them farthest apart, and that is their own two classes.
    pub(super) fn classes(shares: &[f64]) -> Self {
        let total: f64 = shares.iter().sum();
        let n = shares.len();
        let union_least = if n > FEW_CLASSES { UNION_LEAST_OF_MANY } else { UNION_LEAST };
        let mut share = vec![0.0f32; n * n];
        for a in 0..n {
            for b in 0..n {
                let own = ((shares[a] + if a == b { 0.0 } else { shares[b] }) / total).sqrt();
                let wanted = CLASS_GOAL / own;
                let most = if a == b { WIDEST_CLASS } else { CROSS_MOST.max(union_least / own) };
                share[a * n + b] = (wanted.min(most).max(WHOLE_GOAL) / f64::from(GOAL)) as f32;
            }
        }
        let widest = share.iter().copied().fold(1.0, f32::max);
        let of_all = shares.iter().map(|s| (s / total) as f32).collect();
        Self { classes: n, share, of_all, widest }
    }

    #[inline]
    pub(super) fn of(&self, a: u8, b: u8) -> f32 {
        self.share[usize::from(a) * self.classes + usize::from(b)]
    }

    /// How far a new point of a class is wanted from standing ones, as a share of what new points of one
    /// class are: `together` is the radius of all points there as a share of that of the new ones. The
    /// standing points are a class that does not move.
    #[inline]
    pub(super) fn to_standing(&self, class: u8, together: f32) -> f32 {
        let new = together * together;
        let own = 1.0 - new + new * self.of_all[usize::from(class)];
        together * (STANDING_GOAL / own.sqrt()).clamp(STANDING_GOAL, STANDING_MOST) / GOAL
    }

    /// How far new points are wanted from each other beside standing ones, as a share of how far
    /// they are without.
    #[inline]
    pub(super) fn beside_standing(together: f32) -> f32 {
        1.0 - LOOSER * (1.0 - together * together)
    }
}
