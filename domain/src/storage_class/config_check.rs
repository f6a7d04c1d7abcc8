//! What can be wrong with the configuration of a storage class.

use std::collections::BTreeSet;

use super::{Attribute, ClaimSizeRules, Customization, Modes, StorageClassRules, UNITS};
use crate::{
    MemoryBytes, Problem,
    submission::{check::VOLUME_MODES, is_dns_name},
};

const FORMATS: [&str; 3] = ["text", "number", "boolean"];
/// Attributes of one class, at most.
const ATTRIBUTES_MAX: usize = 50;
/// Characters of each text of an attribute.
const TEXT_MAX: usize = 1_000;

/// Everything that is wrong. `is_pattern` says whether a text is a regular expression.
pub fn check_config(
    name: &str,
    rules: &StorageClassRules,
    is_pattern: &dyn Fn(&str) -> bool,
) -> Vec<Problem> {
    let mut found = Found::default();
    if !is_dns_name(name) {
        let message = "Enter the name of a class: lowercase letters, digits and hyphens";
        found.add("name", message.to_owned());
    }
    if let Some(custom) = &rules.customization {
        found.modes(custom);
        if let Some(sizes) = &custom.claim_size {
            found.sizes(sizes);
        }
        found.attributes(custom.attributes.as_deref().unwrap_or_default(), is_pattern);
    }
    found.0
}

#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, field: &str, message: String) {
        self.0.push(Problem::new(field, "class.config", message));
    }

    fn modes(&mut self, custom: &Customization) {
        let supported = custom.access_mode.as_ref().and_then(|m| m.supported_values.as_ref());
        if supported.is_some_and(Modes::is_nothing) {
            let field = "customization.accessMode.supportedValues";
            self.add(field, "At least one access mode must be supported".to_owned());
        }
        let Some(volume) = &custom.volume_mode else { return };
        if volume.default.as_deref().is_some_and(|mode| !VOLUME_MODES.contains(&mode)) {
            let message = format!("Must be one of {}", VOLUME_MODES.join(", "));
            self.add("customization.volumeMode.default", message);
        }
        let supported = volume.supported_values.as_ref();
        if supported.is_some_and(|v| v.filesystem == Some(false) && v.block == Some(false)) {
            let field = "customization.volumeMode.supportedValues";
            self.add(field, "At least one volume mode must be supported".to_owned());
        }
    }

    fn sizes(&mut self, sizes: &ClaimSizeRules) {
        let all = [
            ("default", &sizes.default),
            ("min", &sizes.min),
            ("max", &sizes.max),
            ("step", &sizes.step),
        ];
        for (name, text) in all {
            let wrong = text.as_deref().and_then(|text| text.parse::<MemoryBytes>().err());
            if let Some(wrong) = wrong {
                self.add(&format!("customization.claimSize.{name}"), wrong.to_string());
            }
        }
        let bytes = |text: &Option<String>| text.as_deref()?.parse::<MemoryBytes>().ok();
        if bytes(&sizes.min).zip(bytes(&sizes.max)).is_some_and(|(min, max)| min > max) {
            self.add("customization.claimSize.max", "Must not be below the minimum".to_owned());
        }
        let units = sizes.supported_units.as_deref().unwrap_or_default();
        if let Some(i) = units.iter().position(|unit| !UNITS.contains(&unit.as_str())) {
            let field = format!("customization.claimSize.supportedUnits[{i}]");
            self.add(&field, format!("Must be one of {}", UNITS.join(", ")));
        }
    }

    fn attributes(&mut self, all: &[Attribute], is_pattern: &dyn Fn(&str) -> bool) {
        let list = "customization.attributes";
        if all.len() > ATTRIBUTES_MAX {
            self.add(list, format!("At most {ATTRIBUTES_MAX} attributes"));
        }
        let mut keys = BTreeSet::new();
        for (i, attribute) in all.iter().enumerate() {
            let field = |name: &str| format!("{list}[{i}].{name}");
            if !is_key(&attribute.key) {
                let message = "Letters, digits, \"-\", \"_\" and \".\", a letter or digit at both ends, at most 63";
                self.add(&field("key"), message.to_owned());
            } else if !keys.insert(&attribute.key) {
                self.add(&field("key"), "This key is in the list already".to_owned());
            }
            if attribute.format.as_deref().is_some_and(|format| !FORMATS.contains(&format)) {
                self.add(&field("format"), format!("Must be one of {}", FORMATS.join(", ")));
            }
            if attribute.validation_regexp.as_deref().is_some_and(|pattern| !is_pattern(pattern)) {
                self.add(&field("validationRegexp"), "This is no regular expression".to_owned());
            }
            if attribute.min_value.zip(attribute.max_value).is_some_and(|(min, max)| min > max) {
                self.add(&field("maxValue"), "Must not be below the minimum".to_owned());
            }
            for (name, text) in attribute.texts() {
                if text.is_some_and(|text| text.chars().count() > TEXT_MAX) {
                    self.add(&field(name), format!("At most {TEXT_MAX} characters"));
                }
            }
        }
    }
}

fn is_key(key: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    key.len() <= 63
        && key.bytes().all(inner)
        && edge(key.bytes().next())
        && edge(key.bytes().last())
}

impl Modes {
    fn is_nothing(&self) -> bool {
        [self.read_write_once, self.read_only_many, self.read_write_many] == [Some(false); 3]
    }
}

impl Attribute {
    fn texts(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("display", self.display.as_deref()),
            ("description", self.description.as_deref()),
            ("placeholder", self.placeholder.as_deref()),
            ("defaultValue", self.default_value.as_deref()),
            ("validationRegexp", self.validation_regexp.as_deref()),
            ("validationError", self.validation_error.as_deref()),
        ]
    }
}
