//! Why one workload was looked at before another: the first thing in which the order of work
//! (`scheduling-and-organisation.md` §4.2) found them different. The sentence is made here alone.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, duration::minute, reason::ScopeKind};

/// What told the two apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Precedence {
    /// At which level their ways part; `None`: in the queue of one project.
    pub level: Option<ScopeKind>,
    /// Whose turn it was: the department, the project, or the workload.
    /// Empty where the reader may not see its name.
    pub first: String,
    pub second: String,
    pub by: Criterion,
}

/// In what the first and the second differed, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "criterion")]
pub enum Criterion {
    /// The second has more than its fair share.
    FairShare,
    /// The second would not stay within its quota.
    Quota,
    Rank {
        first: i32,
        second: i32,
    },
    /// The second would use something of which it is to have nothing.
    NoShare,
    /// Parts of what they are to have that they would use with their next workload.
    ShareWithNext {
        first: f64,
        second: f64,
    },
    /// The same without the next workload.
    Share {
        first: f64,
        second: f64,
    },
    /// Who is to have less goes first.
    SmallerShare,
    /// The first was made earlier.
    Older,
    Priority {
        first: i32,
        second: i32,
    },
    /// The first has fewer of the pods that it needs.
    Gang,
    Submitted {
        first: Timestamp,
        second: Timestamp,
    },
    /// Nothing but their numbers.
    Number,
}

impl Precedence {
    /// Why the first went before the second.
    pub fn sentence(&self) -> String {
        let called = |name: &str| match (self.level, name) {
            (Some(ScopeKind::Project), "") => "another project".to_owned(),
            (Some(ScopeKind::Department), "") => "another department".to_owned(),
            (None, "") => "another workload".to_owned(),
            (Some(ScopeKind::Project), name) => format!("project {name}"),
            (Some(ScopeKind::Department), name) => format!("department {name}"),
            (None, name) => name.to_owned(),
        };
        let (one, other) = (called(&self.first), called(&self.second));
        let percent = |part: f64| format!("{:.0} %", (part * 100.0).min(99_900.0));
        match &self.by {
            Criterion::FairShare => {
                format!("{one} went first: {other} had more than its fair share.")
            }
            Criterion::Quota => format!(
                "{one} went first: it would stay within its quota, and {other} would go over its own."
            ),
            Criterion::Rank { first, second } => {
                format!("{one} went first: its rank is {first}, that of {other} {second}.")
            }
            Criterion::NoShare => format!(
                "{one} went first: {other} would use something of which its share is nothing."
            ),
            Criterion::ShareWithNext { first, second } => format!(
                "{one} went first: with its next workload it would use {} of its share, {other} {}.",
                percent(*first),
                percent(*second)
            ),
            Criterion::Share { first, second } => format!(
                "{one} went first: it used {} of its share, {other} {}.",
                percent(*first),
                percent(*second)
            ),
            Criterion::SmallerShare => {
                format!(
                    "{one} went first: both used as much of their shares, and its own is smaller."
                )
            }
            Criterion::Older => format!("{one} went first: all else was equal, and it is older."),
            Criterion::Priority { first, second } => {
                format!("{one} went first: its priority is {first}, that of {other} {second}.")
            }
            Criterion::Gang => {
                format!("{one} went first: it had fewer of the pods that it needs.")
            }
            Criterion::Submitted { first, second } => format!(
                "{one} went first: it was submitted at {}, {other} at {}.",
                minute(*first),
                minute(*second)
            ),
            Criterion::Number => {
                format!("{one} went first: everything was equal but their numbers.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn each_difference_has_its_sentence() {
        let at = |secs: i64| Timestamp::from_second(1_790_000_000 + secs).unwrap();
        let told = |level, by| {
            let (first, second) = ("speech".to_owned(), "vision".to_owned());
            Precedence { level, first, second, by }.sentence()
        };
        let (project, department) = (Some(ScopeKind::Project), Some(ScopeKind::Department));
        let lines = [
            told(department, Criterion::FairShare),
            told(project, Criterion::Quota),
            told(project, Criterion::Rank { first: 5, second: 3 }),
            told(project, Criterion::NoShare),
            told(project, Criterion::ShareWithNext { first: 0.5, second: 1.25 }),
            told(project, Criterion::Share { first: 0.0, second: 0.333 }),
            told(project, Criterion::SmallerShare),
            told(department, Criterion::Older),
            told(None, Criterion::Priority { first: 125, second: 80 }),
            told(None, Criterion::Gang),
            told(None, Criterion::Submitted { first: at(0), second: at(60) }),
            told(None, Criterion::Number),
            Precedence {
                level: project,
                first: String::new(),
                second: "vision".to_owned(),
                by: Criterion::FairShare,
            }
            .sentence(),
        ];
        assert_snapshot!(lines.join("\n"), @r"
        department speech went first: department vision had more than its fair share.
        project speech went first: it would stay within its quota, and project vision would go over its own.
        project speech went first: its rank is 5, that of project vision 3.
        project speech went first: project vision would use something of which its share is nothing.
        project speech went first: with its next workload it would use 50 % of its share, project vision 125 %.
        project speech went first: it used 0 % of its share, project vision 33 %.
        project speech went first: both used as much of their shares, and its own is smaller.
        department speech went first: all else was equal, and it is older.
        speech went first: its priority is 125, that of vision 80.
        speech went first: it had fewer of the pods that it needs.
        speech went first: it was submitted at 2026-09-21 14:13 UTC, vision at 2026-09-21 14:14 UTC.
        speech went first: everything was equal but their numbers.
        another project went first: project vision had more than its fair share.
        ");
    }
}
