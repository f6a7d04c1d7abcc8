//! What the configuration of a class leaves to choose, in a line below the choice of the class.

use super::{ClaimSizeRules, Customization, Modes, StorageClassRules, VolumeModes, limits};

impl StorageClassRules {
    /// `Read-write by one node; from 1G to 100G; persistent alone. Asks for: owner.` Nothing where everything is allowed.
    pub fn words(&self) -> Option<String> {
        let custom = self.customization.clone().unwrap_or_default();
        let parts = [
            custom.access_mode.as_ref().and_then(|rules| modes(rules.supported_values.as_ref()?)),
            custom
                .volume_mode
                .as_ref()
                .and_then(|rules| volume_modes(rules.supported_values.as_ref()?)),
            custom.claim_size.as_ref().and_then(sizes),
            self.persistency(),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let said = (!parts.is_empty()).then(|| format!("It allows: {}.", parts.join("; ")));
        let said: Vec<_> = said.into_iter().chain(asked(&custom)).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    fn persistency(&self) -> Option<String> {
        let permissions = self.permissions.as_ref()?;
        let no = |said: Option<bool>| said == Some(false);
        let words = match (
            no(permissions.allowed_for_persistent_volumes),
            no(permissions.allowed_for_ephemeral_volumes),
        ) {
            (false, false) => return None,
            (true, false) => "ephemeral volumes alone",
            (false, true) => "persistent volumes alone",
            (true, true) => "no volumes",
        };
        Some(words.to_owned())
    }
}

fn modes(supported: &Modes) -> Option<String> {
    some_of(&limits::modes(supported).map(|(_, words, said)| (said, words)))
}

fn volume_modes(supported: &VolumeModes) -> Option<String> {
    some_of(&[(supported.filesystem, "filesystems"), (supported.block, "block devices")])
}

/// Those that are not ruled out, where some are.
fn some_of(all: &[(Option<bool>, &str)]) -> Option<String> {
    let open: Vec<_> =
        all.iter().filter(|(said, _)| *said != Some(false)).map(|(_, words)| *words).collect();
    (open.len() < all.len()).then(|| open.join(", "))
}

fn sizes(rules: &ClaimSizeRules) -> Option<String> {
    let said =
        |text: &Option<String>, word: &str| text.as_ref().map(|text| format!("{word} {text}"));
    let parts =
        [said(&rules.min, "from"), said(&rules.max, "to"), said(&rules.step, "in steps of")];
    let words: Vec<_> = parts.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn asked(custom: &Customization) -> Option<String> {
    let required = custom.attributes.iter().flatten().filter(|one| one.required == Some(true));
    let names: Vec<_> =
        required.map(|one| one.display.as_ref().unwrap_or(&one.key).as_str()).collect();
    (!names.is_empty()).then(|| format!("It asks for: {}.", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(rules: &str) -> String {
        let rules: StorageClassRules = serde_json::from_str(rules).unwrap();
        rules.words().unwrap_or_else(|| "nothing".to_owned())
    }

    #[test]
    fn what_is_left_to_choose() {
        let told = [
            words("{}"),
            words(r#"{"permissions": {"allowedForEphemeralVolumes": false}}"#),
            words(
                r#"{"customization": {"accessMode": {"supportedValues": {"readWriteMany": false}}, "volumeMode": {"supportedValues": {"block": false}}}}"#,
            ),
            words(
                r#"{"customization": {"claimSize": {"min": "1G", "max": "100G"}, "attributes": [{"key": "owner", "required": true, "display": "Owner"}, {"key": "tier"}]}}"#,
            ),
        ];
        insta::assert_snapshot!(told.join("\n"), @"
        nothing
        It allows: persistent volumes alone.
        It allows: read-write by one node, read-only by many nodes; filesystems.
        It allows: from 1G to 100G. It asks for: Owner.
        ");
    }
}
