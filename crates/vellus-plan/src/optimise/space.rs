//! What may be chosen, as a row of steps each, and the strategy that a choice stands for.

use vellus_hair::treatment::Drug;
use vellus_head::Zone;

use crate::case::Refusal;
use crate::person::Person;
use crate::strategy::{Branch, Decision, Reading, Step, Strategy};
use crate::subject::{Subject, zone_name};

/// Drugs that may be begun together; women take the weaker minoxidil, as licensed.
const DRUGS: [&[Drug]; 5] = [
    &[],
    &[Drug::Finasteride],
    &[Drug::Minoxidil5],
    &[Drug::Minoxidil2],
    &[Drug::Finasteride, Drug::Minoxidil5],
];
/// Sessions of the first course of PRP.
const PRP_SESSIONS: [u32; 5] = [0, 3, 4, 5, 6];
/// Months between later sessions; 0 for none.
const UPKEEP_MONTHS: [f64; 4] = [0.0, 12.0, 6.0, 4.0];
/// Rise of what hair shows at month six below which PRP is not kept up, per cent; below zero: it is kept up
/// whatever is counted.
const ANSWER_PERCENT: [f64; 3] = [-100.0, 10.0, 23.0];
/// Grafts.
const GRAFTS: [u32; 4] = [0, 1000, 1500, 2000];
/// Month of the first SMP session; below zero for none.
const SMP_MONTH: [f64; 7] = [-1.0, 0.5, 3.0, 7.0, 10.0, 13.0, 18.0];
/// Density over what matches the fringe, per cent.
const DENSITY_PERCENT: [f64; 8] = [60.0, 70.0, 80.0, 90.0, 100.0, 110.0, 120.0, 130.0];
/// Strength of the pigment over the shade that was found, per cent.
const SHADE_PERCENT: [f64; 5] = [70.0, 85.0, 100.0, 115.0, 130.0];
/// Years between touch-ups; 0 for none.
const TOUCH_UP_YEARS: [f64; 6] = [0.0, 6.0, 5.0, 4.0, 3.0, 2.0];

/// A choice: the step of each row, and the zones that pigment is kept from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Choice {
    pub drugs: u8,
    pub sessions: u8,
    pub upkeep: u8,
    pub answer: u8,
    pub grafts: u8,
    pub smp: u8,
    pub density: u8,
    pub shade: u8,
    pub touch_up: u8,
    /// Bits of [`Space::zones`] that get no dots.
    pub spared: u16,
}

impl Choice {
    /// Nothing.
    pub(super) const NOTHING: Self = Self {
        drugs: 0,
        sessions: 0,
        upkeep: 0,
        answer: 0,
        grafts: 0,
        smp: 0,
        density: 4,
        shade: 2,
        touch_up: 3,
        spared: 0,
    };

    /// With what makes no difference set to one value, so that equal plans are one choice.
    fn tidy(mut self) -> Self {
        if self.sessions == 0 {
            (self.upkeep, self.answer) = (0, 0);
        }
        if self.upkeep == 0 {
            self.answer = 0;
        }
        if self.smp == 0 {
            let none = Self::NOTHING;
            (self.density, self.shade, self.touch_up, self.spared) =
                (none.density, none.shade, none.touch_up, none.spared);
        }
        self
    }
}

/// What may be chosen for one person.
pub(super) struct Space {
    pub zones: Vec<Zone>,
    drugs: Vec<u8>,
    prp: bool,
    grafts: bool,
    smp: bool,
}

impl Space {
    /// What the person does not refuse; what a contraindication forbids falls out when it is booked.
    pub(super) fn new(subject: &Subject) -> Self {
        let person = &subject.person;
        let thin = subject.thinning_or_top();
        let refused = |r: Refusal| person.refuses.contains(&r);
        let zones = crate::subject::ZONES
            .into_iter()
            .filter(|z| {
                let groups = subject.zone_groups(*z);
                groups.iter().any(|g| thin.contains(g))
                    && groups.iter().map(|g| subject.area_cm2[*g]).sum::<f64>() > 4.0
            })
            .collect();
        let drugs = (0..DRUGS.len() as u8).filter(|k| drugs_suit(DRUGS[usize::from(*k)], person)).collect();
        Self {
            zones,
            drugs,
            prp: !refused(Refusal::Prp),
            grafts: !refused(Refusal::Transplant),
            smp: !refused(Refusal::Smp),
        }
    }

