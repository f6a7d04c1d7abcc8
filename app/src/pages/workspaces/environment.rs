//! The section Environment: image, tools, command, variables, working directory.

use leptos::prelude::*;

use super::{
    checks::Checks,
    draft::{CONNECTIONS, TOOLS, Tool},
    fields::{PairsField, SelectField, TextField, choice, choices, closed_lists, closed_note},
    form::{Form, ToolRow},
};
use crate::ui::{
    Columns, Gap, Grid, Muted, Note, Part, Repeater, RepeaterRow, Section, Stack, Tone,
};

/// The words for when an image is pulled.
const PULL: [(&str, &str); 3] = [
    ("IfNotPresent", "Pull only if not already present on the host"),
    ("Always", "Always pull from the registry"),
    ("Never", "Never"),
];
const ACCESS: [(&str, &str); 3] = [
    ("authenticatedUsers", "All authenticated users and service accounts"),
    ("authorizedGroups", "Specific group(s)"),
    ("authorizedUsers", "Specific user(s) and service account(s)"),
];
/// Where the problems of this section are.
const PATHS: &[&str] = &[
    "spec.image",
    "spec.command",
    "spec.args",
    "spec.workingDir",
    "spec.environmentVariables",
    "spec.exposedUrls",
    "spec.ports",
];

#[component]
pub fn Environment(form: Form) -> impl IntoView {
    let summary = Signal::derive(move || {
        let image = form.image.get();
        let image = if image.is_empty() { "no image yet".to_owned() } else { image };
        match form.tools.with(Vec::len) {
            0 => image,
            1 => format!("{image}, 1 tool"),
            n => format!("{image}, {n} tools"),
        }
    });
    let wrong = expect_context::<Checks>().count(PATHS);
    view! {
        <Section title="Environment" id="environment" summary wrong>
            {closed_note("environment")}
            <Part title="Environment image" help="What is started on the node.">
                <Stack>
                    <TextField label="Image URL" name="image" value=form.image path="spec.image"
                        required=true mono=true placeholder="registry/path:tag"/>
                    <SelectField label="Condition for pulling the image" name="pull" value=form.pull
                        choices=choices(&PULL) path="spec.imagePullPolicy"/>
                </Stack>
            </Part>
            <Part title="Tools" help="What you open in the browser once it runs.">
                <Tools form/>
            </Part>
            <Part title="Command and arguments" help="Empty: the image's own.">
                <Stack>
                    <TextField label="Command" name="command" value=form.command path="spec.command"
                        optional=true mono=true/>
                    <TextField label="Arguments" name="args" value=form.args path="spec.args"
                        optional=true mono=true placeholder="--arg1=val1 --arg2=val2"/>
                </Stack>
            </Part>
            <Part title="Environment variables" help="Names with RUNAI_ are set by Berth itself.">
                <PairsField add="+Environment variable" what="variable" name="variable"
                    rows=form.variables list="spec.environmentVariables" tails=("name", "value")
                    labels=("Name", "Value")/>
            </Part>
            <Part title="Inside the container">
                <TextField label="Container's working directory" name="working_dir"
                    value=form.working_dir path="spec.workingDir" optional=true mono=true
                    placeholder="/home/jovyan/work"/>
            </Part>
        </Section>
    }
    .into_any()
}

#[component]
fn Tools(form: Form) -> impl IntoView {
    let add = Callback::new(move |()| {
        // The next kind that is not in the list yet.
        let taken: Vec<_> =
            form.tools.with_untracked(|rows| rows.iter().map(|r| r.kind.get_untracked()).collect());
        let next = TOOLS.iter().find(|kind| !taken.iter().any(|t| t == kind.name));
        ToolRow::add(form.tools, next.map(Tool::of).unwrap_or_default());
    });
    view! {
        <Repeater add="+Tool" on_add=add not_now=closed_lists(&["spec.exposedUrls", "spec.ports"])>
            <For each=move || form.tools.get() key=|row| row.key children=move |row| tool(form, row)/>
        </Repeater>
    }
    .into_any()
}

