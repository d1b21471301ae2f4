//! Pictures as plain data, ready for a page.

/// One picture, encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Id of the strategy it shows; empty for one that all share (today).
    pub strategy: String,
    /// View: "front", "three_quarter", "top", "back", or the place of a close-up.
    pub view: String,
    /// Moment: "today", "session_1" …, "after", "year_1", "year_5", "year_10".
    pub moment: String,
    /// What it shows, in words; also its text for those who do not see it.
    pub caption: String,
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Media type.
    pub mime: &'static str,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// All pictures of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureSet {
    /// Small heads: strategy × view × moment.
    pub sheets: Vec<Picture>,
    /// The leading plan, large.
    pub lead: Vec<Picture>,
    /// One square centimetre each.
    pub close_ups: Vec<Picture>,
}
