//! The side pane: what can be loaded, searched, with what stands against it; and a new asset from what the section says.

use domain::{AssetId, Scope};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    fields::checks,
    form::Form,
    given::Gifts,
    linking::Links,
    load::{Loading, Pick, asset_field, fill_from, list_picks},
    setup::{Kind, Told, keep_setup},
};
use crate::{
    browser::{self, lower},
    error::UiError,
    identity::me,
    pages::{assets::Shelf, detour},
    ui::{
        Badge, Button, ButtonFace, ButtonKind, ButtonSize, Field, Gap, IconButton, IconName, Menu,
        MenuItem, Muted, Note, RadioCard, RadioCards, Row, SearchInput, Sheet, Skeleton, Stack,
        TextInput, Tone,
    },
    widgets::NotCompliant,
};

/// Why a card cannot be chosen.
const NOT_COMPLIANT: &str = "It does not comply with the policy of the project.";

/// The pane of one section.
#[derive(Clone, Copy)]
struct Picks {
    section: &'static str,
    form: Form,
    /// Nothing while they are on their way.
    all: RwSignal<Option<Result<Vec<Pick>, UiError>>>,
    search: RwSignal<String>,
    chosen: RwSignal<String>,
    trouble: RwSignal<Option<String>>,
    /// Whether a new asset is being made.
    making: RwSignal<bool>,
}

/// The words of a section's pane: title, what one is called, and many of them.
fn words(section: &str) -> (&'static str, &'static str, &'static str) {
    match section {
        "environment" => ("Load an environment", "environment", "environments"),
        "compute" => ("Load a compute resource", "compute resource", "compute resources"),
        _ => ("Load a data source or volume", "data source", "data sources and volumes"),
    }
}

/// The gallery of the Original form: what is pressed fills the section in at once.
pub fn gallery_view(section: &'static str, form: Form) -> AnyView {
    let loading = expect_context::<Loading>();
    let gifts = expect_context::<Gifts>();
    let picks = Picks::of(section, form);
    crate::browser::effect_from(move |is_first| {
        if is_first {
            picks.fetch(loading);
        }
    });
    let done = Callback::new(move |result: Result<(), UiError>| {
        picks.trouble.try_set(result.err().map(|error| error.to_string()));
    });
    let own = asset_field(section).map(|field| form.signal(field));
    // What the section was filled in from otherwise is chosen too.
    crate::browser::effect(move || {
        if let Some(id) = own.map(|own| own.get()) {
            picks.chosen.set(id);
        }
    });
    // What an environment would have brought is said here.
    let image: Signal<String> = "spec.image".to_owned().into();
    let (error, leave) = (checks().error(image), checks().leave(image));
    let missing = move || {
        let text = error.get().filter(|_| section == "environment")?;
        Some(view! { <Note tone=Tone::Bad alert=true>{text}</Note> })
    };
    Effect::watch(
        move || picks.chosen.get(),
        move |chosen, _, _| {
            leave.run(());
            if own.is_some_and(|own| own.with_untracked(|id| id == chosen)) {
                return;
            }
            let project = loading.project;
            if let (Ok(id), Some(project)) = (chosen.parse::<AssetId>(), project) {
                fill_from(form, gifts, (section, project, id), done);
            }
        },
        false,
    );
    let (_, _, many) = words(section);
    view! {
        <Stack gap=Gap::Small>
            {missing}
            <SearchInput name="search" value=picks.search label=format!("Search {many}") inside=true/>
            {move || picks.trouble.get().map(|text| view! { <Note tone=Tone::Bad alert=true>{text}</Note> })}
            {move || picks.list()}
            {detours(section)}
        </Stack>
    }
    .into_any()
}

