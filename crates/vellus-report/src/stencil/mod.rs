//! The stencil: the dots of a session at 1 : 1 on flat sheets of paper or film, as SVG and as PDF.
//!
//! Each tile of the scalp ([`tile_scalp`](vellus_head::flatten::tile_scalp)) has a sheet of half a
//! page that shows its border with what lies beyond each seam, the borders of zones, lines such as the
//! midline, a grid of 1 cm, its dots, registration marks, two bars to check the printer, and how true
//! the flat tile is to length. Marks of one seam have the same letters on both sheets. A first page
//! explains the use and shows where each tile lies.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dots = vellus_pigment::Dots::default();
//! use vellus_head::Head;
//! use vellus_head::flatten::{ScalpProjection, TileSpec, tile_scalp};
//! use vellus_report::stencil::{SessionSpec, SheetLine, Stencil, session_dots};
//!
//! let head = Head::from_lengths(&Default::default(), None, "mean head")?;
//! let tiling = tile_scalp(&head, &TileSpec::default())?;
//! let map = ScalpProjection::new(&head, Default::default(), Default::default())?;
//! let (points, classes) = session_dots(&head, &dots, &SessionSpec::new(2))?;
//! let stencil = Stencil::new(&head, &tiling, &map, &points, &classes)?
//!     .titled("Session 2")
//!     .with_lines(&[SheetLine::midline(&head)]);
//! std::fs::write("stencil.pdf", stencil.pdf()?)?;
//! # Ok(())
//! # }
//! ```

mod cover;
mod dots;
mod facts;
mod labels;
mod lines;
mod marks;
#[cfg(feature = "pdf")]
mod pdf;
mod ruler;
mod sheet;

use std::collections::BTreeMap;

use glam::DVec2;
use rayon::prelude::*;
use vellus_head::Head;
use vellus_head::flatten::{ScalpProjection, Tile, Tiling};

pub use dots::{DotClass, SessionSpec, SheetDot, session_dots};
pub use lines::SheetLine;
pub use marks::{Mark, MarkKind, MarkOnTile};
pub use ruler::{BAR_ACROSS_MM, BAR_UP_MM};

use crate::error::ReportError;
use lines::LineOnTile;

/// The paper that a PDF is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

impl Paper {
    /// Width and height of the upright page, mm.
    #[must_use]
    pub const fn size_mm(self) -> [f64; 2] {
        match self {
            Self::A4 => [210.0, 297.0],
            Self::Letter => [215.9, 279.4],
        }
    }
}

/// One printable sheet.
#[derive(Clone, Debug)]
pub struct TileSheet {
    /// Number of the tile.
    pub number: u32,
    /// Points of the tile.
    pub dots: usize,
    /// Width and height, mm: 148 by 210 unless the tile needs more.
    pub size_mm: [f64; 2],
    /// The sheet; one unit of its coordinates is a millimetre.
    pub svg: String,
}

/// Points that no sheet shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffTiles {
    /// How many, by class.
    pub by_class: Vec<usize>,
    /// How many, by the number of the tile whose middle is nearest.
    pub by_nearest_tile: BTreeMap<u32, usize>,
}

impl OffTiles {
    /// How many in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_class.iter().sum()
    }
}

/// A dot on its tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DotOnTile {
    /// Its place in the list that was given.
    pub dot: usize,
    /// Its class.
    pub class: usize,
    /// Where it lies on the sheet, mm, in the coordinates of the flat tile.
    pub flat: DVec2,
}

/// A stencil of one head; see the [module](self).
#[derive(Clone, Debug)]
pub struct Stencil<'a> {
    head: &'a Head,
    tiling: &'a Tiling,
    map: &'a ScalpProjection,
    classes: &'a [DotClass],
    own: Vec<Vec<DotOnTile>>,
    off: OffTiles,
    marks: Vec<Mark>,
    lines: Vec<Vec<LineOnTile>>,
    order: Vec<u32>,
    title: String,
    paper: Paper,
}

