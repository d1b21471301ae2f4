//! The dots: placed session by session, kept for ever, so that the next session is planned into
//! the gaps that are really there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_head::points::{FillSpec, KeepAway, PlaceSpec, Spot, fill, integrate, place};
use vellus_head::{Chart, HeadError, Surface, Zone};
use vellus_units::random::{Key, Purpose};

use crate::cluster::clusters;
use crate::error::PigmentError;
use crate::free_skin::FreeSkin;
use crate::ink::Ink;
use crate::needle::Needle;
use crate::session::{check_targets, session_shares};
use crate::target::MOST_PER_CM2;

/// Distance that a dot keeps from the centre of a living follicular unit, mm: half a fresh dot,
/// half a unit of two hairs and a hair's breadth (assumption).
pub const FOLLICLE_CLEARANCE_MM: f64 = 0.28;
/// Distance between the centres of a new dot and an earlier one, mm: two healed dots side by side
/// with one between them (assumption); nearer ones merge as they spread.
pub const DOT_CLEARANCE_MM: f64 = 0.36;

/// Healed diameter of a dot, µm, median and log-spread. The trade says 90–150 µm; the one
/// dermoscopy paper (Nguyen 2022), which gives no number, sees dots *larger* than the follicles
/// beside them. The median lies just above the trade's range (assumption).
pub const HEALED_UM: (f64, f64) = (160.0, 0.15);
/// Fresh diameter relative to the healed one: up to 250 µm fresh.
pub const FRESH_FACTOR: f64 = 1.55;
/// Depth to which the needle is set, µm: reports run from 500 to 2,000; the target is the same.
pub const SET_DEPTH_UM: f64 = 1000.0;
/// Depth of the middle of the deposit, µm, median and log-spread: upper to mid papillary dermis,
/// below an epidermis of about 100 µm.
pub const DEPOSIT_DEPTH_UM: (f64, f64) = (220.0, 0.18);
/// Height of the pigment column, µm (assumption: it stands through the papillary dermis).
pub const COLUMN_HEIGHT_UM: f64 = 220.0;

/// Diameter of the needle that [`HEALED_UM`] is for, mm.
pub const NEEDLE_MM: f64 = 0.20;
/// Power with which the diameter grows with the depth of the deposit (assumption: depth is called by
/// far the most significant factor, more than the needle).
const WIDER_WITH_DEPTH: f64 = 0.5;
/// Highest number of a session: numbers are bytes.
const MOST_SESSION: usize = 250;
/// Smallest share of the dots wanted that a budget may ask for: less than the first session of a
/// course (30 %, Liu 2025) is not seen as work.
pub const LEAST_BUDGET: f64 = 0.30;
/// Depth behind the hairline where single dots are seen as such, mm: there the first needle is used
/// (assumption: single points for hairline detail).
pub const SINGLE_POINT_MM: f64 = 15.0;

/// Median diameter, µm, of healed dots whose deposit lies this deep, set with a needle of this diameter.
#[must_use]
pub fn healed_um(deposit_depth_um: f64, needle_mm: f64) -> f64 {
    let deeper = libm::pow((deposit_depth_um / DEPOSIT_DEPTH_UM.0).max(0.0), WIDER_WITH_DEPTH);
    HEALED_UM.0 * deeper * (needle_mm / NEEDLE_MM)
}

/// Pigment dots on a head; index = dot, in the order of sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dots {
    /// Position on the skin, mm, head space.
    pub position: Vec<[f32; 3]>,
    /// Outward unit normal.
    pub normal: Vec<[f32; 3]>,
    /// Position, chart space.
    pub chart: Vec<[f32; 2]>,
    /// Zone.
    pub zone: Vec<Zone>,
    /// Session, counted from 1 over the whole life of the work.
    pub session: Vec<u8>,
    /// Day of that session, counted from today.
    pub day: Vec<f32>,
    /// Which of [`Dots::needles`].
    pub needle: Vec<u8>,
    /// Which of [`Dots::inks`].
    pub ink: Vec<u8>,
    /// Depth to which the needle is set, µm.
    pub set_depth_um: Vec<f32>,
    /// Depth of the middle of the deposit, µm.
    pub deposit_depth_um: Vec<f32>,
    /// Diameter when fresh, µm.
    pub fresh_um: Vec<f32>,
    /// Diameter when healed, µm.
    pub healed_um: Vec<f32>,
    /// The needles, at most 256.
    pub needles: Vec<Needle>,
    /// What was in the cup, at most 256.
    pub inks: Vec<Ink>,
}