fn tool(form: Form, row: ToolRow) -> AnyView {
    let key = row.key;
    let at = move |tail: &'static str| {
        Signal::derive(move || {
            let index = form.tools.with(|rows| rows.iter().position(|r| r.key == key));
            let path = index.and_then(|index| form.draft().tool_path(index));
            format!("{}.{tail}", path.unwrap_or_default())
        })
    };
    let kinds: Vec<_> = TOOLS.iter().map(|kind| choice(kind.name, kind.label)).collect();
    // Another kind of tool usually listens on another port.
    Effect::watch(
        move || row.kind.get(),
        move |kind, before, _| {
            let port_of = |kind: &str| TOOLS.iter().find(|k| k.name == kind).map(|k| k.port);
            let usual = before.and_then(|before| port_of(before));
            if usual.is_some_and(|usual| row.port.get_untracked() == usual) {
                row.port.set(port_of(kind).unwrap_or_default().into());
            }
        },
        false,
    );
    let remove = Callback::new(move |()| form.tools.update(|all| all.retain(|r| r.key != key)));
    let title = Signal::derive(move || format!("tool {}", row.kind.get()));
    let address = move || {
        match row.connection.get().as_str() {
        "ExternalUrl" => view! {
            <Grid columns=Columns::Two>
                <TextField label="Custom URL" name="tool_address" id=format!("tool-url-{key}")
                    value=row.address path=at("url") optional=true mono=true
                    placeholder="Auto generate"/>
                <SelectField label="Access" name="tool_access" id=format!("tool-access-{key}")
                    value=row.access choices=choices(&ACCESS) path=at("authorizationType")/>
            </Grid>
            {move || allowed(row, at)}
        }
        .into_any(),
        "NodePort" => view! {
            <TextField label="Custom port" name="tool_address" id=format!("tool-port-{key}")
                value=row.address path=at("external") optional=true placeholder="Auto generate"
                help=Some("Between 30000 and 32767. Whoever reaches the node reaches the tool.".to_owned())/>
        }
        .into_any(),
        _ => view! {
            <Note tone=Tone::Info>"Whoever reaches the load balancer reaches the tool."</Note>
        }
        .into_any(),
    }
    };
    view! {
        <RepeaterRow label=title on_remove=remove>
            <Stack gap=Gap::Small>
                <Grid columns=Columns::Three>
                    <SelectField label="Tool" name="tool_kind" id=format!("tool-kind-{key}")
                        value=row.kind choices=kinds path=at("toolType")/>
                    <SelectField label="Connection type" name="tool_connection"
                        id=format!("tool-connection-{key}") value=row.connection
                        choices=choices(&CONNECTIONS) path=at("serviceType")/>
                    <TextField label="Container port" name="tool_port"
                        id=format!("tool-container-{key}") value=row.port path=at("container")
                        required=true/>
                </Grid>
                {address}
            </Stack>
        </RepeaterRow>
    }
    .into_any()
}

/// The people whom a tool is opened for.
fn allowed<F>(row: ToolRow, at: F) -> AnyView
where
    F: Fn(&'static str) -> Signal<String>,
{
    let key = row.key;
    let (label, path, help) = match row.access.get().as_str() {
        "authorizedUsers" => ("Users", "authorizedUsers", "E-mail addresses, separated by commas."),
        "authorizedGroups" => (
            "Group names",
            "authorizedGroups",
            "As your identity provider writes them, with commas.",
        ),
        _ => {
            return view! { <Muted small=true>"Everybody who can sign in may open it."</Muted> }
                .into_any();
        }
    };
    view! {
        <TextField label name="tool_allowed" id=format!("tool-allowed-{key}") value=row.allowed
            path=at(path) required=true help=Some(help.to_owned())/>
    }
    .into_any()
}
