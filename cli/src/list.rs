//! Lists: pages, columns, formats, the same for every resource.

use std::collections::BTreeSet;

use api::list::LIMIT_MAX;
use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    client::{Client, typed},
    context::Context,
    failure::{Failure, Result},
    output::{Format, FormatArgs, document, print, table},
};

/// Items of a page when nobody says.
const PAGE: usize = 100;

/// How much of a list, and how it is written.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// Columns of the table, with commas between them
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    columns: Vec<String>,
    /// Remember these columns for this list
    #[arg(long, requires = "columns")]
    set_default_columns: bool,
    /// No titles above the columns
    #[arg(long)]
    no_headers: bool,
    /// At most so many items in all
    #[arg(long, alias = "limit", value_name = "N")]
    max_items: Option<usize>,
    /// Items that are asked for at once, up to 500
    #[arg(long, value_name = "N", default_value_t = PAGE)]
    page_size: usize,
    /// Begin where an earlier list ended
    #[arg(long, alias = "offset", value_name = "TOKEN")]
    next_token: Option<usize>,
    /// One page alone, and the token of the next
    #[arg(long)]
    no_pagination: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// A column of a list of `T`.
pub struct Column<T> {
    /// As `--columns` names it.
    pub name: &'static str,
    pub title: &'static str,
    pub is_default: bool,
    pub cell: fn(&T) -> String,
}

/// A resource that is listed.
pub trait Listing: DeserializeOwned {
    /// As the settings name it.
    const NAME: &'static str;
    /// Where its list is, and under which key its items stand.
    const PATH: &'static str;
    const KEY: &'static str;

    fn columns() -> Vec<Column<Self>>;

    /// Whether an item of the answer belongs to the list.
    fn is_taken(_: &Value) -> bool {
        true
    }
}

/// A column that is there unless others are asked for.
pub fn column<T>(name: &'static str, title: &'static str, cell: fn(&T) -> String) -> Column<T> {
    Column { name, title, is_default: true, cell }
}

impl<T> Column<T> {
    /// Only when it is asked for.
    pub fn on_request(self) -> Self {
        Self { is_default: false, ..self }
    }
}

/// Items of a list, as they came.
pub struct Found {
    pub items: Vec<Value>,
    /// The answers, whole.
    pub bodies: Vec<Value>,
    pub next: Option<usize>,
}

/// Lists `T` at its own path, with these conditions.
pub async fn list<T: Listing>(
    context: &Context,
    args: &ListArgs,
    query: Vec<(&str, String)>,
) -> Result<()> {
    list_at::<T>(context, args, T::PATH, query).await
}

/// The same at another path.
pub async fn list_at<T: Listing>(
    context: &Context,
    args: &ListArgs,
    path: &str,
    query: Vec<(&str, String)>,
) -> Result<()> {
    let columns = chosen::<T>(context, &args.columns)?;
    if args.page_size == 0 || args.page_size > LIMIT_MAX {
        return Err(Failure::usage(format!("--page-size must be from 1 to {LIMIT_MAX}")));
    }
    let client = context.client().await?;
    let mut found = pages(&client, args, path, T::KEY, query).await?;
    found.items.retain(T::is_taken);
    let text = match args.format.or(context.config.output) {
        Format::Table => as_table(args, &columns, &found.items)?,
        Format::Raw => found.bodies.iter().map(|body| format!("{body}\n")).collect(),
        format => document(format, &Value::Array(found.items))?,
    };
    print(&text);
    if let Some(next) = found.next.filter(|_| args.no_pagination) {
        context.note(&format!("There is more: --next-token {next}"));
    }
    if args.set_default_columns {
        let mut config = context.config.clone();
        config.columns.insert(T::NAME.to_owned(), args.columns.clone());
        context.files.save(&config)?;
    }
    Ok(())
}

fn as_table<T: Listing>(args: &ListArgs, columns: &[Column<T>], items: &[Value]) -> Result<String> {
    let cells = |item: &Value| {
        let item: T = typed(item.clone())?;
        Ok(columns.iter().map(|column| (column.cell)(&item)).collect())
    };
    let rows = items.iter().map(cells).collect::<Result<Vec<_>>>()?;
    let titles: Vec<_> = columns.iter().map(|column| column.title).collect();
    Ok(table((!args.no_headers).then_some(&titles), &rows))
}

/// The columns that were asked for, those of the settings, or the usual ones.
fn chosen<T: Listing>(context: &Context, asked: &[String]) -> Result<Vec<Column<T>>> {
    let saved = context.config.columns.get(T::NAME);
    let names = if asked.is_empty() { saved.map_or(&[][..], Vec::as_slice) } else { asked };
    if names.is_empty() {
        return Ok(T::columns().into_iter().filter(|column| column.is_default).collect());
    }
    let find = |name: &String| {
        T::columns().into_iter().find(|column| column.name == name.trim()).ok_or_else(|| {
            let known: Vec<_> = T::columns().iter().map(|column| column.name).collect();
            Failure::usage(format!("there is no column {name:?}; there is {}", known.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

/// Page after page, until there is no more or it is enough. An item that has moved to a later page meanwhile is shown
/// once.
async fn pages(
    client: &Client,
    args: &ListArgs,
    path: &str,
    key: &str,
    query: Vec<(&str, String)>,
) -> Result<Found> {
    let most = args.max_items.unwrap_or(usize::MAX);
    let mut found = Found { items: vec![], bodies: vec![], next: args.next_token };
    let mut seen = BTreeSet::new();
    loop {
        let size = args.page_size.min(most.saturating_sub(found.items.len())).max(1);
        let mut query = query.clone();
        query.push(("limit", size.to_string()));
        query.extend(found.next.map(|offset| ("offset", offset.to_string())));
        let mut body = client.get(path, &query).await?;
        // A list without pages may be the answer itself.
        let items = if key.is_empty() { &body } else { &body[key] };
        let items = items.as_array().cloned().unwrap_or_default();
        found.next = next_of(&body);
        found.items.extend(items.into_iter().filter(|item| seen.insert(id_of(item))));
        found.bodies.push(body.take());
        found.items.truncate(most);
        if found.next.is_none() || args.no_pagination || found.items.len() >= most {
            return Ok(found);
        }
    }
}

/// What is the same about an item on two pages, whatever has become of it between them.
fn id_of(item: &Value) -> String {
    let ids = ["/id", "/uuid", "/meta/id"].iter().filter_map(|path| item.pointer(path));
    ids.map(Value::to_string).next().unwrap_or_else(|| item.to_string())
}

fn next_of(body: &Value) -> Option<usize> {
    let next = body.get("next").or_else(|| body.pointer("/pagination/nextOffset"))?;
    usize::try_from(next.as_u64()?).ok()
}
