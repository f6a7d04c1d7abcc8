//! A real registry: Debian's docker-registry, on a free port, with an image that the test pushes.
#![allow(clippy::unwrap_used)]

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use registry::{Client, Registry, Trouble};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const INSTALL: &str = "this test needs docker-registry: apt-get install docker-registry";

/// A registry with a folder of its own; it ends with the test.
struct Running {
    address: String,
    process: Child,
    _folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn running() -> Running {
    testkit::tls::provide();
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let config = folder.path().join("config.yml");
    let root = folder.path().join("data");
    let text = format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: {address}}}\n",
        root.display()
    );
    std::fs::write(&config, text).unwrap();
    let process = Command::new("docker-registry")
        .arg("serve")
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect(INSTALL);
    let running = Running { address, process, _folder: folder };
    for _ in 0..100 {
        let up = reqwest::get(format!("http://{}/v2/", running.address)).await;
        if up.is_ok_and(|answer| answer.status().is_success()) {
            return running;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("docker-registry did not answer within five seconds");
}

impl Running {
    async fn push_blob(&self, name: &str, bytes: &[u8]) -> String {
        let client = reqwest::Client::new();
        let start = format!("http://{}/v2/{name}/blobs/uploads/", self.address);
        let begun = client.post(start).send().await.unwrap();
        let to = begun.headers()["location"].to_str().unwrap().to_owned();
        let digest = digest(bytes);
        let mark = if to.contains('?') { '&' } else { '?' };
        let put = client.put(format!("{to}{mark}digest={digest}")).body(bytes.to_vec());
        assert_eq!(put.send().await.unwrap().status(), 201);
        digest
    }

    /// Pushes an image of one layer; gives the digest.
    async fn push(&self, name: &str, tag: &str, layer: &[u8]) -> String {
        let config = br#"{"architecture": "arm64", "os": "linux", "variant": "v8"}"#;
        let (config_digest, layer_digest) =
            (self.push_blob(name, config).await, self.push_blob(name, layer).await);
        let kind = "application/vnd.docker.distribution.manifest.v2+json";
        let manifest = serde_json::json!({
            "schemaVersion": 2, "mediaType": kind,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                "size": config.len(), "digest": config_digest},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "size": layer.len(), "digest": layer_digest}],
        })
        .to_string();
        let to = format!("http://{}/v2/{name}/manifests/{tag}", self.address);
        let put =
            reqwest::Client::new().put(to).header("content-type", kind).body(manifest.clone());
        assert_eq!(put.send().await.unwrap().status(), 201);
        digest(manifest.as_bytes())
    }
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

#[tokio::test]
async fn an_image_is_found_with_size_platform_and_digest() {
    let running = running().await;
    let pushed = running.push("lab/busy", "1", b"a layer").await;
    running.push("lab/busy", "2", b"another layer").await;
    running.push("lab/idle", "latest", b"a layer").await;
    let client = Client::new().unwrap();
    let look = async |image: &str| {
        let image = format!("{}/{image}", running.address).parse().unwrap();
        let registry = Registry::of_image(&image, true).unwrap();
        client.look_up(&registry, &image, None).await
    };
    let found = look("lab/busy:1").await.unwrap();
    assert_eq!(found.digest, pushed);
    assert_eq!((found.size, found.platforms), (Some(57 + 7), vec!["linux/arm64/v8".to_owned()]));
    assert_eq!(look(&format!("lab/busy@{pushed}")).await.unwrap().digest, pushed);
    assert_eq!(look("lab/busy:3").await, Err(Trouble::Missing));
    assert_eq!(look("lab/nothing").await, Err(Trouble::Missing));

    let registry = Registry::at(&format!("http://{}", running.address), true).unwrap();
    let mut tags = client.tags(&registry, "lab/busy", "", None).await.unwrap();
    tags.names.sort();
    assert_eq!((tags.names, tags.is_cut), (vec!["1".to_owned(), "2".to_owned()], false));
    let repositories = client.repositories(&registry, "BUSY", None).await.unwrap();
    assert_eq!(repositories.names, ["lab/busy"]);
}