impl Dots {
    /// How many dots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.position.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.position.is_empty()
    }

    /// Number of the last session, 0 when there is none.
    #[must_use]
    pub fn last_session(&self) -> u8 {
        self.session.iter().copied().max().unwrap_or(0)
    }

    /// The dots that a question is true of, in their order, with the same tables.
    #[must_use]
    pub fn select(&self, keep: impl Fn(usize, &Self) -> bool) -> Self {
        let mut out = Self { needles: self.needles.clone(), inks: self.inks.clone(), ..Self::default() };
        for i in (0..self.len()).filter(|i| keep(*i, self)) {
            out.position.push(self.position[i]);
            out.normal.push(self.normal[i]);
            out.chart.push(self.chart[i]);
            out.zone.push(self.zone[i]);
            out.session.push(self.session[i]);
            out.day.push(self.day[i]);
            out.needle.push(self.needle[i]);
            out.ink.push(self.ink[i]);
            out.set_depth_um.push(self.set_depth_um[i]);
            out.deposit_depth_um.push(self.deposit_depth_um[i]);
            out.fresh_um.push(self.fresh_um[i]);
            out.healed_um.push(self.healed_um[i]);
        }
        out
    }

    /// What each session lays.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionSummary> {
        let mut out: Vec<SessionSummary> = Vec::new();
        for i in 0..self.len() {
            let n = usize::from(self.session[i]).max(1);
            while out.len() < n {
                out.push(SessionSummary {
                    session: out.len() as u8 + 1,
                    day: 0.0,
                    dots: 0,
                    by_zone: Vec::new(),
                });
            }
            let s = &mut out[n - 1];
            s.day = f64::from(self.day[i]);
            s.dots += 1;
            match s.by_zone.iter_mut().find(|(z, _)| *z == self.zone[i]) {
                Some((_, count)) => *count += 1,
                None => s.by_zone.push((self.zone[i], 1)),
            }
        }
        for s in &mut out {
            s.by_zone.sort();
        }
        out
    }
}

/// What one session lays.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionSummary {
    /// Number of the session, from 1.
    pub session: u8,
    /// Day, counted from today.
    pub day: f64,
    /// Dots.
    pub dots: usize,
    /// Dots by zone.
    pub by_zone: Vec<(Zone, usize)>,
}

/// What is asked of a course of sessions.
#[derive(Clone, Copy)]
pub struct DotRequest<'a> {
    /// The head's skin.
    pub surface: &'a Surface,
    /// Its chart.
    pub chart: &'a Chart,
    /// Dots per cm² wanted at the end of the course.
    pub density_per_cm2: &'a (dyn Fn(&Spot) -> f64 + Sync),
    /// The zone of a chart point; none off the scalp.
    pub zone_at: &'a (dyn Fn([f32; 2]) -> Option<Zone> + Sync),
    /// Living follicular units as forecast for that date, mm, head space.
    pub living: &'a [[f32; 3]],
    /// Depth behind the designed hairline at a chart point, mm, for the choice of needle.
    pub depth_behind_line_mm: &'a (dyn Fn([f32; 2]) -> f64 + Sync),
    /// Days of the sessions.
    pub days: &'a [f64],
    /// Share of the whole that has been laid after each session, rising to 1; as many as days.
    pub targets: &'a [f64],
    /// Where a smaller first session is wanted, since what the hair will do is uncertain; half of the
    /// first session is laid with the second there.
    pub uncertain: Option<&'a (dyn Fn([f32; 2]) -> bool + Sync)>,
    /// Dots in all; none takes the integral of the density.
    pub count: Option<usize>,
    /// Pattern of the dots.
    pub pattern: Pattern,
    /// The needle of the first [`SINGLE_POINT_MM`] behind the line, and that of the rest if another.
    pub needles: &'a [Needle],
    /// What is in the cup, for each session.
    pub inks: &'a [Ink],
    /// Key of the person's random streams.
    pub key: Key,
}

