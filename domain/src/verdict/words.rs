//! A verdict in words: the page's panel and the command line say the same.

use std::fmt;

use super::{Consequences, Fix, Outcome, PreemptibleBy, QuotaChange, Verdict, VerdictKind};
use crate::{quantity::decimals, workload::Placement};

/// What stands above the changes that help.
pub const FIXES_TITLE: &str = "What starts it sooner, each tried on the cluster as it is now";
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
            Self::Waits { reason, .. } | Self::Never { reason, .. } => reason.to_string(),
            Self::Refused { violations } => match violations.as_slice() {
                [one] => format!("{}.", one.message.trim_end_matches('.')),
                many => format!("{} things to fix first.", many.len()),
            },
        }
    }

    fn fixes(&self) -> &[Fix] {
        match self {
            Self::Waits { fixes, .. } | Self::Never { fixes, .. } => fixes,
            Self::Refused { .. } | Self::StartsNow { .. } => &[],
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

    pub fn preempted_by_words(&self) -> &'static str {
        match self.preemptible_by {
            PreemptibleBy::Nobody => "Nobody: it is non-preemptible and inside the quota",
            PreemptibleBy::OwnersOfTheQuota => {
                "Whoever the GPUs are promised to, and higher priorities"
            }
        }
    }

    /// What stands above the quotas.
    pub fn quota_title(pool: &str) -> String {
        format!("Quota in {pool}, before and after")
    }
}

impl Fix {
    /// `Starts now on gpu-03`.
    pub fn then_words(then: VerdictKind, node: Option<&str>) -> String {
        match node {
            Some(node) => format!("{} on {node}", then.word()),
            None => then.word().to_owned(),
        }
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
            Outcome::Waits { others, .. } | Outcome::Never { others, .. } => {
                for reason in others {
                    writeln!(f, "  Also: {reason}")?;
                }
            }
            Outcome::StartsNow { .. } => {}
        }
        let fixes = self.outcome.fixes();
        if !fixes.is_empty() {
            writeln!(f, "{FIXES_TITLE}:")?;
        }
        for fix in fixes {
            let node = fix.placement.as_ref().map(|placement| placement.node.as_str());
            writeln!(f, "  {}: {}", fix.label, Fix::then_words(fix.then, node))?;
        }
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
