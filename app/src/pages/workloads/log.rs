//! The log of a workload, as its container writes it: searched, and kept as a file.

use domain::WorkloadId;
use leptos::prelude::*;

use super::{data::Opened, live};
use crate::{
    browser::lower,
    ui::{Choice, CodeBlock, FileLink, Muted, Row, SearchInput, Segmented, Stack},
};

/// Lines that the page holds; older ones are in the file.
const LINES_MAX: usize = 2_000;
/// What is said where there is no line.
const NOTHING: &str = "There is no log: its container has written nothing, or is not running.";
/// The instances of a container, as one chooses them.
const NOW: &str = "now";
const EARLIER: &str = "earlier";
/// Lines of the file.
const FILE_LINES: usize = 10_000;

#[component]
pub fn LogTab(id: WorkloadId, shown: Signal<Opened>, tab: RwSignal<String>) -> impl IntoView {
    let first = shown.with_untracked(|opened| opened.log.clone());
    let lines = RwSignal::new(first.lines().map(str::to_owned).collect::<Vec<_>>());
    let search = RwSignal::new(String::new());
    let instance = RwSignal::new(NOW.to_owned());
    let is_earlier = Memo::new(move |_| instance.with(|instance| instance == EARLIER));
    // Another run has another container.
    let asked = Memo::new(move |_| {
        let phase = shown.with(|opened| opened.row.phase);
        (tab.get() == "logs")
            .then(|| (format!("/workloads/{id}/log?previous={}", is_earlier.get()), phase))
    });
    let url = Signal::derive(move || asked.get().map(|(url, _)| url));
    live::follow(
        url,
        move || drop(lines.try_set(vec![])),
        move |line| {
            lines.try_update(|lines| {
                lines.push(line);
                let surplus = lines.len().saturating_sub(LINES_MAX);
                lines.drain(..surplus);
            });
        },
    );
    let text = Signal::derive(move || {
        let wanted = lower(search.get().trim());
        let fits = |line: &&String| wanted.is_empty() || lower(line).contains(&wanted);
        lines.with(|lines| lines.iter().filter(fits).cloned().collect::<Vec<_>>().join("\n"))
    });
    let is_empty = Memo::new(move |_| lines.with(Vec::is_empty));
    let file = shown.with_untracked(|opened| format!("{}.log", opened.row.name));
    let file = StoredValue::new(file);
    let href = Signal::derive(move || {
        let previous = is_earlier.get();
        format!("/api/v1/workloads/{id}/logs?tailLines={FILE_LINES}&previous={previous}")
    });
    let has_earlier = Memo::new(move |_| shown.with(|opened| opened.has_earlier_log));
    let instances = move || {
        has_earlier.get().then(|| {
            let choices = vec![Choice::new(NOW, "Now"), Choice::new(EARLIER, "Before its restart")];
            view! { <Segmented legend="Instance" name="log_instance" value=instance choices small=true/> }
        })
    };
    let filled = move || {
        view! {
            <Stack>
                <Row>
                    <SearchInput name="log_search" value=search label="Search the log"/>
                    <FileLink href name=file.get_value()>"Download"</FileLink>
                </Row>
                <CodeBlock text label="Log"/>
            </Stack>
        }
        .into_any()
    };
    let log = move || match is_empty.get() {
        true => view! { <Muted>{NOTHING}</Muted> }.into_any(),
        false => filled(),
    };
    view! { <Stack>{instances}{log}</Stack> }.into_any()
}
