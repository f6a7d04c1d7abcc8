//! What stands in the cells of the shelves' tables, in words.

use control::assets::Usage;
use domain::{
    asset::{Asset, AssetKind, Environment, SupportedTypes},
    form::{ACCESS_MODES, VOLUME_MODES},
    storage_class::{StorageClass, StorageClassRules},
    submission::{Compute, PvcVolume},
};

use super::Says;

pub fn title(asset: &Asset) -> String {
    match asset.secret_ref() {
        Some(secret) if secret.opens_by_ssh() && secret.keys.len() == 1 => "SSH key".to_owned(),
        _ => asset.kind().title().to_owned(),
    }
}

/// A number, and that there are others.
pub fn count(seen: usize, hidden: usize) -> String {
    match (seen, hidden) {
        (0, 0) => "–".to_owned(),
        (seen, 0) => seen.to_string(),
        (seen, hidden) => format!("{seen} and {hidden} more"),
    }
}

/// How many of the assets that use another are of a kind.
pub fn count_of(usage: &Usage, fits: impl Fn(AssetKind) -> bool) -> String {
    count(usage.assets.iter().filter(|asset| fits(asset.kind())).count(), 0)
}

/// The architecture of what is one process.
pub const STANDARD: &str = "Standard";

pub fn environment_cell(says: Says, of: &Environment, supports: Option<&SupportedTypes>) -> String {
    let of_workspaces = SupportedTypes::workspaces();
    let supports = supports.unwrap_or(&of_workspaces);
    match says {
        Says::Image => of.image.clone().unwrap_or_default(),
        Says::Tools => {
            of.connections.iter().map(|tool| tool.name.clone()).collect::<Vec<_>>().join(", ")
        }
        Says::Architecture if supports.distributed => {
            let framework = supports.dist_framework.as_deref();
            framework.map_or("Distributed".to_owned(), |name| format!("Distributed, {name}"))
        }
        Says::Architecture => STANDARD.to_owned(),
        Says::WorkloadTypes => {
            let all = [
                ("Workspace", supports.workspace),
                ("Training", supports.training),
                ("Inference", supports.inference),
            ];
            all.iter().filter(|(_, on)| *on).map(|(word, _)| *word).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

pub fn compute_cell(says: Says, of: &Compute) -> String {
    let percent = |part: Option<f64>| part.map(|part| format!("{} %", (part * 100.0).round()));
    let cores = |cores: Option<f64>| cores.map(|cores| format!("{cores} cores"));
    let found = match says {
        Says::GpuDevices => of.gpu_devices_request.map(|gpus| gpus.to_string()),
        Says::GpuMemory => match of.gpu_request_type.as_deref() {
            Some("memory") => range(of.gpu_memory_request.clone(), of.gpu_memory_limit.clone()),
            Some(_) => range(percent(of.gpu_portion_request), percent(of.gpu_portion_limit)),
            None => None,
        },
        Says::Cpu => cores(of.cpu_core_request),
        Says::CpuLimit => cores(of.cpu_core_limit),
        Says::CpuMemory => of.cpu_memory_request.clone(),
        Says::CpuMemoryLimit => of.cpu_memory_limit.clone(),
        _ => None,
    };
    found.unwrap_or_default()
}

fn range(request: Option<String>, limit: Option<String>) -> Option<String> {
    match (request, limit) {
        (Some(request), Some(limit)) => Some(format!("{request} to {limit}")),
        (Some(request), None) => Some(request),
        (None, limit) => limit.map(|limit| format!("up to {limit}")),
    }
}

pub fn class_cell(
    says: Says,
    StorageClassRules { permissions, customization }: &StorageClassRules,
) -> String {
    let allowed = permissions.clone().unwrap_or_default();
    let named = |all: &[(&str, Option<bool>)]| {
        let on = all.iter().filter(|(_, said)| *said != Some(false)).map(|(word, _)| *word);
        let on: Vec<_> = on.collect();
        if on.is_empty() { "nothing".to_owned() } else { on.join(", ") }
    };
    match says {
        Says::AllowedFor => named(&[
            ("data sources", allowed.allowed_for_assets),
            ("workspaces", allowed.allowed_for_workloads),
        ]),
        Says::Persistency => named(&[
            ("persistent", allowed.allowed_for_persistent_volumes),
            ("ephemeral", allowed.allowed_for_ephemeral_volumes),
        ]),
        Says::ClaimSize => {
            let sizes = customization.as_ref().and_then(|custom| custom.claim_size.as_ref());
            let part = |word: &str, text: &Option<String>| {
                text.as_ref().map(|text| format!("{word} {text}"))
            };
            let parts = sizes.map(|sizes| {
                [part("from", &sizes.min), part("to", &sizes.max), part("in steps of", &sizes.step)]
            });
            parts.into_iter().flatten().flatten().collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// What a claim asked for, and the class that it is of.
pub fn claim_details(of: &PvcVolume, its: Option<&StorageClass>) -> Vec<(&'static str, String)> {
    let info = of.claim_info.clone().unwrap_or_default();
    let asked = info.access_modes.unwrap_or_default().asked();
    let on = ACCESS_MODES.iter().zip(asked).filter(|(_, asked)| *asked);
    let modes = on.map(|((_, words), _)| *words).collect::<Vec<_>>().join(", ");
    let yes = |on: bool| if on { "Yes" } else { "No" }.to_owned();
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let asked = [
        (
            "PVC",
            (if of.existing_pvc == Some(true) { "Existing PVC" } else { "New PVC" }).to_owned(),
        ),
        ("Access modes", modes),
        ("Storage request", or_none(info.size)),
        ("Volume mode", info.volume_mode.unwrap_or_else(|| VOLUME_MODES[0].0.to_owned())),
        ("Prevent data modification", yes(of.read_only == Some(true))),
        ("Storage class", or_none(info.storage_class)),
    ];
    let of_class = its.map(|its| {
        [
            ("Provisioner", its.provisioner.clone()),
            ("Can be expanded", yes(its.allow_volume_expansion)),
            ("Default class", yes(its.is_default)),
        ]
    });
    asked.into_iter().chain(of_class.into_iter().flatten()).collect()
}
