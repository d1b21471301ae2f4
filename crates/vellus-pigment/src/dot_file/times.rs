//! Sessions and their days, as far as a file says.

use jiff::ToSpan;
use jiff::civil::Date;

use super::column::Col;
use super::csv_rows::quoted;
use super::error::DotFileError;
use super::rows::Rows;
use super::{UNDATED_DAYS, UNDATED_INTERVAL_DAYS};

/// Days before and after today that a session may lie: pigment is not older than the trade of laying
/// it on scalps (1980s), and no plan reaches further than twenty years.
const DAYS: [f64; 2] = [-60.0 * 365.25, 20.0 * 365.25];

/// Days from one date to another.
pub(super) fn days_between(from: Date, to: Date) -> f64 {
    from.until(to).map_or(0.0, |s| f64::from(s.get_days()))
}

/// The date of a day from today.
pub(super) fn date_of(today: Date, day: f64) -> Date {
    // Any date of the calendar lies within this many days of any other.
    today.saturating_add((day.round().clamp(-7e6, 7e6) as i64).days())
}

/// The session and the day of each row.
pub(super) struct Times {
    pub(super) session: Vec<u8>,
    pub(super) day: Vec<f32>,
}

impl Times {
    /// # Errors
    /// [`DotFileError::Value`] for a date that is none or lies far from today,
    /// [`DotFileError::Sessions`] for dates that contradict the numbers of the sessions.
    pub(super) fn of(rows: &mut Rows, today: Date) -> Result<Self, DotFileError> {
        let mut day = known_days(rows, today)?;
        let mut session: Vec<u8> =
            (0..rows.len).map(|i| rows.number(Col::Session, i).map_or(0, |s| s as u8)).collect();
        number_sessions(rows, &mut session, &day)?;
        date_sessions(rows, &session, &mut day);
        in_order(&session, &day, today)?;
        let future = day.iter().filter(|d| **d > 0.0).count();
        if future > 0 {
            let last = day.iter().copied().fold(0.0, f64::max);
            rows.findings.push(format!(
                "{future} of {} dots lie in the future (until {}): they are planned, not laid.",
                rows.len,
                date_of(today, last)
            ));
        }
        Ok(Self { session, day: day.into_iter().map(|d| d as f32).collect() })
    }
}

/// Days from today by row, NaN where there is none.
fn known_days(rows: &Rows, today: Date) -> Result<Vec<f64>, DotFileError> {
    let bad = |row: usize, value: String, fix: &str| DotFileError::Value {
        place: rows.place(row),
        column: "date",
        value,
        allowed: format!("{} to {}", date_of(today, DAYS[0]), date_of(today, DAYS[1])),
        fix: fix.into(),
    };
    let days = if let Some(days) = &rows.day {
        days.clone()
    } else if let Some(words) = rows.words.get(&Col::Date) {
        let parsed: Vec<Option<f64>> =
            words
                .table()
                .iter()
                .map(|w| {
                    if w.trim().is_empty() { Some(f64::NAN) } else { date(w).map(|d| days_between(today, d)) }
                })
                .collect();
        let mut days = Vec::with_capacity(rows.len);
        for (row, w) in words.of().iter().enumerate() {
            let w = *w as usize;
            let Some(day) = parsed[w] else {
                let fix = "Write year, month and day: 2026-06-05";
                return Err(bad(row, quoted(&words.table()[w]), fix));
            };
            days.push(day);
        }
        days
    } else {
        vec![f64::NAN; rows.len]
    };
    match days.iter().position(|d| !d.is_nan() && !(DAYS[0]..=DAYS[1]).contains(d)) {
        Some(row) => Err(bad(row, date_of(today, days[row]).to_string(), "Is the year mistyped?")),
        None => Ok(days),
    }
}

/// A date with or without a time of day.
fn date(text: &str) -> Option<Date> {
    text.trim().parse::<Date>().ok()
}

