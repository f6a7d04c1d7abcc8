//! Images: how large one is and how long it takes to pull, made up from its name.

use super::part;

const SMALLEST: f64 = 0.9e9;
const LARGEST: f64 = 9.0e9;
/// So that the first pull of an image takes two to twenty seconds.
const BYTES_PER_SEC: f64 = 0.45e9;

/// Bytes of the image.
pub fn size(image: &str) -> f64 {
    SMALLEST + part(image) * (LARGEST - SMALLEST)
}

/// Seconds to pull it at speed 1.
pub fn pull_secs(image: &str) -> f64 {
    size(image) / BYTES_PER_SEC
}

/// `Pulling jupyter/scipy-notebook on gpu-05: 4.1 of 6.8 GB`.
pub fn progress(image: &str, node: &str, done: f64) -> String {
    let total = size(image);
    let so_far = total * done.clamp(0.0, 1.0);
    format!("Pulling {image} on {node}: {:.1} of {:.1} GB", so_far / 1e9, total / 1e9)
}