/// The ways to the forms of what the section can be filled in from. What was typed is in the address they lead back to.
fn detours(section: &'static str) -> AnyView {
    let navigate = use_navigate();
    let go = move |form: String| {
        let navigate = navigate.clone();
        Callback::new(move |()| {
            navigate(&detour::away(&form, &browser::present()), NavigateOptions::default());
        })
    };
    if let Some(kind) = Kind::of_section(section) {
        let words = format!("+New {}", kind.noun());
        return view! { <Row><Button on_press=go(kind.form().to_owned()) caps=true>{words}</Button></Row> }.into_any();
    }
    let volumes = me().with_value(|me| me.data_volumes).then_some(Shelf::DataVolumes);
    let shelves = [Some(Shelf::DataSources), volumes];
    let forms = shelves
        .into_iter()
        .flatten()
        .flat_map(|shelf| shelf.forms().iter().map(move |form| (shelf, form)));
    let items = forms.map(|(shelf, form)| {
        let on_press = go(format!("{}/new?type={}", shelf.href(), form.slug()));
        view! { <MenuItem on_press>{form.title()}</MenuItem> }
    });
    let items = items.collect_view();
    let face = || view! { <ButtonFace size=ButtonSize::Small text="+New data source"/> };
    view! { <Row><Menu label="+New data source" face left=true>{items}</Menu></Row> }.into_any()
}

/// The side pane of a section.
pub fn picks_view(section: &'static str, form: Form) -> AnyView {
    let loading = expect_context::<Loading>();
    let open = RwSignal::new(false);
    let picks = Picks::of(section, form);
    // The strip asks for the pane; closing it says so.
    crate::browser::effect(move || {
        if loading.section.get() == Some(section) {
            loading.section.set(None);
            open.set(true);
            picks.fetch(loading);
        }
    });
    let (title, ..) = words(section);
    let footer = move || picks.footer(loading, open);
    view! {
        <Sheet open title id=format!("load-{section}") footer=ViewFn::from(footer)>
            {move || open.get().then(|| picks.body(loading))}
        </Sheet>
    }
    .into_any()
}

impl Picks {
    fn of(section: &'static str, form: Form) -> Self {
        let own = asset_field(section).map(|field| form.signal(field).get_untracked());
        Self {
            section,
            form,
            all: RwSignal::new(None),
            search: RwSignal::new(String::new()),
            chosen: RwSignal::new(own.unwrap_or_default()),
            trouble: RwSignal::new(None),
            making: RwSignal::new(false),
        }
    }

    fn fetch(self, loading: Loading) {
        let section = self.section.to_owned();
        let Some(project) = loading.project else { return };
        crate::browser::spawn(async move {
            let found = list_picks(project, section).await;
            self.all.try_set(Some(found));
        });
    }

    fn body(self, loading: Loading) -> AnyView {
        let (_, one, many) = words(self.section);
        let plus = asset_field(self.section).map(|_| {
            let press = Callback::new(move |()| self.making.update(|making| *making = !*making));
            view! { <IconButton icon=IconName::Plus label=format!("New {one}") on_press=press/> }
        });
        view! {
            <Stack gap=Gap::Small>
                <Muted small=true>"It fills the section; you can change every field afterwards, for this workspace only."</Muted>
                <Row>
                    <SearchInput name="search" value=self.search label=format!("Search {many}")/>
                    {plus}
                </Row>
                {asset_field(self.section).is_none().then(|| detours(self.section))}
                {move || self.making.get().then(|| self.making(loading))}
                {move || self.trouble.get().map(|text| view! { <Note tone=Tone::Bad alert=true>{text}</Note> })}
                {move || self.list()}
            </Stack>
        }
        .into_any()
    }

    fn list(self) -> AnyView {
        let (_, _, many) = words(self.section);
        let all = match self.all.get() {
            None => return view! { <Skeleton lines=4/> }.into_any(),
            Some(Err(error)) => {
                return view! { <Note tone=Tone::Bad>{error.to_string()}</Note> }.into_any();
            }
            Some(Ok(all)) => all,
        };
        let wanted = lower(self.search.get().trim());
        let fits = |pick: &&Pick| {
            let text = [&pick.name, &pick.description, &pick.summary].map(|text| lower(text));
            text.iter().any(|text| text.contains(&wanted))
        };
        let found: Vec<_> = all.iter().filter(fits).cloned().collect();
        let count = format!("{} of {} {many}, recently used first", found.len(), all.len());
        let cards = found.into_iter().map(|pick| self.card(pick)).collect_view();
        view! {
            <Muted small=true><span role="status">{count}</span></Muted>
            <RadioCards legend=many>{cards}</RadioCards>
        }
        .into_any()
    }

