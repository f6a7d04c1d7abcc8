//! Lists of the form: one way to draw the rows of each.

use domain::form::{Field, Input, Offer, Pairs, TOOL, row_key, row_path};
use leptos::prelude::*;

use super::{
    fields::{Place, closed_lists, given_chip, policy_chip, shown_field},
    form::{Form, FormList, FormRow},
    given::{Gifts, prefix},
    offers::Offers,
    rules::{Governed, RuledRow, found},
};
use crate::ui::{
    Across, Button, ButtonKind, ButtonSize, Columns, Each, Gap, Grid, Icon, IconName, IconSize,
    Muted, Repeater, RepeaterRow, Row, Stack, each,
};

/// The rows of a list, with the button that adds one.
pub fn list_view(form: Form, name: &'static str) -> AnyView {
    let list = form.list(name);
    let opens_with = expect_context::<Governed>().opens_with(list.of.paths);
    let add = Callback::new(move |()| add_row(list, &opens_with));
    view! {
        <Repeater add=list.of.add on_add=add not_now=closed_lists(list.of.paths)>
            {rows_view(list)}
        </Repeater>
    }
    .into_any()
}

/// What can be changed about a tool that the environment brings: where it is reached, and by whom.
const OPEN: [&str; 5] = ["address", "external", "access", "users", "groups"];

/// The tools of the environment, of which none can be added or taken out.
pub fn given_tools(form: Form) -> AnyView {
    let list = form.list(TOOL.name);
    let none = move || {
        let is_empty = list.rows.with(Vec::is_empty);
        is_empty.then(|| view! { <Muted small=true>"The environment brings no tools."</Muted> })
    };
    view! {
        {none}
        {rows_of(list, true)}
    }
    .into_any()
}

/// The rows alone.
pub fn rows_view(list: FormList) -> AnyView {
    rows_of(list, false)
}

/// The rows; where they are `kept`, they are somebody else's.
fn rows_of(list: FormList, kept: bool) -> AnyView {
    // Worked out once for all rows and fields when one of them changes.
    let paths = Memo::new(move |_| {
        let rows = list.draft();
        let path = |at| row_path(list.of, &rows, at).unwrap_or_default();
        let keys = list.rows.with(|all| all.iter().map(|row| row.key).collect::<Vec<_>>());
        keys.into_iter().enumerate().map(|(at, key)| (key, path(at))).collect::<Vec<_>>()
    });
    let row = move |row: FormRow| Each::new(row.key, move || row_view((list, row), paths, kept));
    each(move || list.rows.get().into_iter().map(row).collect())
}

/// A new row, with what the policy fills in; of tools the next kind that is not in the list yet, on its usual port.
fn add_row(list: FormList, opens_with: &Pairs) {
    let given = opens_with.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    if list.of.name != TOOL.name {
        return list.add(&given.collect::<Vec<_>>());
    }
    let taken: Vec<_> = list.rows.with_untracked(|rows| {
        rows.iter().map(|r| r.texts.signal("kind").get_untracked()).collect()
    });
    let next = domain::form::TOOLS.iter().find(|kind| !taken.iter().any(|t| t == kind.name));
    match next {
        Some(kind) => {
            let own = [("kind", kind.name), ("port", kind.port)];
            list.add(&own.into_iter().chain(given).collect::<Vec<_>>());
        }
        None => list.add(&given.collect::<Vec<_>>()),
    }
}

/// The path of each row, by its key.
type Paths = Memo<Vec<(usize, String)>>;

fn row_view((list, row): (FormList, FormRow), paths: Paths, kept: bool) -> AnyView {
    match list.of.name {
        name if name == TOOL.name => follow_kind(row),
        "secret" => find_type(row),
        _ => {}
    }
    // A row that the policy adds is known by the name that it opened with.
    let of_policy = policy_row(list, row);
    let is_of_policy = of_policy.is_some();
    let locked = of_policy.as_ref().is_some_and(|rule| rule.is_locked);
    let title = Signal::derive(move || row_title(list, row));
    let remove = Callback::new(move |()| match is_of_policy {
        true => row.out.set(true),
        false => list.remove(row.key),
    });
    let key = untrack(|| row_key(list.of, |name| row.texts.text(name)));
    let given_as = prefix(list.of, &key);
    let inside = move || {
        let given_as = given_as.clone();
        let given = (!is_of_policy).then(|| given_note(title, given_as.clone()));
        let note = of_policy.clone().map(|rule| policy_note(title.get_untracked(), rule));
        view! {
            <RepeaterRow label=title on_remove=remove locked=locked || kept>
                <Stack gap=Gap::Small>
                    {note}
                    {given}
                    {row_head(row)}
                    <Grid columns=columns(list)>{row_fields((list, row), paths, Hold { is_of_policy, locked, kept }, given_as)}</Grid>
                </Stack>
            </RepeaterRow>
        }
        .into_any()
    };
    (move || match row.out.get() {
        true => taken_out(title.get_untracked(), row.out),
        false => inside(),
    })
    .into_any()
}

fn columns(list: FormList) -> Columns {
    match list.of.fields.len() {
        // Pairs, and data, whose names are long.
        2 | 20.. => Columns::Two,
        5 => Columns::Four,
        _ => Columns::Three,
    }
}

fn policy_row(list: FormList, row: FormRow) -> Option<RuledRow> {
    if list.of.key.is_empty() {
        return None;
    }
    let governed = expect_context::<Governed>();
    let key = row.texts.signal(list.of.key).get_untracked();
    list.of.paths.iter().find_map(|path| found(&governed.list(path).rows, &key))
}

