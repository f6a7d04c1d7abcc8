//! What another project or cluster changes about the form, in sentences: nothing changes in silence.

use std::collections::BTreeMap;

use super::view::{FieldView, FormView, ListView, Origin, RowView};

/// What is different in `after`, a sentence each, in the order of the paths.
pub fn changed(before: &FormView, after: &FormView) -> Vec<String> {
    let mut told = Vec::new();
    for (path, now) in &after.fields {
        if let Some(was) = before.fields.get(path) {
            field(was, now, &mut told);
        }
    }
    for (path, now) in &after.lists {
        if let Some(was) = before.lists.get(path) {
            list(was, now, &mut told);
        }
    }
    told
}

fn field(was: &FieldView, now: &FieldView, told: &mut Vec<String>) {
    let label = &now.label;
    let words = |view: &FieldView| view.default.as_ref().map(|default| default.words.clone());
    match (&was.read_only, &now.read_only) {
        (was, Some(why)) if was.as_ref() != Some(why) => return told.push(why.clone()),
        (Some(_), None) => told.push(format!("{label} can be changed now.")),
        _ => {}
    }
    match (words(was), words(now)) {
        (was, Some(now)) if was.as_ref() != Some(&now) => {
            told.push(format!("{label} has the policy default “{now}” now."));
        }
        (Some(_), None) => told.push(format!("{label} has no policy default any more.")),
        _ => {}
    }
    // That it can be changed says that the rules are gone.
    let is_freed = was.read_only.is_some() && now.rules.is_empty();
    if was.rules != now.rules && now.read_only.is_none() && !is_freed {
        let rules: Vec<_> = now.rules.iter().map(|rule| rule.says.as_str()).collect();
        told.push(match rules.is_empty() {
            true => format!("{label} has no policy rules any more."),
            false => format!("{label} has other policy rules now: {}.", rules.join("; ")),
        });
    }
}

fn list(was: &ListView, now: &ListView, told: &mut Vec<String>) {
    match (&was.closed, &now.closed) {
        (was, Some(why)) if was.as_ref() != Some(why) => told.push(why.clone()),
        (Some(_), None) => told.push(format!("{} can be added now.", now.label)),
        _ => {}
    }
    let of_policy = |list: &ListView| -> BTreeMap<String, Option<String>> {
        let rows = list.rows.iter().filter(|row| row.origin != Origin::Typed);
        rows.map(|row: &RowView| (row.key.clone(), row.locked.clone())).collect()
    };
    let (had, has) = (of_policy(was), of_policy(now));
    for (key, locked) in &has {
        match had.get(key) {
            None => told.push(format!("{}: the policy adds “{key}”.", now.label)),
            Some(was) if was != locked => told.push(match locked {
                Some(why) => why.clone(),
                None => format!("“{key}” can be changed now."),
            }),
            Some(_) => {}
        }
    }
    for key in had.keys().filter(|key| !has.contains_key(*key)) {
        told.push(format!("{}: the policy does not add “{key}” any more.", now.label));
    }
}
