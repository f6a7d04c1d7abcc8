//! A template made of assets alone (`form-and-assets.md` §13.5): what people make while flexible templates are
//! switched off. Environment, compute resource and data sources are chosen, and nothing of them is typed.

use domain::{AssetId, Scope, form::Draft};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    form::Form,
    linking::Linkable,
    sections::{Around, section_view},
    setup::Told,
};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    ui::{Card, Checkbox, Choice, Field, Fieldset, Muted, Select, Stack, Toggle},
    wire::Call,
};

/// The assets that such a template is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    pub environment: Option<AssetId>,
    pub compute: Option<AssetId>,
    pub datasources: Vec<AssetId>,
}

/// Keeps such a template; its id.
#[server(prefix = "/ui", endpoint = "keep_of_assets", protocol = Call)]
pub async fn keep_of_assets(
    scope: Scope,
    told: Told,
    chosen: Chosen,
    draft: Draft,
) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::save_of_assets(&control, &actor, scope, told, (chosen, &draft)).await?)
}

/// What is chosen. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Alone {
    environment: RwSignal<String>,
    compute: RwSignal<String>,
    /// Ids, with commas between them.
    datasources: RwSignal<String>,
}

impl Alone {
    /// Nothing is chosen yet.
    pub fn new() -> Self {
        let nothing = || RwSignal::new(String::new());
        Self { environment: nothing(), compute: nothing(), datasources: nothing() }
    }

    /// What is chosen now.
    pub fn chosen(self) -> Chosen {
        let datasources = self.datasources.get();
        Chosen {
            environment: self.environment.get().parse().ok(),
            compute: self.compute.get().parse().ok(),
            datasources: datasources.split(',').filter_map(|id| id.parse().ok()).collect(),
        }
    }

    /// The choices, among what there is, and what a template says beside them.
    pub fn view(
        self,
        all: RwSignal<Vec<Linkable>>,
        form: Form,
        around: Around,
        error: Signal<Option<String>>,
    ) -> AnyView {
        view! {
            <Card>
                <Stack>
                    <Field label="Environment" name="environment" required=true error>
                        <Select name="environment" value=self.environment choices=choices(all, "environment", "Choose")/>
                    </Field>
                    <Field label="Compute resource" name="compute" optional=true>
                        <Select name="compute" value=self.compute choices=choices(all, "compute", "None")/>
                    </Field>
                    <Fieldset legend="Data sources" optional=true>{move || self.boxes(&all.get())}</Fieldset>
                </Stack>
            </Card>
            {section_view(&domain::form::GENERAL_OF_ASSETS, form, around)}
        }
        .into_any()
    }

    fn boxes(self, all: &[Linkable]) -> AnyView {
        let own = all.iter().filter(|one| one.section == DATA).cloned();
        let boxes: Vec<_> = own
            .map(|Linkable { id, words, .. }| {
                let id = id.to_string();
                let value = Toggle::among(self.datasources, id.clone());
                view! { <Checkbox name="datasource" own=id value label=words/> }
            })
            .collect();
        match boxes.is_empty() {
            true => view! { <Muted small=true>"There are none at this scope."</Muted> }.into_any(),
            false => boxes.into_any(),
        }
    }
}

/// The section that data sources are chosen for.
pub const DATA: &str = "data";

fn choices(
    all: RwSignal<Vec<Linkable>>,
    section: &'static str,
    none: &'static str,
) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let own = all.get().into_iter().filter(|one| one.section == section);
        let own = own.map(|one| Choice::new(one.id.to_string(), one.words));
        std::iter::once(Choice::new("", none)).chain(own).collect()
    })
}
