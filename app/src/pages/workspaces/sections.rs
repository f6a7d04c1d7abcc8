//! The sections of the form, drawn from their table.

use domain::form::{Block, Own, Part as PartOf, Section as Of};
use leptos::prelude::*;

use super::{
    checks::Checks,
    compute::{GpuView, Pools},
    data::{FormFacts, Judged},
    fields::{Place, closed_note, shown_field},
    form::Form,
    general::{OverQuota, Preemption},
    load::load_strip,
    lookup::image_note,
    picks::gallery_view,
    rows::{given_tools, list_view},
    storage::{data_view, volumes_view},
};
use crate::ui::{Columns, Disclosure, Grid, Part, Section, Stack};

/// What a section needs beside the form.
#[derive(Clone)]
pub struct Around {
    /// Those of the project, where the form is for one.
    pub facts: Option<FormFacts>,
    pub answer: Signal<Option<Judged>>,
}

/// A section with its parts.
pub fn section_view(of: &'static Of, form: Form, around: Around) -> AnyView {
    let wrong = expect_context::<Checks>().count(of.paths);
    let summary = Signal::derive(move || summary(of.id, form));
    // What has a gallery needs no side pane, and what is for no project has nothing to load.
    let has_gallery = of.parts.iter().any(|part| part.blocks.iter().any(Block::is_gallery));
    let has_strip = !has_gallery && around.facts.is_some();
    let gallery_of = of.id;
    let has_volumes = around.facts.as_ref().is_none_or(|facts| facts.has_data_volumes);
    let title = if of.id == "storage" && !has_volumes { "Data sources" } else { of.title };
    let parts = move || {
        let part = |part| part_view(part, form, &around, gallery_of);
        of.parts.iter().map(part).collect_view()
    };
    view! {
        <Section title id=of.id summary wrong>
            {has_strip.then(|| load_strip(of.id, form))}
            {closed_note(of.id)}
            {parts()}
        </Section>
    }
    .into_any()
}

fn part_view(part: &'static PartOf, form: Form, around: &Around, section: &'static str) -> AnyView {
    let blocks = part.blocks.iter().map(|block| block_view(block, form, around, section));
    let blocks = blocks.collect_view();
    view! { <Part title=part.title help=part.help><Stack>{blocks}</Stack></Part> }.into_any()
}

fn block_view(
    block: &'static Block,
    form: Form,
    around: &Around,
    section: &'static str,
) -> AnyView {
    let field = |name: &&'static str| shown_field(name, place(form, name));
    match block {
        Block::Stack(names) => names.iter().map(field).collect_view().into_any(),
        Block::Side(names) => {
            let fields = names.iter().map(field).collect_view();
            let columns = if names.len() == 3 { Columns::Three } else { Columns::Two };
            view! { <Grid columns>{fields}</Grid> }.into_any()
        }
        Block::Rows(name) => list_view(form, name),
        Block::Own(Own::GivenTools) => given_tools(form),
        Block::Own(Own::Image) => {
            image_note(form, around.facts.as_ref().map(|facts| facts.project.id))
        }
        Block::Own(Own::Process) => process_view(form),
        Block::Own(Own::GpuCard) => view! { <GpuView form answer=around.answer/> }.into_any(),
        Block::Own(Own::Pools) => {
            let pools = |facts| view! { <Pools form facts/> };
            around.facts.clone().map(pools).into_any()
        }
        Block::Own(Own::Preemption) => {
            view! { <Preemption value=form.signal("preemptibility")/> }.into_any()
        }
        Block::Own(Own::Data) => data_view(form),
        Block::Own(Own::Volumes) => volumes_view(form),
        Block::Own(Own::Gallery) => gallery_view(section, form),
        Block::Own(Own::OverQuota) => view! { <OverQuota form/> }.into_any(),
    }
}

/// Command and arguments, folded while nothing is said.
fn process_view(form: Form) -> AnyView {
    let fields = move || {
        let field = move |name| shown_field(name, place(form, name));
        view! { <Stack>{field("command")}{field("args")}</Stack> }
    };
    let is_said = |name| form.signal(name).with_untracked(|text| !text.is_empty());
    let open = is_said("command") || is_said("args");
    view! { <Disclosure title="+Command & arguments" open>{fields()}</Disclosure> }.into_any()
}

/// Where a field outside lists stands.
pub fn place(form: Form, name: &'static str) -> Place {
    let (field, _) = form.texts.field(name);
    Place {
        texts: form.texts,
        path: Signal::derive(move || form.texts.path_of(field)),
        name: name.to_owned(),
        id: name.to_owned(),
        is_of_policy: false,
        locked: false,
        fixed: false,
        given_as: String::new(),
    }
}

/// What a folded section holds.
fn summary(section: &str, form: Form) -> String {
    let count = |list: &str| form.list(list).rows.with(Vec::len);
    match section {
        "environment" => {
            let image = form.draft().image().unwrap_or_else(|| "no image yet".to_owned());
            match count("tool") {
                0 => image,
                1 => format!("{image}, 1 tool"),
                n => format!("{image}, {n} tools"),
            }
        }
        "compute" => {
            let text = |name: &str| form.text(name);
            let gpus = form.draft().gpu_words();
            let (cpu, memory) = (text("cpu") + " " + &text("cpu_unit"), text("memory"));
            format!("{gpus}, {cpu} CPU, {memory} {}", text("memory_unit"))
        }
        "storage" => match count("data") {
            0 => "nothing mounted".to_owned(),
            1 => "1 mount".to_owned(),
            n => format!("{n} mounts"),
        },
        _ => {
            let priority = form.text("priority").replace('-', " ");
            format!("{}, {priority} priority", form.text("preemptibility"))
        }
    }
}
