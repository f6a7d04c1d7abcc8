//! GPUs as pictures: a cell for each device on the Nodes page, and the packing of one card in the form.

use domain::{
    Gpus,
    quantity::{decimals, rounded},
};
use leptos::prelude::*;

use crate::pages::workspaces::data::CardFacts;

/// A part of a device in use.
#[derive(Clone, Debug, PartialEq)]
pub struct CellPart {
    /// Number of the project, which gives the colour.
    pub project: i32,
    /// What the reader may be told that the workload is called.
    pub name: String,
    pub portion: Gpus,
}

/// One device: filled from the left with its parts, dashed where it is free.
#[component]
pub fn GpuCell(#[prop(into)] place: String, parts: Vec<CellPart>) -> impl IntoView {
    let words = match parts.as_slice() {
        [] => "free".to_owned(),
        parts => parts.iter().map(words).collect::<Vec<_>>().join(", "),
    };
    let label = format!("{place}: {words}");
    let tip = format!("{place}\n{words}");
    let mut left = 0.0;
    let rects = parts.iter().map(|part| {
        let (x, width) = (left, 26.0 * part.portion.as_f64().min(1.0));
        left += width;
        let class = format!("fp-{}", (part.project - 1).rem_euclid(8) + 1);
        view! {
            <rect class=class x=rounded(1.0 + x, 2) y="1" width=rounded(width, 2) height="26"></rect>
        }
    });
    let rects = rects.collect_view();
    let frame = if parts.is_empty() { "gpu-free" } else { "gpu-frame" };
    view! {
        <li>
            <span class="gpu-hit" tabindex="0" role="img" aria-label=label data-tip=tip>
                <svg class="gpu" viewBox="0 0 28 28" aria-hidden="true">
                    {rects}
                    <rect class=frame x="1" y="1" width="26" height="26" rx="4"></rect>
                </svg>
            </span>
        </li>
    }
    .into_any()
}

fn words(part: &CellPart) -> String {
    format!("{} {} %", part.name, decimals(part.portion.as_f64() * 100.0))
}

/// The card that the workspace would lie on, with its neighbours.
#[component]
pub fn GpuCard(card: CardFacts) -> impl IntoView {
    let CardFacts { title, about, size, parts, own } = card;
    let percent = |part: f64| format!("{}%", rounded(part * 100.0, 2));
    let mut left = 0.0;
    let taken = parts.iter().map(|part| {
        let x = left;
        left += part.portion;
        view! {
            <rect class="fill-strong" x=percent(x) y="28" width=percent(part.portion - 0.004)
                height="36" rx="3"></rect>
        }
    });
    let taken = taken.collect_view();
    let said: Vec<_> = parts.into_iter().map(|part| part.words).chain([own.words]).collect();
    let said = said.join(", ");
    let label = format!("Memory of {title}: {said}");
    view! {
        <figure class="packing">
            <figcaption class="row row-wrap row-between">
                <span class="strong small">{title}</span>
                <span class="help">{about}</span>
            </figcaption>
            <div class="gpucard"><div class="gpucard-pic">
                <svg width="100%" height="76" role="img" aria-label=label>
                    <text class="svg-text" y="20">"0"</text>
                    <text class="svg-text" x="100%" y="20" text-anchor="end">{size}</text>
                    {taken}
                    <rect class="pack-new" x=percent(left) y="28.75"
                        width=percent(own.portion - 0.003) height="34.5" rx="3"></rect>
                    <svg x=percent(left) overflow="visible">
                        <text class="svg-text pack-label" x="12" y="50">"This workspace"</text>
                    </svg>
                </svg>
            </div></div>
            <p class="help">{said}"."</p>
        </figure>
    }
    .into_any()
}

/// A pool of the GPU map.
pub fn map_pool(name: String, figure: String, nodes: AnyView) -> AnyView {
    view! {
        <section class="pool-map">
            <div class="pool-head"><h3>{name}</h3><span class="push num">{figure}</span></div>
            <ul class="nodes">{nodes}</ul>
        </section>
    }
    .into_any()
}

/// A node of the GPU map.
pub fn map_node(name: String, cells: AnyView) -> AnyView {
    let label = format!("GPUs of {name}");
    view! {
        <li class="node-map">
            <span class="node-name">{name}</span>
            <ul class="cells" aria-label=label>{cells}</ul>
        </li>
    }
    .into_any()
}
