//! A verdict in words: the page's panel and the command line say the same.

use std::fmt;

use super::{
    Consequences, Fix, FixAction, Outcome, PreemptibleBy, QuotaChange, Verdict, VerdictKind,
};
use crate::{
    MemoryBytes, Reason, ScopeRef, Timestamp,
    duration::minute,
    quantity::decimals,
    reason::{Amount, Constraint},
    workload::Placement,
};

/// What stands above the changes that help.
pub const FIXES_TITLE: &str = "What starts it sooner, each tried on the cluster as it is now";
/// The same, for a workload that is there: what is changed is changed in a copy.
pub const WAYS_OUT_TITLE: &str =
    "What would help a copy of it, each tried on the cluster as it is now";
/// Whom it would interrupt.
pub const PREEMPTS: &str = "It preempts";
/// Who may interrupt it.
pub const PREEMPTED_BY: &str = "Preempted by";

impl VerdictKind {
    /// The answer in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::StartsNow => "Starts now",
            Self::Waits => "Waits",
            Self::Never => "Can never run here",
            Self::Refused => "Not complete yet",
            Self::LeftTo => "Another scheduler decides",
        }
    }
}

impl Verdict {
    /// Where, or why not, and when.
    pub fn sentence(&self) -> String {
        let when = self.estimate.map(|estimate| estimate.sentence());
        let sentences = [Some(self.outcome.sentence()), when].into_iter().flatten();
        sentences.collect::<Vec<_>>().join(" ")
    }
}

impl Outcome {
    /// Where, or why not.
    pub fn sentence(&self) -> String {
        match self {
            Self::StartsNow { placement } => format!("On {}.", place(placement)),
            Self::LeftTo { scheduler, reason } => {
                let sees = match reason {
                    Some(reason) => reason.to_string(),
                    None => "A node has room.".to_owned(),
                };
                format!(
                    "{scheduler} chooses its node by its own queues and quotas; Berth cannot know when. As Berth sees \
                     the nodes: {sees}"
                )
            }
            Self::Waits { reason, .. } | Self::Never { reason, .. } => reason.to_string(),
            Self::Refused { violations } => match violations.as_slice() {
                [one] => format!("{}.", one.message.trim_end_matches('.')),
                many => format!("{} things to fix first.", many.len()),
            },
        }
    }

    /// The other reasons, and how many are ahead where the main one does not say so.
    pub fn also(&self) -> Vec<String> {
        let (reason, others, ahead) = match self {
            Self::Waits { reason, others, ahead, .. } => (reason, others, *ahead),
            Self::Never { reason, others, .. } => (reason, others, 0),
            Self::Refused { .. } | Self::StartsNow { .. } | Self::LeftTo { .. } => return vec![],
        };
        let is_said = matches!(reason, Reason::Busy { .. });
        let ahead = (!is_said).then(|| ahead_words(ahead)).flatten();
        ahead.into_iter().chain(others.iter().map(ToString::to_string)).collect()
    }

    /// What would help.
    pub fn fixes(&self) -> &[Fix] {
        match self {
            Self::Waits { fixes, .. } | Self::Never { fixes, .. } => fixes,
            Self::Refused { .. } | Self::StartsNow { .. } | Self::LeftTo { .. } => &[],
        }
    }
}

impl Consequences {
    /// The names of those who are interrupted.
    pub fn preempts_words(&self) -> String {
        match self.preempts.is_empty() {
            true => "Nobody".to_owned(),
            false => self.preempts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// Who may interrupt it, and from when on where that is not at once.
    pub fn preempted_by_words(&self) -> String {
        let whom = self.preemptible_by.words();
        match self.preemptible_from {
            Some(from) => format!("{whom}, from {} on", minute(from)),
            None => whom.to_owned(),
        }
    }

    /// What stands above the quotas.
    pub fn quota_title(pool: &str) -> String {
        format!("Quota in {pool}, before and after")
    }
}

impl PreemptibleBy {
    fn words(self) -> &'static str {
        match self {
            Self::Nobody => "Nobody: it is non-preemptible and inside the quota",
            Self::OwnersOfTheQuota => "Whoever the GPUs are promised to, and higher priorities",
        }
    }
}

/// The labels of fixes: verb and object.
impl Fix {
    /// `Ask for 2 GPUs`, of whatever there is less of.
    pub fn less(amount: impl fmt::Display) -> String {
        format!("Ask for {amount}")
    }

    /// `Ask for 30 % of one GPU`.
    pub fn part(percent: i64) -> String {
        format!("Ask for {percent} % of one GPU")
    }

    /// `Ask for 20 GB of GPU memory`, each where there are several devices.
    pub fn device_memory(amount: MemoryBytes, devices: u32) -> String {
        let each = if devices > 1 { " on each GPU" } else { "" };
        format!("Ask for {amount} of GPU memory{each}")
    }

    pub fn pool_first(pool: &str) -> String {
        format!("Use node pool {pool} first")
    }

    pub fn preemptible() -> String {
        "Make it preemptible".to_owned()
    }

    /// What that costs; from when on, where a runtime is guaranteed.
    pub fn preemptible_warning(from: Option<Timestamp>) -> String {
        let whom = PreemptibleBy::OwnersOfTheQuota.words();
        match from {
            Some(from) => format!("{whom} may then interrupt it, from {} on", minute(from)),
            None => format!("{whom} may then interrupt it at any time"),
        }
    }

