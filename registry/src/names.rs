//! Tags and repositories, page by page.

use domain::submission::ImageReference;
use reqwest::header;
use serde::Deserialize;

use crate::{
    NAMES_MAX, SHOWN_MAX, Trouble,
    ask::{Answer, Asking},
};

/// Pages that are read.
const PAGES_MAX: usize = 10;
/// Bytes of one name.
const NAME_MAX: usize = 255;

/// What the catalog gives at once; it takes no larger page.
const CATALOG_PAGE: usize = 24;

/// An answer of the NGC catalog.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Catalog {
    results: Vec<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    #[serde(rename = "groupValue")]
    kind: String,
    #[serde(rename = "totalCount")]
    total: usize,
    resources: Vec<Resource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resource {
    #[serde(rename = "resourceId")]
    id: String,
}

/// Names, in the order of the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub names: Vec<String>,
    /// Whether there are more.
    pub is_cut: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    tags: Option<Vec<String>>,
    repositories: Option<Vec<String>>,
}

pub(crate) async fn tags(
    ask: Asking<'_>,
    repository: &str,
    search: &str,
) -> Result<Names, Trouble> {
    let parsed = repository.parse::<ImageReference>().ok();
    let right = parsed.filter(|image| image.path == repository);
    right.ok_or_else(|| {
        Trouble::Refused(repository.to_owned(), "this is no name of a repository")
    })?;
    let path = match ask.registry.is_docker() && !repository.contains('/') {
        true => format!("library/{repository}"),
        false => repository.to_owned(),
    };
    all(ask, format!("v2/{path}/tags/list?n=1000"), search, |page| page.tags).await
}

pub(crate) async fn repositories(ask: Asking<'_>, search: &str) -> Result<Names, Trouble> {
    all(ask, "v2/_catalog?n=1000".to_owned(), search, |page| page.repositories).await
}

/// The images of the NGC catalog that fit a search, as `org/team/name`. The catalog answers to a search with JSON in
/// its address, and gives groups of resources.
pub(crate) async fn catalog(mut ask: Asking<'_>, search: &str) -> Result<Names, Trouble> {
    let query = serde_json::json!({ "query": search, "page": 0, "pageSize": CATALOG_PAGE });
    let mut path = reqwest::Url::parse("http://catalog/v2/search/catalog/resources/CONTAINER")
        .map_err(|_| Trouble::Nonsense("an address that is none".to_owned()))?;
    path.query_pairs_mut().append_pair("q", &query.to_string());
    let path = format!("{}?{}", path.path(), path.query().unwrap_or_default());
    let answer = ask.get(&path, "application/json").await?;
    let nonsense = |_| Trouble::Nonsense("with something that is no catalog".to_owned());
    let catalog: Catalog = serde_json::from_slice(&answer.body).map_err(nonsense)?;
    let containers = catalog.results.into_iter().filter(|group| group.kind == "CONTAINER");
    let mut found = Names::default();
    for group in containers {
        found.is_cut |= group.total > group.resources.len();
        let names = group.resources.into_iter().map(|resource| resource.id);
        found.names.extend(names.filter(|name| !name.is_empty() && name.len() <= NAME_MAX));
    }
    found.names.truncate(SHOWN_MAX);
    Ok(found)
}

async fn all(
    mut ask: Asking<'_>,
    mut path: String,
    search: &str,
    names: fn(Page) -> Option<Vec<String>>,
) -> Result<Names, Trouble> {
    let search = search.to_lowercase();
    let mut found = Names::default();
    let mut read = 0;
    for _ in 0..PAGES_MAX {
        let answer = ask.get(&path, "application/json").await?;
        let nonsense = |_| Trouble::Nonsense("with something that is no list".to_owned());
        let page: Page = serde_json::from_slice(&answer.body).map_err(nonsense)?;
        for name in names(page).unwrap_or_default() {
            read += 1;
            let fits = name.len() <= NAME_MAX && name.to_lowercase().contains(&search);
            if read > NAMES_MAX || (fits && found.names.len() == SHOWN_MAX) {
                found.is_cut = true;
                return Ok(found);
            }
            if fits {
                found.names.push(name);
            }
        }
        match next(&answer) {
            Some(next) if next != path => path = next,
            _ => return Ok(found),
        }
    }
    found.is_cut = true;
    Ok(found)
}

/// Where the next page is: `<…>; rel="next"`.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.headers.get(header::LINK)?.to_str().ok()?;
    let (address, rest) = link.strip_prefix('<')?.split_once('>')?;
    rest.contains("next").then(|| address.to_owned())
}
