//! What an engine is and can do, read from its own `version` and `info`: texts in, facts out. What is
//! missing is said with its consequence.

use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum, SystemVersion};
use domain::abilities::{Abilities, Ability, Shortcoming};

/// The oldest interface that has all that is asked of it: Docker 20.10, Podman 4.
const API_MIN: (u64, u64) = (1, 41);
/// The first Podman that hands out GPUs to whoever asks through its interface.
const PODMAN_WITH_GPUS: (u64, u64) = (5, 4);

/// An engine, as it describes itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engine {
    /// `Podman 4.3.1`.
    pub name: String,
    pub is_podman: bool,
    pub api: (u64, u64),
    /// 1 or 2; 0 where it does not say.
    pub cgroup: u8,
    pub is_rootless: bool,
    /// Whether it can hold containers to limits; `None` where it does not say.
    pub limits_memory: Option<bool>,
    pub limits_cpu: Option<bool>,
    pub limits_pids: Option<bool>,
    pub gpu_way: GpuWay,
    /// The machine's name.
    pub host: String,
    pub cpus: i64,
    pub memory: i64,
}

/// How a container gets GPUs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GpuWay {
    #[default]
    None,
    /// Devices by their names in CDI files: `nvidia.com/gpu=0`.
    Cdi,
    /// The NVIDIA runtime, by the devices' UUIDs.
    Nvidia,
}

impl Engine {
    pub fn of(version: &SystemVersion, info: &SystemInfo) -> Self {
        let components = version.components.iter().flatten();
        let is_podman = components.into_iter().any(|part| part.name.starts_with("Podman"));
        let number = version.version.clone().unwrap_or_default();
        let name = format!("{} {number}", if is_podman { "Podman" } else { "Docker" });
        let security = info.security_options.iter().flatten();
        let is_rootless = security.into_iter().any(|option| option.contains("name=rootless"));
        let cgroup = match info.cgroup_version {
            Some(SystemInfoCgroupVersionEnum::_1) => 1,
            Some(SystemInfoCgroupVersionEnum::_2) => 2,
            _ => 0,
        };
        // Without the second version nobody but root may hand out what a limit needs.
        let limits =
            |said: Option<bool>| if is_rootless && cgroup == 1 { Some(false) } else { said };
        Self {
            is_podman,
            api: two_numbers(version.api_version.as_deref().unwrap_or_default()),
            cgroup,
            is_rootless,
            limits_memory: limits(info.memory_limit),
            limits_cpu: limits(info.cpu_cfs_quota),
            limits_pids: limits(info.pids_limit),
            gpu_way: gpu_way(is_podman, two_numbers(&number), info),
            host: info.name.clone().unwrap_or_default(),
            cpus: info.ncpu.unwrap_or_default(),
            memory: info.mem_total.unwrap_or_default(),
            name,
        }
    }

    /// Why it cannot be used at all.
    pub fn unfit(&self) -> Option<String> {
        let (major, minor) = self.api;
        (self.api < API_MIN).then(|| {
            format!(
                "{} speaks version {major}.{minor} of the interface, and 1.41 is needed: Docker 20.10 \
                 or Podman 4, or newer",
                self.name
            )
        })
    }

    /// What it cannot do, and what an administrator should know. `gpus` are those that the machine
    /// has, `host_folders` those that are open to workspaces.
    pub fn abilities(&self, gpus: usize, host_folders: &[String]) -> Abilities {
        let mut abilities =
            Abilities { host_folders: Some(host_folders.to_vec()), ..Abilities::default() };
        for ability in NEVER {
            abilities.lack(ability, format!("{} has none", self.name));
        }
        abilities.lack(Ability::Git, format!("{} clones nothing", self.name));
        abilities.lack(Ability::S3, format!("{} mounts no buckets", self.name));
        if self.is_rootless {
            let why = format!("{} runs without the rights to mount them", self.name);
            abilities.lack(Ability::Nfs, why);
        }
        self.limits(&mut abilities);
        self.gpus(gpus, &mut abilities);
        abilities.shortcomings.push(Shortcoming {
            what: "Sizes of volumes".into(),
            consequence: "they are noted and not enforced; a workspace may fill the disk".into(),
            fix: "Give the engine's storage a disk of its own".into(),
        });
        abilities
    }

    fn limits(&self, abilities: &mut Abilities) {
        let kinds = [
            (Ability::MemoryLimits, self.limits_memory, "memory", "all the memory of the machine"),
            (Ability::CpuLimits, self.limits_cpu, "CPU", "all the CPUs of the machine"),
        ];
        for (ability, said, what, all) in kinds {
            if said != Some(false) {
                continue;
            }
            let fix = match self.is_rootless {
                true => {
                    "Start the machine with systemd.unified_cgroup_hierarchy=1, or run the engine as root"
                }
                false => "Turn the cgroup controllers on when the machine starts",
            };
            let name = &self.name;
            abilities.lack(ability, format!("{name} cannot hold a container to them"));
            abilities.shortcomings.push(Shortcoming {
                what: format!("{name} limits no {what}"),
                consequence: format!("one workspace can take {all}"),
                fix: fix.into(),
            });
        }
    }

