//! Names and tags of images, proposed while people type. What was typed stays when nothing answers.

use domain::{Scope, form::Search};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{fields::Place, form::Texts};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    browser,
    error::UiError,
    ui::{Muted, TextInput},
    wire::Call,
};

/// Milliseconds without a key after which is asked.
const QUIET_MS: u64 = 300;

/// What is looked for, as the form says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sought {
    pub search: Search,
    /// The texts of `image_source`, `ngc_access`, `ngc_registry`, `ngc_source`, `ngc_shared`, `ngc_mine` and `ngc_image`.
    pub said: [String; 7],
    /// What is typed.
    pub typed: String,
}

/// Where the image is for. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ImagesAt(pub Signal<Scope>);

const ASKED_OF: [&str; 7] = [
    "image_source",
    "ngc_access",
    "ngc_registry",
    "ngc_source",
    "ngc_shared",
    "ngc_mine",
    "ngc_image",
];

#[server(prefix = "/ui", endpoint = "seek_images", protocol = Call)]
pub async fn seek_images(place: Scope, sought: Sought) -> Result<Vec<String>, UiError> {
    use control::ngc::{ImageSearch, ImagesOf, NgcKey};
    let (control, actor) = caller()?;
    let [source, access, registry, key_of, shared, mine, image] = sought.said;
    let of = match source.as_str() {
        "catalog" => ImagesOf::Catalog,
        _ => ImagesOf::Registry(registry),
    };
    let key = match (&of, access.as_str(), key_of.as_str()) {
        (ImagesOf::Catalog, "guest", _) => NgcKey::Guest,
        (_, _, "mine") => NgcKey::Mine(mine),
        _ => NgcKey::Shared(shared),
    };
    let who = ImageSearch { actor: &actor, place, of: &of, key: &key };
    let found = match sought.search {
        Search::Images => control.images(who, sought.typed.trim()).await?,
        Search::Tags => control.image_tags(who, image.trim(), sought.typed.trim()).await?,
    };
    Ok(found.names)
}

/// A line with proposals below it, and what stands against them.
pub fn searched(
    search: Search,
    value: RwSignal<String>,
    place: &Place,
    (name, on_leave): (String, Callback<()>),
) -> AnyView {
    let options = RwSignal::new(Vec::<String>::new());
    let trouble = RwSignal::new(None::<String>);
    ask_while_typed(search, (value, place.texts), (options, trouble));
    view! {
        <TextInput name value mono=true on_leave options/>
        {move || trouble.get().map(|words| view! { <Muted small=true><span role="status">{words}</span></Muted> })}
    }
    .into_any()
}

fn ask_while_typed(
    search: Search,
    (value, texts): (RwSignal<String>, Texts),
    (options, trouble): (RwSignal<Vec<String>>, RwSignal<Option<String>>),
) {
    let ImagesAt(place) = expect_context();
    let sought = Memo::new(move |_| {
        let said = ASKED_OF.map(|of| texts.text(of));
        (place.get(), Sought { search, said, typed: value.get() })
    });
    browser::effect(move || {
        let asked = sought.get();
        let is_ready = search == Search::Images || !asked.1.said[6].trim().is_empty();
        if !is_ready {
            return;
        }
        browser::after(QUIET_MS, move || {
            if sought.try_get_untracked().as_ref() != Some(&asked) {
                return;
            }
            browser::spawn(async move {
                let answer = seek_images(asked.0, asked.1.clone()).await;
                // An answer about something older is dropped.
                if sought.try_get_untracked() != Some(asked) {
                    return;
                }
                trouble.try_set(answer.as_ref().err().map(words));
                options.try_set(answer.unwrap_or_default());
            });
        });
    });
}

fn words(error: &UiError) -> String {
    let why = match error {
        UiError::Invalid(problems) => problems.first().map(|problem| problem.message.clone()),
        _ => None,
    };
    format!("No proposals: {}. What you type counts.", why.unwrap_or_else(|| error.to_string()))
}