impl<'a> Stencil<'a> {
    /// Puts each dot on the tile that holds it; on a seam on the one with the lower number. `map` is
    /// for the small maps that show where a tile lies. Without dots the sheets are plain tiles.
    ///
    /// # Errors
    /// [`ReportError::Stencil`] when a dot names a class that there is not, or a class has no
    /// printable diameter (0.02 to 5 mm).
    pub fn new(
        head: &'a Head,
        tiling: &'a Tiling,
        map: &'a ScalpProjection,
        dots: &[SheetDot],
        classes: &'a [DotClass],
    ) -> Result<Self, ReportError> {
        if let Some((i, d)) = dots.iter().enumerate().find(|(_, d)| d.class >= classes.len()) {
            return Err(ReportError::Stencil(format!(
                "dot {} has class {}, but there are {} classes, counted from 0",
                i,
                d.class,
                classes.len()
            )));
        }
        if let Some(c) = classes.iter().find(|c| !(0.02..=5.0).contains(&c.diameter_mm)) {
            return Err(ReportError::Stencil(format!(
                "the dots {:?} are to be drawn with {} mm, allowed are 0.02 to 5 mm",
                c.name, c.diameter_mm
            )));
        }
        let locate = |d: &SheetDot| tiling.locate(&d.point).filter(|_| d.point.position.is_finite());
        let places: Vec<Option<(usize, DVec2)>> = dots.par_iter().map(locate).collect();
        let mut own: Vec<Vec<DotOnTile>> = vec![Vec::new(); tiling.tiles.len()];
        let mut off = OffTiles { by_class: vec![0; classes.len()], ..OffTiles::default() };
        for (i, (d, place)) in dots.iter().zip(places).enumerate() {
            if let Some((tile, flat)) = place {
                own[tile].push(DotOnTile { dot: i, class: d.class, flat });
                continue;
            }
            off.by_class[d.class] += 1;
            let far = |t: &Tile| t.centre.position.distance_squared(d.point.position);
            let nearest = tiling.tiles.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
            if let Some(t) = nearest {
                *off.by_nearest_tile.entry(t.number).or_default() += 1;
            }
        }
        Ok(Self {
            head,
            tiling,
            map,
            classes,
            own,
            off,
            marks: marks::registration_marks(head, tiling),
            lines: vec![Vec::new(); tiling.tiles.len()],
            order: Vec::new(),
            title: String::new(),
            paper: Paper::A4,
        })
    }

    /// What the sheets are of, for instance "Session 2": printed on each of them.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// Lines on the head that the sheets show, with a mark where each enters and leaves a tile.
    #[must_use]
    pub fn with_lines(mut self, lines: &[SheetLine]) -> Self {
        self.lines = lines::on_tiles(self.head, self.tiling, lines);
        self
    }

    /// The numbers of the tiles in the order of work. Tiles that are not named come after them.
    ///
    /// # Errors
    /// [`ReportError::Stencil`] when a number is no tile or stands twice.
    pub fn with_order(mut self, order: &[u32]) -> Result<Self, ReportError> {
        let most = self.tiling.tiles.len();
        for (i, n) in order.iter().enumerate() {
            if *n == 0 || *n as usize > most {
                return Err(ReportError::Stencil(format!(
                    "the order of work names tile {n}; there are tiles 1 to {most}"
                )));
            }
            if order[..i].contains(n) {
                return Err(ReportError::Stencil(format!("the order of work names tile {n} twice")));
            }
        }
        self.order = order.to_vec();
        Ok(self)
    }

    /// The paper of the PDF and of the overview.
    #[must_use]
    pub const fn on_paper(mut self, paper: Paper) -> Self {
        self.paper = paper;
        self
    }

    /// A sheet for each tile, in the order of their numbers.
    #[must_use]
    pub fn sheets(&self) -> Vec<TileSheet> {
        (0..self.tiling.tiles.len()).into_par_iter().map(|i| sheet::sheet(self, i)).collect()
    }

    /// The first page: how to use the sheets, where each tile lies, and its figures.
    #[must_use]
    pub fn overview(&self) -> String {
        cover::cover(self)
    }

    /// The whole stencil as one PDF: the first page, then two sheets on each page, which lies on its
    /// side, in the order of work. When there are dots to work, tiles without any are left out; the
    /// first page says so. The same stencil gives the same bytes.
    ///
    /// # Errors
    /// [`ReportError::Pdf`] when a page cannot be written.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Result<Vec<u8>, ReportError> {
        pdf::pdf(self)
    }

    /// Registration marks.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The dots of each tile, by its place in [`Tiling::tiles`].
    #[must_use]
    pub fn dots_on_tiles(&self) -> &[Vec<DotOnTile>] {
        &self.own
    }

    /// Points that lie on no tile: folds and backs of ears, skin beyond the region of the tiles.
    #[must_use]
    pub const fn off_tiles(&self) -> &OffTiles {
        &self.off
    }

    /// Dots to be worked on a tile: those of closed classes.
    fn work(&self, tile: usize) -> usize {
        self.own[tile].iter().filter(|d| !self.classes[d.class].open).count()
    }

    /// Dots to be worked on all tiles.
    fn whole_work(&self) -> usize {
        (0..self.own.len()).map(|i| self.work(i)).sum()
    }

    /// Places of the tiles that are printed, in the order of work.
    fn printed(&self) -> Vec<usize> {
        let all = self.whole_work() == 0;
        let rest = (0..self.own.len()).filter(|i| !self.order.contains(&(*i as u32 + 1)));
        let first = self.order.iter().map(|n| *n as usize - 1);
        first.chain(rest).filter(|i| all || self.work(*i) > 0).collect()
    }
}
