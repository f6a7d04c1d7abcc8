//! The pages, one folder or file a resource.

pub mod assets;
pub mod clusters;
pub mod departments;
pub mod detour;
pub mod estimates;
pub mod node_pools;
pub mod nodes;
pub mod policies;
pub mod projects;
pub mod reasons;
pub mod settings;
pub mod sign_in;
pub mod units;
pub mod what_if;
pub mod workloads;
pub mod workspaces;

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::UiError,
    ui::{Card, Note, Skeleton, Toasts, Tone},
    wire::Loading,
};

/// Shows what a resource holds: a skeleton while it is coming, a sentence when it failed.
#[component]
pub fn Loaded<T, V>(of: Loading<T>, view: V) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    view! {
        <Suspense fallback=|| view! { <Card><Skeleton lines=6/></Card> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match of.await {
                        Ok(data) => view(data),
                        Err(error) => {
                            view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

/// Says an action's failure in a toast, and does `then` when it went well.
pub fn say_outcome(outcome: Signal<Option<Result<(), UiError>>>, then: impl Fn() + 'static) {
    let toasts = use_context::<Toasts>();
    crate::browser::effect(move || match outcome.get() {
        Some(Ok(())) => then(),
        Some(Err(error)) => {
            if let Some(toasts) = toasts {
                toasts.say(Tone::Bad, error.to_string());
            }
        }
        None => {}
    });
}
