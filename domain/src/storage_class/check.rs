//! A claim against the configuration of its class: `size.range` and its kin
//! (`form-and-assets.md` §4.7).

use super::{Attribute, ClaimSizeRules, Permissions, Refused, StorageClassRules};
use crate::{
    MemoryBytes, Problem,
    submission::{ClaimInfo, KeyValue, PvcVolume},
};

/// What a new claim is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimUse {
    /// A PVC data source.
    Asset,
    /// The Volume block of a workspace.
    Workload,
}

/// Everything about a new claim that its class does not allow. `field` is the path of the item;
/// `fits` says whether a text fits a regular expression.
pub fn check_claim(
    class: &str,
    rules: &StorageClassRules,
    volume: &PvcVolume,
    of: ClaimUse,
    field: &str,
    fits: &dyn Fn(&str, &str) -> bool,
) -> Vec<Problem> {
    let none = ClaimInfo::default();
    let info = volume.claim_info.as_ref().unwrap_or(&none);
    let mut found = Found { class, field, problems: vec![] };
    if let Some(permissions) = &rules.permissions {
        found.permissions(permissions, volume, of);
    }
    found.choices(rules, volume, of);
    if let Some(custom) = &rules.customization {
        if let Some(sizes) = &custom.claim_size {
            found.size(sizes, info.size.as_deref());
        }
        let given = info.added_attr_values.as_deref().unwrap_or_default();
        found.attributes(custom.attributes.as_deref().unwrap_or_default(), given, fits);
    }
    found.problems
}

struct Found<'a> {
    class: &'a str,
    field: &'a str,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, name: &str, key: &str, message: String) {
        self.problems.push(Problem::new(format!("{}.{name}", self.field), key, message));
    }

    fn permissions(&mut self, permissions: &Permissions, volume: &PvcVolume, of: ClaimUse) {
        let class = self.class;
        let (said, whom) = match of {
            ClaimUse::Asset => (permissions.allowed_for_assets, "data sources"),
            ClaimUse::Workload => (permissions.allowed_for_workloads, "workspaces"),
        };
        if Permissions::forbids(said) {
            let message = format!("Storage class {class} is not for {whom}");
            self.add("claimInfo.storageClass", "class.use", message);
        }
        if volume.data_sharing == Some(true) && Permissions::forbids(permissions.allow_data_sharing)
        {
            let message = format!("Storage class {class} shares no volume between projects");
            self.add("dataSharing", "class.sharing", message);
        }
    }

    /// What was chosen and the class does not take. A data source always lasts.
    fn choices(&mut self, rules: &StorageClassRules, volume: &PvcVolume, of: ClaimUse) {
        for Refused { field, value, why } in rules.refused(self.class) {
            if !has_chosen(volume, field, value) {
                continue;
            }
            match field {
                "modes" => self.add(&format!("claimInfo.accessModes.{value}"), "class.access", why),
                "volume_mode" => self.add("claimInfo.volumeMode", "class.mode", why),
                _ if of == ClaimUse::Workload => self.add("ephemeral", "class.persistency", why),
                _ => {}
            }
        }
    }

    fn size(&mut self, rules: &ClaimSizeRules, size: Option<&str>) {
        let bytes = |text: &Option<String>| text.as_deref()?.parse::<MemoryBytes>().ok();
        let Some(size) = size.and_then(|size| size.parse::<MemoryBytes>().ok()) else { return };
        let (min, max, step) = (bytes(&rules.min), bytes(&rules.max), bytes(&rules.step));
        let from = min.map_or(0, |min| min.0);
        let low = min.is_some_and(|min| size < min);
        let high = max.is_some_and(|max| size > max);
        let off = step.is_some_and(|step| step.0 > 0 && !low && (size.0 - from) % step.0 != 0);
        if low || high || off {
            let said = |text: &Option<String>, word: &str| {
                text.as_deref().map(|text| format!(" {word} {text}")).unwrap_or_default()
            };
            let parts = [
                said(&rules.min, "from"),
                said(&rules.max, "to"),
                said(&rules.step, "in steps of"),
            ];
            self.add("claimInfo.size", "size.range", format!("Sizes go{}", parts.concat()));
        }
    }

    fn attributes(
        &mut self,
        rules: &[Attribute],
        given: &[KeyValue],
        fits: &dyn Fn(&str, &str) -> bool,
    ) {
        for (i, pair) in given.iter().enumerate() {
            let key = pair.key.as_deref().unwrap_or_default();
            let field = format!("claimInfo.addedAttrValues[{i}]");
            let Some(rule) = rules.iter().find(|rule| rule.key == key) else {
                let message = format!("Storage class {} has no attribute {key}", self.class);
                self.add(&format!("{field}.key"), "class.attribute", message);
                continue;
            };
            if let Some(wrong) = rule.wrong(pair.value.as_deref().unwrap_or_default(), fits) {
                let message = rule.validation_error.clone().unwrap_or(wrong);
                self.add(&format!("{field}.value"), "class.value", message);
            }
        }
        for rule in rules.iter().filter(|rule| rule.required == Some(true)) {
            let is_given = given.iter().any(|pair| {
                pair.key.as_deref() == Some(&*rule.key)
                    && pair.value.as_deref().is_some_and(|v| !v.is_empty())
            });
            if !is_given && rule.default_value.is_none() {
                let label = rule.display.as_deref().unwrap_or(&rule.key);
                self.add("claimInfo.addedAttrValues", "class.required", format!("Enter {label}"));
            }
        }
    }
}

