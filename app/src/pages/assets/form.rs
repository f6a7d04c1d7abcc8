//! The form of anything that is described by fields. What was typed stays when the server refuses it,
//! with each problem at its field.

use std::sync::Arc;

use domain::form::{SIZE_UNITS, sized};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::{
    Shelf, asked,
    data::{Lists, Values, make_item, see_lists},
    fields::{CREATION, Control, FieldRow, Form},
};
use crate::{
    error::UiError,
    pages::{Loaded, detour},
    ui::{
        Button, ButtonKind, Card, Checkbox, Choice, Field, Fieldset, Grid, LinkButton, Muted, Note,
        Page, QuantityInput, Repeater, RepeaterRow, Row, Select, Stack, Switch, TextArea,
        TextInput, Toggle, Tone,
    },
    wire::load,
};

/// The form that the present address names.
#[component]
pub fn NewItemPage() -> impl IntoView {
    let shelf = asked();
    let query = use_query_map();
    let form = Memo::new(move |_| {
        let shelf = shelf.get()?;
        let named = query.with(|query| Form::named(&query.get("type").unwrap_or_default()));
        let wanted =
            || UiError::NotFound("There is no such form; choose one from the list.".into());
        let form = named.filter(|form| shelf.forms().contains(form)).ok_or_else(wanted)?;
        Ok::<_, UiError>((shelf, form))
    });
    move || match form.get() {
        Ok((shelf, form)) => view! { <Making shelf form/> }.into_any(),
        Err(error) => {
            view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any()
        }
    }
}

#[component]
fn Making(shelf: Shelf, form: Form) -> impl IntoView {
    let lists = load(|| (), move |()| see_lists(form));
    let title = format!("New {}: {}", shelf.one().to_ascii_lowercase(), form.title());
    view! {
        <Title text=title.clone()/>
        <Page title about=Some(shelf.about().to_owned())>
            <Loaded of=lists view=move |lists| view! { <Fields shelf form lists/> }.into_any()/>
        </Page>
    }
    .into_any()
}

/// What was typed into one field.
#[derive(Clone, Copy)]
enum Typed {
    Text(RwSignal<String>),
    /// A number and its unit.
    Size(RwSignal<String>, RwSignal<String>),
    Truth(RwSignal<bool>),
    /// Values with commas between them.
    Many(RwSignal<String>),
    Pairs(RwSignal<Vec<Pair>>),
}

/// A key and its value; the number tells rows apart.
#[derive(Clone, Copy)]
struct Pair {
    number: u32,
    key: RwSignal<String>,
    value: RwSignal<String>,
}

impl Pair {
    fn new(number: u32) -> Self {
        Self { number, key: RwSignal::new(String::new()), value: RwSignal::new(String::new()) }
    }
}

impl Typed {
    fn of(row: &FieldRow, lists: &Lists) -> Self {
        match row.control {
            Control::Toggle(on) => Self::Truth(RwSignal::new(on)),
            Control::Pairs => Self::Pairs(RwSignal::new(vec![Pair::new(0)])),
            Control::Known(_) => {
                let first = choices(row, lists).into_iter().find(|choice| choice.not_now.is_none());
                let first = first.map(|choice| choice.value).unwrap_or_default();
                Self::Text(RwSignal::new(first))
            }
            Control::OneOf(words) => {
                let first = words.first().map(|(value, _)| (*value).to_owned());
                Self::Text(RwSignal::new(first.unwrap_or_default()))
            }
            Control::Many(_) => Self::Many(RwSignal::new(String::new())),
            Control::Size => {
                Self::Size(RwSignal::new(String::new()), RwSignal::new("GB".to_owned()))
            }
            Control::Text | Control::Code | Control::Secret | Control::SecretText => {
                Self::Text(RwSignal::new(String::new()))
            }
        }
    }

    /// Begins with a text of the address instead.
    fn begin(self, text: String) {
        if let Self::Text(own) | Self::Many(own) = self {
            own.set(text);
        }
    }