    /// Every choice that differs from one in a single row: one step up or down, any other value of the rows
    /// that are no scale.
    pub(super) fn beside(&self, c: Choice) -> Vec<Choice> {
        let mut out = Vec::new();
        let mut add = |to: Choice| {
            let to = to.tidy();
            if to != c && !out.contains(&to) {
                out.push(to);
            }
        };
        for drugs in &self.drugs {
            add(Choice { drugs: *drugs, ..c });
        }
        let steps = |at: u8, n: usize| {
            [at.checked_sub(1), Some(at + 1).filter(|k| usize::from(*k) < n)].into_iter().flatten()
        };
        if self.prp {
            for sessions in steps(c.sessions, PRP_SESSIONS.len()) {
                add(Choice { sessions, ..c });
            }
            if c.sessions > 0 {
                add(Choice { sessions: 0, ..c });
                (0..UPKEEP_MONTHS.len() as u8).for_each(|upkeep| add(Choice { upkeep, ..c }));
                (0..ANSWER_PERCENT.len() as u8).for_each(|answer| add(Choice { answer, ..c }));
            }
        }
        if self.grafts {
            steps(c.grafts, GRAFTS.len()).for_each(|grafts| add(Choice { grafts, ..c }));
        }
        if self.smp {
            (0..SMP_MONTH.len() as u8).for_each(|smp| add(Choice { smp, ..c }));
            if c.smp > 0 {
                steps(c.density, DENSITY_PERCENT.len()).for_each(|density| add(Choice { density, ..c }));
                steps(c.shade, SHADE_PERCENT.len()).for_each(|shade| add(Choice { shade, ..c }));
                steps(c.touch_up, TOUCH_UP_YEARS.len()).for_each(|touch_up| add(Choice { touch_up, ..c }));
                for k in 0..self.zones.len() {
                    let spared = c.spared ^ (1 << k);
                    if spared.count_ones() < self.zones.len() as u32 {
                        add(Choice { spared, ..c });
                    }
                }
            }
        }
        out
    }

    /// Where the search begins: nothing, and each thing by itself and in the usual orders.
    pub(super) fn starts(&self) -> Vec<Choice> {
        let both = *self.drugs.last().unwrap_or(&0);
        let none = Choice::NOTHING;
        [
            none,
            Choice { smp: 1, ..none },
            Choice { sessions: 1, upkeep: 2, smp: 3, ..none },
            Choice { drugs: both, sessions: 1, upkeep: 2, smp: 5, ..none },
            Choice { drugs: both, smp: 5, ..none },
        ]
        .into_iter()
        .map(|c| Choice {
            sessions: if self.prp { c.sessions } else { 0 },
            smp: if self.smp { c.smp } else { 0 },
            ..c
        })
        .map(Choice::tidy)
        .collect()
    }

    /// The strategy that a choice stands for.
    pub(super) fn strategy(&self, c: Choice) -> Strategy {
        let drugs = DRUGS[usize::from(c.drugs)];
        let sessions = PRP_SESSIONS[usize::from(c.sessions)];
        let upkeep = UPKEEP_MONTHS[usize::from(c.upkeep)];
        let answer = ANSWER_PERCENT[usize::from(c.answer)];
        let grafts = GRAFTS[usize::from(c.grafts)];
        let month = SMP_MONTH[usize::from(c.smp)];
        let mut steps = Vec::new();
        if !drugs.is_empty() {
            steps.push(Step::Drugs { drugs: drugs.to_vec(), at_month: 0.0 });
        }
        if grafts > 0 {
            steps.push(Step::Transplant { at_month: 1.0, grafts });
        }
        if sessions > 0 {
            steps.push(Step::Prp { at_month: 0.0, sessions, every_days: 30.0 });
        }
        let mut pigment = Vec::new();
        if month >= 0.0 {
            let zones: Vec<Zone> = if c.spared == 0 {
                Vec::new()
            } else {
                (0..self.zones.len()).filter(|k| c.spared & (1 << k) == 0).map(|k| self.zones[k]).collect()
            };
            pigment.push(Step::Smp {
                at_month: month,
                sessions: 3,
                zones,
                density_percent: DENSITY_PERCENT[usize::from(c.density)],
                shade_percent: SHADE_PERCENT[usize::from(c.shade)],
            });
            let years = TOUCH_UP_YEARS[usize::from(c.touch_up)];
            if years > 0.0 {
                pigment.push(Step::SmpTouchUp { every_years: years });
            }
        }
        let mut branches = Vec::new();
        let keep = Step::PrpUpkeep { from_month: 12.0, every_months: upkeep.max(1.0), until_month: 60.0 };
        if sessions > 0 && upkeep > 0.0 && answer > 0.0 {
            // Pigment that comes before the decision stands before it; what comes after is of both branches.
            let before = (0.0..DECIDES_MONTH).contains(&month);
            let after = if before {
                steps.append(&mut pigment);
                Vec::new()
            } else {
                pigment
            };
            steps.push(Step::Decide(Decision {
                at_month: DECIDES_MONTH,
                read: Reading::HairDensity,
                zone: None,
                rise_percent: Some(answer),
                least: None,
                met: "kept_up".into(),
                otherwise: "ends".into(),
            }));
            let mut kept = vec![keep];
            kept.extend(after.iter().cloned());
            branches.push(Branch { id: "kept_up".into(), title: "PRP is kept up".into(), steps: kept });
            branches.push(Branch { id: "ends".into(), title: "PRP ends".into(), steps: after });
        } else {
            if sessions > 0 {
                steps.push(Step::Measure { at_month: DECIDES_MONTH });
                if upkeep > 0.0 {
                    steps.push(keep);
                }
            }
            steps.append(&mut pigment);
        }
        Strategy {
            id: ID.into(),
            title: "Fitted to you".into(),
            idea: self.idea(c),
            inference: usize::from(sessions > 0) + usize::from(month >= 0.0) + usize::from(!drugs.is_empty())
                > 1
                || grafts > 0 && month >= 0.0,
            must_be_true: Vec::new(),
            steps,
            branches,
        }
    }