/// How dots lie beside each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Each dot by itself, even and without order.
    #[default]
    Even,
    /// Groups of three with larger gaps between them, as tightly curled hair grows.
    Clustered,
}

/// Dots wanted in all, the integral of the density over the skin, and the greatest density per cm².
#[must_use]
pub fn count_dots(request: &DotRequest<'_>) -> (f64, f64) {
    integrate(request.surface, request.chart, request.density_per_cm2)
}

/// Plans a course of sessions after the dots that are there already.
///
/// Every session by itself and every union of sessions is evenly spread; new dots keep
/// [`FOLLICLE_CLEARANCE_MM`] from living units and [`DOT_CLEARANCE_MM`] from earlier dots.
///
/// # Errors
/// [`PigmentError::TooDense`], [`PigmentError::TooFew`], [`PigmentError::NothingToDo`],
/// [`PigmentError::Sessions`], [`PigmentError::Place`].
pub fn plan_dots(request: &DotRequest<'_>, earlier: &Dots) -> Result<Dots, PigmentError> {
    check_targets(request.targets, request.days)?;
    if usize::from(earlier.last_session()) + request.days.len() > MOST_SESSION {
        return Err(PigmentError::Sessions(format!(
            "the record has session {}; sessions are numbered up to {MOST_SESSION}. Number them from 1 in the record",
            earlier.last_session()
        )));
    }
    let (wanted, densest) = count_dots(request);
    let natural = wanted.round() as usize;
    if natural == 0 || request.days.is_empty() {
        return Err(PigmentError::NothingToDo);
    }
    let count = request.count.unwrap_or(natural);
    let scale = count as f64 / wanted;
    if densest * scale > MOST_PER_CM2 {
        return Err(PigmentError::TooDense {
            asked: densest * scale,
            most: MOST_PER_CM2,
            dots: (wanted * MOST_PER_CM2 / densest) as usize,
        });
    }
    if scale < LEAST_BUDGET {
        return Err(PigmentError::TooFew {
            asked: count,
            least: (LEAST_BUDGET * wanted).ceil() as usize,
            wanted: natural,
        });
    }
    let keep_away: Vec<KeepAway> = request
        .living
        .iter()
        .map(|p| KeepAway { position: *p, clearance: FOLLICLE_CLEARANCE_MM as f32, repels: false })
        .chain(earlier.position.iter().map(|p| KeepAway {
            position: *p,
            clearance: DOT_CLEARANCE_MM as f32,
            repels: true,
        }))
        .collect();
    let free = FreeSkin::new(&keep_away);
    let between = |spot: &Spot| {
        let d = (request.density_per_cm2)(spot);
        if d > 0.0 { free.asked(&spot.position_in_head.as_vec3().to_array(), d * scale) } else { d }
    };
    let mut shares = session_shares(request.targets);
    // Where hair is uncertain half of the first session waits for the second: two classes, each even
    // by itself and with every other.
    let split = request.uncertain.is_some() && shares.len() > 1;
    if split {
        shares.insert(0, 0.5 * shares[0]);
        shares[1] *= 0.5;
    }
    let mut spec = PlaceSpec::new(count, request.key, Purpose::DotPlacement);
    spec.stream = u32::from(earlier.last_session());
    spec.chart = Some(request.chart);
    spec.density = Some(&between);
    spec.keep_away = &keep_away;
    spec.class_shares = &shares;
    spec.progressive = false;
    let placed = match request.pattern {
        Pattern::Even => place(request.surface, &spec),
        Pattern::Clustered => clusters(request.surface, &spec),
    };
    let points = match placed {
        Ok(points) => points,
        Err(e @ HeadError::Placing(_)) => {
            // How many would fit: as many as keep the clearance from each other and from all else.
            let fit = FillSpec {
                chart: Some(request.chart),
                within: Some(request.density_per_cm2),
                keep_away: &keep_away,
                ..FillSpec::new(DOT_CLEARANCE_MM, request.key, Purpose::DotPlacement)
            };
            let most = fill(request.surface, &fit).map_or(0, |p| p.len());
            return Err(if most < count {
                PigmentError::NoRoom { asked: count, densest: densest * scale, most }
            } else {
                PigmentError::Place(e)
            });
        }
        Err(e) => return Err(PigmentError::Place(e)),
    };

    let session_of = |i: usize| -> u8 {
        let class = points.class.get(i).copied().unwrap_or(0);
        match request.uncertain {
            Some(uncertain) if split => match class {
                0 => 0,
                1 => u8::from(uncertain(points.in_chart[i])),
                c => c - 1,
            },
            _ => class,
        }
    };
    let session: Vec<u8> = (0..points.len()).map(session_of).collect();
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by_key(|i| session[*i]);
    let first = earlier.last_session() + 1;
    let inks = if request.inks.is_empty() { vec![Ink::default()] } else { request.inks.to_vec() };
    let mut dots = Dots { needles: request.needles.to_vec(), inks, ..Dots::default() };
    let many = request.needles.len() > 1;
    for i in order {
        let chart = points.in_chart[i];
        let number = (earlier.len() + dots.len()) as u64;
        let mut s = request.key.stream(Purpose::DotTraits, number);
        let needle = u8::from(many && (request.depth_behind_line_mm)(chart) >= SINGLE_POINT_MM);
        let width = request.needles.get(usize::from(needle)).map_or(NEEDLE_MM, |n| n.diameter_mm);
        let depth = s.lognormal(DEPOSIT_DEPTH_UM.0, DEPOSIT_DEPTH_UM.1);
        // Depth widens a dot more than the needle does.
        let deeper = libm::pow(depth / DEPOSIT_DEPTH_UM.0, WIDER_WITH_DEPTH);
        let healed = s.lognormal(HEALED_UM.0, HEALED_UM.1) * deeper * (width / NEEDLE_MM);
        dots.position.push(points.position[i]);
        dots.normal.push(points.normal[i]);
        dots.chart.push(chart);
        dots.zone.push((request.zone_at)(chart).unwrap_or(Zone::FrontalHairline));
        dots.session.push(first + session[i]);
        dots.day.push(request.days[usize::from(session[i]).min(request.days.len() - 1)] as f32);
        dots.needle.push(needle);
        dots.ink.push(session[i].min((dots.inks.len() - 1) as u8));
        dots.set_depth_um.push(SET_DEPTH_UM as f32);
        dots.deposit_depth_um.push(depth as f32);
        dots.healed_um.push(healed as f32);
        dots.fresh_um.push((healed * FRESH_FACTOR) as f32);
    }
    Ok(dots)
}