    fn card(self, pick: Pick) -> AnyView {
        let not_now = (!pick.against.is_empty()).then(|| NOT_COMPLIANT.to_owned());
        let about = [pick.summary, pick.used].into_iter().filter(|text| !text.is_empty());
        let about = about.collect::<Vec<_>>().join(" · ");
        let details = view! { <NotCompliant name=pick.name.clone() id=pick.id.to_string() against=pick.against/> };
        // One cell of the grid: card and what is said of it.
        view! {
            <Stack gap=Gap::Small>
            <RadioCard name=format!("pick_{}", self.section) own=pick.id.to_string() value=self.chosen label=pick.name
                help=pick.description not_now>
                <Row><Badge tone=Tone::Line>{pick.scope}</Badge><Muted small=true>{about}</Muted></Row>
            </RadioCard>
            {details}
            </Stack>
        }
        .into_any()
    }

    fn footer(self, loading: Loading, open: RwSignal<bool>) -> AnyView {
        let gifts = expect_context::<Gifts>();
        let name = move || {
            let chosen = self.chosen.get();
            let all = self.all.get()?.ok()?;
            all.into_iter().find(|pick| pick.id.to_string() == chosen).map(|pick| pick.name)
        };
        let done = Callback::new(move |result: Result<(), UiError>| match result {
            Ok(()) => {
                self.trouble.try_set(None);
                open.try_set(false);
            }
            Err(error) => drop(self.trouble.try_set(Some(error.to_string()))),
        });
        let press = Callback::new(move |()| {
            let id = self.chosen.get_untracked().parse::<AssetId>();
            if let (Ok(id), Some(project)) = (id, loading.project) {
                fill_from(self.form, gifts, (self.section, project, id), done);
            }
        });
        (move || match name() {
            Some(name) => {
                let label = format!("Load {name}");
                view! { <Button kind=ButtonKind::Primary on_press=press>{label}</Button> }
                    .into_any()
            }
            None => view! { <Muted small=true>"Choose one to load."</Muted> }.into_any(),
        })
        .into_any()
    }

    /// A new asset of what the section says now.
    fn making(self, loading: Loading) -> AnyView {
        let (_, one, _) = words(self.section);
        let (name, description) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        let error = RwSignal::new(None::<String>);
        let kind = Kind::of_section(self.section).zip(loading.project);
        let Some((kind, project)) = kind else { return ().into_any() };
        let save = move || {
            let (name, description) = (name.get_untracked(), description.get_untracked());
            let draft = untrack(|| self.form.draft());
            let told = Told { name, description };
            keep_setup(kind, Scope::Project(project), told, draft, Links::default())
        };
        let press = Callback::new(move |()| {
            let saved = save();
            crate::browser::spawn(async move {
                match saved.await {
                    Ok(id) => {
                        self.making.try_set(false);
                        self.chosen.try_set(id);
                        self.fetch(loading);
                    }
                    Err(wrong) => drop(error.try_set(Some(wrong.to_string()))),
                }
            });
        });
        let about =
            format!("The new {one} takes what the section says now and belongs to the project.");
        view! {
            <Stack gap=Gap::Small>
                <Muted small=true>{about}</Muted>
                <Field label="Name" name=format!("new-{}-name", self.section) required=true error=error>
                    <TextInput name="setup_name" value=name/>
                </Field>
                <Field label="Description" name=format!("new-{}-about", self.section) optional=true>
                    <TextInput name="setup_about" value=description/>
                </Field>
                <Row><Button kind=ButtonKind::Primary on_press=press>{format!("Create {one}")}</Button></Row>
            </Stack>
        }
        .into_any()
    }
}