    /// A choice in a sentence.
    fn idea(&self, c: Choice) -> String {
        let mut parts = Vec::new();
        let drugs = DRUGS[usize::from(c.drugs)];
        if !drugs.is_empty() {
            parts.push(drugs.iter().map(|d| d.title()).collect::<Vec<_>>().join(" and "));
        }
        if c.grafts > 0 {
            parts.push(format!("a transplant of {} grafts", GRAFTS[usize::from(c.grafts)]));
        }
        if c.sessions > 0 {
            let upkeep = UPKEEP_MONTHS[usize::from(c.upkeep)];
            let then = match (upkeep > 0.0, ANSWER_PERCENT[usize::from(c.answer)]) {
                (false, _) => String::new(),
                (true, rise) if rise > 0.0 => {
                    format!(", then one every {upkeep:.0} months if hair shows {rise:.0} % more at month six")
                }
                (true, _) => format!(", then one every {upkeep:.0} months"),
            };
            parts.push(format!("{} sessions of PRP{then}", PRP_SESSIONS[usize::from(c.sessions)]));
        }
        if c.smp > 0 {
            let spared: Vec<&str> = (0..self.zones.len())
                .filter(|k| c.spared & (1 << k) != 0)
                .map(|k| zone_name(self.zones[k]))
                .collect();
            let but =
                if spared.is_empty() { String::new() } else { format!(", not in {}", spared.join(", ")) };
            let years = TOUCH_UP_YEARS[usize::from(c.touch_up)];
            let touch =
                if years > 0.0 { format!(", touched up every {years:.0} years") } else { String::new() };
            parts.push(format!(
                "SMP from month {} at {:.0} % of the fringe's density and {:.0} % of the shade's strength{but}{touch}",
                SMP_MONTH[usize::from(c.smp)],
                DENSITY_PERCENT[usize::from(c.density)],
                SHADE_PERCENT[usize::from(c.shade)]
            ));
        }
        if parts.is_empty() {
            "Nothing: no change that was tried comes closer to the goals within the budget.".into()
        } else {
            format!("What comes nearest to your goals within your budget: {}.", parts.join("; "))
        }
    }
}

/// Name of the strategy that is found.
pub const ID: &str = "fitted";
/// Month of the count that decides.
const DECIDES_MONTH: f64 = 6.0;

fn drugs_suit(drugs: &[Drug], person: &Person) -> bool {
    let taken = |d: &Drug| {
        let kind = |d: Drug| (d.blocks_dht(), d.is_topical());
        person.ongoing.iter().filter_map(|o| o.treatment.drug()).any(|o| kind(o) == kind(*d))
    };
    drugs.iter().all(|d| {
        !taken(d)
            && (*d != Drug::Minoxidil2 || person.female())
            && (*d != Drug::Minoxidil5 || !person.female())
            && !person.refuses.contains(&Refusal::Drugs)
            && !(d.blocks_dht() && (person.refuses.contains(&Refusal::DhtBlockers) || person.female()))
    })
}
