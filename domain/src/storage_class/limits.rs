//! What the configuration of a class leaves of the choices of a new volume, and what it begins with. The fields
//! and their values are called as in the form (`domain::form`).

use super::{Modes, Permissions, StorageClassRules};

/// A value that the class does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `modes`, `volume_mode` or `persistency`.
    pub field: &'static str,
    pub value: &'static str,
    /// The sentence for people.
    pub why: String,
}

/// Wire name of a mode, its words, and what the configuration says of it.
type Mode = (&'static str, &'static str, Option<bool>);

pub(super) fn modes(said: &Modes) -> [Mode; 3] {
    [
        ("readWriteOnce", "read-write by one node", said.read_write_once),
        ("readOnlyMany", "read-only by many nodes", said.read_only_many),
        ("readWriteMany", "read-write by many nodes", said.read_write_many),
    ]
}

impl StorageClassRules {
    /// The values that new volumes of this class cannot have.
    pub fn refused(&self, class: &str) -> Vec<Refused> {
        let custom = self.customization.clone().unwrap_or_default();
        let permissions = self.permissions.clone().unwrap_or_default();
        let access =
            custom.access_mode.and_then(|rules| rules.supported_values).unwrap_or_default();
        let volume =
            custom.volume_mode.and_then(|rules| rules.supported_values).unwrap_or_default();
        let access = modes(&access).map(|(value, words, said)| {
            ("modes", value, said, format!("Storage class {class} has no volumes that are {words}"))
        });
        let volume =
            [("Filesystem", volume.filesystem), ("Block", volume.block)].map(|(mode, said)| {
                (
                    "volume_mode",
                    mode,
                    said,
                    format!("Storage class {class} has no volumes of the mode {mode}"),
                )
            });
        let lasting = [
            ("ephemeral", permissions.allowed_for_ephemeral_volumes),
            ("persistent", permissions.allowed_for_persistent_volumes),
        ];
        let lasting = lasting.map(|(word, said)| {
            ("persistency", word, said, format!("Storage class {class} has no {word} volumes"))
        });
        let all = access.into_iter().chain(volume).chain(lasting);
        let refused = all.filter(|(_, _, said, _)| Permissions::forbids(*said));
        refused.map(|(field, value, _, why)| Refused { field, value, why }).collect()
    }

    /// What new volumes of this class have where nobody says anything: `modes`, `volume_mode` and `size`, as
    /// far as the configuration says them.
    pub fn begins(&self) -> Vec<(&'static str, String)> {
        let custom = self.customization.clone().unwrap_or_default();
        let access = custom.access_mode.and_then(|rules| rules.default).map(|said| {
            let on = modes(&said).into_iter().filter(|(_, _, said)| *said == Some(true));
            on.map(|(value, ..)| value).collect::<Vec<_>>().join(",")
        });
        let all = [
            ("modes", access),
            ("volume_mode", custom.volume_mode.and_then(|rules| rules.default)),
            ("size", custom.claim_size.and_then(|rules| rules.default)),
        ];
        let said = all.into_iter().filter_map(|(field, value)| Some((field, value?)));
        said.filter(|(_, value)| !value.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_refuses_values_and_begins_with_others() {
        let rules = r#"{"permissions": {"allowedForPersistentVolumes": false},
            "customization": {
                "accessMode": {"supportedValues": {"readWriteOnce": false},
                    "default": {"readOnlyMany": true, "readWriteMany": true}},
                "volumeMode": {"supportedValues": {"block": false}, "default": "Filesystem"},
                "claimSize": {"default": "10G"}}}"#;
        let rules: StorageClassRules = serde_json::from_str(rules).unwrap();
        let refused = rules.refused("fast").into_iter();
        let refused = refused.map(|of| format!("{} {}: {}", of.field, of.value, of.why));
        let begins = rules.begins().into_iter().map(|(field, value)| format!("{field} = {value}"));
        insta::assert_snapshot!(refused.chain(begins).collect::<Vec<_>>().join("\n"), @r"
        modes readWriteOnce: Storage class fast has no volumes that are read-write by one node
        volume_mode Block: Storage class fast has no volumes of the mode Block
        persistency persistent: Storage class fast has no persistent volumes
        modes = readOnlyMany,readWriteMany
        volume_mode = Filesystem
        size = 10G
        ");
    }
}