/// Numbers rows without a session: as another row of the same day, else by the order of days, else 1.
fn number_sessions(rows: &mut Rows, session: &mut [u8], day: &[f64]) -> Result<(), DotFileError> {
    let missing = session.iter().filter(|s| **s == 0).count();
    if missing == 0 {
        return Ok(());
    }
    let key = |d: f64| d.round() as i64;
    if missing == rows.len {
        let mut days: Vec<i64> = day.iter().filter(|d| !d.is_nan()).map(|d| key(*d)).collect();
        days.sort_unstable();
        days.dedup();
        if days.len() > 255 {
            return Err(DotFileError::Sessions(format!(
                "the dots have {} different dates and no session numbers; at most 255 sessions. Are the dates those of photographs?",
                days.len()
            )));
        }
        for (s, d) in session.iter_mut().zip(day) {
            *s = if d.is_nan() { 1 } else { days.binary_search(&key(*d)).map_or(1, |i| i as u8 + 1) };
        }
        rows.assumed.push(if days.len() > 1 {
            format!("Session of {missing} dots: numbered by their {} dates.", days.len())
        } else {
            format!("Session of {missing} dots: all laid in session 1.")
        });
        return Ok(());
    }
    let mut of_day: Vec<(i64, u8)> =
        session.iter().zip(day).filter(|(s, d)| **s > 0 && !d.is_nan()).map(|(s, d)| (key(*d), *s)).collect();
    of_day.sort_unstable();
    of_day.dedup_by_key(|x| x.0);
    for (s, d) in session.iter_mut().zip(day).filter(|(s, _)| **s == 0) {
        *s = of_day.binary_search_by_key(&key(*d), |x| x.0).map_or(1, |i| of_day[i].1);
    }
    rows.assumed
        .push(format!("Session of {missing} dots: that of other dots of their date, else session 1."));
    Ok(())
}

/// Dates rows without a day: as the rest of their session, else between its neighbours.
fn date_sessions(rows: &mut Rows, session: &[u8], day: &mut [f64]) {
    let missing = day.iter().filter(|d| d.is_nan()).count();
    if missing == 0 {
        return;
    }
    let mut of: [f64; 256] = [f64::NAN; 256];
    let mut used = [false; 256];
    for (s, d) in session.iter().zip(day.iter()) {
        used[usize::from(*s)] = true;
        let own = &mut of[usize::from(*s)];
        if own.is_nan() {
            *own = *d;
        }
    }
    let last = used.iter().rposition(|u| *u).unwrap_or(1);
    let known = of;
    for s in (1..=last).filter(|s| used[*s] && known[*s].is_nan()) {
        let before = known[..s].iter().rev().find(|d| !d.is_nan());
        let after = known[s..=last].iter().enumerate().find(|(_, d)| !d.is_nan());
        of[s] = match (before, after) {
            (_, Some((steps, d))) => {
                let wanted = d - UNDATED_INTERVAL_DAYS * steps as f64;
                before.map_or(wanted, |b| wanted.max(*b)).max(DAYS[0])
            }
            (Some(b), None) => *b,
            (None, None) => (-UNDATED_DAYS - UNDATED_INTERVAL_DAYS * (last - s) as f64).max(DAYS[0]),
        };
    }
    for (s, d) in session.iter().zip(day.iter_mut()).filter(|(_, d)| d.is_nan()) {
        *d = of[usize::from(*s)];
    }
    rows.assumed.push(if known.iter().all(|d| d.is_nan()) {
        format!(
            "Date of {missing} dots: {UNDATED_DAYS} days ago for the last session, {UNDATED_INTERVAL_DAYS} days between sessions."
        )
    } else {
        format!("Date of {missing} dots: that of their session or of the sessions beside it.")
    });
}

/// No session begins before the one before it has ended.
fn in_order(session: &[u8], day: &[f64], today: Date) -> Result<(), DotFileError> {
    let mut span = [[f64::INFINITY, f64::NEG_INFINITY]; 256];
    for (s, d) in session.iter().zip(day) {
        let [lo, hi] = &mut span[usize::from(*s)];
        *lo = lo.min(*d);
        *hi = hi.max(*d);
    }
    let mut before: Option<usize> = None;
    for s in (1..256).filter(|s| span[*s][0].is_finite()) {
        if let Some(b) = before.filter(|b| span[*b][1] > span[s][0]) {
            return Err(DotFileError::Sessions(format!(
                "column date: session {s} begins on {}, before session {b} ends ({}); sessions are numbered in the order of their dates. Correct the number or the date",
                date_of(today, span[s][0]),
                date_of(today, span[b][1])
            )));
        }
        before = Some(s);
    }
    Ok(())
}
