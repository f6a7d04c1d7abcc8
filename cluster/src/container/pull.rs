//! The progress of a pull as one sentence, added up from what the engine reports of each layer.

use std::collections::BTreeMap;

use bollard::models::CreateImageInfo;

/// How far the layers are.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    layers: BTreeMap<String, Layer>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Layer {
    done: i64,
    total: i64,
    is_whole: bool,
}

impl Progress {
    /// Takes over one report.
    pub fn take(&mut self, report: &CreateImageInfo) {
        let Some(id) = report.id.as_ref().filter(|id| !id.is_empty()) else { return };
        let status = report.status.as_deref().unwrap_or_default();
        let layer = self.layers.entry(id.clone()).or_default();
        let sizes = report.progress_detail.as_ref();
        let sizes = sizes.and_then(|sizes| Some((sizes.current?, sizes.total?)));
        match status {
            "Pull complete" | "Already exists" | "Download complete" => layer.is_whole = true,
            // What follows the download counts no bytes of the network.
            "Downloading" => {
                if let Some((current, total)) = sizes.filter(|(_, total)| *total > 0) {
                    (layer.done, layer.total) = (current.clamp(0, total), total);
                }
            }
            _ => {}
        }
    }

    /// `Pulling a:1 on box: 3 of 8 layers, 120 of 400 MB`.
    pub fn sentence(&self, image: &str, node: &str) -> String {
        let mut text = format!("Pulling {image} on {node}");
        if !self.layers.is_empty() {
            let whole = self.layers.values().filter(|layer| layer.is_whole).count();
            text.push_str(&format!(": {whole} of {} layers", self.layers.len()));
        }
        let total: i64 = self.layers.values().map(|layer| layer.total).sum();
        if total > 0 {
            let done = |layer: &Layer| if layer.is_whole { layer.total } else { layer.done };
            let done: i64 = self.layers.values().map(done).sum();
            text.push_str(&format!(
                ", {} of {} MB",
                done / 1_000_000,
                (total + 999_999) / 1_000_000
            ));
        }
        text
    }
}

/// Name and tag of an image as the engine takes them apart: `tag` is empty for a digest.
pub fn name_and_tag(image: &str) -> (&str, &str) {
    if image.contains('@') {
        return (image, "");
    }
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    match image[last..].rfind(':') {
        Some(colon) => (&image[..last + colon], &image[last + colon + 1..]),
        None => (image, "latest"),
    }
}

/// When an image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Always,
    IfAbsent,
    Never,
}

impl When {
    /// As the submission says; where it does not, the tag decides (`form-and-assets.md` §4.1.2).
    pub fn of(policy: Option<&str>, image: &str) -> Self {
        match policy {
            Some("Always") => Self::Always,
            Some("Never") => Self::Never,
            Some(_) => Self::IfAbsent,
            None if name_and_tag(image).1 == "latest" => Self::Always,
            None => Self::IfAbsent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_add_up() {
        let reports = [
            r#"{"status": "Pulling from library/a", "id": ""}"#,
            r#"{"status": "Pulling fs layer", "id": "l1"}"#,
            r#"{"status": "Downloading", "id": "l1", "progressDetail": {"current": 10000000, "total": 40000000}}"#,
            r#"{"status": "Downloading", "id": "l2", "progressDetail": {"current": 99, "total": 60000000}}"#,
            r#"{"status": "Download complete", "id": "l1"}"#,
            r#"{"status": "Extracting", "id": "l1", "progressDetail": {"current": 1, "total": 9}}"#,
            r#"{"status": "Already exists", "id": "l3"}"#,
        ];
        let mut progress = Progress::default();
        let mut lines = vec![progress.sentence("a:1", "box")];
        for report in reports {
            progress.take(&serde_json::from_str(report).unwrap());
            lines.push(progress.sentence("a:1", "box"));
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn names_and_tags() {
        let told = |image| {
            let (name, tag) = name_and_tag(image);
            format!("{image}: {name} {tag} {:?}", When::of(None, image))
        };
        let images = ["a", "a:1", "h:5000/a", "h:5000/a/b:latest", "a@sha256:0", "h/a:1@sha256:0"];
        insta::assert_snapshot!(images.map(told).join("\n"));
    }
}
