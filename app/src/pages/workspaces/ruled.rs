//! The policy of a project, worded for the form. Only the server words.

use control::{ControlPlane, Error, StartFrom, World, rules::AllowedTypes};
use domain::{
    MemoryBytes, ProjectId, ScopeLevel,
    access::Actor,
    form::{Draft, FIELDS, LISTS, Pairs},
    policy::{
        ChoiceView, FieldView, FollowsView, FormView, InputKind, ListView, Origin as RowOrigin,
        RowView, Who, catalogue::FormSection, changed, range_words,
    },
    quantity::{decimals, number_in},
    submission::Submission,
};
use serde_json::{Map, Value};

use super::{
    data::facts,
    given::{Given, of_rows},
    origin::Origin,
    rules::{Follows, Ruled, RuledList, RuledRow, Rules},
};
use crate::{ui::Choice, words::capital};

/// What scheduling rules on node types speak of.
const NODE_TYPE: &str = "spec.nodeType";

/// What the form opens with in a project, and what is said of its fields.
pub fn rules(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    (project, origin): (ProjectId, Origin),
) -> Result<Rules, Error> {
    let base = facts::base(control, actor, project, (&Draft::default(), origin))?;
    let (view, submission) =
        control.policy_form(actor, world, project, (&Default::default(), base))?;
    let fields = view.fields.iter().filter(|(_, field)| says_anything(field));
    let opening = |path: &str, list: &ListView| (format!("spec.{path}"), ruled_list(path, list));
    let lists = view.lists.iter().map(|(path, list)| opening(path, list));
    let lists = lists.filter(|(_, list)| *list != RuledList::default());
    let filled = filled(Draft::from_submission(&submission), &view);
    let fields = fields.map(|(path, field)| (format!("spec.{path}"), ruled(path, field)));
    Ok(Rules {
        given: given(world, project, origin, &filled),
        filled,
        pools: pools(&view),
        around: around(control, actor, world, project)?,
        fields: with_node_types(fields.collect(), world.node_types(project)),
        lists: lists.collect(),
        closed: view.sections.iter().map(|s| (id(s.section).into(), s.read_only.clone())).collect(),
    })
}

/// Where rules name node types, one of them must be chosen.
fn with_node_types(
    mut fields: Vec<(String, Ruled)>,
    allowed: Option<AllowedTypes>,
) -> Vec<(String, Ruled)> {
    let Some(AllowedTypes { words, .. }) = allowed else { return fields };
    let at = fields.iter().position(|(path, _)| path == NODE_TYPE).unwrap_or(fields.len());
    if at == fields.len() {
        fields.push((NODE_TYPE.to_owned(), Ruled::default()));
    }
    let ruled = &mut fields[at].1;
    (ruled.is_required, ruled.help) = (true, Some(words));
    fields
}

/// What another project changes about the form; nothing where it is the same, or may not be seen.
pub fn changes(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    (was, now): (Option<ProjectId>, ProjectId),
) -> Vec<String> {
    let view = |project| {
        let empty = (&Default::default(), Default::default());
        control.policy_form(actor, world, project, empty).ok().map(|(view, _)| view)
    };
    let both = was.filter(|was| *was != now).and_then(view).zip(view(now));
    both.map(|(before, after)| changed(&before, &after)).unwrap_or_default()
}

fn around(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    project: ProjectId,
) -> Result<String, Error> {
    let around = control.policy_judging(actor, world, project)?;
    let written = around.map(|around| serde_json::to_string(&around)).transpose();
    Ok(written.map_err(|_| Error::Internal { what: "write the policies" })?.unwrap_or_default())
}

/// The node pools that a policy gives.
fn pools(view: &FormView) -> Vec<String> {
    let default = view.fields.get("nodePools").and_then(|field| field.default.as_ref());
    let own = default.filter(|default| by_policy(&default.by)).map(|default| &default.value);
    let names = own.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}

