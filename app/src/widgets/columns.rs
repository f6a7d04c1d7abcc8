//! Which columns of a table are drawn, and the list in which people choose them.

use leptos::prelude::*;

use crate::ui::{Checkbox, Icon, IconName, Popover, Stack};

/// The columns that are drawn, by their places. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Shown {
    titles: StoredValue<Vec<&'static str>>,
    on: StoredValue<Vec<RwSignal<bool>>>,
}

impl Shown {
    /// Titles, and whether each column is drawn before anybody chose.
    pub fn of(columns: impl IntoIterator<Item = (&'static str, bool)>) -> Self {
        let (titles, on): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let on = on.into_iter().map(RwSignal::new).collect();
        Self { titles: StoredValue::new(titles), on: StoredValue::new(on) }
    }

    fn signal(self, at: usize) -> RwSignal<bool> {
        self.on.with_value(|all| all[at])
    }

    /// Whether the column at this place is drawn.
    pub fn is_on(self, at: usize) -> bool {
        self.signal(at).get()
    }

    /// The list in which they are chosen.
    pub fn chooser(self) -> AnyView {
        let boxes = move || {
            let titles = self.titles.get_value().into_iter().enumerate();
            let boxes = titles.map(|(at, title)| {
                let name = format!("column-{at}");
                view! { <Checkbox name value=self.signal(at) label=title/> }
            });
            boxes.collect_view()
        };
        view! {
            <Popover label="Columns" face=move || view! { <Icon name=IconName::Columns/> "Columns" }>
                <Stack>{boxes()}</Stack>
            </Popover>
        }
        .into_any()
    }
}
