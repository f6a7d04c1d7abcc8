//! Estimates: what was said of those who waited, and what came true, so that administrators see how far to trust it.

pub mod data;
#[cfg(feature = "ssr")]
mod made;

use leptos::prelude::*;
use leptos_meta::Title;

use self::data::{EstimateRow, Estimates, see_estimates};
use super::Loaded;
use crate::{
    ui::{
        Card, Empty, Fact, Facts, IconName, Keep, NameCell, Note, Page, Stack, Table, Td, Toolbar,
        Tr,
    },
    widgets::{Refresh, Seek, Title as Columned},
    wire::load,
};

/// Where the page is.
pub const PAGE: &str = "/estimates";

const ABOUT: &str = "When it was said that a workload would start, and when it did. What comes true makes the next estimates better.";

/// The columns after the workload.
const COLUMNS: [(&str, Keep); 7] = [
    ("Project", Keep::Third),
    ("Said", Keep::Third),
    ("Even guess", Keep::Always),
    ("Safe guess", Keep::Always),
    ("Started", Keep::Always),
    ("Came true", Keep::Always),
    ("Rests on", Keep::Fourth),
];

#[component]
pub fn EstimatesPage() -> impl IntoView {
    let version = RwSignal::new(0);
    let estimates = load(move || version.get(), |_| see_estimates());
    let titles = COLUMNS.map(|(title, keep)| Columned { title, keep, is_hidden: false });
    // Made here: a refresh draws the rows anew, and what was looked for stays.
    let seek = Seek::of("Workload", titles);
    view! {
        <Title text="Estimates"/>
        <Page title="Estimates" about=Some(ABOUT.to_owned())>
            <Loaded of=estimates view=move |estimates| view! { <Seen estimates version seek/> }.into_any()/>
        </Page>
    }
}

#[component]
fn Seen(estimates: Estimates, version: RwSignal<i32>, seek: Seek) -> impl IntoView {
    if estimates.rows.is_empty() {
        return view! {
            <Empty icon=IconName::Clock title="Nothing has come true yet"
                about="Where a workload has to wait, its start is estimated from how long finished work ran. Once it starts, the two stand here side by side.">
                <Refresh version/>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Stack>
            <Calibration estimates=estimates.clone()/>
            <Rows rows=estimates.rows version seek/>
        </Stack>
    }
    .into_any()
}

/// How often the two times were kept.
#[component]
fn Calibration(estimates: Estimates) -> impl IntoView {
    let Estimates { count, before_half, before_most, .. } = estimates;
    let percent = |part: Option<u64>| part.map_or("–".to_owned(), |part| format!("{part} %"));
    view! {
        <Card title="How estimates of the start come true">
            <Facts>
                <Fact name="Workloads that started after an estimate">{count}</Fact>
                <Fact name="Started before the even guess (p50); half is right">{percent(before_half)}</Fact>
                <Fact name="Started before the safe guess (p90); nine of ten is right">{percent(before_most)}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

#[component]
fn Rows(rows: Vec<EstimateRow>, version: RwSignal<i32>, seek: Seek) -> impl IntoView {
    let texts = Signal::stored(rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>());
    let found = Memo::new(move |_| texts.with(|texts| seek.found(texts)));
    let drawn =
        move || found.get().into_iter().map(|at| row(rows[at].clone(), seek)).collect_view();
    let none = move || {
        found.with(Vec::is_empty).then(|| view! { <Note>"Nothing fits the search."</Note> })
    };
    let end = move || {
        view! {
            {seek.taking("estimates.csv".to_owned(), texts)}
            <Refresh version/>
        }
    };
    view! {
        <Stack>
            <Toolbar end>{seek.asking(texts)}</Toolbar>
            <Table label="Estimates" head=move || seek.head()>{drawn}</Table>
            {none}
        </Stack>
    }
    .into_any()
}

fn row(EstimateRow { href, cells }: EstimateRow, seek: Seek) -> AnyView {
    let mut cells = cells.into_iter();
    let name = cells.next().unwrap_or_default();
    let cells = COLUMNS.into_iter().zip(cells).enumerate();
    let cells = cells.map(move |(at, ((title, keep), text))| {
        move || {
            let text = text.clone();
            seek.is_on(at + 1).then(|| view! { <Td label=title keep>{text}</Td> })
        }
    });
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! { <Tr><NameCell icon=IconName::Workloads>{name}</NameCell>{cells.collect_view()}</Tr> }
        .into_any()
}