/// Whether the volume has this value of a field, by itself or because nothing else was said.
fn has_chosen(volume: &PvcVolume, field: &str, value: &str) -> bool {
    let none = ClaimInfo::default();
    let info = volume.claim_info.as_ref().unwrap_or(&none);
    let [once, read, write] = info.access_modes.clone().unwrap_or_default().asked();
    match value {
        "readWriteOnce" => once,
        "readOnlyMany" => read,
        "readWriteMany" => write,
        "ephemeral" => volume.ephemeral == Some(true),
        "persistent" => volume.ephemeral != Some(true),
        _ => field == "volume_mode" && info.volume_mode.as_deref().unwrap_or("Filesystem") == value,
    }
}

impl Attribute {
    fn wrong(&self, value: &str, fits: &dyn Fn(&str, &str) -> bool) -> Option<String> {
        match self.format.as_deref() {
            Some("boolean") => {
                (!matches!(value, "true" | "false")).then(|| "Must be true or false".to_owned())
            }
            Some("number") => self.wrong_number(value),
            _ => {
                let pattern = self.validation_regexp.as_deref()?;
                (!fits(pattern, value)).then(|| format!("Must fit the pattern {pattern}"))
            }
        }
    }

    fn wrong_number(&self, value: &str) -> Option<String> {
        let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return Some("Enter a number".to_owned());
        };
        let low = self.min_value.filter(|min| number < *min);
        let high = self.max_value.filter(|max| number > *max);
        let steps = self.step.filter(|step| *step > 0.0);
        let off = steps.filter(|step| {
            let parts = (number - self.min_value.unwrap_or(0.0)) / step;
            (parts - parts.round()).abs() > 1e-9
        });
        match (low, high, off) {
            (Some(min), ..) => Some(format!("Must be at least {min}")),
            (_, Some(max), _) => Some(format!("Must be at most {max}")),
            (.., Some(step)) => Some(format!("Must be in steps of {step}")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rules: &str, volume: &str, of: ClaimUse) -> String {
        let rules: StorageClassRules = serde_json::from_str(rules).unwrap();
        let volume: PvcVolume = serde_json::from_str(volume).unwrap();
        let fits = |pattern: &str, text: &str| pattern == "^a+$" && text.bytes().all(|b| b == b'a');
        let problems = check_claim("fast", &rules, &volume, of, "spec.storage.pvc[0]", &fits);
        let lines = problems.iter().map(|p| format!("{} {}: {}", p.key, p.field, p.message));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_a_class_does_not_allow_is_said_at_its_field() {
        let rules = r#"{"permissions": {"allowedForWorkloads": false,
                "allowedForEphemeralVolumes": false, "allowDataSharing": false},
            "customization": {
                "accessMode": {"supportedValues": {"readWriteMany": false}},
                "volumeMode": {"supportedValues": {"block": false}},
                "claimSize": {"min": "10G", "max": "100G", "step": "10G"},
                "attributes": [{"key": "tier", "validationRegexp": "^a+$"},
                    {"key": "iops", "format": "number", "minValue": 100, "step": 50,
                     "validationError": "IOPS: 100, 150, 200 …"},
                    {"key": "team", "required": true, "display": "the team"}]}}"#;
        let volume = r#"{"ephemeral": true, "dataSharing": true, "claimInfo": {"size": "15G",
            "volumeMode": "Block", "accessModes": {"readWriteMany": true},
            "addedAttrValues": [{"key": "tier", "value": "b"}, {"key": "iops", "value": "120"},
                {"key": "colour", "value": "red"}]}}"#;
        insta::assert_snapshot!(told(rules, volume, ClaimUse::Workload), @r"
        class.use spec.storage.pvc[0].claimInfo.storageClass: Storage class fast is not for workspaces
        class.sharing spec.storage.pvc[0].dataSharing: Storage class fast shares no volume between projects
        class.access spec.storage.pvc[0].claimInfo.accessModes.readWriteMany: Storage class fast has no volumes that are read-write by many nodes
        class.mode spec.storage.pvc[0].claimInfo.volumeMode: Storage class fast has no volumes of the mode Block
        class.persistency spec.storage.pvc[0].ephemeral: Storage class fast has no ephemeral volumes
        size.range spec.storage.pvc[0].claimInfo.size: Sizes go from 10G to 100G in steps of 10G
        class.value spec.storage.pvc[0].claimInfo.addedAttrValues[0].value: Must fit the pattern ^a+$
        class.value spec.storage.pvc[0].claimInfo.addedAttrValues[1].value: IOPS: 100, 150, 200 …
        class.attribute spec.storage.pvc[0].claimInfo.addedAttrValues[2].key: Storage class fast has no attribute colour
        class.required spec.storage.pvc[0].claimInfo.addedAttrValues: Enter the team
        ");
    }

    #[test]
    fn one_node_is_not_asked_for_where_another_mode_is() {
        let rules =
            r#"{"customization": {"accessMode": {"supportedValues": {"readWriteOnce": false}}}}"#;
        let many = r#"{"claimInfo": {"accessModes": {"readWriteMany": true}}}"#;
        assert_eq!(told(rules, many, ClaimUse::Workload), "");
        let refused = told(rules, r#"{"claimInfo": {}}"#, ClaimUse::Workload);
        assert!(refused.starts_with("class.access"), "{refused}");
    }

    #[test]
    fn what_nobody_configured_is_allowed() {
        let volume = r#"{"ephemeral": true, "claimInfo": {"size": "15G", "volumeMode": "Block"}}"#;
        assert_eq!(told("{}", volume, ClaimUse::Workload), "");
        let not_for_assets = r#"{"permissions": {"allowedForEphemeralVolumes": false}}"#;
        assert_eq!(told(not_for_assets, volume, ClaimUse::Asset), "");
    }
}
