//! Scheduling rules of projects and departments (`scheduling-and-organisation.md` §5): how long work may run and idle,
//! and on which kinds of nodes. What a department says holds for all of its projects; a project may only tighten it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Problem, ScopeRef, duration};

/// All rules of one project or department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: SchedulingRules,
    #[serde(default, skip_serializing_if = "is_default")]
    pub node_types: NodeTypes,
}

/// Limits in seconds, named as on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SchedulingRules {
    /// How long a workspace may run, all of its runs together.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub interactive_job_time_limit_seconds: Option<i64>,
    /// How long a non-preemptible workspace may idle.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub interactive_job_max_idle_duration_seconds: Option<i64>,
    /// How long a preemptible workspace may idle.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub interactive_job_preempt_idle_duration_seconds: Option<i64>,
    /// How long training may idle.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub training_job_max_idle_duration_seconds: Option<i64>,
    /// How long training may run.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub training_job_time_limit_seconds: Option<i64>,
}

/// The node types of which work may be; nothing where any will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NodeTypes {
    pub training: Option<Vec<String>>,
    pub workspace: Option<Vec<String>>,
    /// What people call them, by type.
    pub names: Option<BTreeMap<String, String>>,
}

/// A rule that ends what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum RuleKind {
    TimeLimit,
    IdleGpu,
}

impl RuleKind {
    /// As it is called in sentences.
    pub fn word(self) -> &'static str {
        match self {
            RuleKind::TimeLimit => "time limit",
            RuleKind::IdleGpu => "idle GPU time limit",
        }
    }
}

/// Which limit: as it stands on the wire, and as it is called in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitKind {
    WorkspaceTime,
    WorkspaceIdle,
    PreemptibleIdle,
    TrainingIdle,
    TrainingTime,
}

impl LimitKind {
    pub const ALL: [Self; 5] = [
        Self::WorkspaceTime,
        Self::WorkspaceIdle,
        Self::PreemptibleIdle,
        Self::TrainingIdle,
        Self::TrainingTime,
    ];
    /// Those of workspaces, the time limit first.
    pub const OF_WORKSPACES: [Self; 3] =
        [Self::WorkspaceTime, Self::WorkspaceIdle, Self::PreemptibleIdle];

    pub fn wire(self) -> &'static str {
        match self {
            Self::WorkspaceTime => "interactiveJobTimeLimitSeconds",
            Self::WorkspaceIdle => "interactiveJobMaxIdleDurationSeconds",
            Self::PreemptibleIdle => "interactiveJobPreemptIdleDurationSeconds",
            Self::TrainingIdle => "trainingJobMaxIdleDurationSeconds",
            Self::TrainingTime => "trainingJobTimeLimitSeconds",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::WorkspaceTime => "Workspace time limit",
            Self::WorkspaceIdle => "Idle GPU time limit, non-preemptible workspaces",
            Self::PreemptibleIdle => "Idle GPU time limit, preemptible workspaces",
            Self::TrainingIdle => "Idle GPU time limit, training",
            Self::TrainingTime => "Training time limit",
        }
    }

    /// For people who set it.
    pub fn help(self) -> &'static str {
        match self {
            Self::WorkspaceTime | Self::TrainingTime => {
                "All of its runs together, such as 8h. It is stopped then; what is not on a volume is lost."
            }
            Self::WorkspaceIdle | Self::PreemptibleIdle | Self::TrainingIdle => {
                "Without any use of its GPUs, such as 1h30m. Any use begins the count anew."
            }
        }
    }
}

/// How long one workload may run, or idle, as it was when it was submitted: later changes of the rule never touch it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeLimit {
    pub secs: i64,
    /// Whose rule it is.
    pub scope: ScopeRef,
    /// Whether it has been told that the end is near.
    #[serde(default)]
    pub is_warned: bool,
}