    fn gpus(&self, gpus: usize, abilities: &mut Abilities) {
        if gpus == 0 {
            return;
        }
        if self.gpu_way != GpuWay::None {
            abilities.shortcomings.push(Shortcoming {
                what: "Parts of GPUs".into(),
                consequence:
                    "portions are counted and packed, and nothing enforces them: a workspace \
                              can use the memory of its neighbour on the same GPU"
                        .into(),
                fix: String::new(),
            });
            return;
        }
        let (why, fix) = match self.is_podman {
            true => (
                format!("{} hands out no GPUs through its interface", self.name),
                "Install Podman 5.4 or newer, and run nvidia-ctk cdi generate",
            ),
            false => (
                format!("{} does not know the NVIDIA runtime", self.name),
                "Install the NVIDIA container toolkit, and run nvidia-ctk runtime configure",
            ),
        };
        abilities.lack(Ability::Gpus, why.clone());
        let consequence = format!("its {gpus} GPUs cannot be used");
        abilities.shortcomings.push(Shortcoming { what: why, consequence, fix: fix.into() });
    }
}

/// What no engine has.
const NEVER: [Ability; 12] = [
    Ability::ExtendedResources,
    Ability::ConfigMaps,
    Ability::Secrets,
    Ability::PullSecrets,
    Ability::PodFields,
    Ability::BlockVolumes,
    Ability::StorageClasses,
    Ability::LoadBalancers,
    Ability::ReadinessProbes,
    Ability::SeccompFiles,
    Ability::IdentityTokens,
    Ability::PodAffinity,
];

fn gpu_way(is_podman: bool, version: (u64, u64), info: &SystemInfo) -> GpuWay {
    if is_podman {
        // An older one says yes, and gives none.
        return if version >= PODMAN_WITH_GPUS { GpuWay::Cdi } else { GpuWay::None };
    }
    let runtimes = info.runtimes.as_ref();
    if runtimes.is_some_and(|runtimes| runtimes.contains_key("nvidia")) {
        return GpuWay::Nvidia;
    }
    let devices = info.discovered_devices.iter().flatten();
    let ids = devices.filter_map(|device| device.id.as_deref());
    match ids.into_iter().any(|id| id.starts_with("nvidia.com/gpu=")) {
        true => GpuWay::Cdi,
        false => GpuWay::None,
    }
}

/// `4.3.1` as (4, 3).
fn two_numbers(text: &str) -> (u64, u64) {
    let mut numbers = text.split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PODMAN: &str = r#"{"Version": "4.3.1", "ApiVersion": "1.41",
        "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}]}"#;
    const DOCKER: &str = r#"{"Version": "27.3.1", "ApiVersion": "1.47",
        "Components": [{"Name": "Engine", "Version": "27.3.1"}]}"#;

    fn said(version: &str, info: &str, gpus: usize) -> String {
        let (version, info) =
            (serde_json::from_str(version).unwrap(), serde_json::from_str(info).unwrap());
        let engine = Engine::of(&version, &info);
        let abilities = engine.abilities(gpus, &[]);
        let lacks: Vec<_> = abilities.lacks.keys().filter(|a| !NEVER.contains(a)).collect();
        let told: Vec<_> = abilities.shortcomings.iter().map(ToString::to_string).collect();
        let unfit = engine.unfit().unwrap_or_default();
        format!(
            "{} cgroup {} rootless {} gpu {:?} lacks {lacks:?} {unfit}\n  {}",
            engine.name,
            engine.cgroup,
            engine.is_rootless,
            engine.gpu_way,
            told.join("\n  ")
        )
    }

    #[test]
    fn an_engine_says_what_is_missing_and_what_follows() {
        let all = r#"{"MemoryLimit": true, "CpuCfsQuota": true, "CgroupVersion": "2"}"#;
        let rootless = r#"{"MemoryLimit": true, "CpuCfsQuota": true, "CgroupVersion": "1",
            "SecurityOptions": ["name=seccomp,profile=default", "name=rootless"]}"#;
        let nvidia = r#"{"CgroupVersion": "2", "Runtimes": {"nvidia": {"path": "x"}, "runc": {}}}"#;
        let cdi = r#"{"DiscoveredDevices": [{"Source": "cdi", "ID": "nvidia.com/gpu=0"}]}"#;
        let new = PODMAN.replace("4.3.1", "5.4.2");
        let old = r#"{"Version": "18.09", "ApiVersion": "1.39"}"#;
        let lines = [
            said(PODMAN, all, 0),
            said(PODMAN, rootless, 2),
            said(&new, all, 2),
            said(DOCKER, r#"{"MemoryLimit": false}"#, 1),
            said(DOCKER, nvidia, 1),
            said(DOCKER, cdi, 1),
            said(old, "{}", 0),
        ];
        insta::assert_snapshot!(lines.join("\n"));
    }
}
