//! The form's tables: what is in them, and that a form, its submission and its address say the same.

use domain::form::{DATA, Draft, FIELDS, Field, Input, LISTS, Row};
use domain::submission::check;
use proptest::prelude::*;

fn line(list: &str, field: &Field) -> String {
    let name =
        if list.is_empty() { field.name.to_owned() } else { format!("{list}_{}", field.name) };
    let need = format!("{:?}", field.need).to_lowercase();
    let when = field.when.iter().map(|when| format!("{}={}", when.field, when.is.join("|")));
    let when = when.collect::<Vec<_>>().join(" and ");
    format!("{name} | {} | {} | {} | {need} | {when}", field.label, field.path, field.default)
}

#[test]
fn every_field_of_the_form() {
    let fields = FIELDS.iter().map(|field| line("", field));
    let rows = LISTS.iter().flat_map(|list| list.fields.iter().map(|field| line(list.name, field)));
    let all = fields.chain(rows).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(format!("name | label | path | default | need | shown when\n{all}"));
}

#[test]
fn names_are_told_apart() {
    let fields = FIELDS.iter().map(|field| field.name.to_owned());
    let rows = LISTS.iter().flat_map(|list| {
        list.fields.iter().map(|field| match list.fields.len() {
            1 => list.name.to_owned(),
            _ => format!("{}_{}", list.name, field.name),
        })
    });
    let mut all: Vec<_> = fields.chain(rows).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn what_a_field_waits_for_is_there() {
    let knows = |fields: &[Field], name: &str| {
        [domain::form::HAS_GPUS, domain::form::HAS_NGC_KEY].contains(&name)
            || fields.iter().any(|field| field.name == name)
    };
    let tables = LISTS.iter().map(|list| list.fields).chain([FIELDS]);
    for fields in tables {
        for field in fields {
            assert!(field.when.iter().all(|when| knows(fields, when.field)), "{}", field.name);
            if let Input::Quantity { unit, .. } = field.input {
                assert!(knows(fields, unit), "{}", field.name);
            }
        }
    }
}

/// A text that somebody may have put into a field.
fn text(field: &'static Field) -> BoxedStrategy<String> {
    let one_of = |words: &[(&'static str, &'static str)]| {
        let words: Vec<_> = words.iter().map(|(value, _)| (*value).to_owned()).collect();
        prop::sample::select(words).boxed()
    };
    match field.input {
        Input::Whole { .. } | Input::Quantity { .. } => {
            (1..64_u32).prop_map(|n| n.to_string()).boxed()
        }
        Input::OneOf(words) => one_of(words),
        Input::Several(words) => one_of(words),
        Input::Names(names) => prop::sample::select(names.to_vec()).prop_map(str::to_owned).boxed(),
        Input::Switch => one_of(&[("on", ""), ("off", "")]),
        Input::ClassAttributes => "[a-z]{1,3}=[a-z%]{0,3}(&z=1)?".boxed(),
        _ if field.path.contains("run") || field.name.ends_with("limit") || is_number(field) => {
            (1..64_u32).prop_map(|n| n.to_string()).boxed()
        }
        _ => "[a-z][a-z0-9]{0,5}".boxed(),
    }
}

fn is_number(field: &Field) -> bool {
    matches!(field.path, "container" | "external" | "seconds")
}

/// A form in which some fields that are on the page have been filled in.
fn drafts() -> impl Strategy<Value = Draft> {
    let fields: Vec<_> = FIELDS.iter().map(|field| prop::option::of(text(field))).collect();
    let rows: Vec<_> = LISTS
        .iter()
        .map(|list| {
            let row: Vec<_> =
                list.fields.iter().map(|field| prop::option::of(text(field))).collect();
            prop::collection::vec(row, 0..3)
        })
        .collect();
    (fields, rows).prop_map(|(texts, rows)| {
        let mut draft = Draft::default();
        for (field, text) in FIELDS.iter().zip(texts) {
            let is_own = !matches!(field.input, Input::Hidden);
            if let Some(text) = text.filter(|_| is_own && draft.is_shown(field.name)) {
                draft.set(field.name, text);
            }
        }
        for (list, rows) in LISTS.iter().zip(rows) {
            let rows = rows.into_iter().map(|texts| {
                let mut row = Row::new(list);
                if list.name == "data" {
                    // What begins with a menu has a kind.
                    let kinds: Vec<_> = DATA.iter().filter(|kind| kind.is_one_time).collect();
                    let filled = texts.iter().filter(|text| text.is_some()).count();
                    row.set("kind", kinds[filled % kinds.len()].name);
                }
                for (field, text) in list.fields.iter().zip(texts) {
                    let shown = field.is_shown(|name| row.text(name).to_owned());
                    if let Some(text) =
                        text.filter(|_| shown && !matches!(field.input, Input::Hidden))
                    {
                        row.set(field.name, text);
                    }
                }
                row
            });
            draft.set_rows(list.name, rows.collect());
        }
        draft
    })
}

proptest! {
    #[test]
    fn a_form_comes_back_from_its_submission(draft in drafts()) {
        let submission = draft.submission();
        let again = Draft::from_submission(&submission).submission();
        prop_assert_eq!(again, submission);
    }

    #[test]
    fn a_form_comes_back_from_its_address(draft in drafts()) {
        prop_assert_eq!(Draft::of(&draft.pairs()), draft.clone());
        let base = Draft::default().with("image", "base");
        prop_assert_eq!(base.clone().over(&draft.pairs_over(&base)), draft);
    }

    #[test]
    fn what_is_wrong_has_a_field_of_the_form(draft in drafts()) {
        let rows = |path: &str| LISTS.iter().any(|list| list.paths.iter().any(|own| path.starts_with(own)));
        for problem in check(&draft.submission()) {
            let known = Draft::name_at(&problem.field).is_some() || rows(&problem.field)
                || problem.field == "spec.security.uidGidSource";
            prop_assert!(known, "{}", problem.field);
        }
    }
}