/// `variable EPOCHS`.
fn row_title(list: FormList, row: FormRow) -> String {
    let first = list.of.fields[0].name;
    let key = if list.of.key.is_empty() { first } else { list.of.key };
    let words = [list.of.what.to_owned(), row.texts.text(key)];
    words.join(" ").trim().to_owned()
}

/// What a row of data is, where it was loaded from, and instructions to whoever fills it in.
fn row_head(row: FormRow) -> Option<AnyView> {
    let has = |name: &str| row.texts.fields().iter().any(|field| field.name == name);
    if has("origin") {
        return Some(super::storage::row_head(row));
    }
    let about = has("about").then(|| row.texts.signal("about").get_untracked())?;
    (!about.is_empty()).then(|| view! { <Muted small=true>{about}</Muted> }.into_any())
}

/// Who else has a say in a row.
#[derive(Clone, Copy)]
struct Hold {
    is_of_policy: bool,
    /// The policy holds all of it.
    locked: bool,
    /// It is the environment's.
    kept: bool,
}

fn row_fields(
    (list, row): (FormList, FormRow),
    paths: Paths,
    Hold { is_of_policy, locked, kept }: Hold,
    given_as: String,
) -> AnyView {
    let name = list.of.name;
    let place_of = move |field: &'static Field| {
        let path = Signal::derive(move || {
            let path = paths.with(|all| {
                all.iter().find(|(key, _)| *key == row.key).map(|(_, path)| path.clone())
            });
            format!("{}.{}", path.unwrap_or_default(), row.texts.path_of(field))
        });
        let is_key = field.name == list.of.key && is_of_policy;
        Place {
            texts: row.texts,
            path,
            name: format!("{name}_{}", field.name),
            id: format!("{name}-{}-{}", field.name, row.key),
            is_of_policy,
            locked: locked || is_key || (kept && !OPEN.contains(&field.name)),
            fixed: false,
            given_as: given_as.clone(),
        }
    };
    let fields = list.of.fields.iter().map(|field| match field.input {
        Input::Hidden if is_part(list, field) => ().into_any(),
        Input::Hidden => hidden(format!("{name}_{}", field.name), row.texts.signal(field.name)),
        // Long lists, and what is said of them.
        Input::People | Input::ClassAttributes => {
            let shown = shown_field(field.name, place_of(field));
            view! { <Across>{shown}</Across> }.into_any()
        }
        _ => shown_field(field.name, place_of(field)),
    });
    fields.collect_view().into_any()
}

/// Whether another control of the row holds it: the unit of a quantity.
fn is_part(list: FormList, field: &Field) -> bool {
    list.of
        .fields
        .iter()
        .any(|other| matches!(other.input, Input::Quantity { unit, .. } if unit == field.name))
}

fn hidden(name: String, value: RwSignal<String>) -> AnyView {
    view! { <input type="hidden" name=name value=move || value.get()/> }.into_any()
}

/// Who gave the row, while it is known.
fn given_note(title: Signal<String>, given_as: String) -> AnyView {
    let gifts = expect_context::<Gifts>();
    (move || {
        let by = gifts.of_row(&given_as)?;
        Some(view! { <Row>{given_chip(&title.get_untracked(), &by)}</Row> })
    })
    .into_any()
}

/// A key of NGC is known by its name alone to what the row was opened from.
fn find_type(row: FormRow) {
    let offers = expect_context::<Offers>();
    for (plain, key, of) in [("name", "ngc", Offer::NgcKeys), ("mine", "my_ngc", Offer::MyNgcKeys)]
    {
        let named = row.texts.signal(plain);
        let is_key =
            untrack(|| offers.of(of).iter().any(|own| named.with(|name| own.value == *name)));
        if is_key {
            row.texts.signal("type").set("ngcApiKey".to_owned());
            row.texts.signal(key).set(named.get_untracked());
            named.set(String::new());
        }
    }
}

/// Another kind of tool usually listens on another port.
fn follow_kind(row: FormRow) {
    let port = row.texts.signal("port");
    let kind = row.texts.signal("kind");
    Effect::watch(
        move || kind.get(),
        move |kind, before, _| {
            let tools = domain::form::TOOLS;
            let port_of = |kind: &str| tools.iter().find(|k| k.name == kind).map(|k| k.port);
            let usual = before.and_then(|before| port_of(before));
            if usual.is_some_and(|usual| port.get_untracked() == usual) {
                port.set(port_of(kind).unwrap_or_default().into());
            }
        },
        false,
    );
}

/// Says that a row is the policy's.
fn policy_note(title: String, rule: RuledRow) -> AnyView {
    let lock = rule.is_locked.then(|| view! { <Icon name=IconName::Lock size=IconSize::Small/> });
    view! { <Row>{lock}<Muted small=true>{rule.what}</Muted>{policy_chip(title, rule.says)}</Row> }
        .into_any()
}

/// A row that the policy adds and somebody has taken out.
fn taken_out(title: String, out: RwSignal<bool>) -> AnyView {
    let back = Callback::new(move |()| out.set(false));
    view! {
        <Row>
            <Muted small=true>{format!("The policy's {title} is left out.")}</Muted>
            <Button kind=ButtonKind::Plain size=ButtonSize::Small on_press=back>"Put it back"</Button>
        </Row>
    }
    .into_any()
}
