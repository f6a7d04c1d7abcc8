//! `berth template`.

use api::templates::TemplateView;
use clap::{Args, Subcommand};
use domain::duration::minute;

use crate::{
    context::Context,
    failure::Result,
    list::{self, Column, ListArgs, Listing, column},
    lookup,
    output::{Format, FormatArgs, document, facts, print},
};

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Templates {
    /// Those that you may see
    List(ListArgs),
    /// One of them, whole
    Describe(DescribeArgs),
}

#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// Its name
    name: String,
    #[command(flatten)]
    format: FormatArgs,
}

/// Runs one of them.
pub async fn run(context: &Context, command: Templates) -> Result<()> {
    match command {
        Templates::List(args) => list::list::<TemplateView>(context, &args, vec![]).await,
        Templates::Describe(args) => describe(context, &args).await,
    }
}

async fn describe(context: &Context, args: &DescribeArgs) -> Result<()> {
    let client = context.client().await?;
    let found = lookup::template(&client, &args.name).await?;
    let path = format!("{}/{}", TemplateView::PATH, found.meta.id);
    let answer = client.get(&path, &[]).await?;
    match args.format.or(context.config.output) {
        Format::Table => {
            let gives = document(Format::Yaml, &answer["combinedSpec"])?;
            print(&format!("{}\nWhat it gives\n{gives}", general(&found)));
        }
        format => print(&document(format, &answer)?),
    }
    Ok(())
}

fn general(template: &TemplateView) -> String {
    let meta = &template.meta;
    facts(
        "General",
        &[
            ("Name", meta.name.clone()),
            ("Description", meta.description.clone().unwrap_or_default()),
            ("Scope", meta.scope_type.clone()),
            ("Runs as it is", runs(template)),
            ("Id", meta.id.to_string()),
            ("Created by", meta.created_by.clone()),
            ("Created at", minute(meta.created_at)),
        ],
    )
}

/// Whether it can be launched as it is, or why not.
fn runs(template: &TemplateView) -> String {
    template.runnable.issue.clone().unwrap_or_else(|| "yes".to_owned())
}

impl Listing for TemplateView {
    const NAME: &'static str = "template";
    const PATH: &'static str = "/api/v1/workload-templates/workspaces";
    const KEY: &'static str = "entries";

    fn columns() -> Vec<Column<Self>> {
        vec![
            column("name", "Name", |t: &Self| t.meta.name.clone()),
            column("scope", "Scope", |t| t.meta.scope_type.clone()),
            column("runs", "Runs as it is", runs),
            column("created-by", "Created by", |t| t.meta.created_by.clone()),
            column("created-at", "Created at", |t| minute(t.meta.created_at)),
            column("id", "Id", |t: &Self| t.meta.id.to_string()).on_request(),
        ]
    }
}
