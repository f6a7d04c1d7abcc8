//! Load from existing setup: the strip of a section says what it was filled in from, its button opens the side pane.

use domain::{AssetId, ProjectId, form::Pairs};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use super::{
    form::Form,
    given::{Gifts, Given},
    picks::picks_view,
};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    pages::detour,
    ui::{Button, ButtonKind, ButtonSize, Muted, Setup, Toasts, Tone},
    widgets::Against,
    wire::Call,
};

/// An asset that a section can be filled in from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    pub id: AssetId,
    pub name: String,
    pub description: String,
    /// Whose it is.
    pub scope: String,
    /// What it gives, in a line.
    pub summary: String,
    /// `used 3 days ago`; empty where it was not used in the project.
    pub used: String,
    /// What stands against it in the project.
    pub against: Vec<Against>,
}

/// What a section is filled in with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filling {
    pub pairs: Pairs,
    pub given: Vec<Given>,
}

/// What a section of the form can be filled in from in a project, recently used first.
#[server(prefix = "/ui", endpoint = "picks", protocol = Call)]
pub async fn list_picks(project: ProjectId, section: String) -> Result<Vec<Pick>, UiError> {
    let (control, actor) = caller()?;
    super::loading::picks(&control, &actor, project, &section)
}

/// What this asset fills in.
#[server(prefix = "/ui", endpoint = "load_asset", protocol = Call)]
pub async fn load_asset(project: ProjectId, id: AssetId) -> Result<Filling, UiError> {
    let (control, actor) = caller()?;
    super::loading::filling(&control, &actor, project, id)
}

/// Where the pane's picks go: the section that is open, and its project.
#[derive(Clone, Copy)]
pub struct Loading {
    /// None where the form is for no project, and has nothing to load.
    pub project: Option<ProjectId>,
    /// The section whose pane is open.
    pub section: RwSignal<Option<&'static str>>,
}

/// The hidden field that names the asset of a section; data is loaded row by row.
pub fn asset_field(section: &str) -> Option<&'static str> {
    match section {
        "environment" => Some("environment"),
        "compute" => Some("compute"),
        _ => None,
    }
}

/// The strip under a section's head. General has nothing to load.
pub fn load_strip(section: &'static str, form: Form) -> Option<AnyView> {
    if section == "general" {
        return None;
    }
    let loading = expect_context::<Loading>();
    let gifts = expect_context::<Gifts>();
    let open = Callback::new(move |()| loading.section.set(Some(section)));
    let own = asset_field(section).map(|field| form.signal(field));
    let loaded = move || own.map(|own| own.get()).filter(|id| !id.is_empty());
    let by = move || gifts.of_field(asset_field(section)?).map(|given| given.by);
    let words = move || match (loaded(), by()) {
        (Some(_), Some(by)) => format!("Loaded from {by}. Changes hold for this workspace alone."),
        (Some(_), None) => "The asset that it was loaded from is gone; its values stay.".to_owned(),
        (None, _) if section == "storage" => {
            "Load data sources and volumes, or add your own.".to_owned()
        }
        (None, _) => "Provide your own settings, or load an existing setup.".to_owned(),
    };
    let toasts = expect_context::<Toasts>();
    let back = Callback::new(move |()| put_back(form, (gifts, loading, toasts), section));
    let has_gift = move || loaded().is_some() && by().is_some();
    Some(
        view! {
            <Setup>
                <Muted small=true>{words}</Muted>
                {move || has_gift().then(|| view! {
                    <Button kind=ButtonKind::Plain size=ButtonSize::Small on_press=back>"Reset section"</Button>
                })}
                <Button size=ButtonSize::Small on_press=open>"Load from existing setup"</Button>
            </Setup>
            {picks_view(section, form)}
        }
        .into_any(),
    )
}

/// Loads the section's asset again.
fn put_back(form: Form, (gifts, loading, toasts): (Gifts, Loading, Toasts), section: &'static str) {
    let id = asset_field(section).and_then(|field| form.signal(field).get_untracked().parse().ok());
    let done = Callback::new(move |result: Result<(), UiError>| {
        if let Err(error) = result {
            toasts.say(Tone::Bad, error.to_string());
        }
    });
    if let (Some(id), Some(project)) = (id, loading.project) {
        fill_from(form, gifts, (section, project, id), done);
    }
}

/// Fills in what was made on a detour.
pub fn take_along(form: Form, query: &ParamsMap) {
    let (loading, gifts) = (expect_context::<Loading>(), expect_context::<Gifts>());
    let toasts = expect_context::<Toasts>();
    let Some((section, id)) = detour::made(query) else { return };
    let section = ["environment", "compute", "storage"].into_iter().find(|own| *own == section);
    let (Some(section), Ok(id), Some(project)) = (section, id.parse(), loading.project) else {
        return;
    };
    let done = Callback::new(move |result: Result<(), UiError>| {
        if let Err(error) = result {
            toasts.say(Tone::Bad, error.to_string());
        }
    });
    crate::browser::effect(move || fill_from(form, gifts, (section, project, id), done));
}

/// Fills a section in from an asset; says what went wrong.
pub fn fill_from(
    form: Form,
    gifts: Gifts,
    (section, project, id): (&'static str, ProjectId, AssetId),
    done: Callback<Result<(), UiError>>,
) {
    form.filling.update(|count| *count += 1);
    crate::browser::spawn(async move {
        let filling = load_asset(project, id).await;
        if form.filling.try_get_untracked().is_none() {
            // The page has been left.
            return;
        }
        done.run(filling.map(|filling| match asset_field(section) {
            Some(_) => {
                form.fill(&untrack(|| form.draft()).over(&filling.pairs));
                gifts.add(filling.given);
            }
            None => {
                let texts: Vec<_> =
                    filling.pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                form.list("data").add(&texts);
            }
        }));
        form.filling.try_update(|count| *count -= 1);
    });
}
