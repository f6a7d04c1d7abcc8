//! Tools, both ways: rows of the form, and the two lists of a submission.

use super::{
    Draft, Row,
    open::digits,
    submit::{names, said, whole_of},
    table::{TOOL, TOOLS},
};
use crate::submission::{ExposedUrl, Port, Submission};

const BY_URL: &str = "ExternalUrl";

fn is_url(row: &Row) -> bool {
    row.text("connection") == BY_URL
}

/// What the rows say.
pub(super) fn connections(draft: &Draft) -> (Option<Vec<ExposedUrl>>, Option<Vec<Port>>) {
    let (urls, ports): (Vec<_>, Vec<_>) = draft.rows("tool").iter().partition(|row| is_url(row));
    let urls = (!urls.is_empty()).then(|| urls.into_iter().map(url).collect());
    (urls, (!ports.is_empty()).then(|| ports.into_iter().map(port).collect()))
}

/// The row's kind, and what it is called.
fn kind(row: &Row) -> (Option<String>, Option<String>) {
    let name = row.text("kind");
    let label = || label_of(name).map(str::to_owned);
    (Some(name.to_owned()), said(row.text("called")).or_else(label))
}

fn label_of(kind: &str) -> Option<&'static str> {
    TOOLS.iter().find(|own| own.name == kind).map(|kind| kind.label)
}

/// What a tool is called, where that is not the word for its kind.
fn called<'a>(kind: &Option<String>, name: &'a Option<String>) -> &'a str {
    let label = kind.as_deref().and_then(label_of);
    name.as_deref().filter(|name| label != Some(*name)).unwrap_or_default()
}

fn url(row: &Row) -> ExposedUrl {
    let (tool_type, tool_name) = kind(row);
    let access = row.text("access");
    let allowed = |of: &str, field: &str| (access == of).then(|| names(row.text(field)));
    ExposedUrl {
        container: whole_of(row.said("port")),
        url: custom(row, "url", "address"),
        authorization_type: Some(access.to_owned()),
        authorized_users: allowed("authorizedUsers", "users"),
        authorized_groups: allowed("authorizedGroups", "groups"),
        tool_type,
        tool_name,
        name: said(row.text("name")),
        ..ExposedUrl::default()
    }
}

fn port(row: &Row) -> Port {
    let (tool_type, tool_name) = kind(row);
    Port {
        container: whole_of(row.said("port")),
        service_type: Some(row.text("connection").to_owned()),
        external: whole_of(custom(row, "node_port", "external")),
        tool_type,
        tool_name,
        name: said(row.text("name")),
        ..Port::default()
    }
}

/// A value of one's own, which may not be empty where one wants it.
fn custom(row: &Row, mode: &str, field: &str) -> Option<String> {
    let is_there = row.said(mode).is_some_and(|mode| mode == "custom");
    is_there.then(|| row.text(field).trim().to_owned())
}

/// The list of the submission and the place in it of a row: tools of the form lie in two lists there.
pub(super) fn path(rows: &[Row], index: usize) -> Option<String> {
    let row = rows.get(index)?;
    let list = if is_url(row) { "exposedUrls" } else { "ports" };
    let before = rows[..index].iter().filter(|other| is_url(other) == is_url(row)).count();
    Some(format!("spec.{list}[{before}]"))
}

/// The rows that would have made these connections.
pub(super) fn rows(submission: &Submission) -> Vec<Row> {
    let urls = submission.exposed_urls.iter().flatten().map(|url| {
        let joined = |names: &Option<Vec<String>>| names.clone().unwrap_or_default().join(", ");
        let mode = if url.url.is_some() { "custom" } else { "auto" };
        let access = url.authorization_type.as_deref().unwrap_or("authenticatedUsers");
        Row::filled(
            &TOOL,
            &[
                ("kind", url.tool_type.as_deref().unwrap_or("custom")),
                ("connection", BY_URL),
                ("port", &digits(url.container).unwrap_or_default()),
                ("url", mode),
                ("address", url.url.as_deref().unwrap_or_default()),
                ("access", access),
                ("users", &joined(&url.authorized_users)),
                ("groups", &joined(&url.authorized_groups)),
                ("name", url.name.as_deref().unwrap_or_default()),
                ("called", called(&url.tool_type, &url.tool_name)),
            ],
        )
    });
    let ports = submission.ports.iter().flatten().map(|port| {
        let mode = if port.external.is_some() { "custom" } else { "auto" };
        Row::filled(
            &TOOL,
            &[
                ("kind", port.tool_type.as_deref().unwrap_or("custom")),
                ("connection", port.service_type.as_deref().unwrap_or("NodePort")),
                ("port", &digits(port.container).unwrap_or_default()),
                ("node_port", mode),
                ("external", &digits(port.external).unwrap_or_default()),
                ("name", port.name.as_deref().unwrap_or_default()),
                ("called", called(&port.tool_type, &port.tool_name)),
            ],
        )
    });
    urls.chain(ports).collect()
}