/// Which values the template, its assets or the copied workload gave.
fn given(world: &World, project: ProjectId, origin: Origin, filled: &Draft) -> Vec<Given> {
    let mut rows = vec![];
    let by_paths: Vec<(String, String)> = match origin {
        Origin::Scratch => vec![],
        Origin::Copy(id) => {
            let Some(workload) = world.workloads.get(&id) else { return vec![] };
            let by = format!("the copied workspace {}", workload.name);
            rows = of_rows(filled, |_| Some(by.clone()));
            FIELDS.iter().map(|field| (field.path.to_owned(), by.clone())).collect()
        }
        Origin::Template(id) => {
            let start = StartFrom { template: Some(id), ..StartFrom::default() };
            let resolved = world.resolve(project, &start, Default::default());
            let sources = resolved.made_from.sources.0;
            rows = of_rows(&Draft::from_submission(&resolved.submission), |path| {
                let mut below = sources.iter().filter(|(own, _)| own.starts_with(path));
                below.next().map(|(_, source)| capital(&source.to_string()))
            });
            let sources = sources.into_iter();
            sources.map(|(path, source)| (path, capital(&source.to_string()))).collect()
        }
    };
    let of_path = |(path, by): (String, String)| {
        let field = Draft::name_at(&path).filter(|_| !path.is_empty())?.to_owned();
        let text = filled.text(&field).to_owned();
        Some(Given { field, text, by })
    };
    by_paths.into_iter().filter_map(of_path).chain(rows).collect()
}

/// The id of a section's card.
fn id(section: FormSection) -> &'static str {
    match section {
        FormSection::Environment => "environment",
        FormSection::Compute => "compute",
        FormSection::Storage => "storage",
        FormSection::General => "general",
    }
}

/// A field of which a policy speaks opens with what the policy leaves in it, which may be nothing: a
/// default of the platform that the policy does not allow is not submitted.
fn filled(mut draft: Draft, view: &FormView) -> Draft {
    for (path, field) in view.fields.iter().filter(|(_, field)| is_explicit(field)) {
        let Some(name) = Draft::name_at(&format!("spec.{path}")) else { continue };
        match &field.value {
            None if !is_left_alone(field, draft.text(name)) => draft.set(name, ""),
            Some(Value::String(value)) if field.input == InputKind::Select => {
                draft.set(name, value.as_str());
            }
            // In the unit of the form already.
            _ => {}
        }
    }
    draft
}

/// Whether a policy without a default leaves the platform's own, `text`, in the field.
fn is_left_alone(field: &FieldView, text: &str) -> bool {
    let bound = |bound: &Option<String>| bound.as_deref().and_then(number_in);
    let in_range = number_in(text).is_none_or(|own| {
        bound(&field.min).is_none_or(|min| own >= min)
            && bound(&field.max).is_none_or(|max| own <= max)
    });
    let is_open = |option: &ChoiceView| option.value == text && option.closed.is_none();
    let is_option = field.options.is_empty() || field.options.iter().any(is_open);
    field.read_only.is_none() && field.required.is_none() && in_range && is_option
}

fn by_policy(who: &Who) -> bool {
    who.scope != ScopeLevel::System
}

fn is_explicit(field: &FieldView) -> bool {
    let by = field.by.iter().chain(field.default.iter().map(|default| &default.by));
    by.into_iter().any(by_policy)
}

fn says_anything(field: &FieldView) -> bool {
    is_explicit(field) || field.help.is_some() || field.read_only.is_some()
}

