//! What each change made of a policy, who made it, and the way back.

use domain::AuditId;
use leptos::prelude::*;

use super::{
    data::{Version, restore_policy},
    draft::Draft,
};
use crate::{
    pages::say_outcome,
    ui::{
        ActionCell, Band, Button, ButtonSize, Column, Disclosure, Muted, NameCell, Table, Td, Tr,
    },
};

#[component]
pub fn Versions(
    draft: Draft,
    versions: Vec<Version>,
    /// The version that holds.
    revision: Option<AuditId>,
    version: RwSignal<i32>,
) -> impl IntoView {
    if versions.is_empty() {
        return ().into_any();
    }
    let restore =
        Action::new(move |wanted: &AuditId| restore_policy(draft.scope, *wanted, revision));
    say_outcome(restore.value().into(), move || {
        // What was going to be written over the old version is not written over the restored one.
        draft.discard();
        version.update(|n| *n += 1);
    });
    let head = || {
        view! {
            <Column title="Saved"/>
            <Column title="By"/>
            <Column title="Difference"/>
            <Column title="Actions" quiet=true/>
        }
    };
    let rows = versions.into_iter().map(|own| row(own, revision, restore)).collect_view();
    view! { <Band title="Versions"><Table label="Versions" head>{rows}</Table></Band> }.into_any()
}

fn row(
    own: Version,
    revision: Option<AuditId>,
    restore: Action<AuditId, Result<(), crate::error::UiError>>,
) -> AnyView {
    let id = own.revision;
    let action = if Some(id) == revision {
        view! { <Muted small=true>"Holds now"</Muted> }.into_any()
    } else if own.is_removal {
        view! { <Muted small=true>"Deleted"</Muted> }.into_any()
    } else {
        let label = format!("Restore the version of {}", own.at);
        view! {
            <Button size=ButtonSize::Small caps=true label on_press=move |()| drop(restore.dispatch(id))>"Restore"</Button>
        }
        .into_any()
    };
    let title = match own.changes.len() {
        0 => "Nothing but its text".to_owned(),
        1 => "1 value".to_owned(),
        n => format!("{n} values"),
    };
    let changes = own.changes.into_iter().map(|change| view! { <li>{change}</li> }).collect_view();
    view! {
        <Tr>
            <NameCell>{own.at}</NameCell>
            <Td label="By">{own.by}</Td>
            <Td label="Difference"><Disclosure title><ul>{changes}</ul></Disclosure></Td>
            <ActionCell>{action}</ActionCell>
        </Tr>
    }
    .into_any()
}
