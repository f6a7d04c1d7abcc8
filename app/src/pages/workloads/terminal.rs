//! The terminal of a workload: a shell in its container, opened when the tab first is, and open until the pane is
//! left or the workload stops. Where there is none, why.

use domain::WorkloadId;
use leptos::prelude::*;

use super::data::Opened;
use crate::ui::{Muted, Terminal};

#[component]
pub fn TerminalTab(id: WorkloadId, shown: Signal<Opened>, tab: RwSignal<String>) -> impl IntoView {
    let why_not = Memo::new(move |_| shown.with(|opened| opened.no_terminal.clone()));
    // Once wanted, it goes on while other tabs are looked at.
    let is_wanted =
        Memo::new(move |before: Option<&bool>| before == Some(&true) || tab.get() == "terminal");
    let name = shown.with_untracked(|opened| opened.row.name.clone());
    move || match (why_not.get(), is_wanted.get()) {
        (Some(why), _) => view! { <Muted>{why}</Muted> }.into_any(),
        (None, false) => ().into_any(),
        (None, true) => {
            let (path, label) =
                (format!("/workloads/{id}/terminal"), format!("Terminal of {name}"));
            view! { <Terminal path label/> }.into_any()
        }
    }
}