/// Appends later dots to earlier ones.
pub fn append(dots: &mut Dots, mut later: Dots) {
    let needles = merge(&mut dots.needles, later.needles);
    let inks = merge(&mut dots.inks, later.inks);
    let to = |table: &[u8], i: u8| table.get(usize::from(i)).copied().unwrap_or(0);
    dots.needle.extend(later.needle.iter().map(|i| to(&needles, *i)));
    dots.ink.extend(later.ink.iter().map(|i| to(&inks, *i)));
    dots.position.append(&mut later.position);
    dots.normal.append(&mut later.normal);
    dots.chart.append(&mut later.chart);
    dots.zone.append(&mut later.zone);
    dots.session.append(&mut later.session);
    dots.day.append(&mut later.day);
    dots.set_depth_um.append(&mut later.set_depth_um);
    dots.deposit_depth_um.append(&mut later.deposit_depth_um);
    dots.fresh_um.append(&mut later.fresh_um);
    dots.healed_um.append(&mut later.healed_um);
}

/// Adds what is not in a table yet; where each addition is found. A full table keeps its last entry.
fn merge<T: PartialEq>(table: &mut Vec<T>, more: Vec<T>) -> Vec<u8> {
    more.into_iter()
        .map(|item| {
            let at = table.iter().position(|t| *t == item).unwrap_or_else(|| {
                if table.len() < 256 {
                    table.push(item);
                }
                table.len() - 1
            });
            at as u8
        })
        .collect()
}
