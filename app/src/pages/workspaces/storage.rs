//! Data & storage: rows of any kind, added by a menu or loaded from an asset.

use domain::form::{DATA, DataKind};
use leptos::prelude::*;

use super::{
    fields::closed_lists,
    form::{Form, FormList, FormRow},
    rows::rows_view,
    rules::Governed,
};
use crate::ui::{Badge, ButtonFace, ButtonSize, Menu, MenuItem, Muted, Repeater, Row, Stack, Tone};

/// The rows, and the menu that adds one.
pub fn data_view(form: Form) -> AnyView {
    let list = form.list("data");
    let governed = expect_context::<Governed>();
    let item = move |kind: &'static DataKind| {
        let add = Callback::new(move |()| add_kind(list, governed, kind.name, kind.path));
        let not_now = closed_lists(&[kind.path]);
        view! { <MenuItem on_press=add not_now=Signal::stored(not_now)>{kind.label}</MenuItem> }
    };
    let items = move || DATA.iter().filter(|kind| kind.is_one_time).map(item).collect_view();
    let face = || view! { <ButtonFace size=ButtonSize::Small text="+Data"/> };
    let nothing = move || {
        list.rows.with(Vec::is_empty).then(|| {
            view! { <Muted small=true>"Nothing is mounted: what is written goes when the workspace stops."</Muted> }
        })
    };
    view! {
        <Stack>
            {nothing}
            {rows_view(list)}
            <Row><Menu label="+Data" left=true face=face>{items()}</Menu></Row>
        </Stack>
    }
    .into_any()
}

/// A row of this kind, with what the policy fills in.
fn add_kind(list: FormList, governed: Governed, kind: &str, path: &str) {
    let opens_with = governed.opens_with(&[path]);
    let given = opens_with.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let texts: Vec<_> = given.chain([("kind", kind)]).collect();
    list.add(&texts);
}

/// **+VOLUME** of the Original form, and the rows of any kind: what a gallery adds is a row too.
pub fn volumes_view(form: Form) -> AnyView {
    let list = form.list("data");
    let (governed, path) = (expect_context::<Governed>(), "spec.storage.pvc");
    let add = Callback::new(move |()| add_kind(list, governed, "volume", path));
    let not_now = closed_lists(&[path]);
    view! {
        <Repeater add="+Volume" on_add=add not_now=Signal::stored(not_now)>
            {rows_view(list)}
        </Repeater>
    }
    .into_any()
}

/// What a row is, and the asset that it was loaded from.
pub fn row_head(row: FormRow) -> AnyView {
    let text = |name: &str| row.texts.signal(name).get_untracked();
    let kind = text("kind");
    let label = DataKind::named(&kind).map_or("Data", |kind| kind.label);
    let origin = text("origin");
    let loaded = (!text("asset").is_empty() || !origin.is_empty()).then(|| {
        let name = text("name");
        let words = if name.is_empty() { origin } else { name };
        view! { <b>{words}</b> }
    });
    view! { <Row><Badge tone=Tone::Line>{label}</Badge>{loaded}</Row> }.into_any()
}
