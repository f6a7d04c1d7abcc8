//! What is ordered to go wrong, and how fast the cluster is.

use serde::{Deserialize, Serialize};

/// How the cluster behaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Divides the time that the cluster itself takes: pulling, starting, ending, waiting before
    /// the next try. What programs take is not touched.
    pub speed: f64,
    pub trouble: Vec<Trouble>,
}

/// One thing ordered. The pattern `on` meets images and pod names; of `node-loss`, node names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Trouble {
    /// Pulling takes `factor` times as long.
    SlowPull { on: Pattern, factor: f64 },
    /// The registry does not know the image.
    MissingImage { on: Pattern },
    /// The container ends with `exit_code` after `after_secs`.
    Crash { on: Pattern, after_secs: f64, exit_code: i32 },
    /// The container uses more memory than it may, after `after_secs`.
    OutOfMemory { on: Pattern, after_secs: f64 },
    /// No trouble: the container ends with success after `after_secs`.
    Completes { on: Pattern, after_secs: f64 },
    /// No trouble: the container leaves its GPUs idle. Any other one uses them all the time.
    Idle { on: Pattern },
    /// The nodes do not answer; what runs on them runs on unseen.
    NodeLoss { on: Pattern },
    /// The whole cluster does not answer.
    Disconnected {},
}

/// A text in which `*` stands for anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(pub String);

impl Pattern {
    pub fn meets(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut text) = text.strip_prefix(first) else { return false };
        let mut parts: Vec<_> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            let Some(at) = text.find(part) else { return false };
            text = &text[at + part.len()..];
        }
        text.ends_with(last)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Default for Conditions {
    fn default() -> Self {
        Self { speed: 1.0, trouble: Vec::new() }
    }
}

impl Conditions {
    /// Nothing goes wrong, and everything is `speed` times as fast as is believable.
    pub fn fast(speed: f64) -> Self {
        Self { speed, trouble: Vec::new() }
    }

    /// Seconds that something takes here which takes `secs` at speed 1.
    pub(super) fn takes(&self, secs: f64) -> f64 {
        secs / self.speed.max(f64::MIN_POSITIVE)
    }

    pub(super) fn is_disconnected(&self) -> bool {
        self.trouble.iter().any(|trouble| matches!(trouble, Trouble::Disconnected {}))
    }

    pub(super) fn has_lost(&self, node: &str) -> bool {
        self.trouble.iter().any(|t| matches!(t, Trouble::NodeLoss { on } if on.meets(node)))
    }

    pub(super) fn idles(&self, image: &str, pod: &str) -> bool {
        let meets = |on: &Pattern| on.meets(image) || on.meets(pod);
        self.trouble.iter().any(|t| matches!(t, Trouble::Idle { on } if meets(on)))
    }

    pub(super) fn misses(&self, image: &str) -> bool {
        self.trouble.iter().any(|t| matches!(t, Trouble::MissingImage { on } if on.meets(image)))
    }

    pub(super) fn pull_factor(&self, image: &str) -> f64 {
        let slow = self.trouble.iter().find_map(|trouble| match trouble {
            Trouble::SlowPull { on, factor } if on.meets(image) => Some(*factor),
            _ => None,
        });
        slow.unwrap_or(1.0).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        let cases = [
            ("jupyter/*", "jupyter/scipy-notebook", true),
            ("jupyter/*", "my/jupyter/x", false),
            ("*notebook*", "jupyter/scipy-notebook:9", true),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("aa*aa", "aaa", false),
            ("*", "", true),
            ("gpu-03", "gpu-03", true),
            ("gpu-03", "gpu-031", false),
        ];
        for (pattern, text, meets) in cases {
            assert_eq!(Pattern::from(pattern).meets(text), meets, "{pattern} {text}");
        }
    }
}
