//! What a submission refers to by name or id: secrets of the cluster, credentials of whoever submits,
//! data volumes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{KeyOf, Submission};
use crate::AssetId;

/// How a submission uses a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretUse {
    pub name: String,
    /// Whether it is a credential of the person who submits.
    pub is_own: bool,
    /// Whether it opens the registry of an image; otherwise its keys are read.
    pub pulls: bool,
}

impl Submission {
    /// Every use of a secret; none of what is excluded.
    pub fn secret_uses(&self) -> BTreeSet<SecretUse> {
        let mut uses = BTreeSet::new();
        self.clone().name_secrets(|of| {
            uses.insert(of.clone());
            None
        });
        uses
    }

    /// Gives each secret that it uses the name that the cluster's secret has; where there is none, the old one stays.
    /// What was a credential of the person who submits is a secret of the cluster then.
    pub fn name_secrets(&mut self, mut named: impl FnMut(&SecretUse) -> Option<String>) {
        let mut new_name = |name: &Option<String>, is_own, pulls| {
            let name = name.clone().filter(|name| !name.is_empty())?;
            named(&SecretUse { name, is_own, pulls })
        };
        let mut read = |name: &mut Option<String>| {
            if let Some(new) = new_name(name, false, false) {
                *name = Some(new);
            }
        };
        let variables = self.environment_variables.iter_mut().flatten();
        for variable in variables.filter(|variable| variable.exclude != Some(true)) {
            if let Some(secret) = &mut variable.secret {
                read(&mut secret.name);
            }
        }
        if let Some(storage) = &mut self.storage {
            let files = storage.secret_volume.iter_mut().flatten();
            files.filter(|v| v.exclude != Some(true)).for_each(|v| read(&mut v.secret));
            let buckets = storage.s3.iter_mut().flatten();
            buckets
                .filter(|v| v.exclude != Some(true))
                .for_each(|v| read(&mut v.access_key_secret));
            for git in storage.git.iter_mut().flatten().filter(|v| v.exclude != Some(true)) {
                git.secret_ref.iter_mut().for_each(|of| read(&mut of.name));
                read(&mut git.password_secret);
            }
        }
        let variables = self.environment_variables.iter_mut().flatten();
        for variable in variables.filter(|variable| variable.exclude != Some(true)) {
            let Some(KeyOf { name, key }) = &variable.user_credential else { continue };
            if let Some(new) = new_name(name, true, false) {
                variable.secret = Some(KeyOf { name: Some(new), key: key.clone() });
                variable.user_credential = None;
            }
        }
        let pulls = self.image_pull_secrets.iter_mut().flatten();
        for pull in pulls.filter(|pull| pull.exclude != Some(true)) {
            let is_own = pull.user_credential == Some(true);
            if let Some(new) = new_name(&pull.name, is_own, true) {
                (pull.name, pull.user_credential) = (Some(new), None);
            }
        }
    }

    /// The names of the cluster's secrets that it uses; not those of the submitter.
    pub fn secrets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        let variables = self.environment_variables.iter().flatten();
        names.extend(variables.filter_map(|v| v.secret.as_ref()?.name.as_deref()));
        let pulls = self.image_pull_secrets.iter().flatten();
        let shared = pulls.filter(|pull| pull.user_credential != Some(true));
        names.extend(shared.filter_map(|pull| pull.name.as_deref()));
        let Some(storage) = &self.storage else { return names };
        names.extend(storage.secret_volume.iter().flatten().filter_map(|v| v.secret.as_deref()));
        names.extend(storage.s3.iter().flatten().filter_map(|v| v.access_key_secret.as_deref()));
        for git in storage.git.iter().flatten() {
            names.extend(git.secret_ref.as_ref().and_then(|secret| secret.name.as_deref()));
            names.extend(git.password_secret.as_deref());
        }
        names
    }

    /// The names of credentials that belong to whoever submits it.
    pub fn user_credentials(&self) -> Vec<&str> {
        let variables = self.environment_variables.iter().flatten();
        let keys = variables.filter_map(|v| v.user_credential.as_ref()?.name.as_deref());
        let pulls = self.image_pull_secrets.iter().flatten();
        let own = pulls.filter(|pull| pull.user_credential == Some(true));
        keys.chain(own.filter_map(|pull| pull.name.as_deref())).collect()
    }

    /// The data volumes that it mounts, each with the field that says so. One that is no id is wrong
    /// anyway.
    pub fn data_volumes(&self) -> Vec<(String, AssetId)> {
        let volumes = self.storage.as_ref().and_then(|storage| storage.data_volume.as_ref());
        let volumes = volumes.into_iter().flatten().enumerate();
        let kept = volumes.filter(|(_, volume)| volume.exclude != Some(true));
        let named = kept.filter_map(|(i, volume)| {
            let id = volume.id.as_deref()?.parse().ok()?;
            Some((format!("spec.storage.dataVolume[{i}].id"), id))
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_is_found() {
        let submission: Submission = serde_json::from_str(
            r#"{"environmentVariables": [{"name": "a", "secret": {"name": "s1", "key": "k"}},
                    {"name": "b", "userCredential": {"name": "u1", "key": "k"}}],
                "imagePullSecrets": [{"name": "s2"}, {"name": "u2", "userCredential": true}],
                "storage": {"secretVolume": [{"secret": "s3", "mountPath": "/s"}],
                    "s3": [{"bucket": "b", "accessKeySecret": "s4", "path": "/b"}],
                    "git": [{"repository": "r", "secretRef": {"name": "s5"}}, {"passwordSecret": "s6"}],
                    "dataVolume": [{"id": "00000000-0000-0000-0000-000000000007"},
                        {"id": "00000000-0000-0000-0000-000000000008", "exclude": true}]}}"#,
        )
        .unwrap();
        let uses = submission.secret_uses().into_iter().map(|of| match (of.is_own, of.pulls) {
            (false, false) => of.name,
            (false, true) => format!("{} pulls", of.name),
            (true, false) => format!("own {}", of.name),
            (true, true) => format!("own {} pulls", of.name),
        });
        let uses: Vec<_> = uses.collect();
        assert_eq!(uses.join(", "), "s1, s2 pulls, s3, s4, s5, s6, own u1, own u2 pulls");
        let mut named = submission.clone();
        named.name_secrets(|of| Some(format!("new-{}", of.name)));
        let mut all: Vec<_> = named.secrets();
        all.sort_unstable();
        assert_eq!(all.join(" "), "new-s1 new-s2 new-s3 new-s4 new-s5 new-s6 new-u1 new-u2");
        assert!(named.user_credentials().is_empty());
        assert_eq!(submission.secrets(), ["s1", "s2", "s3", "s4", "s5", "s6"]);
        assert_eq!(submission.user_credentials(), ["u1", "u2"]);
        let volumes: Vec<_> = submission.data_volumes().into_iter().map(|(at, _)| at).collect();
        assert_eq!(volumes, ["spec.storage.dataVolume[0].id"]);
    }
}
