//! What a strategy file may say: ranges, and rules that never fire or fight each other.

use std::collections::BTreeSet;

use super::decision::Decision;
use super::path::Path;
use super::step::Step;
use super::{DEEPEST, Strategy};
use crate::error::PlanError;

/// Months that a step may name.
const MONTHS: std::ops::RangeInclusive<f64> = 0.0..=120.0;
/// Rises that a decision may ask for, per cent.
const RISES: std::ops::RangeInclusive<f64> = -90.0..=300.0;

fn names_files(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Strategy {
    fn wrong<T>(&self, message: impl Into<String>) -> Result<T, PlanError> {
        Err(PlanError::Strategy { id: self.id.clone(), message: message.into() })
    }

    fn month(&self, name: &str, m: f64) -> Result<(), PlanError> {
        if MONTHS.contains(&m) {
            Ok(())
        } else {
            self.wrong(format!("{name} = {m}; allowed: 0 to 120 months"))
        }
    }

    pub(super) fn check(&self) -> Result<(), PlanError> {
        if !names_files(&self.id) || self.id.len() > 40 {
            return self.wrong(
                "id may hold small letters, digits and _ only, at most 40 of them, since files are named after it",
            );
        }
        let mut names = BTreeSet::new();
        for b in &self.branches {
            if !names_files(&b.id) || !names.insert(&b.id) {
                return self.wrong(format!(
                    "branch id {:?}: small letters, digits and _ only, and each name once",
                    b.id
                ));
            }
        }
        for step in self.all_steps() {
            self.check_step(step)?;
        }
        for steps in std::iter::once(&self.steps).chain(self.branches.iter().map(|b| &b.steps)) {
            if let Some(k) = steps.iter().position(|s| matches!(s, Step::Decide(_)))
                && k + 1 < steps.len()
            {
                return self.wrong(
                    "a step `decide` comes last: what follows it belongs into the branches that it names",
                );
            }
        }
        self.check_tree(&self.steps, &mut Vec::new())?;
        let reached: BTreeSet<&str> = self
            .all_steps()
            .filter_map(|s| {
                if let Step::Decide(d) = s { Some([d.met.as_str(), d.otherwise.as_str()]) } else { None }
            })
            .flatten()
            .collect();
        if let Some(b) = self.branches.iter().find(|b| !reached.contains(b.id.as_str())) {
            return self.wrong(format!(
                "the branch {:?} is never taken: no step `decide` names it in met or otherwise",
                b.id
            ));
        }
        for path in self.paths() {
            self.check_path(&path)?;
        }
        Ok(())
    }

    fn check_step(&self, step: &Step) -> Result<(), PlanError> {
        if let Some(m) = step.begins() {
            self.month(if matches!(step, Step::PrpUpkeep { .. }) { "from_month" } else { "at_month" }, m)?;
        }
        match step {
            Step::Prp { sessions, every_days, .. } => {
                if !(1..=12).contains(sessions) || !(14.0..=120.0).contains(every_days) {
                    return self.wrong(format!(
                        "a PRP course has 1 to 12 sessions, 14 to 120 days apart, not {sessions} every {every_days} days"
                    ));
                }
            }
            Step::PrpUpkeep { from_month, every_months, until_month } => {
                self.month("until_month", *until_month)?;
                if !(1.0..=36.0).contains(every_months) || until_month < from_month {
                    return self.wrong(format!(
                        "PRP upkeep every {every_months} months from {from_month} to {until_month} is not possible: 1 to 36 months apart, from before until"
                    ));
                }
            }
            Step::Drugs { drugs, .. } => {
                if drugs.is_empty() {
                    return self.wrong("a step `drugs` names at least one drug");
                }
            }
            Step::Stop { prp, drugs, .. } => {
                if !prp && drugs.is_empty() {
                    return self.wrong("a step `stop` ends something: prp = true, or drugs = [...]");
                }
            }
            Step::Smp { sessions, density_percent, shade_percent, .. } => {
                if !(1..=5).contains(sessions) {
                    return self.wrong(format!("SMP takes 1 to 5 sessions, not {sessions}"));
                }
                if !(30.0..=130.0).contains(density_percent) {
                    return self.wrong(format!(
                        "density_percent = {density_percent}; allowed: 30 to 130 % of what matches the fringe"
                    ));
                }
                if !(50.0..=150.0).contains(shade_percent) {
                    return self.wrong(format!(
                        "shade_percent = {shade_percent}; allowed: 50 to 150 % of the strength that was found for the person"
                    ));
                }
            }
            Step::SmpTouchUp { every_years } => {
                if !(1.0..=10.0).contains(every_years) {
                    return self.wrong(format!("touch-ups come every 1 to 10 years, not {every_years}"));
                }
            }
            Step::Transplant { grafts, .. } => {
                if !(100..=5000).contains(grafts) {
                    return self
                        .wrong(format!("a transplant moves 100 to 5000 grafts in one go, not {grafts}"));
                }
            }
            Step::Measure { .. } => {}
            Step::Decide(d) => self.check_decision(d)?,
        }
        Ok(())
    }

    fn check_decision(&self, d: &Decision) -> Result<(), PlanError> {
        let at = d.at_month;
        match (d.rise_percent, d.least) {
            (Some(rise), None) if RISES.contains(&rise) => {}
            (Some(rise), None) => {
                return self.wrong(format!(
                    "the decision at month {at}: rise_percent = {rise} never fires; allowed: {} to {} %",
                    RISES.start(),
                    RISES.end()
                ));
            }
            (None, Some(least)) => {
                let (lo, hi) = d.read.levels();
                if !(lo..=hi).contains(&least) {
                    return self.wrong(format!(
                        "the decision at month {at}: least = {least} is always or never so; allowed: {lo} to {hi}{}",
                        d.read.unit()
                    ));
                }
            }
            _ => {
                return self
                    .wrong(format!("the decision at month {at} needs rise_percent or least, and not both"));
            }
        }
        for (key, name) in [("met", &d.met), ("otherwise", &d.otherwise)] {
            if self.branch(name).is_none() {
                let known: Vec<&str> = self.branches.iter().map(|b| b.id.as_str()).collect();
                return self.wrong(format!(
                    "the decision at month {at}: {key} = {name:?} is no [[branch]] of the file; there are: {}",
                    if known.is_empty() { "none".into() } else { known.join(", ") }
                ));
            }
        }
        let steps = |name: &str| self.branch(name).map(|b| &b.steps);
        if d.met == d.otherwise || steps(&d.met) == steps(&d.otherwise) {
            return self.wrong(format!(
                "the decision at month {at} decides nothing: the same is done whether it is met or not"
            ));
        }
        Ok(())
    }

    /// No branch leads back to itself, none lies deeper than [`DEEPEST`], and its steps come after the
    /// decision.
    fn check_tree<'a>(&'a self, steps: &'a [Step], above: &mut Vec<&'a Decision>) -> Result<(), PlanError> {
        let Some(Step::Decide(d)) = steps.last() else { return Ok(()) };
        if above.len() >= DEEPEST {
            return self.wrong(format!(
                "more than {DEEPEST} decisions in a row, or a branch that leads back to itself"
            ));
        }
        if let Some(last) = above.last()
            && d.at_month < last.at_month
        {
            return self.wrong(format!(
                "the decision at month {} comes after that of month {}: months count from the start",
                d.at_month, last.at_month
            ));
        }
        above.push(d);
        for name in [&d.met, &d.otherwise] {
            let Some(branch) = self.branch(name) else { continue };
            for step in &branch.steps {
                if let Some(m) = step.begins()
                    && m < d.at_month
                {
                    return self.wrong(format!(
                        "branch {name:?} begins something at month {m}, before it is decided at month {}: months count from the start",
                        d.at_month
                    ));
                }
            }
            self.check_tree(&branch.steps, above)?;
        }
        above.pop();
        Ok(())
    }

    /// What can only be seen along one way through the tree.
    fn check_path(&self, path: &Path) -> Result<(), PlanError> {
        let way = if path.branch.is_empty() { String::new() } else { format!("branch {:?}: ", path.branch) };
        if path.steps.iter().filter(|s| matches!(s, Step::Smp { .. })).count() > 1 {
            return self
                .wrong(format!("{way}one step `smp` with its sessions, please; later work is a touch-up"));
        }
        if path.steps.iter().filter(|s| matches!(s, Step::Transplant { .. })).count() > 1 {
            return self.wrong(format!("{way}one step `transplant`, please"));
        }
        if path.steps.iter().any(|s| matches!(s, Step::SmpTouchUp { .. })) && !path.uses_smp() {
            return self.wrong(format!("{way}a touch-up needs a step `smp` before it"));
        }
        for step in &path.steps {
            let Step::Stop { at_month, prp, drugs } = step else { continue };
            for other in &path.steps {
                match other {
                    Step::Prp { at_month: m, .. } | Step::PrpUpkeep { from_month: m, .. }
                        if *prp && m >= at_month =>
                    {
                        return self.wrong(format!(
                            "{way}two rules fight: PRP ends at month {at_month} and is given from month {m}; leave one of them out"
                        ));
                    }
                    Step::Drugs { drugs: begun, at_month: m } if m >= at_month => {
                        if let Some(both) = begun.iter().find(|d| drugs.contains(d)) {
                            return self.wrong(format!(
                                "{way}two rules fight: {} ends at month {at_month} and begins at month {m}; leave one of them out",
                                both.title()
                            ));
                        }
                    }
                    _ => {}
                }
            }
            let begun = |d| {
                path.steps.iter().any(
                    |s| matches!(s, Step::Drugs { drugs, at_month: m } if m < at_month && drugs.contains(d)),
                )
            };
            if let Some(d) = drugs.iter().find(|d| !begun(d)) {
                return self.wrong(format!(
                    "{way}{} ends at month {at_month} without having been begun by this strategy",
                    d.title()
                ));
            }
            let given = path.steps.iter().any(|s| {
                matches!(s, Step::Prp { at_month: m, .. } | Step::PrpUpkeep { from_month: m, .. } if m < at_month)
            });
            if *prp && !given {
                return self.wrong(format!("{way}PRP ends at month {at_month} without having been begun"));
            }
        }
        for (k, step) in path.steps.iter().enumerate() {
            let Step::Drugs { drugs, .. } = step else { continue };
            for other in &path.steps[..k] {
                if let Step::Drugs { drugs: earlier, .. } = other
                    && let Some(d) = drugs.iter().find(|d| earlier.contains(d))
                {
                    return self.wrong(format!("{way}{} is begun twice", d.title()));
                }
            }
        }
        for (k, later) in path.taken.iter().enumerate() {
            for earlier in &path.taken[..k] {
                if let Some(always) = implied(&earlier.decision, earlier.met, &later.decision)
                    && always != later.met
                {
                    let dead = if later.met { &later.decision.met } else { &later.decision.otherwise };
                    return self.wrong(format!(
                        "the branch {dead:?} never fires: whether {} is settled by the decision before it",
                        later.decision.question()
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether the answer to one decision settles another of the same reading, and how.
fn implied(first: &Decision, met: bool, second: &Decision) -> Option<bool> {
    let same = first.read == second.read
        && first.zone == second.zone
        && (first.at_month - second.at_month).abs() < 1e-9
        && first.rise_percent.is_some() == second.rise_percent.is_some();
    let level = |d: &Decision| d.rise_percent.or(d.least);
    let (a, b) = (level(first)?, level(second)?);
    match (same, met) {
        (true, true) if b <= a => Some(true),
        (true, false) if b >= a => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    const HEAD: &str = "id='x'\ntitle='t'\nidea='i'\n";

    fn said(text: &str) -> String {
        parse(&format!("{HEAD}{text}")).unwrap_err().to_string()
    }

    fn tree(decide: &str, met: &str, otherwise: &str) -> String {
        format!(
            "[[step]]\ndo='prp'\nat_month=0\nsessions=3\nevery_days=30\n[[step]]\ndo='decide'\nat_month=6\nread='visible_density'\n{decide}\nmet='yes'\notherwise='no'\n[[branch]]\nid='yes'\ntitle='a'\n{met}\n[[branch]]\nid='no'\ntitle='b'\n{otherwise}\n"
        )
    }

    const SMP: &str = "[[branch.step]]\ndo='smp'\nat_month=7\nsessions=3";
    const UPKEEP: &str = "[[branch.step]]\ndo='prp_upkeep'\nfrom_month=9\nevery_months=6\nuntil_month=36";

    #[test]
    fn a_tree_is_read_and_has_a_path_for_each_answer() {
        let s = parse(&format!("{HEAD}{}", tree("zone='vertex'\nrise_percent=23", UPKEEP, SMP))).unwrap();
        let paths = s.paths();
        assert_eq!(paths.len(), 2);
        assert_eq!((paths[0].branch.as_str(), paths[0].taken[0].met), ("no", false));
        assert!(paths[0].uses_smp() && !paths[1].uses_smp());
        assert_eq!(
            paths[1].taken[0].decision.question(),
            "visible density in vertex rose by at least 23 % by month 6"
        );
        assert!(
            paths[1].taken[0].decision.is_met(100.0, 123.5)
                && !paths[1].taken[0].decision.is_met(100.0, 122.0)
        );
        // What is written is read again.
        let text = toml::to_string(&s).unwrap();
        assert_eq!(parse(&text).unwrap(), s);
    }

    #[test]
    fn rules_that_never_fire_are_refused() {
        assert!(said(&tree("rise_percent=500", UPKEEP, SMP)).contains("never fires"));
        assert!(said(&tree("least=300", UPKEEP, SMP)).contains("always or never"));
        assert!(said(&tree("rise_percent=23", SMP, SMP)).contains("decides nothing"));
        assert!(said(&tree("", UPKEEP, SMP)).contains("needs rise_percent or least"));
        let nested = "[[branch.step]]\ndo='decide'\nat_month=6\nread='visible_density'\nrise_percent=10\nmet='no'\notherwise='third'\n[[branch]]\nid='third'\ntitle='c'\n[[branch.step]]\ndo='measure'\nat_month=9";
        let e = said(&tree("rise_percent=23", nested, SMP));
        assert!(e.contains("\"third\" never fires"), "{e}");
        let idle = format!("{}[[branch]]\nid='idle'\ntitle='c'\n", tree("rise_percent=23", UPKEEP, SMP));
        assert!(said(&idle).contains("\"idle\" is never taken"));
    }

    #[test]
    fn rules_that_fight_are_refused() {
        let stop = format!("[[branch.step]]\ndo='stop'\nat_month=6\nprp=true\n{UPKEEP}");
        assert!(said(&tree("rise_percent=23", UPKEEP, &stop)).contains("two rules fight"));
        let early = "[[branch.step]]\ndo='smp'\nat_month=3\nsessions=3";
        assert!(said(&tree("rise_percent=23", UPKEEP, early)).contains("before it is decided"));
        let touch = "[[branch.step]]\ndo='smp_touch_up'\nevery_years=4";
        assert!(said(&tree("rise_percent=23", touch, SMP)).contains("needs a step `smp`"));
        let back = "[[branch.step]]\ndo='decide'\nat_month=9\nread='calibre_um'\nleast=60\nmet='yes'\notherwise='no'";
        assert!(said(&tree("rise_percent=23", back, SMP)).contains("leads back to itself"));
        let drug = "[[step]]\ndo='stop'\nat_month=6\ndrugs=['finasteride']\n";
        assert!(said(drug).contains("without having been begun"));
    }
}