/// More seconds than anybody means: ten years.
const SECS_MAX: i64 = 10 * 365 * 86_400;
/// Node types of one list at most, and characters of one.
const TYPES_MAX: usize = 100;
const TYPE_LENGTH_MAX: usize = 63;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl SchedulingRules {
    pub fn of(&self, kind: LimitKind) -> Option<i64> {
        match kind {
            LimitKind::WorkspaceTime => self.interactive_job_time_limit_seconds,
            LimitKind::WorkspaceIdle => self.interactive_job_max_idle_duration_seconds,
            LimitKind::PreemptibleIdle => self.interactive_job_preempt_idle_duration_seconds,
            LimitKind::TrainingIdle => self.training_job_max_idle_duration_seconds,
            LimitKind::TrainingTime => self.training_job_time_limit_seconds,
        }
    }

    pub fn set(&mut self, kind: LimitKind, secs: Option<i64>) {
        *match kind {
            LimitKind::WorkspaceTime => &mut self.interactive_job_time_limit_seconds,
            LimitKind::WorkspaceIdle => &mut self.interactive_job_max_idle_duration_seconds,
            LimitKind::PreemptibleIdle => &mut self.interactive_job_preempt_idle_duration_seconds,
            LimitKind::TrainingIdle => &mut self.training_job_max_idle_duration_seconds,
            LimitKind::TrainingTime => &mut self.training_job_time_limit_seconds,
        } = secs;
    }
}

/// Why an idle limit comes to nothing beside a time limit: whoever idles so long has been stopped before.
pub fn without_effect(idle_secs: i64, time_secs: Option<i64>) -> Option<String> {
    let time = time_secs.filter(|time| idle_secs >= *time)?;
    Some(format!("It has no effect: the time limit of {} ends it before", duration::text(time)))
}

impl NodeTypes {
    fn lists(&self) -> [(&'static str, &Option<Vec<String>>); 2] {
        [("training", &self.training), ("workspace", &self.workspace)]
    }

    /// A type as people call it.
    pub fn name<'a>(&'a self, kind: &'a str) -> &'a str {
        let names = self.names.as_ref();
        names.and_then(|names| names.get(kind)).map_or(kind, String::as_str)
    }

    /// Forgets the names of types that are listed no more.
    pub fn forget_names(&mut self) {
        let mut names = self.names.take().unwrap_or_default();
        names.retain(|kind, _| self.lists_type(kind));
        self.names = Some(names).filter(|names| !names.is_empty());
    }

    fn lists_type(&self, kind: &str) -> bool {
        self.lists().iter().any(|(_, list)| list.iter().flatten().any(|own| own == kind))
    }

    fn wrong_names(&self) -> Option<Wrong> {
        let wrong = |(kind, name): &(&String, &String)| {
            !self.lists_type(kind)
                || name.is_empty()
                || crate::name::check_text(name, TYPE_LENGTH_MAX).is_err()
        };
        let (kind, _) = self.names.iter().flatten().find(wrong)?;
        Some((
            "nodeType.name",
            format!(
                "A name of at most {TYPE_LENGTH_MAX} characters for a type that is listed; {kind} has none"
            ),
        ))
    }
}

impl Rules {
    /// What is wrong with them, on their own and below those of the department.
    pub fn check(&self, above: Option<&Rules>) -> Vec<Problem> {
        let above = above.cloned().unwrap_or_default();
        let limits = LimitKind::ALL.into_iter().filter_map(|kind| {
            let wrong = wrong_limit(self.limits.of(kind)?, above.limits.of(kind))?;
            Some(Problem::new(format!("schedulingRules.{}", kind.wire()), wrong.0, wrong.1))
        });
        let types = self.node_types.lists().into_iter().zip(above.node_types.lists());
        let types = types.filter_map(|((name, own), (_, above))| {
            let wrong = wrong_types(own.as_ref()?, above.as_deref())?;
            Some(Problem::new(format!("nodeTypes.{name}"), wrong.0, wrong.1))
        });
        let names = self
            .node_types
            .wrong_names()
            .map(|wrong| Problem::new("nodeTypes.names", wrong.0, wrong.1));
        limits.chain(types).chain(names).collect()
    }

    /// How long a workload may run or idle, and by whose rule: the tighter one of the project's and the department's.
    pub fn limit(
        kind: LimitKind,
        own: (&Rules, ScopeRef),
        above: (&Rules, ScopeRef),
    ) -> Option<TimeLimit> {
        let limit = |(rules, scope): (&Rules, ScopeRef)| {
            Some(TimeLimit { secs: rules.limits.of(kind)?, scope, is_warned: false })
        };
        [limit(above), limit(own)].into_iter().flatten().min_by_key(|limit| limit.secs)
    }

