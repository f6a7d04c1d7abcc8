//! The rules as a form: the same document as the text beside it. What is typed here changes that one value in the
//! text, and comments stay.

use domain::policy::{CellKind, RuleCell, RuleRow, RuleSection};
use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::{
    Choice, Columns, Disclosure, Field, Gap, Grid, Note, Padded, Select, Stack, TextInput, Tone,
};

/// Every section with the fields that it has; those that the policy speaks of stand open.
#[component]
pub fn RulesForm(draft: Draft) -> impl IntoView {
    let sections = draft.rules();
    let refused = RwSignal::new(None::<String>);
    // Drawn once: nobody writes the text while the form is shown but the form itself.
    let is_readable = Memo::new(move |_| sections.with(Option::is_some));
    let body = move || match is_readable.get() {
        false => view! { <p>"The form follows once the text can be read as YAML."</p> }.into_any(),
        true => {
            let sections = sections.get_untracked().unwrap_or_default();
            let sections = sections.into_iter().map(move |of| section(of, draft, refused));
            view! { <Stack gap=Gap::Small>{sections.collect_view()}</Stack> }.into_any()
        }
    };
    let wrong =
        move || refused.get().map(|why| view! { <Note tone=Tone::Bad alert=true>{why}</Note> });
    view! { <Padded>{wrong} {body}</Padded> }
}

fn section(of: RuleSection, draft: Draft, refused: RwSignal<Option<String>>) -> AnyView {
    let (said, silent): (Vec<_>, Vec<_>) = of.rows.into_iter().partition(RuleRow::is_said);
    let count = said.len();
    let title = match count {
        0 => of.title,
        1 => format!("{}, 1 field with rules", of.title),
        n => format!("{}, {n} fields with rules", of.title),
    };
    let said = said.into_iter().map(|of| row(of, true, draft, refused)).collect_view();
    let silent = silent.into_iter().map(|of| row(of, false, draft, refused)).collect_view();
    view! { <Disclosure title open={count > 0}><Stack gap=Gap::Small>{said}{silent}</Stack></Disclosure> }
        .into_any()
}

fn row(of: RuleRow, open: bool, draft: Draft, refused: RwSignal<Option<String>>) -> AnyView {
    let label = of.label.clone();
    let cells = of.cells.into_iter().map(|of| cell(of, &label, draft, refused)).collect_view();
    view! {
        <Disclosure title=of.label open=open>
            <Grid columns=Columns::Three>{cells}</Grid>
        </Disclosure>
    }
    .into_any()
}

fn cell(of: RuleCell, field: &str, draft: Draft, refused: RwSignal<Option<String>>) -> AnyView {
    let RuleCell { at, label, value, kind } = of;
    let value = RwSignal::new(value);
    let (name, said) = (at.clone(), format!("{label}: {field}"));
    let at = StoredValue::new(at);
    let was = StoredValue::new(value.get_untracked());
    let write = move || {
        let now = value.get_untracked();
        if was.with_value(|was| *was == now) {
            return;
        }
        let outcome = at.with_value(|at| draft.write(at, kind, &now));
        if outcome.is_ok() {
            was.set_value(now);
        }
        refused.set(outcome.err());
    };
    let help = match kind {
        CellKind::List | CellKind::Options => Some("Several with commas between them".to_owned()),
        CellKind::Truth | CellKind::Number | CellKind::Quantity | CellKind::Text => None,
    };
    let control = {
        let (name, said) = (name.clone(), said.clone());
        move || match kind {
            CellKind::Truth => {
                let choices = vec![
                    Choice::new("", "Not said"),
                    Choice::new("true", "Yes"),
                    Choice::new("false", "No"),
                ];
                let on_choose = Callback::new(move |_: String| write());
                view! { <Select name value choices label=said on_choose/> }.into_any()
            }
            CellKind::Number
            | CellKind::Quantity
            | CellKind::Text
            | CellKind::List
            | CellKind::Options => {
                let on_leave = Callback::new(move |()| write());
                view! { <TextInput name value label=said on_leave/> }.into_any()
            }
        }
    };
    view! { <Field label name help>{control()}</Field> }.into_any()
}
