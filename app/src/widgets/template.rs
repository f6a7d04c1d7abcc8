//! Templates as tiles to choose one of.

use domain::verdict::VerdictKind;
use leptos::prelude::*;

use super::NotCompliant;
use crate::{
    pages::workspaces::templates::TemplateTile,
    ui::{Badge, Icon, IconName, RadioInput, StatusMark, StatusShape, Tone},
};

/// The tiles; `chosen` holds the id of one of them.
#[component]
pub fn Tiles(tiles: Signal<Vec<TemplateTile>>, chosen: RwSignal<String>) -> impl IntoView {
    let tile = move |tile: TemplateTile| {
        let runnable = tile.is_runnable();
        let TemplateTile { id, name, description, scope, summary, kind, sentence, against } = tile;
        let details = view! { <NotCompliant name=name.clone() id=id.to_string() against/> };
        let own = id.to_string();
        let (shape, tone, word) = match kind {
            VerdictKind::StartsNow => (StatusShape::Tick, Tone::Good, "Starts now"),
            VerdictKind::Waits => (StatusShape::Clock, Tone::Warn, "Waits"),
            VerdictKind::Never => (StatusShape::Barred, Tone::Bad, "Can never run here"),
            VerdictKind::LeftTo => (StatusShape::Half, Tone::Info, kind.word()),
            VerdictKind::Refused => (StatusShape::Barred, Tone::Plain, "Needs changes"),
        };
        view! {
            <li class=if runnable { "tile" } else { "tile tile-off" }>
                <label>
                    <span class="tile-top">
                        <RadioInput class="radio" name="template".to_owned() own chosen on_choose=None/>
                        <Icon name=IconName::Notebook/>
                        <b>{name}</b>
                        <span class="ml-auto"><Badge tone=Tone::Line>{scope}</Badge></span>
                    </span>
                    <span class="tile-desc">{description}</span>
                    <span class="tile-spec">{summary}</span>
                </label>
                <div class="tile-foot">
                    <StatusMark shape tone/>
                    <span>{word} ". " {sentence} " " {details}</span>
                </div>
            </li>
        }
    };
    let all = move || tiles.get().into_iter().map(tile).collect_view();
    view! { <ul class="tiles" aria-label="Templates">{all}</ul> }.into_any()
}
