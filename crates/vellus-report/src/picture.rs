//! Pictures that a page shows: plain data, drawn elsewhere.

/// One picture of a head or of a square centimetre of skin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Short name of the strategy, or empty when it is the same under all of them.
    pub strategy: String,
    /// From where: "front", "three_quarter", "top", "back", "close_up_vertex", …
    pub view: String,
    /// When: "today", "session_1", …, "after", "year_1", "year_5", "year_10".
    pub moment: String,
    /// What is seen, for those who see it and for those who hear it read.
    pub caption: String,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Media type: "image/jpeg" or "image/png".
    pub mime: &'static str,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// All pictures of a plan; each list in the order in which it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureSet {
    /// Small heads: one for each strategy, view and moment.
    pub sheets: Vec<Picture>,
    /// Large pictures of the plan that is shown first.
    pub lead: Vec<Picture>,
    /// Squares of skin, 10 mm by 10 mm.
    pub close_ups: Vec<Picture>,
}

impl PictureSet {
    /// The small head of a strategy, view and moment; one that belongs to no strategy stands in.
    #[must_use]
    pub fn sheet(&self, strategy: &str, view: &str, moment: &str) -> Option<&Picture> {
        let fits = |p: &&Picture| p.view == view && p.moment == moment;
        self.sheets
            .iter()
            .filter(fits)
            .find(|p| p.strategy == strategy)
            .or_else(|| self.sheets.iter().filter(fits).find(|p| p.strategy.is_empty()))
    }
}