    /// The constraint is one that a submission can be without.
    pub fn without(constraint: &Constraint) -> String {
        match constraint {
            Constraint::NodeType { wanted } => format!("Leave out node type {wanted}"),
            Constraint::Affinity => "Leave out the node affinity".to_owned(),
            Constraint::PodAffinity { .. } => "Leave out the affinity to other pods".to_owned(),
            Constraint::Toleration { taint } => format!("Tolerate the taint {taint}"),
            Constraint::ExtendedResource { name, .. } | Constraint::ExtendedFree { name, .. } => {
                format!("Leave out {name}")
            }
        }
    }

    pub fn stop(name: &str) -> String {
        format!("Stop {name}, which is yours")
    }

    /// Names of those who can stand in the sentence, not here.
    pub fn ask(scope: &ScopeRef, pool: &str, to: Amount, is_limit: bool) -> String {
        let what = if is_limit { "limit" } else { "quota" };
        format!("Have the {what} of {scope} in {pool} raised to {to}")
    }

    /// Who can be asked.
    pub fn ask_whom(who: &[String]) -> Option<String> {
        (!who.is_empty()).then(|| format!("Ask {}", who.join(" or ")))
    }

    pub fn memory(amount: MemoryBytes) -> String {
        format!("Ask for {amount} of memory")
    }

    pub fn retry() -> String {
        "Submit it once more".to_owned()
    }

    /// For a terminal: a title, and each with what it costs; nothing where there are none.
    pub fn listed(title: &str, fixes: &[Fix]) -> String {
        if fixes.is_empty() {
            return String::new();
        }
        let lines = fixes.iter().map(|fix| {
            let more: String = fix.more().iter().map(|more| format!("    {more}.\n")).collect();
            format!("  {fix}\n{more}")
        });
        format!("{title}:\n{}", lines.collect::<String>())
    }

    /// What it costs, and whom to ask.
    pub fn more(&self) -> Vec<String> {
        let whom = match &self.action {
            Some(FixAction::Ask { who, .. }) => Self::ask_whom(who),
            Some(FixAction::Stop { .. } | FixAction::Retry) | None => None,
        };
        self.warning.clone().into_iter().chain(whom).collect()
    }

    /// `Starts now on gpu-03`.
    pub fn then_words(then: VerdictKind, node: Option<&str>) -> String {
        match node {
            Some(node) => format!("{} on {node}", then.word()),
            None => then.word().to_owned(),
        }
    }
}

/// How many are tried before; nothing where nobody is.
pub fn ahead_words(ahead: u32) -> Option<String> {
    match ahead {
        0 => None,
        1 => Some("1 workload is ahead.".to_owned()),
        n => Some(format!("{n} workloads are ahead.")),
    }
}

/// `gpu-03, GPU 5 (50 %), in node pool a100`.
fn place(placement: &Placement) -> String {
    let gpus = placement.gpus.iter().map(|gpu| match gpu.portion.as_f64() {
        whole if whole >= 1.0 => gpu.index.to_string(),
        part => format!("{} ({} %)", gpu.index, decimals(part * 100.0)),
    });
    let gpus: Vec<_> = gpus.collect();
    let devices = match gpus.len() {
        0 => String::new(),
        1 => format!("GPU {}, ", gpus[0]),
        _ => format!("GPUs {}, ", gpus.join(", ")),
    };
    format!("{}, {devices}in node pool {}", placement.node, placement.pool)
}

/// `project vision: 2 → 3 of 4 GPUs`.
impl fmt::Display for QuotaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = [self.before, self.after].map(|gpus| decimals(gpus.as_f64()));
        let of = self.deserved.map(|gpus| format!("of {} GPUs", decimals(gpus.as_f64())));
        let of = of.unwrap_or_else(|| "GPUs, unlimited".to_owned());
        write!(f, "{}: {before} → {after} {of}", self.scope)
    }
}

/// `Ask for 32 GB of memory: Starts now on gpu-03`.
impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = self.placement.as_ref().map(|placement| placement.node.as_str());
        write!(f, "{}: {}", self.label, Fix::then_words(self.then, node))
    }
}

/// For a terminal: the answer, what helps, what it costs.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}. {}", self.outcome.kind().word(), self.sentence())?;
        match &self.outcome {
            Outcome::Refused { violations } => {
                for problem in violations {
                    writeln!(f, "  {}: {}", problem.field, problem.message)?;
                }
            }
            outcome => {
                for reason in outcome.also() {
                    writeln!(f, "  Also: {reason}")?;
                }
            }
        }
        f.write_str(&Fix::listed(FIXES_TITLE, self.outcome.fixes()))?;
        let Some(costs) = &self.consequences else { return Ok(()) };
        if let Some(first) = costs.quota.first() {
            writeln!(f, "{}:", Consequences::quota_title(first.pool.as_str()))?;
        }
        for change in &costs.quota {
            writeln!(f, "  {change}")?;
        }
        writeln!(f, "{PREEMPTS}: {}", costs.preempts_words())?;
        writeln!(f, "{PREEMPTED_BY}: {}", costs.preempted_by_words())
    }
}
