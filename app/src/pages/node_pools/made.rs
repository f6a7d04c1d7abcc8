//! Node pools in words, and what was typed about them, on the server.

use control::{
    ControlPlane, Error, World,
    node_pools::{NewNodePool, NodePoolEdit, PoolScheduling, TimeBasedShare},
};
use domain::{
    ClusterId, Gpus, NodePoolId,
    access::{Action, Actor, ResourceType},
    duration::{self, minute},
    node::{NodePool, Placing},
    quantity::{decimals, number_in},
    usage::TimeBased,
};

use super::data::{PoolDraft, PoolForm, PoolRow};

pub fn rows(control: &ControlPlane, actor: &Actor) -> Result<Vec<PoolRow>, Error> {
    let world = control.world();
    let pools = control.node_pools(actor, &world)?;
    Ok(pools.iter().map(|pool| row(&world, pool)).collect())
}

fn row(world: &World, pool: &NodePool) -> PoolRow {
    let nodes = world.nodes_of(pool);
    let devices: usize = nodes.iter().map(|node| node.gpus.len()).sum();
    let usage = world.usage(|workload| workload.cluster == pool.cluster);
    let used = usage.get(&pool.name).copied().unwrap_or_default();
    let cluster = world.clusters.get(&pool.cluster);
    let updated = pool.updated.as_ref().map(|(at, by)| format!("{} by {by}", minute(*at)));
    PoolRow {
        id: pool.id.0,
        name: pool.name.to_string(),
        cluster: cluster.map(|cluster| cluster.name.clone()).unwrap_or_default(),
        is_default: pool.is_default(),
        label: match &pool.label {
            Some((key, value)) => format!("{key}={value}"),
            None => "all other nodes".to_owned(),
        },
        nodes: nodes.len(),
        placement: format!(
            "GPU {}{}, CPU {}",
            placing(pool.gpu_placement),
            if pool.gpu_fractions { "" } else { " (whole only)" },
            placing(pool.cpu_placement)
        ),
        guaranteed: match pool.min_runtime_secs {
            0 => "–".to_owned(),
            secs => duration::text(secs),
        },
        history: pool.time_based.map_or("–".to_owned(), history),
        gpus: Gpus::whole(i64::try_from(devices).unwrap_or_default()),
        used: used.allocated.gpu,
        solid: used.non_preemptible.gpu,
        updated: updated.unwrap_or_else(|| minute(pool.created_at)),
    }
}

fn history(of: TimeBased) -> String {
    let half = of.half_life_secs.map(|secs| format!(", half after {}", duration::text(secs)));
    let (window, weight) = (duration::text(of.window_secs), decimals(of.weight));
    format!("last {window}, weight {weight}{}", half.unwrap_or_default())
}

fn placing(of: Placing) -> &'static str {
    match of {
        Placing::Binpack => "bin-pack",
        Placing::Spread => "spread",
    }
}

pub fn form(control: &ControlPlane, actor: &Actor, id: Option<i32>) -> Result<PoolForm, Error> {
    let action = if id.is_none() { Action::Create } else { Action::Update };
    actor.may_somewhere(action, ResourceType::NodePools)?;
    let world = control.world();
    let clusters = control.clusters(actor, &world)?;
    let draft = match id {
        Some(id) => draft(&control.node_pool(actor, &world, NodePoolId(id))?),
        None => PoolDraft {
            cluster: clusters.first().map(|cluster| cluster.id.to_string()).unwrap_or_default(),
            gpu_placement: word(Placing::Binpack).to_owned(),
            cpu_placement: word(Placing::Binpack).to_owned(),
            gpu_fractions: true,
            ..history_draft(None)
        },
    };
    let clusters = clusters.into_iter().map(|cluster| (cluster.id.to_string(), cluster.name));
    Ok(PoolForm { draft, clusters: clusters.collect() })
}

fn draft(pool: &NodePool) -> PoolDraft {
    let (label_key, label_value) = pool.label.clone().unwrap_or_default();
    PoolDraft {
        id: Some(pool.id.0),
        is_default: pool.is_default(),
        name: pool.name.to_string(),
        cluster: pool.cluster.to_string(),
        label_key,
        label_value,
        gpu_placement: word(pool.gpu_placement).to_owned(),
        cpu_placement: word(pool.cpu_placement).to_owned(),
        gpu_fractions: pool.gpu_fractions,
        guaranteed: match pool.min_runtime_secs {
            0 => String::new(),
            secs => duration::text(secs),
        },
        ..history_draft(pool.time_based)
    }
}

fn history_draft(of: Option<TimeBased>) -> PoolDraft {
    let shown = of.unwrap_or_default();
    PoolDraft {
        time_based: of.is_some(),
        weight: shown.weight.to_string(),
        window: duration::text(shown.window_secs),
        half_life: shown.half_life_secs.map(duration::text).unwrap_or_default(),
        ..PoolDraft::default()
    }
}

fn word(of: Placing) -> &'static str {
    match of {
        Placing::Binpack => "binpack",
        Placing::Spread => "spread",
    }
}

pub async fn save(control: &ControlPlane, actor: &Actor, draft: PoolDraft) -> Result<(), Error> {
    let scheduling = scheduling(&draft)?;
    let label = (draft.label_key.trim().to_owned(), draft.label_value.trim().to_owned());
    match draft.id {
        None => {
            let unknown = |_| Error::not_found("cluster", &draft.cluster);
            let cluster = draft.cluster.parse::<ClusterId>().map_err(unknown)?;
            let new = NewNodePool { cluster, name: draft.name, label, scheduling };
            control.create_node_pool(actor, new).await?;
        }
        Some(id) => {
            let (label_key, label_value) = match draft.is_default {
                true => (None, None),
                false => (Some(label.0), Some(label.1)),
            };
            let edit = NodePoolEdit { label_key, label_value, scheduling };
            control.edit_node_pool(actor, NodePoolId(id), edit, false).await?;
        }
    }
    Ok(())
}

fn scheduling(draft: &PoolDraft) -> Result<PoolScheduling, Error> {
    let placing = |text: &str| match text {
        "spread" => Placing::Spread,
        _ => Placing::Binpack,
    };
    let guaranteed = draft.guaranteed.trim();
    let weight = number_in(&draft.weight);
    let wrong = || Error::field("weight", "number", "The weight is a number of 0 or more");
    let weight = draft.time_based.then(|| weight.ok_or_else(wrong)).transpose()?;
    Ok(PoolScheduling {
        gpu_placement: Some(placing(&draft.gpu_placement)),
        cpu_placement: Some(placing(&draft.cpu_placement)),
        gpu_fractions: Some(draft.gpu_fractions),
        min_runtime: Some(if guaranteed.is_empty() { "0s" } else { guaranteed }.to_owned()),
        time_based: Some(TimeBasedShare {
            enabled: draft.time_based,
            weight,
            window: draft.time_based.then(|| draft.window.trim().to_owned()),
            half_life: draft.time_based.then(|| draft.half_life.trim().to_owned()),
        }),
    })
}