    /// The values, by their paths.
    fn values(self, path: &str) -> Values {
        match self {
            Self::Text(text) | Self::Many(text) => vec![(path.to_owned(), text.get_untracked())],
            Self::Size(number, unit) => {
                let number = number.get_untracked();
                let text = match number.trim() {
                    "" => String::new(),
                    number => sized(number, &unit.get_untracked()),
                };
                vec![(path.to_owned(), text)]
            }
            Self::Truth(on) => vec![(path.to_owned(), on.get_untracked().to_string())],
            Self::Pairs(pairs) => {
                let pairs = pairs.get_untracked().into_iter().enumerate();
                let both = pairs.flat_map(|(i, pair)| {
                    let at = |part: &str| format!("{path}[{i}].{part}");
                    [
                        (at("key"), pair.key.get_untracked()),
                        (at("value"), pair.value.get_untracked()),
                    ]
                });
                both.collect()
            }
        }
    }
}

/// What a list offers; an optional field offers nothing as well.
fn choices(row: &FieldRow, lists: &Lists) -> Vec<Choice> {
    let (Control::Known(known) | Control::Many(known)) = row.control else { return vec![] };
    let found = lists.iter().find(|(own, _)| *own == known);
    let found = found.map(|(_, choices)| choices.clone()).unwrap_or_default();
    let is_one = matches!(row.control, Control::Known(_));
    let none = (is_one && !row.is_required).then(|| Choice::new("", "None"));
    none.into_iter().chain(found).collect()
}

#[component]
fn Fields(shelf: Shelf, form: Form, lists: Lists) -> impl IntoView {
    let is_mine = shelf == Shelf::Mine;
    let make = Action::new(move |values: &Values| make_item(form, is_mine, values.clone()));
    let (navigate, query) = (use_navigate(), use_query_map());
    let cancel = query.with_untracked(detour::home).unwrap_or_else(|| shelf.href().to_owned());
    Effect::new(move |_| {
        if let Some(Ok(id)) = make.value().get() {
            let back = query.with_untracked(|query| detour::back(query, "storage", &id));
            navigate(back.as_deref().unwrap_or(shelf.href()), Default::default());
        }
    });
    let rows = form.head(is_mine).iter().chain(form.fields());
    let typed = rows.map(|row| {
        let typed = Typed::of(row, &lists);
        if let Some(text) = query.with_untracked(|query| query.get(row.path)) {
            typed.begin(text);
        }
        (row, typed)
    });
    let typed: Arc<Vec<_>> = Arc::new(typed.collect());
    let all = typed.clone();
    let press = move |()| {
        let there = all.iter().filter(|(row, _)| untrack(|| is_there(form, row, &all)));
        let values = there.flat_map(|(row, typed)| typed.values(row.path)).collect();
        make.dispatch(values);
    };
    let typed_of = typed.clone();
    let paths: Vec<&'static str> = typed.iter().map(|(row, _)| row.path).collect();
    let lines = typed.iter().map(|(row, typed)| {
        let (row, typed) = (*row, *typed);
        let problem = Signal::derive(move || problem_of(make.value().get().as_ref(), row.path));
        let shown = Memo::new({
            let all = typed_of.clone();
            move |_| is_there(form, row, &all)
        });
        let choices = choices(row, &lists);
        move || shown.get().then(|| field(row, typed, choices.clone(), problem))
    });
    let lines = lines.collect_view();
    // What belongs to no field is said above the buttons.
    let rest = move || match make.value().get() {
        Some(Err(error)) => rest_of(&error, &paths)
            .map(|words| view! { <Note tone=Tone::Bad alert=true>{words}</Note> }),
        _ => None,
    };
    let word = format!("Create {}", shelf.one().to_ascii_lowercase());
    view! {
        <Card>
            <Stack>
                <Grid>{lines}</Grid>
                {rest}
                <Row>
                    <Button kind=ButtonKind::Primary caps=true busy=make.pending() on_press=press>{word}</Button>
                    <LinkButton href=cancel caps=true>"Cancel"</LinkButton>
                </Row>
            </Stack>
        </Card>
    }
    .into_any()
}

