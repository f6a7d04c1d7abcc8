//! Results as JSON, one object on one line.

use serde::Serialize;

pub(super) fn line(of: &impl Serialize) -> String {
    // Maps with text keys and plain numbers: nothing in it that JSON cannot say.
    serde_json::to_string(of).map(|text| text + "\n").unwrap_or_default()
}
