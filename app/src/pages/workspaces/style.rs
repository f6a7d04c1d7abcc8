//! The two ways of looking at the form: Flexible, in which every field can be changed, and Original, with galleries.
//! Both are tables of sections over the same fields.

use std::collections::BTreeSet;

use domain::form::{Block, FIELDS, Input, LISTS, ORIGINAL, ORIGINAL_STYLE, Own, SECTIONS, Section};
use leptos::prelude::*;

use super::{
    form::Form,
    sections::{Around, section_view},
};
use crate::ui::{Choice, Segmented};

const FLEXIBLE: &str = "flexible";

/// Which of the two is on the page, where controls find it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Style(RwSignal<String>);

impl Style {
    pub fn of(form: Form) -> Self {
        Self(form.signal("style"))
    }

    pub fn is_original(self) -> bool {
        self.0.with_untracked(|style| style == ORIGINAL_STYLE)
    }
}

/// The choice between them, where an administrator leaves it.
pub fn style_switch(form: Form, has_flexible: bool) -> Option<AnyView> {
    let style = form.signal("style");
    if !has_flexible {
        style.set(ORIGINAL_STYLE.to_owned());
        return None;
    }
    let choices = vec![Choice::new(FLEXIBLE, "Flexible"), Choice::new(ORIGINAL_STYLE, "Original")];
    Some(
        view! { <Segmented legend="Submission form" name="style" value=style choices small=true/> }
            .into_any(),
    )
}

/// The sections of the style that is chosen.
pub fn sections_view(form: Form, around: Around) -> AnyView {
    let style = form.signal("style");
    let is_original = Memo::new(move |_| style.with(|style| style == ORIGINAL_STYLE));
    (move || {
        let sections: &[&'static Section; 4] =
            if is_original.get() { &ORIGINAL } else { &SECTIONS };
        let views = sections.iter().map(|section| section_view(section, form, around.clone()));
        let views = views.collect_view();
        view! {
            {views}
            {unseen(form, sections)}
        }
    })
    .into_any()
}

/// What is not on the page, for a form that is sent without scripts.
fn unseen(form: Form, sections: &[&'static Section]) -> AnyView {
    let seen = seen(sections);
    let fields = FIELDS.iter().filter(|field| !seen.contains(field.name));
    let fields = fields.map(|field| {
        let text = form.signal(field.name);
        view! { <input type="hidden" name=field.name value=move || text.get()/> }
    });
    let lists = LISTS.iter().filter(|list| !seen.contains(list.name)).map(|list| {
        move || {
            let pair = |(name, value): (String, String)| view! { <input type="hidden" name=name value=value/> };
            form.draft().pairs_of_list(list).into_iter().map(pair).collect_view()
        }
    });
    view! {
        {fields.collect_view()}
        {lists.collect_view()}
    }
    .into_any()
}

/// The names of fields and lists that are on the page.
fn seen(sections: &[&'static Section]) -> BTreeSet<&'static str> {
    let blocks = sections.iter().flat_map(|section| section.parts).flat_map(|part| part.blocks);
    let mut seen = BTreeSet::from(["style"]);
    for block in blocks {
        match block {
            Block::Stack(names) | Block::Side(names) => seen.extend(*names),
            Block::Rows(name) => drop(seen.insert(name)),
            Block::Own(Own::GivenTools) => drop(seen.insert("tool")),
            Block::Own(Own::Process) => seen.extend(["command", "args"]),
            Block::Own(Own::Pools) => drop(seen.insert("node_pools")),
            Block::Own(Own::Data | Own::Volumes) => drop(seen.insert("data")),
            Block::Own(Own::Preemption) => drop(seen.insert("preemptibility")),
            Block::Own(Own::OverQuota) => seen.extend(["preemptibility", "grace"]),
            Block::Own(Own::GpuCard | Own::Gallery | Own::Image) => {}
        }
    }
    for field in FIELDS {
        if let Input::Quantity { unit, .. } = field.input
            && seen.contains(field.name)
        {
            seen.insert(unit);
        }
    }
    seen
}
