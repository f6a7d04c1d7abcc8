//! `policies.md` §11, on every cell of the table and on random policies.

use std::sync::Arc;

use domain::policy::catalogue::Unit;
use domain::policy::{
    Effective, FormView, Kind, Layer, LayerView, Owned, RuleKind, changed, controls, copied,
    evaluate, form, quantity, read_value, resolve, wrong_types,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::given::*;

/// The table of §4.1, written down a second time.
fn table(unit: Unit, rule: RuleKind) -> bool {
    use RuleKind::*;
    let Some(row) = catalogue().row(unit) else { return matches!(rule, CanAdd | Locked) };
    let never_required = matches!(row.path, "security.runAsUid" | "security.runAsGid");
    match (row.kind, rule) {
        (_, CanAdd | Locked) => false,
        (_, Required) => !never_required,
        (_, CanEdit | Blocked) => true,
        (Kind::Text | Kind::Choice(_) | Kind::Array(_), Options) => true,
        (_, Options) => false,
        (Kind::Integer | Kind::Number | Kind::Quantity { .. }, Min | Max | DefaultFrom) => true,
        (Kind::Integer | Kind::Number, Step) => true,
        (_, Min | Max | DefaultFrom | Step) => false,
    }
}

#[test]
fn every_rule_is_allowed_or_refused_as_the_table_says() {
    let mut cells = 0;
    for unit in catalogue().units() {
        for rule in RuleKind::ALL {
            let mut document = json!({"rules": {}});
            let path = format!("{}.{}", catalogue().path(unit), rule.name());
            put(&mut document["rules"], &path, argument(unit, rule, 1));
            let refused = read_value(&document, WORKSPACE)
                .errors
                .iter()
                .any(|issue| issue.code() == "save.ruleKind" && issue.rule == Some(rule));
            assert_eq!(!refused, table(unit, rule), "{path}");
            cells += 1;
        }
    }
    assert!(cells > 1_000, "{cells}");
}

fn without(effective: &Effective, unit: Unit, kind: Option<RuleKind>) -> Effective {
    let mut less = effective.clone();
    let Some(own) = less.rules.remove(&unit) else { return less };
    if let Some(kind) = kind {
        let value = Arc::new(own.value.without(kind));
        less.rules.insert(unit, Owned { value, source: own.source });
    }
    less
}

fn remove(tree: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let parent =
        if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    if let Some(Value::Object(members)) = tree.pointer_mut(&parent) {
        members.remove(name);
    }
}

/// Takes out of the submission what the policy refuses, and out of the policy what refuses the rest,
/// until the submission is accepted.
fn agreed(mut effective: Effective, mut submission: Value) -> (Effective, Value) {
    loop {
        let violations = evaluate(&resolve(&effective, &submission, &no_assets));
        if violations.is_empty() {
            return (effective, submission);
        }
        let before = submission.clone();
        for violation in &violations {
            let path = violation.field.split('[').next().unwrap_or_default();
            remove(&mut submission, path);
        }
        if submission == before {
            for violation in &violations {
                let path = violation.field.split('[').next().unwrap_or_default();
                let list = catalogue().list_at(path);
                effective.rules.retain(|unit, _| match unit {
                    Unit::Field(id) => catalogue().field_path(*id) != path,
                    Unit::Instances(own) | Unit::Attribute(own, _) => Some(*own) != list,
                });
            }
        }
    }
}

/// The same with a null at every place that says nothing: fields that are not there, and items.
fn with_nulls(submission: &Value) -> Value {
    let mut all = submission.clone();
    for id in catalogue().fields() {
        let path = catalogue().field_path(id);
        if submission.pointer(&format!("/{}", path.replace('.', "/"))).is_none() {
            put(&mut all, path, Value::Null);
        }
    }
    all
}

/// A quantity as it is written, and its bytes.
fn quantities() -> impl Strategy<Value = (String, u128)> {
    let unit = prop::sample::select(vec![
        ("", 1_u128),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("e3", 1_000),
    ]);
    (0_u32..100_000, unit)
        .prop_map(|(count, (unit, bytes))| (format!("{count}{unit}"), u128::from(count) * bytes))
}

proptest! {
    #[test]
    fn quantities_are_ordered_by_their_bytes(one in quantities(), other in quantities()) {
        let exact = |text: &str| quantity(&json!(text)).unwrap();
        prop_assert_eq!(exact(&one.0).cmp(&exact(&other.0)), one.1.cmp(&other.1));
        let policy = format!("{{rules: {{compute: {{cpuMemoryRequest: {{max: {}}}}}}}}}", other.0);
        let submission = json!({"compute": {"cpuMemoryRequest": one.0}});
        let effective = cluster(&policy);
        let refused = !evaluate(&resolve(&effective, &submission, &no_assets)).is_empty();
        prop_assert_eq!(refused, one.1 > other.1);
    }

    #[test]
    fn null_is_the_same_as_nothing(chain in chains(), submission in submissions()) {
        let effective = Effective::of(WORKSPACE, &chain);
        let nulls = with_nulls(&submission);
        let (one, other) = (resolve(&effective, &submission, &no_assets), resolve(&effective, &nulls, &no_assets));
        prop_assert_eq!(evaluate(&one), evaluate(&other));
        prop_assert_eq!(one.spec(), other.spec());
    }

    #[test]
    fn the_order_of_writing_does_not_matter(chain in chains(), seed in any::<u64>()) {
        let mut shuffled = chain.clone();
        let mut seed = seed;
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, (seed % (at as u64 + 1)) as usize);
            seed /= 7;
        }
        prop_assert_eq!(Effective::of(WORKSPACE, &chain), Effective::of(WORKSPACE, &shuffled));
    }

    #[test]
    fn one_scope_after_the_other_is_the_same_as_all_at_once(chain in chains()) {
        let mut sorted: Vec<&Layer> = chain.iter().collect();
        sorted.sort_by_key(|layer| layer.source.scope);
        let folded = sorted.iter().fold(Effective::empty(WORKSPACE), |all, layer| all.below(layer));
        prop_assert_eq!(Effective::of(WORKSPACE, &chain), folded);
    }

    #[test]
    fn what_was_accepted_is_accepted_again(chain in chains(), submission in submissions()) {
        prop_assert_eq!(wrong_types(&submission, WORKSPACE), []);
        let (effective, submission) = agreed(Effective::of(WORKSPACE, &chain), submission);
        let resolution = resolve(&effective, &submission, &no_assets);
        let copy = copied(&effective, resolution.spec());
        let again = resolve(&effective, &copy, &no_assets);
        prop_assert_eq!(evaluate(&again), []);
        prop_assert_eq!(again.spec(), resolution.spec());
    }

    #[test]
    fn fewer_rules_accept_no_less(chain in chains(), submission in submissions()) {
        let (effective, submission) = agreed(Effective::of(WORKSPACE, &chain), submission);
        for (unit, own) in &effective.rules {
            // Without `min` the grid of `step` begins elsewhere, so they go together.
            let kinds = RuleKind::ALL.into_iter().filter(|kind| {
                *kind != RuleKind::DefaultFrom && !(*kind == RuleKind::Min && own.value.step.is_some())
            });
            let whole = own.value.default_from.is_none().then_some(None);
            for kind in kinds.map(Some).chain(whole) {
                let less = without(&effective, *unit, kind);
                let violations = evaluate(&resolve(&less, &submission, &no_assets));
                prop_assert_eq!(violations, [], "{} {:?}", catalogue().path(*unit), kind);
            }
        }
    }

    #[test]
    fn the_form_knows_what_the_rules_say(chain in chains(), submission in submissions()) {
        let effective = Effective::of(WORKSPACE, &chain);
        let resolution = resolve(&effective, &submission, &no_assets);
        let controls = controls(&resolution);
        for violation in evaluate(&resolution) {
            prop_assert!(controls.contains_key(&violation.field), "{}", violation.field);
        }
        for state in resolution.fields() {
            let control = &controls[catalogue().field_path(state.id)];
            if control.editable == Some(false) {
                prop_assert!(control.reason.is_some());
            }
        }
    }

    #[test]
    fn nothing_on_the_form_is_closed_in_silence(chain in chains(), submission in submissions()) {
        let effective = Effective::of(WORKSPACE, &chain);
        let resolution = resolve(&effective, &submission, &no_assets);
        let view = form(&resolution, &|_| None);
        for violation in evaluate(&resolution) {
            let path = violation.field.split('[').next().unwrap_or_default();
            prop_assert!(view.fields.contains_key(path) || view.lists.contains_key(path));
        }
        for (unit, own) in &effective.rules {
            let Unit::Field(id) = unit else { continue };
            let field = &view.fields[catalogue().field_path(*id)];
            let closed = own.value.is_blocked() || !own.value.may_edit();
            prop_assert_eq!(field.read_only.is_some(), closed);
            let of_policy = own.value.options.as_deref().unwrap_or_default();
            let open = field.options.iter().filter(|option| option.closed.is_none());
            if own.value.options.is_some() {
                prop_assert_eq!(open.count(), of_policy.len());
            }
        }
        let items: usize = resolution.lists().iter().map(|list| list.items.len()).sum();
        prop_assert_eq!(view.lists.values().map(|list| list.rows.len()).sum::<usize>(), items);
        prop_assert_eq!(changed(&view, &view), Vec::<String>::new());
        let text = serde_json::to_string(&view).unwrap();
        prop_assert_eq!(serde_json::from_str::<FormView>(&text).unwrap(), view);
    }

    #[test]
    fn an_effective_policy_survives_the_way_to_the_browser(chain in chains()) {
        let mut effective = Effective::of(WORKSPACE, &chain);
        let text = serde_json::to_string(&effective.views()).unwrap();
        let views: Vec<LayerView> = serde_json::from_str(&text).unwrap();
        let mut again = Effective::from_views(WORKSPACE, &views);
        for effective in [&mut effective, &mut again] {
            effective.instances.values_mut().for_each(|items| items.sort_by(|a, b| a.key.cmp(&b.key)));
        }
        prop_assert_eq!(again, effective);
    }

    #[test]
    fn documents_survive_being_stored(document in documents()) {
        let once = read_value(&document, WORKSPACE);
        prop_assert_eq!(&once.errors, &[]);
        let again = read_value(&once.document.to_value(), WORKSPACE);
        prop_assert_eq!(&again.errors, &[]);
        prop_assert_eq!(&again.document, &once.document);
        prop_assert_eq!(again.document.to_value(), once.document.to_value());
    }
}
