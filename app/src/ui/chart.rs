//! Lines over time, drawn as they come: paths and words are made where the numbers are. Whoever does not see the
//! picture has the sentence under its title, and the numbers as a table.
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    overlay::Disclosure,
    table::{Column, NameCell, Table, Td, Tr},
};

/// How wide and how high the picture is in the units of its paths.
pub const CHART_SIZE: (f64, f64) = (1_000.0, 200.0);
/// Lines that are told apart by colour; what is beyond begins anew.
const COLOURS: [&str; 6] = ["line-1", "line-2", "line-3", "line-4", "line-5", "line-6"];

/// A picture of one quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    pub title: String,
    /// What it says, in a sentence.
    pub told: String,
    /// From the top to the bottom.
    pub heights: Vec<String>,
    pub lines: Vec<ChartLine>,
    /// Moments with a value of each line.
    pub rows: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartLine {
    pub name: String,
    /// As SVG has it; interrupted where nothing was measured.
    pub path: String,
}

/// The picture. `times` stand under it, from the first to the last.
#[component]
pub fn LineChart(chart: Chart, times: Vec<String>) -> impl IntoView {
    let Chart { title, told, heights, lines, rows } = chart;
    let (width, height) = CHART_SIZE;
    let grid = (0..=2).map(|n| {
        let at = height / 2.0 * f64::from(n);
        view! { <path class="grid-line" d=format!("M0 {at}H{width}")></path> }
    });
    let paths = lines.iter().zip(COLOURS.iter().cycle()).map(|(line, colour)| {
        view! { <path class=*colour d=line.path.clone()></path> }
    });
    let names = lines.iter().zip(COLOURS.iter().cycle()).map(|(line, colour)| {
        view! {
            <li>
                <svg viewBox="0 0 16 4" width="16" height="4" aria-hidden="true"><path class=*colour d="M0 2H16"></path></svg>
                {line.name.clone()}
            </li>
        }
    });
    let legend =
        (lines.len() > 1).then(|| view! { <ul class="chart-names">{names.collect_view()}</ul> });
    let list = |words: Vec<String>| {
        words.into_iter().map(|word| view! { <span>{word}</span> }).collect_view()
    };
    let columns: Vec<_> = lines.iter().map(|line| line.name.clone()).collect();
    let head = move || {
        let columns = columns.iter().map(|name| view! { <Column title=name.clone() number=true/> });
        view! { <Column title="Time"/>{columns.collect_view()} }
    };
    let names: Vec<_> = lines.iter().map(|line| line.name.clone()).collect();
    let body = rows.into_iter().map(move |(time, values)| {
        let cells = values.into_iter().zip(names.clone()).map(|(value, label)| {
            view! { <Td label number=true>{value}</Td> }
        });
        view! { <Tr><NameCell>{time}</NameCell>{cells.collect_view()}</Tr> }
    });
    let label = format!("{title} as a table");
    view! {
        <figure class="chart">
            <figcaption><h3>{title.clone()}</h3><p>{told}</p></figcaption>
            {legend}
            <div class="chart-frame">
                <div class="chart-heights" aria-hidden="true">{list(heights)}</div>
                <svg viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    {grid.collect_view()}
                    {paths.collect_view()}
                </svg>
                <div class="chart-times" aria-hidden="true">{list(times)}</div>
            </div>
            <Disclosure title=label.clone()>
                <Table label head small=true>{body.collect_view()}</Table>
            </Disclosure>
        </figure>
    }
    .into_any()
}
