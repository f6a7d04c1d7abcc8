//! The parameters of a list of assets. They are never silently dropped.

use domain::{AssetId, ClusterId, DepartmentId, ProjectId, Scope, ScopeLevel};

use crate::list::BadQuery;

/// Which assets, and what is said about each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssetQuery {
    pub name: Option<String>,
    pub level: Option<ScopeLevel>,
    pub project: Option<ProjectId>,
    pub department: Option<DepartmentId>,
    pub cluster: Option<ClusterId>,
    pub include_descendants: bool,
    pub usage_info: bool,
    pub status_info: bool,
    pub ids: Option<Vec<AssetId>>,
    /// Say of each whether it complies with the policy of this project.
    pub comply_to: Option<ProjectId>,
}

impl AssetQuery {
    /// Reads the parameters; unknown ones are passed over, as clients of other releases send more.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        let mut comply_to = (None, None);
        for (name, value) in pairs {
            match name {
                "name" => query.name = Some(value.to_owned()),
                "scope" => {
                    let level = ScopeLevel::named(value);
                    query.level = Some(level.ok_or_else(|| {
                        bad("scope", "must be one of system, tenant, cluster, department, project")
                    })?);
                }
                "projectId" => query.project = Some(id("projectId", value)?),
                "departmentId" => query.department = Some(id("departmentId", value)?),
                "clusterId" => query.cluster = Some(id("clusterId", value)?),
                "includeDescendants" => {
                    query.include_descendants = truth("includeDescendants", value)?;
                }
                "usageInfo" => query.usage_info = truth("usageInfo", value)?,
                "statusInfo" => query.status_info = truth("statusInfo", value)?,
                "complyToProject" => comply_to.0 = Some(id("complyToProject", value)?),
                "complyToWorkloadType" => comply_to.1 = Some(workload_type(value)?),
                "assetIds" => {
                    let ids = value.split(',').filter(|part| !part.is_empty());
                    let ids: Result<Vec<_>, _> = ids.map(|part| id("assetIds", part)).collect();
                    query.ids = Some(ids?);
                }
                _ => {}
            }
        }
        query.comply_to = match comply_to {
            (Some(_), None) => {
                return Err(bad("complyToWorkloadType", "goes with complyToProject"));
            }
            (None, Some(_)) => {
                return Err(bad("complyToProject", "goes with complyToWorkloadType"));
            }
            (project, _) => project,
        };
        match (query.level, query.include_descendants) {
            (Some(_), true) => Err(bad("includeDescendants", "goes with no scope; ask for one")),
            _ => Ok(query),
        }
    }

    /// The narrowest unit that was named.
    pub fn place(&self) -> Option<Scope> {
        let project = self.project.map(Scope::Project);
        let department = self.department.map(Scope::Department);
        project.or(department).or(self.cluster.map(Scope::Cluster))
    }
}

fn bad(parameter: &'static str, wrong: &str) -> BadQuery {
    BadQuery { parameter, wrong: wrong.to_owned() }
}

fn id<T: std::str::FromStr<Err = domain::id::NoId>>(
    parameter: &'static str,
    value: &str,
) -> Result<T, BadQuery> {
    value.parse().map_err(|wrong: domain::id::NoId| bad(parameter, &wrong.to_string()))
}

/// Policies of workspaces are what there is.
fn workload_type(value: &str) -> Result<(), BadQuery> {
    match value {
        "Workspace" => Ok(()),
        _ => Err(bad("complyToWorkloadType", "must be Workspace")),
    }
}

fn truth(parameter: &'static str, value: &str) -> Result<bool, BadQuery> {
    match value {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(bad(parameter, "must be true or false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<AssetQuery, String> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        AssetQuery::parse(pairs).map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn the_narrowest_place_counts() {
        let query = parse("departmentId=2&projectId=3&usageInfo=true&complyToProject=3&complyToWorkloadType=Workspace").unwrap();
        assert_eq!(query.place(), Some(Scope::Project(ProjectId(3))));
        assert!(query.usage_info && !query.status_info);
        assert_eq!(query.comply_to, Some(ProjectId(3)));
        assert_eq!(parse("").unwrap(), AssetQuery::default());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for query in [
            "scope=planet",
            "projectId=x",
            "clusterId=7",
            "usageInfo=maybe",
            "assetIds=a",
            "complyToWorkloadType=Game",
            "includeDescendants=true&scope=project",
        ] {
            let parameter = query.split('=').next().unwrap();
            let wrong = parse(query).unwrap_err();
            assert!(wrong.starts_with(&format!("{parameter}: ")), "{query}: {wrong}");
        }
    }
}
