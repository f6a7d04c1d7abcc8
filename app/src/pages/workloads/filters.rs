//! What stands above the table: chips of the phases, search, filters, columns, and the file for other
//! programs. Every part is a form or a link, so that it works without scripts.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    PAGE,
    asked::Asked,
    columns::{COLUMNS, COMPARISONS, FILTERS, field_title, filter_in_words},
    data::Rows,
};
use crate::ui::{
    Button, ButtonFace, ButtonKind, ButtonSize, Checkbox, Choice, FilterChip, Gap, IconName,
    LinkButton, PickChip, Popover, Row, SearchInput, Select, Stack, TextInput, Toolbar,
};
use crate::widgets::PhaseMark;

/// Goes to the table as asked.
#[derive(Clone, Copy)]
struct Go(Callback<Asked>);

#[component]
pub fn Filters(shown: Signal<Rows>, asked: Signal<Asked>) -> impl IntoView {
    let navigate = use_navigate();
    let go = Go(Callback::new(move |asked: Asked| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&asked.address(PAGE, None), options);
    }));
    let search = RwSignal::new(asked.get_untracked().search);
    Effect::watch(
        move || search.get(),
        move |search, _, _| {
            let old = asked.get_untracked();
            if old.search != *search {
                go.0.run(Asked { search: search.clone(), offset: 0, ..old });
            }
        },
        false,
    );
    let csv = Signal::derive(move || asked.with(|asked| asked.address("/workloads.csv", None)));
    let end = move || {
        view! {
            <Columns asked go/>
            <LinkButton href=csv kind=ButtonKind::Plain size=ButtonSize::Small caps=true
                icon=IconName::Download file=true>"Download CSV"</LinkButton>
        }
    };
    view! {
        <Stack>
            <Phases shown asked go/>
            <Toolbar end>
                <form method="get" action=PAGE role="search">
                    {kept(asked, &["search", "offset"])}
                    <SearchInput name="search" value=search label="Search"/>
                </form>
                <Chosen asked go/>
                <AddFilter asked go/>
            </Toolbar>
        </Stack>
    }
    .into_any()
}

/// What a form without scripts must not lose: the address's other pairs.
fn kept(asked: Signal<Asked>, own: &'static [&'static str]) -> AnyView {
    let hidden = move || {
        let pairs = asked.with(Asked::pairs).into_iter().filter(|(name, _)| !own.contains(name));
        let inputs =
            pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
        inputs.collect_view()
    };
    view! { {hidden} }.into_any()
}

/// One chip for every phase that there is; pressed, it shows that phase alone.
#[component]
fn Phases(shown: Signal<Rows>, asked: Signal<Asked>, go: Go) -> impl IntoView {
    let counts = Memo::new(move |_| shown.with(|rows| rows.phases.clone()));
    let chips = move || {
        let chip = |(phase, count): (domain::workload::PhaseName, usize)| {
            let word = phase.label();
            let chosen = Signal::derive(move || asked.with(|asked| asked.phase == word));
            let press = Callback::new(move |()| {
                let old = asked.get_untracked();
                let phase = if old.phase == word { String::new() } else { word.to_owned() };
                go.0.run(Asked { phase, offset: 0, ..old });
            });
            view! {
                <PickChip chosen on_press=press>
                    <PhaseMark phase/> {word} " " <b>{count}</b>
                </PickChip>
            }
        };
        counts.get().into_iter().map(chip).collect_view()
    };
    view! { <Row>{chips}</Row> }.into_any()
}

/// The filters that are on, each with a cross.
#[component]
fn Chosen(asked: Signal<Asked>, go: Go) -> impl IntoView {
    let filters = Memo::new(move |_| asked.with(|asked| asked.filters.clone()));
    let chip = move |filter: String| {
        let (about, value) = filter_in_words(&filter);
        let remove = Callback::new(move |()| {
            let mut new = Asked { offset: 0, ..asked.get_untracked() };
            new.filters.retain(|own| *own != filter);
            go.0.run(new);
        });
        view! { <FilterChip about value on_remove=remove/> }
    };
    view! { {move || filters.get().into_iter().map(chip).collect_view()} }.into_any()
}

/// Field, comparison and value of a new filter.
#[component]
fn AddFilter(asked: Signal<Asked>, go: Go) -> impl IntoView {
    let (first, comparison) = (FILTERS[0].0.to_owned(), COMPARISONS[0].0.to_owned());
    let (field, comparison) = (RwSignal::new(first), RwSignal::new(comparison));
    let value = RwSignal::new(String::new());
    let mut names: Vec<&'static str> = FILTERS.iter().map(|(name, _)| *name).collect();
    for name in COLUMNS.iter().filter_map(|column| column.field) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let plain = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        not_now: None,
    };
    let fields: Vec<_> = names.iter().map(|name| plain(name, field_title(name))).collect();
    let comparisons: Vec<_> = COMPARISONS.iter().map(|(sign, words)| plain(sign, words)).collect();
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = value.get_untracked();
        if !text.trim().is_empty() {
            let mut new = Asked { offset: 0, ..asked.get_untracked() };
            let (field, comparison) = (field.get_untracked(), comparison.get_untracked());
            new.filters.push(format!("{field}{comparison}{}", text.trim()));
            value.set(String::new());
            go.0.run(new);
        }
    };
    let face = || {
        view! { <ButtonFace kind=ButtonKind::Plain size=ButtonSize::Small text="Add filter"/> }
    };
    view! {
        <Popover label="Add filter" face left=true>
            <form method="get" action=PAGE on:submit=add>
                {kept(asked, &["offset"])}
                <Stack gap=Gap::Small>
                    <Select name="filter_field" value=field choices=fields label="Column"/>
                    <Select name="filter_comparison" value=comparison choices=comparisons label="Comparison"/>
                    <TextInput name="filter_value" value label="Value" placeholder="Value"/>
                    <Button kind=ButtonKind::Primary size=ButtonSize::Small submit=true>"Add"</Button>
                </Stack>
            </form>
        </Popover>
    }
    .into_any()
}

/// Which columns are shown.
#[component]
fn Columns(asked: Signal<Asked>, go: Go) -> impl IntoView {
    let box_of = move |column: &'static super::columns::ColumnKind| {
        let shown =
            asked.with_untracked(|asked| asked.shown_columns().iter().any(|key| key == column.key));
        let change = Callback::new(move |on: bool| {
            go.0.run(asked.get_untracked().with_column(column.key, on));
        });
        view! {
            <Checkbox name="columns" own=column.key value=RwSignal::new(shown) label=column.title
                on_change=change/>
        }
    };
    let face =
        || view! { <ButtonFace kind=ButtonKind::Plain size=ButtonSize::Small text="Columns"/> };
    view! {
        <Popover label="Columns" face>
            <form method="get" action=PAGE>
                {kept(asked, &["columns"])}
                <Stack gap=Gap::Small>
                    {COLUMNS.iter().map(box_of).collect_view()}
                    <noscript><button type="submit">"Show"</button></noscript>
                </Stack>
            </form>
        </Popover>
    }
    .into_any()
}