/// Whether a field is there, beside what is typed into the others.
fn is_there(form: Form, row: &FieldRow, all: &[(&FieldRow, Typed)]) -> bool {
    let says = |(path, is): (&str, &str)| {
        all.iter().any(|(own, typed)| match typed {
            Typed::Text(text) => own.path == path && text.with(|text| text == is),
            _ => false,
        })
    };
    let is_content = form.fields().iter().any(|own| own.path == row.path);
    row.when.is_none_or(says) && !(is_content && says(CREATION))
}

/// What the server says of a field: at its path, or at something inside it.
fn problem_of(outcome: Option<&Result<String, UiError>>, path: &str) -> Option<String> {
    match outcome? {
        Err(UiError::Invalid(problems)) => {
            let own = problems.iter().find(|problem| is_at(&problem.field, path));
            own.map(|problem| problem.message.clone())
        }
        Err(UiError::NameTaken(why)) if path == "meta.name" => Some(crate::words::capital(why)),
        _ => None,
    }
}

fn is_at(field: &str, path: &str) -> bool {
    let below = field.strip_prefix(path);
    let end = path.strip_prefix("meta.").is_some_and(|end| field == end);
    end || below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What the server says of nothing that stands in the form.
fn rest_of(error: &UiError, paths: &[&str]) -> Option<String> {
    match error {
        UiError::Invalid(problems) => {
            let stray = problems.iter().filter(|p| !paths.iter().any(|path| is_at(&p.field, path)));
            let words: Vec<_> = stray.map(|p| format!("{}: {}", p.field, p.message)).collect();
            (!words.is_empty()).then(|| words.join(". "))
        }
        UiError::NameTaken(_) => None,
        other => Some(other.to_string()),
    }
}

fn field(
    row: &'static FieldRow,
    typed: Typed,
    choices: Vec<Choice>,
    error: Signal<Option<String>>,
) -> AnyView {
    let name = row.path;
    let help = row.help.map(str::to_owned);
    // One of a few is always chosen.
    let optional = !row.is_required && !matches!(row.control, Control::OneOf(_));
    let value = match (typed, row.control) {
        (Typed::Truth(value), _) => {
            return view! { <Switch name value label=row.label/> }.into_any();
        }
        (Typed::Pairs(pairs), _) => return pairs_field(row, pairs, error),
        (Typed::Many(value), _) => return many_field(row, value, choices, error),
        (Typed::Size(number, unit), _) => return size_field(row, (number, unit), error),
        (Typed::Text(value), _) => value,
    };
    view! {
        <Field label=row.label name=name.to_owned() required=row.is_required optional
            help=Signal::stored(help) error>{control(row, value, choices)}</Field>
    }
    .into_any()
}

/// The control of a text; it learns its name and its help from the field round it.
fn control(row: &'static FieldRow, value: RwSignal<String>, choices: Vec<Choice>) -> AnyView {
    let name = row.path;
    match row.control {
        Control::Known(_) => view! { <Select name value choices/> }.into_any(),
        Control::OneOf(words) => {
            let choices: Vec<_> =
                words.iter().map(|(value, words)| Choice::new(*value, *words)).collect();
            view! { <Select name value choices/> }.into_any()
        }
        Control::Secret => {
            view! { <TextInput name value kind="password" autocomplete="new-password"/> }.into_any()
        }
        Control::SecretText => view! { <TextArea name value mono=true rows=6/> }.into_any(),
        Control::Code => view! { <TextInput name value mono=true/> }.into_any(),
        Control::Text | Control::Toggle(_) | Control::Pairs | Control::Size | Control::Many(_) => {
            view! { <TextInput name value/> }.into_any()
        }
    }
}

fn many_field(
    row: &'static FieldRow,
    value: RwSignal<String>,
    choices: Vec<Choice>,
    error: Signal<Option<String>>,
) -> AnyView {
    let help = row.help.map(|help| view! { <Muted small=true>{help}</Muted> });
    view! {
        <Fieldset legend=row.label optional=!row.is_required>
            {help}
            {boxes(row.path, value, choices)}
            {move || error.get().map(|words| view! { <Note tone=Tone::Bad>{words}</Note> })}
        </Fieldset>
    }
    .into_any()
}

/// A check box for each thing that may be among the value.
pub fn boxes(name: &'static str, value: RwSignal<String>, choices: Vec<Choice>) -> AnyView {
    let boxes = choices.into_iter().map(|Choice { value: own, label, .. }| {
        let toggle = Toggle::among(value, own.clone());
        view! { <Checkbox name own value=toggle label/> }
    });
    boxes.collect_view().into_any()
}

fn size_field(
    row: &'static FieldRow,
    (value, unit): (RwSignal<String>, RwSignal<String>),
    error: Signal<Option<String>>,
) -> AnyView {
    let units: Vec<_> =
        SIZE_UNITS.iter().map(|(value, words)| Choice::new(*value, *words)).collect();
    let (name, unit_name) = (row.path, format!("{}-unit", row.path));
    view! {
        <Field label=row.label name=name.to_owned() required=row.is_required error>
            <QuantityInput name value unit_name unit units/>
        </Field>
    }
    .into_any()
}

fn pairs_field(
    row: &'static FieldRow,
    pairs: RwSignal<Vec<Pair>>,
    error: Signal<Option<String>>,
) -> AnyView {
    let next = RwSignal::new(1);
    let add = move |()| {
        pairs.update(|pairs| pairs.push(Pair::new(next.get_untracked())));
        next.update(|next| *next += 1);
    };
    let line = move |pair: Pair| {
        let label = Signal::derive(move || format!("key {}", pair.key.get()));
        let remove = move |()| pairs.update(|all| all.retain(|own| own.number != pair.number));
        let (key, value) = (format!("key-{}", pair.number), format!("value-{}", pair.number));
        view! {
            <RepeaterRow label on_remove=remove>
                <Grid>
                    <Field label="Key" name=key.clone() required=true>
                        <TextInput name=key value=pair.key mono=true/>
                    </Field>
                    <Field label="Value" name=value.clone() required=true>
                        <TextInput name=value value=pair.value kind="password" autocomplete="new-password"/>
                    </Field>
                </Grid>
            </RepeaterRow>
        }
    };
    let problem =
        move || error.get().map(|words| view! { <Note tone=Tone::Bad alert=true>{words}</Note> });
    view! {
        <Stack>
            <Repeater add="+Key & value" on_add=add>
                <For each=move || pairs.get() key=|pair| pair.number children=line/>
            </Repeater>
            {problem}
            {row.help}
        </Stack>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::Problem;

    use super::*;

    #[test]
    fn problems_stand_at_their_fields_and_the_rest_above_the_buttons() {
        let problem = |field: &str| Problem::new(field, "wrong", format!("wrong {field}"));
        let fields = ["spec.path", "spec.keyValuePairs[1].key", "name", "spec.pathology", "body"];
        let error = UiError::Invalid(fields.iter().map(|field| problem(field)).collect());
        let paths = ["spec.path", "spec.keyValuePairs", "meta.name"];
        let told = |path| problem_of(Some(&Err(error.clone())), path).unwrap_or_default();
        assert_eq!(
            paths.map(told),
            ["wrong spec.path", "wrong spec.keyValuePairs[1].key", "wrong name"]
        );
        let rest = rest_of(&error, &paths).unwrap_or_default();
        assert_eq!(rest, "spec.pathology: wrong spec.pathology. body: wrong body");
    }
}