    /// Of which node types a workspace may be; `None`: of any. What a department allows no more is allowed to no
    /// project of it.
    pub fn workspace_types(&self, above: &Rules) -> Option<Vec<String>> {
        match (&self.node_types.workspace, &above.node_types.workspace) {
            (Some(own), Some(above)) => {
                Some(own.iter().filter(|name| above.contains(name)).cloned().collect())
            }
            (own, above) => own.clone().or_else(|| above.clone()),
        }
    }
}

type Wrong = (&'static str, String);

fn wrong_limit(own: i64, above: Option<i64>) -> Option<Wrong> {
    if !(1..=SECS_MAX).contains(&own) {
        return Some(("number.range", format!("From 1 to {SECS_MAX} seconds")));
    }
    let above = above.filter(|above| own > *above)?;
    let most = duration::text(above);
    Some(("rule.looser", format!("The department allows at most {most} ({above} seconds)")))
}

fn wrong_types(own: &[String], above: Option<&[String]>) -> Option<Wrong> {
    if own.is_empty() || own.len() > TYPES_MAX {
        return Some(("list.length", format!("From 1 to {TYPES_MAX} node types, or null for any")));
    }
    let is_wrong = |name: &&String| {
        name.is_empty()
            || name.len() > TYPE_LENGTH_MAX
            || !crate::submission::check::is_label_value(name)
    };
    if let Some(wrong) = own.iter().find(is_wrong) {
        return Some(("label.format", format!("{wrong} cannot be the value of a node's label")));
    }
    let above = above?;
    let extra = own.iter().find(|name| !above.contains(name))?;
    Some(("rule.looser", format!("The department does not allow {extra}: {}", above.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::ScopeKind;

    fn rules(secs: Option<i64>, types: &[&str]) -> Rules {
        let workspace = types.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Rules {
            limits: SchedulingRules {
                interactive_job_time_limit_seconds: secs,
                ..SchedulingRules::default()
            },
            node_types: NodeTypes {
                names: None,
                training: None,
                workspace: (!workspace.is_empty()).then_some(workspace),
            },
        }
    }

    fn told(own: &Rules, above: &Rules) -> String {
        let problems = own.check(Some(above)).into_iter();
        problems.map(|p| format!("{}: {}", p.field, p.message)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_project_may_only_tighten_what_its_department_says() {
        let above = rules(Some(7_200), &["a100", "h100"]);
        assert_eq!(told(&rules(Some(3_600), &["h100"]), &above), "");
        assert_eq!(told(&Rules::default(), &above), "", "it inherits");
        insta::assert_snapshot!(told(&rules(Some(7_201), &["h100", "v100"]), &above), @r"
        schedulingRules.interactiveJobTimeLimitSeconds: The department allows at most 2h (7200 seconds)
        nodeTypes.workspace: The department does not allow v100: a100, h100
        ");
        let names =
            |kind: &str| Some(BTreeMap::from([(kind.to_owned(), "The large ones".to_owned())]));
        let mut named = rules(None, &["h100"]);
        named.node_types.names = names("h100");
        assert_eq!(
            (told(&named, &above), named.node_types.name("h100")),
            (String::new(), "The large ones")
        );
        named.node_types.names = names("v100");
        assert!(
            told(&named, &above).starts_with("nodeTypes.names: "),
            "of a type that is not listed"
        );
        insta::assert_snapshot!(told(&rules(Some(0), &["a b"]), &Rules::default()), @r"
        schedulingRules.interactiveJobTimeLimitSeconds: From 1 to 315360000 seconds
        nodeTypes.workspace: a b cannot be the value of a node's label
        ");
    }

    #[test]
    fn the_tighter_rule_holds_and_says_whose_it_is() {
        let scope = |kind, name: &str| ScopeRef { kind, name: name.into() };
        let of = |own: Option<i64>, above: Option<i64>| {
            let own = (&rules(own, &[]), scope(ScopeKind::Project, "vision"));
            let above = (&rules(above, &[]), scope(ScopeKind::Department, "ml"));
            Rules::limit(LimitKind::WorkspaceTime, own, above)
                .map(|limit| (limit.secs, limit.scope.name))
        };
        assert_eq!(of(None, None), None);
        assert_eq!(of(Some(60), Some(600)), Some((60, "vision".into())));
        assert_eq!(of(Some(60), Some(30)), Some((30, "ml".into())), "tightened since");
        assert_eq!(of(None, Some(30)), Some((30, "ml".into())));
        assert_eq!(without_effect(3_600, Some(7_200)), None);
        assert!(without_effect(7_200, Some(7_200)).is_some_and(|why| why.contains("2h")));
        let types = rules(None, &["a100", "h100"]).workspace_types(&rules(None, &["h100", "v100"]));
        assert_eq!(types, Some(vec!["h100".to_owned()]));
    }
}
