//! Which field of a submission needs which ability.

use super::Ability;
use crate::{
    storage_class,
    submission::{EnvironmentVariable, PvcVolume, Security, Storage, Submission, kept},
};

/// A field below `spec`, and what it needs.
pub struct Need {
    pub field: String,
    pub ability: Ability,
}

/// Everything that needs something, in the order of the form.
pub fn of(submission: &Submission) -> Vec<Need> {
    let mut needs = Needs::default();
    needs.environment(submission);
    if let Some(security) = &submission.security {
        needs.security(security);
    }
    needs.compute(submission);
    if let Some(storage) = &submission.storage {
        needs.storage(storage);
    }
    needs.0
}

/// The host paths, each with its field.
pub fn host_paths(submission: &Submission) -> impl Iterator<Item = (String, &str)> {
    let items =
        submission.storage.iter().flat_map(|storage| kept(&storage.host_path, |v| v.exclude));
    items.map(|(i, volume)| {
        (format!("storage.hostPath[{i}].path"), volume.path.as_deref().unwrap_or_default())
    })
}

#[derive(Default)]
struct Needs(Vec<Need>);

impl Needs {
    fn add(&mut self, field: impl Into<String>, ability: Ability) {
        self.0.push(Need { field: field.into(), ability });
    }

    fn when(&mut self, asked: bool, field: &str, ability: Ability) {
        if asked {
            self.add(field, ability);
        }
    }

    /// The whole items of a list.
    fn items<T>(
        &mut self,
        list: &str,
        items: &Option<Vec<T>>,
        excluded: fn(&T) -> Option<bool>,
        ability: Ability,
    ) {
        for (i, _) in kept(items, excluded) {
            self.add(format!("{list}[{i}]"), ability);
        }
    }

    fn environment(&mut self, submission: &Submission) {
        self.items(
            "imagePullSecrets",
            &submission.image_pull_secrets,
            |s| s.exclude,
            Ability::PullSecrets,
        );
        for (i, variable) in kept(&submission.environment_variables, |v| v.exclude) {
            self.variable(i, variable);
        }
        for (i, port) in kept(&submission.ports, |port| port.exclude) {
            let is_balanced = port.service_type.as_deref() == Some("LoadBalancer");
            self.when(is_balanced, &format!("ports[{i}].serviceType"), Ability::LoadBalancers);
        }
        let probe = submission.probes.as_ref().and_then(|probes| probes.readiness.as_ref());
        self.when(probe.is_some(), "probes.readiness", Ability::ReadinessProbes);
    }

    fn variable(&mut self, i: usize, variable: &EnvironmentVariable) {
        let field = |name: &str| format!("environmentVariables[{i}].{name}");
        self.when(variable.secret.is_some(), &field("secret"), Ability::Secrets);
        self.when(variable.user_credential.is_some(), &field("userCredential"), Ability::Secrets);
        self.when(variable.config_map.is_some(), &field("configMap"), Ability::ConfigMaps);
        self.when(variable.pod_field_ref.is_some(), &field("podFieldRef"), Ability::PodFields);
    }

    fn security(&mut self, security: &Security) {
        let is = |value: &Option<String>, word: &str| value.as_deref() == Some(word);
        let from_token = is(&security.uid_gid_source, "fromIdpToken");
        self.when(from_token, "security.uidGidSource", Ability::IdentityTokens);
        let from_file = is(&security.seccomp_profile_type, "Localhost");
        self.when(from_file, "security.seccompProfileType", Ability::SeccompFiles);
    }

    fn compute(&mut self, submission: &Submission) {
        if let Some(compute) = &submission.compute {
            let gpus = compute
                .gpu_devices_request
                .unwrap_or(i64::from(compute.gpu_request_type.is_some()));
            self.when(gpus > 0, "compute.gpuDevicesRequest", Ability::Gpus);
            self.when(compute.cpu_core_limit.is_some(), "compute.cpuCoreLimit", Ability::CpuLimits);
            let memory = compute.cpu_memory_limit.is_some();
            self.when(memory, "compute.cpuMemoryLimit", Ability::MemoryLimits);
            let extended = &compute.extended_resources;
            let list = "compute.extendedResources";
            self.items(list, extended, |item| item.exclude, Ability::ExtendedResources);
        }
        let required =
            submission.pod_affinity.as_ref().is_some_and(|affinity| affinity.kind.is_some());
        self.when(required, "podAffinity", Ability::PodAffinity);
    }

    fn storage(&mut self, storage: &Storage) {
        for (i, volume) in kept(&storage.pvc, |volume| volume.exclude) {
            self.claim(i, volume);
        }
        self.items("storage.nfs", &storage.nfs, |v| v.exclude, Ability::Nfs);
        self.items("storage.git", &storage.git, |v| v.exclude, Ability::Git);
        self.items("storage.s3", &storage.s3, |v| v.exclude, Ability::S3);
        let maps = &storage.config_map_volume;
        self.items("storage.configMapVolume", maps, |v| v.exclude, Ability::ConfigMaps);
        let secrets = &storage.secret_volume;
        self.items("storage.secretVolume", secrets, |v| v.exclude, Ability::Secrets);
        self.items("storage.dataVolume", &storage.data_volume, |v| v.exclude, Ability::DataVolumes);
    }

    fn claim(&mut self, i: usize, volume: &PvcVolume) {
        let Some(info) = &volume.claim_info else { return };
        let field = |name: &str| format!("storage.pvc[{i}].claimInfo.{name}");
        let is_block = info.volume_mode.as_deref() == Some("Block");
        self.when(is_block, &field("volumeMode"), Ability::BlockVolumes);
        let class = info.storage_class.as_deref().unwrap_or_default();
        let is_simple = ["", storage_class::NONE, storage_class::LOCAL].contains(&class);
        self.when(!is_simple, &field("storageClass"), Ability::StorageClasses);
    }
}
