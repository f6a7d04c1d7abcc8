//! What stands against something that cannot be chosen: *Not compliant – view details* (`policies.md` §9.2).

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ui::{Button, ButtonKind, Column, Dialog, NameCell, Table, Td, Tr};

/// One rule that it breaks, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Against {
    pub field: String,
    pub rule: String,
    pub details: String,
    /// Whose rule it is.
    pub source: String,
}

#[cfg(feature = "ssr")]
impl From<&domain::policy::Violation> for Against {
    fn from(violation: &domain::policy::Violation) -> Self {
        Self {
            field: violation.label.to_owned(),
            rule: violation.rule().unwrap_or_default().to_owned(),
            details: violation.details(),
            source: violation.source.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// The words that open the list; nothing where nothing stands against it.
#[component]
pub fn NotCompliant(
    /// What it is called.
    #[prop(into)]
    name: String,
    /// What tells its dialog from others.
    #[prop(into)]
    id: String,
    against: Vec<Against>,
) -> impl IntoView {
    if against.is_empty() {
        return ().into_any();
    }
    let open = RwSignal::new(false);
    let label = format!("Not compliant – view details of {name}");
    let title = format!("What stands against {name}");
    let head = || {
        view! {
            <Column title="Field"/>
            <Column title="Rule"/>
            <Column title="Details"/>
            <Column title="Source"/>
        }
    };
    let rows = against.into_iter().map(|one| {
        view! {
            <Tr>
                <NameCell>{one.field}</NameCell>
                <Td label="Rule">{one.rule}</Td>
                <Td label="Details">{one.details}</Td>
                <Td label="Source">{one.source}</Td>
            </Tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Button kind=ButtonKind::Link label on_press=move |()| open.set(true)>"Not compliant – view details"</Button>
        <Dialog open title=title.clone() id=format!("against-{id}") wide=true>
            <Table label=title head>{rows}</Table>
        </Dialog>
    }
    .into_any()
}
