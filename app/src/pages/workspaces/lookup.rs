//! What the registry knows of the image, said below it while nobody types. It keeps nobody from submitting.

use domain::ProjectId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::Form;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{browser, error::UiError, ui::Muted, wire::Call};

/// Milliseconds without a key after which the registry is asked.
const QUIET_MS: u64 = 600;

/// One sentence about an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookedUp {
    pub image: String,
    pub words: String,
}

#[server(prefix = "/ui", endpoint = "look_up_image", protocol = Call)]
pub async fn look_up_image(project: ProjectId, image: String) -> Result<LookedUp, UiError> {
    use control::preflight::Preflight;
    use domain::quantity::rounded;
    let (control, actor) = caller()?;
    let words = match control.preflight(&actor, project, &image).await? {
        Preflight::Found { digest, size, platforms } => {
            let size = size.map(|bytes| format!("{} GB to pull", rounded(bytes as f64 / 1e9, 1)));
            let parts = [Some(platforms.join(", ")), size, Some(digest.chars().take(19).collect())];
            let parts = parts.into_iter().flatten().filter(|part: &String| !part.is_empty());
            format!("Found: {}.", parts.collect::<Vec<_>>().join(", "))
        }
        Preflight::Missing => {
            "Its registry does not have this image or tag; the workspace could not start."
                .to_owned()
        }
        Preflight::Unknown { why } => format!("Not looked up: {why}."),
    };
    Ok(LookedUp { image, words })
}

/// The sentence about what stands in *Image URL* now.
pub fn image_note(form: Form, project: Option<ProjectId>) -> AnyView {
    let image = Memo::new(move |_| form.draft().image().unwrap_or_default());
    let said = RwSignal::new(None::<LookedUp>);
    crate::browser::effect(move || {
        let asked = image.get();
        let Some(project) = project.filter(|_| !asked.trim().is_empty()) else { return };
        browser::after(QUIET_MS, move || {
            if image.try_get_untracked().as_ref() != Some(&asked) {
                return;
            }
            crate::browser::spawn(async move {
                if let Ok(found) = look_up_image(project, asked).await {
                    said.try_set(Some(found));
                }
            });
        });
    });
    (move || {
        let of = said.get().filter(|said| image.with(|image| *image == said.image))?;
        Some(view! { <Muted small=true><span role="status">{of.words}</span></Muted> })
    })
    .into_any()
}
