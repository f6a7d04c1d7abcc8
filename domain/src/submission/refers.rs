//! What a submission refers to by name or id: secrets of the cluster, credentials of whoever submits,
//! data volumes.

use super::Submission;
use crate::AssetId;

impl Submission {
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
        assert_eq!(submission.secrets(), ["s1", "s2", "s3", "s4", "s5", "s6"]);
        assert_eq!(submission.user_credentials(), ["u1", "u2"]);
        let volumes: Vec<_> = submission.data_volumes().into_iter().map(|(at, _)| at).collect();
        assert_eq!(volumes, ["spec.storage.dataVolume[0].id"]);
    }
}