fn ruled(path: &str, field: &FieldView) -> Ruled {
    let is_memory = path.contains("Memory");
    let megabytes = |text: &str| Some(text.parse::<MemoryBytes>().ok()?.0 as f64 / 1e6);
    let number = |text: &Option<String>| match text.as_deref()? {
        text if is_memory => megabytes(text),
        text => number_in(text),
    };
    let options = match field.by.as_ref().is_some_and(by_policy) {
        true => field.options.iter().map(choice).collect(),
        false => vec![],
    };
    let ruled = Ruled {
        says: if is_explicit(field) { field.explanation() } else { vec![] },
        is_locked: field.read_only.is_some(),
        is_required: field.required.is_some(),
        has_default: field.default.as_ref().is_some_and(|default| by_policy(&default.by)),
        help: field.help.clone(),
        options,
        min: number(&field.min),
        max: number(&field.max),
        step: number(&field.step),
        follows: field.follows.as_ref().and_then(|of| follows(path, of)),
    };
    if path.contains("gpuPortion") { in_percent(ruled) } else { ruled }
}

/// A share of a GPU is a part of 1 to policies, and in percent on the form.
fn in_percent(of: Ruled) -> Ruled {
    let percent = |part: Option<f64>| part.map(|part| part * 100.0);
    let (min, max) = (percent(of.min), percent(of.max));
    let words = |bound: Option<f64>| bound.map(|bound| format!("{} %", decimals(bound)));
    Ruled { min, max, step: percent(of.step), help: range_words(words(min), words(max)), ..of }
}

fn choice(of: &ChoiceView) -> Choice {
    Choice { value: of.value.clone(), label: of.label.clone(), not_now: of.closed.clone() }
}

/// The field that the value at `path` follows, as the form finds it: fields of a row stay below it.
fn follows(path: &str, of: &FollowsView) -> Option<Follows> {
    let is_plain = Draft::name_at(&format!("spec.{path}")).is_some();
    let other = if is_plain { format!("spec.{}", of.field) } else { of.field.clone() };
    Some(Follows { path: other, factor: number_in(&of.factor)? })
}

fn ruled_list(path: &str, list: &ListView) -> RuledList {
    let rows = list.rows.iter().filter(|row| row.origin != RowOrigin::Typed);
    let attributes = list.new_row.iter().filter(|(_, field)| says_anything(field));
    let attributes = attributes.map(|(name, field)| (name.clone(), ruled(name, field)));
    RuledList {
        closed: list.closed.clone(),
        rows: rows.map(|row| (row.key.clone(), ruled_row(row))).collect(),
        attributes: attributes.collect(),
        opens_with: opens_with(path, list),
    }
}

fn ruled_row(row: &RowView) -> RuledRow {
    let says = row.locked.iter().cloned().chain(row.by.as_ref().map(Who::sentence));
    let what = match (row.origin, &row.locked) {
        (RowOrigin::Imposed, _) => "Imposed by policy",
        (_, Some(_)) => "Set by policy",
        (_, None) => "Added by policy",
    };
    RuledRow { is_locked: row.locked.is_some(), what: what.to_owned(), says: says.collect() }
}

/// What a row that is about to be added has by the policy, in the fields of the form.
fn opens_with(path: &str, list: &ListView) -> Pairs {
    let mut item = Map::new();
    for (name, field) in &list.new_row {
        if let Some(value) = &field.value {
            put(&mut item, name, value.clone());
        }
    }
    if item.is_empty() {
        return vec![];
    }
    let mut spec = Map::new();
    put(&mut spec, path, Value::from(vec![Value::Object(item)]));
    let Ok(submission) = Submission::from_spec(Value::Object(spec)) else { return vec![] };
    let draft = Draft::from_submission(&submission);
    let own = format!("spec.{path}");
    let of = LISTS.iter().find(|of| of.paths.contains(&own.as_str()));
    let pairs = of.and_then(|of| draft.rows(of.name).first()).map(|row| row.pairs());
    // What kind of row it is, whoever adds it says.
    let is_said = |(name, _): &(String, String)| name != "kind" && name != "port";
    pairs.into_iter().flatten().filter(is_said).collect()
}

/// Puts a value where its path says.
fn put(into: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(into.insert(path.to_owned(), value)),
        Some((head, rest)) => {
            let below = into.entry(head).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(below) = below {
                put(below, rest, value);
            }
        }
    }
}
